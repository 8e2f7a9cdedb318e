//! The run, in English.

use crate::page::format::{duration, percent, whole};
use crate::page::words::RunWords;
use crate::protocol::Status;

/// The run's sentences.
pub const WORDS: RunWords = RunWords {
    status: |status| match status {
        Status::Loading => "loading",
        Status::Ready => "ready",
        Status::Benchmark => "benchmark",
        Status::SelfTest => "self-test",
        Status::Training => "training",
        Status::Validating => "validating",
        Status::Paused => "paused",
        Status::Stopping => "stopping",
        Status::Done => "done",
        Status::Stopped => "stopped",
        Status::Failed => "failed",
        Status::Error => "error",
    },
    epoch_ended: |epoch| {
        let (loss, accuracy) = (epoch.valid_loss, percent(epoch.valid_accuracy));
        format!("Epoch {} has ended: validation loss {loss:.4}, accuracy {accuracy}", epoch.epoch)
    },
    start: "Start",
    correct_settings_first: "Correct the settings first",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    resume_run: "Resume",
    another_is_shown: "This is an earlier run; another one is in progress.",
    show_current: "Show the run in progress",
    replay: "Replay",
    about_replay: "Draw this run's curves again, step by step, at a pace of your choice",
    go_on: "Continue",
    replay_position: "Step of the replay",
    replay_pace: "Duration of the replay",
    replay_in: |seconds| format!("in {}", duration(seconds.into())),
    replay_stop: "Close the replay",
    interrupted_at: |step| format!("At step {}; resume to continue", whole(step)),
    progress: "Run",
    validating: |done, total| format!("Validating: {} of {} images", whole(done), whole(total)),
    checking_engine: "Checking the engine against known results",
    paused: "Paused; a checkpoint has been saved",
    no_run: "No run yet",
    stopped_early: |step| {
        format!("Stopped early at step {}: the validation loss stopped falling", whole(step))
    },
    step_of: |step, steps| format!("Step {} of {}", whole(step), whole(steps)),
    time_left: |seconds| format!("{} left", duration(seconds)),
    self_test_passed: |opened| {
        let (difference, ms) = (opened.gradient_difference, opened.self_test_ms);
        if opened.webgpu {
            format!(
                "Self-test passed: gradients within {difference:.1e} of the CPU engine's ({ms:.0} ms)"
            )
        } else {
            format!("Self-test passed: loss and gradients as expected ({ms:.0} ms)")
        }
    },
    training_loss: "Training loss",
    last_batches: |batches| format!("last {batches} batches"),
    validation_loss: "Validation loss",
    validation_accuracy: "Validation accuracy",
    after_epoch: |epoch| match epoch {
        Some(epoch) => format!("after epoch {epoch}"),
        None => "after an epoch".to_owned(),
    },
    epoch: "Epoch",
    passes: "passes over the data",
    of_epochs: |epochs| format!("of {epochs}"),
    step: "Step",
    batches_seen: "batches seen",
    images_a_second: "Images/s",
    in_training: "training",
    in_background: |rate| {
        let (hidden, share) = (whole(rate.hidden as u64), percent(rate.share));
        format!("in the background: {hidden}, {share} of the rate before")
    },
    keep_screen_on: "Keep the screen on",
    about_screen: "While this run is in progress, the screen does not turn off and the machine does not go to sleep by \
                   itself",
    screen_refused: "The browser does not keep the screen on now, perhaps to save power. The run goes on.",
};
