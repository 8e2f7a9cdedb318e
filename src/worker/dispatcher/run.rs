//! A run or a measurement from the command that begins it to its end.

use std::pin::pin;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::future::{Either, select};
use gloo::timers::future::sleep;

use super::{Dispatcher, LOOK_AGAIN};
use crate::benchmark::BenchmarkCase;
use crate::dataset::DataSetIdentity;
use crate::engine::Engine;
use crate::history::ResumeMistake;
use crate::library::RunState;
use crate::library::tabs::RunLock;
use crate::protocol::{
    CheckpointRole, Ending, Event, Failure, NewRun, OpenedEngine, Reply, Status,
};
use crate::settings::{EngineChoice, TrainingConfig};
use crate::training::{Driver, Health, Trainer, TrainingError};
use crate::worker::clock::Browser;
use crate::worker::engine_manager::Opened;
use crate::worker::failure::RunError;
use crate::worker::in_time::{MOMENT, in_time};
use crate::worker::recorder::Recorder;
use crate::worker::run::{Outcome, Run};
use crate::worker::run_control::RunControl;
use crate::worker::run_start::{ClaimedRun, RunStart};
use crate::worker::yield_now::yield_now;

impl Dispatcher {
    /// Resumes a run from a checkpoint; `None` if it is refused, which leaves this tab unchanged.
    pub(super) async fn resume(
        &mut self,
        id: u32,
        checkpoint: String,
        on_cpu: bool,
    ) -> Option<Status> {
        let (service, port) = (Rc::clone(&self.service), Rc::clone(&self.port));
        let read = async move {
            let reading = |is_over| Event::Reading { checkpoint: checkpoint.clone(), is_over };
            port.post(&reading(false));
            let read = RunStart::from_checkpoint(&checkpoint, &service).await;
            port.post(&reading(true));
            read
        };
        match self.unless_stopped(read).await {
            Some(Err(failure)) => {
                self.port.answer(id, Err(failure));
                None
            }
            Some(Ok(mut start)) => {
                self.port.answer(id, Ok(Reply::Done));
                if on_cpu {
                    start.choose_engine(EngineChoice::Cpu);
                }
                Some(self.run(start).await)
            }
            None => {
                self.port.answer(id, Ok(Reply::Done));
                self.port.post(&Event::RunEnded { ending: None });
                Some(Status::Stopped)
            }
        }
    }

    /// Runs to the end, and tells the page how it ended.
    pub(super) async fn run(&mut self, start: RunStart) -> Status {
        match self.run_here(start).await {
            Ok(ending) => {
                self.port.post(&Event::RunEnded { ending });
                if ending.is_some() { Status::Done } else { Status::Stopped }
            }
            Err(failure) => {
                let had_begun = self.status.get() == Status::Training;
                self.port.post(&Event::RunFailed(failure));
                if had_begun { Status::Failed } else { Status::Error }
            }
        }
    }

    /// Runs to the end and returns why it ended; `None` if the visitor stopped the run.
    async fn run_here(&mut self, start: RunStart) -> Result<Option<Ending>, Failure> {
        // This tab already holds the run's lock.
        if let RunStart::Again(claimed) = &start {
            self.service.train_here(Some(claimed.run.clone()));
        }
        let prepared = self.prepare(start).await;
        let Ok(Some((run, lock, health))) = prepared else {
            self.service.train_here(None);
            return prepared.map(|_| None);
        };
        self.run_to_its_end(run, lock, &health).await
    }

    /// A run that is ready for its next step, the right to train it and its engine's health; `None` if the visitor
    /// stops before that.
    async fn prepare(
        &mut self,
        start: RunStart,
    ) -> Result<Option<(Run, RunLock, Health)>, Failure> {
        let Some(images) = self.wait_for_images().await? else { return Ok(None) };
        if let RunStart::New(new) = &start {
            self.is_meant(new)?;
        }
        let service = Rc::clone(&self.service);
        let claiming = {
            let (service, data) = (Rc::clone(&service), self.data.own());
            async move { ClaimedRun::of(start, data, &service).await }
        };
        let Some(claim) = self.unless_stopped(claiming).await else { return Ok(None) };
        let claim = claim?;
        if let Some(dataset) = &*self.data.dataset() {
            claim.snapshot.check_data(dataset).map_err(TrainingError::Resume)?;
        }
        self.post_status(Status::SelfTest);
        yield_now().await;
        let Some(engine) = self.open_engine(&claim.snapshot.config).await? else { return Ok(None) };
        let trainer = Trainer::resume(claim.snapshot.clone(), images, engine.backend.clone())?;
        let record = claim.record(&trainer, &engine);
        let (is_branch, saved) = (claim.is_branch(), claim.saved_step());
        let ClaimedRun { run: name, lock, timeline, best, known, .. } = claim;
        service.train_here(Some(name.clone()));
        let recorder = Recorder::new(service, record, timeline, known);
        let (data, port) = (Rc::clone(&self.data), Rc::clone(&self.port));
        let driver = Driver::new(trainer, &engine.backend, engine.health.clone(), Browser);
        let mut run = Run::new(name, driver, engine.name.clone(), data, port, recorder, saved);
        run.announce();
        self.status.set(Status::Training);
        run.record(RunState::Training);
        // Before the newest state, which is what is kept if neither can be written.
        if let Some(best) = best {
            run.save_earlier(best, &[CheckpointRole::Best]);
        }
        if is_branch && let Err(error) = run.save_now().await {
            self.port.post(&Event::Problem(error.into()));
        }
        Ok(Some((run, lock, engine.health)))
    }

