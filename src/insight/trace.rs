//! What passes through the network for one image.

use super::forward::{CHANNELS1, CHANNELS2, FLAT, HIDDEN1, HIDDEN2, POOLED1, SIDE1, SIDE2};
use crate::network::PIXELS;

/// Numbers of the feature maps of `conv1` before pooling: `[6, 24, 24]`.
pub(super) const FEATURES1: usize = CHANNELS1 * SIDE1 * SIDE1;
/// Numbers of the feature maps of `conv2` before pooling: `[16, 8, 8]`.
pub(super) const FEATURES2: usize = CHANNELS2 * SIDE2 * SIDE2;

/// What the forward pass of one image leaves for the backward pass, and the gradients on its way.
pub(super) struct Trace {
    /// The normalised image, and the outputs of each layer after ReLU, before (`map`) and after max pooling.
    pub image: [f32; PIXELS],
    pub map1: [f32; FEATURES1],
    pub pooled1: [f32; CHANNELS1 * POOLED1 * POOLED1],
    pub map2: [f32; FEATURES2],
    pub pooled2: [f32; FLAT],
    pub fc1: [f32; HIDDEN1],
    pub fc2: [f32; HIDDEN2],
    /// A number for each class.
    pub fc3: Vec<f32>,
    /// Where in `map1` and `map2` the largest number of each window is.
    pub winners1: [usize; CHANNELS1 * POOLED1 * POOLED1],
    pub winners2: [usize; FLAT],
    /// The gradients with respect to the same.
    pub by_image: [f32; PIXELS],
    pub by_map1: [f32; FEATURES1],
    pub by_pooled1: [f32; CHANNELS1 * POOLED1 * POOLED1],
    pub by_map2: [f32; FEATURES2],
    pub by_pooled2: [f32; FLAT],
    pub by_fc1: [f32; HIDDEN1],
    pub by_fc2: [f32; HIDDEN2],
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            image: [0.0; PIXELS],
            map1: [0.0; FEATURES1],
            pooled1: [0.0; CHANNELS1 * POOLED1 * POOLED1],
            map2: [0.0; FEATURES2],
            pooled2: [0.0; FLAT],
            fc1: [0.0; HIDDEN1],
            fc2: [0.0; HIDDEN2],
            fc3: Vec::new(),
            winners1: [0; CHANNELS1 * POOLED1 * POOLED1],
            winners2: [0; FLAT],
            by_image: [0.0; PIXELS],
            by_map1: [0.0; FEATURES1],
            by_pooled1: [0.0; CHANNELS1 * POOLED1 * POOLED1],
            by_map2: [0.0; FEATURES2],
            by_pooled2: [0.0; FLAT],
            by_fc1: [0.0; HIDDEN1],
            by_fc2: [0.0; HIDDEN2],
        }
    }
}
