#![allow(clippy::unwrap_used)]
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::*;
use crate::dataset::DataSetIdentity;
use crate::library::ProgramData;
use crate::settings::{
    Field, LearningRate, OptimizerKind, ScheduleKind, SettingsDraft, TrainingConfig,
};

/// The settings of a form with these texts.
fn config(texts: &[(Field, &str)]) -> TrainingConfig {
    let mut draft = SettingsDraft::default();
    for (field, text) in texts {
        draft.set(*field, text);
    }
    draft.check().unwrap()
}

/// The script of these settings that draws its own weights and order.
fn script_on(config: &TrainingConfig, data: ProgramData) -> String {
    script(&CodeRequest { config: config.clone(), data, exact: false })
}

fn program(texts: &[(Field, &str)]) -> String {
    script_on(&config(texts), ProgramData::PUBLISHED)
}

/// Every optimizer with every schedule; once as they come, once with every other setting in use.
fn configs() -> Vec<TrainingConfig> {
    let rest = [
        (Field::BatchSize, "8"),
        (Field::Epochs, "3"),
        (Field::Steps, "13"),
        (Field::Nesterov, "1"),
        (Field::Averaged, "1"),
        (Field::AverageFrom, "2"),
        (Field::LearningRateDecay, "0.1"),
        (Field::Centered, "1"),
        (Field::WeightDecay, "0.05"),
        (Field::WarmUp, "4"),
        (Field::ClipNorm, "0.5"),
        (Field::Patience, "2"),
        (Field::Shift, "2"),
        (Field::Flip, "1"),
        (Field::Erase, "0.25"),
        (Field::Seed, "18446744073709551615"),
    ];
    let mut configs = Vec::new();
    for optimizer in OptimizerKind::ALL.map(OptimizerKind::as_str) {
        for schedule in ScheduleKind::ALL.map(ScheduleKind::as_str) {
            let chosen = [(Field::Optimizer, optimizer), (Field::Schedule, schedule)];
            configs.push(config(&chosen));
            configs.push(config(&[&chosen[..], &rest[..]].concat()));
        }
    }
    configs
}

