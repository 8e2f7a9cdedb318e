//! The worker's only loop, which receives commands.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo::timers::future::sleep;

use super::classify::ClassifyService;
use super::clock::Browser;
use super::data_store::DataStore;
use super::engine_manager::{EngineManager, Opened};
use super::failure::RunError;
use super::in_time::{MOMENT, in_time};
use super::library_service::LibraryService;
use super::port::Port;
use super::recorder::Recorder;
use super::run::{Outcome, Run};
use super::run_control::RunControl;
use super::run_start::{ClaimedRun, RunStart};
use super::yield_now::yield_now;
use crate::benchmark::BenchmarkCase;
use crate::engine::Engine;
use crate::library::RunState;
use crate::library::tabs::RunLock;
use crate::protocol::{
    CheckpointRole, Command, Ending, Event, Failure, NewRun, OpenedEngine, Reply, Request, Status,
    Waiting,
};
use crate::settings::{EngineChoice, TrainingConfig};
use crate::training::{Driver, Health, Trainer};

const LOOK_AGAIN: Duration = Duration::from_millis(30);

/// A task that occupies the whole worker.
enum Plan {
    Train(Box<NewRun>),
    Resume { id: u32, checkpoint: String, on_cpu: bool },
    Measure { id: u32, case: BenchmarkCase, budget_ms: f64 },
}

/// Receives the page's commands one by one, and executes or delegates them.
pub struct Dispatcher {
    port: Rc<Port>,
    inbox: UnboundedReceiver<Request>,
    data: Rc<DataStore>,
    engine_manager: Rc<EngineManager>,
    service: Rc<LibraryService>,
    classify: Rc<ClassifyService>,
    /// Requests that wait until the run's model is available.
    deferred: Vec<Request>,
    /// `None` while no run is in progress. Shared with the loader, which must not report the worker as ready
    /// while it trains.
    control: Rc<Cell<Option<RunControl>>>,
    /// The status last reported outside a run, by this or by the loader; `Training` from a run's begin to its end.
    status: Rc<Cell<Status>>,
}

impl Dispatcher {
    /// Nothing is awaited before commands are received: storage or a GPU that does not answer delays only what needs it.
    pub fn new(port: Rc<Port>, inbox: UnboundedReceiver<Request>) -> Self {
        let service = LibraryService::begin(Rc::clone(&port));
        let data = Rc::new(DataStore::new(Rc::clone(&port)));
        let engine_manager = Rc::new(EngineManager::new(Rc::clone(&data), Rc::clone(&port)));
        let (engines, tell) = (Rc::clone(&engine_manager), Rc::clone(&port));
        wasm_bindgen_futures::spawn_local(async move {
            tell.post(&Event::Engines(engines.engines().await));
        });
        let classify = ClassifyService::new(Rc::clone(&service), Rc::clone(&port));
        let (deferred, control, status) = (Vec::new(), Rc::default(), Rc::default());
        Self {
            port,
            inbox,
            data,
            engine_manager,
            service,
            classify: Rc::new(classify),
            deferred,
            control,
            status,
        }
    }

    /// Receives commands for the lifetime of the worker.
    pub async fn work(mut self) {
        while let Some(request) = self.inbox.next().await {
            let Some(plan) = self.handle(request, None).await else { continue };
            self.control.set(Some(RunControl::Run));
            let status = match plan {
                Plan::Measure { id, case, budget_ms } => {
                    let outcome = self.measure(case, budget_ms).await;
                    self.port.answer(id, outcome);
                    Some(Status::Ready)
                }
                Plan::Train(run) => Some(self.run(RunStart::New(run)).await),
                Plan::Resume { id, checkpoint, on_cpu } => {
                    self.resume(id, checkpoint, on_cpu).await
                }
            };
            self.control.set(None);
            for request in std::mem::take(&mut self.deferred) {
                self.handle(request, None).await;
            }
            if let Some(status) = status {
                self.post_status(status);
            }
        }
    }

