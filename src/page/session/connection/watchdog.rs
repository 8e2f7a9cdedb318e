//! Detects a worker that ended silently, as when the browser shuts it down.

use std::time::Duration;

use leptos::prelude::*;

use super::{Connection, News};
use crate::page::session::worker_link::LinkError;
use crate::protocol::{Command, LibraryCommand, Status};

const TICK_S: u32 = 5;
/// Steps and answers normally arrive several times a second; the slowest steps (software WebGPU, the largest
/// batch) take some 20 seconds.
const PATIENCE_TICKS: u32 = 8;
/// Opening a GPU compiles its shaders, during which the worker sends nothing.
const SELF_TEST_TICKS: u32 = 36;
/// A worker may be this many times slower than it was before in the same phase.
const SLOWER: u32 = 4;
/// Earlier silences may extend the limit by at most this factor, or a hang would be noticed too late.
const MOST_STRETCH: u32 = 2;

/// How many silent ticks are too many while a command is pending; `None` if its answer may take any time.
pub(super) const fn patience_for(command: &Command) -> Option<u32> {
    match command {
        Command::LoadData { .. } => None,
        // Files may be large and runs long.
        Command::Library(LibraryCommand::Import { .. } | LibraryCommand::Export(_)) => None,
        Command::Measure { .. } => Some(SELF_TEST_TICKS),
        _ => Some(PATIENCE_TICKS),
    }
}

/// What a silent worker is doing. How slow it is in one phase says nothing about the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Opening and testing an engine.
    SelfTest,
    /// Measuring an engine, which also opens it.
    Benchmark,
    Training,
    Validating,
    /// Answering, with nothing else to do.
    Answering,
}

/// How long the worker has been silent although something is due. Counted in ticks and not by a clock: a tab
/// that the browser froze for hours has merely missed ticks.
#[derive(Clone, Debug, Default)]
pub(super) struct Silence {
    ticks: u32,
    phase: Option<Phase>,
    /// The longest silence so far in each phase that has ended.
    longest: Vec<(Phase, u32)>,
}

impl Silence {
    /// The worker sent something.
    pub fn is_broken(&mut self) {
        if let Some(phase) = self.phase.filter(|_| self.ticks > 0) {
            match self.longest.iter_mut().find(|(known, _)| *known == phase) {
                Some((_, longest)) => *longest = self.ticks.max(*longest),
                None => self.longest.push((phase, self.ticks)),
            }
        }
        self.ticks = 0;
    }

    /// Nothing is due.
    fn is_expected(&mut self) {
        (self.ticks, self.phase) = (0, None);
    }

    /// Counts one more tick in this phase; returns whether that is too long.
    fn lasts(&mut self, phase: Phase, patience: u32) -> bool {
        if self.phase.replace(phase) != Some(phase) {
            self.ticks = 0;
        }
        self.ticks += 1;
        let known = self.longest.iter().find(|(known, _)| *known == phase);
        let learnt = known.map_or(0, |(_, longest)| longest * SLOWER);
        self.ticks >= learnt.clamp(patience, patience * MOST_STRETCH)
    }
}

impl Connection {
    /// Watches the worker for the lifetime of the page.
    pub(super) fn start_watchdog(self) {
        set_interval(move || self.look_after_worker(), Duration::from_secs(TICK_S.into()));
    }

    fn look_after_worker(self) {
        let status = self.status.get_untracked();
        let overdue = self.inner.try_update_value(|inner| {
            let answer_due = inner.waiting.values().filter_map(|waiting| waiting.patience).max();
            let due = match status {
                _ if !inner.listening => None,
                Status::SelfTest => Some((Phase::SelfTest, SELF_TEST_TICKS)),
                Status::Benchmark => Some((Phase::Benchmark, SELF_TEST_TICKS)),
                Status::Training => Some((Phase::Training, PATIENCE_TICKS)),
                Status::Validating => Some((Phase::Validating, PATIENCE_TICKS)),
                _ => answer_due.map(|patience| (Phase::Answering, patience)),
            };
            let Some((phase, patience)) = due else {
                inner.silence.is_expected();
                return None;
            };
            inner.silence.lasts(phase, patience).then_some(inner.silence.ticks)
        });
        if let Some(Some(ticks)) = overdue {
            let silent = LinkError::Silent(ticks * TICK_S);
            self.tell(News::Lost(silent.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_until_overdue(silence: &mut Silence, phase: Phase, patience: u32) -> u32 {
        (1..1000).find(|_| silence.lasts(phase, patience)).unwrap_or_default()
    }

    /// For a worker that takes steps.
    fn step_ticks(silence: &mut Silence) -> u32 {
        ticks_until_overdue(silence, Phase::Training, PATIENCE_TICKS)
    }

    /// A silence of this many ticks in a phase, which then ends.
    fn pass(silence: &mut Silence, phase: Phase, ticks: u32) {
        for _ in 0..ticks {
            silence.lasts(phase, SELF_TEST_TICKS);
        }
        silence.is_broken();
    }

    #[test]
    fn a_silent_worker_is_given_up_after_a_while() {
        assert_eq!(step_ticks(&mut Silence::default()), PATIENCE_TICKS);
    }

    #[test]
    fn a_worker_that_speaks_now_and_then_is_kept() {
        let mut silence = Silence::default();
        for _ in 0..100 {
            assert!(!silence.lasts(Phase::Training, PATIENCE_TICKS));
            silence.is_broken();
        }
    }

    #[test]
    fn a_worker_that_is_slow_by_nature_is_given_more_time() {
        let mut silence = Silence::default();
        pass(&mut silence, Phase::Training, 3);
        assert_eq!(step_ticks(&mut silence), 3 * SLOWER);
    }

    #[test]
    fn a_slow_self_test_does_not_keep_a_hang_in_training_from_being_noticed() {
        let mut silence = Silence::default();
        pass(&mut silence, Phase::SelfTest, 30);
        assert_eq!(step_ticks(&mut silence), PATIENCE_TICKS);
    }

    #[test]
    fn however_slow_a_phase_was_its_patience_at_most_doubles() {
        let mut silence = Silence::default();
        pass(&mut silence, Phase::Training, 7);
        assert_eq!(step_ticks(&mut silence), 2 * PATIENCE_TICKS);
        pass(&mut silence, Phase::SelfTest, 35);
        let again = ticks_until_overdue(&mut silence, Phase::SelfTest, SELF_TEST_TICKS);
        assert_eq!(again, 2 * SELF_TEST_TICKS);
    }

    #[test]
    fn silence_before_a_phase_is_not_counted_in_it() {
        let mut silence = Silence::default();
        for _ in 1..PATIENCE_TICKS {
            assert!(!silence.lasts(Phase::Validating, PATIENCE_TICKS));
        }
        assert_eq!(step_ticks(&mut silence), PATIENCE_TICKS);
        silence.is_expected();
        assert_eq!(step_ticks(&mut silence), PATIENCE_TICKS);
    }
}