    /// Checks that the data set that is loaded is the one that a run is meant for.
    fn is_meant(&self, new: &NewRun) -> Result<(), Failure> {
        let own = self.data.own();
        if own.as_ref().map(DataSetIdentity::sha256) == new.data.as_deref() {
            return Ok(());
        }
        let (needed, found) = (new.data.clone(), own.map(|own| own.title()));
        Err(TrainingError::Resume(ResumeMistake::OtherDataSet { needed, found }).into())
    }

    async fn run_to_its_end(
        &mut self,
        mut run: Run,
        lock: RunLock,
        health: &Health,
    ) -> Result<Option<Ending>, Failure> {
        let ended = self.drive(&mut run).await;
        self.forget_step();
        let state = match &ended {
            Ok(Some(ending)) => RunState::Ended(*ending),
            Ok(None) => RunState::Stopped,
            Err(error) => RunState::failed(error, matches!(error, RunError::Diverged { .. })),
        };
        run.record(state);
        let end = Rc::clone(&self.service).end_run(run.name.clone(), lock, run.stored());
        in_time(MOMENT, end).await;
        if health.check().is_ok() {
            self.classify.keep_weights(&run).await;
        }
        Ok(ended?)
    }

    async fn drive(&mut self, run: &mut Run) -> Result<Option<Ending>, RunError> {
        loop {
            for request in std::mem::take(&mut self.deferred) {
                self.handle(request, Some(run)).await;
            }
            if run.is_taken() {
                return Ok(None);
            }
            if self.control.get() != Some(RunControl::StepOnce) {
                self.forget_step();
            }
            // A run that has taken its last step, or has diverged, ends as it would have anyway.
            let control = self.control.get().filter(|_| !run.driver.is_ending());
            match control {
                Some(RunControl::Stop) => {
                    run.save_now().await?;
                    return Ok(None);
                }
                Some(RunControl::Pause) => {
                    run.set_status(Status::Paused);
                    run.save_now().await?;
                    run.record(RunState::Paused);
                    while self.control.get() == Some(RunControl::Pause) {
                        let Some(request) = self.inbox.next().await else { return Ok(None) };
                        self.handle(request, Some(run)).await;
                    }
                }
                Some(RunControl::StepOnce) if run.is_about_to_step() => self.step_once(run).await,
                _ if run.is_ahead_of_storage() => self.listening_while(sleep(LOOK_AGAIN)).await,
                _ => {
                    let stretch = async {
                        // First, so that commands received meanwhile are handled before more steps.
                        yield_now().await;
                        // Images may have come meanwhile, and a single step may have been asked for.
                        if control == Some(RunControl::StepOnce) && run.is_about_to_step() {
                            return Ok(Outcome::GoesOn);
                        }
                        run.advance().await
                    };
                    match self.listening_while(stretch).await? {
                        Outcome::GoesOn => {}
                        Outcome::Over(ending) => return Ok(Some(ending)),
                    }
                }
            }
        }
    }

    /// The number of training images, as soon as the manifest has been read; `None` if the visitor stops
    /// before that.
    async fn wait_for_images(&mut self) -> Result<Option<usize>, Failure> {
        self.post_status(Status::Loading);
        loop {
            if self.control.get() == Some(RunControl::Stop) {
                return Ok(None);
            }
            // Waits for the first images, so that the self-test has real ones.
            let images =
                self.data.dataset().as_ref().and_then(|dataset| {
                    (dataset.train.leading() > 0).then_some(dataset.train.len())
                });
            if let Some(images) = images {
                return Ok(Some(images));
            }
            if let Some(error) = self.data.error() {
                return Err(error.into());
            }
            self.listening_while(sleep(LOOK_AGAIN)).await;
        }
    }

    /// Opens and tests the engine that the config asks for; `None` if the visitor stops before that.
    async fn open_engine(&mut self, config: &TrainingConfig) -> Result<Option<Engine>, Failure> {
        let (engines, port) = (Rc::clone(&self.engine_manager), Rc::clone(&self.port));
        let config = config.clone();
        let opening = async move {
            let tell = |case, measurement| port.post(&Event::Measured(case, measurement));
            engines.open_for(&config, tell).await
        };
        let Some(opened) = self.unless_stopped(opening).await else { return Ok(None) };
        let Opened { engine, test, test_ms, instead } = opened?;
        if let Some(failure) = instead {
            self.port.post(&Event::Problem(failure));
        }
        self.port.post(&Event::EngineOpened(OpenedEngine {
            webgpu: engine.webgpu,
            fused: engine.is_fused(),
            name: engine.name.clone(),
            gradient_difference: test.gradient_difference,
            self_test_ms: test_ms,
        }));
        Ok(Some(engine))
    }

    /// Measures a case unless the visitor stops it.
    pub(super) async fn measure(
        &mut self,
        case: BenchmarkCase,
        budget_ms: f64,
    ) -> Result<Reply, Failure> {
        if self.wait_for_images().await?.is_none() {
            return Err(Failure::MeasurementStopped);
        }
        self.post_status(Status::Benchmark);
        let engines = Rc::clone(&self.engine_manager);
        let mut measuring = pin!(engines.measure(case, budget_ms));
        let measured = loop {
            let look_again = pin!(sleep(LOOK_AGAIN));
            let heard = self.listening_while(select(measuring.as_mut(), look_again)).await;
            if let Either::Left((measured, _)) = heard {
                break measured?;
            }
            if self.control.get() == Some(RunControl::Stop) {
                return Err(Failure::MeasurementStopped);
            }
        };
        self.engine_manager.remember(case, measured.clone());
        self.port.post(&Event::Measured(case, measured.clone()));
        Ok(Reply::Measured(measured))
    }
}
