//! Files exchanged with other programs, checked with those programs.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use atelier::checkpoint::write_weights;
use atelier::dataset::Dataset;
use atelier::dataset::split::normalize;
use atelier::exchange::archive;
use atelier::exchange::import::{self, Contents, ImportError};
use atelier::exchange::metrics::{MeasuredRun, csv};
use atelier::exchange::onnx::{OnnxInfo, write_model};
use atelier::exchange::tensorboard::run_files;
use atelier::history::{EpochMetrics, History, LossReport};
use atelier::library::{Origin, RunLabels, RunMetrics, RunRecord, RunState, TimeMark, Timeline};
use atelier::model::{GarmentClassifier, images_tensor};
use atelier::network::ModelError;
use atelier::network::{CLASS_NAMES, CLASSES, PIXELS};
use atelier::settings::TrainingConfig;
use atelier::state_dict::{Array, StateDict};
use burn::tensor::Device;
use burn::tensor::activation::softmax;
use pollster::block_on;
use tempfile::TempDir;

const TRAINED: &str = "sgd_momentum.safetensors";

/// The first test images, 784 pixels each.
fn images(count: usize) -> Vec<u8> {
    let Dataset { test, .. } = common::dataset();
    (0..count).flat_map(|index| test.image(index).unwrap().0.to_vec()).collect()
}

/// Logits and probabilities, as the page's classifier computes them.
fn answers(weights: &StateDict, pixels: &[u8]) -> [Vec<Vec<f32>>; 2] {
    let device = Device::flex();
    let model = GarmentClassifier::from_weights(weights, &device).unwrap();
    let logits = model.forward(images_tensor(normalize(pixels), &device));
    [logits.clone(), softmax(logits, 1)].map(|answers| {
        let values = answers.into_data().try_into_vec::<f32>().unwrap();
        values.chunks(CLASSES).map(<[f32]>::to_vec).collect()
    })
}

/// Runs a Python script of the tests; prints a note and returns `None` if it cannot run.
fn python(script: &str, arguments: &[&Path]) -> Option<Output> {
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: {script} was left out");
        return None;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let output = Command::new(python).arg(folder.join(script)).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    eprint!("{said}{}", String::from_utf8_lossy(&output.stderr));
    if output.status.code() == Some(77) {
        assert!(std::env::var_os("ATELIER_NEEDS_TORCH").is_none(), "{said}");
        return None;
    }
    assert!(output.status.success(), "{script}: {said}");
    Some(output)
}

