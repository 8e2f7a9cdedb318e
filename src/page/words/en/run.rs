//! The run, in English.

use crate::page::format::{duration, whole};
use crate::page::words::RunWords;

/// The run's sentences.
pub const WORDS: RunWords = RunWords {
    validating: |done, total| format!("Validating: {} of {} images", whole(done), whole(total)),
    checking_engine: "Checking the engine with known answers",
    paused: "Paused; the run's last checkpoint is stored",
    no_run: "No run yet",
    stopped_early: |step| {
        format!("Stopped early at step {}: the validation loss no longer fell", whole(step))
    },
    step_of: |step, steps| format!("Step {} of {}", whole(step), whole(steps)),
    start: "Start",
    time_left: |seconds| format!("{} left", duration(seconds)),
};
