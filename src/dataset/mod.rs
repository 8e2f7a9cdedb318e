//! The data set: IDX files, shards, the images in memory, their corrections, and the order in which training sees them.

pub mod augmentation;
pub mod corrections;
mod fetch_error;
pub mod folds;
mod identity;
pub mod idx;
pub mod order;
mod order_mistake;
mod overview;
pub mod own;
pub mod sampler;
pub mod shard;
mod shard_error;
pub mod split;

#[cfg(all(feature = "browser-storage", target_family = "wasm"))]
pub mod fetch;

pub use corrections::{
    Correction, Corrections, CorrectionsError, CorrectionsMistake, SplitCorrections, SplitName,
};
pub use fetch_error::{DownloadError, FetchError};
pub use folds::Folds;
pub use identity::{DataSetIdentity, IdentityMistake, MOST_CLASS_NAME};
pub use idx::IdxError;
pub use order_mistake::OrderMistake;
pub use overview::{DataOverview, DataProgress, LabelledImage, OwnSet};
pub use sampler::Sampler;
pub use shard::Manifest;
pub use shard_error::{ManifestMistake, ShardError};
pub use split::{Dataset, ImageBuffer, Images, Split};
