//! [`crate::network`] as a Burn module, on any engine.

pub(crate) mod layout;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};

use crate::network::{
    CONV1, CONV2, EngineFault, FC1, FC2, ModelError, Network, PIXELS, POOL, Parameter, SIDE,
    Weighted, check_weights,
};
use crate::state_dict::StateDict;

impl From<ExecutionError> for ModelError {
    fn from(error: ExecutionError) -> Self {
        Self::Engine(EngineFault::Reported(format!("{error:?}")))
    }
}

/// The network.
#[derive(Module, Debug)]
pub struct GarmentClassifier {
    conv1: Conv2d,
    pool: MaxPool2d,
    conv2: Conv2d,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
}

impl GarmentClassifier {
    /// The network with these weights, which say how many classes it has; gradients are recorded if the device is an autodiff one.
    ///
    /// # Errors
    /// As [`check_weights`].
    pub fn from_weights(weights: &StateDict, device: &Device) -> Result<Self, ModelError> {
        let network = check_weights(weights)?;
        let empty = Self {
            conv1: convolution(CONV1, device),
            pool: MaxPool2dConfig::new([POOL; 2]).with_strides([POOL; 2]).init(),
            conv2: convolution(CONV2, device),
            fc1: linear(FC1, device),
            fc2: linear(FC2, device),
            fc3: linear(network.fc3(), device),
        };
        let flat = network
            .parameters()
            .iter()
            .filter_map(|parameter| weights.get(parameter.name))
            .map(|array| layout::flat_tensor(array, device))
            .collect();
        Ok(layout::with_parameters(empty, flat))
    }

    /// Logits of a batch.
    ///
    /// # Shapes
    /// - images: `[batch, 1, 28, 28]`, normalised
    /// - output: `[batch, classes]`
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let maps = self.pool.forward(relu(self.conv1.forward(images)));
        let maps = self.pool.forward(relu(self.conv2.forward(maps)));
        let hidden = relu(self.fc1.forward(maps.flatten::<2>(1, 3)));
        let hidden = relu(self.fc2.forward(hidden));
        self.fc3.forward(hidden)
    }

    /// The network that it computes.
    #[must_use]
    pub fn network(&self) -> Network {
        // Burn stores a linear layer's weight as `[in, out]`, and it was made with the classes of a network.
        let [_, classes] = self.fc3.weight.val().dims();
        Network::new(classes).unwrap_or(Network::TUTORIAL)
    }

    /// The weights in PyTorch's names and layouts, read back in one go.
    ///
    /// # Errors
    /// [`ModelError::Engine`].
    pub async fn weights(&self) -> Result<StateDict, ModelError> {
        let mut reader = layout::Reader::new(self.network());
        reader.add(layout::flat_parameters(self), |parameter| parameter.name.to_owned());
        reader.read().await
    }
}

/// A convolution of the right shape; its weights are replaced later.
fn convolution(layer: Weighted, device: &Device) -> Conv2d {
    let [outputs, inputs, height, width] = sizes(layer.weight);
    Conv2dConfig::new([inputs, outputs], [height, width]).init(device)
}

/// A linear layer of the right shape; its weights are replaced later.
fn linear(layer: Weighted, device: &Device) -> Linear {
    let [outputs, inputs] = sizes(layer.weight);
    LinearConfig::new(inputs, outputs).init(device)
}

/// The shape of a weight with `D` dimensions.
fn sizes<const D: usize>(weight: Parameter) -> [usize; D] {
    std::array::from_fn(|dimension| weight.shape[dimension])
}

/// The tutorial's inputs as a tensor.
///
/// # Shapes
/// - inputs: `[images * 784]`
/// - output: `[images, 1, 28, 28]`
#[must_use]
pub fn images_tensor(inputs: Vec<f32>, device: &Device) -> Tensor<4> {
    let images = inputs.len() / PIXELS;
    Tensor::from_data(TensorData::new(inputs, [images, 1, SIDE, SIDE]), device)
}
