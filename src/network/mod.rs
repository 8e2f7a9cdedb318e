//! The network of PyTorch's tutorial "Training with PyTorch": a LeNet-5 variant for 28×28 garments
//! (<https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html>). This room holds its names,
//! shapes, layers and initial weights as plain data; `model` and `training` compute it.
//!
//! The tutorial's network has ten classes, and the constants here are its. A [`Network`] has any number from 2 to 64, which
//! decides the shape of the last layer and nothing else.

mod classes;
mod engine_fault;
mod layers;
mod parameters;
pub mod random;
mod tutorial;
mod weights;

pub use classes::Network;
pub use engine_fault::EngineFault;
pub use layers::{CONV1, CONV2, FC1, FC2, FC3, Layer, PARAMETERS, POOL, WEIGHTED_LAYERS, Weighted};
pub use parameters::{Parameter, Shape};
pub use tutorial::{CLASS_NAMES, CLASSES};
pub use weights::{ModelError, check_weights, initial_weights, is_parameter};

/// Pixels on each side of an image.
pub const SIDE: usize = 28;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
