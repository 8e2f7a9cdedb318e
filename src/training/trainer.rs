//! The training loop's bookkeeping: which batch comes next, what the losses were, when an epoch ends.

use std::sync::Arc;

use futures::future::LocalBoxFuture;

use super::batches::Batches;
use super::optimizer::Recipe;
use super::{Backend, StepExecutor, TrainingError, Validation};
use crate::checkpoint::{Snapshot, inference_weights};
use crate::dataset::augmentation::augment_into;
use crate::dataset::{
    Corrections, DataSetIdentity, ImageBuffer, Images, Split, SplitCorrections, SplitName,
};
use crate::history::{Ending, EpochMetrics, History, LossReport, ResumeMistake};
use crate::network::Network;
use crate::settings::{LearningRate, RunLength, TrainingConfig};
use crate::state_dict::StateDict;

/// A run: a model in training with everything that resuming it needs.
pub struct Trainer {
    config: TrainingConfig,
    /// The data set of one's own that it trains on.
    data: Option<DataSetIdentity>,
    network: Network,
    corrections: Corrections,
    /// Those of the training images.
    train: SplitCorrections,
    /// Those of the test images, which every validation shares.
    test: Arc<SplitCorrections>,
    executor: StepExecutor,
    batches: Batches,
    augmented: ImageBuffer,
    length: RunLength,
    /// Steps taken, including those whose losses are still on the device.
    step: u64,
    history: History,
}

