//! The loop over an epoch's batches.

use super::schedule::{Pace, Schedule};
use super::{Chapter, Code};
use crate::history::LossReport;
use crate::settings::{TrainingConfig, number};

const BEGINNING: &str = "

def train_one_epoch(epoch_index, tb_writer):
    running_loss = 0.0
    last_loss = 0.0
    for i, (inputs, labels) in enumerate(training_loader):
        inputs, labels = inputs.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, labels)
        loss.backward()
";

const REPORT: &str = r#"
        running_loss += loss.item()
        step = epoch_index * len(training_loader) + i + 1
        tb_writer.add_scalar("Loss/batch", loss.item(), step)
        if (i + 1) % report_every == 0:
            last_loss = running_loss / report_every
            print(f"  batch {i + 1} loss: {last_loss:.4f}")
            tb_writer.add_scalar("Loss/train", last_loss, step)
            running_loss = 0.0
"#;

/// The end of a run in the middle of an epoch, whose loss is the mean over its batches if none was reported.
const LIMIT: &str = "        if step == MAX_STEPS:
            return last_loss or running_loss / (i + 1)
";

/// `train_one_epoch`, which returns the mean loss of the last batches that it reports.
pub(super) fn chapter(config: &TrainingConfig, schedule: &Schedule) -> Chapter {
    let every = LossReport::STEPS;
    let mut code = Code(format!("report_every = min({every}, len(training_loader))\n{BEGINNING}"));
    if let Some(norm) = config.clip_norm {
        let norm = number(norm);
        code.add(&format!(
            "        nn.utils.clip_grad_norm_(model.parameters(), max_norm={norm})\n"
        ));
    }
    code.add("        optimizer.step()\n");
    schedule.steps(Pace::Step, "        ", &mut code);
    code.add(REPORT);
    code.add_if(config.steps.is_some(), LIMIT);
    code.add("    return last_loss");
    let about = format!(
        "As in the tutorial, the loss that is reported is the mean over {every} batches, or over the epoch's if it has fewer."
    );
    Chapter { title: "Training loop", about, code: code.finish() }
}
