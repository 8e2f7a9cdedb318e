//! Loss and accuracy over a split, batch by batch, so that a driver can do other things in between.

use burn::tensor::{Device, Transaction};

use super::TrainingError;
use super::general::{cross_entropy, tensors};
use crate::dataset::split::Batch;
use crate::model::GarmentClassifier;

/// A validation under way.
pub struct Validation {
    model: GarmentClassifier,
    device: Device,
    images_done: usize,
    loss_sum: f64,
    right: u64,
}

impl Validation {
    /// Images a batch: large enough to be fast, small enough to let commands through.
    pub const BATCH_SIZE: usize = 250;

    /// Validation of a model without gradients on its (plain) device.
    #[must_use]
    pub const fn new(model: GarmentClassifier, device: Device) -> Self {
        Self { model, device, images_done: 0, loss_sum: 0.0, right: 0 }
    }

    /// Images seen so far.
    #[must_use]
    pub const fn images_done(&self) -> usize {
        self.images_done
    }

    /// The images of the next batch out of `images`; `None` once all have been seen.
    #[must_use]
    pub fn next_batch(&self, images: usize) -> Option<Vec<u32>> {
        let end = images.min(self.images_done + Self::BATCH_SIZE);
        (self.images_done < end).then(|| (self.images_done as u32..end as u32).collect())
    }

    /// Measures a batch.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub async fn measure(&mut self, batch: Batch) -> Result<(), TrainingError> {
        let images = batch.targets.len();
        let (inputs, targets) = tensors(batch, &self.device);
        let logits = self.model.forward(inputs);
        let predicted = logits.clone().argmax(1).reshape([images]);
        let right = predicted.equal(targets.clone()).float().sum();
        let loss = cross_entropy(logits, targets);
        let read = Transaction::default().register(loss).register(right).execute_async().await?;
        let mut scalars = read.into_iter().map(|data| data.try_into_vec::<f32>());
        let mut scalar = || match scalars.next() {
            Some(Ok(values)) if values.len() == 1 => Ok(f64::from(values[0])),
            other => Err(TrainingError::Engine(format!("validation read back {other:?}"))),
        };
        self.loss_sum += scalar()? * images as f64;
        self.right += scalar()? as u64;
        self.images_done += images;
        Ok(())
    }

    /// Mean cross-entropy, and share of right answers from 0 to 1, over the images seen.
    #[must_use]
    pub fn result(&self) -> (f64, f64) {
        let images = self.images_done as f64;
        (self.loss_sum / images, self.right as f64 / images)
    }
}