/// The results of the steps since the last readback.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepReport {
    /// Their losses, in order.
    pub losses: Vec<f32>,
    /// Points of `Loss/train` that these steps completed.
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
        backend: impl Into<Backend>,
    ) -> Result<Self, TrainingError> {
        Self::resume(Snapshot::beginning(config), images, backend)
    }

    /// A run that continues from a snapshot as if it had never stopped.
    ///
    /// # Errors
    /// [`TrainingError::State`] if weights or optimizer state do not fit the network,
    /// [`TrainingError::Order`] if its given batches cannot be trained on,
    /// [`TrainingError::Resume`] if the snapshot contradicts itself,
    /// [`TrainingError::Engine`] if a GPU's kernels were not compiled beforehand: see [`Backend::compile`].
    pub fn resume(
        snapshot: Snapshot,
        images: usize,
        backend: impl Into<Backend>,
    ) -> Result<Self, TrainingError> {
        let network = snapshot.network();
        let Snapshot { config, order, data, corrections, weights, optimizer, history } = snapshot;
        if let Some(label) = corrections.first_label_from(network.classes()) {
            let classes = network.classes();
            return Err(TrainingError::Resume(ResumeMistake::CorrectedLabel { label, classes }));
        }
        let train = corrections.split(SplitName::Train);
        let test = Arc::new(corrections.split(SplitName::Test));
        if train.left(images) == 0 || config.batch_size == 0 {
            return Err(TrainingError::Resume(ResumeMistake::NothingToTrainOn));
        }
        let epochs_done = history.epochs.len() as u64;
        let batches = match order {
            Some(order) => Batches::given(order, images, &train)?,
            None => Batches::shuffled(config.seed, images, config.batch_size, epochs_done, &train),
        };
        let length = config.run_length(batches.per_epoch());
        let step = history.losses.len() as u64;
        let (from, to) = (length.end_of_epoch(epochs_done), length.end_of_epoch(epochs_done + 1));
        if !(from..=to).contains(&step) {
            return Err(TrainingError::Resume(ResumeMistake::Steps {
                steps: step,
                epochs: epochs_done,
                steps_per_epoch: length.steps_per_epoch,
            }));
        }
        let learning_rate = LearningRate::new(&config, length);
        let recipe = Recipe::new(&config, learning_rate, step);
        let executor = StepExecutor::new(&backend.into(), network, &weights, recipe, &optimizer)?;
        let augmented = ImageBuffer::default();
        Ok(Self {
            config,
            data,
            network,
            corrections,
            train,
            test,
            executor,
            batches,
            augmented,
            length,
            step,
            history,
        })
    }

    /// The data set of one's own that the run trains on; `None` for the tutorial's.
    #[must_use]
    pub const fn data(&self) -> Option<&DataSetIdentity> {
        self.data.as_ref()
    }

    /// The corrections of the data set that the run was given.
    #[must_use]
    pub const fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    /// How many of a test split's first `images` images the run is validated on.
    #[must_use]
    pub fn validated(&self, images: usize) -> usize {
        self.test.left(images)
    }

    /// The run's settings.
    #[must_use]
    pub const fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// Steps an epoch.
    #[must_use]
    pub const fn steps_per_epoch(&self) -> u64 {
        self.length.steps_per_epoch
    }

    /// Steps taken.
    #[must_use]
    pub const fn steps_taken(&self) -> u64 {
        self.step
    }

    /// Steps of the whole run; early stopping may end it sooner.
    #[must_use]
    pub const fn steps_in_run(&self) -> u64 {
        self.length.steps
    }

    /// What has been measured, without the losses that are still on the device.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The current epoch, from 1; the last one once the run has ended.
    #[must_use]
    pub fn epoch(&self) -> usize {
        (self.history.epochs.len() + 1).min(self.config.epochs)
    }

    /// Why the run is over; `None` while there is more to do.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.history.ending(&self.config)
    }

    /// The images of the next step; `None` once all of the epoch's steps are taken and validation is due.
    #[must_use]
    pub fn next_batch(&self) -> Option<&[u32]> {
        self.batches.get(self.steps_into_epoch(self.step)).filter(|_| self.goes_on())
    }

    fn goes_on(&self) -> bool {
        self.step < self.length.steps && self.ending().is_none()
    }

    /// Takes the next step, if there is one in this epoch and its images have arrived; returns whether it did.
    ///
    /// # Errors
    /// [`TrainingError::State`] if the engine returned no gradients, [`TrainingError::Engine`] if losses were
    /// left unread for more than [`super::Pace::MOST_STEPS`] steps, [`TrainingError::Resume`] if the images are of other
    /// classes than the network's.
    pub fn step(&mut self, train: &Split) -> Result<bool, TrainingError> {
        // Not `next_batch`, which would borrow all of `self`.
        if !self.goes_on() {
            return Ok(false);
        }
        let at = self.steps_into_epoch(self.step);
        let Some(indices) = self.batches.get(at).filter(|indices| train.has(indices)) else {
            return Ok(false);
        };
        same_classes(self.network, train)?;
        let epoch = self.history.epochs.len() as u64;
        let split = (train, &self.train);
        let images = images_of(&mut self.augmented, split, indices, &self.config, epoch);
        self.executor.step(images)?;
        self.step += 1;
        Ok(true)
    }

    /// A copy of the next step's images as the network receives them; `None` if this epoch has no further step or its
    /// images have not arrived.
    pub(super) fn next_images(&self, train: &Split) -> Option<ImageBuffer> {
        let indices = self.next_batch().filter(|indices| train.has(indices))?;
        let (mut augmented, epoch) = (ImageBuffer::default(), self.history.epochs.len() as u64);
        let split = (train, &self.train);
        Some(images_of(&mut augmented, split, indices, &self.config, epoch).into())
    }

    /// The gradients of the next step's mean loss at the current weights, as the engine computes them for it; no step is
    /// taken. The images are not needed any more once this has returned.
    pub(super) fn next_gradients<'a>(
        &'a mut self,
        train: &Split,
    ) -> Option<LocalBoxFuture<'a, Result<(f32, StateDict), TrainingError>>> {
        let at = self.steps_into_epoch(self.step);
        let indices = self.batches.get(at).filter(|indices| train.has(indices))?;
        same_classes(self.network, train).ok()?;
        let epoch = self.history.epochs.len() as u64;
        let split = (train, &self.train);
        // From where the steps have them: a GPU that is given images of another place takes all of these out and in again.
        let images = images_of(&mut self.augmented, split, indices, &self.config, epoch);
        Some(self.executor.gradients(images))
    }

    /// The weights that the next step changes.
    pub(super) async fn weights(&self) -> Result<StateDict, TrainingError> {
        self.executor.weights().await
    }

    /// Waits for the steps taken so far and reads their losses.
    ///
    /// # Errors
    /// [`TrainingError::NotFinite`] if a loss is NaN or infinite; the history then ends before it.
    /// [`TrainingError::Engine`] if the engine failed.
    pub async fn read_losses(&mut self) -> Result<StepReport, TrainingError> {
        let losses = self.executor.read_losses().await?;
        let mut reports = Vec::new();
        for &loss in &losses {
            let step = self.history.losses.len() as u64 + 1;
            if !loss.is_finite() {
                return Err(TrainingError::NotFinite { step, loss });
            }
            self.history.losses.push(loss);
            let interval = LossReport::interval(self.length.steps_per_epoch);
            if self.steps_into_epoch(step).is_multiple_of(interval) {
                let mean_loss = self.mean_of_last(interval as usize);
                let report = LossReport { step, mean_loss };
                // At once, like the losses, so that what was measured before a divergence is kept.
                self.history.reports.push(report);
                reports.push(report);
            }
        }
        Ok(StepReport { losses, reports })
    }

    /// Drops what was measured after this many losses and reports.
    pub(super) fn forget_after(&mut self, losses: usize, reports: usize) {
        self.history.losses.truncate(losses);
        self.history.reports.truncate(reports);
    }

    fn steps_into_epoch(&self, step: u64) -> u64 {
        step - self.length.end_of_epoch(self.history.epochs.len() as u64)
    }

    fn mean_of_last(&self, count: usize) -> f64 {
        let losses = &self.history.losses;
        let last = &losses[losses.len().saturating_sub(count)..];
        last.iter().copied().map(f64::from).sum::<f64>() / last.len() as f64
    }

    /// A validation of the current weights, or of their average if the config asks for it.
    #[must_use]
    pub fn validation(&self) -> Validation {
        Validation::new(self.executor.inference(), self.network, Arc::clone(&self.test))
    }

    /// Records the validation's result and begins the next epoch.
    ///
    /// The epoch's training loss is that of its last report, as the tutorial prints it, or the mean over its
    /// steps if it was too short for a report.
    ///
    /// # Errors
    /// [`TrainingError::ValidationNotFinite`] if the validation loss is NaN or infinite; the epoch is then
    /// not recorded.
    pub fn finish_epoch(
        &mut self,
        valid_loss: f64,
        valid_accuracy: f64,
    ) -> Result<EpochMetrics, TrainingError> {
        if !valid_loss.is_finite() {
            let epoch = self.history.epochs.len() as u32 + 1;
            return Err(TrainingError::ValidationNotFinite { epoch, loss: valid_loss });
        }
        let steps = self.steps_into_epoch(self.step);
        let train_loss = match self.history.reports.last() {
            Some(report) if report.step + steps > self.step => report.mean_loss,
            _ => self.mean_of_last(steps as usize),
        };
        let epoch = self.history.epochs.len() as u32 + 1;
        let metrics =
            EpochMetrics { epoch, step: self.step, train_loss, valid_loss, valid_accuracy };
        self.history.epochs.push(metrics);
        if self.ending().is_none() {
            self.batches.begin_epoch(u64::from(epoch), &self.train);
        }
        Ok(metrics)
    }

    /// The weights that validate and classify now: the average if the config asks for it.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub async fn inference_weights(&self) -> Result<StateDict, TrainingError> {
        let settings = &self.config.optimizer;
        let weights = self.executor.weights().await?;
        // Read back only if it is needed.
        let state = match settings.answers_with_average() {
            true => self.executor.optimizer_state().await?,
            false => StateDict::new(),
        };
        Ok(inference_weights(settings, weights, &state))
    }

    /// Everything that resuming the run needs.
    ///
    /// # Errors
    /// [`TrainingError::Resume`] if losses are still on the device: read them first.
    /// [`TrainingError::WeightsNotFinite`] if the run has diverged, which the loss shows only a step later.
    /// [`TrainingError::Engine`] or [`TrainingError::State`] if the engine failed.
    pub async fn snapshot(&self) -> Result<Snapshot, TrainingError> {
        if self.history.losses.len() as u64 != self.step {
            return Err(TrainingError::Resume(ResumeMistake::LossesUnread));
        }
        let weights = self.executor.weights().await?;
        let optimizer = self.executor.optimizer_state().await?;
        if !(is_finite(&weights) && is_finite(&optimizer)) {
            return Err(TrainingError::WeightsNotFinite { step: self.step });
        }
        Ok(Snapshot {
            config: self.config.clone(),
            order: self.batches.order().cloned(),
            data: self.data.clone(),
            corrections: self.corrections.clone(),
            weights,
            optimizer,
            history: self.history.clone(),
        })
    }
}

/// Checks that a split's labels are classes of the network.
pub(super) fn same_classes(network: Network, split: &Split) -> Result<(), TrainingError> {
    if network == split.network() {
        return Ok(());
    }
    let (network, data) = (network.classes(), split.network().classes());
    Err(TrainingError::Resume(ResumeMistake::Classes { network, data }))
}

/// A batch's images as the network receives them in an epoch (from 0): those of the split, or changed copies in the buffer.
fn images_of<'a>(
    augmented: &'a mut ImageBuffer,
    split: (&'a Split, &'a SplitCorrections),
    indices: &'a [u32],
    config: &TrainingConfig,
    epoch: u64,
) -> Images<'a> {
    let augmentation = &config.augmentation;
    if augmentation.is_off() {
        return Images::Of { split: split.0, indices, corrections: split.1 };
    }
    augment_into(augmented, split, indices, augmentation, config.seed, epoch);
    augmented.images()
}

fn is_finite(arrays: &StateDict) -> bool {
    arrays.values().all(|array| array.values.iter().all(|value| value.is_finite()))
}
