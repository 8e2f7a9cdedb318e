#![allow(clippy::unwrap_used)]

use pollster::block_on;

use super::*;
use crate::checkpoint::{Snapshot, write_checkpoint};
use crate::history::{EpochMetrics, History};
use crate::library::{CheckpointRole, GivenFile, GivenPart, Origin, RunState, TimeMark, Timeline};
use crate::settings::TrainingConfig;

const RUN: &str = "20260102_030405";

fn bundle() -> Bundle {
    let epoch =
        EpochMetrics { epoch: 1, step: 3, train_loss: 0.5, valid_loss: 0.4, valid_accuracy: 0.8 };
    let history = History { losses: vec![2.3, 0.1, 1.7], reports: Vec::new(), epochs: vec![epoch] };
    let config = TrainingConfig { epochs: 2, ..TrainingConfig::default() };
    let snapshot = Snapshot { history: history.clone(), ..Snapshot::beginning(config.clone()) };
    let checkpoint =
        Checkpoint { run: RUN.to_owned(), engine: "CPU".to_owned(), saved_at_ms: 1.5, snapshot };
    let mut record = RunRecord {
        run: RUN.to_owned(),
        config,
        engine: "CPU".to_owned(),
        origin: Origin::New,
        data: None,
        corrections: 0,
        experiment: None,
        given: vec![GivenFile {
            part: GivenPart::Weights,
            from: "init.safetensors".to_owned(),
            sha256: "0123456789abcdef".repeat(4),
        }],
        state: RunState::Stopped,
        started_at_ms: 1.0,
        ended_at_ms: Some(2.0),
        trained_ms: 1.0,
        steps: 0,
        steps_in_run: 6,
        steps_per_epoch: 3,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(&history);
    let bytes = write_checkpoint(&checkpoint).unwrap();
    let summary = CheckpointSummary {
        name: CheckpointSummary::name_of(RUN, CheckpointRole::Last, 1, 3),
        run: RUN.to_owned(),
        role: CheckpointRole::Last,
        label: "as it was".to_owned(),
        epoch: 1,
        step: 3,
        finished: false,
        train_loss: Some(0.5),
        metrics: Some(epoch),
        bytes: bytes.len() as u64,
        sha256: sha256_hex(&bytes),
        saved_at_ms: 1.5,
    };
    let labels = RunLabels { title: "First".to_owned(), ..RunLabels::default() };
    let timeline = Timeline::of([TimeMark { step: 3, ms: 12.5 }]);
    let metrics = RunMetrics { history, timeline };
    Bundle { record, labels, metrics, checkpoints: vec![(summary, checkpoint)] }
}

fn packed(bundle: &mut Bundle) -> Vec<u8> {
    let Bundle { record, labels, metrics, checkpoints } = bundle;
    let file = |(summary, checkpoint): &mut (CheckpointSummary, Checkpoint)| {
        // The header's keys come in any order, so each writing has a checksum of its own.
        let bytes = write_checkpoint(checkpoint).unwrap();
        summary.sha256 = sha256_hex(&bytes);
        (summary.clone(), bytes)
    };
    let files = checkpoints.iter_mut().map(file).collect();
    block_on(write(record, labels, metrics, files, &no_turn)).unwrap()
}

async fn no_turn(_: usize) {}

fn pack(files: &[NamedFile]) -> Vec<u8> {
    block_on(archive::write(files, &no_turn)).unwrap()
}

fn unpacked(bytes: &[u8]) -> Result<Bundle, BundleError> {
    block_on(read(Archive::open(bytes).unwrap(), &no_turn))
}

/// The files of a packed run.
fn files() -> Vec<NamedFile> {
    let packed = packed(&mut bundle());
    let mut archive = Archive::open(&packed).unwrap();
    let names: Vec<_> =
        archive.names().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut file = |name: String| {
        let bytes = block_on(archive.read(&name, u64::MAX / 2, &no_turn)).unwrap().unwrap();
        (name, bytes)
    };
    names.into_iter().map(&mut file).collect()
}

fn changed(name: &str, from: &str, to: &str) -> Result<Bundle, BundleError> {
    let mut files = files();
    let file = files.iter_mut().find(|file| file.0.ends_with(name)).unwrap();
    let text = String::from_utf8_lossy(&file.1).into_owned();
    // The last one: checkpoints come after what the record itself has checksums of.
    let (before, after) = text.rsplit_once(from).unwrap();
    file.1 = format!("{before}{to}{after}").into_bytes();
    unpacked(&pack(&files))
}

#[test]
fn only_what_belongs_to_the_run_is_unpacked() {
    let mut files = files();
    files.push(("stranger.safetensors".to_owned(), vec![7; 50]));
    let mut packed = pack(&files);
    let at = packed.windows(50).position(|bytes| bytes == [7; 50]).unwrap();
    packed[at] = 8;
    let mut archive = Archive::open(&packed).unwrap();
    assert!(
        block_on(archive.read("stranger.safetensors", 50, &no_turn)).is_err(),
        "its checksum differs"
    );
    assert_eq!(unpacked(&packed).unwrap().labels, bundle().labels);
}

#[test]
fn a_checkpoint_that_is_named_twice_is_unpacked_once() {
    let mut files = files();
    let (_, manifest) = files.iter_mut().find(|file| file.0 == MANIFEST).unwrap();
    let mut described: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    let checkpoints = described["checkpoints"].as_array_mut().unwrap();
    checkpoints.push(checkpoints[0].clone());
    *manifest = serde_json::to_vec(&described).unwrap();
    let error = unpacked(&pack(&files)).unwrap_err();
    assert!(matches!(error, BundleError::Missing(_)), "{error}");
}

#[test]
fn a_run_comes_back_from_its_file_bit_by_bit() {
    let mut bundle = bundle();
    let file = packed(&mut bundle);
    assert_eq!(unpacked(&file).unwrap(), bundle);
}

#[test]
fn a_later_version_is_named_before_anything_else_is_read() {
    let error = changed("run.json", "\"version\": 1", "\"version\": 2").unwrap_err();
    assert!(matches!(error, BundleError::Version { version: 2, .. }), "{error}");
}

#[test]
fn whatever_is_missing_damaged_or_contradictory_is_refused_by_name() {
    let error = changed("run.json", "model_", "modal_").unwrap_err();
    assert!(matches!(&error, BundleError::Missing(name) if name.contains("modal_")), "{error}");
    let error = changed("run.json", "\"sha256\": \"", "\"sha256\": \"0").unwrap_err();
    assert!(matches!(error, BundleError::Damaged(_)), "{error}");
    let error = changed("metrics.json", "\"epoch\":1", "\"epoch\":7").unwrap_err();
    assert!(matches!(error, BundleError::Metrics), "{error}");
    let error = changed("metrics.json", "2.3", "\"2.3\"").unwrap_err();
    assert!(matches!(error, BundleError::Json { file: "metrics.json", .. }), "{error}");
    let error = changed("run.json", "\"epochs\": \"2\"", "\"epochs\": \"0\"").unwrap_err();
    assert!(matches!(error, BundleError::Json { file: "run.json", .. }), "{error}");
}
