#![allow(clippy::unwrap_used)]

use super::*;
use crate::experiment::{Axis, Choice, Experiment};
use crate::history::History;
use crate::settings::{Field, TrainingConfig};

fn experiment() -> Experiment {
    Experiment {
        name: String::new(),
        base: TrainingConfig::default(),
        axes: vec![Axis::list(Field::LearningRate, ["0.1", "0.2"])],
        seeds: vec![0, u64::MAX],
        choice: Choice::Grid,
        halving: None,
    }
}

fn result(number: u32, end: RunEnd) -> RunResult {
    let epoch = EpochMetrics {
        epoch: 1,
        step: 3,
        train_loss: 0.1 + 0.2,
        valid_loss: 1.0 / 3.0,
        valid_accuracy: 0.8125,
    };
    let history =
        History { losses: vec![2.3, 0.1, 1.7], epochs: vec![epoch], ..History::default() };
    RunResult::of(number, Some(end), &history, 12.75)
}

fn results() -> Vec<RunResult> {
    vec![
        result(3, RunEnd::Completed),
        result(1, RunEnd::Diverged { step: 3 }),
        result(4, RunEnd::Failed { why: "no\nspace".to_owned() }),
    ]
}

fn written(results: &[RunResult]) -> String {
    let experiment = experiment();
    let (identity, runs) = (experiment.identity(), experiment.runs().unwrap());
    let line = |it: &RunResult| it.to_line(&identity, runs.get(it.number).unwrap());
    results.iter().map(line).collect()
}

fn read(file: &str) -> Result<Lines, Mistake> {
    let experiment = experiment();
    let mut lines = Lines::default();
    lines.read(file.as_bytes(), &experiment.identity(), &experiment.runs().unwrap())?;
    Ok(lines)
}

#[test]
fn lines_are_read_to_the_bit_in_their_order() {
    let file = written(&results());
    assert_eq!(file.lines().count(), 3, "{file}");
    let lines = read(&file).unwrap();
    let mut expected = results();
    // A text from outside is cleaned where it enters.
    expected[2].end = Some(RunEnd::Failed { why: "no space".to_owned() });
    assert_eq!(lines.results, expected);
    assert_eq!((lines.whole, lines.doubled), (file.len() as u64, 0));
    assert!(file.contains(r#""seed":18446744073709551615,"settings":{"lr":"0.1"}"#), "{file}");
}

#[test]
fn a_last_line_without_its_end_is_passed_over_wherever_it_was_cut() {
    let file = written(&results());
    let two = written(&results()[..2]).len();
    for cut in two..file.len() {
        let lines = read(&file[..cut]).unwrap();
        assert_eq!((lines.results.len(), lines.whole), (2, two as u64), "at {cut}");
    }
    assert_eq!(read("").unwrap(), Lines::default());
}

#[test]
fn a_run_counts_once_in_one_file_and_in_several() {
    let file = written(&results());
    let lines = read(&format!("{file}{file}")).unwrap();
    assert_eq!((lines.results.len(), lines.doubled), (3, 3));
    let experiment = experiment();
    let runs = experiment.runs().unwrap();
    let mut lines = Lines::default();
    for _ in 0..2 {
        lines.read(file.as_bytes(), &experiment.identity(), &runs).unwrap();
    }
    assert_eq!((lines.results.len(), lines.doubled), (3, 3));
    assert_eq!(lines.whole, file.len() as u64);
}

#[test]
fn what_is_no_result_of_this_experiment_is_named_by_its_line() {
    let file = written(&results());
    let identity = experiment().identity();
    let other = file.replacen(&identity, "0123456789abcdef", 2);
    let found = "0123456789abcdef".to_owned();
    assert_eq!(read(&other), Err(Mistake::OtherExperiment { line: 1, found }));
    let bad = format!("{file}garbage\n");
    assert!(matches!(read(&bad), Err(Mistake::Line { line: 4, .. })));
    for (from, to) in [
        (r#""number":3"#, r#""number":5"#),
        (r#""number":3"#, r#""number":0"#),
        (r#""valid_accuracy":0.8125"#, r#""valid_accuracy":1.5"#),
        (r#""epoch":1"#, r#""epoch":2"#),
        (r#""steps":3"#, r#""steps":2"#),
        (r#""trained_ms":12.75"#, r#""trained_ms":-1.0"#),
    ] {
        assert!(file.contains(from), "{from}");
        let changed = file.replacen(from, to, 1);
        assert_eq!(read(&changed), Err(Mistake::Contradiction { line: 1 }), "{to}");
    }
    let changed = file.replacen("12.75", "1e999", 1);
    assert!(matches!(read(&changed), Err(Mistake::Line { line: 1, .. })));
    let long = "x".repeat(2 << 20);
    assert!(matches!(read(&long), Err(Mistake::Line { line: 1, .. })));
}
