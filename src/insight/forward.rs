//! The network's forward pass in plain loops.
//!
//! The fused kernels of `training` compute the same faster, but keep no activations and link Burn's room. Here
//! every inner loop runs over neighbours in memory and allocates nothing, so that the compiler makes vector
//! instructions of it: linear layers keep their weights transposed, `[in, out]`.

use super::InsightError;
use crate::network::{CONV1, CONV2, FC1, FC2, Network, PIXELS, POOL, Parameter, SIDE, Weighted};
use crate::state_dict::StateDict;

/// The side of a convolution's kernel.
pub(super) const KERNEL: usize = 5;
/// Channels of the convolutions' outputs.
pub(super) const CHANNELS1: usize = CONV1.bias.len();
pub(super) const CHANNELS2: usize = CONV2.bias.len();
/// The sides of the feature maps: after each convolution, and after the pooling that follows it.
pub(super) const SIDE1: usize = SIDE - KERNEL + 1;
pub(super) const POOLED1: usize = SIDE1 / POOL;
pub(super) const SIDE2: usize = POOLED1 - KERNEL + 1;
pub(super) const POOLED2: usize = SIDE2 / POOL;
/// Inputs of `fc1`: the pooled feature maps of `conv2`, flattened.
pub(super) const FLAT: usize = CHANNELS2 * POOLED2 * POOLED2;
/// Outputs of the hidden linear layers.
pub(super) const HIDDEN1: usize = FC1.bias.len();
pub(super) const HIDDEN2: usize = FC2.bias.len();

/// The outputs of every layer for one image, after ReLU and, for convolutions, after max pooling. Pooling
/// loses nothing here: a feature map is zero exactly where its pooled map is.
pub struct Activations {
    /// `[6, 12, 12]`.
    pub conv1: [f32; CHANNELS1 * POOLED1 * POOLED1],
    /// `[16, 4, 4]`.
    pub conv2: [f32; FLAT],
    /// `[120]`.
    pub fc1: [f32; HIDDEN1],
    /// `[84]`.
    pub fc2: [f32; HIDDEN2],
    /// A number for each class: the logits, without ReLU. Empty before the first image.
    pub fc3: Vec<f32>,
    /// `[28, 28]`: the normalised image.
    image: [f32; PIXELS],
}

impl Default for Activations {
    fn default() -> Self {
        Self {
            conv1: [0.0; CHANNELS1 * POOLED1 * POOLED1],
            conv2: [0.0; FLAT],
            fc1: [0.0; HIDDEN1],
            fc2: [0.0; HIDDEN2],
            fc3: Vec::new(),
            image: [0.0; PIXELS],
        }
    }
}

/// A layer's weights, checked for its shape.
pub(super) struct LayerWeights {
    /// A convolution's `[out, in, 5, 5]`; a linear layer's, transposed: `[in, out]`.
    pub weight: Vec<f32>,
    /// `[out]`.
    pub bias: Vec<f32>,
}

impl LayerWeights {
    fn convolution(state: &StateDict, layer: &Weighted) -> Result<Self, InsightError> {
        Ok(Self { weight: values(state, &layer.weight)?, bias: values(state, &layer.bias)? })
    }

    fn linear(state: &StateDict, layer: &Weighted) -> Result<Self, InsightError> {
        let Self { weight: by_output, bias } = Self::convolution(state, layer)?;
        let outputs = bias.len();
        let inputs = by_output.len() / outputs;
        let mut weight = vec![0.0; by_output.len()];
        for (output, row) in by_output.chunks_exact(inputs).enumerate() {
            for (input, value) in row.iter().enumerate() {
                weight[input * outputs + output] = *value;
            }
        }
        Ok(Self { weight, bias })
    }

    /// The kernels, `[in, 5, 5]`, and the bias of each output channel of a convolution.
    pub fn channels(&self) -> impl Iterator<Item = (&[f32], f32)> {
        let kernels = self.weight.chunks_exact(self.weight.len() / self.bias.len());
        kernels.zip(self.bias.iter().copied())
    }
}

pub(super) fn values(state: &StateDict, parameter: &Parameter) -> Result<Vec<f32>, InsightError> {
    Ok(parameter.find(state, parameter.name)?.values.clone())
}

/// The network's weights, laid out for the forward pass.
pub struct ForwardPass {
    pub(super) conv1: LayerWeights,
    pub(super) conv2: LayerWeights,
    pub(super) fc1: LayerWeights,
    pub(super) fc2: LayerWeights,
    pub(super) fc3: LayerWeights,
    network: Network,
}

