//! Starting, replacing and giving up workers.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::watchdog::Silence;
use super::{Connection, Inner, News, Waiting};
use crate::page::session::notices::{self, Complaint};
use crate::page::session::worker_link::{Heard, PATIENCE_MS, Program, WorkerLink};
use crate::page::session::{PageFailure, Remedy};
use crate::protocol::{Event, Status};

/// This many failures in a row, and nothing is tried again automatically.
pub const MOST_FAILURES: usize = 3;
/// A worker that had nothing to do and lived this long has not failed in a row with the one before it.
const LONG_LIFE_MS: f64 = 60_000.0;

/// The requests that a worker left unanswered when it ended.
#[must_use = "whoever waits for an answer is to get one"]
pub struct Unanswered(Vec<Waiting>);

impl Unanswered {
    /// Tells all callers that the worker has ended. They may ask again: by now the next worker has started,
    /// or there is none.
    pub fn answer(self) {
        for Waiting { then } in self.0 {
            then(Err(notices::worker_ended()));
        }
    }
}

/// A worker that has died and was given up.
pub struct LostWorker {
    /// The requests to answer once it is settled whether there is another worker.
    pub unanswered: Unanswered,
    /// The checkpoints that it was reading.
    pub reading: Vec<String>,
    /// How many failures there have been in a row, with this one.
    pub failures: usize,
}

/// A failure, for a report.
#[derive(Clone, Debug, PartialEq)]
pub struct PastFailure {
    /// Milliseconds since 1970 UTC.
    pub at_ms: f64,
    /// What failed.
    pub what: Complaint,
}

impl Inner {
    /// Gives up the worker, if there is one. Returns the requests that it left unanswered; the caller must
    /// answer them.
    fn forget_worker(&mut self) -> Option<(WorkerLink, Unanswered)> {
        let link = self.link.take()?;
        self.generation += 1;
        self.listening = false;
        self.unsent.clear();
        self.load_timeout = None;
        // In the order in which they were asked.
        let waiting = std::mem::take(&mut self.waiting).into_values();
        Some((link, Unanswered(waiting.collect())))
    }
}

impl Connection {
    /// Starts a worker unless there is one.
    pub(in crate::page::session) fn start_worker(self) {
        if self.alive.get_untracked() {
            return;
        }
        let generation = self.inner.try_update_value(|inner| {
            inner.generation += 1;
            inner.silence = Silence::default();
            inner.gpu_failed = false;
            inner.reading.clear();
            inner.generation
        });
        let spawned = WorkerLink::spawn(self.program, move |heard| {
            if self.inner.with_value(|inner| Some(inner.generation) != generation) {
                return;
            }
            self.inner.update_value(|inner| match &heard {
                Ok(Heard::Event(Event::LongTask { ms })) => inner.silence.is_announced(*ms),
                _ => inner.silence.is_broken(),
            });
            match heard {
                Ok(Heard::Event(event)) => self.tell(News::Said(event)),
                Ok(Heard::Beat | Heard::Loading(_)) => {}
                Err(error) => self.tell(News::Lost(error.into())),
            }
        });
        match spawned {
            Ok(link) => {
                // It may still load: the worker that trains is large, and connections can be slow.
                let overdue = (self.program == Program::Training).then(|| {
                    Timeout::new(PATIENCE_MS, move || {
                        self.notices.notify(notices::slow_start(), Some(Remedy::Reload));
                    })
                });
                self.inner.update_value(|inner| {
                    inner.link = Some(link);
                    inner.load_timeout = overdue;
                });
                self.alive.set(true);
                self.status.set(Status::Loading);
                self.tell(News::Started);
            }
            // The others are started for a command, whose failure is told.
            Err(error) if self.program != Program::Training => self.tell(News::Lost(error.into())),
            Err(error) => {
                self.status.set(Status::Error);
                self.notices.notify(PageFailure::NoStart(error), Some(Remedy::RestartWorker));
            }
        }
    }

    /// Starts a worker at the visitor's request, however many have died.
    pub(in crate::page::session) fn start_worker_anew(self) {
        self.is_well();
        self.start_worker();
    }

    /// Replaces a worker whose GPU has failed, for a task that needs a GPU: a worker can open only one. Runs
    /// and checkpoints are stored, and the data set is cached.
    pub(in crate::page::session) fn replace_worker_without_gpu(self) {
        let failed = self.inner.try_with_value(|inner| inner.gpu_failed);
        if failed == Some(true) {
            self.replace_worker();
        }
    }

    /// Ends the worker, if there is one, and starts another.
    pub(in crate::page::session) fn replace_worker(self) {
        let former = self.inner.try_update_value(Inner::forget_worker);
        let Some(Some((former, unanswered))) = former else { return };
        self.end(former);
        self.tell(News::Replaced);
        self.start_worker();
        unanswered.answer();
    }

    /// Cleans up after a dead worker; `None` if there is none. Another one is started, or not, before the
    /// requests to the dead one are answered. `was_idle` if it had nothing to do.
    pub(in crate::page::session) fn give_up(
        self,
        what: Complaint,
        was_idle: bool,
    ) -> Option<LostWorker> {
        let lost = self.inner.try_update_value(|inner| {
            let (link, unanswered) = inner.forget_worker()?;
            Some((link, unanswered, std::mem::take(&mut inner.reading)))
        });
        let (link, unanswered, reading) = lost.flatten()?;
        self.end(link);
        let failures = self.note_failure(what, was_idle);
        Some(LostWorker { unanswered, reading, failures })
    }

    /// Counts a failure; returns how many there have been in a row.
    pub(in crate::page::session) fn note_failure(self, what: Complaint, was_idle: bool) -> usize {
        let at_ms = js_sys::Date::now();
        let failures = self.inner.try_update_value(|inner| {
            let former = inner.failures.last().map(|failure| failure.at_ms);
            if was_idle && former.is_some_and(|former| (at_ms - former).abs() > LONG_LIFE_MS) {
                inner.failures.clear();
            }
            inner.failures.push(PastFailure { at_ms, what });
            inner.failures.len()
        });
        failures.unwrap_or_default()
    }

    /// What was tried has come further than before, or the visitor tries anew: earlier failures no longer count.
    pub(in crate::page::session) fn is_well(self) {
        self.inner.update_value(|inner| inner.failures.clear());
    }

    /// The failures in a row, oldest first.
    pub(in crate::page::session) fn failures(self) -> Vec<PastFailure> {
        self.inner.with_value(|inner| inner.failures.clone())
    }

    /// Ends the worker, if there is one, because nothing more is asked of it.
    pub(in crate::page::session) fn end_worker(self) {
        if let Some(Some((former, unanswered))) = self.inner.try_update_value(Inner::forget_worker)
        {
            self.end(former);
            unanswered.answer();
        }
    }

    /// Ends a worker. This may run inside one of the link's own listeners, which must not be dropped
    /// meanwhile.
    fn end(self, link: WorkerLink) {
        link.end();
        Timeout::new(0, move || drop(link)).forget();
        self.alive.set(false);
    }
}
