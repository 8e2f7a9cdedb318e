//! What went wrong, in English.

use super::causes::{divergence, engine, fetch, gpu, quoted, training, understanding, weights};
use super::file_causes::{checkpoint, export, import, linked_file};
use super::{own_sets, page_failures};
use crate::dataset::{FetchError, ShardError};
use crate::hardware::NoWebGpu;
use crate::library::BlockError;
use crate::page::session::{Complaint, Remedy};
use crate::page::words::{FailureWords, Told};
use crate::protocol::{EngineFailure, Failure, StorageFailure, TrainingFailure, Waiting};

/// The words about failures.
pub const WORDS: FailureWords = FailureWords {
    told: |what| match what {
        Complaint::Worker(failure) => told(failure),
        Complaint::Page(failure) => page_failures::told(failure),
    },
    remedy: |remedy| match remedy {
        Remedy::RetryData => "Try again",
        Remedy::Resume(_) => "Resume the run",
        Remedy::GoOnWithCpu => "Train on the CPU",
        Remedy::RestartWorker => "Start the worker again",
        Remedy::Reload => "Reload",
    },
    dismiss: "Dismiss",
    copy_report: "Copy report",
};

const ALL_CHECKPOINTS: &str = "Every checkpoint saved so far is kept.";
const OTHER_CHECKPOINTS: &str = "Every other checkpoint is kept.";
const NOTHING_CHANGED: &str = "Nothing has changed.";
const RESUME_OR_CPU: &str =
    "Resume from the last checkpoint; if it happens again, choose the CPU engine.";

/// Three sentences.
pub fn sentences(
    happened: impl Into<String>,
    kept: impl Into<String>,
    next: impl Into<String>,
) -> Told {
    Told { happened: happened.into(), kept: kept.into(), next: next.into() }
}

/// A failure in the worker.
pub fn told(failure: &Failure) -> Told {
    match failure {
        Failure::WorkerPanicked { panic_text } => sentences(
            format!("The training worker stopped unexpectedly ({panic_text})."),
            ALL_CHECKPOINTS,
            "A new worker starts automatically; resume the run from its last checkpoint.",
        ),
        Failure::NotUnderstood(error) => sentences(
            format!(
                "The page and its worker do not understand each other: {}.",
                understanding(error)
            ),
            ALL_CHECKPOINTS,
            "Reload the page without the cache (hold Shift while reloading).",
        ),
        Failure::Busy(waiting) => sentences(
            match waiting {
                Waiting::Refetch => {
                    "A run is in progress, so the data set cannot be fetched again yet."
                }
                Waiting::Start => "A run is in progress, so another cannot start yet.",
                Waiting::ForgetOwnSet => {
                    "A run trains on this data set, so it cannot be deleted yet."
                }
                Waiting::Measure => "A run is in progress, so nothing can be measured yet.",
            },
            "The run continues.",
            "Stop the run first.",
        ),
        Failure::MeasurementStopped => sentences(
            "The measurement was stopped.",
            "What was measured before is kept.",
            "Measure again whenever you like.",
        ),
        Failure::NoRunUnderWay => {
            sentences("No run is in progress.", NOTHING_CHANGED, "Start a run first.")
        }
        Failure::NoTestImages => sentences(
            "The test images have not arrived yet.",
            NOTHING_CHANGED,
            "Wait until the data set has loaded.",
        ),
        Failure::OwnSetGone { title } => sentences(
            format!(
                "The data set {} of this run is not kept in this browser any more.",
                quoted(title)
            ),
            "The run and its checkpoints are kept.",
            "Add the same files again to look at its images.",
        ),
        Failure::NoWeights => sentences(
            "There are no trained weights yet.",
            "Your picture is unchanged.",
            "Start training and watch the answers get better.",
        ),
        Failure::PictureSize { found, expected } => sentences(
            format!("A garment has {expected} pixels, but this picture has {found}."),
            NOTHING_CHANGED,
            "Reload the page.",
        ),
        Failure::TrainsOnCpuInstead { because } => {
            let Told { happened, kept, .. } = told(because);
            sentences(
                format!("{happened} This run trains on the CPU engine instead."),
                kept,
                "You need not do anything: the run continues. To try WebGPU again, start another run.",
            )
        }
        Failure::Data(error) => sentences(
            format!("The data set could not be loaded: {}.", fetch(error)),
            "The parts that arrived and every checkpoint are kept.",
            after_fetch(error),
        ),
        Failure::OwnSet(why) => own_sets::told(why),
        Failure::Engine { webgpu, why } => about_engine(*webgpu, why),
        Failure::NoFusedKernels { case } => sentences(
            format!("{case} cannot be measured: its kernels failed their self-test here."),
            "Training still works, with Burn's operations.",
            "Measure another case.",
        ),
        Failure::NotMeasured { case, why } => sentences(
            format!("{case} could not be measured: {}.", training(why)),
            "What was measured before is kept.",
            "Measure another case, or this one again.",
        ),
        Failure::Training(why) => about_training(why),
        Failure::RunDiverged { how, measured, saved } => sentences(
            format!("The run has diverged: {}.", divergence(how)),
            match saved {
                Some(step) => format!(
                    "Its losses up to step {measured} are kept, and its checkpoint after step {step}."
                ),
                None => format!(
                    "Its losses up to step {measured} are kept, but no checkpoint: none had been saved yet."
                ),
            },
            "Choose a smaller learning rate and start again.",
        ),
        Failure::Weights(error) => sentences(
            format!("These weights cannot be used: {}.", weights(error)),
            "The weights used before stay in use.",
            "Choose another checkpoint.",
        ),
        Failure::Checkpoint(why) => sentences(
            format!("The checkpoint cannot be read: {}.", checkpoint(why)),
            OTHER_CHECKPOINTS,
            "Choose another checkpoint, or delete this one.",
        ),
        Failure::Storage(why) => about_storage(why),
        Failure::LibraryDeleted => sentences(
            "The stored runs were deleted from outside this page.",
            "A run in progress continues and is stored again with all its measurements.",
            "You need not do anything. If it was not you, check whether the browser clears this site's data.",
        ),
        Failure::RunInTraining { run } => sentences(
            format!("{run} is being trained and was not deleted."),
            "Everything is kept.",
            "First stop the run in the tab that trains it.",
        ),
        Failure::RunOver { run } => {
            sentences(format!("{run} is over."), "Its checkpoints are kept.", "Start a new run.")
        }
        Failure::RunElsewhere { run } => sentences(
            format!("{run} is being trained in another tab."),
            "The run continues there, and you can follow it in the library.",
            "Stop it there first, or resume another of its checkpoints as a branch.",
        ),
        Failure::LinkedFile { url, why } => sentences(
            format!("{url} cannot be used: {}.", linked_file(why)),
            "No run was started, and nothing else has changed.",
            "Choose a file in its place, or remove this part of the link.",
        ),
        Failure::NotImported { file, why } => sentences(
            format!("{file} was not imported: {}.", import(why)),
            "The library is unchanged.",
            page_failures::WHAT_IS_TAKEN,
        ),
        Failure::NotExported(why) => sentences(
            format!("The file could not be made: {}.", export(why)),
            "The library is unchanged.",
            "Try another checkpoint or another format.",
        ),
    }
}

