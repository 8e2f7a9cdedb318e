//! The current run or the last one: commands for it, and what the worker reports about it.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::connection::Connection;
use super::curves::Curves;
use super::machine::Machine;
use super::notices::{Notices, Remedy};
use crate::protocol::{
    Command, Ending, EpochMetrics, NewRun, OpenedEngine, Progress, RunOverview, Status,
};
use crate::settings::EngineChoice;

/// The shortest time between redraws of numbers and charts.
const REDRAW_MS: u32 = 250;

/// The current run or the last one.
#[derive(Clone, Copy)]
pub struct CurrentRun {
    connection: Connection,
    notices: Notices,
    machine: Machine,
    inner: StoredValue<Inner, LocalStorage>,
    curves: StoredValue<Curves>,
    curves_changed: Trigger,
    /// Whether a run was requested and has not ended; also true while it waits for data.
    under_way: RwSignal<bool>,
    /// Its engine.
    pub opened: RwSignal<Option<OpenedEngine>>,
    /// The run's description without its losses.
    pub overview: RwSignal<Option<RunOverview>>,
    /// Why it ended; absent while it continues, and if it was stopped.
    pub ending: RwSignal<Option<Ending>>,
    /// Its newest numbers.
    pub live: RwSignal<Live>,
}

/// The numbers that change with every step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Live {
    /// Steps taken in the run.
    pub step: u64,
    /// The current epoch, from 1; absent before the first step.
    pub epoch: Option<u32>,
    /// Mean loss of the last [`RECENT_STEPS`](super::RECENT_STEPS) steps.
    pub train_loss: Option<f64>,
    /// Training images per second.
    pub images_per_second: Option<f64>,
    /// Seconds until the end of the run.
    pub seconds_left: Option<f64>,
    /// Images validated so far and in total, during validation.
    pub validation: Option<(u32, u32)>,
}

/// The state that the page does not draw.
#[derive(Default)]
struct Inner {
    /// The checkpoint from which the current run could resume if the worker died; none until a new run has
    /// begun.
    at_stake: Option<String>,
    /// The newest numbers, published at the next redraw.
    live: Live,
    redraw: Option<Timeout>,
}

impl CurrentRun {
    pub(super) fn new(connection: Connection, notices: Notices, machine: Machine) -> Self {
        Self {
            connection,
            notices,
            machine,
            inner: StoredValue::new_local(Inner::default()),
            curves: StoredValue::new(Curves::default()),
            curves_changed: Trigger::new(),
            under_way: RwSignal::new(false),
            opened: RwSignal::new(None),
            overview: RwSignal::new(None),
            ending: RwSignal::new(None),
            live: RwSignal::new(Live::default()),
        }
    }

    /// Whether a run is in progress, including one that waits for data or is paused.
    pub fn is_busy(self) -> bool {
        self.under_way.get() || self.connection.status.get().is_running()
    }

    /// The run's total number of steps; 0 without a run.
    pub fn steps_in_run(self) -> u64 {
        self.overview.with(|run| run.as_ref().map_or(0, |run| run.steps_in_run))
    }

    /// The fraction of those steps taken, 0 to 1.
    pub fn share_done(self) -> f64 {
        let step = self.live.with(|live| live.step);
        (step as f64 / self.steps_in_run().max(1) as f64).clamp(0.0, 1.0)
    }

    /// Reads the run's curves, and tracks them.
    pub fn with_curves<T>(self, read: impl FnOnce(&Curves) -> T) -> T {
        self.curves_changed.track();
        self.curves.with_value(read)
    }

    /// Smooths the loss curve with this weight from now on. Only this change passes over all losses; later
    /// steps cost constant time.
    pub fn smooth(self, weight: f64) {
        self.curves.update_value(|curves| curves.losses.set_weight(weight));
        self.curves_changed.notify();
    }

    /// Begins a run.
    pub fn start(self, run: NewRun) {
        self.begin(Command::Start(run));
    }

