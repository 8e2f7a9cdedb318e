//! What is said of experiments, in both languages.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::experiment::{Axis, Choice, Experiment, RunEnd, RunResult, Runs};
use crate::history::EpochMetrics;
use crate::page::words::tests::stands_apart;
use crate::settings::TrainingConfig;

fn runs(axes: Vec<Axis>, seeds: u64) -> Runs {
    let experiment = Experiment {
        name: String::new(),
        base: TrainingConfig::default(),
        axes,
        seeds: (0..seeds).collect(),
        choice: Choice::Grid,
        halving: None,
    };
    experiment.runs().unwrap()
}

fn rates() -> Vec<Axis> {
    vec![Axis::list(Field::LearningRate, ["0.02", "0.01", "10"])]
}

fn result(number: u32, end: Option<RunEnd>, valid_loss: f64) -> RunResult {
    let valid_accuracy = if valid_loss > 2.0 { 0.1 } else { 0.88 };
    let epoch = EpochMetrics { epoch: 1, step: 10, train_loss: 0.5, valid_loss, valid_accuracy };
    let (epochs, curve) = (vec![epoch], Vec::new());
    RunResult { number, end, steps: 10, trained_ms: 1.0, epochs, curve }
}

fn done(number: u32, loss: f64) -> RunResult {
    result(number, Some(RunEnd::Completed), loss)
}

fn diverged(number: u32) -> RunResult {
    result(number, Some(RunEnd::Diverged { step: 5 }), 2.3)
}

/// What is said of these results, in English and in Chinese.
fn told(runs: &Runs, results: &[RunResult]) -> [String; 2] {
    let table = Table::new(runs, results);
    let findings = Findings::of(runs, &table, results, 10);
    [&en::EXPERIMENTS, &zh::EXPERIMENTS].map(|words| words.summary(&findings, &table))
}

fn english(runs: &Runs, results: &[RunResult]) -> String {
    let [english, chinese] = told(runs, results);
    assert!(stands_apart(&chinese), "{chinese}");
    english
}

#[test]
fn the_best_is_named_with_its_lead_and_what_that_tells() {
    let three = runs(rates(), 3);
    let apart = [done(1, 0.30), done(4, 0.31), done(2, 0.40), done(5, 0.41)];
    let said = english(&three, &apart);
    let begins = "Learning rate 0.02 has the lowest validation loss: 0.3050, accuracy 88.0";
    assert!(said.starts_with(begins), "{said}");
    assert!(said.contains("below learning rate 0.01, more than the spread"), "{said}");
    let close = [done(1, 0.30), done(4, 0.50), done(2, 0.40), done(5, 0.41)];
    assert!(english(&three, &close).contains("with other seeds, the order might differ."));
}

#[test]
fn with_a_single_run_of_one_of_the_two_it_is_said_of_which() {
    let of_each = english(&runs(rates(), 1), &[done(1, 0.3), done(2, 0.4)]);
    assert!(of_each.contains("With one finished run of each, nobody can say"), "{of_each}");
    // Three seeds of the best, of which those of the next diverged but for one.
    let three = runs(rates(), 3);
    let best = [done(1, 0.3), done(4, 0.31), done(7, 0.32)];
    let all: Vec<_> = best.into_iter().chain([done(2, 0.4), diverged(5), diverged(8)]).collect();
    let [said, chinese] = told(&three, &all);
    assert!(said.contains("With only one finished run of learning rate 0.01, nobody"), "{said}");
    assert!(chinese.contains("第二名只有一次完成的运行"), "{chinese}");
}

