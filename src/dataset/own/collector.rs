//! Takes pictures by class, one after the other, and says which could not be used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Labelled, MOST_IMAGES, OwnMistake, Validation};
use crate::dataset::{Dataset, IdentityMistake};
use crate::network::{Network, PIXELS};
use crate::text;

/// The most files of which it is said why they were skipped.
const MOST_TOLD: usize = 1000;

/// Why a file was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkipReason {
    /// It lies in no class's folder.
    NoClass,
    /// Its name ends like that of no picture.
    NoPicture,
    /// It has more bytes than are read of a picture.
    TooLarge,
    /// It has more pixels a side than are taken.
    TooManyPixels,
    /// It ends, or is damaged, before it has told its size.
    Damaged,
    /// It is not there any more.
    Gone,
    /// It cannot be read, in the words of the system or of the archive's reader.
    Unreadable(String),
    /// It cannot be decoded, in the decoder's words.
    Undecodable(String),
    /// It shows nothing but background.
    Empty,
}

/// A file that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path within the data set.
    pub path: String,
    /// Why.
    pub why: SkipReason,
}

/// Pictures by class, as they come.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    classes: Vec<String>,
    train: Labelled,
    /// Empty unless the files are divided already.
    test: Labelled,
    skipped: Vec<Skipped>,
    skipped_count: usize,
    /// Pictures that were skipped.
    pictures: usize,
}

impl Collector {
    /// For pictures of these classes, by label.
    ///
    /// # Errors
    /// [`IdentityMistake::Classes`].
    pub fn new(classes: Vec<String>) -> Result<Self, IdentityMistake> {
        if Network::new(classes.len()).is_none() {
            return Err(IdentityMistake::Classes(classes.len()));
        }
        Ok(Self { classes, ..Self::default() })
    }

    /// Takes a picture's 28×28 image, to train on or, of files that are divided already, to validate on.
    ///
    /// # Errors
    /// [`OwnMistake::TooManyImages`].
    pub fn take(
        &mut self,
        image: &[u8; PIXELS],
        label: u8,
        is_validation: bool,
    ) -> Result<(), OwnMistake> {
        if self.train.len() + self.test.len() >= MOST_IMAGES {
            return Err(OwnMistake::TooManyImages);
        }
        let split = if is_validation { &mut self.test } else { &mut self.train };
        split.push(image, label);
        Ok(())
    }

    /// Remembers that a file was skipped.
    pub fn skip(&mut self, path: &str, why: SkipReason) {
        self.skipped_count += 1;
        self.pictures += usize::from(!matches!(why, SkipReason::NoClass | SkipReason::NoPicture));
        if self.skipped.len() < MOST_TOLD {
            let path = text::line(path, text::MOST_NAME);
            let why = match why {
                SkipReason::Unreadable(words) => SkipReason::Unreadable(text::quote(&words)),
                SkipReason::Undecodable(words) => SkipReason::Undecodable(text::quote(&words)),
                other => other,
            };
            self.skipped.push(Skipped { path, why });
        }
    }

    /// The first files that were skipped, at most a thousand, and how many there were.
    #[must_use]
    pub fn skipped(&self) -> (&[Skipped], usize) {
        (&self.skipped, self.skipped_count)
    }

    /// How many images of each class there are, by name.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts: BTreeMap<&str, usize> =
            self.classes.iter().map(|name| (name.as_str(), 0)).collect();
        for label in self.train.labels().iter().chain(self.test.labels()) {
            if let Some(count) =
                self.classes.get(usize::from(*label)).and_then(|name| counts.get_mut(name.as_str()))
            {
                *count += 1;
            }
        }
        counts
    }

    /// The data set of what was taken, divided as the files were or else by `validation`.
    ///
    /// # Errors
    /// [`OwnMistake::AllSkipped`]; or as [`Labelled::divided`] and [`Labelled::with_validation`].
    pub fn finish(self, name: &str, validation: Validation) -> Result<Dataset, OwnMistake> {
        if self.train.is_empty() && self.test.is_empty() && self.pictures > 0 {
            return Err(OwnMistake::AllSkipped(self.pictures));
        }
        if self.test.is_empty() {
            return self.train.divided(name, &self.classes, validation);
        }
        self.train.with_validation(self.test, name, &self.classes, validation.seed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn collector() -> Collector {
        Collector::new(vec!["cup".into(), "hat".into()]).unwrap()
    }

    #[test]
    fn one_bad_picture_does_not_lose_the_rest() {
        let mut collector = collector();
        for at in 0..10 {
            collector.take(&[at; PIXELS], at % 2, false).unwrap();
        }
        collector.skip("hat/\u{202e}b.png", SkipReason::Undecodable("line\nline".into()));
        let told =
            Skipped { path: "hat/b.png".into(), why: SkipReason::Undecodable("line line".into()) };
        assert_eq!(collector.skipped(), (&[told][..], 1));
        assert_eq!(collector.counts(), BTreeMap::from([("cup", 5), ("hat", 5)]));
        let made = collector.finish("things", Validation::default()).unwrap();
        assert_eq!((made.train.len(), made.test.len()), (8, 2));
        assert_eq!(made.own.unwrap().name(), "things");
    }

    #[test]
    fn pictures_that_are_all_bad_are_an_error() {
        let mut collector = collector();
        collector.skip("notes.txt", SkipReason::NoClass);
        collector.skip("cup/a.png", SkipReason::Empty);
        collector.skip("hat/a.png", SkipReason::TooLarge);
        let refused = collector.finish("x", Validation::default()).err();
        assert_eq!(refused, Some(OwnMistake::AllSkipped(2)));
    }

    #[test]
    fn what_is_divided_already_stays_so() {
        let mut collector = collector();
        for at in 0..10 {
            collector.take(&[at; PIXELS], at % 2, at >= 7).unwrap();
        }
        let made = collector.finish("x", Validation::default()).unwrap();
        assert_eq!((made.train.len(), made.test.len()), (7, 3));
        assert_eq!(made.test.image(0).unwrap().0[0], 7);
    }

    #[test]
    fn not_every_skipped_file_of_a_great_many_is_told() {
        let mut collector = collector();
        (0..1500).for_each(|_| collector.skip("x", SkipReason::NoClass));
        let (told, count) = collector.skipped();
        assert_eq!((told.len(), count), (1000, 1500));
    }
}
