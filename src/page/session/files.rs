//! The worker for files: started for an import, an export or a photo, ended when nothing has been asked for a while.
//!
//! It has no part in the run, so whatever a file does to it, the run goes on.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::connection::{Connection, News, Then};
use super::notices::{self, Complaint, Death, Notices, PageFailure};
use super::worker_link::Program;
use crate::protocol::{Command, Event};

/// The connection to the worker for files.
#[derive(Clone, Copy)]
pub(super) struct FilesWorker {
    connection: Connection,
    inner: StoredValue<Inner, LocalStorage>,
    /// How long it is kept after its last answer, in milliseconds, since one file is often followed by another.
    idle_ms: u32,
    /// How far adding a data set is; `None` while none is being added.
    pub adding: RwSignal<Progress>,
}

/// The state that the page does not draw.
#[derive(Default)]
struct Inner {
    /// How many answers are due.
    due: u32,
    /// Ends the worker, unless something is asked before.
    rest: Option<Timeout>,
    /// How the last worker that died did so.
    death: Option<Death>,
}

/// How many files have been read, of how many.
type Progress = Option<(u32, u32)>;

impl FilesWorker {
    /// No worker yet. It is going to be kept so long after its last answer, in milliseconds.
    pub fn new(notices: Notices, idle_ms: u32) -> Self {
        let connection = Connection::new(Program::Files, notices);
        let (inner, adding) = (StoredValue::new_local(Inner::default()), RwSignal::new(None));
        let this = Self { connection, inner, idle_ms, adding };
        connection.watch(move |news| this.hear(news));
        this
    }

    /// Sends a command, for which a worker is started if there is none; `then` is called once with its answer.
    pub fn ask(self, command: Command, then: Then) {
        self.inner.update_value(|inner| {
            inner.due += 1;
            inner.rest = None;
        });
        self.connection.start_worker_anew();
        let answered = move |outcome| {
            then(outcome);
            self.inner.update_value(|inner| {
                inner.due -= 1;
                let end = move || self.connection.end_worker();
                inner.rest = (inner.due == 0).then(|| Timeout::new(self.idle_ms, end));
            });
        };
        self.connection.send(command, Box::new(answered));
    }

    /// What to tell if a command for these files failed; no files if it was for an export.
    pub fn complaint(self, failure: Complaint, files: Vec<String>) -> Complaint {
        self.told(failure, |how| PageFailure::FilesWorkerLost { how, files })
    }

    /// What to tell of a failure: this, if the worker died of it.
    pub fn told(
        self,
        failure: Complaint,
        died: impl FnOnce(Box<Death>) -> PageFailure,
    ) -> Complaint {
        match self.inner.with_value(|inner| inner.death.clone()) {
            Some(how) if notices::is_of_worker(&failure) => died(Box::new(how)).into(),
            _ => failure,
        }
    }

    fn hear(self, news: News) {
        match news {
            News::Said(Event::Listening) => self.connection.begin_talking(),
            News::Said(Event::Answer { id, outcome }) => {
                self.connection.answer(id, outcome.map_err(Complaint::from));
            }
            News::Said(Event::OwnSetProgress { done, all }) => {
                self.adding.update(|adding| *adding = adding.and(Some((done, all))));
            }
            News::Said(Event::Died(failure)) => self.lose(failure.into()),
            News::Lost(death) => self.lose(death),
            _ => {}
        }
    }

    /// Cleans up after a dead worker. Nothing is tried again by itself; the next command starts another.
    fn lose(self, death: Death) {
        self.inner.update_value(|inner| inner.death = Some(death));
        if let Some(lost) = self.connection.give_up(notices::worker_ended(), true) {
            lost.unanswered.answer();
        }
    }
}
