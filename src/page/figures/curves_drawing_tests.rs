//! Drawings of bands.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::page::figures::curves::bands;
use crate::page::figures::palette::looks;
use crate::page::figures::samples;
use crate::page::words::figure_words;

fn drawn(groups: usize, seeds: u64, points: usize, is_log: bool) -> (Curves, Vec<Band>, Frame) {
    let curves = samples::curves(groups, seeds, points);
    let bands = bands(&curves);
    let frame = Frame::of(&curves, &bands, 640.0, is_log).unwrap();
    (curves, bands, frame)
}

fn looks_of(bands: &[Band]) -> Vec<Look> {
    looks(&bands.iter().map(|band| band.order).collect::<Vec<_>>())
}

#[test]
fn a_curve_that_diverged_does_not_stretch_the_axis() {
    let (_, _, frame) = drawn(8, 3, 40, false);
    assert!(frame.y.range.1 < 5.0, "{:?}", frame.y.range);
    let (_, _, log) = drawn(8, 3, 40, true);
    assert!(log.y.is_log() && log.y.range.1 < 10.0, "{:?}", log.y.range);
}

#[test]
fn the_steep_beginning_of_an_ordinary_curve_stays_in_view() {
    for groups in [1, 2, 5, 20] {
        let (_, bands, frame) = drawn(groups, 2, 400, true);
        let first = bands.iter().flat_map(|band| band.points.first()).map(|point| point.mean);
        let highest = first.filter(|loss| *loss < 2.4).fold(0.0, f64::max);
        assert!(highest > 1.5 && frame.y.range.1 >= highest, "{groups}: {:?}", frame.y.range);
        assert!(frame.y.range.1 < 5.0, "{groups}: {:?}", frame.y.range);
    }
}

#[test]
fn the_steep_beginning_of_a_curve_with_many_classes_stays_in_view() {
    let mut curves = Curves { classes: 64, ..samples::curves(1, 2, 400) };
    for run in &mut curves.groups[0].runs {
        for (step, (_, loss)) in run.points.iter_mut().enumerate() {
            *loss = 0.1 + 64f64.ln() * (-(step as f64) / 8.0).exp();
        }
    }
    let bands = bands(&curves);
    let frame = Frame::of(&curves, &bands, 600.0, false).unwrap();
    assert!(frame.y.range.1 > 64f64.ln(), "{:?}", frame.y.range);
}

#[test]
fn the_few_curves_that_learnt_are_in_view_where_most_learnt_nothing() {
    let mut curves = samples::curves(21, 1, 20);
    for (at, group) in curves.groups.iter_mut().enumerate() {
        for (step, point) in group.runs.iter_mut().flat_map(|run| run.points.iter_mut()).enumerate()
        {
            point.1 = if at < 3 { 0.35 } else { 2.3 + 0.001 * step as f64 };
        }
    }
    for is_log in [false, true] {
        let frame = Frame::of(&curves, &bands(&curves), 640.0, is_log).unwrap();
        assert!(frame.y.range.0 <= 0.35, "{:?}", frame.y.range);
    }
}

#[test]
fn shares_have_no_logarithmic_axis() {
    let curves = Curves { measure: Measure::Accuracy, ..samples::curves(3, 2, 20) };
    assert!(!Frame::of(&curves, &bands(&curves), 640.0, true).unwrap().y.is_log());
}

#[test]
fn everything_that_is_drawn_lies_within_the_drawing() {
    for width in [260.0, 640.0, 1600.0] {
        for is_log in [false, true] {
            let curves = samples::curves(8, 3, 300);
            let bands = bands(&curves);
            let frame = Frame::of(&curves, &bands, width, is_log).unwrap();
            let picture = for_file(&frame, &bands, &looks_of(&bands), figure_words());
            let (wide, high) = picture.size;
            let inside = |(x, y): &Point| (0.0..=wide).contains(x) && (0.0..=high).contains(y);
            for (shape, _) in &picture.shapes {
                let is_inside = match shape {
                    Shape::Line(points) | Shape::Region(points) | Shape::Dots(points, _) => {
                        points.iter().all(inside)
                    }
                    Shape::Lines(lines) => lines.iter().flatten().all(inside),
                    Shape::Text(x, y, ..) => inside(&(*x, *y)),
                    _ => true,
                };
                assert!(is_inside, "{width} {is_log}: {shape:?}");
            }
        }
    }
}

#[test]
fn hundreds_of_runs_are_few_shapes_with_few_points() {
    let (_, bands, frame) = drawn(64, 8, 1000, true);
    let picture = picture(&frame, &bands, &looks_of(&bands), figure_words());
    assert!(picture.shapes.len() < 3 * 64, "{}", picture.shapes.len());
    let longest = picture.shapes.iter().map(|(shape, _)| match shape {
        Shape::Lines(lines) => lines.iter().map(Vec::len).sum(),
        _ => 0,
    });
    assert!(longest.max().unwrap() <= 240);
}

#[test]
fn among_many_groups_only_the_one_that_stands_out_has_a_band() {
    let regions = |picture: &Picture| {
        let regions = picture.shapes.iter().filter(|(shape, _)| match shape {
            Shape::Region(points) => points.len() > 3,
            _ => false,
        });
        regions.count()
    };
    for (groups, expected) in [(8, 8), (30, 0)] {
        let (_, bands, frame) = drawn(groups, 2, 40, true);
        let looks = looks_of(&bands);
        assert_eq!(regions(&picture(&frame, &bands, &looks, figure_words())), expected);
        assert_eq!(regions(&standing_out(&frame, &bands[1], &looks[1])), 1);
    }
}

#[test]
fn the_line_that_is_pointed_at_is_the_nearest_one() {
    let (_, bands, frame) = drawn(4, 2, 40, false);
    let point = nearest(&bands[1], 10.0).unwrap();
    let at = (frame.x.pixel(point.x), frame.y.pixel(point.mean));
    assert_eq!(pointed_at(&frame, &bands, at), Some(1));
    assert_eq!(pointed_at(&frame, &bands, (at.0, -400.0)), None);
}

#[test]
fn the_file_has_a_line_for_each_point_and_the_table_a_row_for_each_group() {
    let (curves, bands, _) = drawn(3, 2, 4, false);
    let file = csv_of(&curves, &bands);
    assert_eq!(file.lines().next(), Some("group,epoch,mean,lowest,highest,runs"));
    let points: usize = bands.iter().map(|band| band.points.len()).sum();
    assert_eq!(file.lines().count(), 1 + points);
    let table = table(&curves, &bands, figure_words());
    assert_eq!(table.rows.len(), 3);
    assert!(table.rows.iter().all(|row| row.len() == table.heads.len()));
    assert_eq!(table.rows[2][2], "2", "both runs of the last group diverged");
}

#[test]
fn without_a_point_there_is_no_frame() {
    let mut curves = samples::curves(2, 1, 3);
    curves.groups.iter_mut().flat_map(|group| &mut group.runs).for_each(|run| run.points.clear());
    assert_eq!(Frame::of(&curves, &bands(&curves), 640.0, false), None);
}
