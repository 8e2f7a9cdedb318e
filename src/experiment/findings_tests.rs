#![allow(clippy::unwrap_used)]

use super::*;
use crate::experiment::{Axis, Choice, Experiment, RunEnd};
use crate::history::EpochMetrics;
use crate::settings::{Field, TrainingConfig};

fn runs(seeds: u64) -> Runs {
    let experiment = Experiment {
        name: String::new(),
        base: TrainingConfig::default(),
        axes: vec![Axis::list(Field::LearningRate, ["0.1", "0.02", "5"])],
        seeds: (0..seeds).collect(),
        choice: Choice::Grid,
        halving: None,
    };
    experiment.runs().unwrap()
}

fn result(number: u32, end: RunEnd, valid_loss: f64, valid_accuracy: f64) -> RunResult {
    let epoch = EpochMetrics { epoch: 1, step: 10, train_loss: 0.5, valid_loss, valid_accuracy };
    let (end, epochs) = (Some(end), vec![epoch]);
    RunResult { number, end, steps: 10, trained_ms: 1.0, epochs, curve: Vec::new() }
}

fn done(number: u32, loss: f64) -> RunResult {
    result(number, RunEnd::Completed, loss, 0.9)
}

fn findings(seeds: u64, results: &[RunResult]) -> Findings {
    let runs = runs(seeds);
    Findings::of(&runs, &Table::new(&runs, results), results, 10)
}

#[test]
fn the_best_leads_if_the_difference_is_greater_than_the_spread() {
    let results = [done(1, 0.30), done(2, 0.40), done(4, 0.32), done(5, 0.42)];
    let found = findings(2, &results);
    assert_eq!((found.runs, found.missing, found.ended.completed), (6, 2, 4));
    let best = found.best.unwrap();
    assert_eq!((best.combination, best.varied[0].1.as_str()), (0, "0.1"));
    assert_eq!(found.next.unwrap().combination, 1);
    let lead = found.lead.unwrap();
    assert!((lead.difference - 0.1).abs() < 1e-12);
    assert_eq!(lead.told, Told::Apart);

    let results = [done(1, 0.30), done(2, 0.31), done(4, 0.40), done(5, 0.41)];
    assert_eq!(findings(2, &results).lead.unwrap().told, Told::NotApart);
    let equal = [done(1, 0.3), done(2, 0.3), done(4, 0.3), done(5, 0.3)];
    assert_eq!(findings(2, &equal).lead.unwrap().told, Told::NotApart);
}

#[test]
fn with_one_seed_the_spread_is_unknown() {
    let lead = findings(1, &[done(1, 0.3), done(2, 0.4)]).lead.unwrap();
    assert_eq!((lead.deviation, lead.told), (None, Told::SpreadUnknown));
    let alone = findings(1, &[done(1, 0.3)]);
    assert!(alone.best.is_some() && alone.next.is_none() && alone.lead.is_none());
    assert_eq!(
        findings(1, &[]),
        Findings { combinations: 3, runs: 3, missing: 3, ..Findings::default() }
    );
}

#[test]
fn what_learnt_nothing_or_diverged_is_counted_and_named() {
    let diverged = RunEnd::Diverged { step: 3 };
    let results = [
        done(1, 0.3),
        result(2, RunEnd::Completed, 2.3, 0.1),
        result(3, diverged.clone(), 2.4, 0.1),
        result(5, RunEnd::Completed, 2.3, 0.18),
        result(6, RunEnd::Failed { why: String::new() }, 2.3, 0.1),
    ];
    let found = findings(2, &results);
    assert_eq!((found.learnt_nothing, found.learnt_nothing_in), (2, vec![1]));
    assert_eq!((found.ended.diverged, found.diverged_in), (1, vec![2]));
    assert_eq!((found.ended.failed, found.failed_in), (1, vec![2]));
    assert_eq!(found.missing, 1);
}

#[test]
fn a_combination_of_which_no_run_ended_as_its_settings_say_is_not_the_best() {
    let halved = result(2, RunEnd::Halved { epochs: 1 }, 0.1, 0.9);
    let stopped = result(3, RunEnd::Stopped, 0.1, 0.9);
    let found = findings(1, &[done(1, 0.3), halved, stopped]);
    assert_eq!(found.best.unwrap().combination, 0);
    assert_eq!(found.next, None);
    assert_eq!((found.ended.halved, found.ended.stopped), (1, 1));
}

#[test]
fn who_guesses_has_learnt_nothing_however_few_the_classes_and_who_is_mostly_right_has() {
    let runs = runs(1);
    let learnt_nothing = |accuracy: f64, classes: u32| {
        let results = [result(1, RunEnd::Completed, 0.7, accuracy)];
        let table = Table::new(&runs, &results);
        Findings::of(&runs, &table, &results, classes).learnt_nothing == 1
    };
    for classes in [2, 3, 10, 100] {
        let chance = 1.0 / f64::from(classes);
        assert!(learnt_nothing(chance, classes), "{classes} classes, guessing");
        assert!(learnt_nothing(chance + 0.05 * (1.0 - chance), classes), "{classes}: hardly more");
        let near = chance + 0.105 * (1.0 - chance);
        assert!(learnt_nothing(near, classes), "{classes}: as the page says of a run");
        assert!(!learnt_nothing(0.95, classes), "{classes} classes, mostly right");
        assert!(!learnt_nothing(chance + 0.2 * (1.0 - chance), classes), "{classes}: some more");
    }
}

#[test]
fn a_run_under_way_or_stopped_changes_no_standing_once_another_seed_is_whole() {
    // Runs 1 and 4 are the first combination's, 2 and 5 the second's.
    let stopped = result(4, RunEnd::Stopped, 2.0, 0.3);
    let under_way = RunResult { end: None, ..result(5, RunEnd::Stopped, 0.1, 0.9) };
    let found = findings(2, &[done(1, 0.3), done(2, 0.4), stopped, under_way]);
    let (best, next) = (found.best.unwrap(), found.next.unwrap());
    assert_eq!((best.combination, best.valid_loss.mean, best.valid_loss.count), (0, 0.3, 1));
    assert_eq!((next.combination, next.valid_loss.mean), (1, 0.4));
    assert_eq!(found.lead.unwrap().told, Told::SpreadUnknown);
}

#[test]
fn a_combination_whose_whole_runs_have_no_epoch_has_no_standing() {
    let without = RunResult { epochs: Vec::new(), ..done(1, 0.3) };
    let found = findings(2, &[without, result(4, RunEnd::Stopped, 0.1, 0.9)]);
    assert_eq!(found.best, None);
}

#[test]
fn what_was_stopped_before_it_could_learn_is_not_said_to_have_learnt_nothing() {
    let stopped = result(1, RunEnd::Stopped, 2.3, 0.1);
    let behind = result(2, RunEnd::Halved { epochs: 1 }, 2.3, 0.1);
    let under_way = RunResult { end: None, ..result(3, RunEnd::Stopped, 2.3, 0.1) };
    let found = findings(1, &[stopped, behind, under_way]);
    assert_eq!((found.learnt_nothing, found.learnt_nothing_in), (1, vec![1]));
}
