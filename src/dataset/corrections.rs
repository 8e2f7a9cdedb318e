//! Corrections of the data set: images that get another label, or are left out of training or of validation.
//!
//! They are a setting of a run, like its seed: the data set itself stays as it was published. As a file they are JSON,
//! which `docs/corrections.md` describes.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::network::CLASSES;

/// What a file of corrections says it is.
pub const FORMAT: &str = "atelier-corrections";
/// The version of the format that is written and read here.
pub const VERSION: u32 = 1;
/// In bytes: more than a file has that corrects every image, with room for other spaces between the numbers.
pub const MOST_BYTES: usize = 16 << 20;
/// Images of Fashion-MNIST as published: no index is as large.
const TRAIN_IMAGES: u32 = 60_000;
/// The same of the test split.
const TEST_IMAGES: u32 = 10_000;

/// A split of the data set.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum SplitName {
    /// The images that a run trains on.
    Train,
    /// The images that it is validated on.
    #[default]
    Test,
}

impl SplitName {
    /// Both splits.
    pub const ALL: [Self; 2] = [Self::Train, Self::Test];

    /// As files and `data-` attributes write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }

    /// Images that the split has as published.
    #[must_use]
    pub const fn images(self) -> u32 {
        match self {
            Self::Train => TRAIN_IMAGES,
            Self::Test => TEST_IMAGES,
        }
    }
}

/// What becomes of one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The image's split.
    pub split: SplitName,
    /// Its index there, from 0.
    pub index: u32,
    /// Its label, 0 to 9; `None` if it is left out.
    // Named, so that it must be there: a file that forgets it does not leave images out.
    #[serde(deserialize_with = "Option::deserialize")]
    pub label: Option<u8>,
}

impl Correction {
    /// The image that it is about.
    const fn image(&self) -> (SplitName, u32) {
        (self.split, self.index)
    }
}

/// Why corrections cannot be used.
#[derive(Debug, Error)]
pub enum CorrectionsError {
    /// The file is larger than any that could be used.
    #[error("at {0} bytes it is larger than any list of corrections")]
    TooLarge(usize),
    /// The file is not JSON.
    #[error("it is not JSON: {0}")]
    Json(serde_json::Error),
    /// It is JSON of something else, in the reader's words.
    #[error("{0}")]
    Shape(serde_json::Error),
    /// It says that it is something else, or of a later version.
    #[error("it is {format:?} version {version}; this build reads {FORMAT:?} version {VERSION}")]
    Version {
        /// Its format, as it declares.
        format: String,
        /// Its version.
        version: u32,
    },
    /// The corrections contradict themselves or the data set.
    #[error(transparent)]
    Mistake(#[from] CorrectionsMistake),
}

/// What is wrong with a list of corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CorrectionsMistake {
    /// The split has no such image.
    #[error("there is no image {index} in the {} split", split.as_str())]
    NoImage {
        /// The split.
        split: SplitName,
        /// The image's index.
        index: u32,
    },
    /// A label is not a class.
    #[error("{label} is not a class: image {index} of the {} split", split.as_str())]
    NoClass {
        /// The split.
        split: SplitName,
        /// The image's index.
        index: u32,
        /// The label.
        label: u8,
    },
    /// Two corrections are about the same image.
    #[error("image {index} of the {} split is corrected twice", split.as_str())]
    Twice {
        /// The split.
        split: SplitName,
        /// The image's index.
        index: u32,
    },
    /// Every image of a split is left out.
    #[error("no image of the {} split is left", split.as_str())]
    NothingLeft {
        /// The split.
        split: SplitName,
    },
}

/// Corrections: at most one for each image, sorted by split and index, so that two lists of the same corrections are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Correction>")]
pub struct Corrections(Vec<Correction>);

impl TryFrom<Vec<Correction>> for Corrections {
    type Error = CorrectionsMistake;

    /// Sorts and checks corrections.
    fn try_from(mut list: Vec<Correction>) -> Result<Self, CorrectionsMistake> {
        for &Correction { split, index, label } in &list {
            if index >= split.images() {
                return Err(CorrectionsMistake::NoImage { split, index });
            }
            if let Some(label) = label.filter(|label| usize::from(*label) >= CLASSES) {
                return Err(CorrectionsMistake::NoClass { split, index, label });
            }
        }
        list.sort_unstable();
        let mut pairs = list.iter().zip(list.iter().skip(1));
        if let Some((one, _)) = pairs.find(|(one, next)| one.image() == next.image()) {
            return Err(CorrectionsMistake::Twice { split: one.split, index: one.index });
        }
        let this = Self(list);
        for split in SplitName::ALL {
            if this.left_out(split) >= split.images() as usize {
                return Err(CorrectionsMistake::NothingLeft { split });
            }
        }
        Ok(this)
    }
}

/// The content of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<List> {
    format: String,
    version: u32,
    corrections: List,
}

impl Corrections {
    /// Reads a file.
    ///
    /// # Errors
    /// Any [`CorrectionsError`].
    pub fn read(json: &[u8]) -> Result<Self, CorrectionsError> {
        #[derive(Deserialize)]
        struct Version {
            format: String,
            version: u32,
        }
        if json.len() > MOST_BYTES {
            return Err(CorrectionsError::TooLarge(json.len()));
        }
        let wrong = |error: serde_json::Error| match error.is_data() {
            true => CorrectionsError::Shape(error),
            false => CorrectionsError::Json(error),
        };
        // First, because a later version may look different otherwise.
        let Version { format, version } = serde_json::from_slice(json).map_err(wrong)?;
        if format != FORMAT || version != VERSION {
            let format = format.chars().take(80).collect();
            return Err(CorrectionsError::Version { format, version });
        }
        let file: File<Vec<Correction>> = serde_json::from_slice(json).map_err(wrong)?;
        Ok(file.corrections.try_into()?)
    }

