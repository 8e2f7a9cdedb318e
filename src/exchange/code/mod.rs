//! A run as code: a script and a notebook for PyTorch 2, with the names of its tutorial
//! (<https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html>), and the terminal's command.
//!
//! Script and notebook are the same `Chapter`s. What a run's settings leave unused is not in them; its engine and the
//! checkpoints that it keeps have no counterpart. An *exact* script does not draw the initial weights and the order of the
//! images but loads them from a file that [`exact`] makes, and then has the losses of the run here, as
//! `tests/pytorch_code.rs` says. What the script writes, [`super::tensorboard`] and [`super::pytorch`] take in.

mod command;
mod data;
pub mod exact;
mod network;
mod notebook;
mod optimizer;
mod results;
mod schedule;
pub mod stored;
mod training;

pub use self::command::{Given, command_line};
pub use self::notebook::notebook;
use self::schedule::Schedule;
use crate::library::CodeRequest;

/// The tag of the text that holds a run's settings, as in a link.
pub const SETTINGS_TAG: &str = "atelier/settings";
/// The tag of the text that holds a run's name, `YYYYMMDD_HHMMSS` in UTC.
pub const RUN_TAG: &str = "atelier/run";
/// The tag of the text that says what trained the run.
pub const ENGINE_TAG: &str = "atelier/engine";
/// The tag of the text that holds the number of corrections of the data set.
pub const CORRECTIONS_TAG: &str = "atelier/corrections";
/// The tag of the text that says which data set of one's own the run trains on, as JSON.
pub const DATA_TAG: &str = "atelier/data";
/// The file of a run's corrections.
pub const CORRECTIONS_FILE: &str = "atelier-corrections.json";
/// The file from which an exact script loads the initial weights and the order.
pub const EXACT_FILE: &str = "atelier-exact.pt";

/// Stands between two chapters of the script.
const BETWEEN: &str = "\n\n\n";

/// A part of the code that is about one thing: a cell of the notebook.
struct Chapter {
    /// Its heading in the notebook.
    title: &'static str,
    /// What there is to say of it in the notebook, as Markdown.
    about: String,
    /// Its Python, without a line break at the end.
    code: String,
}

/// The run as a script for PyTorch 2 with torchvision and TensorBoard. It trains with the run's settings on its data set,
/// writes what it measures for TensorBoard, and saves the weights with the lowest validation loss.
#[must_use]
pub fn script(request: &CodeRequest) -> String {
    let mut script = String::new();
    for chapter in chapters(request) {
        if !script.is_empty() {
            script.push_str(BETWEEN);
        }
        script.push_str(&chapter.code);
    }
    script.push('\n');
    script
}

/// The chapters, in the order in which they run.
fn chapters(request: &CodeRequest) -> Vec<Chapter> {
    let schedule = Schedule::of(&request.config, request.data.training_images());
    vec![
        settings(request),
        data::chapter(request),
        network::chapter(request),
        optimizer::chapter(&request.config, &schedule),
        training::chapter(&request.config, &schedule),
        results::chapter(request, &schedule),
    ]
}

/// Imports, and the settings that are numbers of the loop.
fn settings(CodeRequest { config, data, exact }: &CodeRequest) -> Chapter {
    let averaged = config.optimizer.answers_with_average();
    let (corrects, is_own) = (data.corrects(), data.own().is_some());
    let mut code = Code(
        "# A run of Atelier in PyTorch 2. It needs the packages torch, torchvision and tensorboard.\n".to_owned(),
    );
    code.add(
        "# Atelier takes the results in: Runs, Import files, with the file of events in runs/ and the weights, model_*.pt.\n",
    );
    code.add_if(*exact, &format!("# It begins with the weights and the order in {EXACT_FILE}, which Atelier offers beside it.\n"));
    code.add("\n");
    code.add_if(averaged, "import copy\n");
    code.add_if(is_own, "import gzip\n");
    code.add_if((corrects && !exact) || is_own, "import json\n");
    code.add("from datetime import datetime, timezone\n");
    code.add_if(is_own, "from pathlib import Path\n");
    let loader = match (corrects, is_own) {
        (true, _) => "DataLoader, Subset",
        (_, true) => "DataLoader, Dataset",
        _ => "DataLoader",
    };
    code.add("\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n");
    code.add(&format!("from torch.utils.data import {loader}\n"));
    code.add("from torch.utils.tensorboard import SummaryWriter\n");
    code.add_if(!is_own, "from torchvision.datasets import FashionMNIST\n");
    code.add("from torchvision.transforms import v2\n\n");
    code.add(&format!("SETTINGS = \"{}\"\n", config.to_query()));
    if let Some(identity) = data.own() {
        // JSON of JSON: what JSON escapes in a text, Python reads the same. It can always be written, being made of texts.
        let json = serde_json::to_string(identity).unwrap_or_default();
        code.add(&format!("DATA_SET = {}\n", serde_json::json!(json)));
    }
    // An exact script has its batches from the file.
    code.add_if(!exact, &format!("BATCH_SIZE = {}\n", config.batch_size));
    code.add(&format!("EPOCHS = {}\n", config.epochs));
    if let Some(steps) = config.steps {
        code.add(&format!("MAX_STEPS = {steps}\n"));
    }
    if config.warm_up_steps > 0 {
        code.add(&format!("WARM_UP_STEPS = {}\n", config.warm_up_steps));
    }
    if let Some(patience) = config.patience {
        code.add(&format!("PATIENCE = {patience}\n"));
    }
    code.add(&format!("\ntorch.manual_seed({})\n", config.seed));
    code.add(if *exact {
        // GPUs round differently, and by default PyTorch lets some of them multiply with fewer digits.
        "device = \"cpu\""
    } else {
        "device = \"cuda\" if torch.cuda.is_available() else \"cpu\""
    });
    let about =
        "The settings as in a link to Atelier, and those of them that the loop uses.".to_owned();
    Chapter { title: "Settings", about, code: code.0 }
}

/// Python as far as it is written.
struct Code(String);

impl Code {
    fn add(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn add_if(&mut self, condition: bool, text: &str) {
        if condition {
            self.add(text);
        }
    }

    /// The code, without line breaks at its end.
    fn finish(self) -> String {
        self.0.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests;
