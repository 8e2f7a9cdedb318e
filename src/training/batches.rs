//! The images of each step.

use super::TrainingError;
use crate::dataset::{OrderMistake, Sampler, SplitCorrections};
use crate::history::ResumeMistake;
use crate::settings::TrainingConfig;

/// The batches of a run, epoch by epoch.
pub(super) enum Batches {
    /// A new seeded shuffle each epoch; `order` is the current epoch's.
    Shuffled { sampler: Sampler, batch_size: usize, order: Vec<u32> },
    /// The same given batches each epoch.
    Given(Vec<Vec<u32>>),
}

impl Batches {
    /// Batches shuffled from a seed, at the beginning of an epoch (from 0).
    pub fn shuffled(
        seed: u64,
        images: usize,
        batch_size: usize,
        epoch: u64,
        corrections: &SplitCorrections,
    ) -> Self {
        let sampler = Sampler::new(seed, images);
        Self::Shuffled { sampler, batch_size, order: sampler.epoch_order_of(epoch, corrections) }
    }

    /// The given batches of images' indices, each below `images`, without those that corrections leave out: a batch gets
    /// smaller, and one of which nothing is left is no step.
    pub fn given(
        mut batches: Vec<Vec<u32>>,
        images: usize,
        corrections: &SplitCorrections,
    ) -> Result<Self, TrainingError> {
        let wrong = |why| Err(TrainingError::Order(why));
        if batches.is_empty() {
            return wrong(OrderMistake::NoBatches);
        }
        for (at, batch) in batches.iter().enumerate() {
            if batch.is_empty() {
                return wrong(OrderMistake::EmptyBatch { batch: at + 1 });
            }
            if batch.len() > TrainingConfig::MAX_BATCH_SIZE {
                let (batch, images) = (at + 1, batch.len());
                let most = TrainingConfig::MAX_BATCH_SIZE;
                return wrong(OrderMistake::LargeBatch { batch, images, most });
            }
            if let Some(image) = batch.iter().find(|&&image| image as usize >= images) {
                let (batch, image) = (at + 1, *image);
                return wrong(OrderMistake::NoImage { batch, image, images });
            }
        }
        for batch in &mut batches {
            batch.retain(|&image| !corrections.leaves_out(image));
        }
        batches.retain(|batch| !batch.is_empty());
        if batches.is_empty() {
            return Err(TrainingError::Resume(ResumeMistake::NothingToTrainOn));
        }
        Ok(Self::Given(batches))
    }

    /// Steps an epoch.
    pub fn per_epoch(&self) -> u64 {
        match self {
            Self::Shuffled { batch_size, order, .. } => order.len().div_ceil(*batch_size) as u64,
            Self::Given(batches) => batches.len() as u64,
        }
    }

    /// Moves to the epoch with this number, from 0.
    pub fn begin_epoch(&mut self, epoch: u64, corrections: &SplitCorrections) {
        if let Self::Shuffled { sampler, order, .. } = self {
            *order = sampler.epoch_order_of(epoch, corrections);
        }
    }

    /// The images of a step (from 0) of the current epoch.
    pub fn get(&self, step: u64) -> Option<&[u32]> {
        let step = usize::try_from(step).ok()?;
        match self {
            Self::Shuffled { batch_size, order, .. } => order.chunks(*batch_size).nth(step),
            Self::Given(batches) => batches.get(step).map(Vec::as_slice),
        }
    }

    /// The given batches, to be stored in a checkpoint.
    pub fn order(&self) -> Option<&Vec<Vec<u32>>> {
        match self {
            Self::Shuffled { .. } => None,
            Self::Given(batches) => Some(batches),
        }
    }
}
