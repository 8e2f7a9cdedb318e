//! What the figures compare: plain data, with every text in the visitor's language.

use crate::experiment::Failing;
use crate::page::charts::plot::Unit;

/// Where the values of a setting lie along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equal distances.
    Linear,
    /// Equal factors are equal distances; linear if a value is not above 0.
    Logarithmic,
    /// One beside the other: a setting's value is the index (from 0) of its choice in these names.
    Categories(Vec<String>),
}

/// A setting that varies among the runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name for files and tests, in English.
    pub key: String,
    /// Its name for the visitor.
    pub label: String,
    /// Where its values lie.
    pub scale: Scale,
}

impl Setting {
    /// A value for the visitor: a choice's name, or a number in as many digits as it has.
    pub fn text(&self, value: f64) -> String {
        match &self.scale {
            Scale::Categories(names) => name_of(names, value).unwrap_or_default().to_owned(),
            _ => number(value),
        }
    }
}

/// The name of a choice by its index; `None` if there is no such choice.
fn name_of(names: &[String], value: f64) -> Option<&str> {
    let is_index = value >= 0.0 && value.fract() == 0.0;
    // No list is longer than f64 counts.
    is_index.then(|| names.get(value as usize)).flatten().map(String::as_str)
}

/// A number in as many digits as it has, up to six significant ones; with an exponent where it would be long.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return crate::page::format::UNKNOWN.to_owned();
    }
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    let size = rounded.abs();
    let text = if size != 0.0 && !(1e-4..1e6).contains(&size) {
        format!("{size:e}")
    } else {
        size.to_string()
    };
    if rounded < 0.0 { format!("−{text}") } else { text }
}

/// A number by which runs are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name for files and tests, in English.
    pub key: String,
    /// Its name for the visitor.
    pub label: String,
    /// What its values are: of losses the lowest is best, of shares the highest.
    pub unit: Unit,
}

impl Metric {
    /// A mean for the visitor, or a dash.
    pub fn text(&self, value: Option<f64>) -> String {
        let dash = || crate::page::format::UNKNOWN.to_owned();
        value.map_or_else(dash, |value| self.unit.text(value))
    }

    /// On which side the values of runs that failed lie.
    pub fn failing(&self) -> Failing {
        if self.unit == Unit::Share { Failing::Below } else { Failing::Above }
    }

    /// How good a value is: the greater, the better.
    pub fn worth(&self, value: f64) -> f64 {
        if self.unit == Unit::Share { value } else { -value }
    }
}

/// What a run came to, by one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It has not been measured yet.
    Pending,
    /// It diverged, or its value is not finite.
    Diverged,
    /// It has ended and does not count.
    PassedOver,
    /// A finite value.
    Measured(f64),
}

/// Whether what a run measured counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It does, as soon as there is something.
    #[default]
    Counts,
    /// It diverged: whatever it measured before does not count.
    Diverged,
    /// It has ended and does not count (`experiment::Counted`).
    PassedOver,
}

/// A run of a combination of settings.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// Its seed.
    pub seed: u64,
    /// Its value of each metric; `None` before there is one that counts.
    pub measured: Vec<Option<f64>>,
    /// Whether these count.
    pub fate: Fate,
}

impl RunResult {
    /// What it came to, by the metric with this index.
    pub fn outcome(&self, metric: usize) -> Outcome {
        match (self.fate, self.measured.get(metric).copied().flatten()) {
            (Fate::Diverged, _) => Outcome::Diverged,
            (Fate::PassedOver, _) => Outcome::PassedOver,
            (Fate::Counts, None) => Outcome::Pending,
            (Fate::Counts, Some(value)) if value.is_finite() => Outcome::Measured(value),
            (Fate::Counts, Some(_)) => Outcome::Diverged,
        }
    }
}

/// A combination of settings, with its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// What tells it from the others, whatever their order.
    pub id: usize,
    /// Its name for the visitor.
    pub label: String,
    /// Its value of each setting; not a number where the setting has no effect in it.
    pub at: Vec<f64>,
    /// Its runs, one a seed.
    pub runs: Vec<RunResult>,
}

impl Combination {
    /// What its runs came to, by the metric with this index.
    pub fn summary(&self, metric: usize) -> Summary {
        Summary::of(self.runs.iter().map(|run| run.outcome(metric)))
    }
}

/// All that is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// What the experiment is known by: with another one, what a visitor chose of this one's settings is void.
    pub id: String,
    /// The settings that vary.
    pub settings: Vec<Setting>,
    /// By what runs are compared, the most important first.
    pub metrics: Vec<Metric>,
    /// A combination of settings each.
    pub combinations: Vec<Combination>,
}

impl Compared {
    /// The values of the setting with this index, each once, in ascending order.
    pub fn values_of(&self, setting: usize) -> Vec<f64> {
        let values = self.combinations.iter().filter_map(|it| it.at.get(setting).copied());
        let mut values: Vec<_> = values.filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }
}

/// What several runs came to. Runs that diverged or do not count have no part in the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many were measured.
    pub measured: usize,
    /// How many diverged.
    pub diverged: usize,
    /// How many have no value yet.
    pub pending: usize,
    /// How many have ended and do not count.
    pub passed_over: usize,
    /// The mean of those that were measured.
    pub mean: Option<f64>,
    /// The lowest and the highest value.
    pub range: Option<(f64, f64)>,
    /// The standard deviation of the sample; `None` for fewer than two values.
    pub deviation: Option<f64>,
}

impl Summary {
    /// Of these outcomes.
    pub fn of(outcomes: impl Iterator<Item = Outcome>) -> Self {
        let mut summary = Self::default();
        let mut values = Vec::new();
        for outcome in outcomes {
            match outcome {
                Outcome::Pending => summary.pending += 1,
                Outcome::Diverged => summary.diverged += 1,
                Outcome::PassedOver => summary.passed_over += 1,
                Outcome::Measured(value) => values.push(value),
            }
        }
        summary.measured = values.len();
        if values.is_empty() {
            return summary;
        }
        let count = values.len() as f64;
        let mean = values.iter().map(|value| value / count).sum::<f64>();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        summary.mean = Some(mean);
        summary.range = Some((low, high));
        if values.len() > 1 {
            let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            summary.deviation = Some((squares / (count - 1.0)).sqrt());
        }
        summary
    }

    /// How many runs there are.
    pub const fn all(&self) -> usize {
        self.measured + self.diverged + self.pending + self.passed_over
    }

    /// Whether runs have ended, and all of them diverged.
    pub const fn has_only_diverged(&self) -> bool {
        self.diverged > 0 && self.measured == 0
    }
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
