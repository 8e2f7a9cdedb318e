//! The training loop: advances one run from its current state to its end.
//!
//! [`Driver::advance`] takes a stretch of steps, or a batch of a validation, and returns what happened. The
//! worker passes that on to its page and its library, the terminal to its progress bar and its files;
//! neither decides anything about the run. What a run computes depends on its settings alone: the clock
//! decides only how many steps a stretch has and when the newest state is saved.

mod observe;

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};

pub use self::observe::ObservedStep;
use super::health::Health;
use super::{Backend, Meter, Pace, Trainer, TrainingError, Validation};
use crate::checkpoint::{Checkpoint, Snapshot};
use crate::dataset::{Dataset, Split};
use crate::hardware::GpuComplaint;
use crate::history::{CheckpointRole, Ending, EpochMetrics, LossReport, ResumeMistake};
use crate::state_dict::StateDict;

/// The interval between saves: a crash or a closed tab loses at most about this much training.
const SAVE_EVERY_MS: f64 = 20_000.0;
/// A new run is saved for the first time after this long, so that a tab that is reloaded soon has something to resume.
const FIRST_SAVE_MS: f64 = 2_000.0;
/// A validation may take long on a slow engine, so the run is saved before it if the last save is older
/// than this.
const SAVED_BEFORE_VALIDATION_MS: f64 = 5_000.0;
/// How long after a failed readback the browser may take to report the cause.
const CAUSE_WITHIN: Duration = Duration::from_millis(500);
/// A GPU that has not finished a stretch of steps after so many seconds never will: on software, the largest batches take
/// some 20 s.
pub const ANSWER_WITHIN_S: u32 = 60;

/// What a driver needs from the program around it.
pub trait Host {
    /// A monotonic clock in milliseconds, with any origin.
    fn now_ms(&self) -> f64;

    /// Waits for this long.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// [`Health::believed`], waiting up to half a second for the cause of a failure, and for an answer no longer than
    /// this many seconds.
    ///
    /// # Errors
    /// As [`Health::believed`]; [`GpuComplaint::NoAnswer`].
    fn believed<T, E: From<GpuComplaint>>(
        &self,
        health: &Health,
        seconds: u32,
        computation: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, E>> {
        async move {
            let believed = pin!(health.believed(computation, || self.sleep(CAUSE_WITHIN)));
            match select(believed, pin!(self.lasts(seconds))).await {
                Either::Left((result, _)) => result,
                Either::Right(((), believed)) => {
                    health.report(GpuComplaint::NoAnswer(seconds));
                    believed.await
                }
            }
        }
    }

    /// Ends when a GPU has had so many seconds for an answer. By default it has any time: natively, waiting for the GPU
    /// holds the thread, and a person can see it and end the program.
    fn lasts(&self, seconds: u32) -> impl Future<Output = ()> {
        let _ = seconds;
        std::future::pending()
    }
}

/// A data set that is either complete or still arriving.
pub trait Source {
    /// Runs `look` on the data set as it is now; `None` before its manifest has arrived. Nothing is awaited
    /// while the data set is borrowed.
    fn look<T>(&self, look: impl FnOnce(&Dataset) -> T) -> Option<T>;
}

impl Source for Dataset {
    fn look<T>(&self, look: impl FnOnce(&Dataset) -> T) -> Option<T> {
        Some(look(self))
    }
}

/// What happened in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// Steps were taken.
    StepsTaken(StepsTaken),
    /// The next images have not arrived yet; nothing else can be done until they have.
    ImagesAwaited,
    /// A validation has made progress.
    Validating {
        /// Images seen.
        done: usize,
        /// Images of the split that the run is validated on.
        total: usize,
    },
    /// An epoch ended, including its validation.
    EpochEnded(EpochMetrics),
    /// The current state should be saved in these roles, by [`Driver::checkpoint`].
    CheckpointDue(Vec<CheckpointRole>),
    /// The last step has been taken and validated.
    Over(Ending),
}

/// A stretch of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct StepsTaken {
    /// Their epoch, from 1.
    pub epoch: u32,
    /// Steps taken in the run, these included.
    pub step: u64,
    /// Their losses, in order.
    pub losses: Vec<f32>,
    /// Points of `Loss/train` that these steps completed.
    pub reports: Vec<LossReport>,
}

/// A run under way.
pub struct Driver<H> {
    trainer: Trainer,
    /// The health of the engine that it trains on.
    health: Health,
    host: H,
    pace: Pace,
    meter: Meter,
    /// The mean over the last stretch.
    images_a_step: f64,
    /// The current validation, and when it began in milliseconds.
    validation: Option<(Validation, f64)>,
    saved_at_ms: f64,
    /// How long after the last save the next one is due, in milliseconds.
    save_after_ms: f64,
    /// The roles in which the state after the last event should be saved.
    due: Vec<CheckpointRole>,
    /// Why the run cannot continue; returned after the good steps before it have been.
    failed: Option<TrainingError>,
}

