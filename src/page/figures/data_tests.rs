//! Summaries of runs, and values as the visitor reads them.

use super::*;
use crate::page::figures::samples;

#[test]
fn runs_that_diverged_are_counted_and_change_no_mean() {
    let outcomes = [
        Outcome::Measured(1.0),
        Outcome::Diverged,
        Outcome::Measured(3.0),
        Outcome::Pending,
        Outcome::PassedOver,
        Outcome::PassedOver,
        Outcome::Measured(2.0),
    ];
    let summary = Summary::of(outcomes.into_iter());
    assert_eq!((summary.measured, summary.diverged, summary.pending), (3, 1, 1));
    assert_eq!((summary.passed_over, summary.all()), (2, 7));
    assert_eq!((summary.mean, summary.range), (Some(2.0), Some((1.0, 3.0))));
    assert_eq!(summary.deviation, Some(1.0), "by hand: the squares 1, 0 and 1 by 2");
    assert!(!summary.has_only_diverged());
    assert!(Summary::of([Outcome::Diverged].into_iter()).has_only_diverged());
}

#[test]
fn a_single_run_has_no_deviation_and_no_run_has_no_mean() {
    let one = Summary::of([Outcome::Measured(0.5)].into_iter());
    assert_eq!((one.mean, one.deviation), (Some(0.5), None));
    assert_eq!(Summary::of(std::iter::empty()), Summary::default());
}

#[test]
fn a_run_that_diverged_does_not_count_by_what_it_measured_before() {
    let run = |measured, fate| RunResult { seed: 0, measured: vec![measured], fate };
    assert_eq!(run(Some(0.5), Fate::Counts).outcome(0), Outcome::Measured(0.5));
    assert_eq!(run(Some(0.5), Fate::Diverged).outcome(0), Outcome::Diverged);
    assert_eq!(run(Some(0.5), Fate::PassedOver).outcome(0), Outcome::PassedOver);
    assert_eq!(run(Some(f64::NAN), Fate::Counts).outcome(0), Outcome::Diverged);
    assert_eq!(run(None, Fate::Counts).outcome(0), Outcome::Pending);
    let elsewhere = run(Some(0.5), Fate::Counts).outcome(7);
    assert_eq!(elsewhere, Outcome::Pending, "there is no such metric");
}

#[test]
fn numbers_have_as_many_digits_as_they_need() {
    let cases = [
        (0.001, "0.001"),
        (0.1 + 0.2, "0.3"),
        (0.000_01, "1e-5"),
        (0.0, "0"),
        (64.0, "64"),
        (-0.5, "−0.5"),
        (2.5e7, "2.5e7"),
        (0.000_215_443_469, "0.000215443"),
        (f64::NAN, "–"),
    ];
    for (value, text) in cases {
        assert_eq!(number(value), text);
    }
}

#[test]
fn a_choice_is_named_and_one_that_is_not_there_has_no_name() {
    let names = Scale::Categories(vec!["SGD".to_owned(), "Adam".to_owned()]);
    let setting = Setting { key: String::new(), label: String::new(), scale: names };
    assert_eq!((setting.text(1.0).as_str(), setting.text(0.0).as_str()), ("Adam", "SGD"));
    for value in [2.0, -1.0, 0.5, f64::NAN] {
        assert_eq!(setting.text(value), "");
    }
}

#[test]
fn a_settings_values_are_listed_once_and_in_order() {
    let compared = samples::grid(4, 3, 2);
    assert_eq!(compared.values_of(0), [0.0001, 0.001, 0.01, 0.1]);
    assert_eq!(compared.values_of(9), Vec::<f64>::new());
    assert_eq!(compared.combinations.iter().map(|it| it.runs.len()).sum::<usize>(), 24);
}

#[test]
fn a_lower_loss_and_a_higher_share_are_worth_more() {
    let compared = samples::grid(2, 2, 1);
    assert!(compared.metrics[0].worth(0.3) > compared.metrics[0].worth(0.4));
    assert!(compared.metrics[1].worth(0.9) > compared.metrics[1].worth(0.8));
}
