//! A run under way: steps, validation, checkpoints.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{Either, select};
use futures::lock::Mutex;
use gloo::timers::future::sleep;

use super::clock::{date_ms, now_ms};
use super::data_room::DataRoom;
use super::failure::Describe;
use super::port::Port;
use super::recorder::Recorder;
use crate::checkpoint::Checkpoint;
use crate::engine::{Engine, EngineError, Health};
use crate::library::RunState;
use crate::protocol::{CheckpointRole, Ending, Event, Failure, Progress, RunOverview, Status};
use crate::training::{Meter, Pace, Trainer, Validation};

/// A crash or a closed tab loses at most about this much training.
const SAVE_EVERY_MS: f64 = 20_000.0;
/// A validation may take long on a slow engine: what was saved longer ago is saved again before it.
const SAVED_BEFORE_VALIDATION_MS: f64 = 5_000.0;
/// How often to look whether the next images have come.
const WAIT_FOR_DATA: Duration = Duration::from_millis(30);
/// How long the cause of a failed readback may take to be told.
const CAUSE_WITHIN: Duration = Duration::from_millis(500);

/// What one go of a run came to.
pub enum Outcome {
    /// There is more to do.
    GoesOn,
    /// The last step is taken and validated.
    Over(Ending),
}

pub struct Run {
    /// When it began; half of its checkpoints' names.
    pub name: String,
    pub trainer: Trainer,
    pub engine: Engine,
    validation: Option<(Validation, f64)>,
    meter: Meter,
    pace: Pace,
    /// In the last stretch.
    images_a_step: f64,
    saved_at: f64,
    status: Status,
    /// Held while a checkpoint is being written.
    saving: Arc<Mutex<()>>,
    recorder: Recorder,
    room: Rc<DataRoom>,
    port: Rc<Port>,
}

impl Run {
    pub fn new(
        name: String,
        trainer: Trainer,
        engine: Engine,
        room: Rc<DataRoom>,
        port: Rc<Port>,
        recorder: Recorder,
    ) -> Self {
        let pace = Pace::new(&engine.way);
        Self {
            name,
            trainer,
            engine,
            validation: None,
            meter: Meter::default(),
            pace,
            images_a_step: 0.0,
            saved_at: now_ms(),
            status: Status::SelfTest,
            saving: Arc::default(),
            recorder,
            room,
            port,
        }
    }

    /// Tells the page of the run as it stands.
    pub fn announce(&self) {
        let history = self.trainer.history();
        self.port.post(&Event::RunStarted(Box::new(RunOverview {
            run: self.name.clone(),
            config: self.trainer.config().clone(),
            steps_per_epoch: self.trainer.steps_per_epoch(),
            steps_in_run: self.trainer.steps_in_run(),
            step: self.trainer.steps_taken(),
            losses: history.losses.clone(),
            reports: history.reports.clone(),
            epochs: history.epochs.clone(),
        })));
    }

    /// Tells the page what the run does now, if that changed.
    pub fn set_status(&mut self, status: Status) {
        if self.status != status {
            self.status = status;
            self.port.post(&Event::Status(status));
        }
    }

    /// A stretch of steps, a batch of validation, or a wait for data.
    pub async fn advance(&mut self) -> Result<Outcome, Failure> {
        self.engine.health.check().map_err(|error| error.describe())?;
        if self.validation.is_some() {
            return self.validate().await;
        }
        if let Some(ending) = self.trainer.ending() {
            return Ok(Outcome::Over(ending));
        }
        if self.trainer.next_batch().is_none() {
            if now_ms() - self.saved_at > SAVED_BEFORE_VALIDATION_MS {
                self.save_meanwhile(&[CheckpointRole::Last]).await;
            }
            self.validation = Some((self.trainer.validation(), now_ms()));
            return Ok(Outcome::GoesOn);
        }
        if self.train().await? {
            self.recorder.follow(self.trainer.history());
            if self.trainer.config().keeps_at(self.trainer.steps_taken()) {
                self.save_meanwhile(&[CheckpointRole::Last, CheckpointRole::Kept]).await;
            } else if now_ms() - self.saved_at > SAVE_EVERY_MS {
                self.save_meanwhile(&[CheckpointRole::Last]).await;
            }
        }
        Ok(Outcome::GoesOn)
    }

