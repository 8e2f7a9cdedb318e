//! Workers come and go: starting one, and what follows when it dies.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::notices::{self, AfterDeath, Complaint, Death, PageFailure};
use super::watchdog::Silence;
use super::worker_link::WorkerLink;
use super::{Inner, PATIENCE_MS, Remedy, Session, Waiting};
use crate::protocol::Status;

/// This many deaths within [`DEATHS_WITHIN_MS`] are a crash loop: no further worker by itself.
const MOST_DEATHS: usize = 3;
const DEATHS_WITHIN_MS: f64 = 60_000.0;

impl Inner {
    /// Gives up the worker, if there is one. Who waits for its answers comes along and is to be told.
    fn forget_worker(&mut self) -> Option<(WorkerLink, Vec<Waiting>)> {
        let link = self.link.take()?;
        self.generation += 1;
        self.listening = false;
        self.unsent.clear();
        self.load_timeout = None;
        let mut waiting: Vec<_> = std::mem::take(&mut self.waiting).into_iter().collect();
        waiting.sort_by_key(|(id, _)| *id);
        Some((link, waiting.into_iter().map(|(_, waiting)| waiting).collect()))
    }
}

impl Session {
    /// Starts a worker in place of none. Does nothing while there is one.
    pub fn start_worker(self) {
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
                Ok(event) => self.on_event(event),
                Err(error) => self.lose_worker(error.into()),
            }
        });
        match spawned {
            Ok(link) => {
                let overdue = Timeout::new(PATIENCE_MS, move || {
                    // It may still come: the worker is large, and connections are slow.
                    self.notify(notices::slow_start(), Some(Remedy::Reload));
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
                self.notify(PageFailure::NoStart(error), Some(Remedy::RestartWorker));
            }
        }
    }

    /// Puts a new worker in the place of one whose GPU has failed, for something that is to use a GPU: a
    /// worker opens one only. Runs and checkpoints are stored, and the data set is cached.
    pub(super) fn replace_worker_without_gpu(self) {
        let former = self
            .inner
            .try_update_value(|inner| inner.gpu_failed.then(|| inner.forget_worker()).flatten());
        let Some(Some((former, waiting))) = former else { return };
        end(former);
        self.alive.set(false);
        self.data_progress.set(None);
        // The new worker classifies with the newest best checkpoint.
        self.classifying_with.set(None);
        self.start_worker();
        answer_for_the_dead(waiting);
    }

    /// Ends what is left of a dead worker, tells the person, and starts a new one unless workers
    /// keep dying or a reload is what is needed.
    pub(super) fn lose_worker(self, how: Death) {
        let now = js_sys::Date::now();
        let lost = self.inner.try_update_value(|inner| {
            let (link, waiting) = inner.forget_worker()?;
            inner.deaths.retain(|death| now - death < DEATHS_WITHIN_MS);
            inner.deaths.push(now);
            Some((link, waiting, inner.deaths.len()))
        });
        let Some(Some((link, waiting, deaths))) = lost else { return };
        end(link);
        self.redraw();
        let interrupted = self.interrupted_run();
        let kept = self.what_is_kept(interrupted.as_deref());
        let needs_reload = how.needs_reload();
        let goes_on = deaths < MOST_DEATHS && !needs_reload;
        let (next, remedy) = match interrupted {
            _ if needs_reload => (AfterDeath::Reload, Some(Remedy::Reload)),
            _ if !goes_on => (AfterDeath::GivenUp, Some(Remedy::RestartWorker)),
            Some(name) => (AfterDeath::NewWorkerAndResume, Some(Remedy::Resume(name))),
            None => (AfterDeath::NewWorker, None),
        };
        let what = Complaint::from(PageFailure::WorkerLost { how: Box::new(how), kept, next });
        self.alive.set(false);
        self.under_way.set(false);
        self.data_progress.set(None);
        self.lose_measurement(&what);
        self.status.set(Status::Error);
        self.notify(what, remedy);
        if goes_on {
            self.start_worker();
        }
        answer_for_the_dead(waiting);
        // With the new worker, if there is one: what ended the old one may be this case's alone.
        self.measure_next();
    }

    /// The name of the checkpoint from which the run at hand can go on, if a run is under way.
    fn interrupted_run(self) -> Option<String> {
        let running = untrack(move || self.is_busy());
        running.then(|| self.inner.with_value(|inner| inner.at_stake.clone())).flatten()
    }
}

/// Tells all who wait for a worker that has ended. They may ask again: the next worker is there by now, or
/// there is none.
fn answer_for_the_dead(waiting: Vec<Waiting>) {
    for Waiting { then, .. } in waiting {
        then(Err(notices::worker_ended()));
    }
}

/// Ends a worker. This may run inside one of the link's own listeners, which must not vanish meanwhile.
fn end(link: WorkerLink) {
    link.end();
    Timeout::new(0, move || drop(link)).forget();
}
