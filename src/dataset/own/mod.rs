//! A data set of one's own: 28×28 images of 2 to 64 classes, made of IDX files or of pictures by class.
//!
//! [`layout`] says what a list of files is; `idx_files` reads those of MNIST's kind; a [`Collector`] takes pictures that its
//! caller has decoded and brought to 28×28. What comes out is a [`Dataset`](super::Dataset) as the tutorial's, and
//! `docs/own-classes.md` describes the files.

mod collector;
#[cfg(feature = "exchange")]
pub mod idx_files;
mod labelled;
pub mod layout;

pub use collector::{Collector, SkipReason, Skipped};
pub use labelled::{Labelled, Validation, contents_sha256};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{IdentityMistake, IdxError};
use crate::network::Network;

/// The most images of a data set of one's own, both splits together.
pub const MOST_IMAGES: usize = super::shard::MOST_OWN_IMAGES as usize;
/// The fewest images of a class: one to train on and one to validate on.
pub const FEWEST_OF_A_CLASS: usize = 2;

/// Where a browser keeps the data set with this SHA-256, below `base` (ending in `/`).
#[must_use]
pub fn address(base: &str, sha256: &str) -> String {
    format!("{base}{sha256}/")
}

/// Why files are no data set.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum OwnMistake {
    /// Its classes or names cannot be.
    #[error(transparent)]
    Identity(#[from] IdentityMistake),
    /// There are no files that belong to a data set.
    #[error("there are neither IDX files nor pictures in folders by class")]
    Nothing,
    /// There are more files than are looked at.
    #[error("there are more than {0} files")]
    TooManyFiles(usize),
    /// There are more images than are taken.
    #[error("there are more than {MOST_IMAGES} images")]
    TooManyImages,
    /// A class has too few images.
    #[error("class {class:?} has {images} images; each needs at least {FEWEST_OF_A_CLASS}")]
    FewImages {
        /// The class's name.
        class: String,
        /// Its images.
        images: usize,
    },
    /// A split that was given has no images.
    #[error("there are no images to {}", if *train { "train on" } else { "validate on" })]
    NoImages {
        /// Whether it is the training split.
        train: bool,
    },
    /// No picture could be used.
    #[error("none of the {0} pictures can be used")]
    AllSkipped(usize),
    /// The share of images to validate on is not between 0 and 1.
    #[error("a share of {0} cannot be validated on")]
    Share(String),
    /// There are images without labels, or labels without images.
    #[error("{0} has no file of the other kind beside it")]
    HalfPair(String),
    /// Several files could be the same half of a pair.
    #[error("{one} and {other} cannot both be used")]
    TwoOfAKind {
        /// One file.
        one: String,
        /// The other.
        other: String,
    },
    /// A pair has more images than labels, or the other way round.
    #[error("{images} has {found} images, {labels} has {expected} labels")]
    Count {
        /// The file of images.
        images: String,
        /// Its images.
        found: usize,
        /// The file of labels.
        labels: String,
        /// Its labels.
        expected: usize,
    },
    /// A file is not the IDX file that its name says.
    #[error("{file}: {why}")]
    Idx {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: IdxError,
    },
    /// A compressed file cannot be unpacked, or would unpack to more than any data set has.
    #[error("{file} cannot be unpacked")]
    Gzip {
        /// The file.
        file: String,
    },
    /// A label is too large for any network.
    #[error("{file} has label {label}, which is not below {}", Network::MOST_CLASSES)]
    Label {
        /// The file.
        file: String,
        /// The label.
        label: u8,
    },
    /// The validation images have a label that no training image has.
    #[error("label {0} stands in the validation images only")]
    UnknownLabel(u8),
    /// The file of names is not what it should be.
    #[error("{file} is no list of names: {why}")]
    Names {
        /// The file.
        file: String,
        /// The JSON reader's words.
        why: String,
    },
    /// There are fewer names than labels.
    #[error("there are {names} names, but label {label}")]
    MissingName {
        /// Names in the file.
        names: usize,
        /// The largest label.
        label: u8,
    },
}
