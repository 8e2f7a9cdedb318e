//! The layers in the order in which an image passes through them, and their parameters.

use super::parameters::{Parameter, Shape};
use super::tutorial::CLASSES;

/// A layer with parameters.
#[derive(Clone, Copy, Debug)]
pub struct Weighted {
    /// PyTorch's name: `conv1`.
    pub name: &'static str,
    /// `[out, in, height, width]` of a convolution, `[out, in]` of a linear layer.
    pub weight: Parameter,
    /// `[out]`.
    pub bias: Parameter,
}

/// An operation on the output of the layer before.
#[derive(Clone, Copy, Debug)]
pub enum Layer {
    /// A convolution with stride 1 and no padding.
    Convolution(Weighted),
    /// Replaces negative numbers by 0.
    Relu,
    /// The maximum of each window of [`POOL`]×[`POOL`]; windows do not overlap.
    MaxPool,
    /// Flattens channels, rows and columns into one dimension, row-major.
    Flatten,
    /// `weight · input + bias`.
    Linear(Weighted),
}

/// The side of a pooling window, and its stride.
pub const POOL: usize = 2;

/// 1×28×28 to 6×24×24.
pub const CONV1: Weighted = Weighted {
    name: "conv1",
    weight: Parameter { name: "conv1.weight", shape: Shape::new([6, 1, 5, 5]), fan_in: 25 },
    bias: Parameter { name: "conv1.bias", shape: Shape::new([6]), fan_in: 25 },
};
/// 6×12×12 to 16×8×8.
pub const CONV2: Weighted = Weighted {
    name: "conv2",
    weight: Parameter { name: "conv2.weight", shape: Shape::new([16, 6, 5, 5]), fan_in: 150 },
    bias: Parameter { name: "conv2.bias", shape: Shape::new([16]), fan_in: 150 },
};
/// 256 to 120.
pub const FC1: Weighted = Weighted {
    name: "fc1",
    weight: Parameter { name: "fc1.weight", shape: Shape::new([120, 256]), fan_in: 256 },
    bias: Parameter { name: "fc1.bias", shape: Shape::new([120]), fan_in: 256 },
};
/// 120 to 84.
pub const FC2: Weighted = Weighted {
    name: "fc2",
    weight: Parameter { name: "fc2.weight", shape: Shape::new([84, 120]), fan_in: 120 },
    bias: Parameter { name: "fc2.bias", shape: Shape::new([84]), fan_in: 120 },
};
/// The tutorial's last layer: 84 to 10 logits.
pub const FC3: Weighted = fc3(CLASSES);

/// 84 to a logit for each class.
pub(super) const fn fc3(classes: usize) -> Weighted {
    Weighted {
        name: "fc3",
        weight: Parameter { name: "fc3.weight", shape: Shape::new([classes, 84]), fan_in: 84 },
        bias: Parameter { name: "fc3.bias", shape: Shape::new([classes]), fan_in: 84 },
    }
}

/// The tutorial's layers with weights, in the order in which an image passes through them.
pub const WEIGHTED_LAYERS: [Weighted; 5] = weighted_layers(CLASSES);

/// The tutorial's parameters in PyTorch's order: 44,426 numbers.
pub const PARAMETERS: [Parameter; 10] = parameters(CLASSES);

pub(super) const fn weighted_layers(classes: usize) -> [Weighted; 5] {
    [CONV1, CONV2, FC1, FC2, fc3(classes)]
}

pub(super) const fn layers(classes: usize) -> [Layer; 12] {
    [
        Layer::Convolution(CONV1),
        Layer::Relu,
        Layer::MaxPool,
        Layer::Convolution(CONV2),
        Layer::Relu,
        Layer::MaxPool,
        Layer::Flatten,
        Layer::Linear(FC1),
        Layer::Relu,
        Layer::Linear(FC2),
        Layer::Relu,
        Layer::Linear(fc3(classes)),
    ]
}

pub(super) const fn parameters(classes: usize) -> [Parameter; 10] {
    let fc3 = fc3(classes);
    [
        CONV1.weight,
        CONV1.bias,
        CONV2.weight,
        CONV2.bias,
        FC1.weight,
        FC1.bias,
        FC2.weight,
        FC2.bias,
        fc3.weight,
        fc3.bias,
    ]
}
