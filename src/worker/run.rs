//! A run in progress: its driver's events are sent to the page and stored in the library.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo::timers::future::sleep;

use super::clock::{Browser, date_ms, now_ms};
use super::data_store::DataStore;
use super::failure::RunError;
use super::in_time::{MOMENT, in_time};
use super::port::Port;
use super::recorder::Recorder;
use crate::checkpoint::Checkpoint;
use crate::dataset::DataSetIdentity;
use crate::history::is_near_chance;
use crate::insight::dead_units;
use crate::library::{RunState, epoch_weights};
use crate::protocol::insight::SeenStep;
use crate::protocol::{CheckpointRole, Ending, Event, Progress, RunOverview, Status};
use crate::training::{Driver, ObservedStep, RunEvent, StepsTaken, TrainingError};

/// How often to check whether the next images have arrived.
const WAIT_FOR_DATA: Duration = Duration::from_millis(30);

/// How many test images decide which units are dead: enough to meet every class some fifty times, few enough for
/// the count to be shorter than a stretch of steps.
const IMAGES_FOR_DEAD_UNITS: usize = 500;

/// The result of advancing a run once.
pub enum Outcome {
    /// There is more to do.
    GoesOn,
    /// The last step has been taken and validated.
    Over(Ending),
}

/// A run in this worker.
pub struct Run {
    /// When it started; half of its checkpoints' names.
    pub name: String,
    pub driver: Driver<Browser>,
    /// The name of the engine that it trains on.
    engine: String,
    status: Status,
    /// How long the driver took the last time: on the CPU, it holds the thread.
    last_turn_ms: f64,
    /// The step of its newest checkpoint in the library.
    saved_step: Rc<Cell<Option<u64>>>,
    recorder: Recorder,
    data: Rc<DataStore>,
    port: Rc<Port>,
}

impl Run {
    /// A run that starts or resumes; `saved` is the step of its newest checkpoint in the library.
    pub fn new(
        name: String,
        driver: Driver<Browser>,
        engine: String,
        data: Rc<DataStore>,
        port: Rc<Port>,
        recorder: Recorder,
        saved: Option<u64>,
    ) -> Self {
        let (status, saved_step) = (Status::SelfTest, Rc::new(Cell::new(saved)));
        let last_turn_ms = 0.0;
        Self { name, driver, engine, status, last_turn_ms, saved_step, recorder, data, port }
    }

    /// Sends the page the run's current state.
    pub fn announce(&self) {
        let trainer = self.driver.trainer();
        let history = trainer.history();
        self.port.post(&Event::RunStarted(Box::new(RunOverview {
            run: self.name.clone(),
            config: trainer.config().clone(),
            corrections: trainer.corrections().len() as u32,
            data: trainer.data().cloned(),
            steps_per_epoch: trainer.steps_per_epoch(),
            steps_in_run: trainer.steps_in_run(),
            step: trainer.steps_taken(),
            losses: history.losses.clone(),
            reports: history.reports.clone(),
            epochs: history.epochs.clone(),
        })));
    }

    /// Sends the page the run's status, if it has changed.
    pub fn set_status(&mut self, status: Status) {
        if self.status != status {
            self.status = status;
            self.port.post(&Event::Status(status));
        }
    }

    /// Lets the driver take a number of steps or validate a batch, or waits for images, or saves.
    pub async fn advance(&mut self) -> Result<Outcome, RunError> {
        if self.driver.is_about_to_step(&*self.data) {
            self.set_status(Status::Training);
        }
        self.port.announce(self.last_turn_ms);
        let begun = now_ms();
        let advanced = self.driver.advance(&*self.data).await;
        self.last_turn_ms = now_ms() - begun;
        let happened = match advanced {
            Ok(happened) => happened,
            Err(error) => {
                // What is still being written counts as kept.
                self.stored_in_a_moment().await;
                return Err(self.broken_off(error));
            }
        };
        match happened {
            RunEvent::StepsTaken(steps) => self.tell_steps(steps),
            RunEvent::ImagesAwaited => self.wait_for_images().await?,
            RunEvent::Validating { done, total } => {
                self.set_status(Status::Validating);
                let (done, total) = (done as u32, total as u32);
                self.port.post(&Event::ValidationProgress { done, total });
            }
            RunEvent::EpochEnded(metrics) => {
                self.port.post(&Event::EpochFinished(metrics));
                self.recorder.follow(self.driver.trainer().history());
                let own = self.driver.trainer().data();
                let classes = DataSetIdentity::network_for(own).classes();
                if is_near_chance(metrics.valid_accuracy, classes) {
                    self.tell_dead_units(metrics.epoch).await;
                }
            }
            RunEvent::CheckpointDue(roles) => self.save(&roles).await?,
            RunEvent::Over(ending) => return Ok(Outcome::Over(ending)),
        }
        Ok(Outcome::GoesOn)
    }

    /// Whether the next thing to do is a step, and its images are there.
    pub fn is_about_to_step(&self) -> bool {
        self.driver.is_about_to_step(&*self.data)
    }

