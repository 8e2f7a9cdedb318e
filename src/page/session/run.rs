//! The current run or the last one: commands for it, and what the worker reports about it.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::background::Background;
use super::connection::Connection;
use super::curves::Curves;
use super::figures::{Live, RunFigures, epoch_at};
use super::machine::Machine;
use super::notices::{self, Complaint, Notice, Notices, PageFailure, Remedy};
use super::worker_link::LinkError;
use crate::protocol::{
    CheckpointSummary, Command, Ending, EpochMetrics, Failure, NewRun, OpenedEngine, Progress,
    RunOverview, Status,
};
use crate::settings::EngineChoice;

/// The shortest time between redraws of numbers and charts.
const REDRAW_MS: u32 = 250;

/// How often a run that goes on by itself asks for the right to train, and how long it waits in between: longer than a
/// lease of the dead worker lasts.
const GO_ON_ATTEMPTS: u32 = 30;
const BETWEEN_ATTEMPTS_MS: u32 = 1000;
/// A run that was stopped ends after the stretch of steps under way; on software, the largest batches take 20 s.
const STOPS_WITHIN_S: u32 = 30;

/// A run that ended with its worker.
pub(super) struct CutOff {
    /// The name that its last checkpoint has, if there is one.
    pub last: Option<String>,
    /// Whether the visitor had paused or stopped it.
    pub was_held: bool,
}

/// The current run or the last one.
#[derive(Clone, Copy)]
pub struct CurrentRun {
    pub(super) connection: Connection,
    notices: Notices,
    machine: Machine,
    inner: StoredValue<Inner, LocalStorage>,
    pub(super) background: StoredValue<Background>,
    /// Whether a run was requested and has not ended; also true while it waits for data.
    under_way: RwSignal<bool>,
    /// Its engine.
    pub opened: RwSignal<Option<OpenedEngine>>,
    /// Its numbers and curves.
    pub figures: RunFigures,
}

/// The state that the page does not draw.
#[derive(Default)]
struct Inner {
    /// The command that began the run.
    asked: Option<Command>,
    /// The current run's name; none until a new run has begun.
    name: Option<String>,
    /// From how far on another checkpoint is progress since the run began or went on, in steps.
    proven: u64,
    /// The run that is about to go on by itself.
    going_on: Option<GoingOn>,
    /// Counts requests to stop.
    stops: u32,
    /// The newest numbers, published at the next redraw.
    live: Live,
    redraw: Option<Timeout>,
}

/// A run that is about to go on by itself.
struct GoingOn {
    command: Command,
    /// What had cut it off.
    after: Complaint,
    /// How often it is tried, with the first time.
    attempts: u32,
    /// The next time, while it waits for that.
    retry: Option<Timeout>,
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

    /// Lets a run that was cut off go on by itself, in another worker.
    pub(super) fn go_on(self, command: Command, after: Complaint) {
        let going_on = GoingOn { command, after, attempts: GO_ON_ATTEMPTS, retry: None };
        self.inner.update_value(|inner| inner.going_on = Some(going_on));
        self.try_to_go_on();
    }

    /// Lets the run of this tab's link go on after the page was reloaded.
    pub fn go_on_after_reload(self, command: Command) {
        self.inner.update_value(|inner| inner.asked = Some(command.clone()));
        self.go_on(command, PageFailure::Reloaded.into());
    }

    fn try_to_go_on(self) {
        let command = self.inner.try_update_value(|inner| {
            let going_on = inner.going_on.as_mut()?;
            going_on.retry = None;
            Some(going_on.command.clone())
        });
        let Some(Some(command)) = command else { return };
        self.under_way.set(true);
        self.connection.ask(command, move |outcome| match outcome {
            Ok(_) => {}
            // The worker's end has a message of its own, and what follows was decided there.
            Err(failure) if failure == notices::worker_ended() => {}
            Err(Complaint::Worker(Failure::RunElsewhere { .. })) if self.tries_again() => {}
            Err(failure) => {
                self.under_way.set(false);
                self.goes_on_no_more();
                self.notices.notify(failure, None);
            }
        });
    }

