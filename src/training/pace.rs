//! Decides how many steps to take before reading their losses.

use super::Backend;

/// Adapts to the speed of an engine, so that readbacks cost little and commands are handled promptly.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    steps: usize,
    target_ms: f64,
}

impl Pace {
    /// The most steps whose losses may be left unread.
    pub const MOST_STEPS: usize = 4096;

    /// Starts with one step, then grows to stretches that suit the backend. On the CPU a stretch blocks
    /// everything else; on a GPU only the readback at its end is awaited, which should be rare.
    #[must_use]
    pub const fn new(backend: &Backend) -> Self {
        let target_ms = if matches!(backend, Backend::FusedGpu(_)) { 250.0 } else { 100.0 };
        Self { steps: 1, target_ms }
    }

    /// Steps in the next stretch.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// Whether stretches have reached their target length, judged by one that took this many milliseconds.
    #[must_use]
    pub fn is_settled(&self, duration_ms: f64) -> bool {
        duration_ms > self.target_ms / 2.0 || self.steps == Self::MOST_STEPS
    }

    /// Records how long a stretch took, in milliseconds. Ignores one cut short by an epoch's end or by
    /// missing data.
    pub fn took(&mut self, duration_ms: f64, steps: usize) {
        if steps < self.steps {
            return;
        }
        if duration_ms > self.target_ms {
            self.steps = (self.steps / 2).max(1);
        } else if !self.is_settled(duration_ms) {
            self.steps = (self.steps * 2).min(Self::MOST_STEPS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_grow_and_shrink_to_the_time_that_they_should_take() {
        let mut pace = Pace::new(&Backend::FusedCpu);
        for _ in 0..20 {
            let steps = pace.steps();
            pace.took(steps as f64 * 3.0, steps);
        }
        assert_eq!(pace.steps(), 32, "of 3 ms each");
        pace.took(10.0, 1);
        assert_eq!(pace.steps(), 32, "a stretch cut short says nothing");
        for _ in 0..20 {
            let steps = pace.steps();
            pace.took(steps as f64 * 800.0, steps);
        }
        assert_eq!(pace.steps(), 1);
        for _ in 0..20 {
            let steps = pace.steps();
            pace.took(steps as f64 * 0.001, steps);
        }
        assert_eq!(pace.steps(), Pace::MOST_STEPS);
    }
}
