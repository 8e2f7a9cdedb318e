//! The page's only door to the worker.
//!
//! A [`Session`] keeps one worker alive, sends it commands, and holds everything that the worker told
//! as signals. Components read the signals and call the methods; nothing else on the page knows that
//! a worker exists. A worker that dies is replaced, and the person is told.

mod benchmark_run;
mod commands;
mod curves;
mod events;
mod library;
mod lifecycle;
mod measured;
mod notices;
mod watchdog;
mod worker_link;

use std::collections::HashMap;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::dataset::{DataOverview, DataProgress};
use crate::hardware::Engines;
use crate::protocol::{
    CheckpointSummary, Command, Ending, OpenedEngine, Prediction, Reply, Request, RunOverview,
    Status,
};
pub use benchmark_run::{BenchmarkRun, BenchmarkRunState, CASE_BUDGET_MS, CaseState};
pub use curves::{Curves, LossSeries, RECENT_STEPS};
pub use library::{LibraryState, StoredCurves};
pub use measured::Measured;
pub use notices::{AfterDeath, Complaint, Death, Notice, PageFailure, Remedy, StoredWork};
pub use worker_link::LinkError;
use worker_link::WorkerLink;

/// How long a worker may take to load before the person is told.
const PATIENCE_MS: u32 = 30_000;
/// How often, at most, numbers and charts follow the steps.
const REDRAW_MS: u32 = 250;

/// What is done with an answer.
type Then = Box<dyn FnOnce(Result<Reply, Complaint>)>;

/// What became of a command that was to be sent.
enum Sent {
    Away,
    Lost(LinkError),
    /// There is no worker.
    Nowhere(Then),
}

/// A command that waits for its answer.
struct Waiting {
    then: Then,
    /// After how many silent ticks the worker counts as gone; `None` if the answer may take any time.
    patience: Option<u32>,
}

/// The session with the worker. Copies are the same session; only its own methods write the signals.
#[derive(Clone, Copy)]
pub struct Session {
    inner: StoredValue<Inner, LocalStorage>,
    curves: StoredValue<Curves>,
    curves_changed: Trigger,
    /// What the worker is doing.
    pub status: RwSignal<Status>,
    /// Whether there is a worker at all.
    pub alive: RwSignal<bool>,
    /// Whether a run has been asked for and has not ended: also true while it waits for data.
    under_way: RwSignal<bool>,
    /// Which engines this browser has.
    pub engines: RwSignal<Option<Engines>>,
    /// The engine of the current or last run.
    pub opened: RwSignal<Option<OpenedEngine>>,
    /// What was measured on this machine, now or in earlier visits: the newest of each case.
    pub measured: RwSignal<Vec<Measured>>,
    /// The round of measurements under way, or the last one of this visit.
    pub benchmark_run: RwSignal<BenchmarkRun>,
    /// How far the data set has come.
    pub data_progress: RwSignal<Option<DataProgress>>,
    /// Samples and sizes.
    pub overview: RwSignal<Option<DataOverview>>,
    /// The run at hand or the last one, without its losses.
    pub run: RwSignal<Option<RunOverview>>,
    /// Why that run is over; absent while it goes on and when it was stopped.
    pub ending: RwSignal<Option<Ending>>,
    /// Where that run is.
    pub live: RwSignal<Live>,
    /// The stored runs.
    pub library: LibraryState,
    /// The stored checkpoints, newest first.
    pub checkpoints: RwSignal<Vec<CheckpointSummary>>,
    /// The checkpoint that answers while no run does.
    pub classifying_with: RwSignal<Option<String>>,
    /// The newest answer about the garment at hand.
    pub prediction: RwSignal<Option<Result<Prediction, Complaint>>>,
    /// What the person should know.
    pub notices: RwSignal<Vec<Notice>>,
}

/// The numbers that move with every step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Live {
    /// Steps taken in the run.
    pub step: u64,
    /// The epoch at hand, from 1; absent before the first step.
    pub epoch: Option<u32>,
    /// Mean loss of the last [`RECENT_STEPS`] steps.
    pub train_loss: Option<f64>,
    /// Training images a second.
    pub images_per_second: Option<f64>,
    /// Seconds to the end of the run.
    pub seconds_left: Option<f64>,
    /// Images validated and to validate, while validating.
    pub validation: Option<(u32, u32)>,
}