impl<H: Host> Driver<H> {
    /// A driver for this run on this backend, whose engine has this health.
    pub fn new(trainer: Trainer, backend: &Backend, health: Health, host: H) -> Self {
        let (pace, saved_at_ms) = (Pace::new(backend), host.now_ms());
        let is_new = trainer.steps_taken() == 0;
        let save_after_ms = if is_new { FIRST_SAVE_MS } else { SAVE_EVERY_MS };
        Self {
            trainer,
            health,
            host,
            pace,
            meter: Meter::default(),
            images_a_step: 0.0,
            validation: None,
            saved_at_ms,
            save_after_ms,
            due: Vec::new(),
            failed: None,
        }
    }

    /// The run.
    #[must_use]
    pub const fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// Takes a stretch of steps or a batch of a validation, or returns what else is due now.
    ///
    /// # Errors
    /// [`TrainingError::NotFinite`] once the run has diverged, after the steps before have been returned;
    /// [`TrainingError::Gpu`] if the GPU reported an error; any error of the [`Trainer`]'s own methods.
    pub async fn advance(&mut self, source: &impl Source) -> Result<RunEvent, TrainingError> {
        self.health.check()?;
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if !self.due.is_empty() {
            return Ok(RunEvent::CheckpointDue(self.take_due()));
        }
        if self.validation.is_some() {
            return self.validate(source).await;
        }
        if let Some(ending) = self.trainer.ending() {
            return Ok(RunEvent::Over(ending));
        }
        if self.trainer.next_batch().is_none() {
            let now = self.host.now_ms();
            self.validation = Some((self.trainer.validation(), now));
            if now - self.saved_at_ms > SAVED_BEFORE_VALIDATION_MS {
                return Ok(RunEvent::CheckpointDue(vec![CheckpointRole::Last]));
            }
            return self.validate(source).await;
        }
        self.train(source, None).await
    }

    /// Takes a stretch of steps, at most this many or as many as the pace allows, up to the next checkpoint to be kept.
    async fn train(
        &mut self,
        source: &impl Source,
        most: Option<usize>,
    ) -> Result<RunEvent, TrainingError> {
        let begun = self.host.now_ms();
        let epoch = self.trainer.epoch() as u32;
        let (trainer, is_stretch) = (&mut self.trainer, most.is_none());
        let most = most.unwrap_or(self.pace.steps());
        let taken = source.look(|dataset| take_steps(trainer, &dataset.train, most));
        let (steps, images) = taken.transpose()?.unwrap_or_default();
        if steps == 0 {
            return Ok(RunEvent::ImagesAwaited);
        }
        let before = (self.trainer.history().losses.len(), self.trainer.history().reports.len());
        let read =
            self.host.believed(&self.health, ANSWER_WITHIN_S, self.trainer.read_losses()).await;
        let history = self.trainer.history();
        let (losses, reports) =
            (history.losses[before.0..].to_vec(), history.reports[before.1..].to_vec());
        let step = history.losses.len() as u64;
        match read {
            Ok(_) => {}
            // What was measured before the divergence is good, and is returned first.
            Err(error @ TrainingError::NotFinite { .. }) if !losses.is_empty() => {
                self.failed = Some(error);
                return Ok(RunEvent::StepsTaken(StepsTaken { epoch, step, losses, reports }));
            }
            Err(error) => {
                // Untrusted numbers do not belong in the history.
                self.trainer.forget_after(before.0, before.1);
                return Err(error);
            }
        }
        let duration = self.host.now_ms() - begun;
        // A step by itself says nothing about how long a stretch may be.
        if is_stretch {
            self.pace.took(duration, steps);
        }
        self.meter.trained(duration, images as u64);
        self.images_a_step = images as f64 / steps as f64;
        if self.trainer.config().keeps_at(step) {
            self.due = vec![CheckpointRole::Last, CheckpointRole::Kept];
        } else if self.host.now_ms() - self.saved_at_ms > self.save_after_ms {
            self.due = vec![CheckpointRole::Last];
        }
        Ok(RunEvent::StepsTaken(StepsTaken { epoch, step, losses, reports }))
    }

    /// Measures a batch of the current validation, or returns its result.
    async fn validate(&mut self, source: &impl Source) -> Result<RunEvent, TrainingError> {
        // Put back below unless it is finished; an error ends the run.
        let Some((mut validation, begun)) = self.validation.take() else {
            return Ok(RunEvent::ImagesAwaited);
        };
        let images = test_images(source);
        let total = self.trainer.validated(images);
        if let Some(indices) = validation.next_batch(images) {
            let measured = source.look(|dataset| {
                dataset.test.has(&indices).then(|| validation.measure(&dataset.test, &indices))
            });
            let is_there = match measured.flatten() {
                Some(measured) => {
                    self.host.believed(&self.health, ANSWER_WITHIN_S, measured).await?;
                    true
                }
                None => false,
            };
            let done = validation.images_done();
            self.validation = Some((validation, begun));
            return Ok(match is_there {
                true => RunEvent::Validating { done, total },
                false => RunEvent::ImagesAwaited,
            });
        }
        if validation.images_done() == 0 {
            return Err(TrainingError::Resume(ResumeMistake::NothingToValidateOn));
        }
        let (valid_loss, valid_accuracy) = validation.result();
        self.meter.validated(self.host.now_ms() - begun);
        let metrics = self.trainer.finish_epoch(valid_loss, valid_accuracy)?;
        self.due = vec![CheckpointRole::Last];
        if self.trainer.history().newest_is_best() {
            self.due.push(CheckpointRole::Best);
        }
        Ok(RunEvent::EpochEnded(metrics))
    }

