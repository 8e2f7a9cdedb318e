//! Loss and accuracy over a split, batch by batch, so that a driver can do other things in between.

use std::sync::Arc;

use burn::tensor::{Device, Transaction};

use super::TrainingError;
use super::fused::cpu::CpuInference;
use super::fused::gpu::{GpuInference, Measuring};
use super::general::{cross_entropy, tensors};
use super::trainer::same_classes;
use crate::dataset::split::Batch;
use crate::dataset::{Images, Split, SplitCorrections};
use crate::model::GarmentClassifier;
use crate::network::{EngineFault, Network};

/// The network for inference, on the backend that trains it.
pub(crate) enum Inference {
    General { model: Box<GarmentClassifier>, device: Device },
    FusedCpu(Box<CpuInference>),
    FusedGpu(GpuInference),
}

/// A measurement of a batch, as far as it was taken without waiting.
enum Begun {
    Batch(Batch),
    Done((f64, u64)),
    Submitted(Measuring),
}

/// A validation in progress.
pub struct Validation {
    inference: Inference,
    network: Network,
    corrections: Arc<SplitCorrections>,
    images_done: usize,
    /// The index of the first image that has not been looked at.
    next: u32,
    loss_sum: f64,
    right: u64,
}

impl Validation {
    /// Images in a batch: enough to be fast, few enough for commands to be handled in between.
    pub const BATCH_SIZE: usize = 500;

    pub(crate) const fn new(
        inference: Inference,
        network: Network,
        corrections: Arc<SplitCorrections>,
    ) -> Self {
        Self { inference, network, corrections, images_done: 0, next: 0, loss_sum: 0.0, right: 0 }
    }

    /// Images measured so far.
    #[must_use]
    pub const fn images_done(&self) -> usize {
        self.images_done
    }

    /// The images of the next batch out of `images`, without those that are left out; `None` once all have been measured.
    #[must_use]
    pub fn next_batch(&self, images: usize) -> Option<Vec<u32>> {
        let left = (self.next..images as u32).filter(|index| !self.corrections.leaves_out(*index));
        let batch: Vec<u32> = left.take(Self::BATCH_SIZE).collect();
        (!batch.is_empty()).then_some(batch)
    }

    /// Measures images of a split, one batch after the other in its order. The split is read before this returns; the rest happens in the future.
    ///
    /// # Errors
    /// [`TrainingError::Engine`]; [`TrainingError::Resume`] if the images are of other classes than the network's.
    ///
    /// # Panics
    /// If an index is not below the split's length.
    pub fn measure<'a>(
        &'a mut self,
        split: &Split,
        indices: &[u32],
    ) -> impl Future<Output = Result<(), TrainingError>> + use<'a> {
        let images = Images::Of { split, indices, corrections: &self.corrections };
        let (count, next) = (images.len(), indices.last().map_or(self.next, |last| last + 1));
        let begun = same_classes(self.network, split).map(|()| match &mut self.inference {
            Inference::General { .. } => Begun::Batch(images.batch()),
            Inference::FusedCpu(inference) => Begun::Done(inference.measure(images)),
            Inference::FusedGpu(inference) => {
                Begun::Submitted(inference.measure(split, indices, &self.corrections))
            }
        });
        async move {
            let (loss_sum, right) = match (begun?, &self.inference) {
                (Begun::Batch(batch), Inference::General { model, device }) => {
                    measure(model, device, batch).await?
                }
                (Begun::Done(measured), _) => measured,
                (Begun::Submitted(measuring), _) => measuring.wait().await?,
                (Begun::Batch(_), _) => (0.0, 0),
            };
            self.loss_sum += loss_sum;
            self.right += right;
            self.images_done += count;
            self.next = next;
            Ok(())
        }
    }

    /// Mean cross-entropy and accuracy (0 to 1) over the images measured; NaN if there were none.
    #[must_use]
    pub fn result(&self) -> (f64, f64) {
        let images = self.images_done as f64;
        (self.loss_sum / images, self.right as f64 / images)
    }
}

/// The sum of the images' losses and the number of correct classifications, with Burn's operations.
async fn measure(
    model: &GarmentClassifier,
    device: &Device,
    batch: Batch,
) -> Result<(f64, u64), TrainingError> {
    let count = batch.targets.len();
    let (inputs, targets) = tensors(batch, device);
    let logits = model.forward(inputs);
    let predicted = logits.clone().argmax(1).reshape([count]);
    let right = predicted.equal(targets.clone()).float().sum();
    let loss = cross_entropy(logits, targets);
    let read = Transaction::default().register(loss).register(right).execute_async().await?;
    let mut scalars = read.into_iter().map(|data| data.try_into_vec::<f32>());
    let mut scalar = || match scalars.next() {
        Some(Ok(values)) if values.len() == 1 => Ok(f64::from(values[0])),
        other => Err(TrainingError::Engine(EngineFault::Reported(format!("{other:?}")))),
    };
    Ok((scalar()? * count as f64, scalar()? as u64))
}
