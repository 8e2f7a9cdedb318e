//! What fields take, and what is wrong with what they got.

use thiserror::Error;

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number.
    Whole {
        /// The smallest value allowed.
        least: u64,
        /// The largest value allowed.
        most: u64,
        /// Whether the field may be left empty.
        optional: bool,
    },
    /// A number.
    Real {
        /// The numbers allowed.
        range: RealRange,
        /// Whether the field may be left empty.
        optional: bool,
    },
    /// Yes or no, `1` or `0`.
    Flag,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RealRange {
    /// Above 0, at most this.
    Positive(f64),
    /// From 0 to below 1.
    BelowOne,
    /// Above 0 and below 1.
    Between,
    /// From 0 to this.
    UpTo(f64),
}

impl RealRange {
    /// Whether a number is in the range.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        match self {
            Self::Positive(most) => value > 0.0 && value <= most,
            Self::BelowOne => (0.0..1.0).contains(&value),
            Self::Between => value > 0.0 && value < 1.0,
            Self::UpTo(most) => (0.0..=most).contains(&value),
        }
    }
}

impl std::fmt::Display for RealRange {
    fn fmt(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Positive(most) => write!(words, "above 0, at most {most}"),
            Self::BelowOne => write!(words, "from 0 to below 1"),
            Self::Between => write!(words, "above 0 and below 1"),
            Self::UpTo(most) => write!(words, "from 0 to {most}"),
        }
    }
}

/// What is wrong with a field, in words for the person who filled it in.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FieldError {
    /// None of the words offered.
    #[error("choose {}", one_of(.0))]
    Choice(&'static [&'static str]),
    /// Not a whole number in the range.
    #[error("enter a whole number from {least} to {most}{}", or_nothing(*.optional))]
    Whole {
        /// The smallest value allowed.
        least: u64,
        /// The largest value allowed.
        most: u64,
        /// Whether the field may be left empty.
        optional: bool,
    },
    /// Not a number in the range.
    #[error("enter a number {range}{}", or_nothing(*.optional))]
    Real {
        /// The numbers allowed.
        range: RealRange,
        /// Whether the field may be left empty.
        optional: bool,
    },
    /// Neither yes nor no.
    #[error("enter 1 for yes or 0 for no")]
    Flag,
    /// Nesterov's momentum without the momentum that it needs.
    #[error("Nesterov's momentum needs a momentum above 0 and no dampening")]
    Nesterov,
    /// A minimum above the learning rate.
    #[error("enter a number from 0 to the learning rate")]
    Minimum,
}

fn one_of(words: &[&str]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => words.join(""),
    }
}

const fn or_nothing(optional: bool) -> &'static str {
    if optional { ", or nothing" } else { "" }
}
