#![allow(clippy::unwrap_used)]

use tempfile::TempDir;

use super::*;
use crate::experiment::Preset;
use crate::settings::TrainingConfig;

fn experiment() -> Experiment {
    Preset::Momenta.experiment(&TrainingConfig::default())
}

fn open(folder: &TempDir, share: Option<&str>) -> Result<Folder, TerminalError> {
    let share = share.map(|share| Share::parse(share).unwrap());
    Folder::open(folder.path(), share, &experiment())
}

fn is_in_use(opened: Result<Folder, TerminalError>) -> bool {
    matches!(opened, Err(TerminalError::InUse(_)))
}

#[test]
fn a_folder_is_run_by_one_process_or_by_different_parts() {
    let folder = TempDir::new().unwrap();
    let whole = open(&folder, None).unwrap();
    assert!(is_in_use(open(&folder, None)));
    assert!(is_in_use(open(&folder, Some("1/2"))));
    assert!(matches!(Folder::gather(folder.path()), Err(TerminalError::InUse(_))));
    drop(whole);

    let first = open(&folder, Some("1/2")).unwrap();
    assert!(is_in_use(open(&folder, None)));
    assert!(is_in_use(open(&folder, Some("1/2"))));
    let second = open(&folder, Some("2/2")).unwrap();
    assert!(is_in_use(open(&folder, Some("1/3"))), "parts of another division have runs in common");
    let gathered = Folder::gather(folder.path());
    assert!(gathered.is_ok(), "results are gathered while parts run");
    let again = Folder::gather(folder.path());
    assert!(matches!(again, Err(TerminalError::InUse(_))), "both would write the same archive");
    drop(gathered);
    assert!(Folder::gather(folder.path()).is_ok());
    drop((first, second));
    assert!(open(&folder, Some("1/3")).is_ok());
    assert!(open(&folder, None).is_ok());
}

#[test]
fn a_folder_of_another_experiment_or_another_data_set_is_refused() {
    let folder = TempDir::new().unwrap();
    let note = DataNote { classes: 10, train: 60_000, test: 10_000, sha256: None };
    open(&folder, None).unwrap().check_data(&note).unwrap();
    open(&folder, None).unwrap().check_data(&note).unwrap();
    let other = DataNote { sha256: Some("0".repeat(64)), ..note };
    let refused = open(&folder, None).unwrap().check_data(&other);
    assert!(matches!(refused, Err(TerminalError::OtherData(_))));

    let renamed = Experiment { name: "else".to_owned(), ..experiment() };
    assert!(Folder::open(folder.path(), None, &renamed).is_ok(), "its name decides nothing");
    let other = Experiment { seeds: vec![9], ..experiment() };
    let refused = Folder::open(folder.path(), None, &other);
    assert!(matches!(refused, Err(TerminalError::OtherExperiment(_))));
    let nowhere = TempDir::new().unwrap();
    let refused = Folder::gather(nowhere.path());
    assert!(matches!(refused, Err(TerminalError::NoExperiment(_))));
}

#[test]
fn results_of_all_parts_are_found_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let opened = open(&folder, None).unwrap();
    for name in [
        "results.jsonl",
        "results-1-of-2.jsonl",
        "results-12-of-16.jsonl",
        "results-3-of-2.jsonl",
        "results.csv",
        "results.jsonl.7.partial",
        "results-copy.jsonl",
    ] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let found = opened.all_results().unwrap();
    let names = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
    let expected = ["results-1-of-2.jsonl", "results-12-of-16.jsonl", "results.jsonl"];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[test]
fn only_our_own_remains_are_removed() {
    let folder = TempDir::new().unwrap();
    let opened = open(&folder, None).unwrap();
    let state = |number| opened.checkpoint(number);
    let partial = folder.path().join("checkpoints/000002.safetensors.77.partial");
    let foreign = folder.path().join("checkpoints/000004.safetensors.77.partial");
    for path in [&state(1), &state(2), &opened.best_checkpoint(1), &partial, &foreign] {
        fs::write(path, "").unwrap();
    }
    fs::write(opened.run_archive(1), "").unwrap();
    opened.tidy(|number| number < 4, |number| number == 1).unwrap();
    let gone = [&state(1), &opened.best_checkpoint(1), &partial];
    assert!(gone.iter().all(|path| !path.exists()));
    let kept = [&state(2), &opened.run_archive(1), &foreign];
    assert!(kept.iter().all(|path| path.exists()));
}
