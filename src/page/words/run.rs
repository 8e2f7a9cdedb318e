//! The run: its controls, its progress, its numbers.

use super::sentences;

sentences! {
    /// The run: its controls, its progress, its numbers.
    RunWords {
        /// Images of the test split seen by the validation under way.
        validating(done: u64, total: u64),
        checking_engine,
        paused,
        no_run,
        /// At this step.
        stopped_early(step: u64),
        step_of(step: u64, steps: u64),
        time_left(seconds: f64),
        start,
    }
}