fn after_fetch(error: &FetchError) -> &'static str {
    match error {
        FetchError::Download { source, .. } if source.may_pass() => {
            "Check the connection, then try again."
        }
        FetchError::NewVersion => "Reload the page to get it.",
        FetchError::Replaced => "You need not do anything: the newer request continues.",
        FetchError::Content(ShardError::Version { .. }) => {
            "Reload the page without the cache (hold Shift while reloading)."
        }
        FetchError::Download { .. } | FetchError::Content(_) => {
            "Try again. If it keeps failing, whoever runs this site must rebuild the data (`cargo xtask data`)."
        }
    }
}

fn about_engine(webgpu: bool, why: &EngineFailure) -> Told {
    let cause = engine(why);
    if !webgpu {
        return sentences(
            format!("The CPU engine cannot be used: {cause}."),
            ALL_CHECKPOINTS,
            "Reload the page; if it happens again, try another browser.",
        );
    }
    let next = match why {
        EngineFailure::NoWebGpu(NoWebGpu::InsecureOrigin) => {
            "Choose the CPU engine, which works here too. For WebGPU, open the page over https or as \
             http://localhost; \u{201c}In a classroom\u{201d} in Atelier's README says how to set this up for a whole \
             class."
        }
        EngineFailure::Gpu(_) => {
            "Start again: a new worker then asks for the GPU. Or choose the CPU engine, which works in \
             every browser."
        }
        EngineFailure::NoWebGpu(_)
        | EngineFailure::NoDevice { .. }
        | EngineFailure::WrongAnswer(_)
        | EngineFailure::NoAnswer(_) => "Choose the CPU engine: it works in every browser.",
    };
    sentences(format!("WebGPU cannot be used: {cause}."), ALL_CHECKPOINTS, next)
}

fn about_training(why: &TrainingFailure) -> Told {
    match why {
        TrainingFailure::Diverged(how) => sentences(
            format!("The run has diverged: {}.", divergence(how)),
            "The checkpoints saved before that step are kept.",
            "Choose a smaller learning rate and start again.",
        ),
        TrainingFailure::Order(_) => sentences(
            format!("The run cannot begin: {}.", training(why)),
            "No run was started, and nothing else has changed.",
            "Correct the file of batches that the link names.",
        ),
        TrainingFailure::Gpu(complaint) => sentences(
            format!("The run was stopped because {}.", gpu(complaint)),
            ALL_CHECKPOINTS,
            RESUME_OR_CPU,
        ),
        TrainingFailure::Engine(_) => sentences(
            format!("The run was stopped: {}.", training(why)),
            ALL_CHECKPOINTS,
            RESUME_OR_CPU,
        ),
        TrainingFailure::Weights(error) => sentences(
            format!("These weights cannot be used: {}.", weights(error)),
            "The weights used before stay in use.",
            "Choose another checkpoint.",
        ),
        TrainingFailure::Resume(_) => sentences(
            format!("The run cannot continue: {}.", training(why)),
            "The checkpoint is unchanged.",
            "Start a new run, or use the checkpoint for classifying.",
        ),
    }
}