    /// A stretch of steps, up to the next checkpoint to be kept; false if their images are not there.
    async fn train(&mut self) -> Result<bool, Failure> {
        let begun = now_ms();
        let epoch = self.trainer.epoch() as u32;
        let (mut steps, mut images) = (0, 0);
        if let Some(dataset) = &*self.room.dataset() {
            while steps < self.pace.steps() {
                let batch = self.trainer.next_batch().map_or(0, <[u32]>::len);
                if !self.trainer.step(&dataset.train).map_err(|error| error.describe())? {
                    break;
                }
                (steps, images) = (steps + 1, images + batch);
                if self.trainer.config().keeps_at(self.trainer.steps_taken()) {
                    break;
                }
            }
        }
        if steps == 0 {
            self.wait_for_data().await?;
            return Ok(false);
        }
        self.set_status(Status::Training);
        let report = believed(&self.engine.health, self.trainer.read_losses()).await?;
        let duration = now_ms() - begun;
        self.pace.took(duration, steps);
        self.meter.trained(duration, images as u64);
        self.images_a_step = images as f64 / steps as f64;
        self.port.post(&Event::Progress(Progress {
            epoch,
            step: self.trainer.steps_taken(),
            losses: report.losses,
            reports: report.reports,
            images_per_second: self.meter.images_per_second(),
            seconds_left: self.seconds_left(),
        }));
        Ok(true)
    }

    async fn wait_for_data(&mut self) -> Result<(), Failure> {
        if let Some(failure) = self.room.failure() {
            return Err(failure);
        }
        self.set_status(Status::Loading);
        sleep(WAIT_FOR_DATA).await;
        Ok(())
    }

    async fn validate(&mut self) -> Result<Outcome, Failure> {
        // Put back unless it is over; an error ends the run.
        let Some((mut validation, begun)) = self.validation.take() else {
            return Ok(Outcome::GoesOn);
        };
        let total = self.room.dataset().as_ref().map_or(0, |dataset| dataset.test.len());
        if let Some(indices) = validation.next_batch(total) {
            let is_there = self.measure(&mut validation, &indices).await?;
            let done = validation.images_done() as u32;
            self.validation = Some((validation, begun));
            if is_there {
                self.set_status(Status::Validating);
                self.port.post(&Event::ValidationProgress { done, total: total as u32 });
            } else {
                self.wait_for_data().await?;
            }
            return Ok(Outcome::GoesOn);
        }
        let (valid_loss, valid_accuracy) = validation.result();
        self.meter.validated(now_ms() - begun);
        let metrics = self
            .trainer
            .finish_epoch(valid_loss, valid_accuracy)
            .map_err(|error| error.describe())?;
        self.port.post(&Event::EpochFinished(metrics));
        self.recorder.follow(self.trainer.history());
        let is_best = self.trainer.history().newest_is_best();
        let roles = [CheckpointRole::Last, CheckpointRole::Best];
        self.save_meanwhile(if is_best { &roles } else { &roles[..1] }).await;
        Ok(self.trainer.ending().map_or(Outcome::GoesOn, Outcome::Over))
    }

    /// Measures images of the test split; false if they have not come yet.
    async fn measure(&self, validation: &mut Validation, indices: &[u32]) -> Result<bool, Failure> {
        let measured = match &*self.room.dataset() {
            Some(dataset) if dataset.test.has(indices) => {
                validation.measure(&dataset.test, indices)
            }
            _ => return Ok(false),
        };
        believed(&self.engine.health, measured).await?;
        Ok(true)
    }

