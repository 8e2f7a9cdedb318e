//! Time without sleep.

/// A clock that is read at least every second while its worker is awake: a longer gap is sleep.
///
/// Some browsers' monotonic clocks go on while the machine sleeps, and none stands still in a frozen tab. Nothing in
/// the worker keeps a timer waiting nearly as long as [`Self::ASLEEP_MS`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Awake {
    /// The newest reading, in milliseconds.
    read: Option<f64>,
    /// Milliseconds awake up to it.
    awake: f64,
}

impl Awake {
    /// A gap between two readings that is longer than this is not counted.
    pub const ASLEEP_MS: f64 = 5_000.0;

    /// The time awake, given what the clock says now. A clock that is set back adds nothing.
    pub fn at(&mut self, read: f64) -> f64 {
        let gap = self.read.replace(read).map_or(0.0, |before| read - before);
        if (0.0..=Self::ASLEEP_MS).contains(&gap) {
            self.awake += gap;
        }
        self.awake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_asleep_are_not_counted() {
        let mut clock = Awake::default();
        assert_eq!(clock.at(500.0), 0.0);
        assert_eq!(clock.at(1_500.0), 1_000.0);
        assert_eq!(clock.at(1_500.0 + 3.6e6), 1_000.0, "an hour asleep");
        assert_eq!(clock.at(1_600.0 + 3.6e6), 1_100.0);
    }

    #[test]
    fn a_clock_that_is_set_back_adds_nothing_and_goes_on() {
        let mut clock = Awake::default();
        for (read, awake) in [(9_000.0, 0.0), (9_100.0, 100.0), (100.0, 100.0), (350.0, 350.0)] {
            assert_eq!(clock.at(read), awake, "at {read}");
        }
        assert_eq!(clock.at(f64::NAN), 350.0);
    }

    #[test]
    fn a_long_step_is_counted() {
        let mut clock = Awake::default();
        clock.at(0.0);
        assert_eq!(clock.at(4_900.0), 4_900.0);
    }
}
