//! A setting that varies, and its values.

use super::Mistake;
use crate::settings::{Field, FieldError, Kind};

/// A setting that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The setting: any but the seed, which [`super::Experiment::seeds`] varies.
    pub field: Field,
    /// What it takes.
    pub values: Values,
}

/// The values of a setting that varies.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These, as the form takes them, 1 to [`Axis::MOST_VALUES`]. The empty text stands for a setting that is left empty.
    List(Vec<String>),
    /// Numbers at equal distances or equal ratios, both ends included. Linear ones are rounded to 12 significant digits,
    /// logarithmic ones to 4, those of settings that take whole numbers to these; what is then equal comes once.
    Range {
        /// The first value, a finite number.
        from: f64,
        /// The last value, above the first.
        to: f64,
        /// How many, 2 to [`Axis::MOST_VALUES`].
        count: u32,
        /// What is equal between neighbours.
        scale: Scale,
    },
}

/// What is equal between neighbouring values of a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Their distance.
    #[default]
    Linear,
    /// Their ratio.
    Logarithmic,
}

impl Axis {
    /// The most values.
    pub const MOST_VALUES: usize = 1000;

    /// The axis of these values.
    pub fn list<T: ToString>(field: Field, values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().map(|value| value.to_string()).collect();
        Self { field, values: Values::List(values) }
    }

    /// Whether the values were chosen at equal ratios, so that a figure should draw them so.
    #[must_use]
    pub fn is_logarithmic(&self) -> bool {
        matches!(self.values, Values::Range { scale: Scale::Logarithmic, .. })
    }

    /// Every value as the form shows it, in its shortest notation, each once. Empty if the values are too many.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        let kind = self.field.kind();
        let mut values: Vec<String> = match &self.values {
            Values::List(values) if values.len() <= Self::MOST_VALUES => {
                let shortest = |text: &String| kind.shortest(text).unwrap_or_else(|| text.clone());
                values.iter().map(shortest).collect()
            }
            Values::Range { from, to, count, scale } if *count as usize <= Self::MOST_VALUES => {
                let is_whole = matches!(kind, Kind::Whole { .. });
                let numbers = range(*from, *to, *count, *scale);
                let rounded = |value: f64| if is_whole { value.round() } else { value };
                let text = |value: f64| rounded(value).to_string();
                numbers.map(text).map(|text| kind.shortest(&text).unwrap_or(text)).collect()
            }
            _ => Vec::new(),
        };
        // A range ascends, and a list with equal values is a mistake.
        values.dedup();
        values
    }

    /// How many values there are.
    pub(super) fn count(&self) -> u64 {
        match &self.values {
            Values::List(values) => values.len() as u64,
            Values::Range { .. } => self.values().len() as u64,
        }
    }

    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        let field = self.field;
        if field == Field::Seed {
            mistakes.push(Mistake::SeedVaried);
            return;
        }
        match &self.values {
            Values::List(values) => match values.len() {
                0 => mistakes.push(Mistake::NoValues { field }),
                1..=Self::MOST_VALUES => {}
                found => mistakes.push(Mistake::TooManyValues { field, found: found as u64 }),
            },
            Values::Range { from, to, count, scale } => {
                let is_number = matches!(field.kind(), Kind::Whole { .. } | Kind::Real { .. });
                if !is_number {
                    mistakes.push(Mistake::RangeOfWords { field });
                    return;
                }
                if !from.is_finite() || !to.is_finite() || from >= to {
                    mistakes.push(Mistake::RangeEnds { field });
                    return;
                }
                if *scale == Scale::Logarithmic && *from <= 0.0 {
                    mistakes.push(Mistake::LogarithmOfZero { field });
                }
                if *count < 2 {
                    mistakes.push(Mistake::RangeOfOne { field });
                } else if *count as usize > Self::MOST_VALUES {
                    let found = u64::from(*count);
                    mistakes.push(Mistake::TooManyValues { field, found });
                }
            }
        }
        self.check_values(mistakes);
    }

    fn check_values(&self, mistakes: &mut Vec<Mistake>) {
        let field = self.field;
        let values = self.values();
        let mut seen = std::collections::HashSet::new();
        for text in &values {
            if !field.kind().takes(text) {
                let why = FieldError::Value(field.kind());
                mistakes.push(Mistake::Value { field, text: text.clone(), why });
            } else if !seen.insert(text) {
                mistakes.push(Mistake::SameValue { field, text: text.clone() });
            }
        }
        // Equal neighbours of a list were taken for one.
        if let Values::List(given) = &self.values
            && given.len() <= Self::MOST_VALUES
            && given.len() != values.len()
            && let Some(text) = twice(field, given)
        {
            mistakes.push(Mistake::SameValue { field, text });
        }
    }
}

/// The first value that equals the one before it.
fn twice(field: Field, given: &[String]) -> Option<String> {
    let shortest = |text: &String| field.kind().shortest(text);
    let pair = given.windows(2).find(|pair| match pair {
        [before, after] => shortest(before) == shortest(after),
        _ => false,
    });
    pair.and_then(<[String]>::last).cloned()
}

