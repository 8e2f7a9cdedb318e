//! What fields accept, and what is wrong with what was entered.

use thiserror::Error;

use super::draft::number;

/// What a field accepts.
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

impl Kind {
    /// Whether the field accepts a text.
    #[must_use]
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Choice(words) => words.contains(&text),
            Self::Whole { least, most, optional } => {
                let number = text.parse();
                number.map_or(optional && text.is_empty(), |value| (least..=most).contains(&value))
            }
            Self::Real { range, optional } => {
                let number = text.parse();
                number.map_or(optional && text.is_empty(), |value| range.contains(value))
            }
            Self::Flag => parse_flag(text).is_some(),
        }
    }
}

impl Kind {
    /// A text that the field accepts in the notation that a config's is written in, so that equal values are equal texts;
    /// `None` if it does not accept it.
    #[must_use]
    pub fn shortest(self, text: &str) -> Option<String> {
        let text = text.trim();
        if !self.takes(text) || text.is_empty() {
            return self.takes(text).then(|| text.to_owned());
        }
        match self {
            Self::Choice(_) => Some(text.to_owned()),
            Self::Whole { .. } => text.parse::<u64>().ok().map(|number| number.to_string()),
            Self::Real { .. } => text.parse().ok().map(shortest_number),
            Self::Flag => parse_flag(text).map(|is_on| u8::from(is_on).to_string()),
        }
    }
}

/// A number in its shortest usual notation, as a config is written in: `0.001`, but `1e-8`.
#[must_use]
pub fn shortest_number(value: f64) -> String {
    // Zero may have a sign.
    number(value + 0.0)
}

/// What to enter in place of a wrong text.
impl std::fmt::Display for Kind {
    fn fmt(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or_nothing = |optional| if optional { ", or nothing" } else { "" };
        match *self {
            Self::Choice(offered) => write!(words, "choose {}", one_of(offered)),
            Self::Whole { least, most, optional } => {
                write!(words, "enter a whole number from {least} to {most}{}", or_nothing(optional))
            }
            Self::Real { range, optional } => {
                write!(words, "enter a number {range}{}", or_nothing(optional))
            }
            Self::Flag => write!(words, "enter 1 for yes or 0 for no"),
        }
    }
}

/// What is wrong with a field, phrased for the person who filled it in.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FieldError {
    /// Not what the field accepts.
    #[error("{0}")]
    Value(Kind),
    /// Nesterov momentum without the momentum that it needs.
    #[error("Nesterov's momentum needs a momentum above 0 and no dampening")]
    Nesterov,
    /// A minimum above the learning rate.
    #[error("enter a number from 0 to the learning rate")]
    Minimum,
}

/// `1` or `0`, or their words; `None` for anything else.
#[must_use]
pub fn parse_flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => words.join(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_the_ends_that_its_words_say() {
        let taken = |range: RealRange| {
            let values = [-0.1, 0.0, 1e-9, 0.5, 1.0, 1.5, 10.0, 10.1, f64::NAN, f64::INFINITY];
            values.into_iter().filter(|&value| range.contains(value)).collect::<Vec<f64>>()
        };
        assert_eq!(taken(RealRange::Positive(10.0)), [1e-9, 0.5, 1.0, 1.5, 10.0]);
        assert_eq!(taken(RealRange::BelowOne), [0.0, 1e-9, 0.5]);
        assert_eq!(taken(RealRange::Between), [1e-9, 0.5]);
        assert_eq!(taken(RealRange::UpTo(1.0)), [0.0, 1e-9, 0.5, 1.0]);
    }

    #[test]
    fn equal_values_have_one_shortest_text_and_what_is_refused_has_none() {
        let real = Kind::Real { range: RealRange::UpTo(10.0), optional: true };
        let whole = Kind::Whole { least: 1, most: 9, optional: false };
        let cases = [
            (real, " 1e-2 ", Some("0.01")),
            (real, "0.00001", Some("1e-5")),
            (real, "-0", Some("0")),
            (real, "", Some("")),
            (real, "11", None),
            (whole, "+07", Some("7")),
            (whole, "", None),
            (Kind::Flag, "true", Some("1")),
            (Kind::Choice(&["sgd"]), "sgd", Some("sgd")),
            (Kind::Choice(&["sgd"]), "adam", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(kind.shortest(text).as_deref(), expected, "{kind:?} {text:?}");
        }
    }

    #[test]
    fn one_word_is_listed_by_itself_and_the_last_of_several_after_or() {
        assert_eq!(one_of(&["sgd"]), "sgd");
        assert_eq!(one_of(&["sgd", "adam"]), "sgd or adam");
        assert_eq!(one_of(&["sgd", "asgd", "adam"]), "sgd, asgd or adam");
    }
}
