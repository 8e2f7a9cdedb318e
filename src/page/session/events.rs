//! Handling of the worker's events and of its death.

use super::connection::News;
use super::figures::DeadUnits;
use super::notices::{self, AfterDeath, Complaint, Death, PageFailure};
use super::{Remedy, Session};
use crate::protocol::{Event, Status};
use leptos::prelude::*;

impl Session {
    /// Handles the connection's news.
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

    /// Handles one event. Steps are stored at once and drawn soon; everything else is shown at once.
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
            Event::NearChance { epoch, dead } => {
                let layers = dead;
                self.run.figures.dead_units.set(Some(DeadUnits { epoch, layers }));
            }
            Event::RunEnded { ending } => self.run.end(ending),
            Event::Library { runs, checkpoints } => self.library.take_all(runs, checkpoints),
            Event::Run(run) => self.library.take_run(*run),
            Event::Checkpoints { run, checkpoints } => {
                self.library.take_checkpoints(&run, checkpoints);
            }
            Event::RunRemoved { run } => self.library.drop_run(&run),
            Event::Problem(failure) => self.notices.notify(failure, None),
            Event::Died(failure) => self.lose_worker(failure.into()),
            Event::Answer { id, outcome } => {
                self.connection.answer(id, outcome.map_err(Complaint::from));
            }
        }
    }

    /// Cleans up after a dead worker, tells the visitor, and starts a new one unless workers keep dying or
    /// only a reload helps.
    fn lose_worker(self, how: Death) {
        let Some(lost) = self.connection.give_up() else { return };
        let interrupted = self.run.interrupt();
        let kept = self
            .library
            .checkpoints
            .with_untracked(|stored| notices::what_is_kept(stored, interrupted.as_deref()));
        let needs_reload = how.needs_reload();
        let goes_on = !lost.is_crash_loop && !needs_reload;
        let (next, remedy) = match interrupted {
            _ if needs_reload => (AfterDeath::Reload, Some(Remedy::Reload)),
            _ if !goes_on => (AfterDeath::GivenUp, Some(Remedy::RestartWorker)),
            Some(name) => (AfterDeath::NewWorkerAndResume, Some(Remedy::Resume(name))),
            None => (AfterDeath::NewWorker, None),
        };
        let what = Complaint::from(PageFailure::WorkerLost { how: Box::new(how), kept, next });
        self.data.progress.set(None);
        self.benchmark.lose_measurement(&what);
        self.connection.status.set(Status::Error);
        self.notices.notify(what, remedy);
        if goes_on {
            self.connection.start_worker();
        }
        lost.unanswered.answer();
        // With the new worker, if there is one: only this case may have ended the old one.
        self.benchmark.measure_next();
    }
}
