//! Burn's general path: forward, backward and update as tensor operations, on any engine.

use burn::module::Module as _;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};

use super::TrainingError;
use super::sgd::Sgd;
use crate::dataset::split::Batch;
use crate::model::{GarmentClassifier, images_tensor};
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// A model in training. Losses stay on the device until they are asked for.
pub struct GeneralPath {
    device: Device,
    model: GarmentClassifier,
    optimizer: Sgd,
    unread: Vec<Tensor<1>>,
}

impl GeneralPath {
    /// Training from these weights and this optimizer state (empty for a fresh one).
    ///
    /// # Errors
    /// [`TrainingError::State`] if either does not fit the network.
    pub fn new(
        config: &TrainingConfig,
        weights: &StateDict,
        optimizer_state: &StateDict,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        let plain = device.clone();
        let device = device.clone().autodiff();
        let model = GarmentClassifier::from_weights(weights, &device)?;
        let mut optimizer = Sgd::new(config.learning_rate, config.momentum);
        optimizer.load(optimizer_state, &model, &plain)?;
        Ok(Self { device, model, optimizer, unread: Vec::new() })
    }

    /// Takes one step; its loss waits on the device for [`Self::read_losses`].
    pub fn step(&mut self, batch: Batch) {
        let loss = self.loss(batch);
        let mut gradients = loss.backward();
        self.unread.push(loss.inner());
        self.model = self.optimizer.step(self.model.clone(), &mut gradients);
    }

    /// Mean cross-entropy of a batch, recorded for gradients.
    fn loss(&self, batch: Batch) -> Tensor<1> {
        let (images, targets) = tensors(batch, &self.device);
        cross_entropy(self.model.forward(images), targets)
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
        data.try_into_vec().map_err(|error| TrainingError::Engine(format!("{error:?}")))
    }

    /// The loss and the gradients of a batch at the present weights, which stay as they are.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub async fn gradients(&self, batch: Batch) -> Result<(f32, StateDict), TrainingError> {
        let loss = self.loss(batch);
        let gradients = loss.backward();
        let gradients = read_gradients(&self.model, &gradients).await?;
        let loss = loss.inner().into_data_async().await?;
        let loss = loss.try_into_vec::<f32>().ok().and_then(|values| values.first().copied());
        Ok((loss.unwrap_or(f32::NAN), gradients))
    }

    /// The model without gradients, for validation and classification.
    #[must_use]
    pub fn inference_model(&self) -> GarmentClassifier {
        self.model.valid()
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
        Ok(self.optimizer.state(&self.model).await?)
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
/// - logits: `[batch, 10]`
/// - targets: `[batch]`
/// - output: `[1]`
pub(super) fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
}

async fn read_gradients(
    model: &GarmentClassifier,
    gradients: &Gradients,
) -> Result<StateDict, TrainingError> {
    use crate::model::{ParameterPath, WeightReader};
    use burn::module::{ModuleVisitor, Param};

    struct Collect<'a> {
        gradients: &'a Gradients,
        path: ParameterPath,
        reader: WeightReader,
    }
    impl ModuleVisitor for Collect<'_> {
        fn enter_module(&mut self, name: &str, _container_type: &str) {
            self.path.enter(name);
        }
        fn exit_module(&mut self, _name: &str, _container_type: &str) {
            self.path.exit();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad(self.gradients) {
                self.reader.add(self.path.name(), gradient);
            }
        }
    }
    let mut collect =
        Collect { gradients, path: ParameterPath::default(), reader: WeightReader::default() };
    model.visit(&mut collect);
    Ok(collect.reader.read().await?)
}