    fn seconds_left(&self) -> Option<f64> {
        let steps = self.trainer.steps_in_run().saturating_sub(self.trainer.steps_taken());
        let epochs = self.trainer.steps_in_run().div_ceil(self.trainer.steps_per_epoch().max(1));
        let validations = (epochs + 1).saturating_sub(self.trainer.epoch() as u64);
        let test_images =
            self.room.dataset().as_ref().map_or(0, |dataset| dataset.test.len() as u64);
        let images = (steps as f64 * self.images_a_step) as u64;
        self.meter.seconds_left(images, validations, test_images)
    }

    /// Saves the run as it stands, and goes on while that is written. A library that fails is reported;
    /// training goes on.
    async fn save_meanwhile(&mut self, roles: &[CheckpointRole]) {
        if let Some(write) = self.begin_to_save(roles).await {
            wasm_bindgen_futures::spawn_local(write);
        }
    }

    /// Saves the run as it stands, and waits until that is written.
    pub async fn save(&mut self, roles: &[CheckpointRole]) {
        if let Some(write) = self.begin_to_save(roles).await {
            write.await;
        }
    }

    /// Waits until everything that was saved is written.
    pub async fn finish_saving(&self) {
        drop(self.saving.lock().await);
    }

    /// The write of the run as it stands, which holds copies of all that it needs; one at a time.
    async fn begin_to_save(
        &mut self,
        roles: &[CheckpointRole],
    ) -> Option<impl Future<Output = ()> + use<>> {
        let saving = Arc::clone(&self.saving).lock_owned().await;
        self.saved_at = now_ms();
        // A snapshot reads weights back from the GPU: they must be believed like losses.
        let snapshot = match believed(&self.engine.health, self.trainer.snapshot()).await {
            Ok(snapshot) => snapshot,
            Err(failure) => {
                self.port.post(&Event::Problem(failure));
                return None;
            }
        };
        let checkpoint = Checkpoint {
            run: self.name.clone(),
            engine: self.engine.name.clone(),
            saved_at_ms: date_ms(),
            snapshot,
        };
        let (librarian, roles) = (Rc::clone(self.recorder.librarian()), roles.to_vec());
        let known = self.recorder.known();
        Some(async move {
            match librarian.library.save(&checkpoint, &roles).await {
                Ok(()) => {
                    librarian.is_well();
                    librarian.later.is_saved(&checkpoint.run);
                    librarian.post_checkpoints(&checkpoint.run).await;
                }
                Err(error) => {
                    librarian.complain(error);
                    librarian.later.save(checkpoint, &roles, known.borrow().clone());
                }
            }
            drop(saving);
        })
    }

    /// Writes into the library how the run stands now.
    pub async fn record(&mut self, state: RunState) {
        self.recorder.enter(self.trainer.history(), state).await;
    }
}

/// What a computation gave, unless the GPU complained meanwhile: its numbers would be stale then.
///
/// A lost device may never finish, so a complaint ends the wait.
pub async fn believed<T, E: Describe>(
    health: &Health,
    computation: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    checked(health, computation).await.map_err(|error| match error {
        Unbelieved::Gpu(complaint) => complaint.describe(),
        Unbelieved::Failed(error) => error.describe(),
    })
}

/// Why a computation gave nothing that can be believed.
pub enum Unbelieved<E> {
    /// The GPU complained meanwhile.
    Gpu(EngineError),
    /// It failed by itself.
    Failed(E),
}

/// As [`believed`], with the error as it is.
pub async fn checked<T, E>(
    health: &Health,
    computation: impl Future<Output = Result<T, E>>,
) -> Result<T, Unbelieved<E>> {
    let result = match select(pin!(computation), pin!(health.failed())).await {
        Either::Left((result, _)) => result,
        Either::Right((complaint, _)) => return Err(Unbelieved::Gpu(complaint)),
    };
    if result.is_err() {
        // A readback fails a moment before its cause is told, and the cause says more.
        drop(select(pin!(sleep(CAUSE_WITHIN)), pin!(health.failed())).await);
    }
    health.check().map_err(Unbelieved::Gpu)?;
    result.map_err(Unbelieved::Failed)
}
