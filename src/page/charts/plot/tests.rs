//! Frames, axes and labels of charts of any size.

#![allow(clippy::unwrap_used)]
use super::range::is_drawn;
use super::ticks::{decades, ticks};
use super::*;

fn plot(points: &[(f64, f64)]) -> Plot {
    let line = Line { name: String::new(), look: Look::Accent, points: points.to_vec() };
    Plot { lines: vec![line], ..Plot::default() }
}

fn labels(ticks: &[(f64, String)]) -> Vec<&str> {
    ticks.iter().map(|tick| tick.1.as_str()).collect()
}

#[test]
fn axes_are_labelled_with_round_numbers() {
    assert_eq!(labels(&ticks((0.0, 2.4), 6.0, 0.0)), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
    assert_eq!(labels(&ticks((0.0, 75_000.0), 4.0, 0.0)), ["0", "20k", "40k", "60k"]);
    assert_eq!(labels(&ticks((0.82, 0.88), 3.0, 0.0)), ["0.82", "0.84", "0.86", "0.88"]);
    assert_eq!(labels(&ticks((0.0, 7_500.0), 4.0, 0.0)), ["0", "2k", "4k", "6k"]);
}

#[test]
fn epochs_are_never_labelled_in_fractions() {
    assert_eq!(labels(&ticks((0.75, 2.25), 8.0, 1.0)), ["1", "2"]);
}

#[test]
fn every_point_lies_inside_the_frame() {
    let points = [(1.0, 2.3), (500.0, 0.4), (900.0, 0.7)];
    let frame = Frame::of(&plot(&points), (600.0, 240.0)).unwrap();
    for (x, y) in points {
        assert!((Frame::LEFT..=frame.right()).contains(&frame.px(x)));
        assert!((Frame::TOP..=frame.bottom()).contains(&frame.py(y)));
        assert!((frame.value_at(frame.px(x)) - x).abs() < 1e-9);
    }
}

#[test]
fn a_single_point_and_equal_values_have_a_frame() {
    for points in [vec![(1.0, 0.5)], vec![(1.0, 0.0)], vec![(1.0, 2.0), (2.0, 2.0)]] {
        let frame = Frame::of(&plot(&points), (600.0, 240.0)).unwrap();
        assert!(frame.x.0 < frame.x.1 && frame.y.0 < frame.y.1);
    }
}

#[test]
fn values_of_any_size_have_a_frame_with_few_ticks() {
    let (least, most) = (f64::from_bits(1), f64::MAX);
    let series: [&[f64]; 13] = [
        &[0.0, least],
        &[least],
        &[0.0],
        &[0.0, f64::MIN_POSITIVE],
        &[-most, most],
        &[most],
        &[0.0, 1e300],
        &[0.0, f64::from(f32::MAX)],
        &[1.0, 1.0 + f64::EPSILON],
        &[1e17, 1e17 + 16.0],
        &[2.3, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-7],
        &[1e-9, 2e-9],
        &[f64::INFINITY, 2.0],
    ];
    let places: [&[f64]; 4] =
        [&[1.0, 2.0, 3.0, 4.0, 5.0], &[0.0, least, least, least, least], &[most; 5], &[0.0; 5]];
    let counts = [Count::Steps, Count::Epochs, Count::EpochShares, Count::Seconds];
    for (values, xs, x) in series
        .into_iter()
        .flat_map(|values| places.map(|xs| (values, xs)))
        .flat_map(|(values, xs)| counts.map(|count| (values, xs, count)))
    {
        let points: Vec<_> = xs.iter().copied().zip(values.iter().copied()).collect();
        let plot = Plot { x, ..plot(&points) };
        let frame = Frame::of(&plot, (600.0, 240.0)).unwrap();
        let ticks = [frame.x_ticks(x), frame.y_ticks(Unit::Loss)];
        assert!(ticks.iter().all(|ticks| ticks.len() < 20), "{points:?} {x:?}: {ticks:?}");
        assert!(ticks[1].len() > 1, "{points:?} {x:?} has a vertical axis");
        for (value, label) in ticks.iter().flatten() {
            assert!(value.is_finite() && label.len() < 20, "{points:?}: {value} {label}");
        }
        for point in points.iter().filter(|point| is_drawn(point)) {
            assert!((Frame::LEFT..=frame.right()).contains(&frame.px(point.0)), "{points:?}");
            assert!((Frame::TOP..=frame.bottom()).contains(&frame.py(point.1)), "{points:?}");
        }
        let path = frame.path(&points);
        assert!(!path.contains("inf") && !path.contains("NaN"), "{path}");
    }
}

#[test]
fn labels_stay_short_for_tiny_and_for_huge_values() {
    assert_eq!(labels(&ticks((0.0, 3e-7), 3.0, 0.0)), ["0", "1e-7", "2e-7", "3e-7"]);
    assert_eq!(labels(&ticks((0.0, 3e38), 3.0, 0.0)), ["0", "1e38", "2e38", "3e38"]);
    assert_eq!(value_words(2.302_585), "2.3026");
    assert_eq!((value_words(0.0), value_words(f64::NAN)), ("0.0000".into(), "NaN".into()));
    assert_eq!(
        (value_words(5e-324), value_words(3.4e38)),
        ("4.941e-324".into(), "3.400e38".into())
    );
}

#[test]
fn without_a_finite_value_there_is_no_frame() {
    assert_eq!(Frame::of(&plot(&[]), (600.0, 240.0)), None);
    assert_eq!(Frame::of(&plot(&[(1.0, f64::NAN)]), (600.0, 240.0)), None);
}

#[test]
fn a_path_breaks_where_a_value_is_no_number() {
    let points = [(0.0, 1.0), (1.0, f64::NAN), (2.0, 1.0), (3.0, 1.0)];
    let frame = Frame::of(&plot(&points), (600.0, 240.0)).unwrap();
    let path = frame.path(&points);
    assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 1));
}