/// Has Python `compile` the programs, or `run` them on a few made-up images; `None` where it cannot.
fn python(what: &str, programs: &[String]) -> Option<Output> {
    let python = std::env::var_os("ATELIER_PYTHON").unwrap_or_else(|| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/check_program.py");
    let mut command = Command::new(python);
    command.args([script, what]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("no Python: the programs were not checked");
        return None;
    };
    // Python reads everything before it writes.
    child.stdin.take().unwrap().write_all(programs.join("\0").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(77) {
        eprint!("{said}");
        assert!(std::env::var_os("ATELIER_NEEDS_TORCH").is_none(), "{said}");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(output)
}

#[test]
fn the_default_program_is_the_tutorials_run_and_nothing_else() {
    let program = program(&[]);
    for line in [
        "BATCH_SIZE = 4\nEPOCHS = 5\n\ntorch.manual_seed(0)\n",
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)\n",
        "report_every = min(1000, len(training_loader))\n",
        "def train_one_epoch(epoch_index, tb_writer):\n",
        "writer = SummaryWriter(f\"runs/fashion_trainer_{timestamp}\")\n",
        "loss_fn = nn.CrossEntropyLoss()\n",
        "    v2.ToDtype(torch.float32, scale=True),\n    v2.Normalize((0.5,), (0.5,)),\n",
        "DataLoader(training_set, batch_size=BATCH_SIZE, shuffle=True)",
        "        torch.save(model.state_dict(), model_path)\n",
    ] {
        assert!(program.contains(line), "{line}\nis not in\n{program}");
    }
    for unused in [
        "scheduler",
        "clip_grad",
        "STEPS",
        "PATIENCE",
        "v2.Random",
        "copy",
        "weight_decay",
        "exact",
    ] {
        assert!(!program.contains(unused), "{unused} is in\n{program}");
    }
    assert!(program.lines().count() < 120, "{}", program.lines().count());
}

#[test]
fn every_optimizer_has_its_options_as_set() {
    use Field::{
        Averaged, Centered, Dampening, LearningRate, LearningRateDecay, Momentum, Nesterov,
        Optimizer, WeightDecay,
    };
    for (texts, call) in [
        (vec![(Momentum, "0")], "SGD(model.parameters(), lr=0.001)"),
        (
            vec![(Nesterov, "1"), (WeightDecay, "1e-5")],
            "SGD(model.parameters(), lr=0.001, momentum=0.9, nesterov=True, weight_decay=1e-5)",
        ),
        (
            vec![(Dampening, "0.1"), (LearningRate, "0.00001")],
            "SGD(model.parameters(), lr=1e-5, momentum=0.9, dampening=0.1)",
        ),
        (
            vec![(Optimizer, "asgd")],
            "ASGD(model.parameters(), lr=0.01, lambd=0.0001, alpha=0.75, t0=1000000)",
        ),
        (vec![(Optimizer, "adagrad")], "Adagrad(model.parameters(), lr=0.01, eps=1e-10)"),
        (
            vec![(Optimizer, "adagrad"), (LearningRateDecay, "0.1")],
            "Adagrad(model.parameters(), lr=0.01, lr_decay=0.1, eps=1e-10)",
        ),
        (
            vec![(Optimizer, "adam")],
            "Adam(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-8)",
        ),
        // PyTorch decays by 0.01 unless it is told otherwise.
        (
            vec![(Optimizer, "adamw"), (WeightDecay, "0")],
            "AdamW(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)",
        ),
        (
            vec![(Optimizer, "rmsprop"), (Momentum, "0.5"), (Centered, "1")],
            "RMSprop(model.parameters(), lr=0.01, momentum=0.5, alpha=0.99, eps=1e-8, centered=True)",
        ),
    ] {
        let program = program(&texts);
        let line = format!("optimizer = torch.optim.{call}\n");
        assert!(program.contains(&line), "{line} is not in\n{program}");
    }
    let averages = |on| program(&[(Optimizer, "asgd"), (Averaged, on)]).contains("[\"ax\"]");
    assert!(averages("1") && !averages("0"));
}

#[test]
fn every_option_of_the_run_is_there_if_and_only_if_it_is_set() {
    for (field, text, part) in [
        (Field::Steps, "50", "MAX_STEPS = 50\n"),
        (Field::Patience, "3", "PATIENCE = 3\n"),
        (Field::ClipNorm, "0.5", "nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)"),
        (Field::Shift, "2", "v2.RandomCrop(28, padding=2)"),
        (Field::Flip, "1", "v2.RandomHorizontalFlip(p=0.5)"),
        (Field::Erase, "0.25", "v2.RandomErasing(p=0.25)"),
        (Field::WarmUp, "100", "WARM_UP_STEPS = 100\n"),
        (Field::WarmUp, "100", "warm_up.step()"),
        (Field::Schedule, "step", "StepLR(\n    optimizer, step_size=1, gamma=0.1\n)"),
        (Field::Schedule, "exponential", "ExponentialLR(\n    optimizer, gamma=0.9\n)"),
        (
            Field::Schedule,
            "cosine",
            "CosineAnnealingLR(\n    optimizer, T_max=total_steps, eta_min=0\n)",
        ),
        (Field::Schedule, "one-cycle", "pct_start=0.3, cycle_momentum=False"),
    ] {
        assert!(program(&[(field, text)]).contains(part), "{part}");
        assert!(!program(&[]).contains(part), "{part}");
    }
}

#[test]
fn every_program_is_valid_python() {
    let mut programs: Vec<_> =
        configs().iter().map(|config| script_on(config, ProgramData::PUBLISHED)).collect();
    programs.extend(configs().iter().map(|config| script_on(config, own())));
    drop(python("compile", &programs));
}

/// Schedules of runs of few steps: a warm-up as long as the run or longer, and a rise of a single step or of none.
fn short_runs() -> Vec<TrainingConfig> {
    let short = |schedule, [epochs, steps, warm_up, rise]: [&str; 4]| {
        config(&[
            (Field::BatchSize, "8"),
            (Field::Epochs, epochs),
            (Field::Steps, steps),
            (Field::Schedule, schedule),
            (Field::WarmUp, warm_up),
            (Field::PctStart, rise),
        ])
    };
    let mut configs = Vec::new();
    for schedule in ScheduleKind::ALL.map(ScheduleKind::as_str) {
        for steps in [["3", "", "20", "0.3"], ["3", "13", "13", "0.3"], ["3", "13", "12", "0.3"]] {
            configs.push(short(schedule, steps));
        }
        configs.push(short(schedule, ["2", "13", "7", "0.3"]));
        configs.push(short(schedule, ["1", "1", "0", "0.3"]));
    }
    for rise in [
        ["2", "10", "0", "0.1"],
        ["2", "10", "6", "0.25"],
        ["2", "2", "0", "0.5"],
        ["1", "", "0", "0.01"],
    ] {
        configs.push(short("one-cycle", rise));
    }
    configs
}

#[test]
fn pytorch_runs_every_program_at_our_learning_rates() {
    let configs = configs();
    let mut configs: Vec<_> = configs.into_iter().filter(|config| config.batch_size == 8).collect();
    configs.extend(short_runs());
    let programs: Vec<_> =
        configs.iter().map(|config| script_on(config, ProgramData::PUBLISHED)).collect();
    let Some(output) = python("run", &programs) else { return };
    let rates: Vec<Vec<f64>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rates.len(), configs.len());
    for (config, rates) in configs.iter().zip(rates) {
        // The script has 40 images.
        let length = config.run_length(5);
        let ours = LearningRate::new(config, length);
        let ends = [length.steps as usize, 10];
        assert!(ends.contains(&rates.len()), "{} steps", rates.len());
        for (step, rate) in rates.into_iter().enumerate() {
            let expected = ours.at(step as u64);
            assert!(
                (rate - expected).abs() < 1e-12 + 1e-9 * expected,
                "{config:?}: {step}: {rate}, {expected}"
            );
        }
    }
}

#[test]
fn a_run_with_corrections_reads_them_from_the_file_that_the_page_exports() {
    let program = script_on(&TrainingConfig::default(), ProgramData::Tutorial { corrects: true });
    assert!(program.contains("\nimport json\n"));
    assert!(program.contains("from torch.utils.data import DataLoader, Subset\n"));
    assert!(program.contains("open(\"atelier-corrections.json\")"));
    let at = |text: &str| program.find(text).unwrap();
    assert!(at("validation_set = FashionMNIST") < at("validation_set = corrected("));
    assert!(at("validation_set = corrected(") < at("training_loader = DataLoader("));
    let plain = script_on(&TrainingConfig::default(), ProgramData::PUBLISHED);
    assert!(!plain.contains("json") && !plain.contains("Subset"));
}

/// A data set of one's own, with names that would end a text in Python.
fn own() -> ProgramData {
    let mut names: Vec<String> = (0..15).map(|class| format!("class {class}")).collect();
    names.extend(["\"\"\"; import os #".to_owned(), "\\' {x} \u{5e3d}\u{1f9e2}".to_owned()]);
    let sha256 = "0123456789abcdef".repeat(4);
    let identity = DataSetIdentity::new("it's \"mine\" \\", &sha256, &names).unwrap();
    ProgramData::Own { identity, training_images: 600 }
}

#[test]
fn a_run_on_classes_of_ones_own_reads_shards_and_has_as_many_outputs() {
    let program = script_on(&TrainingConfig::default(), own());
    for part in [
        "import gzip\nimport json\n",
        "from pathlib import Path\n\nimport torch\n",
        "from torch.utils.data import DataLoader, Dataset\n",
        "nn.Linear(84, 17)\n",
        "training_set = Shards(\"train\", transform)\n",
        "validation_set = Shards(\"test\", transform)\n",
    ] {
        assert!(program.contains(part), "{part} is not in\n{program}");
    }
    assert!(!program.contains("FashionMNIST"));
    let plain = script_on(&TrainingConfig::default(), ProgramData::PUBLISHED);
    assert!(plain.contains("nn.Linear(84, 10)\n") && !plain.contains("Shards"));
}

#[test]
fn an_exact_script_loads_what_the_others_draw() {
    let exact =
        |data| script(&CodeRequest { config: TrainingConfig::default(), data, exact: true });
    for data in [ProgramData::PUBLISHED, ProgramData::Tutorial { corrects: true }, own()] {
        let program = exact(data);
        assert!(!program.contains("atelier-corrections.json"), "it has them from the other file");
        for part in [
            "device = \"cpu\"\n",
            "exported = torch.load(\"atelier-exact.pt\", weights_only=True)\n",
            "model.load_state_dict(exported[\"model_state_dict\"])\n",
            "training_loader = DataLoader(training_set, batch_sampler=batches)\n",
        ] {
            assert!(program.contains(part), "{part} is not in\n{program}");
        }
        assert!(!program.contains("shuffle=True") && !program.contains("BATCH_SIZE"));
    }
}

#[test]
fn the_cells_of_the_notebook_together_are_the_script() {
    for exact in [false, true] {
        let config = configs().pop().unwrap();
        let request = CodeRequest { config, data: ProgramData::PUBLISHED, exact };
        let notebook: serde_json::Value = serde_json::from_str(&notebook(&request)).unwrap();
        let cells = notebook["cells"].as_array().unwrap();
        let source = |cell: &serde_json::Value| {
            let lines = cell["source"].as_array().unwrap().iter();
            lines.map(|line| line.as_str().unwrap()).collect::<String>()
        };
        let is_code = |cell: &&serde_json::Value| cell["cell_type"] == "code";
        let code: Vec<String> = cells.iter().filter(is_code).map(source).collect();
        assert_eq!(code.join(BETWEEN) + "\n", script(&request));
        assert_eq!(cells.len(), 2 * code.len() + 1, "each has a heading, and all have one");
        let mut ids: Vec<&str> = cells.iter().map(|cell| cell["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), cells.len());
    }
}
