//! The current run or the last one: commands for it, and what the worker reports about it.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::background::Background;
use super::connection::Connection;
use super::curves::Curves;
use super::figures::{Live, RunFigures, epoch_at};
use super::machine::Machine;
use super::notices::{self, Complaint, Notice, Notices, PageFailure, Remedy};
use super::recovery::GoingOn;
use super::worker_link::LinkError;
use crate::protocol::{
    CheckpointSummary, Command, Ending, EpochMetrics, NewRun, OpenedEngine, Progress, Reply,
    RunOverview, Status,
};
use crate::settings::EngineChoice;

/// The shortest time between redraws of numbers and charts.
const REDRAW_MS: u32 = 250;

/// A run that was stopped ends after the stretch of steps under way; on software, the largest batches take 20 s.
const STOPS_WITHIN_S: u32 = 30;

/// The current run or the last one.
#[derive(Clone, Copy)]
pub struct CurrentRun {
    pub(super) connection: Connection,
    pub(super) notices: Notices,
    machine: Machine,
    pub(super) inner: StoredValue<Inner, LocalStorage>,
    pub(super) background: StoredValue<Background>,
    /// Whether a run was requested and has not ended; also true while it waits for data.
    pub(super) under_way: RwSignal<bool>,
    /// Its engine.
    pub opened: RwSignal<Option<OpenedEngine>>,
    /// Its numbers and curves.
    pub figures: RunFigures,
}

