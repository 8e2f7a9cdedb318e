#![allow(clippy::unwrap_used)]

use super::*;
use crate::experiment::{Axis, Choice, Column, Experiment};
use crate::history::EpochMetrics;
use crate::settings::{Field, TrainingConfig};

fn runs() -> Runs {
    let experiment = Experiment {
        name: String::new(),
        base: TrainingConfig::default(),
        axes: vec![Axis::list(Field::LearningRate, ["0.1", "0.02", "1e-6"])],
        seeds: vec![0, 1, 2],
        choice: Choice::Grid,
        halving: None,
    };
    experiment.runs().unwrap()
}

fn result(number: u32, end: Option<RunEnd>, losses: &[f64]) -> RunResult {
    let epoch = |(epoch, valid_loss): (u32, &f64)| EpochMetrics {
        epoch,
        step: u64::from(epoch) * 10,
        train_loss: 0.5,
        valid_loss: *valid_loss,
        valid_accuracy: 1.0 - valid_loss,
    };
    let epochs = (1..).zip(losses).map(epoch).collect();
    RunResult { number, end, steps: 10, trained_ms: 1.0, epochs, curve: Vec::new() }
}

fn done(number: u32, losses: &[f64]) -> RunResult {
    result(number, Some(RunEnd::Completed), losses)
}

#[test]
fn a_row_has_the_best_epochs_of_its_seeds() {
    // Runs 1, 4 and 7 are the first combination's.
    let results = [done(1, &[0.5, 0.2, 0.4]), done(4, &[0.4, 0.3]), done(7, &[0.4])];
    let table = Table::new(&runs(), &results);
    let row = table.get(0).unwrap();
    assert_eq!(row.varied, [(Field::LearningRate, "0.1".to_owned())]);
    assert_eq!((row.seeds_planned, row.seeds_done, row.state), (3, 3, RowState::Done));
    let loss = row.valid_loss.unwrap();
    assert_eq!((loss.least, loss.most, loss.count), (0.2, 0.4, 3));
    assert!((loss.mean - 0.3).abs() < 1e-12);
    assert!((loss.deviation.unwrap() - 0.1).abs() < 1e-12);
    assert!((row.valid_accuracy.unwrap().mean - 0.7).abs() < 1e-12);
    let waiting = table.get(1).unwrap();
    assert_eq!((waiting.state, waiting.valid_loss), (RowState::Waiting, None));
    assert_eq!(table.ended().completed, 3);
}

#[test]
fn a_run_that_diverged_or_failed_does_not_count_and_is_counted() {
    let diverged = Some(RunEnd::Diverged { step: 7 });
    let failed = Some(RunEnd::Failed { why: "disk".to_owned() });
    let results =
        [done(1, &[0.5]), result(4, diverged.clone(), &[0.1]), result(7, failed.clone(), &[0.1])];
    let table = Table::new(&runs(), &results);
    let row = table.get(0).unwrap();
    assert_eq!((row.valid_loss.unwrap().mean, row.state), (0.5, RowState::Done));
    assert_eq!((row.ended.diverged, row.ended.failed, row.seeds_done), (1, 1, 3));

    let all = [1, 4, 7].map(|number| result(number, diverged.clone(), &[]));
    assert_eq!(Table::new(&runs(), &all).rows[0].state, RowState::Diverged);
    let all = [1, 4, 7].map(|number| result(number, failed.clone(), &[]));
    assert_eq!(Table::new(&runs(), &all).rows[0].state, RowState::Failed);
}

#[test]
fn halved_runs_count_only_among_themselves() {
    let halved = |number, loss| result(number, Some(RunEnd::Halved { epochs: 1 }), &[loss]);
    let table = Table::new(&runs(), &[done(1, &[0.5]), halved(4, 0.9), halved(7, 0.9)]);
    assert_eq!(table.rows[0].valid_loss.unwrap().mean, 0.5);
    assert_eq!((table.rows[0].ended.halved, table.rows[0].state), (2, RowState::Done));
    let table = Table::new(&runs(), &[halved(1, 0.5), halved(4, 0.7), halved(7, 0.6)]);
    assert_eq!(table.rows[0].state, RowState::Halved);
    assert!((table.rows[0].valid_loss.unwrap().mean - 0.6).abs() < 1e-12);
}

#[test]
fn once_a_run_is_whole_what_is_under_way_or_was_stopped_does_not_count() {
    let partial = [result(4, None, &[2.0]), result(7, Some(RunEnd::Stopped), &[1.8])];
    let [under_way, stopped] = partial;
    let row = |results: &[RunResult]| Table::new(&runs(), results).rows[0].clone();
    let before = row(&[under_way.clone(), stopped.clone()]);
    assert!((before.valid_loss.unwrap().mean - 1.9).abs() < 1e-12);
    assert!(!before.counted.are_whole());
    let after = row(&[done(1, &[0.5]), under_way, stopped]);
    assert_eq!((after.valid_loss.unwrap().mean, after.valid_loss.unwrap().count), (0.5, 1));
    assert!(after.counted.are_whole() && after.counted.has(1) && !after.counted.has(4));
}

#[test]
fn a_run_under_way_counts_with_what_it_has() {
    let results = [result(1, None, &[0.6]), result(4, None, &[])];
    let row = &Table::new(&runs(), &results).rows[0];
    assert_eq!((row.state, row.seeds_done), (RowState::Running, 0));
    assert_eq!(row.valid_loss.unwrap().count, 1);
    let row = &Table::new(&runs(), &[done(1, &[0.6])]).rows[0];
    assert_eq!((row.state, row.seeds_done), (RowState::Running, 1));
}

#[test]
fn of_several_results_of_a_run_the_last_counts_and_foreign_ones_do_not() {
    let results = [result(1, None, &[0.9]), done(1, &[0.4]), done(0, &[0.1]), done(10, &[0.1])];
    let table = Table::new(&runs(), &results);
    assert_eq!(table.rows[0].valid_loss.unwrap().mean, 0.4);
    assert_eq!(table.ended().all(), 1);
}

#[test]
fn a_spread_of_one_has_no_deviation_and_of_none_is_none() {
    assert_eq!(Spread::of(&[0.5]).unwrap().deviation, None);
    assert_eq!(Spread::of(&[]), None);
    assert_eq!(Spread::of(&[f64::NAN, f64::INFINITY]), None);
    assert_eq!(Spread::of(&[f64::NAN, 0.25]).unwrap().count, 1);
}

#[test]
fn rows_are_sorted_by_any_column_with_what_has_none_last() {
    let results = [done(1, &[0.5]), done(2, &[0.3])];
    let table = Table::new(&runs(), &results);
    let order = |column, is_descending| -> Vec<u32> {
        table.sorted(column, is_descending).iter().map(|row| row.combination).collect()
    };
    assert_eq!(order(Column::ValidLoss, false), [1, 0, 2]);
    assert_eq!(order(Column::ValidLoss, true), [0, 1, 2]);
    assert_eq!(order(Column::ValidAccuracy, true), [1, 0, 2]);
    // As numbers: by letters, 1e-6 would not be the least.
    assert_eq!(order(Column::Varied(Field::LearningRate), false), [2, 1, 0]);
    assert_eq!(order(Column::Varied(Field::Momentum), true), [0, 1, 2]);
    assert_eq!(order(Column::Seeds, true), [0, 1, 2]);
    assert_eq!(order(Column::State, false), [0, 1, 2]);
}
