//! Distributions over time as TensorBoard draws them: one behind the other, the newest in front. Plain data.

use super::super::table::{Cell, csv};
use super::super::vector::{Anchor, Ink, Picture, Shape};
use crate::insight::{HISTOGRAM_BINS, Histogram};

/// The drawing's width and height.
pub const SIZE: (f64, f64) = (220.0, 132.0);
const ACROSS: (f64, f64) = (6.0, 190.0);
/// The baselines of the newest and the oldest one.
const DEPTH: (f64, f64) = (114.0, 48.0);
/// How high the highest bar is.
const HEIGHT: f64 = 42.0;

/// The distribution after a step or an epoch.
pub type Entry<'a> = (u64, &'a Histogram);

/// The drawing of some distributions, oldest first, with the number of the step or epoch of the oldest and the newest.
pub fn picture(entries: &[Entry<'_>], number: impl Fn(f64) -> String) -> Picture {
    let mut shapes = Vec::new();
    let (from, to) = range(entries);
    let bins: Vec<_> = entries
        .iter()
        .map(|(at, histogram)| (*at, histogram.on_axis(from, to, HISTOGRAM_BINS)))
        .collect();
    let most = bins.iter().flat_map(|(_, bins)| bins).fold(0.0, |most: f64, bin| most.max(*bin));
    for (order, (at, bins)) in bins.iter().enumerate() {
        let newest = bins_behind(entries.len(), order);
        let base = DEPTH.0 + (DEPTH.1 - DEPTH.0) * newest;
        let width = (ACROSS.1 - ACROSS.0) / bins.len().max(1) as f64;
        let mut points = vec![(ACROSS.0, base)];
        points.extend(bins.iter().enumerate().map(|(bin, count)| {
            let share = if most > 0.0 { count / most } else { 0.0 };
            (ACROSS.0 + (bin as f64 + 0.5) * width, base - HEIGHT * share)
        }));
        points.push((ACROSS.1, base));
        let is_newest = order + 1 == entries.len();
        shapes.push((Shape::Region(points.clone()), Ink { opacity: 0.92, ..Ink::of("surface") }));
        let token = if is_newest { "model" } else { "ink-faint" };
        let ink = Ink { opacity: 1.0 - 0.7 * newest, ..Ink::of(token) };
        shapes.push((Shape::Line(points), ink));
        if is_newest || order == 0 {
            let label = Shape::Text(ACROSS.1 + 3.0, base + 3.0, Anchor::Start, at.to_string());
            shapes.push((label, Ink::of("ink-faint")));
        }
    }
    for (x, anchor, value) in [(ACROSS.0, Anchor::Start, from), (ACROSS.1, Anchor::End, to)] {
        let label = Shape::Text(x, SIZE.1 - 3.0, anchor, number(value));
        shapes.push((label, Ink::of("ink-faint")));
    }
    Picture { size: SIZE, shapes, ground: None }
}

/// How far behind the newest one it is: 0 for the newest, 1 for the oldest of several.
fn bins_behind(count: usize, order: usize) -> f64 {
    match count {
        0 | 1 => 0.0,
        count => (count - 1 - order) as f64 / (count - 1) as f64,
    }
}

/// From the smallest to the largest number of all.
pub fn range(entries: &[Entry<'_>]) -> (f64, f64) {
    let known = || entries.iter().filter(|(_, histogram)| histogram.to > histogram.from);
    let from = known().map(|(_, histogram)| histogram.from).reduce(f64::min);
    let to = known().map(|(_, histogram)| histogram.to).reduce(f64::max);
    from.zip(to).unwrap_or_default()
}

/// A line for each bin of each distribution.
pub fn rows_of(layer: &str, kind: &str, entries: &[Entry<'_>]) -> Vec<Vec<Cell>> {
    let rows = entries.iter().flat_map(|(at, histogram)| {
        let width = (histogram.to - histogram.from) / histogram.counts.len().max(1) as f64;
        histogram.counts.iter().enumerate().map(move |(bin, count)| {
            vec![
                Cell::text(layer),
                Cell::text(kind),
                Cell::Whole(*at as i64),
                Cell::Number(Some(histogram.from + bin as f64 * width)),
                Cell::Number(Some(histogram.from + (bin + 1) as f64 * width)),
                Cell::Whole(i64::from(*count)),
            ]
        })
    });
    rows.collect()
}

/// The rows of all layers as a file.
pub fn csv_of(rows: &[Vec<Cell>], unit: &str) -> String {
    csv(&["layer", "kind", unit, "from", "to", "count"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[f32]) -> Histogram {
        Histogram::new(values, 4)
    }

    #[test]
    fn the_newest_is_in_front_and_below_and_all_share_one_axis() {
        let (old, new) = (histogram(&[-1.0, 0.0, 0.0, 1.0]), histogram(&[0.0, 2.0, 2.0, 3.0]));
        let entries = [(5, &old), (9, &new)];
        assert_eq!(range(&entries), (-1.0, 3.0));
        let drawn = picture(&entries, |value| value.to_string());
        let bases: Vec<_> = drawn
            .shapes
            .iter()
            .filter_map(|(shape, _)| match shape {
                Shape::Region(points) => Some(points[0].1),
                _ => None,
            })
            .collect();
        assert_eq!(bases, [DEPTH.1, DEPTH.0]);
        let texts: Vec<_> = drawn
            .shapes
            .iter()
            .filter_map(|(shape, _)| match shape {
                Shape::Text(.., text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(texts, ["5", "9", "-1", "3"]);
        let inside = |(x, y): &(f64, f64)| *x <= SIZE.0 && (0.0..=SIZE.1).contains(y);
        assert!(drawn.shapes.iter().all(|(shape, _)| match shape {
            Shape::Region(points) | Shape::Line(points) => points.iter().all(inside),
            _ => true,
        }));
    }

    #[test]
    fn without_numbers_there_is_an_empty_drawing() {
        assert_eq!(range(&[]), (0.0, 0.0));
        let nothing = Histogram::default();
        let drawn = picture(&[(1, &nothing)], |value| value.to_string());
        assert!(drawn.svg().contains("polyline"));
    }

    #[test]
    fn the_file_has_a_line_for_each_bin() {
        let one = histogram(&[0.0, 1.0, 1.0, 2.0]);
        let rows = rows_of("fc1", "weights", &[(7, &one)]);
        let table = csv_of(&rows, "step");
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "layer,kind,step,from,to,count");
        assert_eq!(lines[1], "fc1,weights,7,0,0.5,1");
        assert_eq!(lines[4], "fc1,weights,7,1.5,2,1");
    }
}