fn range(from: f64, to: f64, count: u32, scale: Scale) -> impl Iterator<Item = f64> {
    let last = count.saturating_sub(1);
    (0..count).map(move |at| {
        let share = f64::from(at) / f64::from(last.max(1));
        // The ends are what was given, to the bit.
        match scale {
            _ if at == 0 => from,
            _ if at == last => to,
            Scale::Linear => rounded(from + (to - from) * share, 12),
            // Powers differ in their last bits from machine to machine, which the rounding hides.
            Scale::Logarithmic => rounded(from * (to / from).powf(share), 4),
        }
    })
}

/// A number to so many significant digits.
fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranged(field: Field, from: f64, to: f64, count: u32, scale: Scale) -> Axis {
        Axis { field, values: Values::Range { from, to, count, scale } }
    }

    fn mistakes(axis: &Axis) -> Vec<Mistake> {
        let mut found = Vec::new();
        axis.check(&mut found);
        found
    }

    #[test]
    fn a_range_has_both_ends_and_equal_distances_or_ratios() {
        let axis = ranged(Field::LearningRate, 0.0001, 0.1, 7, Scale::Logarithmic);
        let expected = ["0.0001", "0.0003162", "0.001", "0.003162", "0.01", "0.03162", "0.1"];
        assert_eq!(axis.values(), expected);
        let axis = ranged(Field::Momentum, 0.0, 0.9, 4, Scale::Linear);
        assert_eq!(axis.values(), ["0", "0.3", "0.6", "0.9"]);
        let axis = ranged(Field::Epsilon, 1e-10, 1e-6, 3, Scale::Logarithmic);
        assert_eq!(axis.values(), ["1e-10", "1e-8", "1e-6"]);
    }

    #[test]
    fn whole_numbers_of_a_range_are_rounded_and_come_once() {
        let axis = ranged(Field::BatchSize, 1.0, 8.0, 7, Scale::Logarithmic);
        assert_eq!(axis.values(), ["1", "2", "3", "4", "6", "8"]);
        assert_eq!(mistakes(&axis), []);
        assert_eq!(axis.count(), 6);
    }

    #[test]
    fn values_are_written_in_their_shortest_form() {
        let axis = Axis::list(Field::LearningRate, ["1e-3", "0.010", " 10 "]);
        assert_eq!(axis.values(), ["0.001", "0.01", "10"]);
        let axis = Axis::list(Field::Nesterov, ["true", "0"]);
        assert_eq!(axis.values(), ["1", "0"]);
        let axis = Axis::list(Field::ClipNorm, ["", "1.0"]);
        assert_eq!((axis.values(), mistakes(&axis)), (vec![String::new(), "1".to_owned()], vec![]));
    }

    #[test]
    fn what_is_wrong_with_an_axis_is_named() {
        let field = Field::LearningRate;
        let same = |text: &str| vec![Mistake::SameValue { field, text: text.to_owned() }];
        assert_eq!(mistakes(&Axis::list(field, ["0.1", "0.10"])), same("0.10"));
        assert_eq!(mistakes(&Axis::list(field, ["0.1", "1", "1e-1"])), same("0.1"));
        assert_eq!(mistakes(&Axis::list(field, [0; 0])), [Mistake::NoValues { field }]);
        let many: Vec<u32> = (1..=1001).collect();
        let found = mistakes(&Axis::list(Field::BatchSize, many));
        assert_eq!(found, [Mistake::TooManyValues { field: Field::BatchSize, found: 1001 }]);
        let why = FieldError::Value(field.kind());
        let wrong = |text: &str| Mistake::Value { field, text: text.to_owned(), why: why.clone() };
        assert_eq!(mistakes(&Axis::list(field, ["fast", "11"])), [wrong("fast"), wrong("11")]);
        let of = |from, to, count, scale| mistakes(&ranged(field, from, to, count, scale));
        assert_eq!(of(0.1, 0.01, 3, Scale::Linear), [Mistake::RangeEnds { field }]);
        assert_eq!(of(f64::NAN, 0.01, 3, Scale::Linear), [Mistake::RangeEnds { field }]);
        assert_eq!(of(0.1, 1.0, 1, Scale::Linear)[0], Mistake::RangeOfOne { field });
        let many = Mistake::TooManyValues { field, found: u64::from(u32::MAX) };
        assert_eq!(of(0.1, 1.0, u32::MAX, Scale::Linear), [many]);
        assert_eq!(of(0.0, 1.0, 3, Scale::Logarithmic)[0], Mistake::LogarithmOfZero { field });
        let words = ranged(Field::Optimizer, 1.0, 2.0, 2, Scale::Linear);
        let field = Field::Optimizer;
        assert_eq!(mistakes(&words), [Mistake::RangeOfWords { field }]);
        assert_eq!(mistakes(&Axis::list(Field::Seed, [1])), [Mistake::SeedVaried]);
    }
}
