#![allow(clippy::unwrap_used)]
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::super::{Corrected, Field, LearningRate, OptimizerKind, ScheduleKind, SettingsDraft};
use super::*;

/// The settings of a form with these texts.
fn config(texts: &[(Field, &str)]) -> TrainingConfig {
    let mut draft = SettingsDraft::default();
    for (field, text) in texts {
        draft.set(*field, text);
    }
    draft.check().unwrap()
}

fn program(texts: &[(Field, &str)]) -> String {
    pytorch_program(&config(texts), Corrected::default())
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
    let program = pytorch_program(&TrainingConfig::default(), Corrected::default());
    for line in [
        "BATCH_SIZE = 4\nEPOCHS = 5\n\ntorch.manual_seed(0)\n",
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)\n",
        "report_every = 1000\n",
        "    v2.ToDtype(torch.float32, scale=True),\n    v2.Normalize((0.5,), (0.5,)),\n",
        "DataLoader(training_set, batch_size=BATCH_SIZE, shuffle=True)",
        "        torch.save(model.state_dict(), f\"garments-{epoch}.pt\")\n",
    ] {
        assert!(program.contains(line), "{line}\nis not in\n{program}");
    }
    for unused in
        ["scheduler", "clip_grad", "STEPS", "PATIENCE", "v2.Random", "copy", "weight_decay"]
    {
        assert!(!program.contains(unused), "{unused} is in\n{program}");
    }
    assert!(program.lines().count() < 95, "{}", program.lines().count());
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
    assert!(program(&[(Field::BatchSize, "64")]).contains("report_every = len(training_loader)\n"));
}

#[test]
fn every_program_is_valid_python() {
    let mut programs: Vec<_> =
        configs().iter().map(|config| pytorch_program(config, Corrected::default())).collect();
    programs.extend(configs().iter().map(|config| pytorch_program(config, OWN)));
    drop(python("compile", &programs));
}

#[test]
fn pytorch_runs_every_program_at_our_learning_rates() {
    let configs = configs();
    let configs: Vec<_> = configs.into_iter().filter(|config| config.batch_size == 8).collect();
    let programs: Vec<_> =
        configs.iter().map(|config| pytorch_program(config, Corrected::default())).collect();
    let Some(output) = python("run", &programs) else { return };
    let rates: Vec<Vec<f64>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rates.len(), configs.len());
    for (config, rates) in configs.iter().zip(rates) {
        // The script has 40 images.
        let length = config.run_length(5);
        let ours = LearningRate::new(config, length);
        assert!(rates.len() == 13 || rates.len() == 10, "{} steps", rates.len());
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
    let corrected = |out| Corrected { images: 5_000, left_out_of_training: out };
    let program = pytorch_program(&TrainingConfig::default(), corrected(0));
    assert!(program.starts_with("import json\n\nimport torch\n"));
    assert!(program.contains("from torch.utils.data import DataLoader, Subset\n"));
    assert!(program.contains("open(\"atelier-corrections.json\")"));
    let at = |text: &str| program.find(text).unwrap();
    assert!(at("validation_set = FashionMNIST") < at("validation_set = corrected("));
    assert!(at("validation_set = corrected(") < at("training_loader = DataLoader("));
    // 56,001 images are 14,001 batches; with batches of 60, 59,400 images are fewer than 1,000 and 60,000 are not.
    let sixty = TrainingConfig { batch_size: 60, ..TrainingConfig::default() };
    let reports = |out| pytorch_program(&sixty, corrected(out)).contains("report_every = 1000");
    assert!(reports(0) && !reports(600));
    let plain = pytorch_program(&TrainingConfig::default(), Corrected::default());
    assert!(!plain.contains("json") && !plain.contains("Subset"));
}

/// A data set of one's own.
const OWN: ProgramData = ProgramData::Own { classes: 17, training_images: 600 };

#[test]
fn a_run_on_classes_of_ones_own_reads_shards_and_has_as_many_outputs() {
    let program = pytorch_program(&TrainingConfig::default(), OWN);
    for part in [
        "import gzip\nimport json\nfrom pathlib import Path\n\nimport torch\n",
        "from torch.utils.data import DataLoader, Dataset\n",
        "nn.Linear(84, 17)\n",
        "training_set = Shards(\"train\", transform)\n",
        "validation_set = Shards(\"test\", transform)\n",
        "report_every = len(training_loader)\n",
    ] {
        assert!(program.contains(part), "{part} is not in\n{program}");
    }
    assert!(!program.contains("FashionMNIST"));
    let plain = pytorch_program(&TrainingConfig::default(), Corrected::default());
    assert!(plain.contains("nn.Linear(84, 10)\n") && !plain.contains("Shards"));
}
