//! Axes of settings and of metrics.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::page::figures::samples;

fn setting(scale: Scale) -> Setting {
    Setting { key: "lr".to_owned(), label: "learning rate".to_owned(), scale }
}

const PIXELS: (f64, f64) = (0.0, 300.0);

#[test]
fn on_a_logarithmic_axis_equal_factors_are_equal_distances() {
    let axis = Axis::of_setting(&setting(Scale::Logarithmic), &[0.001, 0.01, 1.0], PIXELS);
    let places = [0.001, 0.01, 0.1, 1.0].map(|value| axis.pixel(value).round());
    assert_eq!(places, [0.0, 100.0, 200.0, 300.0]);
    assert!((axis.value(1.0 / 3.0) - 0.01).abs() < 1e-12);
}

#[test]
fn a_logarithmic_axis_with_a_zero_is_linear() {
    let axis = Axis::of_setting(&setting(Scale::Logarithmic), &[0.0, 0.5, 1.0], PIXELS);
    assert!(!axis.is_log());
    assert_eq!(axis.pixel(0.5), 150.0);
}

#[test]
fn choices_stand_in_the_middle_of_places_of_the_same_width() {
    let names = ["SGD", "Adam", "AdamW"].map(str::to_owned).to_vec();
    let setting = setting(Scale::Categories(names));
    let axis = Axis::of_setting(&setting, &[0.0, 2.0], PIXELS);
    assert_eq!([0.0, 1.0, 2.0].map(|value| axis.pixel(value)), [50.0, 150.0, 250.0]);
    let named = axis.ticks_of(&setting, &[0.0, 2.0], 2.0);
    assert_eq!(named.len(), 3, "every choice is named");
    assert_eq!(axis.clone().with_margin(0.1), axis);
}

#[test]
fn values_beyond_an_end_lie_at_it() {
    let axis = Axis::spanning((0.0, 1.0), false, PIXELS);
    assert_eq!([-5.0, 7.0, f64::INFINITY].map(|value| axis.pixel(value)), [0.0, 300.0, 300.0]);
    assert!(axis.holds(1.0) && !axis.holds(1.1));
}

#[test]
fn the_ends_have_exactly_their_values() {
    for is_log in [false, true] {
        let axis = Axis::spanning((0.1, 0.3), is_log, PIXELS);
        assert_eq!((axis.value(0.0), axis.value(1.0)), (0.1, 0.3));
        assert_eq!((axis.value(-1.0), axis.value(2.0)), (0.1, 0.3));
    }
}

#[test]
fn a_single_value_and_extreme_ones_have_an_axis() {
    for (low, high) in
        [(0.0, 0.0), (0.01, 0.01), (-3.0, -3.0), (f64::MIN, f64::MAX), (1e-320, 1e300)]
    {
        for is_log in [false, true] {
            let axis = Axis::spanning((low, high), is_log, PIXELS);
            assert!(axis.range.0 < axis.range.1, "{low} {high}: {axis:?}");
            let pixel = axis.pixel(low);
            assert!((0.0..=300.0).contains(&pixel), "{low} {high}: {pixel}");
            assert!(axis.ticks(None, 5.0).len() < 20, "{low} {high}");
        }
    }
}

#[test]
fn a_setting_is_named_at_its_values_where_there_is_room() {
    let setting = setting(Scale::Logarithmic);
    let few = [0.0001, 0.001, 0.01, 0.1];
    let axis = Axis::of_setting(&setting, &few, PIXELS);
    let names: Vec<_> =
        axis.ticks_of(&setting, &few, 6.0).into_iter().map(|(_, text)| text).collect();
    assert_eq!(names, ["0.0001", "0.001", "0.01", "0.1"]);
    let many: Vec<f64> = (0..20).map(|at| 0.0001 * 1.45f64.powi(at)).collect();
    let axis = Axis::of_setting(&setting, &many, PIXELS);
    assert!(axis.ticks_of(&setting, &many, 6.0).len() < 12);
    let close = [0.1, 0.1001, 0.9];
    let axis = Axis::of_setting(&setting, &close, PIXELS);
    assert!(axis.ticks_of(&setting, &close, 6.0).iter().all(|(value, _)| *value != 0.1001));
}

#[test]
fn the_axis_of_a_metric_holds_the_best_runs_however_few_and_not_those_that_failed() {
    let [loss, accuracy] = [0, 1].map(|at| samples::grid(2, 2, 1).metrics[at].clone());
    let mostly_guessing = || (0..18).map(|at| 2.29 + 0.001 * f64::from(at));
    let losses = mostly_guessing().chain([0.35, 0.34, 0.36, 1e9]).collect();
    let axis = Axis::of_metric(&loss, losses, PIXELS);
    assert_eq!(axis.range.0, 0.34);
    assert!(axis.range.1 < 3.0);
    let shares = (0..18).map(|at| 0.1 + 0.001 * f64::from(at)).chain([0.9]).collect();
    assert_eq!(Axis::of_metric(&accuracy, shares, PIXELS).range, (0.1, 0.9));
}

#[test]
fn shares_are_named_in_percent() {
    let axis = Axis::spanning((0.8, 0.9), false, PIXELS);
    let names: Vec<_> =
        axis.ticks(Some(Unit::Share), 3.0).into_iter().map(|(_, name)| name).collect();
    assert!(names.contains(&"85 %".to_owned()) || names.contains(&"84 %".to_owned()), "{names:?}");
}
