//! The training loop: one run from where it stands to its end, whoever drives it.
//!
//! [`Driver::advance`] takes a stretch of steps, or a batch of a validation, and says what happened. The
//! worker tells its page and its library of it, the terminal its bar and its files; neither decides
//! anything of the run. What a run computes is a function of its settings alone: the clock decides only how
//! many steps a stretch has and when the newest state is saved.

use std::time::Duration;

use super::health::Health;
use super::{Backend, Meter, Pace, Trainer, TrainingError, Validation};
use crate::checkpoint::{Checkpoint, Snapshot};
use crate::dataset::{Dataset, Split};
use crate::hardware::GpuComplaint;
use crate::history::{CheckpointRole, Ending, EpochMetrics, LossReport};
use crate::state_dict::StateDict;

/// A crash or a closed tab loses at most about this much training.
const SAVE_EVERY_MS: f64 = 20_000.0;
/// A validation may take long on a slow engine: what was saved longer ago is saved again before it.
const SAVED_BEFORE_VALIDATION_MS: f64 = 5_000.0;
/// How long the cause of a failed readback may take to be told.
const CAUSE_WITHIN: Duration = Duration::from_millis(500);

/// What a driver needs of the program around it.
pub trait Host {
    /// Milliseconds from anywhere; they never go back.
    fn now_ms(&self) -> f64;

    /// Waits for so long.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// [`Health::believed`], with the time that the cause of a failure may take to be told.
    ///
    /// # Errors
    /// As [`Health::believed`].
    fn believed<T, E: From<GpuComplaint>>(
        &self,
        health: &Health,
        computation: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, E>> {
        health.believed(computation, || self.sleep(CAUSE_WITHIN))
    }
}

/// Where images come from: all at hand, or arriving.
pub trait Source {
    /// Looks at the data set as far as it has come; `None` before anything is known of it. The look is
    /// over before anybody waits.
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
    /// The next images have not come yet; nothing else can be done until they have.
    ImagesAwaited,
    /// A validation has seen so many of the test split's images.
    Validating {
        /// Images seen.
        done: usize,
        /// Images in the split.
        total: usize,
    },
    /// An epoch ended, its validation included.
    EpochEnded(EpochMetrics),
    /// The run as it stands is to be saved in these roles: [`Driver::checkpoint`].
    CheckpointDue(Vec<CheckpointRole>),
    /// The last step is taken and validated.
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
    /// Points of `Loss/train` that they completed.
    pub reports: Vec<LossReport>,
}

/// A run under way.
pub struct Driver<H> {
    trainer: Trainer,
    /// Of the engine that it trains on.
    health: Health,
    host: H,
    pace: Pace,
    meter: Meter,
    /// In the last stretch.
    images_a_step: f64,
    /// The validation under way, and when it began.
    validation: Option<(Validation, f64)>,
    saved_at_ms: f64,
    /// Of the state that the last event told of.
    due: Vec<CheckpointRole>,
    /// Why the run cannot go on, once the good steps before have been told.
    failed: Option<TrainingError>,
}

impl<H: Host> Driver<H> {
    /// Will drive this run on this backend, whose engine has this health.
    pub fn new(trainer: Trainer, backend: &Backend, health: Health, host: H) -> Self {
        let (pace, saved_at_ms) = (Pace::new(backend), host.now_ms());
        Self {
            trainer,
            health,
            host,
            pace,
            meter: Meter::default(),
            images_a_step: 0.0,
            validation: None,
            saved_at_ms,
            due: Vec::new(),
            failed: None,
        }
    }

    /// The run.
    #[must_use]
    pub const fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// Takes a stretch of steps or a batch of validation, or says what else is to be done now.
    ///
    /// # Errors
    /// [`TrainingError::NotFinite`] once the run has diverged, after the steps before were told;
    /// [`TrainingError::Gpu`] if the GPU complained; anything else of [`Trainer::step`] and its like.
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
        self.train(source).await
    }

