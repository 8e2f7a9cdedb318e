//! The network of PyTorch's tutorial "Training with PyTorch": a LeNet-5 variant for 28×28 garments
//! (<https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html>). This room holds its names,
//! shapes, layers and initial weights as plain data; `model` and `training` compute it.

mod engine_fault;
mod layers;
mod parameters;
pub mod random;
mod weights;

pub use engine_fault::EngineFault;
pub use layers::{
    CONV1, CONV2, FC1, FC2, FC3, LAYERS, Layer, PARAMETERS, POOL, WEIGHTED_LAYERS, Weighted,
};
pub use parameters::Parameter;
pub use weights::{ModelError, check_weights, initial_weights};

/// Pixels on each side of an image.
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