fn put(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn an_onnx_model_gives_our_probabilities_in_its_own_runtime() {
    let (weights, pixels) = (common::state_dict(TRAINED), images(1000));
    let [_, probabilities] = answers(&weights, &pixels);
    let names = CLASS_NAMES.map(str::to_owned);
    let info = OnnxInfo { name: "model_20260102_030405_last", class_names: &names, notes: &[] };
    let folder = TempDir::new().unwrap();
    let model = put(&folder, "model.onnx", &write_model(&weights, &info).unwrap());
    let expected = serde_json::to_vec(&probabilities).unwrap();
    let (pixels, expected) =
        (put(&folder, "images.bin", &pixels), put(&folder, "probabilities.json", &expected));
    python("check_onnx.py", &[&model, &pixels, &expected]);
}

#[test]
fn weights_load_into_pytorch_and_give_our_logits_on_a_thousand_images() {
    let (weights, pixels) = (common::state_dict(TRAINED), images(1000));
    let [logits, _] = answers(&weights, &pixels);
    let folder = TempDir::new().unwrap();
    let file = put(&folder, "weights.safetensors", &write_weights(&weights).unwrap());
    let expected = put(&folder, "logits.json", &serde_json::to_vec(&logits).unwrap());
    let pixels = put(&folder, "images.bin", &pixels);
    python("check_pytorch.py", &[Path::new("load"), &file, &pixels, &expected]);
}

#[test]
fn what_pytorch_saves_is_taken_in_and_gives_its_logits() {
    let pixels = images(1000);
    let folder = TempDir::new().unwrap();
    let path = put(&folder, "images.bin", &pixels);
    let made =
        python("check_pytorch.py", &[Path::new("make"), Path::new("7"), folder.path(), &path]);
    if made.is_none() {
        return;
    }
    let expected: Vec<Vec<f32>> =
        serde_json::from_slice(&std::fs::read(folder.path().join("logits.json")).unwrap()).unwrap();
    for name in ["state_dict.pt", "checkpoint.pt", "state_dict.safetensors"] {
        let file = std::fs::read(folder.path().join(name)).unwrap();
        let Contents::Weights(weights) = read(&file).unwrap() else {
            unreachable!("{name} holds weights alone")
        };
        let [logits, _] = answers(&weights, &pixels);
        let differences = logits.iter().flatten().zip(expected.iter().flatten());
        let largest = differences.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(largest < 1e-4, "{name}: {largest}");
    }
}

#[test]
fn committed_files_of_pytorch_are_taken_in_bit_by_bit() {
    let expected = common::state_dict("pytorch/state_dict.safetensors");
    for name in ["pytorch/state_dict.pt", "pytorch/state_dict.safetensors"] {
        match read(&common::fixture(name)).unwrap() {
            Contents::Weights(weights) => assert_eq!(weights, expected, "{name}"),
            other => unreachable!("{name} holds weights, not {other:?}"),
        }
    }
}

/// Every entry's checksum set to 0, as PyTorch does if told not to compute any.
fn without_checksums(mut archive: Vec<u8>) -> Vec<u8> {
    let number = |archive: &[u8], at: usize, bytes: usize| {
        archive[at..at + bytes]
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | usize::from(byte))
    };
    let end = archive.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let (entries, mut entry) = (number(&archive, end + 10, 2), number(&archive, end + 16, 4));
    assert!(entries > 10, "a network's arrays and what describes them");
    for _ in 0..entries {
        assert_eq!(archive[entry..entry + 4], *b"PK\x01\x02");
        let local = number(&archive, entry + 42, 4);
        archive[entry + 16..entry + 20].fill(0);
        archive[local + 14..local + 18].fill(0);
        entry +=
            46 + [28, 30, 32].map(|part| number(&archive, entry + part, 2)).iter().sum::<usize>();
    }
    archive
}

#[test]
fn a_file_of_pytorchs_without_checksums_is_taken_in_bit_by_bit() {
    let file = without_checksums(common::fixture("pytorch/state_dict.pt"));
    match read(&file).unwrap() {
        Contents::Weights(weights) => {
            assert_eq!(weights, common::state_dict("pytorch/state_dict.safetensors"));
        }
        other => unreachable!("it holds weights, not {other:?}"),
    }
    // As PyTorch itself wrote one, though of another network.
    let other = refused(&common::fixture("pytorch/no_checksums.pt"));
    assert!(matches!(other, ImportError::Weights(_) | ImportError::Extra(_)), "{other}");
}

#[test]
fn what_an_archive_is_is_told_by_the_names_in_it_before_anything_is_unpacked() {
    // Damaged, so that unpacking it fails.
    let files = [("readme.safetensors".to_owned(), vec![7; 50])];
    let mut archive = block_on(archive::write(&files, &no_turn)).unwrap();
    let at = archive.windows(50).position(|bytes| bytes == [7; 50]).unwrap();
    archive[at] = 8;
    assert!(matches!(refused(&archive), ImportError::Unknown));
}

async fn no_turn(_: usize) {}

fn read(bytes: &[u8]) -> Result<Contents, ImportError> {
    block_on(import::read(bytes, &no_turn))
}

fn refused(bytes: &[u8]) -> ImportError {
    match read(bytes) {
        Ok(contents) => unreachable!("{contents:?} was taken in"),
        Err(error) => error,
    }
}

/// The file of the trained weights with a change.
fn changed(change: impl FnOnce(&mut StateDict)) -> Vec<u8> {
    let mut weights = common::state_dict(TRAINED);
    change(&mut weights);
    write_weights(&weights).unwrap()
}

