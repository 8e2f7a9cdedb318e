//! The layers in the order in which an image passes through them, and their parameters.

use super::parameters::Parameter;

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
    weight: Parameter { name: "conv1.weight", shape: &[6, 1, 5, 5], fan_in: 25 },
    bias: Parameter { name: "conv1.bias", shape: &[6], fan_in: 25 },
};
/// 6×12×12 to 16×8×8.
pub const CONV2: Weighted = Weighted {
    name: "conv2",
    weight: Parameter { name: "conv2.weight", shape: &[16, 6, 5, 5], fan_in: 150 },
    bias: Parameter { name: "conv2.bias", shape: &[16], fan_in: 150 },
};
/// 256 to 120.
pub const FC1: Weighted = Weighted {
    name: "fc1",
    weight: Parameter { name: "fc1.weight", shape: &[120, 256], fan_in: 256 },
    bias: Parameter { name: "fc1.bias", shape: &[120], fan_in: 256 },
};
/// 120 to 84.
pub const FC2: Weighted = Weighted {
    name: "fc2",
    weight: Parameter { name: "fc2.weight", shape: &[84, 120], fan_in: 120 },
    bias: Parameter { name: "fc2.bias", shape: &[84], fan_in: 120 },
};
/// 84 to 10 logits.
pub const FC3: Weighted = Weighted {
    name: "fc3",
    weight: Parameter { name: "fc3.weight", shape: &[10, 84], fan_in: 84 },
    bias: Parameter { name: "fc3.bias", shape: &[10], fan_in: 84 },
};

/// The layers with weights, in the order in which an image passes through them.
pub const WEIGHTED_LAYERS: [Weighted; 5] = [CONV1, CONV2, FC1, FC2, FC3];

/// The whole network, from normalised images to logits.
pub const LAYERS: [Layer; 12] = [
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
    Layer::Linear(FC3),
];

/// Every parameter in PyTorch's order: 44,426 numbers.
pub const PARAMETERS: [Parameter; 10] = [
    CONV1.weight,
    CONV1.bias,
    CONV2.weight,
    CONV2.bias,
    FC1.weight,
    FC1.bias,
    FC2.weight,
    FC2.bias,
    FC3.weight,
    FC3.bias,
];
