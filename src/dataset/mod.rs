//! The data set: IDX files, shards, what is in memory, and the order in which training sees it.

pub mod augmentation;
pub mod idx;
pub mod sampler;
pub mod shard;
pub mod split;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod fetch;

pub use sampler::Sampler;
pub use shard::{Manifest, ShardError};
pub use split::{Dataset, ImageBuffer, Images, Split};

/// Pixels of an image's side.
pub const SIDE: usize = 28;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Classes of garments.
pub const CLASSES: usize = 10;

/// The names of the classes by label, as the PyTorch tutorial spells them.
pub const CLASS_NAMES: [&str; CLASSES] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle Boot",
];
