//! What becomes of the worker's events.

use super::{Complaint, Curves, Live, Remedy, Session, Waiting, notices};
use crate::protocol::{Event, Progress, RunOverview, Status};
use leptos::prelude::*;

impl Session {
    /// Takes in one event. Steps are kept at once and drawn soon; everything else shows at once.
    pub(super) fn on_event(self, event: Event) {
        self.inner.update_value(|inner| inner.silence.is_broken());
        match event {
            Event::Listening => self.begin_talking(),
            Event::Engines(engines) => self.meet_engines(engines),
            Event::DataProgress(progress) => self.data_progress.set(Some(progress)),
            Event::DataOverview(overview) => self.overview.set(Some(overview)),
            Event::Status(status) => self.enter(status),
            Event::GpuFailed => self.inner.update_value(|inner| inner.gpu_failed = true),
            Event::Measured(case, measurement) => self.keep_measurement(case, measurement),
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
            Event::Problem(failure) => self.notify(failure, None),
            Event::Died(failure) => self.lose_worker(failure.into()),
            Event::Answer { id, outcome } => {
                let asked =
                    self.inner.try_update_value(|inner| inner.waiting.remove(&id)).flatten();
                if let Some(Waiting { then, .. }) = asked {
                    then(outcome.map_err(Complaint::from));
                }
            }
        }
    }

    fn begin_talking(self) {
        self.drop_notices(|notice| notice.what == notices::slow_start());
        let sent = self.inner.try_update_value(|inner| {
            inner.listening = true;
            inner.load_timeout = None;
            let requests = std::mem::take(&mut inner.unsent);
            let Some(link) = &inner.link else { return Ok(()) };
            requests.iter().try_for_each(|request| link.send(request))
        });
        if let Some(Err(error)) = sent {
            self.lose_worker(error.into());
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
        self.status.set(status);
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
        self.classifying_with.set(None);
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

    /// Offers to try the data once more.
    pub(super) fn tell_of_data(self, failure: Complaint) {
        if self.status.get_untracked() == Status::Loading {
            self.status.set(Status::Error);
        }
        self.notify(failure, Some(Remedy::RetryData));
    }
}
