//! What the figures' drawings have in common: grids, marks and legends, as plain shapes.

use super::axis::Axis;
use super::palette::Look;
use crate::page::charts::plot::{Unit, text_width};
use crate::page::insight::vector::{Anchor, Ink, Shape};

/// Shapes with their ink, the undermost first.
pub type Shapes = Vec<(Shape, Ink)>;
/// A position in the drawing's pixels.
pub type Point = (f64, f64);

/// Pixels for a vertical axis's labels.
pub const LEFT: f64 = 52.0;
/// Pixels between a drawing and its right edge.
pub const RIGHT: f64 = 14.0;
/// The height of letters above their baseline, halved.
pub const HALF_TYPE: f64 = 4.0;
/// Pixels between the baselines of two lines of text.
pub const LINE_HEIGHT: f64 = 16.0;
/// Pixels of an upright axis to one of its labels.
const LABEL_HEIGHT: f64 = 38.0;

/// A text in the colour of a token.
pub fn text(shapes: &mut Shapes, (x, y): Point, anchor: Anchor, text: &str, token: &str) {
    shapes.push((Shape::Text(x, y, anchor, text.to_owned()), Ink::of(token)));
}

/// The frame of a chart: level lines with the names of their values, and the metric's name above.
pub fn upright_axis(shapes: &mut Shapes, axis: &Axis, right: f64, unit: Unit, name: &str) {
    let most = ((axis.pixels.0 - axis.pixels.1).abs() / LABEL_HEIGHT).max(2.0);
    for (value, label) in axis.ticks(Some(unit), most) {
        let y = axis.pixel(value);
        shapes.push((Shape::Line(vec![(LEFT, y), (right, y)]), Ink::of("rule")));
        text(shapes, (LEFT - 8.0, y + HALF_TYPE), Anchor::End, &label, "ink-faint");
    }
    let bottom = axis.pixels.0;
    shapes.push((Shape::Line(vec![(LEFT, bottom), (right, bottom)]), Ink::of("ink-faint")));
    text(shapes, (0.0, 10.0), Anchor::Start, name, "ink-soft");
}

/// Names below a level axis, which ends at the right edge; those that would cover the one before are left out.
pub fn level_axis(shapes: &mut Shapes, axis: &Axis, y: f64, ticks: &[(f64, String)], name: &str) {
    let mut end = f64::NEG_INFINITY;
    for (value, label) in ticks {
        let (x, half) = (axis.pixel(*value), text_width(label) / 2.0);
        shapes.push((Shape::Line(vec![(x, y), (x, y + 4.0)]), Ink::of("ink-faint")));
        // The last label may not leave the drawing.
        let most = axis.pixels.0.max(axis.pixels.1) + RIGHT - half;
        let middle = x.min(most);
        if middle - half >= end {
            text(shapes, (middle, y + 17.0), Anchor::Middle, label, "ink-faint");
            end = middle + half + 4.0;
        }
    }
    text(shapes, (axis.pixels.1, y + 33.0), Anchor::End, name, "ink-soft");
}

/// The two strokes of a cross, which marks what diverged.
pub fn cross((x, y): Point, radius: f64) -> [Vec<Point>; 2] {
    let (left, right, top, bottom) = (x - radius, x + radius, y - radius, y + radius);
    [vec![(left, top), (right, bottom)], vec![(left, bottom), (right, top)]]
}

/// Slanting lines within an area, so many pixels apart.
pub fn hatch((left, top): Point, (width, height): Point, apart: f64) -> Vec<Vec<Point>> {
    let mut lines = Vec::new();
    let mut offset = apart / 2.0;
    while offset < width + height && apart > 0.0 {
        // From the left or the lower edge to the upper or the right one.
        let from = (left + (offset - height).max(0.0), top + offset.min(height));
        let to = (left + offset.min(width), top + (offset - width).max(0.0));
        lines.push(vec![from, to]);
        offset += apart;
    }
    lines
}

/// Those parts of a line that lie between two heights, cut where it passes them.
pub fn within_heights(line: &[Point], (top, bottom): (f64, f64)) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut part = Vec::new();
    let is_inside = |y: f64| (top..=bottom).contains(&y);
    let at_height = |one: Point, other: Point, y: f64| {
        let share = (y - one.1) / (other.1 - one.1);
        (one.0 + share * (other.0 - one.0), y)
    };
    for pair in line.windows(2) {
        let [one, other] = [pair[0], pair[1]];
        let mut cuts: Vec<f64> = [top, bottom]
            .into_iter()
            .filter(|y| (one.1 < *y) != (other.1 < *y) && one.1 != *y && other.1 != *y)
            .collect();
        if one.1 > other.1 {
            cuts.reverse();
        }
        if part.is_empty() && is_inside(one.1) {
            part.push(one);
        }
        for y in cuts {
            let at = at_height(one, other, y);
            part.push(at);
            // The line leaves, unless it has just come.
            if part.len() > 1 {
                parts.push(std::mem::take(&mut part));
            }
        }
        if is_inside(other.1) {
            part.push(other);
        } else if part.len() > 1 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.clear();
        }
    }
    if part.len() > 1 {
        parts.push(part);
    }
    parts
}

