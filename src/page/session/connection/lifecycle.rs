//! Starting, replacing and giving up workers.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::watchdog::Silence;
use super::{Connection, Inner, News, Waiting};
use crate::page::session::notices;
use crate::page::session::worker_link::{PATIENCE_MS, WorkerLink};
use crate::page::session::{PageFailure, Remedy};
use crate::protocol::Status;

/// This many deaths within [`DEATHS_WITHIN_MS`] are a crash loop; no further worker is started automatically.
const MOST_DEATHS: usize = 3;
const DEATHS_WITHIN_MS: f64 = 60_000.0;

/// The requests that a worker left unanswered when it ended.
#[must_use = "whoever waits for an answer is to get one"]
pub struct Unanswered(Vec<Waiting>);

impl Unanswered {
    /// Tells all callers that the worker has ended. They may ask again: by now the next worker has started,
    /// or there is none.
    pub fn answer(self) {
        for Waiting { then, .. } in self.0 {
            then(Err(notices::worker_ended()));
        }
    }
}

/// A worker that has died and was given up.
pub struct LostWorker {
    /// The requests to answer once it is settled whether there is another worker.
    pub unanswered: Unanswered,
    /// Whether workers die so often that no further one is started automatically.
    pub is_crash_loop: bool,
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
            inner.generation
        });
        let spawned = WorkerLink::spawn(move |heard| {
            if self.inner.with_value(|inner| Some(inner.generation) != generation) {
                return;
            }
            match heard {
                Ok(event) => {
                    self.inner.update_value(|inner| inner.silence.is_broken());
                    self.tell(News::Said(event));
                }
                Err(error) => self.tell(News::Lost(error.into())),
            }
        });
        match spawned {
            Ok(link) => {
                let overdue = Timeout::new(PATIENCE_MS, move || {
                    // It may still load: the worker is large, and connections can be slow.
                    self.notices.notify(notices::slow_start(), Some(Remedy::Reload));
                });
                self.inner.update_value(|inner| {
                    inner.link = Some(link);
                    inner.load_timeout = Some(overdue);
                });
                self.alive.set(true);
                self.status.set(Status::Loading);
                self.tell(News::Started);
            }
            Err(error) => {
                self.status.set(Status::Error);
                self.notices.notify(PageFailure::NoStart(error), Some(Remedy::RestartWorker));
            }
        }
    }

    /// Starts a worker at the visitor's request, however many have died.
    pub(in crate::page::session) fn start_worker_anew(self) {
        self.inner.update_value(|inner| inner.deaths.clear());
        self.start_worker();
    }

    /// Replaces a worker whose GPU has failed, for a task that needs a GPU: a worker can open only one. Runs
    /// and checkpoints are stored, and the data set is cached.
    pub(in crate::page::session) fn replace_worker_without_gpu(self) {
        let former = self
            .inner
            .try_update_value(|inner| inner.gpu_failed.then(|| inner.forget_worker()).flatten());
        let Some(Some((former, unanswered))) = former else { return };
        self.end(former);
        self.tell(News::Replaced);
        self.start_worker();
        unanswered.answer();
    }

    /// Cleans up after a dead worker; `None` if there is none. Another one is started, or not, before the
    /// requests to the dead one are answered.
    pub(in crate::page::session) fn give_up(self) -> Option<LostWorker> {
        let now = js_sys::Date::now();
        let lost = self.inner.try_update_value(|inner| {
            let (link, unanswered) = inner.forget_worker()?;
            inner.deaths.retain(|death| now - death < DEATHS_WITHIN_MS);
            inner.deaths.push(now);
            Some((link, unanswered, inner.deaths.len() >= MOST_DEATHS))
        });
        let (link, unanswered, is_crash_loop) = lost.flatten()?;
        self.end(link);
        Some(LostWorker { unanswered, is_crash_loop })
    }

    /// Ends a worker. This may run inside one of the link's own listeners, which must not be dropped
    /// meanwhile.
    fn end(self, link: WorkerLink) {
        link.end();
        Timeout::new(0, move || drop(link)).forget();
        self.alive.set(false);
    }
}
