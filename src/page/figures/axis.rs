//! Axes: where values lie between two pixels, and which values are named. Plain arithmetic.

use super::data::{Metric, Scale, Setting};
use crate::experiment::robust_range;
use crate::page::charts::plot::{Unit, decades, is_span, ticks};

/// Larger values are clamped to this, so that no range overflows.
const MOST: f64 = 1e300;

/// How an axis spreads its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spread {
    Linear,
    Logarithmic,
    /// So many places of the same width, whose middles are 0, 1, 2, …
    Places(usize),
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The values at both ends, the lower first.
    pub range: (f64, f64),
    /// The pixels at these ends.
    pub pixels: (f64, f64),
    spread: Spread,
}

impl Axis {
    /// The axis of a setting with these values (ascending), between these pixels.
    pub fn of_setting(setting: &Setting, values: &[f64], pixels: (f64, f64)) -> Self {
        if let Scale::Categories(names) = &setting.scale {
            let places = names.len().max(1);
            let range = (-0.5, places as f64 - 0.5);
            return Self { range, pixels, spread: Spread::Places(places) };
        }
        let ends = values.first().copied().zip(values.last().copied());
        Self::spanning(ends.unwrap_or((0.0, 1.0)), setting.scale == Scale::Logarithmic, pixels)
    }

    /// The axis of a metric with these values, between these pixels. Runs that failed do not stretch it, and the best ones are
    /// never beyond it.
    pub fn of_metric(metric: &Metric, values: Vec<f64>, pixels: (f64, f64)) -> Self {
        let range = robust_range(values, metric.failing()).unwrap_or((0.0, 1.0));
        Self::spanning(range, false, pixels)
    }

    /// An axis from the first to the second value, logarithmic if asked for and possible.
    pub fn spanning((low, high): (f64, f64), is_log: bool, pixels: (f64, f64)) -> Self {
        let (low, high) = (low.clamp(-MOST, MOST), high.clamp(-MOST, MOST));
        let is_log = is_log && low > 0.0;
        let range = match (is_span((low, high)), is_log) {
            (true, _) => (low, high),
            (false, true) => (low / 1.5, low * 1.5),
            (false, false) => (low - 0.1 * low.abs().max(0.1), low + 0.1 * low.abs().max(0.1)),
        };
        let spread = if is_log { Spread::Logarithmic } else { Spread::Linear };
        Self { range, pixels, spread }
    }

    /// With this share of its length added at both ends; places have room already.
    pub fn with_margin(mut self, share: f64) -> Self {
        let (low, high) = (self.along(self.range.0), self.along(self.range.1));
        let margin = share * (high - low);
        match self.spread {
            Spread::Linear => self.range = (low - margin, high + margin),
            Spread::Logarithmic => {
                self.range = (10f64.powf(low - margin), 10f64.powf(high + margin));
            }
            Spread::Places(_) => {}
        }
        self
    }

    /// With nothing below 0, where values cannot be.
    pub fn at_least_zero(mut self) -> Self {
        self.range.0 = self.range.0.max(0.0);
        self
    }

    /// Whether equal factors are equal distances.
    pub fn is_log(&self) -> bool {
        self.spread == Spread::Logarithmic
    }

    fn along(&self, value: f64) -> f64 {
        if self.is_log() { value.log10() } else { value }
    }

    /// How far along the axis a value lies: 0 at the lower end to 1, also for values beyond the ends.
    pub fn share(&self, value: f64) -> f64 {
        let value = value.max(self.range.0).min(self.range.1);
        let (low, high) = (self.along(self.range.0), self.along(self.range.1));
        (self.along(value) - low) / (high - low)
    }

    /// Where a value lies, in pixels, also beyond the ends: for lines that are cut there.
    pub fn pixel_beyond(&self, value: f64) -> f64 {
        const FAR: f64 = 1e6;
        let (low, high) = (self.along(self.range.0), self.along(self.range.1));
        // The logarithm of what is not above 0 is no number, and lies below.
        let share = (self.along(value) - low) / (high - low);
        let share = if share.is_nan() { -FAR } else { share.clamp(-FAR, FAR) };
        let (from, to) = self.pixels;
        from + (to - from) * share
    }

    /// Where a value lies, in pixels; at an end if it is beyond.
    pub fn pixel(&self, value: f64) -> f64 {
        let (from, to) = self.pixels;
        from + (to - from) * self.share(value)
    }

    /// The value that lies so far along the axis; exactly the end's at 0 and 1.
    pub fn value(&self, share: f64) -> f64 {
        if share <= 0.0 {
            return self.range.0;
        }
        if share >= 1.0 {
            return self.range.1;
        }
        let (low, high) = (self.along(self.range.0), self.along(self.range.1));
        let along = low + (high - low) * share;
        if self.is_log() { 10f64.powf(along) } else { along }
    }

    /// Whether a value is between the ends.
    pub fn holds(&self, value: f64) -> bool {
        (self.range.0..=self.range.1).contains(&value)
    }

    /// Values to name, about `most`, with their names.
    pub fn ticks(&self, unit: Option<Unit>, most: f64) -> Vec<(f64, String)> {
        match (unit, self.spread) {
            (Some(Unit::Share), Spread::Linear) => {
                let percents = (self.range.0 * 100.0, self.range.1 * 100.0);
                let ticks = ticks(percents, most, 0.0).into_iter();
                ticks.map(|(value, label)| (value / 100.0, format!("{label} %"))).collect()
            }
            (_, Spread::Logarithmic) => decades(self.range, most),
            (_, Spread::Places(_)) => Vec::new(),
            _ => ticks(self.range, most, 0.0),
        }
    }

    /// The values of a setting that are named: all of them where there is room for their texts along so many pixels each,
    /// otherwise round ones.
    pub fn ticks_of(&self, setting: &Setting, values: &[f64], most: f64) -> Vec<(f64, String)> {
        if let Scale::Categories(names) = &setting.scale {
            return (0..).map(f64::from).zip(names.iter().cloned()).collect();
        }
        let texts: Vec<_> = values.iter().map(|value| (*value, setting.text(*value))).collect();
        let are_short = texts.iter().all(|(_, text)| text.chars().count() <= LONGEST_TICK);
        let fit = texts.len() as f64 <= most && self.stand_apart(values, most);
        if are_short && fit { texts } else { self.ticks(None, most) }
    }

    /// Whether no two values are nearer to each other than labels may be, if `most` of these fill the axis.
    fn stand_apart(&self, values: &[f64], most: f64) -> bool {
        let shares = values.iter().map(|value| self.share(*value));
        let shares: Vec<_> = shares.collect();
        shares.windows(2).all(|pair| pair[1] - pair[0] >= 0.8 / most.max(1.0))
    }
}

/// A longer text, in letters, does not fit below an axis.
const LONGEST_TICK: usize = 7;

#[cfg(test)]
#[path = "axis_tests.rs"]
mod tests;
