//! What becomes of the worker's events and of its death.

use super::connection::News;
use super::notices::{self, Death};
use super::{Remedy, Session};
use crate::protocol::{Event, Failure, Status};
use leptos::prelude::*;

impl Session {
    /// Takes in what the connection tells.
    pub(super) fn hear(self, news: News) {
        match news {
            News::Started => {
                self.data.load(false);
                self.library.list();
            }
            News::Said(event) => self.on_event(event),
            News::Lost(death) => self.lose_worker(death),
            News::Replaced => {
                self.data.progress.set(None);
                // The new worker classifies with the newest best checkpoint.
                self.classifier.classifying_with.set(None);
            }
        }
    }

    /// Takes in one event. Steps are kept at once and drawn soon; everything else shows at once.
    fn on_event(self, event: Event) {
        match event {
            Event::Listening => self.connection.begin_talking(),
            Event::Engines(engines) => self.machine.meet_engines(engines),
            Event::DataProgress(progress) => self.data.progress.set(Some(progress)),
            Event::DataOverview(overview) => self.data.overview.set(Some(overview)),
            Event::Status(status) => {
                self.run.follow(status);
                self.connection.status.set(status);
            }
            Event::GpuFailed => self.connection.lose_gpu(),
            Event::Measured(case, measurement) => self.machine.keep_measurement(case, measurement),
            Event::EngineOpened(engine) => self.run.opened.set(Some(engine)),
            Event::RunStarted(run) => {
                self.classifier.classifying_with.set(None);
                self.run.take_up(*run);
            }
            Event::Progress(progress) => self.run.advance(progress),
            Event::ValidationProgress { done, total } => self.run.validate(done, total),
            Event::EpochFinished(metrics) => self.run.finish_epoch(metrics),
            Event::RunEnded { ending } => self.run.end(ending),
            Event::Library { runs, checkpoints } => self.library.take_all(runs, checkpoints),
            Event::Run(run) => self.library.take_run(*run),
            Event::Checkpoints { run, checkpoints } => {
                self.library.take_checkpoints(&run, checkpoints);
            }
            Event::RunRemoved { run } => self.library.drop_run(&run),
            Event::Problem(failure) => self.notices.notify(failure, None),
            Event::Died(failure) => self.lose_worker(failure.into()),
            Event::Answer { id, outcome } => self.connection.answer(id, outcome),
        }
    }

    /// Ends what is left of a dead worker, tells the person, and starts a new one unless workers
    /// keep dying or a reload is what is needed.
    fn lose_worker(self, Death { happened, next, needs_reload }: Death) {
        let Some(lost) = self.connection.give_up() else { return };
        let interrupted = self.run.interrupt();
        self.data.progress.set(None);
        self.benchmark.lose_measurement(&happened);
        self.connection.status.set(Status::Error);
        let goes_on = !lost.is_crash_loop && !needs_reload;
        let (next, remedy) = match interrupted.clone() {
            _ if needs_reload => (next, Some(Remedy::Reload)),
            _ if !goes_on => (next, Some(Remedy::RestartWorker)),
            Some(name) => (notices::NEW_WORKER_AND_RESUME.to_owned(), Some(Remedy::Resume(name))),
            None => (notices::NEW_WORKER.to_owned(), None),
        };
        let kept = self
            .library
            .checkpoints
            .with_untracked(|stored| notices::what_is_kept(stored, interrupted.as_deref()));
        self.notices.notify(Failure { happened, kept, next }, remedy);
        if goes_on {
            self.connection.start_worker();
        }
        lost.unanswered.answer();
        // With the new worker, if there is one: what ended the old one may be this case's alone.
        self.benchmark.measure_next();
    }
}
