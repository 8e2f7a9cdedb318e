#![allow(clippy::unwrap_used)]
use super::*;
use crate::experiment::Preset;
use crate::library::{ExperimentRun, Origin};

fn runs() -> Runs {
    let base = TrainingConfig { batch_size: 64, epochs: 2, ..TrainingConfig::default() };
    Preset::LearningRates.experiment(&base).runs().unwrap()
}

fn epoch(number: u32, valid_loss: f64) -> EpochMetrics {
    EpochMetrics {
        epoch: number,
        step: u64::from(number) * 10,
        train_loss: 0.5,
        valid_loss,
        valid_accuracy: 0.8,
    }
}

fn record(number: u32, run: &str, steps: u64, state: RunState) -> RunRecord {
    RunRecord {
        run: run.to_owned(),
        config: TrainingConfig {
            engine: EngineChoice::Cpu,
            ..runs().get(number).unwrap().config.clone()
        },
        engine: "CPU".to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: None,
        corrections: 0,
        experiment: Some(ExperimentRun { id: "0".repeat(16), name: String::new(), number }),
        state,
        started_at_ms: 1.0,
        ended_at_ms: None,
        trained_ms: 900.0,
        steps,
        steps_in_run: 20,
        steps_per_epoch: 10,
        epochs: 1,
        best: Some(epoch(1, 0.4)),
        newest: Some(epoch(1, 0.4)),
        sparkline: Vec::new(),
    }
}

fn overview(run: &str, losses: Vec<f32>) -> RunOverview {
    RunOverview {
        run: run.to_owned(),
        config: runs().runs[0].config.clone(),
        corrections: 0,
        data: None,
        steps_per_epoch: 64,
        steps_in_run: 128,
        step: losses.len() as u64,
        losses,
        reports: Vec::new(),
        epochs: Vec::new(),
    }
}

fn progress(step: u64, losses: Vec<f32>) -> Progress {
    Progress {
        epoch: 1,
        step,
        losses,
        reports: Vec::new(),
        images_per_second: 1.0,
        seconds_left: None,
    }
}

#[test]
fn what_the_library_says_decides_what_is_trained_once_more() {
    let diverged = RunState::Failed { why: "nan".to_owned(), diverged: true };
    let failed = RunState::Failed { why: "disk".to_owned(), diverged: false };
    let records = [
        record(1, "a", 20, RunState::Ended(Ending::Completed)),
        record(2, "b", 5, RunState::Training),
        record(3, "c", 5, RunState::Stopped),
        record(4, "d", 5, diverged),
        record(5, "e", 5, failed),
    ];
    let mut results = Results::restored(&runs(), &records);
    let open: Vec<u32> = (1..=6).filter(|number| results.is_open(*number)).collect();
    assert_eq!(open, [2, 3, 5, 6]);
    assert_eq!(results.over(), 3, "one that failed is over until the experiment goes on");
    assert_eq!(results.run_of(2), Some("b"));
    assert_eq!(results.run_of(6), None);
    results.fell_behind(&[3, 1, 9]);
    assert_eq!(results.get(3).unwrap().end, Some(RunEnd::Halved { epochs: 1 }));
    assert_eq!(results.get(1).unwrap().end, Some(RunEnd::Completed));
    assert!(!results.is_open(3));
}

#[test]
fn a_record_with_other_settings_is_no_run_of_the_experiment_and_of_two_the_further_counts() {
    let mut other = record(1, "other", 20, RunState::Ended(Ending::Completed));
    other.config.learning_rate *= 2.0;
    let records = [
        other,
        record(2, "late", 5, RunState::Training),
        record(2, "done", 20, RunState::Ended(Ending::Completed)),
        record(2, "later", 9, RunState::Training),
        record(2, "no number", 20, RunState::Ended(Ending::Completed)),
    ];
    let results = Results::restored(&runs(), &records);
    assert_eq!(results.run_of(1), None);
    assert_eq!(results.run_of(2), Some("done"));
}

#[test]
fn the_curve_of_a_run_under_way_has_few_points_and_goes_on_where_it_was_cut_off() {
    let mut results = Results::default();
    results.began(1, &overview("a", vec![2.0; 64]), 0.0);
    let before = results.get(1).unwrap().curve.len();
    for step in 0..16 {
        let losses = vec![1.0; 4];
        results.progressed(1, &progress(68 + 4 * step, losses), 100.0 * (step + 1) as f64);
    }
    let result = results.get(1).unwrap();
    assert_eq!(result.steps, 128);
    assert_eq!(result.curve.len() - before, 16, "a point for four of the 128 steps");
    assert!(result.curve[before..].iter().all(|point| point.loss == 1.0));
    assert_eq!(result.curve.last().unwrap().step, 128);
    assert!((result.trained_ms - 1600.0).abs() < 1e-9);
    results.progressed(1, &progress(128, Vec::new()), 1_000_000.0);
    assert!((results.get(1).unwrap().trained_ms - 1600.0).abs() < 1e-9, "a pause is no training");
}

#[test]
fn curves_of_the_library_take_no_epoch_away_that_was_heard_meanwhile() {
    let mut results = Results::restored(&runs(), &[record(1, "a", 10, RunState::Training)]);
    let epochs = vec![epoch(1, 0.5), epoch(2, 0.4)];
    let reports = vec![crate::history::LossReport { step: 10, mean_loss: 0.7 }];
    let measured = MeasuredRun { epochs: epochs.clone(), reports };
    results.measured("a", measured);
    assert_eq!(results.get(1).unwrap().epochs, epochs);
    assert_eq!(results.get(1).unwrap().curve.len(), 1);
    results.measured("a", MeasuredRun::default());
    assert_eq!(results.get(1).unwrap().epochs, epochs);
}

#[test]
fn a_run_that_was_cut_off_has_begun_and_one_that_is_over_or_waits_has_not() {
    let mut results = Results::restored(&runs(), &[record(1, "a", 10, RunState::Stopped)]);
    results.ended(2, RunEnd::Completed);
    results.ended(3, RunEnd::Stopped);
    assert_eq!((results.begun(), results.over()), (1, 1));
}

#[test]
fn a_run_that_goes_on_has_no_more_points_than_a_result_may() {
    let mut results = Results::default();
    results.began(1, &overview("a", vec![2.0; 63]), 0.0);
    for step in 64..=128 {
        results.progressed(1, &progress(step, vec![1.0]), 1.0);
    }
    let result = results.get(1).unwrap();
    assert_eq!(result.curve.len(), RunResult::MOST_POINTS);
    assert_eq!(result.curve[15].step, 64);
    assert!((result.curve[15].loss - 1.75).abs() < 1e-6, "three of these four steps were before");
}