#[test]
fn hovering_finds_the_nearest_point() {
    let points = [(1.0, 0.0), (2.0, 0.0), (4.0, 0.0)];
    let at = |x| nearest(&points, x);
    assert_eq!(
        (at(-5.0), at(1.4), at(1.6), at(2.9), at(9.0)),
        (Some(0), Some(0), Some(1), Some(1), Some(2))
    );
    assert_eq!(nearest(&[], 1.0), None);
}

const SIZE: (f64, f64) = (600.0, 240.0);

fn frame(lines: &[&[f64]]) -> Frame {
    let line = |values: &&[f64]| Line {
        points: (1..).map(f64::from).zip(values.iter().copied()).collect(),
        ..plot(&[]).lines.remove(0)
    };
    let plot = Plot { lines: lines.iter().map(line).collect(), ..Plot::default() };
    Frame::of(&plot, SIZE).unwrap()
}

/// A loss that falls from 2.3 to about 0.3.
fn falling() -> Vec<f64> {
    (0..300).map(|step| 0.3 + 2.0 * (-f64::from(step) / 20.0).exp()).collect()
}

#[test]
fn a_spike_does_not_flatten_the_rest_and_is_marked() {
    for at in [0, 1, 150, 299] {
        let mut spiked = falling();
        spiked[at] = 1e6;
        let frame = frame(&[&spiked]);
        assert!(frame.y.1 < 2.6, "{at}: {:?}", frame.y);
        let points: Vec<_> = (1..).map(f64::from).zip(spiked).collect();
        assert_eq!(frame.exits(&points), [(frame.px(at as f64 + 1.0), true)]);
        assert_eq!(frame.py(1e6), Frame::TOP);
    }
}

#[test]
fn a_run_that_diverges_does_not_flatten_another() {
    let diverging: Vec<_> = (0..300).map(|step| 2.3 * 10f64.powf(f64::from(step) / 10.0)).collect();
    let (falling, beside) = (falling(), frame(&[&falling(), &diverging]));
    assert!(beside.y.1 < 3.2, "{:?}", beside.y);
    assert!(beside.y.1 > falling[0]);
}

#[test]
fn the_start_of_an_ordinary_curve_stays_in_view() {
    let losses = falling();
    let frame = frame(&[&losses]);
    assert!(frame.y.1 > 2.3 && frame.y.0 < 0.3);
    let points: Vec<_> = (1..).map(f64::from).zip(losses).collect();
    assert_eq!(frame.exits(&points), []);
    // One that has long been almost 0 by its end.
    let long: Vec<_> = (0..600).map(|step| 2.3 * (-f64::from(step) / 20.0).exp()).collect();
    assert!(self::frame(&[&long]).y.1 > 2.3);
}

#[test]
fn the_start_of_a_run_with_many_classes_stays_in_view() {
    // Between two classes, a first step may lose more than guessing does.
    for (classes, start) in [(2, 2.0), (32, 32f64.ln()), (64, 64f64.ln())] {
        let losses: Vec<_> =
            (0..300).map(|step| 0.1 + start * (-f64::from(step) / 20.0).exp()).collect();
        let points: Vec<_> = (1..).map(f64::from).zip(losses).collect();
        let plot = Plot { classes, ..plot(&points) };
        let frame = Frame::of(&plot, SIZE).unwrap();
        assert!(frame.y.1 > start, "{classes}: {:?}", frame.y);
        assert_eq!(frame.exits(&points), [], "{classes}");
    }
}

