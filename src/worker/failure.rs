//! Every room's errors in words for a person. This is the one place where they are handled.

use crate::benchmark::BenchmarkCase;
use crate::checkpoint::CheckpointError;
use crate::dataset::fetch::FetchError;
use crate::dataset::shard::ShardError;
use crate::engine::EngineError;
use crate::hardware::NoWebGpu;
use crate::library::store::StoreError;
use crate::network::ModelError;
use crate::protocol::{Failure, ProtocolError};
use crate::training::{GpuComplaint, TrainingError};

const KEPT_CHECKPOINTS: &str = "Every checkpoint saved so far.";

pub fn failure(
    happened: impl Into<String>,
    kept: impl Into<String>,
    next: impl Into<String>,
) -> Failure {
    Failure { happened: happened.into(), kept: kept.into(), next: next.into() }
}

pub fn worker_died(panic: &str) -> Failure {
    failure(
        format!("The training worker stopped unexpectedly ({panic})."),
        KEPT_CHECKPOINTS,
        "A new worker starts by itself; resume the run from its last checkpoint.",
    )
}

/// Something has to wait for the run under way.
pub fn busy(what: &str) -> Failure {
    failure(
        format!("A run is under way; {what} has to wait."),
        "The run goes on.",
        "Stop it first.",
    )
}

/// A measurement was stopped.
pub fn stopped() -> Failure {
    failure("The measurement was stopped.", "Everything.", "Measure again when you like.")
}

/// There is no run to hold, continue or stop.
pub fn no_run() -> Failure {
    failure("No run is under way.", "Everything.", "Start one.")
}

/// A test image was asked for before it has come.
pub fn no_test_images() -> Failure {
    failure("The test images are not there yet.", "Everything.", "Wait for the data set.")
}

/// WebGPU failed where the choice of the engine was left to us.
pub fn instead_of_webgpu(failed: Failure) -> Failure {
    failure(
        format!("{} This run trains on the CPU engine instead.", failed.happened),
        failed.kept,
        "Nothing: the run goes on. To try WebGPU again, start another run.",
    )
}

/// What happened, what is safe, what to do next.
pub trait Describe {
    fn describe(&self) -> Failure;
}

impl Describe for ProtocolError {
    fn describe(&self) -> Failure {
        failure(
            format!("The page and its worker do not understand each other: {self}."),
            KEPT_CHECKPOINTS,
            "Reload the page without the cache (Shift and the reload button).",
        )
    }
}

impl Describe for FetchError {
    fn describe(&self) -> Failure {
        let next = match self {
            Self::Download { source, .. } if source.may_pass() => {
                "Check the connection, then try again."
            }
            Self::Replaced => "Nothing: the newer request goes on.",
            Self::Content(ShardError::Version { .. }) => {
                "Reload the page without the cache (Shift and the reload button)."
            }
            _ => {
                "Try again; if it stays so, whoever runs this site must make the data anew (`cargo xtask data`)."
            }
        };
        failure(
            format!("The data set could not be loaded: {self}."),
            "The parts that arrived, and every checkpoint.",
            next,
        )
    }
}

impl Describe for GpuComplaint {
    fn describe(&self) -> Failure {
        failure(
            format!("The run was stopped because {self}."),
            KEPT_CHECKPOINTS,
            "Resume from the last checkpoint; if it happens again, choose the CPU engine.",
        )
    }
}

/// A case cannot be measured.
pub fn not_measured(case: BenchmarkCase, error: &TrainingError) -> Failure {
    failure(
        format!("{case} could not be measured: {error}."),
        "Everything, and what was measured before.",
        "Measure another case, or this one again.",
    )
}

/// An engine cannot be opened, or failed while it was tested or measured.
pub fn no_engine(error: &EngineError, webgpu: bool) -> Failure {
    if !webgpu {
        return failure(
            format!("The CPU engine cannot be used: {error}."),
            KEPT_CHECKPOINTS,
            "Reload the page; if it happens again, try another browser.",
        );
    }
    let next = match error {
        EngineError::NoWebGpu(NoWebGpu::InsecureOrigin) => {
            "Choose the CPU engine, which works here too. For WebGPU, open the page over https or as \
             http://localhost; Atelier's README says under \u{201c}In a classroom\u{201d} how to set this up for a whole \
             class."
        }
        EngineError::Gpu(_) => {
            "Start again: a new worker asks for the GPU anew. Or choose the CPU engine, which works in \
             every browser."
        }
        _ => "Choose the CPU engine: it works in every browser.",
    };
    failure(format!("WebGPU cannot be used: {error}."), KEPT_CHECKPOINTS, next)
}

impl Describe for ModelError {
    fn describe(&self) -> Failure {
        failure(
            format!("These weights cannot be used: {self}."),
            "The weights used before.",
            "Choose another checkpoint.",
        )
    }
}

impl Describe for TrainingError {
    fn describe(&self) -> Failure {
        match self {
            Self::NotFinite { .. }
            | Self::ValidationNotFinite { .. }
            | Self::WeightsNotFinite { .. } => failure(
                format!("The run has diverged: {self}."),
                "The checkpoints saved before that step.",
                "Choose a smaller learning rate and start again.",
            ),
            Self::Order(_) => failure(
                format!("{self}."),
                "Everything; no run was started.",
                "Correct the file of batches that the link names.",
            ),
            Self::Engine(_) => failure(
                format!("The run was stopped: {self}."),
                KEPT_CHECKPOINTS,
                "Resume from the last checkpoint; if it happens again, choose the CPU engine.",
            ),
            Self::Gpu(complaint) => complaint.describe(),
            Self::State(error) => error.describe(),
            Self::Resume(_) => failure(
                format!("{self}."),
                "The checkpoint, as it is.",
                "Start a new run, or use the checkpoint for classifying.",
            ),
        }
    }
}

impl Describe for CheckpointError {
    fn describe(&self) -> Failure {
        failure(
            format!("The checkpoint cannot be read: {self}."),
            "Every other checkpoint.",
            "Choose another checkpoint, or delete this one.",
        )
    }
}

impl Describe for StoreError {
    fn describe(&self) -> Failure {
        let unstored = |happened: String, next: &str| {
            let kept = "Training goes on in memory; everything stored before is untouched.";
            failure(happened, kept, next)
        };
        match self {
            Self::Browser(_) => unstored(
                format!("Runs cannot be stored or read: {self}."),
                "Leave private browsing or allow this site to store data, then reload.",
            ),
            Self::Quota => unstored(
                format!("A run could not be written: {self}."),
                "Delete runs or checkpoints that you no longer need (space is free half a minute later), \
                 or free space on the disk. Storing is tried again by itself.",
            ),
            Self::Blocked => unstored(
                format!("Runs cannot be stored yet: {self}."),
                "Close or reload the other tab; storing begins by itself.",
            ),
            Self::Newer => unstored(
                format!("Runs cannot be stored any more: {self}."),
                "Download what you need of the run under way, then reload this page.",
            ),
            Self::Missing(_) => failure(
                format!("{self}."),
                "Everything else.",
                "It may have been deleted in another tab; choose another.",
            ),
            Self::Damaged(_) => failure(
                format!("{self}."),
                "Every other checkpoint.",
                "Delete it and choose another.",
            ),
            Self::Unreadable(_) | Self::Metrics(_) => failure(
                format!("{self}."),
                "Every other run, and this run's checkpoints.",
                "Use its checkpoints, or delete it.",
            ),
            Self::File(error) => error.describe(),
        }
    }
}
