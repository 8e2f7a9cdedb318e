//! Handling of the worker's events and of its death.

use super::connection::{MOST_FAILURES, News};
use super::figures::DeadUnits;
use super::notices::{self, AfterDeath, Complaint, Death, Notice, PageFailure};
use super::{Remedy, Session};
use crate::protocol::{Command, EngineFailure, Event, Failure, Status, TrainingFailure};
use leptos::prelude::*;

impl Session {
    /// Handles the connection's news.
    pub(super) fn hear(self, news: News) {
        match news {
            News::Started => {
                self.classifier.begin();
                self.data.load(false);
                self.own_sets.read();
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
            // The visitor has stopped the run, which has not ended yet.
            Event::Status(status)
                if status.is_running()
                    && self.connection.status.get_untracked() == Status::Stopping => {}
            Event::Status(status) => {
                self.run.follow(status);
                self.connection.status.set(status);
            }
            // Only the worker for files says this.
            Event::OwnSetProgress { .. } => {}
            // The connection has taken note.
            Event::LongTask { .. } => {}
            Event::Reading { checkpoint, is_over } => {
                self.connection.note_reading(checkpoint, is_over);
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
            Event::RunFailed(failure) => self.lose_run(failure),
            Event::RunEnded { ending } => self.run.end(ending),
            Event::Library { runs, checkpoints } => self.library.take_all(runs, checkpoints),
            Event::Run(run) => self.library.take_run(*run),
            Event::Checkpoints { run, checkpoints } => {
                self.run.note_checkpoints(&run, &checkpoints);
                self.library.take_checkpoints(&run, checkpoints);
            }
            Event::RunRemoved { run } => {
                self.run.forget(&run);
                self.library.drop_run(&run);
            }
            // Only the worker for insight says this.
            Event::LibraryChanged { .. } | Event::Insight { .. } => {}
            Event::Problem(failure) => self.notices.notify(failure, None),
            Event::Died(failure) => self.lose_worker(failure.into()),
            Event::Answer { id, outcome } => {
                self.connection.answer(id, outcome.map_err(Complaint::from));
            }
        }
    }

    /// The run has failed. One whose GPU has failed goes on by itself, in a worker that asks for the GPU anew, and the
    /// second time in a row with the CPU if the visitor agrees.
    fn lose_run(self, failure: Failure) {
        let is_held = self.connection.status.get_untracked() == Status::Stopping;
        let of_gpu = matches!(
            failure,
            Failure::Training(TrainingFailure::Gpu(_))
                | Failure::Engine { webgpu: true, why: EngineFailure::Gpu(_) }
        );
        let without_gpu = of_gpu || matches!(failure, Failure::Engine { webgpu: true, .. });
        if of_gpu
            && !is_held
            && self.connection.note_failure(failure.clone().into(), false) == 1
            && let Some(command) = self.again()
        {
            let lost = Complaint::from(PageFailure::GpuLost { how: Box::new(failure) });
            self.notices.notify(lost.clone(), None);
            self.connection.replace_worker();
            self.run.go_on(command, lost);
        } else {
            self.notices.remove(Notice::announces_that_the_run_goes_on);
            self.notices.notify(failure, without_gpu.then_some(Remedy::GoOnWithCpu));
        }
    }

    /// What lets the run go on that was cut off.
    fn again(self) -> Option<Command> {
        self.library.checkpoints.with_untracked(|stored| self.run.again(stored, false))
    }

    /// Cleans up after a dead worker, tells the visitor, and starts a new one unless workers keep dying or
    /// only a reload helps. A run that was cut off goes on in it.
    fn lose_worker(self, how: Death) {
        let was_idle = untrack(|| !self.run.is_busy() && !self.benchmark.is_measuring());
        let Some(lost) = self.connection.give_up(notices::of_death(how.clone()), was_idle) else {
            return;
        };
        let cut_off = self.run.interrupt();
        let last = cut_off.as_ref().and_then(|cut_off| cut_off.last.as_deref());
        let kept =
            self.library.checkpoints.with_untracked(|stored| notices::what_is_kept(stored, last));
        let needs_reload = how.needs_reload();
        let goes_on = lost.failures < MOST_FAILURES && !needs_reload;
        // A checkpoint may have been read by chance when its reader died, but not twice.
        let mut kills = false;
        for name in &lost.reading {
            kills |= self.classifier.set_aside(name);
        }
        let again = cut_off
            .as_ref()
            .filter(|cut_off| goes_on && !cut_off.was_held && !kills)
            .and_then(|_| self.again());
        let (next, remedy) = match last {
            _ if needs_reload => (AfterDeath::Reload, Some(Remedy::Reload)),
            _ if !goes_on => (AfterDeath::GivenUp, Some(Remedy::RestartWorker)),
            _ if again.is_some() => (AfterDeath::RunGoesOn, None),
            Some(last) => (AfterDeath::NewWorkerAndResume, Some(Remedy::Resume(last.to_owned()))),
            None => (AfterDeath::NewWorker, None),
        };
        let (how, set_aside) = (Box::new(how), lost.reading.into_iter().next());
        let what = Complaint::from(PageFailure::WorkerLost { how, kept, set_aside, next });
        self.data.progress.set(None);
        // The new worker classifies with the newest best checkpoint.
        self.classifier.classifying_with.set(None);
        self.benchmark.lose_measurement(&what);
        self.connection.status.set(Status::Error);
        self.notices.remove(Notice::tells_of_an_earlier_failure);
        self.notices.notify(what.clone(), remedy);
        if goes_on {
            self.connection.start_worker();
        }
        if let Some(command) = again {
            self.run.go_on(command, what);
        }
        lost.unanswered.answer();
        // With the new worker, if there is one: only this case may have ended the old one.
        self.benchmark.measure_next();
    }
}
