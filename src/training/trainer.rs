//! The loop's bookkeeping: which batch comes next, what the losses were, when an epoch ends.

use burn::tensor::Device;

use super::general::GeneralPath;
use super::{TrainingError, Validation};
use crate::checkpoint::Snapshot;
use crate::dataset::{Sampler, Split};
use crate::history::{EpochMetrics, History, LossReport};
use crate::model::{GarmentClassifier, initial_weights};
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// A report covers this many batches, as in the tutorial; a shorter epoch is one report.
const BATCHES_A_REPORT: u64 = 1000;

/// A run: a model in training with everything that resuming needs.
pub struct Trainer {
    config: TrainingConfig,
    device: Device,
    path: GeneralPath,
    sampler: Sampler,
    steps_per_epoch: u64,
    /// The order of the epoch at hand.
    order: Vec<u32>,
    /// Steps taken, those included whose losses are still on the device.
    step: u64,
    history: History,
}

/// What the steps since the last report gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepReport {
    /// Their losses, in order.
    pub losses: Vec<f32>,
    /// Points of `Loss/train` that they completed.
    pub reports: Vec<LossReport>,
}

impl Trainer {
    /// A new run over `images` training images, its weights drawn from the config's seed.
    ///
    /// # Errors
    /// As [`Self::resume`].
    pub fn new(
        config: TrainingConfig,
        images: usize,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let snapshot = Snapshot {
            weights: initial_weights(config.seed),
            optimizer: StateDict::new(),
            history: History::default(),
            config,
        };
        Self::resume(snapshot, images, device)
    }

    /// A run that goes on from a snapshot as if it had never stopped.
    ///
    /// # Errors
    /// [`TrainingError::State`] if weights or optimizer state do not fit the network,
    /// [`TrainingError::Resume`] if the snapshot contradicts itself.
    pub fn resume(
        snapshot: Snapshot,
        images: usize,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let Snapshot { config, weights, optimizer, history } = snapshot;
        if images == 0 || config.batch_size == 0 {
            return Err(TrainingError::Resume("there is nothing to train on".into()));
        }
        let steps_per_epoch = images.div_ceil(config.batch_size) as u64;
        let step = history.losses.len() as u64;
        let epochs_done = history.epochs.len() as u64;
        let before = epochs_done * steps_per_epoch;
        if !(before..=before + steps_per_epoch).contains(&step) {
            return Err(TrainingError::Resume(format!(
                "{step} steps do not belong to {epochs_done} epochs of {steps_per_epoch} steps"
            )));
        }
        let path = GeneralPath::new(&config, &weights, &optimizer, &device)?;
        let sampler = Sampler::new(config.seed, images);
        let order = sampler.epoch_order(epochs_done);
        Ok(Self { config, device, path, sampler, steps_per_epoch, order, step, history })
    }

    /// The run's settings.
    #[must_use]
    pub const fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// Steps an epoch.
    #[must_use]
    pub const fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
    }

    /// Steps taken.
    #[must_use]
    pub const fn steps_taken(&self) -> u64 {
        self.step
    }

    /// Steps of the whole run.
    #[must_use]
    pub const fn steps_in_run(&self) -> u64 {
        self.steps_per_epoch * self.config.epochs as u64
    }

    /// What has been measured; losses that are still on the device are not in it.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The epoch at hand, from 1; the last one once the run is finished.
    #[must_use]
    pub fn epoch(&self) -> usize {
        (self.history.epochs.len() + 1).min(self.config.epochs)
    }

    /// Whether every epoch is trained and validated.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.history.epochs.len() >= self.config.epochs
    }

    /// The images of the next step; `None` when the epoch's steps are all taken and validation is due.
    #[must_use]
    pub fn next_batch(&self) -> Option<&[u32]> {
        let taken = (self.step - self.history.epochs.len() as u64 * self.steps_per_epoch) as usize;
        let batch_size = self.config.batch_size;
        self.order.chunks(batch_size).nth(taken).filter(|_| !self.is_finished())
    }

    /// Takes the next step, if there is one in this epoch and its images are there.
    pub fn step(&mut self, train: &Split) -> bool {
        let Some(batch) = self.next_batch().filter(|indices| train.has(indices)) else {
            return false;
        };
        let batch = train.batch(batch);
        self.path.step(batch);
        self.step += 1;
        true
    }

    /// Waits for the steps taken so far and reads their losses.
    ///
    /// # Errors
    /// [`TrainingError::NotFinite`] if a loss is NaN or infinite; the history then ends before it.
    /// [`TrainingError::Engine`] if the engine failed.
    pub async fn read_losses(&mut self) -> Result<StepReport, TrainingError> {
        let losses = self.path.read_losses().await?;
        let mut reports = Vec::new();
        for &loss in &losses {
            let step = self.history.losses.len() as u64 + 1;
            if !loss.is_finite() {
                return Err(TrainingError::NotFinite { step, loss });
            }
            self.history.losses.push(loss);
            let interval = BATCHES_A_REPORT.min(self.steps_per_epoch);
            if self.steps_into_epoch(step).is_multiple_of(interval) {
                let mean_loss = self.mean_of_last(interval as usize);
                reports.push(LossReport { step, mean_loss });
            }
        }
        self.history.reports.extend_from_slice(&reports);
        Ok(StepReport { losses, reports })
    }

    fn steps_into_epoch(&self, step: u64) -> u64 {
        step - self.history.epochs.len() as u64 * self.steps_per_epoch
    }

    fn mean_of_last(&self, count: usize) -> f64 {
        let losses = &self.history.losses;
        let last = &losses[losses.len().saturating_sub(count)..];
        last.iter().copied().map(f64::from).sum::<f64>() / last.len() as f64
    }

    /// A validation of the weights now.
    #[must_use]
    pub fn validation(&self) -> Validation {
        Validation::new(self.inference_model(), self.device.clone())
    }

    /// The network with the weights now, without gradients.
    #[must_use]
    pub fn inference_model(&self) -> GarmentClassifier {
        self.path.inference_model()
    }

    /// The device on which [`Self::inference_model`] lives.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Enters what validation gave and begins the next epoch.
    ///
    /// The epoch's training loss is its last report's, as the tutorial prints it.
    pub fn finish_epoch(&mut self, valid_loss: f64, valid_accuracy: f64) -> EpochMetrics {
        let train_loss = self.history.reports.last().map_or(f64::NAN, |report| report.mean_loss);
        let epoch = self.history.epochs.len() as u32 + 1;
        let metrics =
            EpochMetrics { epoch, step: self.step, train_loss, valid_loss, valid_accuracy };
        self.history.epochs.push(metrics);
        if !self.is_finished() {
            self.order = self.sampler.epoch_order(u64::from(epoch));
        }
        metrics
    }

    /// Everything that resuming needs.
    ///
    /// # Errors
    /// [`TrainingError::Resume`] if losses are still on the device: read them first.
    /// [`TrainingError::Engine`] or [`TrainingError::State`] if the engine failed.
    pub async fn snapshot(&self) -> Result<Snapshot, TrainingError> {
        if self.history.losses.len() as u64 != self.step {
            return Err(TrainingError::Resume("losses are still on the device".into()));
        }
        Ok(Snapshot {
            config: self.config.clone(),
            weights: self.path.weights().await?,
            optimizer: self.path.optimizer_state().await?,
            history: self.history.clone(),
        })
    }
}