/// A legend in rows from this height on; returns the height below it.
pub fn legend(shapes: &mut Shapes, entries: &[(&str, &Look)], top: f64, width: f64) -> f64 {
    const SAMPLE: f64 = 22.0;
    let (mut x, mut y) = (LEFT, top + LINE_HEIGHT);
    for (name, look) in entries {
        let needed = SAMPLE + 6.0 + text_width(name) + 16.0;
        if x > LEFT && x + needed > width {
            (x, y) = (LEFT, y + LINE_HEIGHT);
        }
        let line = vec![(x, y - HALF_TYPE), (x + SAMPLE, y - HALF_TYPE)];
        shapes.push((Shape::Line(line), stroke(look, 2.0)));
        text(shapes, (x + SAMPLE + 6.0, y), Anchor::Start, name, "ink-soft");
        x += needed;
    }
    y + LINE_HEIGHT / 2.0
}

/// The ink of a line with this look.
pub fn stroke(look: &Look, width: f64) -> Ink {
    Ink { colour: look.colour.clone(), width, dashes: look.dashes, opacity: 1.0 }
}

/// A text cut to a width, in pixels, with an ellipsis.
pub fn shortened(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        let longer = format!("{cut}{letter}");
        if text_width(&longer) + text_width("…") > width {
            break;
        }
        cut = longer;
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves_the_heights_and_where_it_comes_back() {
        let line = [(0.0, 5.0), (10.0, -5.0), (20.0, 5.0), (30.0, 25.0)];
        let parts = within_heights(&line, (0.0, 15.0));
        assert_eq!(
            parts,
            [vec![(0.0, 5.0), (5.0, 0.0)], vec![(15.0, 0.0), (20.0, 5.0), (25.0, 15.0)]]
        );
        // Right across, in either direction.
        let across = within_heights(&[(0.0, -10.0), (10.0, 10.0), (20.0, -10.0)], (-5.0, 5.0));
        assert_eq!(across, [vec![(2.5, -5.0), (7.5, 5.0)], vec![(12.5, 5.0), (17.5, -5.0)]]);
        let outside = within_heights(&[(0.0, -9.0), (1.0, -8.0)], (0.0, 1.0));
        assert!(outside.is_empty());
        let inside = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)];
        assert_eq!(within_heights(&inside, (0.0, 1.0)), [inside.to_vec()]);
    }

    #[test]
    fn slanting_lines_stay_within_their_area() {
        let lines = hatch((10.0, 20.0), (30.0, 12.0), 6.0);
        assert_eq!(lines.len(), 7);
        for (x, y) in lines.iter().flatten() {
            assert!((10.0..=40.0).contains(x) && (20.0..=32.0).contains(y), "{x} {y}");
        }
        for line in &lines {
            assert_eq!(line[1].0 - line[0].0, line[0].1 - line[1].1, "all have the same slant");
        }
        assert!(hatch((0.0, 0.0), (9.0, 9.0), 0.0).is_empty());
    }

    #[test]
    fn a_legend_has_as_many_rows_as_its_names_need() {
        let look = Look { colour: String::new(), dashes: &[] };
        let names = ["one", "two", "three", "four"].map(|name| (name, &look));
        let mut shapes = Vec::new();
        let (wide, narrow) =
            (legend(&mut shapes, &names, 0.0, 900.0), legend(&mut shapes, &names, 0.0, 150.0));
        assert_eq!((wide, narrow), (24.0, 72.0));
    }

    #[test]
    fn long_names_end_in_an_ellipsis() {
        assert_eq!(shortened("momentum", 60.0), "momentum");
        assert_eq!(shortened("momentum 0.9", 48.0), "momentu…");
        assert_eq!(shortened("学习率和动量", 40.0), "学习率…");
    }

    #[test]
    fn labels_of_a_level_axis_do_not_cover_each_other() {
        let axis = Axis::spanning((0.0, 1.0), false, (52.0, 152.0));
        let ticks: Vec<_> = (0..40).map(|at| (f64::from(at) / 39.0, format!("{at}.000"))).collect();
        let mut shapes = Vec::new();
        level_axis(&mut shapes, &axis, 100.0, &ticks, "name");
        let places = shapes.iter().filter_map(|(shape, _)| match shape {
            Shape::Text(x, _, Anchor::Middle, label) => Some((*x, text_width(label))),
            _ => None,
        });
        let places: Vec<_> = places.collect();
        assert!(places.len() > 2);
        assert!(
            places.windows(2).all(|pair| pair[0].0 + pair[0].1 / 2.0 < pair[1].0 - pair[1].1 / 2.0)
        );
        assert!(places.iter().all(|(x, width)| x + width / 2.0 <= 152.0 + RIGHT));
    }
}
