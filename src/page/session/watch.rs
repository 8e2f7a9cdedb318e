//! Noticing a worker that ends without a word, as one does that the browser shuts down.

use std::time::Duration;

use leptos::prelude::*;

use super::{LinkError, Session, notices};
use crate::protocol::{Command, LibraryCommand, Status};

const TICK_S: u32 = 5;
/// Steps and answers come several times a second, the slowest steps (software WebGPU, the largest
/// batch) after some 20 seconds.
const PATIENCE_TICKS: u32 = 8;
/// Opening a GPU compiles its shaders, which gives no sign of life.
const SELF_TEST_TICKS: u32 = 36;
/// A worker may be this much slower than it was before.
const SLOWER: u32 = 4;

/// How many silent ticks are too many while a command waits; `None` if its answer may take any time.
pub(super) const fn patience_for(command: &Command) -> Option<u32> {
    match command {
        Command::LoadData { .. } => None,
        // A file may be large, and a run long.
        Command::Library(LibraryCommand::Import { .. } | LibraryCommand::Export(_)) => None,
        Command::Measure { .. } => Some(SELF_TEST_TICKS),
        _ => Some(PATIENCE_TICKS),
    }
}

/// How long the worker has been silent though something is due. Counted in ticks, not by a clock: a
/// tab that the browser froze for hours has only missed ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silence {
    ticks: u32,
    longest: u32,
}

impl Silence {
    /// The worker said something.
    pub fn is_broken(&mut self) {
        self.longest = self.longest.max(self.ticks);
        self.ticks = 0;
    }

    /// One tick more; whether that is too long.
    fn lasts(&mut self, patience: u32) -> bool {
        self.ticks += 1;
        self.ticks >= patience.max(self.longest * SLOWER)
    }
}

impl Session {
    /// Looks after the worker for as long as the page lives.
    pub(super) fn watch(self) {
        set_interval(move || self.look_after_worker(), Duration::from_secs(TICK_S.into()));
    }

    fn look_after_worker(self) {
        let status = self.status.get_untracked();
        let overdue = self.inner.try_update_value(|inner| {
            let answer_due = inner.waiting.values().filter_map(|waiting| waiting.patience).max();
            let patience = match status {
                _ if !inner.listening => None,
                Status::SelfTest | Status::Benchmark => Some(SELF_TEST_TICKS),
                Status::Training | Status::Validating => Some(PATIENCE_TICKS),
                _ => answer_due,
            };
            match patience {
                Some(patience) => inner.silence.lasts(patience).then_some(inner.silence.ticks),
                None => {
                    inner.silence.ticks = 0;
                    None
                }
            }
        });
        if let Some(Some(ticks)) = overdue {
            self.lose_worker(notices::broken_link(&LinkError::Silent(ticks * TICK_S)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_until_overdue(silence: &mut Silence) -> u32 {
        (1..1000).find(|_| silence.lasts(PATIENCE_TICKS)).unwrap_or_default()
    }

    #[test]
    fn a_silent_worker_is_given_up_after_a_while() {
        assert_eq!(ticks_until_overdue(&mut Silence::default()), PATIENCE_TICKS);
    }

    #[test]
    fn a_worker_that_speaks_now_and_then_is_kept() {
        let mut silence = Silence::default();
        for _ in 0..100 {
            assert!(!silence.lasts(PATIENCE_TICKS));
            silence.is_broken();
        }
    }

    #[test]
    fn a_worker_that_is_slow_by_nature_is_given_more_time() {
        let mut silence = Silence { ticks: 6, longest: 0 };
        silence.is_broken();
        assert_eq!(ticks_until_overdue(&mut silence), 6 * SLOWER);
    }
}
