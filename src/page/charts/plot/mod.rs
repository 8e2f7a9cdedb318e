//! What a chart shows and where each value lies: pure arithmetic without a browser.
//!
//! `frame` maps values to pixels, `range` chooses the values that an axis spans, `ticks` those that it names, and
//! `labels` places the names of lines at their ends.

mod frame;
mod labels;
mod range;
mod ticks;

use std::borrow::Cow;

use crate::network::CLASSES;
use crate::page::format::percent;
pub use frame::Frame;
pub use labels::{Label, end_labels, entries, text_width};
pub use range::{is_span, ordinary_loss};
pub use ticks::{decades, ticks};

/// A chart's contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The chart's name, for screen readers.
    pub title: String,
    /// What the horizontal axis counts.
    pub x: Count,
    /// Where the horizontal axis ends, at least; absent if it ends with the last point.
    pub x_end: Option<f64>,
    /// The vertical axis's name, including the unit.
    pub y_name: &'static str,
    /// What the values are.
    pub unit: Unit,
    /// How many classes the lines' networks tell apart, at most: their losses begin near that of guessing.
    pub classes: usize,
    /// Whether the vertical axis is logarithmic; values up to 0 are then not drawn.
    pub log: bool,
    /// The lines, with the most important last.
    pub lines: Vec<Line>,
    /// What PyTorch measured; drawn behind the lines, where they have any point.
    pub reference: Option<Reference>,
    /// Positions on the horizontal axis that are marked by a rule.
    pub marks: Vec<Mark>,
    /// The text shown while there is nothing to draw.
    pub empty: Cow<'static, str>,
}

impl Plot {
    /// Where the reference is cut in a chart with this right edge: at the last whole epoch, or at the edge.
    pub fn reference_end(&self, right: f64) -> f64 {
        if self.x == Count::Epochs { right.floor() } else { right }
    }
}

impl Default for Plot {
    fn default() -> Self {
        Self {
            title: String::new(),
            x: Count::Steps,
            x_end: None,
            y_name: "",
            unit: Unit::Loss,
            classes: CLASSES,
            log: false,
            lines: Vec::new(),
            reference: None,
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

/// What a chart's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A cross-entropy, at least 0, usually up to that of guessing.
    Loss,
    /// A fraction, 0 to 1, shown as a percentage.
    Share,
}

impl Unit {
    /// A value, as shown beside the pointer and in sentences.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Loss => value_words(value),
            Self::Share => percent(value),
        }
    }
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

/// What PyTorch measured of the tutorial's recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The tutorial's printed values: x and value.
    pub printed: Option<Trace<2>>,
    /// The range over seeds: x, lowest and highest value.
    pub range: Trace<3>,
}

/// Named points by ascending x, which is the first number of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace<const N: usize> {
    /// Its name in the legend.
    pub name: String,
    /// Its points.
    pub points: Vec<[f64; N]>,
}

impl<const N: usize> Trace<N> {
    /// Its part up to a position; the line to the first point beyond is cut there.
    pub fn up_to(&self, end: f64) -> Vec<[f64; N]> {
        let beyond = self.points.partition_point(|point| point[0] <= end);
        let mut points = self.points[..beyond].to_vec();
        if let (Some(last), Some(next)) = (points.last(), self.points.get(beyond)) {
            let share = (end - last[0]) / (next[0] - last[0]);
            points.push(std::array::from_fn(|at| last[at] + share * (next[at] - last[at])));
        }
        points
    }
}

/// How a line is drawn. Never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Thin, in the background.
    Faint,
    /// Dashed ink.
    Dashed,
    /// The accent colour, solid.
    Accent,
    /// Thin and dotted: a line of PyTorch.
    Reference,
    /// A filled area: a range of PyTorch.
    Range,
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
            Self::Accent => "look-accent",
            Self::Reference => "look-reference",
            Self::Range => "look-range",
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

/// A loss with four decimals, or in powers of ten where those would not show it.
fn value_words(value: f64) -> String {
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
mod tests;