fn about_storage(why: &StorageFailure) -> Told {
    const UNSTORED: &str = "Training goes on in memory; everything stored before is untouched.";
    const ALLOW: &str = "Leave private browsing, or allow this site to store data, then reload.";
    const RUN_AND_CHECKPOINTS: &str = "Every other run and this run's checkpoints are kept.";
    const WEIGHTS_KEPT: &str =
        "Every other run and the weights of this run's checkpoints are kept.";
    const USE_WEIGHTS: &str = "The run cannot continue, but you can classify with its checkpoints and \
                               download their weights.";
    const USE_CHECKPOINTS: &str = "Use the run's checkpoints, or delete the run.";
    const CHOOSE_ANOTHER: &str = "It may have been deleted in another tab. Choose another.";
    match why {
        StorageFailure::Refused { browser_text } => sentences(
            format!(
                "Runs cannot be stored or read: the browser refused ({}).",
                quoted(browser_text)
            ),
            UNSTORED,
            ALLOW,
        ),
        StorageFailure::NeverOpened => sentences(
            "Runs cannot be stored or read: the browser's storage did not open.",
            UNSTORED,
            ALLOW,
        ),
        StorageFailure::Aborted => sentences(
            "Runs cannot be stored or read: the browser aborted a write without giving a reason.",
            UNSTORED,
            ALLOW,
        ),
        StorageFailure::Silent => sentences(
            "Runs cannot be stored or read now: the browser's storage does not answer.",
            UNSTORED,
            "Keep this tab open: Atelier stores the run as soon as the storage answers. Close other tabs of \
             Atelier, which may be holding it up.",
        ),
        StorageFailure::NoSpace => sentences(
            "A run could not be written: the browser has no space left for this site.",
            UNSTORED,
            "Delete runs or checkpoints that you no longer need (the space is freed half a minute later), \
             or free space on the disk. Atelier keeps trying to store the run.",
        ),
        StorageFailure::OlderTab => sentences(
            "Runs cannot be stored yet: another tab with an older version of Atelier is using the library.",
            UNSTORED,
            "Close or reload the other tab; storing then starts automatically.",
        ),
        StorageFailure::NewerBuild => sentences(
            "Runs can no longer be stored: a newer version of Atelier has upgraded the library, and \
             this one cannot read it.",
            UNSTORED,
            "Download what you need from the run in progress, then reload this page.",
        ),
        StorageFailure::NoRun { run } => sentences(
            format!("There is no run {run} in the library."),
            "Everything else is kept.",
            CHOOSE_ANOTHER,
        ),
        StorageFailure::NoCheckpoint { checkpoint } => sentences(
            format!("There is no checkpoint {checkpoint} in the library."),
            "Everything else is kept.",
            CHOOSE_ANOTHER,
        ),
        StorageFailure::NoEpoch { run, epoch } => sentences(
            format!("The weights of epoch {epoch} of the run {run} are not in the library."),
            "Everything else is kept.",
            CHOOSE_ANOTHER,
        ),
        StorageFailure::Superseded { checkpoint } => sentences(
            format!("{checkpoint} cannot be restored: a newer checkpoint has replaced it."),
            "The newer checkpoint and everything else are kept.",
            "Use the newer checkpoint.",
        ),
        StorageFailure::Damaged { checkpoint } => sentences(
            format!("{checkpoint} is damaged: its checksum no longer matches."),
            OTHER_CHECKPOINTS,
            "Delete it and choose another.",
        ),
        StorageFailure::Unreadable { name } => sentences(
            format!("The stored record of {name} cannot be read."),
            RUN_AND_CHECKPOINTS,
            USE_CHECKPOINTS,
        ),
        StorageFailure::Metrics(BlockError::Unreadable(block)) => sentences(
            format!("Block {block} of the run's metrics is damaged."),
            WEIGHTS_KEPT,
            USE_WEIGHTS,
        ),
        StorageFailure::Metrics(BlockError::Inconsistent) => {
            sentences("The run's metrics contradict each other.", WEIGHTS_KEPT, USE_WEIGHTS)
        }
        StorageFailure::Checkpoint(why) => told(&Failure::Checkpoint(why.clone())),
    }
}

#[cfg(test)]
#[path = "failures_tests.rs"]
mod tests;
