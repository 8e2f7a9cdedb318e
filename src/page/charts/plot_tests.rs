//! Frames, axes and labels of charts of any size.

#![allow(clippy::unwrap_used)]
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
        let ticks = [frame.x_ticks(x), frame.y_ticks()];
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
