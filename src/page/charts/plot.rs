//! What a chart shows and where each value lies: pure arithmetic without a browser.

use std::borrow::Cow;

use super::scale::{common_range, log_ticks, robust_range};

/// A chart's contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The chart's name, for screen readers.
    pub title: String,
    /// What the horizontal axis counts.
    pub x: Count,
    /// The vertical axis's name, including the unit.
    pub y_name: &'static str,
    /// The lines, with the most important last.
    pub lines: Vec<Line>,
    /// Areas behind the lines.
    pub bands: Vec<Band>,
    /// Whether the vertical axis is logarithmic; values that are not positive are then not drawn.
    pub log: bool,
    /// The least right edge of the horizontal axis, so that stacked charts share their range.
    pub least_right: f64,
    /// Positions on the horizontal axis that are marked by a rule.
    pub marks: Vec<Mark>,
    /// The text shown while there is nothing to draw.
    pub empty: Cow<'static, str>,
}

impl Default for Plot {
    fn default() -> Self {
        Self {
            title: String::new(),
            x: Count::Steps,
            y_name: "",
            lines: Vec::new(),
            bands: Vec::new(),
            log: false,
            least_right: 0.0,
            marks: Vec::new(),
            empty: Cow::Borrowed(""),
        }
    }
}

/// What a horizontal axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Steps of the run.
    Steps,
    /// Epochs of the run.
    Epochs,
    /// Epochs of the run, including fractions.
    EpochShares,
    /// Seconds of the run's own time.
    Seconds,
}

/// A line through points, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// How it is drawn.
    pub look: Look,
    /// Its points, by ascending x.
    pub points: Vec<(f64, f64)>,
}

/// An area between two lines, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Position, lowest and highest value, by ascending position.
    pub points: Vec<(f64, f64, f64)>,
}

/// How a line is drawn. Never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Thin, in the background.
    Faint,
    /// Dashed ink.
    Dashed,
    /// Dotted, in the background: a run of someone else's, for comparison.
    Reference,
    /// The accent colour, solid.
    Accent,
    /// One of several runs, distinguished by colour and dashes, which repeat after [`Self::RUNS`].
    Run(usize),
}

impl Look {
    /// How many runs can be distinguished.
    pub const RUNS: usize = 8;
    const OF_RUNS: [&str; Self::RUNS] = [
        "look-run-0",
        "look-run-1",
        "look-run-2",
        "look-run-3",
        "look-run-4",
        "look-run-5",
        "look-run-6",
        "look-run-7",
    ];

    /// Its class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Faint => "look-faint",
            Self::Dashed => "look-dashed",
            Self::Reference => "look-reference",
            Self::Accent => "look-accent",
            Self::Run(run) => Self::OF_RUNS[run % Self::RUNS],
        }
    }
}

/// A rule at a position on the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The position.
    pub x: f64,
    /// What it marks.
    pub label: String,
}

/// Maps values to pixels on a chart of a given size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The whole chart's width and height in pixels.
    pub size: (f64, f64),
    /// The values at the left and right edges.
    pub x: (f64, f64),
    /// The values at the bottom and top edges, or their logarithms to base 10.
    pub y: (f64, f64),
    /// Whether they are logarithms.
    log: bool,
}

impl Frame {
    /// Room for the vertical axis's labels.
    pub const LEFT: f64 = 46.0;
    /// Room above the highest value.
    pub const TOP: f64 = 20.0;
    const RIGHT: f64 = 14.0;
    const BOTTOM: f64 = 36.0;

    /// The frame that fits a plot; `None` if the plot has no values.
    pub fn of(plot: &Plot, size: (f64, f64)) -> Option<Self> {
        let on_axis = |y: f64| if plot.log { y.log10() } else { y };
        let own = || plot.lines.iter().filter(|line| line.look != Look::Reference);
        let positions = own().flat_map(|line| &line.points).map(|point| point.0);
        let (mut left, mut right) = bounds(positions.chain([plot.least_right]))?;
        let range_of = |line: &Line| {
            let values = line.points.iter().map(|point| on_axis(point.1));
            robust_range(values.map(|value| value.clamp(-MOST, MOST)).filter(|y| !y.is_nan()))
        };
        let ranges: Vec<_> = own().filter_map(range_of).collect();
        let (bottom, top) = if plot.log {
            bounds(ranges.iter().flat_map(|range| [range.0, range.1]))?
        } else {
            common_range(&ranges)?
        };
        // Beside the run's own values, those of the reference.
        let others = plot.lines.iter().filter(|line| line.look == Look::Reference);
        let others = others.flat_map(|line| line.points.iter().map(|point| point.1));
        let bands = plot.bands.iter().flat_map(|band| &band.points);
        let others = others.chain(bands.flat_map(|point| [point.1, point.2]));
        let (bottom, top) = bounds(others.map(on_axis).chain([bottom, top]))?;
        if plot.x == Count::Epochs {
            // Space beside the first and last epochs, also if there is only one.
            (left, right) = (left.min(1.0) - 0.25, right.max(2.0) + 0.25);
        } else {
            let far = if is_span((left, right)) { right } else { left + left.abs().max(1.0) };
            (left, right) = (left.min(0.0), far);
        }
        let margin = 0.08 * if is_span((bottom, top)) { top - bottom } else { top.abs().max(0.1) };
        let floor = if bottom >= 0.0 && !plot.log { 0.0 } else { f64::NEG_INFINITY };
        let y = ((bottom - margin).max(floor), top + margin);
        Some(Self { size, x: (left, right), y, log: plot.log })
    }