#[derive(Default)]
struct Inner {
    link: Option<WorkerLink>,
    /// Counts workers, so that the last words of an old one are not taken for the new one's.
    generation: u32,
    listening: bool,
    /// Requests that wait until the worker listens.
    unsent: Vec<Request>,
    waiting: HashMap<u32, Waiting>,
    next_id: u32,
    load_timeout: Option<Timeout>,
    silence: watchdog::Silence,
    /// The checkpoint from which what is under way could go on, should the worker die: none while a new
    /// run has not begun.
    at_stake: Option<String>,
    /// Whether this worker has lost its GPU for good.
    gpu_failed: bool,
    deaths: Vec<f64>,
    next_notice: u32,
    /// The newest numbers, published at the next redraw.
    live: Live,
    redraw: Option<Timeout>,
    classifying: bool,
    /// The garment to classify once the answer to the one under way is there.
    next_garment: Option<Vec<u8>>,
}

impl Session {
    /// Starts the worker and has it fetch the data.
    #[must_use]
    pub fn open() -> Self {
        let session = Self {
            inner: StoredValue::new_local(Inner::default()),
            curves: StoredValue::new(Curves::default()),
            curves_changed: Trigger::new(),
            status: RwSignal::new(Status::Loading),
            alive: RwSignal::new(false),
            under_way: RwSignal::new(false),
            engines: RwSignal::new(None),
            opened: RwSignal::new(None),
            measured: RwSignal::new(Vec::new()),
            benchmark_run: RwSignal::new(BenchmarkRun::default()),
            data_progress: RwSignal::new(None),
            overview: RwSignal::new(None),
            run: RwSignal::new(None),
            ending: RwSignal::new(None),
            live: RwSignal::new(Live::default()),
            library: LibraryState::new(),
            checkpoints: RwSignal::new(Vec::new()),
            classifying_with: RwSignal::new(None),
            prediction: RwSignal::new(None),
            notices: RwSignal::new(Vec::new()),
        };
        session.start_watchdog();
        session.start_worker();
        session
    }

    /// Whether a run is under way, one that waits for data or is paused included.
    pub fn is_busy(self) -> bool {
        self.under_way.get() || self.status.get().is_running()
    }

    /// Steps that the run at hand, or the last one, takes in all; 0 without a run.
    pub fn steps_in_run(self) -> u64 {
        self.run.with(|run| run.as_ref().map_or(0, |run| run.steps_in_run))
    }

    /// How much of those steps is taken, 0 to 1.
    pub fn share_done(self) -> f64 {
        let step = self.live.with(|live| live.step);
        (step as f64 / self.steps_in_run().max(1) as f64).clamp(0.0, 1.0)
    }

    /// Sends a command; `then` gets its answer, once: [`notices::worker_ended`] if the worker ends before
    /// it answers, [`notices::no_worker`] if there is none.
    fn ask(self, command: Command, then: impl FnOnce(Result<Reply, Complaint>) + 'static) {
        let sent = self.inner.try_update_value(|inner| {
            let id = inner.next_id;
            inner.next_id = id.wrapping_add(1);
            let request = Request { id, command };
            let Some(link) = &inner.link else { return Sent::Nowhere(Box::new(then)) };
            let patience = watchdog::patience_for(&request.command);
            inner.waiting.insert(id, Waiting { then: Box::new(then), patience });
            if inner.listening {
                link.send(&request).map_or_else(Sent::Lost, |()| Sent::Away)
            } else {
                inner.unsent.push(request);
                Sent::Away
            }
        });
        match sent {
            // It waits like all others, and is told like them.
            Some(Sent::Lost(error)) => self.lose_worker(error.into()),
            Some(Sent::Nowhere(then)) => {
                self.notify(notices::no_worker(), Some(Remedy::RestartWorker));
                then(Err(notices::no_worker()));
            }
            Some(Sent::Away) | None => {}
        }
    }

    /// Reads the run's curves; runs again when they change.
    pub fn with_curves<T>(self, read: impl FnOnce(&Curves) -> T) -> T {
        self.curves_changed.track();
        self.curves.with_value(read)
    }

    /// Smooths the curve of losses with this weight from now on: what later steps add to it then costs
    /// them alone.
    pub fn smooth(self, weight: f64) {
        self.curves.update_value(|curves| curves.losses.set_weight(weight));
        self.curves_changed.notify();
    }

    /// Publishes the newest numbers soon, many steps at once.
    fn redraw_soon(self) {
        self.inner.update_value(|inner| {
            inner.redraw.get_or_insert_with(|| Timeout::new(REDRAW_MS, move || self.redraw()));
        });
    }

    /// Publishes the newest numbers now.
    fn redraw(self) {
        let live = self.inner.try_update_value(|inner| {
            inner.redraw = None;
            inner.live
        });
        if let Some(live) = live {
            self.live.set(live);
            self.curves_changed.notify();
        }
    }
}