    /// A stretch of steps, up to the next checkpoint to be kept.
    async fn train(&mut self, source: &impl Source) -> Result<RunEvent, TrainingError> {
        let begun = self.host.now_ms();
        let epoch = self.trainer.epoch() as u32;
        let (trainer, most) = (&mut self.trainer, self.pace.steps());
        let taken = source.look(|dataset| take_steps(trainer, &dataset.train, most));
        let (steps, images) = taken.transpose()?.unwrap_or_default();
        if steps == 0 {
            return Ok(RunEvent::ImagesAwaited);
        }
        let before = (self.trainer.history().losses.len(), self.trainer.history().reports.len());
        let read = self.host.believed(&self.health, self.trainer.read_losses()).await;
        let history = self.trainer.history();
        let (losses, reports) =
            (history.losses[before.0..].to_vec(), history.reports[before.1..].to_vec());
        let step = history.losses.len() as u64;
        match read {
            Ok(_) => {}
            // What the run has measured up to there is good, and is told first.
            Err(error @ TrainingError::NotFinite { .. }) if !losses.is_empty() => {
                self.failed = Some(error);
                return Ok(RunEvent::StepsTaken(StepsTaken { epoch, step, losses, reports }));
            }
            Err(error) => {
                // Numbers that are not believed are no history.
                self.trainer.forget_after(before.0, before.1);
                return Err(error);
            }
        }
        let duration = self.host.now_ms() - begun;
        self.pace.took(duration, steps);
        self.meter.trained(duration, images as u64);
        self.images_a_step = images as f64 / steps as f64;
        if self.trainer.config().keeps_at(step) {
            self.due = vec![CheckpointRole::Last, CheckpointRole::Kept];
        } else if self.host.now_ms() - self.saved_at_ms > SAVE_EVERY_MS {
            self.due = vec![CheckpointRole::Last];
        }
        Ok(RunEvent::StepsTaken(StepsTaken { epoch, step, losses, reports }))
    }

    /// A batch of the validation under way, or its result.
    async fn validate(&mut self, source: &impl Source) -> Result<RunEvent, TrainingError> {
        // Put back unless it is over; an error ends the run.
        let Some((mut validation, begun)) = self.validation.take() else {
            return Ok(RunEvent::ImagesAwaited);
        };
        let total = test_images(source);
        if let Some(indices) = validation.next_batch(total) {
            let measured = source.look(|dataset| {
                dataset.test.has(&indices).then(|| validation.measure(&dataset.test, &indices))
            });
            let is_there = match measured.flatten() {
                Some(measured) => {
                    self.host.believed(&self.health, measured).await?;
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
        let (valid_loss, valid_accuracy) = validation.result();
        self.meter.validated(self.host.now_ms() - begun);
        let metrics = self.trainer.finish_epoch(valid_loss, valid_accuracy)?;
        self.due = vec![CheckpointRole::Last];
        if self.trainer.history().newest_is_best() {
            self.due.push(CheckpointRole::Best);
        }
        Ok(RunEvent::EpochEnded(metrics))
    }

    /// Whether the next call of [`Self::advance`] takes steps: their images are there, and nothing else is
    /// to be done first.
    #[must_use]
    pub fn is_about_to_step(&self, source: &impl Source) -> bool {
        let is_free = self.validation.is_none() && self.due.is_empty() && self.failed.is_none();
        let batch = self.trainer.next_batch().filter(|_| is_free);
        batch.is_some_and(|batch| {
            source.look(|dataset| dataset.train.has(batch)).unwrap_or_default()
        })
    }

    /// Whether the run has come to its end, or is known to have diverged: nobody can hold or stop it any
    /// more, and [`Self::advance`] has only to say so.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.trainer.ending().is_some() || self.failed.is_some()
    }

    /// The roles in which the run as it stands is to be saved, if nobody was told of them yet: for who
    /// ends a run here.
    pub fn take_due(&mut self) -> Vec<CheckpointRole> {
        std::mem::take(&mut self.due)
    }

    /// The run as it stands, read back and believed.
    ///
    /// # Errors
    /// [`TrainingError::WeightsNotFinite`] if the run has diverged: a loss shows that a step later only.
    /// [`TrainingError::Gpu`] if the GPU complained, or what [`Trainer::snapshot`] says.
    pub async fn snapshot(&self) -> Result<Snapshot, TrainingError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.host.believed(&self.health, self.trainer.snapshot()).await
    }

    /// The weights that validate and classify now.
    ///
    /// # Errors
    /// [`TrainingError::Gpu`] if the GPU complained, or what [`Trainer::inference_weights`] says.
    pub async fn inference_weights(&self) -> Result<StateDict, TrainingError> {
        self.host.believed(&self.health, self.trainer.inference_weights()).await
    }

    /// The run as it stands with its name tag, to be saved. From here the time to the next checkpoint
    /// counts.
    ///
    /// `run` is the run's name, `engine` what it trains on, for people, `date_ms` the time in milliseconds
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
        self.saved_at_ms = self.host.now_ms();
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
        self.meter.seconds_left(images, validations, test_images(source) as u64)
    }
}

/// Takes up to so many steps, as far as their images are there, and not beyond the next checkpoint to be
/// kept. Gives the steps and their images.
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
