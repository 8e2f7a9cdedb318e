//! The run that the place `train` shows: the current one, or one of the library.

use std::sync::Arc;

use leptos::prelude::*;

use super::classifier::ClassifierState;
use super::connection::Connection;
use super::figures::RunFigures;
use super::library::{Drawing, LibraryState};
use super::notices::{Notices, PageFailure};
use super::run::CurrentRun;
use crate::library::{RunOwner, RunState, RunSummary};
use crate::page::address::Address;
use crate::protocol::{CheckpointRole, CheckpointSummary, OpenedEngine, Status};

/// The run that is shown.
#[derive(Clone, Copy)]
pub struct ShownRun {
    connection: Connection,
    notices: Notices,
    classifier: ClassifierState,
    library: LibraryState,
    run: CurrentRun,
    /// The figures of the stored run.
    stored: RunFigures,
    /// The stored run that is shown instead of the current one.
    opened: RwSignal<Option<String>>,
}

impl ShownRun {
    pub(super) fn new(
        connection: Connection,
        notices: Notices,
        classifier: ClassifierState,
        library: LibraryState,
        run: CurrentRun,
    ) -> Self {
        let (stored, opened) = (RunFigures::new(), RwSignal::new(None));
        Self { connection, notices, classifier, library, run, stored, opened }
    }

    /// Shows the run that the address names, and has the address name each run that starts here.
    pub fn follow(self, address: Address) {
        let current = Memo::new(move |_| self.run.figures.name());
        Effect::new(move |before: Option<Option<String>>| {
            let current = current.get();
            match &current {
                Some(run) if before.flatten().as_ref() != Some(run) => {
                    address.show_run(run.clone());
                }
                _ => {}
            }
            current
        });
        Effect::new(move |_| {
            let named = address.run.get();
            self.opened.set(named.filter(|named| current.get().as_ref() != Some(named)));
        });
        let stored = Memo::new(move |_| self.library.run(&self.opened.get()?));
        Effect::new(move |listed_before: Option<Option<String>>| {
            self.open(address, stored, listed_before)
        });
        // Only when they have changed, for this passes over the whole curve; the library tells of every run.
        let curves = Memo::new(move |_| {
            let name = self.opened.get()?;
            self.library.curves.with(|known| known.get(&name).cloned())
        });
        Effect::new(move |_| {
            if let Some(summary) = stored.get() {
                self.stored.show_stored(&summary, curves.get().as_deref());
            }
        });
        self.classify_with_it();
    }

    /// Reads the opened run's curves from the library, again when it has changed there. Returns its name if the
    /// library lists it.
    fn open(
        self,
        address: Address,
        stored: Memo<Option<Arc<RunSummary>>>,
        listed_before: Option<Option<String>>,
    ) -> Option<String> {
        let name = self.opened.get();
        self.library.draws(Drawing::Opened, name.iter().cloned().collect());
        let name = name?;
        if !self.library.is_known.get() {
            return None;
        }
        let Some(summary) = stored.get() else {
            // A run that was deleted while it was shown needs no message.
            if listed_before.flatten().as_ref() != Some(&name) {
                self.notices.notify(PageFailure::RunNotHere { run: name }, None);
            }
            address.leave_run();
            return None;
        };
        self.library.want_curves(&summary);
        // Curves that arrive may be of an earlier state.
        self.library.curves.track();
        Some(name)
    }

    /// Classifies with the best checkpoint of an opened run, or with its last one.
    fn classify_with_it(self) {
        let checkpoint = Memo::new(move |_| {
            let name = self.opened.get()?;
            self.library.checkpoints.with(|all| {
                let of_run = |role| all.iter().find(|it| it.run == name && it.role == role);
                let found = of_run(CheckpointRole::Best).or_else(|| of_run(CheckpointRole::Last));
                found.map(|found| found.name.clone())
            })
        });
        Effect::new(move |_| {
            // Only once for each run that is opened: the visitor may load another one.
            if let Some(checkpoint) = checkpoint.get()
                && !untrack(|| self.run.is_busy())
            {
                self.classifier.load_checkpoint(checkpoint);
            }
        });
    }

    /// Whether the current run is shown, or none.
    pub fn is_current(self) -> bool {
        self.opened.with(Option::is_none)
    }

    /// The shown run's name.
    pub fn name(self) -> Option<String> {
        self.opened.get().or_else(|| self.run.figures.name())
    }

    /// The shown run, or else the newest one of the library.
    pub fn at_hand(self) -> Option<String> {
        let newest = || {
            let names =
                |runs: &Vec<Arc<RunSummary>>| runs.iter().map(|run| run.record.run.clone()).max();
            self.library.runs.with(names)
        };
        self.name().or_else(newest)
    }

    /// The figures of the shown run.
    pub fn figures(self) -> RunFigures {
        if self.is_current() { self.run.figures } else { self.stored }
    }

    /// The engine that was opened for the shown run, if it is the current one.
    pub fn opened_engine(self) -> Option<OpenedEngine> {
        self.run.opened.get().filter(|_| self.is_current())
    }

    /// The shown run in the library.
    pub fn summary(self) -> Option<Arc<RunSummary>> {
        self.library.run(&self.name()?)
    }

    /// What the shown run is doing. A stored run tells how it ended while nothing else is in progress.
    pub fn status(self) -> Status {
        let now = self.connection.status.get();
        let opened = self.opened.get().filter(|_| now.is_at_rest() && now != Status::Error);
        let summary = opened.and_then(|name| self.library.run(&name));
        summary.map_or(now, |run| status_of(&run))
    }

    /// The checkpoint from which the shown run can resume.
    pub fn resumable(self) -> Option<String> {
        self.resumable_of(&*self.summary()?)
    }

    /// The checkpoint from which a run can resume.
    pub fn resumable_of(self, run: &RunSummary) -> Option<String> {
        if run.owner != RunOwner::AtRest {
            return None;
        }
        if !run.record.can_go_on() || matches!(run.record.state, RunState::Ended(_)) {
            return None;
        }
        self.library.checkpoints.with(|all| {
            let is_it = |it: &&CheckpointSummary| {
                it.run == run.record.run && it.role == CheckpointRole::Last && !it.finished
            };
            all.iter().find(is_it).map(|it| it.name.clone())
        })
    }
}

/// A stored run's state as a status.
const fn status_of(run: &RunSummary) -> Status {
    match (&run.record.state, run.owner) {
        (RunState::Paused, RunOwner::Here | RunOwner::OtherTab) => Status::Paused,
        (_, RunOwner::Here | RunOwner::OtherTab) => Status::Training,
        // Of an interrupted run, the library keeps what it had reached.
        (RunState::Training | RunState::Paused | RunState::Stopped, _) => Status::Stopped,
        (RunState::Ended(_), _) => Status::Done,
        (RunState::Failed { .. }, _) => Status::Failed,
        (RunState::Weights, _) => Status::Ready,
    }
}
