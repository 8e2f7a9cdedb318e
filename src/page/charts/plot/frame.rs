//! Maps values to pixels, and draws lines as SVG paths.

use super::range::{self, is_drawn};
use super::ticks::{decades, ticks};
use super::{Count, Plot, Unit, labels};

/// Maps values to pixels on a chart of a given size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The whole chart's width and height in pixels.
    pub size: (f64, f64),
    /// The values at the left and right edges.
    pub x: (f64, f64),
    /// The values at the bottom and top edges.
    pub y: (f64, f64),
    /// Whether the vertical axis is logarithmic.
    log: bool,
    /// Pixels beside the right edge for the lines' names, if these stand there.
    names: Option<f64>,
}

impl Frame {
    /// Room for the vertical axis's labels.
    pub const LEFT: f64 = 52.0;
    /// Room above the highest value.
    pub const TOP: f64 = 20.0;
    const RIGHT: f64 = 14.0;
    const BOTTOM: f64 = 36.0;

    /// The frame that fits a plot; `None` if the plot has no values.
    pub fn of(plot: &Plot, size: (f64, f64)) -> Option<Self> {
        let x = range::horizontal(plot)?;
        let y = range::vertical(plot, x)?;
        let names = labels::width_of_names(plot, size.0);
        Some(Self { size, x, y, log: plot.log, names })
    }

    /// Whether lines have their names at their ends, in place of a legend.
    pub const fn has_names(&self) -> bool {
        self.names.is_some()
    }

    /// The right edge, in pixels.
    pub const fn right(&self) -> f64 {
        self.size.0
            - match self.names {
                Some(width) => width + Self::RIGHT,
                None => Self::RIGHT,
            }
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
        let along = |y: f64| if self.log { y.log10() } else { y };
        let (bottom, top) = (along(self.y.0), along(self.y.1));
        let share = (along(y.clamp(self.y.0, self.y.1)) - bottom) / (top - bottom);
        self.bottom() - share * (self.bottom() - Self::TOP)
    }

    /// Whether a point can be drawn, if necessary at the frame's edge.
    pub fn draws(&self, point: &(f64, f64)) -> bool {
        is_drawn(point) && (!self.log || point.1 > 0.0)
    }

    /// The value at this many pixels from the left.
    pub fn value_at(&self, px: f64) -> f64 {
        self.x.0 + (px - Self::LEFT) / (self.right() - Self::LEFT) * (self.x.1 - self.x.0)
    }

    /// An SVG path through these points, with a gap at each value that cannot be drawn.
    pub fn path(&self, points: &[(f64, f64)]) -> String {
        use std::fmt::Write as _;
        let mut path = String::with_capacity(points.len() * 14);
        let mut command = 'M';
        for &(x, y) in points {
            if self.draws(&(x, y)) {
                // Writing to a string cannot fail.
                let _ = write!(path, "{command}{:.1} {:.1}", self.px(x), self.py(y));
                command = 'L';
            } else {
                command = 'M';
            }
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
    pub fn y_ticks(&self, unit: Unit) -> Vec<(f64, String)> {
        let most = ((self.bottom() - Self::TOP) / 38.0).max(2.0);
        match unit {
            Unit::Loss if self.log => decades(self.y, most),
            Unit::Loss => ticks(self.y, most, 0.0),
            Unit::Share => {
                let percents = (self.y.0 * 100.0, self.y.1 * 100.0);
                let ticks = ticks(percents, most, 0.0).into_iter();
                ticks.map(|(value, label)| (value / 100.0, format!("{label} %"))).collect()
            }
        }
    }

    /// Where a line leaves the frame upwards or downwards: pixels from the left, and whether it is the upper edge.
    /// One place for each stretch outside; at most [`Self::MOST_EXITS`], which more would blur into a bar.
    pub fn exits(&self, points: &[(f64, f64)]) -> Vec<(f64, bool)> {
        let side = |point: &(f64, f64)| match point.1 {
            _ if !self.draws(point) => None,
            y if y > self.y.1 => Some(true),
            y if y < self.y.0 => Some(false),
            _ => None,
        };
        let mut before = None;
        let left = points.iter().filter_map(|point| {
            let side = side(point);
            let exit = side.filter(|_| side != before).map(|upper| (self.px(point.0), upper));
            before = side;
            exit
        });
        left.take(Self::MOST_EXITS).collect()
    }

    const MOST_EXITS: usize = 24;
}
