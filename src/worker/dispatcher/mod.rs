//! The worker's only loop, which receives commands.
//!
//! Here are the loop, and waiting while commands are heard; `commands` executes each, `run` takes a run from its begin to
//! its end.

mod commands;
mod run;

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use futures::channel::oneshot;
use futures::future::{Either, select};

use super::classify::ClassifyService;
use super::data_store::DataStore;
use super::engine_manager::EngineManager;
use super::library_service::LibraryService;
use super::port::Port;
use super::run_control::RunControl;
use super::run_start::RunStart;
use crate::benchmark::BenchmarkCase;
use crate::protocol::{Command, Event, NewRun, Request, Status};

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
    /// The requests for a single step that wait for it.
    asked_for_step: Vec<u32>,
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
            asked_for_step: Vec::new(),
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
        let needs_run = matches!(
            request.command,
            Command::Classify { .. } | Command::Weights | Command::Observe { .. }
        );
        if needs_run {
            self.deferred.push(request);
        } else {
            self.handle(request, None).await;
        }
    }

    fn post_status(&self, status: Status) {
        self.status.set(status);
        self.port.post(&Event::Status(status));
    }
}
