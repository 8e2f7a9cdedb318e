//! The page's only door to the worker.
//!
//! A [`Session`] keeps one worker alive, sends it commands, and holds everything that the worker told
//! as signals. Components read the signals and call the methods; nothing else on the page knows that
//! a worker exists. A worker that dies is replaced, and the person is told.

mod benchmark_run;
mod classifier;
mod commands;
mod connection;
mod curves;
mod data;
mod events;
mod library;
mod machine;
mod notices;
mod worker_link;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::protocol::{CheckpointSummary, Ending, OpenedEngine, RunOverview};
pub use benchmark_run::{BenchmarkRun, BenchmarkRunState, CASE_BUDGET_MS, CaseState};
pub use classifier::ClassifierState;
pub use connection::Connection;
pub use curves::{Curves, LossSeries, RECENT_STEPS};
pub use data::DataState;
pub use library::{LibraryState, StoredCurves};
pub use machine::{Machine, Measured};
pub use notices::{Notice, Notices, Remedy};

/// How often, at most, numbers and charts follow the steps.
const REDRAW_MS: u32 = 250;

/// The session with the worker. Copies are the same session; only its own methods write the signals.
#[derive(Clone, Copy)]
pub struct Session {
    inner: StoredValue<Inner, LocalStorage>,
    curves: StoredValue<Curves>,
    curves_changed: Trigger,
    /// To the worker.
    pub connection: Connection,
    /// Whether a run has been asked for and has not ended: also true while it waits for data.
    under_way: RwSignal<bool>,
    /// This machine, and what was measured on it.
    pub machine: Machine,
    /// The engine of the current or last run.
    pub opened: RwSignal<Option<OpenedEngine>>,
    /// The round of measurements under way, or the last one of this visit.
    pub benchmark_run: RwSignal<BenchmarkRun>,
    /// The data set.
    pub data: DataState,
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
    /// The classifier.
    pub classifier: ClassifierState,
    /// What the person should know.
    pub notices: Notices,
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
    /// The checkpoint from which what is under way could go on, should the worker die: none while a new
    /// run has not begun.
    at_stake: Option<String>,
    /// The newest numbers, published at the next redraw.
    live: Live,
    redraw: Option<Timeout>,
}

impl Session {
    /// Starts the worker and has it fetch the data.
    #[must_use]
    pub fn open() -> Self {
        let notices = Notices::new();
        let connection = Connection::new(notices);
        let session = Self {
            inner: StoredValue::new_local(Inner::default()),
            curves: StoredValue::new(Curves::default()),
            curves_changed: Trigger::new(),
            connection,
            under_way: RwSignal::new(false),
            machine: Machine::new(connection),
            opened: RwSignal::new(None),
            benchmark_run: RwSignal::new(BenchmarkRun::default()),
            data: DataState::new(connection, notices),
            run: RwSignal::new(None),
            ending: RwSignal::new(None),
            live: RwSignal::new(Live::default()),
            library: LibraryState::new(),
            checkpoints: RwSignal::new(Vec::new()),
            classifier: ClassifierState::new(connection, notices),
            notices,
        };
        session.connection.open(move |news| session.hear(news));
        session
    }

    /// Whether a run is under way, one that waits for data or is paused included.
    pub fn is_busy(self) -> bool {
        self.under_way.get() || self.connection.status.get().is_running()
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
