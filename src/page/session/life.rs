//! Workers come and go: starting one, and what follows when it dies.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::notices::{self, Death};
use super::watch::Silence;
use super::worker_link::WorkerLink;
use super::{PATIENCE_MS, Remedy, Session};
use crate::protocol::{Failure, Status};

/// This many deaths within [`DEATHS_WITHIN_MS`] are a crash loop: no further worker by itself.
const MOST_DEATHS: usize = 3;
const DEATHS_WITHIN_MS: f64 = 60_000.0;

impl Session {
    /// Starts a worker in place of none. Does nothing while there is one.
    pub fn start_worker(self) {
        if self.alive.get_untracked() {
            return;
        }
        let generation = self.inner.try_update_value(|inner| {
            inner.generation += 1;
            inner.silence = Silence::default();
            inner.generation
        });
        let spawned = WorkerLink::spawn(move |heard| {
            if self.inner.with_value(|inner| Some(inner.generation) != generation) {
                return;
            }
            match heard {
                Ok(event) => self.hear(event),
                Err(error) => self.lose_worker(notices::broken_link(&error)),
            }
        });
        match spawned {
            Ok(link) => {
                let overdue = Timeout::new(PATIENCE_MS, move || {
                    // It may still come: the worker is large, and connections are slow.
                    self.tell(notices::slow_start(), Some(Remedy::Reload));
                });
                self.inner.update_value(|inner| {
                    inner.link = Some(link);
                    inner.load_timeout = Some(overdue);
                });
                self.alive.set(true);
                self.status.set(Status::Loading);
                self.load_data(false);
                self.list_library();
            }
            Err(error) => {
                self.status.set(Status::Error);
                self.tell(notices::no_start(&error), Some(Remedy::RestartWorker));
            }
        }
    }

    /// Ends what is left of a dead worker, tells the person, and starts a new one unless workers
    /// keep dying or a reload is what is needed.
    pub(super) fn lose_worker(self, Death { happened, next, needs_reload }: Death) {
        let now = js_sys::Date::now();
        let lost = self.inner.try_update_value(|inner| {
            let link = inner.link.take()?;
            inner.generation += 1;
            inner.deaths.retain(|death| now - death < DEATHS_WITHIN_MS);
            inner.deaths.push(now);
            inner.listening = false;
            inner.unsent.clear();
            inner.waiting.clear();
            inner.load_timeout = None;
            inner.classifying = false;
            inner.next_garment = None;
            Some((link, inner.deaths.len()))
        });
        let Some(Some((link, deaths))) = lost else { return };
        link.end();
        // This may run inside one of the link's own listeners, which must not vanish meanwhile.
        Timeout::new(0, move || drop(link)).forget();
        self.redraw();
        let interrupted = self.interrupted_run();
        self.alive.set(false);
        self.under_way.set(false);
        self.data_progress.set(None);
        self.lose_measurement(&happened);
        self.lose_reading();
        self.status.set(Status::Error);
        let goes_on = deaths < MOST_DEATHS && !needs_reload;
        let (next, remedy) = match interrupted.clone() {
            _ if needs_reload => (next, Some(Remedy::Reload)),
            _ if !goes_on => (next, Some(Remedy::RestartWorker)),
            Some(name) => (notices::NEW_WORKER_AND_RESUME.to_owned(), Some(Remedy::Resume(name))),
            None => (notices::NEW_WORKER.to_owned(), None),
        };
        self.tell(Failure { happened, kept: self.what_is_kept(interrupted), next }, remedy);
        if goes_on {
            self.start_worker();
        }
        // With the new worker, if there is one: what ended the old one may be this case's alone.
        self.measure_next();
    }

    /// The name of the checkpoint from which the run at hand can go on, if a run is under way.
    fn interrupted_run(self) -> Option<String> {
        let running = untrack(move || self.is_busy());
        let run = self.run.with_untracked(|run| run.as_ref().map(|run| run.run.clone()))?;
        running.then(|| format!("model_{run}_last"))
    }
}