impl ForwardPass {
    /// The forward pass with these weights, of any number of classes, which need not be finite.
    ///
    /// # Errors
    /// [`InsightError::Model`] if a parameter is missing or has another shape.
    pub fn new(state: &StateDict) -> Result<Self, InsightError> {
        let network = Network::of(state)?;
        Ok(Self {
            conv1: LayerWeights::convolution(state, &CONV1)?,
            conv2: LayerWeights::convolution(state, &CONV2)?,
            fc1: LayerWeights::linear(state, &FC1)?,
            fc2: LayerWeights::linear(state, &FC2)?,
            fc3: LayerWeights::linear(state, &network.fc3())?,
            network,
        })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// How many classes it has.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.network.classes()
    }

    /// Computes every layer's output for an image of 784 bytes. Numbers that are not finite are passed on.
    pub fn run(&self, pixels: &[u8; PIXELS], to: &mut Activations) {
        normalize(pixels, &mut to.image);
        convolve::<SIDE, SIDE1, POOLED1>(&self.conv1, &to.image, &mut to.conv1);
        convolve::<POOLED1, SIDE2, POOLED2>(&self.conv2, &to.conv1, &mut to.conv2);
        linear(&self.fc1, &to.conv2, &mut to.fc1);
        relu(&mut to.fc1);
        linear(&self.fc2, &to.fc1, &mut to.fc2);
        relu(&mut to.fc2);
        to.fc3.resize(self.classes(), 0.0);
        linear(&self.fc3, &to.fc2, &mut to.fc3);
    }
}

/// The pixels as the network receives them, −1 to 1, as `ToTensor` and `Normalize((0.5,), (0.5,))` compute them.
pub(super) fn normalize(pixels: &[u8; PIXELS], to: &mut [f32; PIXELS]) {
    for (input, &pixel) in to.iter_mut().zip(pixels) {
        *input = (f32::from(pixel) / 255.0 - 0.5) / 0.5;
    }
}

/// Convolution, max pooling and ReLU; `input` is `[in, INPUT, INPUT]`, `output` `[out, POOLED, POOLED]`.
fn convolve<const INPUT: usize, const OUTPUT: usize, const POOLED: usize>(
    layer: &LayerWeights,
    input: &[f32],
    output: &mut [f32],
) {
    for ((kernels, bias), map) in layer.channels().zip(output.chunks_exact_mut(POOLED * POOLED)) {
        for (at, pooled) in map.chunks_exact_mut(POOLED).enumerate() {
            let [upper, lower] = pooling_rows::<INPUT, OUTPUT>(kernels, bias, input, at);
            let windows = upper.chunks_exact(POOL).zip(lower.chunks_exact(POOL));
            for (most, (upper, lower)) in pooled.iter_mut().zip(windows) {
                *most = upper.iter().chain(lower).copied().fold(0.0, maximum);
            }
        }
    }
}

/// The rows of a convolution's output, before ReLU, that row `at` of the pooled map is made of. `kernels` is `[in, 5, 5]`.
#[inline]
pub(super) fn pooling_rows<const INPUT: usize, const OUTPUT: usize>(
    kernels: &[f32],
    bias: f32,
    input: &[f32],
    at: usize,
) -> [[f32; OUTPUT]; POOL] {
    let mut rows = [[bias; OUTPUT]; POOL];
    for (below, row) in rows.iter_mut().enumerate() {
        let top = POOL * at + below;
        let channels = input.chunks_exact(INPUT * INPUT);
        for (kernel, channel) in kernels.chunks_exact(KERNEL * KERNEL).zip(channels) {
            let lines = channel.chunks_exact(INPUT).skip(top);
            for (weights, line) in kernel.chunks_exact(KERNEL).zip(lines) {
                for (weight, inputs) in weights.iter().zip(line.windows(OUTPUT)) {
                    for (sum, input) in row.iter_mut().zip(inputs) {
                        *sum += weight * input;
                    }
                }
            }
        }
    }
    rows
}

/// The larger number. NaN if one of them is, as PyTorch's pooling has it.
fn maximum(one: f32, other: f32) -> f32 {
    if one > other || one.is_nan() { one } else { other }
}

/// `weight · input + bias`.
pub(super) fn linear(layer: &LayerWeights, input: &[f32], output: &mut [f32]) {
    output.copy_from_slice(&layer.bias);
    for (input, weights) in input.iter().zip(layer.weight.chunks_exact(layer.bias.len())) {
        for (sum, weight) in output.iter_mut().zip(weights) {
            *sum += weight * input;
        }
    }
}

/// Replaces negative numbers by 0.
pub(super) fn relu(values: &mut [f32]) {
    values.iter_mut().for_each(|value| *value = maximum(0.0, *value));
}