    /// Takes a single step, of which everything is told; `None` if something else is due first or images are awaited. A run
    /// that breaks off here does so once more when it is next advanced.
    pub async fn observe(&mut self) -> Result<Option<SeenStep>, RunError> {
        let begun = now_ms();
        let observed = self.driver.observe(&*self.data).await;
        let Some(observed) = observed.map_err(|error| self.broken_off(error))? else {
            return Ok(None);
        };
        let ObservedStep { taken, indices, images, before, gradients, after } = observed;
        let (step, epoch) = (taken.step, taken.epoch);
        let loss = taken.losses.first().copied().unwrap_or(f32::NAN);
        self.tell_steps(taken);
        let (pixels, labels) = images.bytes();
        let arrays = [before, gradients, after].map(|arrays| epoch_weights::encode(&arrays));
        let [Some(before), Some(gradients), Some(after)] = arrays else { return Ok(None) };
        Ok(Some(SeenStep {
            step,
            epoch,
            loss,
            took_ms: now_ms() - begun,
            indices,
            pixels: pixels.to_vec(),
            labels: labels.to_vec(),
            before,
            gradients,
            after,
        }))
    }

    /// An error that ends this run, with what is kept.
    fn broken_off(&self, error: TrainingError) -> RunError {
        if !error.is_divergence() {
            return RunError::Training(error);
        }
        let measured = self.driver.trainer().history().losses.len() as u64;
        RunError::Diverged { error, measured, saved: self.saved_step.get() }
    }

    fn tell_steps(&mut self, steps: StepsTaken) {
        let StepsTaken { epoch, step, losses, reports } = steps;
        self.port.post(&Event::Progress(Progress {
            epoch,
            step,
            losses,
            reports,
            images_per_second: self.driver.images_per_second(),
            seconds_left: self.driver.seconds_left(&*self.data),
        }));
        self.recorder.follow(self.driver.trainer().history());
    }

    /// Sends the page the dead units of the weights that have just been validated. What fails here costs the
    /// visitor an explanation and nothing else, and a GPU's error is noticed by the next stretch.
    async fn tell_dead_units(&self, epoch: u32) {
        let Ok(weights) = self.driver.inference_weights().await else { return };
        let images = self.data.first_test_images(IMAGES_FOR_DEAD_UNITS);
        if let Ok(dead) = dead_units(&weights, &images) {
            self.port.post(&Event::NearChance { epoch, dead });
        }
    }

    async fn wait_for_images(&mut self) -> Result<(), RunError> {
        if let Some(error) = self.data.error() {
            return Err(error.into());
        }
        self.set_status(Status::Loading);
        sleep(WAIT_FOR_DATA).await;
        Ok(())
    }

    /// Saves the run's current state without waiting for the write. A failing library is reported; training
    /// continues.
    async fn save(&mut self, roles: &[CheckpointRole]) -> Result<(), RunError> {
        let made = self.driver.checkpoint(&self.name, &self.engine, date_ms()).await;
        match made {
            Ok(checkpoint) => {
                let history = self.driver.trainer().history();
                self.recorder.save(history, checkpoint, roles, Rc::clone(&self.saved_step));
                Ok(())
            }
            // The run cannot recover from this.
            Err(error) if error.is_divergence() => Err(self.broken_off(error)),
            Err(error) => {
                self.port.post(&Event::Problem(error.into()));
                Ok(())
            }
        }
    }

    /// Saves the run's current state as its newest, and in the other roles that are due, without waiting.
    pub async fn save_now(&mut self) -> Result<(), RunError> {
        let mut roles = self.driver.take_due();
        if !roles.contains(&CheckpointRole::Last) {
            roles.push(CheckpointRole::Last);
        }
        self.save(&roles).await
    }

    /// Saves another checkpoint of this run's history in these roles, without waiting.
    pub fn save_earlier(&mut self, earlier: Checkpoint, roles: &[CheckpointRole]) {
        let history = self.driver.trainer().history();
        // It does not count as the run's newest.
        self.recorder.save(history, earlier, roles, Rc::default());
    }

    /// Stores the run's current state in the library, without waiting.
    pub fn record(&mut self, state: RunState) {
        self.recorder.enter(self.driver.trainer().history(), state);
    }

    /// Completes once everything is stored that is to be, or has failed.
    pub fn stored(&self) -> impl Future<Output = ()> + use<> {
        self.recorder.emptied()
    }

    /// Waits as for [`Self::stored`], but no longer than a moment: storage that does not answer must not hold up
    /// whoever stops a run.
    pub async fn stored_in_a_moment(&self) {
        in_time(MOMENT, self.recorder.emptied()).await;
    }

    /// Whether so much waits to be stored that the run must wait, too.
    pub fn is_ahead_of_storage(&self) -> bool {
        self.recorder.is_behind()
    }

    /// Whether another tab has taken it over.
    pub fn is_taken(&self) -> bool {
        self.recorder.is_taken()
    }
}
