//! The documentation against the program: short lines of the trainer are run, and the tables of file formats name every key that is
//! written. (`src/terminal/documentation_tests.rs` checks the form of every line.)
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use atelier::checkpoint::{Checkpoint, Snapshot, write_checkpoint};
use atelier::dataset::DataSetIdentity;
use atelier::experiment::{Experiment, RunEnd, RunResult};
use atelier::history::{Ending, EpochMetrics, History, LossReport};
use atelier::library::{
    CheckpointRole, ExperimentRun, GivenFile, GivenPart, Origin, RunLabels, RunMetrics, RunRecord,
    RunState, TimeMark, Timeline, summarize,
};
use atelier::settings::TrainingConfig;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of `docs/terminal.md` and `docs/formats.md` that take seconds: few steps, or a short benchmark.
fn short_lines() -> Vec<String> {
    let texts = ["docs/terminal.md", "docs/formats.md"]
        .map(|name| std::fs::read_to_string(root().join(name)).unwrap());
    let lines = texts.iter().flat_map(|text| text.lines());
    let commands = lines.filter_map(|line| line.strip_prefix("    train "));
    let is_short = |line: &&str| ["--steps 2", "--seconds 0.1"].iter().any(|it| line.contains(it));
    commands.filter(is_short).map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn every_line_of_the_documentation_that_is_short_runs() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["www", "tests"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    let lines = short_lines();
    assert!(lines.len() >= 4, "{lines:?}");
    for line in lines {
        let mut train = Command::new(env!("CARGO_BIN_EXE_train"));
        let output =
            train.args(line.split_whitespace()).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "train {line}: {said}");
    }
    for file in ["losses.json", "first/experiment.zip"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}

fn epoch() -> EpochMetrics {
    EpochMetrics { epoch: 1, step: 2, train_loss: 0.5, valid_loss: 0.25, valid_accuracy: 0.5 }
}

fn history() -> History {
    let reports = vec![LossReport { step: 1, mean_loss: 0.5 }];
    History { losses: vec![0.5, 0.25], reports, epochs: vec![epoch()] }
}

fn own() -> DataSetIdentity {
    let names = ["a", "b"].map(str::to_owned);
    DataSetIdentity::new("things", &"ab".repeat(32), &names).unwrap()
}

fn checkpoint() -> Checkpoint {
    let snapshot = Snapshot {
        order: Some(vec![vec![1, 2]]),
        history: history(),
        ..Snapshot::beginning_on(Some(own()), TrainingConfig::default())
    };
    let (run, engine) = ("20260102_030405".to_owned(), "CPU".to_owned());
    Checkpoint { run, engine, saved_at_ms: 1.0, snapshot }
}

fn record() -> RunRecord {
    let mut record = RunRecord {
        run: "20260102_030405".to_owned(),
        config: TrainingConfig::default(),
        engine: "CPU".to_owned(),
        origin: Origin::Branch { run: "20260102_030405".to_owned(), step: 1 },
        given: vec![GivenFile {
            part: GivenPart::Weights,
            from: "a".to_owned(),
            sha256: "ab".repeat(32),
        }],
        data: Some(own()),
        corrections: 1,
        experiment: Some(ExperimentRun { id: "ab".repeat(8), name: "e".to_owned(), number: 1 }),
        state: RunState::failed(&"why", true),
        started_at_ms: 1.0,
        ended_at_ms: Some(2.0),
        trained_ms: 1.0,
        steps: 0,
        steps_in_run: 9,
        steps_per_epoch: 3,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(&history());
    record
}

/// Where a run can come from, and in which states it can be, as a record says it.
fn origins_and_states() -> Vec<Value> {
    let name = || "20260102_030405".to_owned();
    // A variant that is new does not compile here: add it to the lists below.
    match Origin::New {
        Origin::New | Origin::Branch { .. } | Origin::Imported { .. } | Origin::PyTorch { .. } => {}
    }
    match RunState::Training {
        RunState::Training | RunState::Paused | RunState::Stopped | RunState::Weights => {}
        RunState::Failed { .. } => {}
        RunState::Ended(Ending::Completed | Ending::EarlyStopped) => {}
    }
    let origins = [
        Origin::New,
        Origin::Branch { run: name(), step: 1 },
        Origin::Imported { file: name() },
        Origin::PyTorch { file: name() },
    ];
    let states = [
        RunState::Training,
        RunState::Paused,
        RunState::Stopped,
        RunState::Ended(Ending::Completed),
        RunState::Ended(Ending::EarlyStopped),
        RunState::failed(&"why", true),
        RunState::Weights,
    ];
    let parts = [GivenPart::Weights, GivenPart::Batches];
    let origins = origins.iter().map(|it| serde_json::to_value(it).unwrap());
    let states = states.iter().map(|it| serde_json::to_value(it).unwrap());
    origins.chain(states).chain(parts.iter().map(|it| serde_json::to_value(it).unwrap())).collect()
}

#[test]
fn the_tables_of_file_formats_name_every_origin_and_state_of_a_run() {
    let page = std::fs::read_to_string(root().join("docs/formats.md")).unwrap();
    let record = page.split_once("The `record`:").unwrap().1;
    let record = record.split_once("An entry of `checkpoints`").unwrap().0;
    for value in origins_and_states() {
        let begin = match &value {
            Value::Object(entries) => match entries.iter().next().unwrap() {
                (name, Value::String(inner)) => format!("{{\"{name}\": \"{inner}\"}}"),
                (name, _) => format!("{{\"{name}\": {{"),
            },
            name => name.to_string(),
        };
        assert!(record.contains(&format!("`{begin}")), "docs/formats.md lacks {begin}");
    }
}

/// Every key of an object and of the objects in it; those of a config are the settings'.
fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                into.insert(key.clone());
                if !matches!(key.as_str(), "config" | "base" | "settings") {
                    keys(value, into);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

/// The description in a checkpoint's header.
fn description(file: &[u8]) -> Value {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    serde_json::from_str(header["__metadata__"]["atelier"].as_str().unwrap()).unwrap()
}

#[test]
fn the_tables_of_file_formats_name_every_key_that_is_written() {
    let checkpoint = checkpoint();
    let file = write_checkpoint(&checkpoint).unwrap();
    let summary = summarize(&checkpoint, CheckpointRole::Best, &file);
    let timeline = Timeline::of([TimeMark { step: 1, ms: 2.0 }]);
    let metrics = RunMetrics { history: history(), timeline };
    let experiment = std::fs::read(root().join("docs/scale/experiment.json")).unwrap();
    let experiment = Experiment::read(&experiment).unwrap();
    let runs = experiment.runs().unwrap();
    let ends = [
        RunEnd::Halved { epochs: 1 },
        RunEnd::Diverged { step: 1 },
        RunEnd::Failed { why: "w".to_owned() },
    ];
    let lines = ends.map(|end| {
        let result = RunResult::of(1, Some(end), &history(), 1.0);
        serde_json::from_str(&result.to_line(&experiment.identity(), runs.get(1).unwrap())).unwrap()
    });
    let labels = RunLabels { tags: vec!["t".to_owned()], ..RunLabels::default() };
    let written: Vec<Value> = [
        vec![
            description(&file),
            serde_json::to_value(record()).unwrap(),
            serde_json::to_value(labels).unwrap(),
            serde_json::to_value(summary).unwrap(),
            serde_json::to_value(metrics).unwrap(),
            serde_json::from_str(&experiment.to_json()).unwrap(),
        ],
        lines.to_vec(),
    ]
    .concat();
    let mut all = BTreeSet::new();
    written.iter().for_each(|value| keys(value, &mut all));
    let page = std::fs::read_to_string(Path::new(&root()).join("docs/formats.md")).unwrap();
    let missing: Vec<_> = all
        .iter()
        .filter(|key| !page.contains(&format!("`{key}`")) && !page.contains(&format!("\"{key}\"")))
        .collect();
    assert!(missing.is_empty(), "docs/formats.md does not name {missing:?}");
    assert!(all.len() > 50, "{all:?}");
}
