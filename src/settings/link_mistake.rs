//! Parts of a link that are not understood.

use super::{Field, Kind, Preset};

/// A part of a link that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkMistake {
    /// An unknown key.
    Key {
        /// As written in the link.
        key: String,
        /// The known key that it resembles, if any.
        nearest: Option<&'static str>,
    },
    /// A value that is not among its key's choices.
    Word {
        /// The key.
        key: &'static str,
        /// As written in the link.
        word: String,
        /// The key's choices.
        offered: &'static [&'static str],
    },
}

const PRESET: &str = "preset";
const AUTOSTART: &str = "autostart";
const LANGUAGE: &str = "lang";
/// The presentation mode.
const PRESENT: &str = "present";
/// Keys that take anything: the page and the worker look at it.
const FREE: [&str; 4] = ["init", "order", "bench", "experiment"];

const PRESETS: [&str; 2] = [Preset::ALL[0].as_str(), Preset::ALL[1].as_str()];
const FLAGS: [&str; 4] = ["1", "0", "true", "false"];
/// The languages that the page speaks.
const LANGUAGES: [&str; 2] = ["en", "zh"];

impl LinkMistake {
    /// What is wrong with a pair, apart from what the form reports next to the field.
    pub(super) fn of(key: &str, text: &str) -> Option<Self> {
        let (key, offered): (&'static str, &'static [&'static str]) = match Field::with_key(key) {
            Some(field) => match field.kind() {
                Kind::Choice(words) => (field.key(), words),
                _ => return None,
            },
            None if key == PRESET => (PRESET, &PRESETS),
            None if key == AUTOSTART => (AUTOSTART, &FLAGS),
            None if key == PRESENT => (PRESENT, &FLAGS),
            None if key == LANGUAGE => (LANGUAGE, &LANGUAGES),
            None if key.is_empty() || FREE.contains(&key) || is_tracking(key) => return None,
            None => return Some(Self::Key { key: key.to_owned(), nearest: nearest(key) }),
        };
        let is_known = offered.contains(&text);
        (!is_known).then(|| Self::Word { key, word: text.to_owned(), offered })
    }

    /// Whether the run may differ from the intended one: the link names a choice that does not exist, or its
    /// key looks like a setting.
    #[must_use]
    pub fn may_concern_the_run(&self) -> bool {
        match self {
            Self::Word { key: about, .. } | Self::Key { nearest: Some(about), .. } => {
                ![LANGUAGE, PRESENT].contains(about)
            }
            Self::Key { nearest: None, .. } => false,
        }
    }
}

/// Parameters that mailers and social networks append to any link.
fn is_tracking(key: &str) -> bool {
    key.starts_with("utm_") || ["fbclid", "gclid", "msclkid"].contains(&key)
}

/// The known key that a person may have meant, judged by its letters or by its label in the form.
fn nearest(key: &str) -> Option<&'static str> {
    let key = letters(key);
    let fields = Field::ALL.into_iter().flat_map(|field| {
        [(field.key(), letters(field.key())), (field.key(), letters(field.label()))]
    });
    let others = [PRESET, AUTOSTART, LANGUAGE, PRESENT]
        .into_iter()
        .chain(FREE)
        .map(|key| (key, letters(key)));
    let close = fields.chain(others).filter_map(|(known, letters)| {
        let most = key.len().max(letters.len()) / 3;
        let begins = key.len() >= 3 && letters.starts_with(&key);
        // No fewer letters are changed than one word has more than the other.
        if !begins && key.len().abs_diff(letters.len()) > most {
            return None;
        }
        let distance = distance(&key, &letters);
        (distance <= most || begins).then_some((distance, known))
    });
    close.min_by_key(|close| close.0).map(|close| close.1)
}

/// Letters and digits in lower case: people write `batch_size`, `Batch-Size` and `batchsize`.
fn letters(word: &str) -> Vec<char> {
    // No known key is nearly as long.
    let start = word.chars().take(64);
    start.filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn one word
/// into the other (optimal string alignment).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut least = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            let is_swapped =
                row > 0 && column > 0 && from[row - 1] == *other && to[column - 1] == *letter;
            if is_swapped {
                least = least.min(before_last[column - 1] + 1);
            }
            next.push(least);
        }
        before_last = std::mem::replace(&mut last, next);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_unknown_key_names_the_one_that_was_meant() {
        for (key, meant) in [
            ("Batch", "batch"),
            ("batch_size", "batch"),
            ("batchsize", "batch"),
            ("epoch", "epochs"),
            ("learning_rate", "lr"),
            ("momentun", "momentum"),
            ("sede", "seed"),
            ("opt", "optimizer"),
            ("weight_decay", "weight-decay"),
            ("auto-start", "autostart"),
        ] {
            assert_eq!(nearest(key), Some(meant), "{key}");
        }
        for key in ["utm_source", "fbclid", "gclid", "cutmix", "ref", "x", "", "__proto__"] {
            assert_eq!(nearest(key), None, "{key}");
        }
    }

    #[test]
    fn keys_that_are_no_settings_take_their_words_and_no_others() {
        for (key, text) in
            [("preset", "quick"), ("autostart", "1"), ("present", "true"), ("lang", "zh")]
        {
            assert_eq!(LinkMistake::of(key, text), None, "{key}");
            let mistake = LinkMistake::of(key, "garment").unwrap();
            assert!(matches!(mistake, LinkMistake::Word { key: about, .. } if about == key));
        }
        for key in ["init", "order", "bench", "experiment", ""] {
            assert_eq!(LinkMistake::of(key, "garment"), None, "{key}");
        }
    }

    #[test]
    fn distances_count_letters() {
        let between = |from: &str, to: &str| distance(&letters(from), &letters(to));
        assert_eq!(between("seed", "seed"), 0);
        assert_eq!(between("sede", "seed"), 1);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!((between("seed", "seeds"), between("seeds", "seed")), (1, 1));
        assert_eq!(between("abcd", "dabc"), 2);
        assert_eq!((between("", "lr"), between("lr", "")), (2, 2));
    }

    #[test]
    fn what_others_add_to_a_link_is_no_mistake_and_a_foreign_key_keeps_no_run_from_starting() {
        for key in ["utm_source", "fbclid", "gclid", "msclkid"] {
            assert_eq!(LinkMistake::of(key, "x"), None, "{key}");
        }
        let concerns = |key, text| LinkMistake::of(key, text).unwrap().may_concern_the_run();
        assert!(!concerns("cutmix", "1"));
        assert!(concerns("batchsize", "64"));
        assert!(concerns("optimizer", "lion"));
        assert!(!concerns("lang", "fr"));
        assert!(!concerns("present", "yes"));
    }
}
