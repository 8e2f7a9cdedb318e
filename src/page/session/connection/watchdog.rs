//! Notices a worker that hangs or has ended without a word.
//!
//! A worker's script beats every second, from before its program has arrived (`www/worker_loader.js`), so a worker
//! that is silent does nothing else either, whatever it was asked for. A task that holds its thread longer is announced
//! with [`crate::protocol::Event::LongTask`].

use std::time::Duration;

use leptos::prelude::*;

use super::{Connection, News};
use crate::page::session::worker_link::LinkError;

const TICK_S: u32 = 1;
/// A worker is taken for dead at this many ticks in a row without a word from it, between 3 and 4 seconds after the last
/// one: two beats, which are as far apart as ticks, have failed to appear by then, and a third is late.
const MOST_SILENT_TICKS: u32 = 4;
/// The script comes from the network, so the first beat may take longer.
const MOST_TICKS_UNTIL_FIRST_BEAT: u32 = 60;

/// How long the worker has been silent. Counted in ticks and not by a clock: a tab that the browser froze, or whose
/// machine slept, has missed ticks along with beats. In a hidden tab ticks may be a minute apart, and it takes as much
/// longer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silence {
    has_spoken: bool,
    ticks: u32,
    /// Ticks that an announced task may take besides.
    announced: u32,
}

impl Silence {
    /// The worker has said something.
    pub fn is_broken(&mut self) {
        *self = Self { has_spoken: true, ..Self::default() };
    }

    /// A task that holds the worker's thread for about so many milliseconds follows.
    pub fn is_announced(&mut self, ms: u32) {
        self.is_broken();
        // A machine that has become twice as slow meanwhile is not dead.
        self.announced = (2 * ms).div_ceil(1000 * TICK_S);
    }

    /// Counts one more tick; returns the seconds that the silence has lasted if that is too long.
    fn lasts(&mut self) -> Option<u32> {
        self.ticks += 1;
        let most = match self.has_spoken {
            true => MOST_SILENT_TICKS + self.announced,
            false => MOST_TICKS_UNTIL_FIRST_BEAT,
        };
        (self.ticks >= most).then_some(self.ticks * TICK_S)
    }
}

impl Connection {
    /// Watches the worker for as long as whoever has asked for it is there.
    pub(super) fn start_watchdog(self) {
        let look = move || self.look_after_worker();
        if let Ok(watch) = set_interval_with_handle(look, Duration::from_secs(TICK_S.into())) {
            on_cleanup(move || watch.clear());
        }
    }

    fn look_after_worker(self) {
        let overdue = self.inner.try_update_value(|inner| {
            inner.link.as_ref()?;
            inner.silence.lasts()
        });
        if let Some(Some(seconds)) = overdue {
            self.tell(News::Lost(LinkError::Silent(seconds).into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_until_overdue(silence: &mut Silence) -> u32 {
        (1..1000).find(|_| silence.lasts().is_some()).unwrap_or_default()
    }

    fn of_one_that_has_spoken() -> Silence {
        let mut silence = Silence::default();
        silence.is_broken();
        silence
    }

    #[test]
    fn a_worker_that_misses_its_beats_is_taken_for_dead_within_five_seconds() {
        let ticks = ticks_until_overdue(&mut of_one_that_has_spoken());
        assert!((3..5).contains(&ticks), "{ticks} ticks");
    }

    #[test]
    fn a_worker_that_beats_is_kept_however_late_a_beat_may_be() {
        let mut silence = of_one_that_has_spoken();
        for late in [1, 2, 3].repeat(100) {
            assert!((0..late).all(|_| silence.lasts().is_none()));
            silence.is_broken();
        }
    }

    #[test]
    fn a_script_that_is_still_on_its_way_has_more_time() {
        assert_eq!(ticks_until_overdue(&mut Silence::default()), MOST_TICKS_UNTIL_FIRST_BEAT);
    }

    #[test]
    fn a_task_that_was_announced_may_take_twice_as_long_as_it_said_and_only_once() {
        let mut silence = of_one_that_has_spoken();
        silence.is_announced(5000);
        assert_eq!(ticks_until_overdue(&mut silence), MOST_SILENT_TICKS + 10);
        silence.is_broken();
        assert_eq!(ticks_until_overdue(&mut silence), MOST_SILENT_TICKS);
    }
}
