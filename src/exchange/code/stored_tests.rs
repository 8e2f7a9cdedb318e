#![allow(clippy::unwrap_used)]
use super::*;
use crate::dataset::{Correction, DataSetIdentity, SplitName};
use crate::history::Ending;
use crate::library::{GivenFile, RunState};
use crate::settings::TrainingConfig;

const SITE: &str = "https://example.org/";

fn record(origin: Origin) -> RunRecord {
    RunRecord {
        run: "20260102_030405".to_owned(),
        config: TrainingConfig::default(),
        engine: String::new(),
        origin,
        given: Vec::new(),
        corrections: 0,
        data: None,
        experiment: None,
        state: RunState::Ended(Ending::Completed),
        started_at_ms: 0.0,
        ended_at_ms: None,
        trained_ms: 0.0,
        steps: 7,
        steps_in_run: 7,
        steps_per_epoch: 7,
        epochs: 1,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    }
}

fn given(part: GivenPart, from: &str) -> GivenFile {
    GivenFile { part, from: from.to_owned(), sha256: "0".repeat(64) }
}

fn start(
    record: &RunRecord,
    checkpoint: Option<&Snapshot>,
    is_first: bool,
) -> Result<Start, Inexact> {
    let remains = Remains { root: &record.origin, checkpoint, is_first, has_data: false };
    remains.start(record, |from| from.starts_with(SITE))
}

fn snapshot() -> Snapshot {
    Snapshot::beginning(TrainingConfig { seed: 5, ..TrainingConfig::default() })
}

#[test]
fn a_run_of_its_seed_needs_no_checkpoint() {
    let start = start(&record(Origin::New), None, false).unwrap();
    assert_eq!(start.weights, FirstWeights::Drawn);
    assert!(start.batches.is_none() && start.corrections.is_empty());
}

#[test]
fn batches_and_corrections_are_those_of_the_run_or_none() {
    let correction = Correction { split: SplitName::Train, index: 3, label: None };
    let corrections = Corrections::try_from(vec![correction]).unwrap();
    let snapshot =
        Snapshot { order: Some(vec![vec![1, 2]]), corrections: corrections.clone(), ..snapshot() };
    let mut record = record(Origin::New);
    record.corrections = 1;
    assert_eq!(start(&record, None, false), Err(Inexact::NoCheckpoint));
    // One that is not of this run.
    let other = Snapshot::beginning(TrainingConfig::default());
    assert_eq!(start(&record, Some(&other), false), Err(Inexact::NoCheckpoint));
    record.given.push(given(GivenPart::Batches, "order.json"));
    let found = start(&record, Some(&snapshot), false).unwrap();
    assert_eq!((found.batches, found.corrections), (snapshot.order.clone(), corrections));
    record.corrections = 0;
    assert_eq!(start(&record, None, false), Err(Inexact::NoCheckpoint));
}

#[test]
fn weights_of_a_file_are_kept_loaded_again_or_missed() {
    let (mut record, snapshot) = (record(Origin::New), snapshot());
    record.given.push(given(GivenPart::Weights, "mine.safetensors"));
    let missed = Inexact::Weights { from: "mine.safetensors".to_owned() };
    assert_eq!(start(&record, Some(&snapshot), false), Err(missed));
    let found = start(&record, Some(&snapshot), true).unwrap();
    assert_eq!(found.weights, FirstWeights::Kept(snapshot.weights.clone()));
    let from = format!("{SITE}init.safetensors");
    record.given = vec![given(GivenPart::Weights, &from)];
    let linked = FirstWeights::Linked { from, sha256: "0".repeat(64) };
    assert_eq!(start(&record, Some(&snapshot), false).unwrap().weights, linked);
}

#[test]
fn what_has_not_told_how_it_began_is_not_exact() {
    let file = |file: &str| file.to_owned();
    let (alone, whole) = (
        record(Origin::Imported { file: file("run.checkpoint.safetensors") }),
        record(Origin::Imported { file: file("run_1.atelier.ZIP") }),
    );
    let snapshot = snapshot();
    assert_eq!(start(&alone, Some(&snapshot), false), Err(Inexact::Imported));
    assert!(start(&alone, Some(&snapshot), true).is_ok());
    assert!(start(&whole, Some(&snapshot), false).is_ok());
    let pytorch = record(Origin::PyTorch { file: file("events") });
    assert_eq!(start(&pytorch, Some(&snapshot), true), Err(Inexact::PyTorch));
    // A branch is judged by its root.
    let branch = record(Origin::Branch { run: file("20250102_030405"), step: 3 });
    let remains = Remains {
        root: &alone.origin,
        checkpoint: Some(&snapshot),
        is_first: false,
        has_data: false,
    };
    assert_eq!(remains.start(&branch, |_| false), Err(Inexact::Imported));
    assert!(start(&branch, Some(&snapshot), false).is_ok());
}

#[test]
fn a_data_set_of_ones_own_must_be_here() {
    let mut record = record(Origin::New);
    let names = ["a", "b"].map(str::to_owned);
    record.data = Some(DataSetIdentity::new("x", &"0".repeat(64), &names).unwrap());
    assert_eq!(start(&record, None, false), Err(Inexact::DataSet));
    let remains =
        Remains { root: &record.origin, checkpoint: None, is_first: false, has_data: true };
    assert!(remains.start(&record, |_| false).is_ok());
}