#[test]
fn constants_and_high_losses_are_in_view() {
    for value in [0.0, 0.3, 2.3, 40.0, 1e6] {
        let frame = frame(&[&[value; 50]]);
        assert!(frame.y.0 <= value && value <= frame.y.1, "{value}: {:?}", frame.y);
    }
    let high: Vec<_> = (0..50).map(|step| 15.0 - 0.1 * f64::from(step)).collect();
    assert!(frame(&[&high]).y.1 > 15.0);
}

#[test]
fn fractions_are_labelled_in_percent_and_never_cut() {
    let plot = Plot { unit: Unit::Share, ..plot(&[(1.0, 0.1), (2.0, 0.1), (3.0, 0.88)]) };
    let frame = Frame::of(&plot, SIZE).unwrap();
    assert!(frame.y.1 > 0.88);
    assert!(labels(&frame.y_ticks(Unit::Share)).contains(&"80 %"));
    assert_eq!(
        (Unit::Share.text(0.88), Unit::Loss.text(0.312)),
        ("88.0 %".into(), "0.3120".into())
    );
}

#[test]
fn a_logarithmic_axis_is_labelled_by_decades() {
    let shown = decades((0.2, 2.5), 4.5);
    assert_eq!(labels(&shown), ["0.2", "0.5", "1", "2"]);
    assert_eq!(labels(&decades((9e-6, 2.5), 4.5)), ["1e-5", "0.001", "0.1"]);
    assert_eq!(labels(&decades((9e-7, 1e-2), 4.5)), ["1e-6", "1e-5", "0.0001", "0.001", "0.01"]);
    assert_eq!(labels(&decades((0.3, 0.45), 4.5)), ["0.30", "0.35", "0.40", "0.45"]);
}

#[test]
fn a_logarithmic_axis_draws_no_value_up_to_0() {
    let points = [(1.0, 2.0), (2.0, 0.0), (3.0, -1.0), (4.0, 0.02), (5.0, 0.2)];
    let plot = Plot { log: true, ..plot(&points) };
    let frame = Frame::of(&plot, SIZE).unwrap();
    assert!(frame.y.0 > 0.01 && frame.y.1 < 3.0);
    let path = frame.path(&points);
    assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 1));
    // Equal factors are equal distances.
    let between = |one, other| frame.py(one) - frame.py(other);
    assert!((between(0.02, 0.2) - between(0.2, 2.0)).abs() < 1e-9);
    let none = Plot { log: true, ..self::plot(&[(1.0, 0.0)]) };
    assert_eq!(Frame::of(&none, SIZE), None);
}

#[test]
fn the_reference_extends_the_values_but_neither_the_steps_nor_what_is_ordinary() {
    let range = Trace { name: String::new(), points: vec![[1000.0, 1.6, 1.9], [2000.0, 0.8, 0.9]] };
    let reference = Some(Reference { printed: None, range });
    let with = |points: &[(f64, f64)]| Plot { reference: reference.clone(), ..plot(points) };
    let frame = Frame::of(&with(&[(1.0, 0.5), (1500.0, 0.4)]), SIZE).unwrap();
    assert_eq!(frame.x.1, 1500.0);
    assert!(frame.y.1 > 1.9);
    // Before its first point there is nothing of it, and without the run's own points no chart.
    assert!(Frame::of(&with(&[(1.0, 0.5), (40.0, 0.4)]), SIZE).unwrap().y.1 < 1.0);
    assert_eq!(Frame::of(&with(&[]), SIZE), None);
}

#[test]
fn the_reference_is_cut_between_its_points() {
    let trace = Trace { name: String::new(), points: vec![[1.0, 4.0], [3.0, 8.0]] };
    assert_eq!(trace.up_to(0.5), Vec::<[f64; 2]>::new());
    assert_eq!(trace.up_to(2.0), [[1.0, 4.0], [2.0, 6.0]]);
    assert_eq!(trace.up_to(9.0), trace.points);
    // Space beside the last epoch is no part of one.
    let by_epoch = Plot { x: Count::Epochs, ..Plot::default() };
    assert_eq!((by_epoch.reference_end(3.25), Plot::default().reference_end(3.25)), (3.0, 3.25));
}

#[test]
fn the_planned_length_sets_the_horizontal_range() {
    let with = |x_end| Plot { x_end, ..plot(&[(1.0, 0.5), (40.0, 0.4)]) };
    let right = |x_end| Frame::of(&with(x_end), SIZE).unwrap().x.1;
    assert_eq!((right(Some(75_000.0)), right(Some(20.0)), right(None)), (75_000.0, 40.0, 40.0));
}

#[test]
fn names_stand_at_the_ends_of_lines_where_there_is_room() {
    let named = |width| Frame::of(&plot(&[(1.0, 0.5), (40.0, 0.4)]), (width, 240.0)).unwrap();
    assert!(named(600.0).has_names() && !named(400.0).has_names());
    let five = frame(&[&[1.0], &[1.0], &[1.0], &[1.0], &[1.0]]);
    assert!(!five.has_names());
}
