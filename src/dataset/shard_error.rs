//! What can be wrong with a manifest or a shard.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::shard::{FORMAT_VERSION, MANIFEST_NAME, OWN_VERSION};
use super::{IdentityMistake, IdxError};

/// What is wrong with a manifest or a shard.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ShardError {
    /// The manifest is not JSON of the right shape.
    #[error("{MANIFEST_NAME} cannot be read: {0}")]
    Manifest(String),
    /// The manifest is from another version of the format.
    #[error(
        "{MANIFEST_NAME} has version {found}, this build reads versions {FORMAT_VERSION} and {OWN_VERSION}"
    )]
    Version {
        /// The version found.
        found: u32,
    },
    /// The manifest contradicts itself.
    #[error("{MANIFEST_NAME} contradicts itself: {0}")]
    Inconsistent(ManifestMistake),
    /// A shard is shorter or longer than the manifest says.
    #[error("{file} has {found} bytes instead of {expected}")]
    Size {
        /// The shard.
        file: String,
        /// Bytes according to the manifest.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// A shard's content is not the published one.
    #[error("{file} was altered: its SHA-256 is {found}, not {expected}")]
    Altered {
        /// The shard.
        file: String,
        /// The manifest's checksum.
        expected: String,
        /// The checksum found.
        found: String,
    },
    /// A shard holds a label that is not a class.
    #[error("{file}: {source}")]
    Label {
        /// The shard.
        file: String,
        /// Which label.
        source: IdxError,
    },
    /// The pixels and labels to be written do not match in number.
    #[error("{pixels} bytes of pixels do not fit {labels} labels")]
    Mismatch {
        /// Bytes of pixels.
        pixels: usize,
        /// Labels.
        labels: usize,
    },
}

/// How a manifest contradicts itself or what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ManifestMistake {
    /// There is not a name for each class.
    #[error("{0} class names")]
    ClassNames(usize),
    /// It is of a data set of one's own that cannot be one.
    #[error(transparent)]
    Own(#[from] IdentityMistake),
    /// It has the version of a data set of one's own without saying which, or the other way round.
    #[error("version {0} does not go with what it says of its data set")]
    OwnVersion(u32),
    /// The images are not those that the data set's checksum is of.
    #[error("the SHA-256 of the data set is {found}, not {expected}")]
    Contents {
        /// The manifest's checksum.
        expected: String,
        /// The checksum found.
        found: String,
    },
    /// A split has no images, or more than fit in a tab's memory.
    #[error("{images} {} images", split_name(*train))]
    Images {
        /// Whether it is the training split.
        train: bool,
        /// Images that it is said to have.
        images: u64,
    },
    /// A split's shards have more or fewer images than the split.
    #[error("the {} shards do not add up to {images}", split_name(*train))]
    Sum {
        /// Whether it is the training split.
        train: bool,
        /// Images that the split is said to have.
        images: u64,
    },
    /// A shard's images take another number of bytes.
    #[error("{file}: {images} images in {bytes} bytes")]
    Shard {
        /// The shard.
        file: String,
        /// Images that it is said to have.
        images: u64,
        /// Bytes that it is said to have.
        bytes: u64,
    },
    /// A shard would lie elsewhere than beside the manifest.
    #[error("{0:?} is no plain file name")]
    FileName(String),
}

const fn split_name(train: bool) -> &'static str {
    if train { "train" } else { "test" }
}