#[test]
fn what_diverged_failed_or_learnt_nothing_is_named() {
    let three = runs(rates(), 1);
    let failed = result(2, Some(RunEnd::Failed { why: String::new() }), 0.5);
    let said = english(&three, &[done(1, 2.3), failed, diverged(3)]);
    assert!(said.contains("1 run learnt nothing: learning rate 0.02."), "{said}");
    assert!(said.contains("1 run failed: learning rate 0.01."), "{said}");
    assert!(said.contains("1 run diverged: learning rate 10."), "{said}");
    let many = runs(vec![Axis::list(Field::LearningRate, ["1", "2", "3", "4", "5"])], 1);
    let all: Vec<_> = (1..=5).map(diverged).collect();
    let said = english(&many, &all);
    let named = "diverged: learning rate 1; learning rate 2; learning rate 3 and 2 more.";
    assert!(said.contains(named), "{said}");
    assert!(said.starts_with("No run was trained to its end"), "nothing is to come: {said}");
}

#[test]
fn a_lone_standing_is_not_said_to_be_all_that_ended() {
    let behind = result(2, Some(RunEnd::Halved { epochs: 1 }), 0.5);
    let said = english(&runs(rates(), 1), &[done(1, 0.3), behind, diverged(3)]);
    let only = "Only with learning rate 0.02 was a run trained to its end: validation loss 0.3000";
    assert!(said.starts_with(only), "{said}");
    let seeds_alone = english(&runs(Vec::new(), 2), &[done(1, 0.3), diverged(2)]);
    let expected = "The validation loss is 0.3000, accuracy 88.0";
    assert!(seeds_alone.starts_with(expected), "{seeds_alone}");
    assert!(seeds_alone.ends_with("1 run diverged."), "{seeds_alone}");
    let none = english(&runs(rates(), 1), &[]);
    assert_eq!(none, "There is no finished run to compare yet.");
}

#[test]
fn a_stopped_experiment_with_runs_halfway_has_begun() {
    let [says, zh] = [&en::EXPERIMENTS, &zh::EXPERIMENTS]
        .map(|words| move |over, begun| words.stands(Standing::Idle, over, 21, begun, 0));
    assert_eq!(says(0, 0), "Not begun: 21 runs.");
    let halfway =
        "Stopped after 0 of 21 runs. 2 runs have begun and go on from their newest states.";
    assert_eq!(says(0, 2), halfway);
    assert_eq!(says(5, 0), "Stopped after 5 of 21 runs, which are not trained again.");
    for (over, begun) in [(0, 0), (0, 2), (5, 0), (5, 1)] {
        assert!(stands_apart(&zh(over, begun)), "{}", zh(over, begun));
    }
    assert!(!zh(0, 2).contains("尚未开始"));
}

#[test]
fn combinations_that_equal_others_are_not_said_to_be_impossible() {
    let same = en::EXPERIMENTS.plan(5, 5, 0, 7, None, 1);
    assert!(same.contains("the same as others") && !same.contains("cannot be trained"), "{same}");
    let invalid = en::EXPERIMENTS.plan(5, 5, 1, 0, None, 1);
    assert!(invalid.contains("cannot be trained") && !invalid.contains("same"), "{invalid}");
    assert!(stands_apart(&zh::EXPERIMENTS.plan(5, 5, 2, 7, Some(60.0), 3)));
}

#[test]
fn a_row_is_under_way_only_while_the_experiment_is_trained() {
    for words in [&en::EXPERIMENTS, &zh::EXPERIMENTS] {
        let of = |is_at_work| words.row_state(RowState::Running, is_at_work);
        assert_ne!(of(true), of(false));
        let done = |is_at_work| words.row_state(RowState::Done, is_at_work);
        assert_eq!(done(true), done(false));
    }
}

#[test]
fn settings_have_their_names_and_stand_apart_from_chinese() {
    let varied = vec![
        (Field::Optimizer, "adam".to_owned()),
        (Field::Schedule, "one-cycle".to_owned()),
        (Field::Beta1, "0.9".to_owned()),
    ];
    let said = en::EXPERIMENTS.taken(&varied);
    assert!(said.starts_with("Train now has Adam, one cycle schedule, "), "{said}");
    let chinese = zh::EXPERIMENTS.taken(&varied);
    assert!(chinese.contains("单周期") && stands_apart(&chinese), "{chinese}");
    assert!(stands_apart(&zh::EXPERIMENTS.deaths(2)) && stands_apart(&zh::EXPERIMENTS.left(75.0)));
}
