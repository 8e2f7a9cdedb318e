//! The values that the axes span.

use super::{Count, Plot, Unit};
use crate::insight::loss_of_chance;
use crate::network::CLASSES;

/// Whether a point is finite.
pub const fn is_drawn(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// The values at the left and right edges; `None` without a point.
pub fn horizontal(plot: &Plot) -> Option<(f64, f64)> {
    let points = plot.lines.iter().flat_map(|line| &line.points);
    let (left, right) = bounds(points.map(|point| point.0))?;
    let right = plot.x_end.map_or(right, |end| right.max(end.min(MOST)));
    Some(if plot.x == Count::Epochs {
        // Space beside the first and last epochs, also if there is only one.
        (left.min(1.0) - 0.25, right.max(2.0) + 0.25)
    } else {
        let far = if is_span((left, right)) { right } else { left + left.abs().max(1.0) };
        (left.min(0.0), far)
    })
}

/// The values at the bottom and top edges; `None` without a point that can be drawn.
///
/// The axis spans the ordinary values of the lines, and the reference where it lies within `x`.
pub fn vertical(plot: &Plot, x: (f64, f64)) -> Option<(f64, f64)> {
    let usable = |y: &f64| !plot.log || *y > 0.0;
    let ceiling = ceiling(plot);
    let points = plot.lines.iter().flat_map(|line| &line.points).filter(|point| is_drawn(point));
    let values = points.map(|point| point.1.clamp(-MOST, MOST));
    let values = values.filter(|y| usable(y) && *y <= ceiling);
    let (bottom, top) = bounds(values.chain(reference(plot, x).filter(usable)))?;
    if plot.log {
        let top = top.max(LEAST_SPAN);
        let bottom = bottom.max(top * LEAST_LOG_SHARE);
        return Some((bottom / LOG_MARGIN, top * LOG_MARGIN));
    }
    let margin = 0.08 * if is_span((bottom, top)) { top - bottom } else { top.abs().max(0.1) };
    let floor = if bottom >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    Some(((bottom - margin).max(floor), top + margin))
}

/// A logarithmic axis spans at most six decades: losses below have no more than a few digits of `f32`.
const LEAST_LOG_SHARE: f64 = 1e-6;
/// The margin of a logarithmic axis, as a factor.
const LOG_MARGIN: f64 = 1.15;

/// The reference's values within a horizontal range; none for a plot without a point.
fn reference(plot: &Plot, x: (f64, f64)) -> impl Iterator<Item = f64> {
    let drawn = plot.lines.iter().flat_map(|line| &line.points).any(is_drawn);
    let end = plot.reference_end(x.1);
    plot.reference.iter().filter(move |_| drawn).flat_map(move |reference| {
        let printed = reference.printed.iter().flat_map(move |trace| trace.up_to(end));
        let range = reference.range.up_to(end).into_iter();
        range.flat_map(|point| [point[1], point[2]]).chain(printed.map(|point| point[1]))
    })
}

/// The largest ordinary value of a plot. Larger ones are drawn at the frame's edge, since one of them would
/// flatten everything else: a loss may jump to 1e6 in a step, and a run that diverges reaches 1e30.
///
/// A loss is ordinary up to [`ordinary_loss`], so the steep fall at the start stays in view. It is also ordinary up to
/// [`MEDIANS`] times the median of its line, which half of the line's values cannot shift. The lines' limits may differ by a
/// factor of [`LINES_APART`]; a line with a higher one has diverged and does not count. Fractions are never cut.
fn ceiling(plot: &Plot) -> f64 {
    if plot.unit == Unit::Share {
        return f64::INFINITY;
    }
    let limit = |line: &super::Line| {
        let drawn = line.points.iter().filter(|point| is_drawn(point));
        let median = median(drawn.map(|point| point.1.clamp(-MOST, MOST)).collect())?;
        // A line without a value below is all ordinary, whatever its size.
        Some((MEDIANS * median).max(median).max(ordinary_loss(plot.classes)))
    };
    let limits = || plot.lines.iter().filter_map(limit);
    let least = limits().fold(f64::INFINITY, f64::min);
    limits().filter(|limit| *limit <= LINES_APART * least).fold(least, f64::max)
}

/// Losses up to this are ordinary for a network that tells so many classes apart: no run starts far above the loss of guessing.
/// No less for fewer classes than ten, whose first steps may well lose more than the ln 2 of guessing between two.
pub fn ordinary_loss(classes: usize) -> f64 {
    1.25 * loss_of_chance(classes.max(CLASSES))
}

const MEDIANS: f64 = 4.0;
const LINES_APART: f64 = 10.0;

/// The lower median, which a single large value of two cannot be.
fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Larger values are clamped to this, so that the range of an axis cannot overflow.
const MOST: f64 = 1e300;
/// Values nearer to each other than this count as equal: no axis has ticks that fine.
const LEAST_SPAN: f64 = 1e-300;
/// The same, relative to the values: `f64` has some 16 digits.
const LEAST_SHARE: f64 = 1e-12;

/// Whether an axis can be divided between these two values.
pub fn is_span((low, high): (f64, f64)) -> bool {
    let least = LEAST_SPAN.max(LEAST_SHARE * low.abs().max(high.abs()));
    (high - low).is_finite() && high - low > least
}

fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|value| value.is_finite())
        .map(|value| value.clamp(-MOST, MOST))
        .map(|value| (value, value))
        .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}