#[test]
fn whatever_is_not_exactly_the_networks_weights_is_refused_with_its_reason() {
    let missing = refused(&changed(|weights| drop(weights.remove("fc2.bias"))));
    assert!(
        matches!(&missing, ImportError::Weights(ModelError::Missing(name)) if name == "fc2.bias"),
        "{missing}"
    );

    let extra = Array { shape: vec![1], values: vec![0.0] };
    let extra = refused(&changed(|weights| drop(weights.insert("fc4.bias".to_owned(), extra))));
    assert!(matches!(&extra, ImportError::Extra(name) if name == "fc4.bias"), "{extra}");

    let wide = Array { shape: vec![12], values: vec![0.0; 12] };
    let wide = refused(&changed(|weights| drop(weights.insert("fc3.bias".to_owned(), wide))));
    // The biases say how many classes there are, so that the weights are too few.
    assert!(
        matches!(wide, ImportError::Weights(ModelError::Shape { name, .. }) if name == "fc3.weight")
    );
    let many = Array { shape: vec![65], values: vec![0.0; 65] };
    let many = refused(&changed(|weights| drop(weights.insert("fc3.bias".to_owned(), many))));
    assert!(matches!(many, ImportError::Weights(ModelError::Classes(65))));

    let nan = refused(&changed(|weights| {
        weights.get_mut("conv1.bias").unwrap().values[3] = f32::NAN;
    }));
    assert!(
        matches!(&nan, ImportError::Weights(ModelError::NotFinite(name)) if name == "conv1.bias"),
        "{nan}"
    );
}

#[test]
fn cut_files_and_files_of_other_kinds_are_refused() {
    let whole = changed(|_| {});
    for length in (0..whole.len()).step_by(whole.len() / 97) {
        refused(&whole[..length]);
    }
    let pickles = ["list.pt", "strings.pt", "evil.pt", "legacy.pt", "whole_model.pt", "float64.pt"];
    for name in pickles {
        let error = refused(&common::fixture(&format!("pytorch/{name}")));
        assert!(matches!(error, ImportError::Pytorch(_)), "{name}: {error}");
    }
    let garbage: Vec<u8> =
        (0..3_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(matches!(refused(&garbage), ImportError::Unknown));
    assert!(matches!(refused(b""), ImportError::Unknown));
    assert!(matches!(refused(&[0; PIXELS]), ImportError::Unknown));
}

fn measured() -> MeasuredRun {
    let epoch = |epoch: u32| EpochMetrics {
        epoch,
        step: u64::from(epoch) * 2,
        train_loss: 0.75 / f64::from(epoch),
        valid_loss: 0.5 / f64::from(epoch),
        valid_accuracy: 0.8,
    };
    let history = History {
        losses: vec![2.5, 1.25, 0.5, 0.25],
        reports: vec![LossReport { step: 2, mean_loss: 1.875 }],
        epochs: vec![epoch(1), epoch(2)],
    };
    let timeline = Timeline::of([TimeMark { step: 4, ms: 2000.0 }]);
    let mut record = RunRecord {
        run: "20260102_030405".to_owned(),
        config: TrainingConfig::default(),
        engine: "CPU".to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: None,
        corrections: 0,
        experiment: None,
        state: RunState::Stopped,
        started_at_ms: 1_767_323_045_000.0,
        ended_at_ms: None,
        trained_ms: 2000.0,
        steps: 0,
        steps_in_run: 4,
        steps_per_epoch: 2,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(&history);
    let labels = RunLabels { title: "Wide, \"bold\"".to_owned(), ..RunLabels::default() };
    MeasuredRun { record, labels, metrics: RunMetrics { history, timeline } }
}

#[test]
fn a_table_has_a_line_for_each_number_and_quotes_what_people_wrote() {
    let table = String::from_utf8(csv(&[measured()]).unwrap()).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "run,title,metric,step,epoch,seconds,value");
    assert_eq!(lines[2], "20260102_030405,\"Wide, \"\"bold\"\"\",Loss/batch,2,1,1.000,1.25");
    assert_eq!(lines.len(), 1 + 4 + 1 + 3 * 2);
    assert!(lines[10].ends_with("Accuracy/validation,4,2,2.000,0.8") || lines[11].ends_with("0.8"));
}

#[test]
fn tensorboard_reads_a_stored_run_with_the_tutorials_tags() {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in run_files(&measured().metrics, 1_767_323_045.0) {
        let path = folder.path().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let Some(read) = python("read_events.py", &[folder.path()]) else { return };
    let read: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    let both = "Training vs. Validation Loss";
    assert_eq!(read[""]["Loss/train"], serde_json::json!([[2, 1.875]]));
    assert_eq!(read[&format!("{both}_Training")][both], serde_json::json!([[1, 0.75], [2, 0.375]]));
    assert_eq!(read[&format!("{both}_Validation")][both], serde_json::json!([[1, 0.5], [2, 0.25]]));
}
