//! What is wrong with batches that a run is given in place of its own.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a given order of batches cannot be trained on.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum OrderMistake {
    /// It is empty.
    #[error("it has no batches")]
    NoBatches,
    /// A batch is empty.
    #[error("batch {batch} is empty")]
    EmptyBatch {
        /// Which, from 1.
        batch: usize,
    },
    /// A batch is larger than any may be.
    #[error("batch {batch} has {images} images, {most} are the most")]
    LargeBatch {
        /// Which, from 1.
        batch: usize,
        /// Images in it.
        images: usize,
        /// Images that a batch may have.
        most: usize,
    },
    /// A batch names an image that the training split lacks.
    #[error("batch {batch} names image {image} of {images}")]
    NoImage {
        /// Which, from 1.
        batch: usize,
        /// The image that it names, from 0.
        image: u32,
        /// Images in the training split.
        images: usize,
    },
}
