//! Burn's general path: forward, backward and update as tensor operations, on any engine.

use burn::module::Module as _;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::TrainingError;
use super::optimizer::Optimizer;
use crate::dataset::Images;
use crate::dataset::split::Batch;
use crate::model::layout::{Reader, flat_gradients, flat_parameters, with_parameters};
use crate::model::{GarmentClassifier, images_tensor};
use crate::network::EngineFault;
use crate::state_dict::StateDict;

/// A model in training. Losses stay on the device until they are read.
pub struct GeneralExecutor {
    device: Device,
    model: GarmentClassifier,
    optimizer: Optimizer,
    unread: Vec<Tensor<1>>,
}

impl GeneralExecutor {
    /// Starts from these weights with this optimizer, which must be on the same (plain) device.
    ///
    /// # Errors
    /// [`TrainingError::State`] if the weights do not fit the network.
    pub fn new(
        weights: &StateDict,
        optimizer: Optimizer,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        let device = device.clone().autodiff();
        let model = GarmentClassifier::from_weights(weights, &device)?;
        Ok(Self { device, model, optimizer, unread: Vec::new() })
    }

    /// Takes one step; its loss waits on the device for [`Self::read_losses`].
    ///
    /// # Errors
    /// [`TrainingError::State`] if a parameter got no gradient, which is a bug of the engine.
    pub fn step(&mut self, images: Images<'_>) -> Result<(), TrainingError> {
        let loss = self.loss(images.batch());
        let gradients = flat_gradients(&self.model, &mut loss.backward())?;
        self.unread.push(loss.inner());
        let updated = self.optimizer.step(flat_parameters(&self.model), gradients);
        self.model = with_parameters(self.model.clone(), updated);
        Ok(())
    }

    /// Mean cross-entropy of a batch, recorded for gradients.
    fn loss(&self, batch: Batch) -> Tensor<1> {
        let (images, targets) = tensors(batch, &self.device);
        cross_entropy(self.model.forward(images), targets)
    }

    /// The device without autodiff.
    #[must_use]
    pub fn plain_device(&self) -> Device {
        self.device.clone().inner()
    }

    /// Losses of the steps since the last call, in order.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub async fn read_losses(&mut self) -> Result<Vec<f32>, TrainingError> {
        if self.unread.is_empty() {
            return Ok(Vec::new());
        }
        let losses = Tensor::cat(std::mem::take(&mut self.unread), 0);
        let data = losses.into_data_async().await?;
        data.try_into_vec()
            .map_err(|error| TrainingError::Engine(EngineFault::Reported(format!("{error:?}"))))
    }

    /// The loss and the gradients of a batch at the current weights, without taking a step.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub fn gradients<'a>(
        &'a self,
        images: Images<'_>,
    ) -> impl Future<Output = Result<(f32, StateDict), TrainingError>> + use<'a> {
        let loss = self.loss(images.batch());
        async move { self.read_gradients(loss).await }
    }

    async fn read_gradients(&self, loss: Tensor<1>) -> Result<(f32, StateDict), TrainingError> {
        let mut reader = Reader::new(self.model.network());
        let gradients = flat_gradients(&self.model, &mut loss.backward())?;
        reader.add(gradients, |parameter| parameter.name.to_owned());
        let gradients = reader.read().await?;
        let loss = loss.inner().into_data_async().await?;
        let loss = loss.try_into_vec::<f32>().ok().and_then(|values| values.first().copied());
        Ok((loss.unwrap_or(f32::NAN), gradients))
    }

    /// The model without gradients for inference, with the averaged weights if the config asks for them.
    #[must_use]
    pub fn inference_model(&self) -> GarmentClassifier {
        match self.optimizer.average() {
            Some(average) => with_parameters(self.model.valid(), average),
            None => self.model.valid(),
        }
    }

    /// The weights now.
    ///
    /// # Errors
    /// [`TrainingError::State`].
    pub async fn weights(&self) -> Result<StateDict, TrainingError> {
        Ok(self.model.weights().await?)
    }

    /// The optimizer's state now.
    ///
    /// # Errors
    /// [`TrainingError::State`].
    pub async fn optimizer_state(&self) -> Result<StateDict, TrainingError> {
        Ok(self.optimizer.state().await?)
    }
}

/// A batch on a device.
pub(super) fn tensors(batch: Batch, device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
    let images = batch.targets.len();
    let targets = Tensor::from_data(TensorData::new(batch.targets, [images]), device);
    (images_tensor(batch.inputs, device), targets)
}

/// Mean cross-entropy.
///
/// # Shapes
/// - logits: `[batch, classes]`
/// - targets: `[batch]`
/// - output: `[1]`
pub(super) fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
}