    /// Whether a run that goes on by itself is tried again soon: the former worker may hold the right to train it for a
    /// moment longer.
    fn tries_again(self) -> bool {
        let tries = self.inner.try_update_value(|inner| {
            let Some(it) = inner.going_on.as_mut().filter(|it| it.attempts > 1) else {
                return false;
            };
            it.attempts -= 1;
            it.retry = Some(Timeout::new(BETWEEN_ATTEMPTS_MS, move || self.try_to_go_on()));
            true
        });
        tries == Some(true)
    }

    /// The run that was about to go on by itself does not. Returns whether one was, and only waited for its turn.
    fn goes_on_no_more(self) -> bool {
        let waited = self.inner.try_update_value(|inner| inner.going_on.take());
        self.notices.remove(Notice::announces_that_the_run_goes_on);
        waited.flatten().is_some_and(|it| it.retry.is_some())
    }

    /// What lets a run go on that was cut off: from its newest checkpoint, or from its first step if it has none; `None`
    /// if the visitor held it.
    pub(super) fn again(self, stored: &[CheckpointSummary], on_cpu: bool) -> Option<Command> {
        self.inner.with_value(|inner| {
            let last = inner.name.as_ref().map(|run| format!("model_{run}_last"));
            let last = last.filter(|last| stored.iter().any(|it| it.name == *last && !it.finished));
            if let Some(checkpoint) = last {
                return Some(Command::Resume { checkpoint, on_cpu });
            }
            // It was saved, and what was saved last is not there any more.
            let is_of_run = |it: &CheckpointSummary| Some(&it.run) == inner.name.as_ref();
            if stored.iter().any(is_of_run) {
                return None;
            }
            let mut asked = inner.asked.clone()?;
            match &mut asked {
                Command::Start(run) => {
                    if inner.name.is_some() {
                        run.again.clone_from(&inner.name);
                    }
                    if on_cpu {
                        run.config.engine = EngineChoice::Cpu;
                    }
                }
                Command::Resume { on_cpu: cpu, .. } => *cpu = on_cpu,
                _ => return None,
            }
            Some(asked)
        })
    }

    /// The checkpoints of a run have changed: if the current one has come further, failures before no longer count.
    pub(super) fn note_checkpoints(self, run: &str, checkpoints: &[CheckpointSummary]) {
        let newest = checkpoints.iter().map(|it| it.step).max().unwrap_or_default();
        let is_progress = self.inner.try_update_value(|inner| {
            let is_progress = inner.name.as_deref() == Some(run) && newest > inner.proven;
            inner.proven = if is_progress { newest } else { inner.proven };
            is_progress
        });
        if is_progress == Some(true) {
            self.connection.is_well();
        }
    }

    /// Pauses or continues the run.
    pub fn pause_or_continue(self) {
        let paused = self.connection.status.get_untracked() == Status::Paused;
        self.connection.order(if paused { Command::Continue } else { Command::Pause });
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

    /// The library has a run no more: it does not come back by itself.
    pub(super) fn forget(self, run: &str) {
        let is_it = self.inner.with_value(|inner| inner.name.as_deref() == Some(run));
        if is_it && !self.connection.status.get_untracked().is_running() {
            self.inner.update_value(|inner| (inner.name, inner.asked) = (None, None));
            if self.goes_on_no_more() {
                self.under_way.set(false);
            }
        }
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

    /// The worker has died: publishes the latest numbers, and returns how the run was cut off, if one was in progress.
    pub(super) fn interrupt(self) -> Option<CutOff> {
        self.inner.update_value(|inner| inner.going_on = None);
        self.redraw();
        let is_running = untrack(move || self.is_busy());
        self.under_way.set(false);
        is_running.then(|| CutOff {
            last: self
                .inner
                .with_value(|inner| Some(format!("model_{}_last", inner.name.as_ref()?))),
            was_held: matches!(
                self.connection.status.get_untracked(),
                Status::Paused | Status::Stopping
            ),
        })
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
            self.figures.live.set(live);
            self.figures.curves_changed.notify();
        }
    }
}