    /// The file: a line for each correction, always the same bytes for the same corrections.
    #[must_use]
    pub fn write(&self) -> String {
        let line = |it: &Correction| {
            let label = it.label.map_or_else(|| "null".to_owned(), |label| label.to_string());
            let (split, index) = (it.split.as_str(), it.index);
            format!("\n    {{\"split\": \"{split}\", \"index\": {index}, \"label\": {label}}}")
        };
        let lines = self.0.iter().map(line).collect::<Vec<_>>().join(",");
        let end = if self.is_empty() { "" } else { "\n  " };
        format!(
            "{{\n  \"format\": \"{FORMAT}\",\n  \"version\": {VERSION},\n  \"corrections\": [{lines}{end}]\n}}\n"
        )
    }

    /// Whether nothing is corrected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many images are corrected.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The corrections, by split and index.
    pub fn iter(&self) -> impl Iterator<Item = &Correction> {
        self.0.iter()
    }

    /// A label that images are given and that is not below so many classes.
    #[must_use]
    pub fn first_label_from(&self, classes: usize) -> Option<u8> {
        self.0.iter().filter_map(|it| it.label).find(|label| usize::from(*label) >= classes)
    }

    /// How many images of a split are left out.
    #[must_use]
    pub fn left_out(&self, split: SplitName) -> usize {
        self.0.iter().filter(|it| it.split == split && it.label.is_none()).count()
    }

    /// The correction of an image.
    #[must_use]
    pub fn of(&self, split: SplitName, index: u32) -> Option<Correction> {
        let at = self.0.binary_search_by_key(&(split, index), Correction::image).ok()?;
        self.0.get(at).copied()
    }

    /// Adds a correction, in place of one of the same image.
    ///
    /// # Errors
    /// Any [`CorrectionsMistake`] but [`CorrectionsMistake::Twice`]; nothing is changed then.
    pub fn set(&mut self, correction: Correction) -> Result<(), CorrectionsMistake> {
        let others = self.0.iter().filter(|it| it.image() != correction.image()).copied();
        *self = others.chain([correction]).collect::<Vec<_>>().try_into()?;
        Ok(())
    }

    /// Takes the correction of an image away.
    pub fn remove(&mut self, split: SplitName, index: u32) {
        self.0.retain(|it| it.image() != (split, index));
    }

    /// These corrections and others; where both correct an image, the others'.
    ///
    /// # Errors
    /// [`CorrectionsMistake::NothingLeft`].
    pub fn merged(&self, others: &Self) -> Result<Self, CorrectionsMistake> {
        let only_here = self.0.iter().filter(|it| others.of(it.split, it.index).is_none());
        only_here.chain(&others.0).copied().collect::<Vec<_>>().try_into()
    }

    /// What becomes of a split.
    #[must_use]
    pub fn split(&self, split: SplitName) -> SplitCorrections {
        let mut found = SplitCorrections::default();
        for it in self.0.iter().filter(|it| it.split == split) {
            match it.label {
                Some(label) => found.labels.push((it.index, label)),
                None => found.left_out.push(it.index),
            }
        }
        found
    }
}

/// The corrections of one split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SplitCorrections {
    /// Images and their labels, by index.
    labels: Vec<(u32, u8)>,
    /// Images that are left out, in order.
    left_out: Vec<u32>,
}

impl SplitCorrections {
    /// No corrections.
    #[must_use]
    pub const fn none() -> &'static Self {
        static NONE: SplitCorrections =
            SplitCorrections { labels: Vec::new(), left_out: Vec::new() };
        &NONE
    }

    /// An image's label, given the one that was published.
    #[must_use]
    pub fn label(&self, index: u32, published: u8) -> u8 {
        // A step looks up every label of its batch.
        if self.labels.is_empty() {
            return published;
        }
        let found = self.labels.binary_search_by_key(&index, |it| it.0);
        found.ok().and_then(|at| self.labels.get(at)).map_or(published, |it| it.1)
    }

    /// An image's label, given the one that was published; `None` if it is left out.
    #[must_use]
    pub fn judge(&self, index: u32, published: u8) -> Option<u8> {
        (!self.leaves_out(index)).then(|| self.label(index, published))
    }

    /// The labels of all images, in the split's order, given those that were published.
    #[must_use]
    pub fn all_labels(&self, published: &[u8]) -> Vec<u8> {
        let mut labels = published.to_vec();
        for &(index, label) in &self.labels {
            if let Some(place) = labels.get_mut(index as usize) {
                *place = label;
            }
        }
        labels
    }

    /// Whether an image is left out.
    #[must_use]
    pub fn leaves_out(&self, index: u32) -> bool {
        !self.left_out.is_empty() && self.left_out.binary_search(&index).is_ok()
    }

    /// How many of the split's first `images` images are left.
    #[must_use]
    pub fn left(&self, images: usize) -> usize {
        images - self.left_out.partition_point(|&index| (index as usize) < images)
    }
}

#[cfg(test)]
#[path = "corrections_tests.rs"]
mod tests;