    /// Whether the next call of [`Self::advance`] takes steps: their images have arrived, and nothing else is
    /// due first.
    #[must_use]
    pub fn is_about_to_step(&self, source: &impl Source) -> bool {
        let is_free = self.validation.is_none() && self.due.is_empty() && self.failed.is_none();
        let batch = self.trainer.next_batch().filter(|_| is_free);
        batch.is_some_and(|batch| {
            source.look(|dataset| dataset.train.has(batch)).unwrap_or_default()
        })
    }

    /// Whether the run has ended or is known to have diverged: it can no longer be paused or stopped, and
    /// [`Self::advance`] only has to report it.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.trainer.ending().is_some() || self.failed.is_some()
    }

    /// Takes the roles in which the current state should be saved and that no event has named yet, for
    /// callers that end the run here.
    pub fn take_due(&mut self) -> Vec<CheckpointRole> {
        std::mem::take(&mut self.due)
    }

    /// The current state, read back and checked.
    ///
    /// # Errors
    /// [`TrainingError::WeightsNotFinite`] if the run has diverged, which the loss shows only a step later;
    /// [`TrainingError::Gpu`] if the GPU reported an error; any error of [`Trainer::snapshot`].
    pub async fn snapshot(&self) -> Result<Snapshot, TrainingError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.host.believed(&self.health, ANSWER_WITHIN_S, self.trainer.snapshot()).await
    }

    /// The weights that validate and classify now.
    ///
    /// # Errors
    /// [`TrainingError::Gpu`] if the GPU reported an error; any error of [`Trainer::inference_weights`].
    pub async fn inference_weights(&self) -> Result<StateDict, TrainingError> {
        self.host.believed(&self.health, ANSWER_WITHIN_S, self.trainer.inference_weights()).await
    }

    /// The current state as a checkpoint to be saved. Restarts the interval to the next one.
    ///
    /// `run` is the run's name, `engine` the display name of the engine, `date_ms` the time in milliseconds
    /// since 1970 UTC.
    ///
    /// # Errors
    /// As [`Self::snapshot`].
    pub async fn checkpoint(
        &mut self,
        run: &str,
        engine: &str,
        date_ms: f64,
    ) -> Result<Checkpoint, TrainingError> {
        (self.saved_at_ms, self.save_after_ms) = (self.host.now_ms(), SAVE_EVERY_MS);
        let snapshot = self.snapshot().await?;
        let (run, engine) = (run.to_owned(), engine.to_owned());
        Ok(Checkpoint { run, engine, saved_at_ms: date_ms, snapshot })
    }

    /// Training images a second over the last seconds; 0 before the first stretch.
    #[must_use]
    pub fn images_per_second(&self) -> f64 {
        self.meter.images_per_second()
    }

    /// Estimated seconds to the end of the run, validations included; `None` before the first stretch.
    #[must_use]
    pub fn seconds_left(&self, source: &impl Source) -> Option<f64> {
        let trainer = &self.trainer;
        let steps = trainer.steps_in_run().saturating_sub(trainer.steps_taken());
        let epochs = trainer.steps_in_run().div_ceil(trainer.steps_per_epoch().max(1));
        let validations = (epochs + 1).saturating_sub(trainer.epoch() as u64);
        let images = (steps as f64 * self.images_a_step) as u64;
        let validated = trainer.validated(test_images(source)) as u64;
        self.meter.seconds_left(images, validations, validated)
    }
}

/// Takes up to `most` steps, stopping at missing images and at the next checkpoint to be kept. Returns the
/// number of steps and of their images.
fn take_steps(
    trainer: &mut Trainer,
    train: &Split,
    most: usize,
) -> Result<(usize, usize), TrainingError> {
    let (mut steps, mut images) = (0, 0);
    while steps < most {
        let batch = trainer.next_batch().map_or(0, <[u32]>::len);
        if !trainer.step(train)? {
            break;
        }
        (steps, images) = (steps + 1, images + batch);
        if trainer.config().keeps_at(trainer.steps_taken()) {
            break;
        }
    }
    Ok((steps, images))
}

fn test_images(source: &impl Source) -> usize {
    source.look(|dataset| dataset.test.len()).unwrap_or_default()
}
