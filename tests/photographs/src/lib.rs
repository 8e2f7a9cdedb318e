//! Photographs and sketches of garments, made with seeds, and how many of them a network names right after
//! `garment::prepare`. The program prints the tables of `docs/pictures.md`.
#![forbid(unsafe_code)]

pub mod judge;
pub mod photograph;
pub mod random;
pub mod sheet;
pub mod sketch;

use std::path::PathBuf;

use thiserror::Error;

/// Why nothing can be measured.
#[derive(Debug, Error)]
pub enum HarnessError {
    /// A file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Not a file of weights.
    #[error(transparent)]
    Weights(#[from] atelier::checkpoint::CheckpointError),
    /// Weights of another network.
    #[error(transparent)]
    Network(#[from] atelier::insight::InsightError),
    /// Not the data set's shards.
    #[error(transparent)]
    Data(#[from] atelier::dataset::ShardError),
    /// Not a file of sketches.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A picture that cannot be encoded or decoded.
    #[error(transparent)]
    Image(#[from] image::ImageError),
    /// A picture without pixels or with too many.
    #[error("a picture of an impossible size")]
    Picture,
}