    /// Resumes a run from a checkpoint; `None` if it is refused, which leaves this tab unchanged.
    async fn resume(&mut self, id: u32, checkpoint: String, on_cpu: bool) -> Option<Status> {
        let (service, port) = (Rc::clone(&self.service), Rc::clone(&self.port));
        let read = async move {
            port.post(&Event::Reading(Some(checkpoint.clone())));
            let read = RunStart::from_checkpoint(&checkpoint, &service).await;
            port.post(&Event::Reading(None));
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
    async fn run(&mut self, start: RunStart) -> Status {
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
        let service = Rc::clone(&self.service);
        let claiming = {
            let service = Rc::clone(&service);
            async move { ClaimedRun::of(start, &service).await }
        };
        let Some(claim) = self.unless_stopped(claiming).await else { return Ok(None) };
        let claim = claim?;
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

    async fn run_to_its_end(
        &mut self,
        mut run: Run,
        lock: RunLock,
        health: &Health,
    ) -> Result<Option<Ending>, Failure> {
        let ended = self.drive(&mut run).await;
        let state = match &ended {
            Ok(Some(ending)) => RunState::Ended(*ending),
            Ok(None) => RunState::Stopped,
            Err(error) => RunState::Failed { why: error.to_string() },
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
                _ if run.is_ahead_of_storage() => self.listening_while(sleep(LOOK_AGAIN)).await,
                _ => {
                    let stretch = async {
                        // First, so that commands received meanwhile are handled before more steps.
                        yield_now().await;
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

    /// Handles commands during a long operation: a GPU may take seconds for a step or for creating its
    /// pipelines. Commands that need the run's model wait until it is available again.
    async fn listening_while<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match select(work.as_mut(), self.inbox.next()).await {
                Either::Left((done, _)) => return done,
                Either::Right((Some(request), _)) => self.defer_or_handle(request).await,
                // The page is gone; the browser ends the worker.
                Either::Right((None, _)) => return work.await,
            }
        }
    }

    /// Does what may hang in a task of its own and handles commands meanwhile; `None` as soon as the visitor stops. The
    /// task then goes on, and what it results in is dropped.
    async fn unless_stopped<T: 'static>(
        &mut self,
        work: impl Future<Output = T> + 'static,
    ) -> Option<T> {
        let (done, mut result) = oneshot::channel();
        wasm_bindgen_futures::spawn_local(async move {
            // Nobody waits for it any more if the visitor has stopped.
            let _ = done.send(work.await);
        });
        loop {
            if self.control.get() == Some(RunControl::Stop) {
                return None;
            }
            match select(&mut result, self.inbox.next()).await {
                Either::Left((result, _)) => return result.ok(),
                Either::Right((Some(request), _)) => self.defer_or_handle(request).await,
                // The page is gone; the browser ends the worker.
                Either::Right((None, _)) => return result.await.ok(),
            }
        }
    }

    /// Handles a command while the run's model is not available; what needs it waits.
    async fn defer_or_handle(&mut self, request: Request) {
        if matches!(request.command, Command::Classify { .. }) {
            self.deferred.push(request);
        } else {
            self.handle(request, None).await;
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
    async fn measure(&mut self, case: BenchmarkCase, budget_ms: f64) -> Result<Reply, Failure> {
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

    /// Executes a command. Returns a plan if the command starts a run.
    async fn handle(&mut self, request: Request, run: Option<&mut Run>) -> Option<Plan> {
        let Request { id, command } = request;
        let running = self.control.get().is_some();
        let outcome = match command {
            Command::LoadData { url, manifest_sha256, refetch } => {
                if refetch && running && self.data.is_complete() {
                    Err(Failure::Busy(Waiting::Refetch))
                } else {
                    self.load_data(id, url, manifest_sha256, refetch);
                    return None;
                }
            }
            Command::Start(_) | Command::Resume { .. } if running => {
                Err(Failure::Busy(Waiting::Start))
            }
            Command::Measure { .. } if running => Err(Failure::Busy(Waiting::Measure)),
            Command::Measure { case, budget_ms } => {
                return Some(Plan::Measure { id, case, budget_ms });
            }
            Command::Remember(measured) => {
                for (case, measurement) in measured {
                    self.engine_manager.remember(case, measurement);
                }
                Ok(Reply::Done)
            }
            // The settings were checked when they were decoded.
            Command::Start(run) => {
                self.port.answer(id, Ok(Reply::Done));
                return Some(Plan::Train(run));
            }
            Command::Resume { checkpoint, on_cpu } => {
                return Some(Plan::Resume { id, checkpoint, on_cpu });
            }
            Command::Pause => self.set_control(RunControl::Pause),
            Command::Continue => self.set_control(RunControl::Run),
            Command::Stop => self.set_control(RunControl::Stop),
            Command::Library(command) => {
                self.service.answer_meanwhile(id, command);
                return None;
            }
            Command::ClassifyNewest { except } => {
                self.classify_meanwhile(id, async move |it| it.take_up_newest(&except).await);
                return None;
            }
            Command::LoadCheckpoint { name } => {
                self.classify_meanwhile(id, async move |it| it.take_up(&name).await);
                return None;
            }
            Command::Classify { garment } => match run {
                Some(run) => ClassifyService::classify_with(run, &garment).await,
                None => {
                    self.classify_meanwhile(id, async move |it| it.classify(&garment).await);
                    return None;
                }
            },
            Command::Samples { augmentation, seed, epoch } => {
                Ok(Reply::Samples(self.data.samples(&augmentation, seed, epoch)))
            }
            Command::TestImage { index } => {
                self.data.test_image(index).map(Reply::TestImage).ok_or(Failure::NoTestImages)
            }
        };
        self.port.answer(id, outcome);
        None
    }

    /// Answers the command with this id later, so that storage which does not answer delays no other command.
    fn classify_meanwhile<W>(&self, id: u32, work: W)
    where
        W: AsyncFnOnce(&ClassifyService) -> Result<Reply, Failure> + 'static,
    {
        let (classify, port) = (Rc::clone(&self.classify), Rc::clone(&self.port));
        wasm_bindgen_futures::spawn_local(async move {
            port.answer(id, work(&classify).await);
        });
    }

    fn set_control(&self, control: RunControl) -> Result<Reply, Failure> {
        match self.control.get() {
            // A run that has ended can no longer be paused or continued.
            Some(RunControl::Stop) | None if control != RunControl::Stop => {
                Err(Failure::NoRunUnderWay)
            }
            None => Err(Failure::NoRunUnderWay),
            Some(_) => {
                self.control.set(Some(control));
                Ok(Reply::Done)
            }
        }
    }

    fn load_data(&self, id: u32, url: String, manifest: Option<String>, refetch: bool) {
        let (port, data) = (Rc::clone(&self.port), Rc::clone(&self.data));
        let (control, status) = (Rc::clone(&self.control), Rc::clone(&self.status));
        if control.get().is_none() {
            self.post_status(Status::Loading);
        }
        let engines = Rc::clone(&self.engine_manager);
        wasm_bindgen_futures::spawn_local(async move { engines.warm_up().await });
        wasm_bindgen_futures::spawn_local(async move {
            let outcome = data.load(url, manifest, refetch).await;
            // A run may have ended meanwhile; the status keeps saying how.
            if control.get().is_none() && status.get() == Status::Loading {
                status.set(if outcome.is_ok() { Status::Ready } else { Status::Error });
                port.post(&Event::Status(status.get()));
            }
            port.answer(id, outcome);
        });
    }

    fn post_status(&self, status: Status) {
        self.status.set(status);
        self.port.post(&Event::Status(status));
    }
}
