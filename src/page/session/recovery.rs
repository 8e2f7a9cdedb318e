//! A run that was cut off, by its worker or by a reload, and how it goes on by itself.
//!
//! Whether it does is decided by `events`; here is what that takes.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::notices::{self, Complaint, Notice, PageFailure};
use super::run::{CurrentRun, Inner};
use crate::protocol::{CheckpointRole, CheckpointSummary, Command, Failure, Status};
use crate::settings::EngineChoice;

/// How often a run that goes on by itself asks for the right to train, and how long it waits in between: longer than a
/// lease of the dead worker lasts.
const GO_ON_ATTEMPTS: u32 = 30;
const BETWEEN_ATTEMPTS_MS: u32 = 1000;

/// A run that ended with its worker.
pub(super) struct CutOff {
    /// The name that its last checkpoint has, if there is one.
    pub last: Option<String>,
    /// Whether the visitor had paused or stopped it.
    pub was_held: bool,
}

/// A run that is about to go on by itself.
pub(super) struct GoingOn {
    command: Command,
    /// What had cut it off.
    pub after: Complaint,
    /// How often it is tried, with the first time.
    attempts: u32,
    /// The next time, while it waits for that.
    retry: Option<Timeout>,
}

impl Inner {
    /// The name that the current run's last checkpoint has, if there is one.
    fn last_checkpoint(&self) -> Option<String> {
        let run = self.name.as_ref()?;
        Some(CheckpointSummary::name_of(run, CheckpointRole::Last, 0, 0))
    }
}

impl CurrentRun {
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
    pub(super) fn goes_on_no_more(self) -> bool {
        let waited = self.inner.try_update_value(|inner| inner.going_on.take());
        self.notices.remove(Notice::announces_that_the_run_goes_on);
        waited.flatten().is_some_and(|it| it.retry.is_some())
    }

    /// What lets a run go on that was cut off: from its newest checkpoint, or from its first step if it has none; `None`
    /// if that checkpoint is gone.
    pub(super) fn again(self, stored: &[CheckpointSummary], on_cpu: bool) -> Option<Command> {
        self.inner.with_value(|inner| {
            let last = inner
                .last_checkpoint()
                .filter(|last| stored.iter().any(|it| it.name == *last && !it.finished));
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

    /// The worker has died: publishes the latest numbers, and returns how the run was cut off, if one was in progress.
    pub(super) fn interrupt(self) -> Option<CutOff> {
        self.inner.update_value(|inner| inner.going_on = None);
        self.redraw();
        let is_running = untrack(move || self.is_busy());
        self.under_way.set(false);
        is_running.then(|| CutOff {
            last: self.inner.with_value(Inner::last_checkpoint),
            was_held: matches!(
                self.connection.status.get_untracked(),
                Status::Paused | Status::Stopping
            ),
        })
    }
}
