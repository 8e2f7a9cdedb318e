//! The data set: IDX files, shards, the images in memory, and the order in which training sees them.

pub mod augmentation;
pub mod idx;
mod overview;
pub mod sampler;
pub mod shard;
pub mod split;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod fetch;

pub use overview::{DataOverview, DataProgress, LabelledImage};
pub use sampler::Sampler;
pub use shard::{Manifest, ShardError};
pub use split::{Dataset, ImageBuffer, Images, Split};
