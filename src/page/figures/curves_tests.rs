//! Bands over several runs.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::page::figures::samples;

fn run(points: &[(f64, f64)]) -> CurveRun {
    CurveRun { seed: 0, points: points.to_vec() }
}

fn band_of(runs: &[&[(f64, f64)]]) -> Band {
    let runs = runs.iter().map(|points| run(points)).collect();
    band(&CurveGroup { label: "group".to_owned(), order: None, runs }, POINTS.1)
}

#[test]
fn the_line_is_the_mean_and_the_band_reaches_from_the_lowest_to_the_highest_run() {
    let band = band_of(&[&[(1.0, 1.0), (2.0, 2.0)], &[(1.0, 3.0), (2.0, 2.0)], &[(1.0, 2.0)]]);
    let expected = [
        BandPoint { x: 1.0, mean: 2.0, low: 1.0, high: 3.0, runs: 3 },
        BandPoint { x: 2.0, mean: 2.0, low: 2.0, high: 2.0, runs: 2 },
    ];
    assert_eq!((band.points.as_slice(), band.runs), (&expected[..], 3));
}

#[test]
fn runs_measured_at_different_positions_are_compared_between_their_points() {
    let band = band_of(&[&[(0.0, 0.0), (4.0, 4.0)], &[(1.0, 3.0), (3.0, 5.0)]]);
    let at_one = band.points.iter().find(|point| point.x == 1.0).unwrap();
    assert_eq!((at_one.mean, at_one.low, at_one.high), (2.0, 1.0, 3.0));
    let ends = [band.points.first().unwrap().runs, band.points.last().unwrap().runs];
    assert_eq!(ends, [1, 1], "no run is continued beyond its points");
}

#[test]
fn a_curve_ends_where_it_diverged() {
    let diverging = [(1.0, 2.0), (2.0, 9.0), (3.0, f64::INFINITY), (4.0, 1.0)];
    let band = band_of(&[&diverging, &[(1.0, 2.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0)]]);
    assert_eq!(band.diverged, [(2.0, 9.0)]);
    let runs: Vec<_> = band.points.iter().map(|point| point.runs).collect();
    assert_eq!(runs, [2, 2, 1, 1]);
    let at_once = band_of(&[&[(1.0, f64::NAN)]]);
    assert!(at_once.points.is_empty() && at_once.diverged.is_empty() && at_once.runs == 0);
}

#[test]
fn long_curves_are_reduced_and_keep_their_mean() {
    let long: Vec<_> = (0..10_000).map(|step| (f64::from(step), f64::from(step % 2))).collect();
    let band = band_of(&[&long, &long]);
    assert_eq!(band.points.len(), POINTS.1);
    assert!(band.points.iter().all(|point| (point.mean - 0.5).abs() < 0.02), "{band:?}");
    assert!(band.points.windows(2).all(|pair| pair[0].x < pair[1].x));
}

#[test]
fn five_hundred_runs_have_as_many_points_as_a_screen_shows() {
    let curves = samples::curves(64, 8, 300);
    let bands = bands(&curves);
    assert_eq!(bands.len(), 64);
    assert!(bands.iter().map(|band| band.points.len()).sum::<usize>() <= ALL_POINTS);
    assert_eq!([most_points(0), most_points(1000)], [POINTS.1, POINTS.0]);
    assert_eq!(bands.last().unwrap().diverged.len(), 8);
}

#[test]
fn the_nearest_point_is_found_on_either_side() {
    let band = band_of(&[&[(1.0, 1.0), (2.0, 2.0), (4.0, 4.0)]]);
    let at = |x| nearest(&band, x).unwrap().x;
    assert_eq!([at(-9.0), at(1.4), at(1.6), at(2.9), at(9.0)], [1.0, 1.0, 2.0, 2.0, 4.0]);
    assert_eq!(nearest(&band_of(&[]), 1.0), None);
}
