//! What becomes of the worker's events and of its death.

use super::connection::News;
use super::notices::{self, Death};
use super::{Curves, Live, Remedy, Session};
use crate::protocol::{Event, Failure, Progress, RunOverview, Status};
use leptos::prelude::*;

impl Session {
    /// Takes in what the connection tells.
    pub(super) fn hear(self, news: News) {
        match news {
            News::Started => {
                self.data.load(false);
                self.list_library();
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
            Event::Status(status) => self.enter(status),
            Event::GpuFailed => self.connection.lose_gpu(),
            Event::Measured(case, measurement) => self.machine.keep_measurement(case, measurement),
            Event::EngineOpened(engine) => self.opened.set(Some(engine)),
            Event::RunStarted(run) => self.begin_run(*run),
            Event::Progress(progress) => self.advance(progress),
            Event::ValidationProgress { done, total } => {
                self.inner.update_value(|inner| inner.live.validation = Some((done, total)));
                self.redraw_soon();
            }
            Event::EpochFinished(metrics) => {
                self.curves.update_value(|curves| curves.epochs.push(metrics));
                self.inner.update_value(|inner| inner.live.validation = None);
                self.redraw();
            }
            Event::RunEnded { ending } => {
                self.ending.set(ending);
                self.under_way.set(false);
                self.inner.update_value(|inner| {
                    inner.live.seconds_left = None;
                    inner.live.validation = None;
                });
                self.redraw();
            }
            Event::Library { runs, checkpoints } => self.take_library(runs, checkpoints),
            Event::Run(run) => self.take_run(*run),
            Event::Checkpoints { run, checkpoints } => self.take_checkpoints(&run, checkpoints),
            Event::Problem(failure) => self.notices.notify(failure, None),
            Event::Died(failure) => self.lose_worker(failure.into()),
            Event::Answer { id, outcome } => self.connection.answer(id, outcome),
        }
    }

    fn enter(self, status: Status) {
        if !status.is_running() {
            self.inner.update_value(|inner| inner.live.seconds_left = None);
            self.redraw();
        }
        if matches!(status, Status::Ready | Status::Done | Status::Error) {
            self.under_way.set(false);
        }
        self.connection.status.set(status);
    }

    fn begin_run(self, mut run: RunOverview) {
        let weight = self.curves.with_value(|curves| curves.losses.weight());
        let curves = Curves::of(&run, weight);
        let live = Live {
            step: run.step,
            epoch: (run.step > 0).then(|| (run.step.div_ceil(run.steps_per_epoch.max(1))) as u32),
            train_loss: curves.recent_loss(),
            ..Live::default()
        };
        self.curves.set_value(curves);
        self.inner.update_value(|inner| {
            inner.live = live;
            inner.at_stake = Some(format!("model_{}_last", run.run));
        });
        // They are in the curves now; the overview is cloned often.
        run.losses = Vec::new();
        self.run.set(Some(run));
        self.classifier.classifying_with.set(None);
        self.redraw();
    }

    fn advance(self, progress: Progress) {
        let train_loss = self.curves.try_update_value(|curves| {
            curves.push_losses(&progress.losses);
            curves.reports.extend(&progress.reports);
            curves.recent_loss()
        });
        self.inner.update_value(|inner| {
            inner.live = Live {
                step: progress.step,
                epoch: Some(progress.epoch),
                train_loss: train_loss.flatten(),
                images_per_second: Some(progress.images_per_second).filter(|rate| *rate > 0.0),
                seconds_left: progress.seconds_left,
                validation: None,
            };
        });
        self.redraw_soon();
    }

    /// Ends what is left of a dead worker, tells the person, and starts a new one unless workers
    /// keep dying or a reload is what is needed.
    fn lose_worker(self, Death { happened, next, needs_reload }: Death) {
        let Some(lost) = self.connection.give_up() else { return };
        self.redraw();
        let interrupted = self.interrupted_run();
        self.under_way.set(false);
        self.data.progress.set(None);
        self.lose_measurement(&happened);
        self.connection.status.set(Status::Error);
        let goes_on = !lost.is_crash_loop && !needs_reload;
        let (next, remedy) = match interrupted.clone() {
            _ if needs_reload => (next, Some(Remedy::Reload)),
            _ if !goes_on => (next, Some(Remedy::RestartWorker)),
            Some(name) => (notices::NEW_WORKER_AND_RESUME.to_owned(), Some(Remedy::Resume(name))),
            None => (notices::NEW_WORKER.to_owned(), None),
        };
        let kept = self
            .checkpoints
            .with_untracked(|stored| notices::what_is_kept(stored, interrupted.as_deref()));
        self.notices.notify(Failure { happened, kept, next }, remedy);
        if goes_on {
            self.connection.start_worker();
        }
        lost.unanswered.answer();
        // With the new worker, if there is one: what ended the old one may be this case's alone.
        self.measure_next();
    }

    /// The name of the checkpoint from which the run at hand can go on, if a run is under way.
    fn interrupted_run(self) -> Option<String> {
        let running = untrack(move || self.is_busy());
        running.then(|| self.inner.with_value(|inner| inner.at_stake.clone())).flatten()
    }
}
