//! How much of the data set has arrived and what it contains, as plain data.

use serde::{Deserialize, Serialize};

use super::DataSetIdentity;

/// How much of the data set has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataProgress {
    /// Bytes received so far, from the network or the cache.
    pub bytes: u64,
    /// Bytes of all shards.
    pub total_bytes: u64,
    /// Shards verified so far.
    pub shards: u32,
    /// Shards of both splits.
    pub total_shards: u32,
    /// Shards that came from the cache.
    pub from_cache: u32,
}

/// The tutorial's sanity check: how many images there are and what they look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataOverview {
    /// What a data set of one's own is known by; `None` for the tutorial's.
    pub own: Option<DataSetIdentity>,
    /// A name for each class, by label.
    pub class_names: Vec<String>,
    /// Images in the training split.
    pub train_images: u32,
    /// Images in the test split.
    pub test_images: u32,
    /// Some training images.
    pub samples: Vec<LabelledImage>,
}

/// A data set of one's own, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSet {
    /// What it is known by.
    pub identity: DataSetIdentity,
    /// Images in the training split.
    pub train_images: u32,
    /// Images in the split for validation.
    pub test_images: u32,
}

/// An image with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelledImage {
    /// Its index in the split, from 0.
    pub index: u32,
    /// Below the number of classes.
    pub label: u8,
    /// 784 pixels, row by row, 0 background to 255 garment.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}
