//! The run: its controls, its progress, its numbers.

use super::sentences;
use crate::page::session::BackgroundRate;
use crate::protocol::{EpochMetrics, OpenedEngine, Status};

sentences! {
    /// The run: its controls, its progress, its numbers.
    RunWords {
        /// What the worker is doing.
        status(status: Status) -> &'static str,
        /// After the validation of an epoch, for screen readers.
        epoch_ended(epoch: &EpochMetrics),
        start,
        /// Why the run cannot start.
        correct_settings_first,
        pause,
        resume,
        stop,
        /// Resumes the shown run from its last checkpoint.
        resume_run,
        /// While another run is shown than the one in progress.
        another_is_shown,
        /// The link to the run in progress.
        show_current,
        /// The button that replays the shown run.
        replay,
        about_replay,
        go_on,
        /// The slider over the replay's steps.
        replay_position,
        /// The list of durations.
        replay_pace,
        /// A duration of the whole replay.
        replay_in(seconds: u32),
        replay_stop,
        /// Of a run that can resume.
        interrupted_at(step: u64),
        /// The bar over the whole run.
        progress,
        /// The validation's progress, in images of the test split.
        validating(done: u64, total: u64),
        checking_engine,
        paused,
        no_run,
        /// At this step.
        stopped_early(step: u64),
        step_of(step: u64, steps: u64),
        time_left(seconds: f64),
        self_test_passed(opened: &OpenedEngine),
        training_loss,
        /// Below the training loss, which is their mean.
        last_batches(batches: usize),
        validation_loss,
        validation_accuracy,
        /// Below the newest epoch's results; there may be none yet.
        after_epoch(epoch: Option<u32>),
        epoch,
        /// Below the number of the epoch, before a run.
        passes,
        /// Below the number of the epoch.
        of_epochs(epochs: u64),
        step,
        /// Below the number of the step.
        batches_seen,
        images_a_second,
        /// Below the images per second.
        in_training,
        /// Below the images per second, after the tab was hidden.
        in_background(rate: BackgroundRate),
        /// The button that keeps the screen on while a run is in progress.
        keep_screen_on,
        about_screen,
        screen_refused,
    }
}