    /// The right edge, in pixels.
    pub const fn right(&self) -> f64 {
        self.size.0 - Self::RIGHT
    }

    /// The lower edge, in pixels.
    pub const fn bottom(&self) -> f64 {
        self.size.1 - Self::BOTTOM
    }

    /// Pixels from the left.
    pub fn px(&self, x: f64) -> f64 {
        let x = x.clamp(self.x.0, self.x.1);
        Self::LEFT + (x - self.x.0) / (self.x.1 - self.x.0) * (self.right() - Self::LEFT)
    }

    /// Pixels from the top, clamped to the frame: this still shows that a value is too large to draw.
    pub fn py(&self, y: f64) -> f64 {
        let y = if self.log { y.log10() } else { y };
        let y = y.clamp(self.y.0, self.y.1);
        self.bottom() - (y - self.y.0) / (self.y.1 - self.y.0) * (self.bottom() - Self::TOP)
    }

    /// The value at this many pixels from the left.
    pub fn value_at(&self, px: f64) -> f64 {
        self.x.0 + (px - Self::LEFT) / (self.right() - Self::LEFT) * (self.x.1 - self.x.0)
    }

    /// An SVG path through these points, with a gap at each value that is not finite.
    pub fn path(&self, points: &[(f64, f64)]) -> String {
        use std::fmt::Write as _;
        let mut path = String::with_capacity(points.len() * 14);
        let mut command = 'M';
        for &(x, y) in points {
            if is_drawn(&(x, y)) && (!self.log || y > 0.0) {
                // Writing to a string cannot fail.
                let _ = write!(path, "{command}{:.1} {:.1}", self.px(x), self.py(y));
                command = 'L';
            } else {
                command = 'M';
            }
        }
        path
    }

    /// A closed SVG path around a band.
    pub fn area(&self, band: &Band) -> String {
        use std::fmt::Write as _;
        let upper = band.points.iter().map(|&(x, _, high)| (x, high));
        let lower = band.points.iter().rev().map(|&(x, low, _)| (x, low));
        let mut path = String::new();
        for (at, (x, y)) in upper.chain(lower).enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{:.1} {:.1}", self.px(x), self.py(y));
        }
        path
    }

    /// Values and labels for the horizontal axis.
    pub fn x_ticks(&self, count: Count) -> Vec<(f64, String)> {
        let label = match count {
            Count::Steps | Count::Seconds => 90.0,
            Count::Epochs | Count::EpochShares => 45.0,
        };
        // Fractions of a step, or of an epoch where the axis counts whole ones, make no sense.
        let least = if matches!(count, Count::Steps | Count::Epochs) { 1.0 } else { 0.0 };
        ticks(self.x, ((self.right() - Self::LEFT) / label).max(2.0), least)
    }

    /// Values and labels for the vertical axis.
    pub fn y_ticks(&self) -> Vec<(f64, String)> {
        if self.log {
            return log_ticks(self.y);
        }
        ticks(self.y, ((self.bottom() - Self::TOP) / 38.0).max(2.0), 0.0)
    }
}

/// Whether a point can be drawn.
pub const fn is_drawn(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// Larger values are clamped to this, so that the range of an axis cannot overflow.
const MOST: f64 = 1e300;
/// Values nearer to each other than this count as equal: no axis has ticks that fine.
const LEAST_SPAN: f64 = 1e-300;
/// The same, relative to the values: `f64` has some 16 digits.
const LEAST_SHARE: f64 = 1e-12;

/// Whether an axis can be divided between these two values.
fn is_span((low, high): (f64, f64)) -> bool {
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

/// Round values inside a range: about `most`, at least `least_step` apart. None in a range too narrow to
/// divide, where the loop would never end.
fn ticks((low, high): (f64, f64), most: f64, least_step: f64) -> Vec<(f64, String)> {
    if !is_span((low, high)) {
        return Vec::new();
    }
    // One or two labels more than requested are better than a single one.
    let rough = 0.8 * (high - low) / most;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough)
        .max(least_step);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last)
        .map(|at| {
            let value = at as f64 * step;
            (value, label(value, step))
        })
        .collect()
}

fn label(value: f64, step: f64) -> String {
    let decimals = -step.log10().floor();
    match value {
        0.0 if step >= 1_000.0 || decimals > MOST_DECIMALS => "0".to_owned(),
        // As many digits as the step has.
        _ if step >= 1e7 || decimals > MOST_DECIMALS => {
            let digits = (value.abs().log10().floor() + decimals).max(0.0) as usize;
            format!("{value:.digits$e}")
        }
        _ if step >= 1_000.0 => format!("{}k", value / 1_000.0),
        _ => format!("{value:.0$}", decimals.max(0.0) as usize),
    }
}

/// More decimals than this do not fit beside the axis.
const MOST_DECIMALS: f64 = 5.0;

/// A point's value, as shown beside the pointer.
pub fn value_words(value: f64) -> String {
    let size = value.abs();
    if value.is_finite() && (size >= 1e6 || (size > 0.0 && size < 5e-5)) {
        format!("{value:.3e}")
    } else {
        format!("{value:.4}")
    }
}

/// The index of the point nearest to a value, among points by ascending x.
pub fn nearest(points: &[(f64, f64)], x: f64) -> Option<usize> {
    let after = points.partition_point(|point| point.0 < x);
    let before = after.checked_sub(1);
    match (before, points.get(after)) {
        (Some(before), Some(next)) => {
            Some(if x - points[before].0 <= next.0 - x { before } else { after })
        }
        (None, Some(_)) => Some(after),
        (before, None) => before,
    }
}

#[cfg(test)]
#[path = "plot_tests.rs"]
mod tests;