/// The state that the page does not draw.
#[derive(Default)]
pub(super) struct Inner {
    /// The command that began the run.
    pub(super) asked: Option<Command>,
    /// The current run's name; none until a new run has begun.
    pub(super) name: Option<String>,
    /// From how far on another checkpoint is progress since the run began or went on, in steps.
    pub(super) proven: u64,
    /// The run that is about to go on by itself.
    pub(super) going_on: Option<GoingOn>,
    /// Counts requests to stop.
    stops: u32,
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
            background: StoredValue::new(Background::default()),
            under_way: RwSignal::new(false),
            opened: RwSignal::new(None),
            figures: RunFigures::new(),
        }
    }

    /// Whether a run is in progress, including one that waits for data or is paused.
    pub fn is_busy(self) -> bool {
        self.under_way.get() || self.connection.status.get().is_running()
    }

    /// Begins a run.
    pub fn start(self, run: NewRun) {
        self.begin(Command::Start(Box::new(run)));
    }

    /// Resumes an unfinished run.
    pub fn resume(self, checkpoint: String) {
        self.begin(Command::Resume { checkpoint, on_cpu: false });
    }

    /// Begins a run at the visitor's request.
    pub(super) fn begin(self, command: Command) {
        self.connection.is_well();
        self.inner.update_value(|inner| {
            inner.asked = Some(command.clone());
            inner.name = match &command {
                // Any other checkpoint begins a branch, which gets a name of its own.
                Command::Resume { checkpoint, .. } if checkpoint.ends_with("_last") => {
                    CheckpointSummary::run_of(checkpoint).map(str::to_owned)
                }
                _ => None,
            };
            inner.going_on = None;
        });
        self.figures.ending.set(None);
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
            Command::Resume { on_cpu: true, .. } => true,
            // The engine of another run is not known here.
            _ => self.figures.overview.with_untracked(|run| {
                let name = self.inner.with_value(|inner| inner.name.clone());
                run.as_ref().is_some_and(|run| {
                    Some(&run.run) == name.as_ref() && run.config.engine == EngineChoice::Cpu
                })
            }),
        };
        // After the earlier messages are dismissed, because this may add one about interrupted work.
        if !is_for_cpu {
            self.connection.replace_worker_without_gpu();
        }
        self.under_way.set(true);
        self.connection.ask(command, move |outcome| match outcome {
            // The worker's end has a message of its own, and what follows was decided there.
            Err(failure) if failure == notices::worker_ended() => {}
            Err(failure) => {
                self.under_way.set(false);
                self.notices.notify(failure, None);
            }
            Ok(_) => {}
        });
    }

    /// Pauses or continues the run.
    pub fn pause_or_continue(self) {
        let paused = self.connection.status.get_untracked() == Status::Paused;
        self.connection.order(if paused { Command::Continue } else { Command::Pause });
    }

    /// Has the run take a single step and tell everything about it, in the encoding of the worker for insight; `None` if
    /// there is no step to take now. With `pause`, the run is paused after it.
    pub fn observe(
        self,
        pause: bool,
        then: impl FnOnce(Result<Option<Vec<u8>>, Complaint>) + 'static,
    ) {
        self.connection.ask(Command::Observe { pause }, move |outcome| {
            then(outcome.and_then(|reply| match reply {
                Reply::Observed { bytes } => Ok(Some(bytes)),
                Reply::Done => Ok(None),
                _ => Err(notices::wrong_answer()),
            }));
        });
    }

    /// Stops the run; its last checkpoint is kept. A worker that does not come to an end is ended.
    pub fn stop(self) {
        if self.connection.status.get_untracked() == Status::Stopping {
            return;
        }
        if self.goes_on_no_more() {
            self.under_way.set(false);
            self.connection.status.set(Status::Stopped);
            return;
        }
        let order = self.inner.try_update_value(|inner| {
            inner.stops += 1;
            inner.stops
        });
        self.connection.order(Command::Stop);
        if !untrack(move || self.is_busy()) {
            return;
        }
        self.connection.status.set(Status::Stopping);
        Timeout::new(1000 * STOPS_WITHIN_S, move || {
            let is_latest = self.inner.try_with_value(|inner| Some(inner.stops) == order);
            if is_latest == Some(true) && self.connection.status.get_untracked() == Status::Stopping
            {
                self.connection.lose(LinkError::DoesNotStop(STOPS_WITHIN_S));
            }
        })
        .forget();
    }

    /// The worker's status is about to change.
    pub(super) fn follow(self, status: Status) {
        if !status.is_running() {
            self.inner.update_value(|inner| inner.live.seconds_left = None);
            self.redraw();
        }
        if status.is_at_rest() {
            self.under_way.set(false);
        }
    }

    /// The run starts or resumes.
    pub(super) fn take_up(self, mut run: RunOverview) {
        let weight = self.figures.curves.with_value(|curves| curves.losses.weight());
        let curves = Curves::of(&run, weight);
        let live = Live {
            step: run.step,
            epoch: epoch_at(run.step, run.steps_per_epoch),
            train_loss: curves.recent_loss(),
            ..Live::default()
        };
        self.figures.curves.set_value(curves);
        let (name, step) = (run.run.clone(), run.step);
        let went_on_after = self.inner.try_update_value(|inner| {
            inner.live = live;
            inner.name = Some(name);
            inner.proven = step;
            inner.going_on.take()
        });
        if let Some(Some(GoingOn { after, .. })) = went_on_after {
            self.notices.remove(Notice::announces_that_the_run_goes_on);
            let after = Box::new(after);
            self.notices.notify(PageFailure::Resumed { after, step }, None);
        }
        self.figures.dead_units.set(None);
        self.figures.background.set(None);
        // The curves hold them now, and the overview is cloned often.
        run.losses = Vec::new();
        self.figures.overview.set(Some(run));
        self.redraw();
    }

    /// Steps have been taken. They are stored at once and drawn soon.
    pub(super) fn advance(self, progress: Progress) {
        self.advance_in_background(&progress);
        let train_loss = self.figures.curves.try_update_value(|curves| {
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
        self.figures.curves.update_value(|curves| curves.epochs.push(metrics));
        self.inner.update_value(|inner| inner.live.validation = None);
        self.redraw();
    }

    /// The run is over.
    pub(super) fn end(self, ending: Option<Ending>) {
        self.inner.update_value(|inner| inner.going_on = None);
        self.notices.remove(|notice| {
            notice.resumed_at().is_none() && notice.announces_that_the_run_goes_on()
        });
        self.figures.ending.set(ending);
        self.under_way.set(false);
        self.inner.update_value(|inner| {
            inner.live.seconds_left = None;
            inner.live.validation = None;
        });
        self.redraw();
    }

    /// Publishes the newest numbers soon, batching many steps.
    fn redraw_soon(self) {
        self.inner.update_value(|inner| {
            inner.redraw.get_or_insert_with(|| Timeout::new(REDRAW_MS, move || self.redraw()));
        });
    }

    /// Publishes the newest numbers now.
    pub(super) fn redraw(self) {
        let live = self.inner.try_update_value(|inner| {
            inner.redraw = None;
            inner.live
        });
        if let Some(live) = live {
            self.figures.live.set(live);
            self.figures.curves_changed.notify();
        }
    }
}
