//! The network of PyTorch's tutorial "Training with PyTorch": a LeNet-5 variant for 28×28 garments
//! (<https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html>).

pub(crate) mod layout;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use thiserror::Error;

use crate::dataset::sampler::{Purpose, seeded_generator, uniform};
use crate::state_dict::{Array, StateDict};

/// A parameter's place in PyTorch's state dict.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// PyTorch's name.
    pub name: &'static str,
    /// PyTorch's shape: `[out, in, height, width]`, `[out, in]` or `[out]`.
    pub shape: &'static [usize],
    /// Inputs that feed one output of its layer, by which PyTorch scales the initial values.
    pub fan_in: usize,
}

/// Every parameter in PyTorch's order: 44,426 numbers.
pub const PARAMETERS: [Parameter; 10] = [
    Parameter { name: "conv1.weight", shape: &[6, 1, 5, 5], fan_in: 25 },
    Parameter { name: "conv1.bias", shape: &[6], fan_in: 25 },
    Parameter { name: "conv2.weight", shape: &[16, 6, 5, 5], fan_in: 150 },
    Parameter { name: "conv2.bias", shape: &[16], fan_in: 150 },
    Parameter { name: "fc1.weight", shape: &[120, 256], fan_in: 256 },
    Parameter { name: "fc1.bias", shape: &[120], fan_in: 256 },
    Parameter { name: "fc2.weight", shape: &[84, 120], fan_in: 120 },
    Parameter { name: "fc2.bias", shape: &[84], fan_in: 120 },
    Parameter { name: "fc3.weight", shape: &[10, 84], fan_in: 84 },
    Parameter { name: "fc3.bias", shape: &[10], fan_in: 84 },
];

impl Parameter {
    /// How many numbers it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Never: every parameter has numbers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its name in an optimizer's state.
    pub(crate) fn in_slot(&self, slot: &str) -> String {
        format!("{slot}.{}", self.name)
    }

    /// The array of this name, if it is one of this parameter's shape.
    pub(crate) fn find<'a>(
        &self,
        arrays: &'a StateDict,
        name: &str,
    ) -> Result<&'a Array, ModelError> {
        let array = arrays.get(name).ok_or(ModelError::Missing(self.name))?;
        if array.shape != self.shape || array.values.len() != self.len() {
            let (name, expected, found) = (self.name, self.shape, array.shape.clone());
            return Err(ModelError::Shape { name, expected, found });
        }
        Ok(array)
    }
}

/// Why weights are no weights of this network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// A parameter is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A parameter has another shape.
    #[error("{name} has shape {found:?}, the network needs {expected:?}")]
    Shape {
        /// The parameter.
        name: &'static str,
        /// The network's shape.
        expected: &'static [usize],
        /// The shape found.
        found: Vec<usize>,
    },
    /// A parameter holds NaN or infinity.
    #[error("{0} holds numbers that are not finite")]
    NotFinite(&'static str),
    /// The engine could not give the weights back.
    #[error("the engine failed while weights were read: {0}")]
    Engine(String),
}

impl From<ExecutionError> for ModelError {
    fn from(error: ExecutionError) -> Self {
        Self::Engine(format!("{error:?}"))
    }
}

/// Initial weights as PyTorch draws them by default: weights and biases uniform in
/// `±1/sqrt(fan_in)` (`kaiming_uniform_(a=sqrt(5))` and `reset_parameters` of `Conv2d` and `Linear`
/// both come to that).
#[must_use]
pub fn initial_weights(seed: u64) -> StateDict {
    let draw = |(part, parameter): (usize, &Parameter)| {
        let mut generator = seeded_generator(seed, Purpose::Weights, part as u64);
        let bound = 1.0 / (parameter.fan_in as f64).sqrt();
        let mut draw = || ((2.0 * uniform(&mut generator) - 1.0) * bound) as f32;
        let values = (0..parameter.len()).map(|_| draw());
        let array = Array { shape: parameter.shape.to_vec(), values: values.collect() };
        (parameter.name.to_owned(), array)
    };
    PARAMETERS.iter().enumerate().map(draw).collect()
}

/// Checks that the ten parameters are there, whole, of the right shape and finite. Further entries
/// are left alone.
///
/// # Errors
/// [`ModelError::Missing`], [`ModelError::Shape`] or [`ModelError::NotFinite`].
pub fn check_weights(weights: &StateDict) -> Result<(), ModelError> {
    for parameter in &PARAMETERS {
        let array = parameter.find(weights, parameter.name)?;
        if !array.values.iter().all(|value| value.is_finite()) {
            return Err(ModelError::NotFinite(parameter.name));
        }
    }
    Ok(())
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
    /// The network with these weights; gradients are recorded if the device is an autodiff one.
    ///
    /// # Errors
    /// As [`check_weights`].
    pub fn from_weights(weights: &StateDict, device: &Device) -> Result<Self, ModelError> {
        check_weights(weights)?;
        let empty = Self {
            conv1: Conv2dConfig::new([1, 6], [5, 5]).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            conv2: Conv2dConfig::new([6, 16], [5, 5]).init(device),
            fc1: LinearConfig::new(256, 120).init(device),
            fc2: LinearConfig::new(120, 84).init(device),
            fc3: LinearConfig::new(84, 10).init(device),
        };
        let flat = PARAMETERS
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
    /// - output: `[batch, 10]`
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let maps = self.pool.forward(relu(self.conv1.forward(images)));
        let maps = self.pool.forward(relu(self.conv2.forward(maps)));
        let hidden = relu(self.fc1.forward(maps.flatten::<2>(1, 3)));
        let hidden = relu(self.fc2.forward(hidden));
        self.fc3.forward(hidden)
    }

    /// The weights in PyTorch's names and layouts, read back in one go.
    ///
    /// # Errors
    /// [`ModelError::Engine`].
    pub async fn weights(&self) -> Result<StateDict, ModelError> {
        let mut reader = layout::Reader::default();
        reader.add(layout::flat_parameters(self), |parameter| parameter.name.to_owned());
        reader.read().await
    }
}

/// The tutorial's inputs as a tensor.
///
/// # Shapes
/// - inputs: `[images * 784]`
/// - output: `[images, 1, 28, 28]`
#[must_use]
pub fn images_tensor(inputs: Vec<f32>, device: &Device) -> Tensor<4> {
    let images = inputs.len() / crate::dataset::PIXELS;
    Tensor::from_data(TensorData::new(inputs, [images, 1, 28, 28]), device)
}