    /// Resumes an unfinished run.
    pub fn resume(self, checkpoint: String) {
        self.begin(Command::Resume { checkpoint });
    }

    fn begin(self, command: Command) {
        self.inner.update_value(|inner| {
            inner.at_stake = match &command {
                Command::Resume { checkpoint } => Some(checkpoint.clone()),
                _ => None,
            };
        });
        self.ending.set(None);
        // Messages about an earlier run are dismissed; those about the data are not.
        self.notices.remove(|notice| notice.remedy != Some(Remedy::RetryData));
        let is_for_cpu = match &command {
            Command::Start(run) => match run.config.engine {
                EngineChoice::Cpu => true,
                EngineChoice::WebGpu => false,
                EngineChoice::Auto => {
                    untrack(move || self.machine.auto_is_webgpu(run.config.batch_size))
                        == Some(false)
                }
            },
            // The engine of a resumed run is not known here.
            _ => false,
        };
        // After the earlier messages are dismissed, because this may add one about interrupted work.
        if !is_for_cpu {
            self.connection.replace_worker_without_gpu();
        }
        self.under_way.set(true);
        self.connection.ask(command, move |outcome| {
            if let Err(failure) = outcome {
                self.under_way.set(false);
                self.notices.notify(failure, None);
            }
        });
    }

    /// Pauses or continues the run.
    pub fn pause_or_continue(self) {
        let paused = self.connection.status.get_untracked() == Status::Paused;
        self.connection.order(if paused { Command::Continue } else { Command::Pause });
    }

    /// Stops the run; its last checkpoint is kept.
    pub fn stop(self) {
        self.connection.order(Command::Stop);
    }

    /// The worker's status is about to change.
    pub(super) fn follow(self, status: Status) {
        if !status.is_running() {
            self.inner.update_value(|inner| inner.live.seconds_left = None);
            self.redraw();
        }
        if matches!(status, Status::Ready | Status::Done | Status::Error) {
            self.under_way.set(false);
        }
    }

    /// The run starts or resumes.
    pub(super) fn take_up(self, mut run: RunOverview) {
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
        // The curves hold them now, and the overview is cloned often.
        run.losses = Vec::new();
        self.overview.set(Some(run));
        self.redraw();
    }

    /// Steps have been taken. They are stored at once and drawn soon.
    pub(super) fn advance(self, progress: Progress) {
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

    /// The progress of the validation after an epoch, in images.
    pub(super) fn validate(self, done: u32, total: u32) {
        self.inner.update_value(|inner| inner.live.validation = Some((done, total)));
        self.redraw_soon();
    }

    /// An epoch has ended, including its validation.
    pub(super) fn finish_epoch(self, metrics: EpochMetrics) {
        self.curves.update_value(|curves| curves.epochs.push(metrics));
        self.inner.update_value(|inner| inner.live.validation = None);
        self.redraw();
    }

    /// The run is over.
    pub(super) fn end(self, ending: Option<Ending>) {
        self.ending.set(ending);
        self.under_way.set(false);
        self.inner.update_value(|inner| {
            inner.live.seconds_left = None;
            inner.live.validation = None;
        });
        self.redraw();
    }

    /// The worker has died: publishes the latest numbers, and returns the checkpoint from which the run can
    /// resume, if one was in progress.
    pub(super) fn interrupt(self) -> Option<String> {
        self.redraw();
        let running = untrack(move || self.is_busy());
        self.under_way.set(false);
        running.then(|| self.inner.with_value(|inner| inner.at_stake.clone())).flatten()
    }

    /// Publishes the newest numbers soon, batching many steps.
    fn redraw_soon(self) {
        self.inner.update_value(|inner| {
            inner.redraw.get_or_insert_with(|| Timeout::new(REDRAW_MS, move || self.redraw()));
        });
    }

    /// Publishes the newest numbers now.
    fn redraw(self) {
        let live = self.inner.try_update_value(|inner| {
            inner.redraw = None;
            inner.live
        });
        if let Some(live) = live {
            self.live.set(live);
            self.curves_changed.notify();
        }
    }
}
