//! Classifies with the newest weights.

use burn::tensor::Device;
use burn::tensor::activation::softmax;

use crate::dataset::DataSetIdentity;
use crate::dataset::split::normalize;
use crate::model::{GarmentClassifier, images_tensor};
use crate::network::{EngineFault, ModelError, PIXELS};
use crate::protocol::{Failure, Prediction, WeightsOf};
use crate::state_dict::StateDict;

/// Weights for classifying. They live on the CPU engine: one image is too little work for a GPU.
pub struct Classifier {
    model: GarmentClassifier,
    device: Device,
    /// Whose weights these are.
    pub weights: WeightsOf,
    /// The names of the classes, if the weights are those of a run on a data set of one's own.
    class_names: Option<Vec<String>>,
}

impl Classifier {
    pub fn new(
        weights: &StateDict,
        whose: WeightsOf,
        data: Option<&DataSetIdentity>,
    ) -> Result<Self, ModelError> {
        let device = Device::flex();
        let model = GarmentClassifier::from_weights(weights, &device)?;
        let class_names = data.map(|data| data.class_names().to_vec());
        Ok(Self { model, device, weights: whose, class_names })
    }

    /// A probability for each class, for one garment of 784 pixels.
    pub async fn classify(&self, garment: &[u8]) -> Result<Prediction, Failure> {
        if garment.len() != PIXELS {
            return Err(Failure::PictureSize { found: garment.len(), expected: PIXELS });
        }
        let logits = self.model.forward(images_tensor(normalize(garment), &self.device));
        let read = softmax(logits, 1).into_data_async().await;
        let probabilities = read
            .map_err(ModelError::from)?
            .try_into_vec::<f32>()
            .map_err(|error| ModelError::Engine(EngineFault::Reported(format!("{error:?}"))))?;
        let classes = self.model.network().classes();
        if probabilities.len() != classes || probabilities.iter().any(|share| !share.is_finite()) {
            return Err(ModelError::Engine(EngineFault::NotNumbers).into());
        }
        let (weights, class_names) = (self.weights.clone(), self.class_names.clone());
        Ok(Prediction { probabilities, class_names, weights })
    }
}
