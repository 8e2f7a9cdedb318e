//! Converts every room's errors to the protocol's. The page makes the sentences.

use thiserror::Error;

use crate::checkpoint::file::FORMAT_VERSION;
use crate::checkpoint::{CheckpointError, DescriptionError};
use crate::dataset::FetchError;
use crate::engine::EngineError;
use crate::history::Figure;
use crate::library::store::StoreError;
use crate::network::ModelError;
use crate::protocol::{
    CheckpointFailure, DescriptionFailure, Divergence, EngineFailure, Failure, ProtocolError,
    StorageFailure, TrainingFailure,
};
use crate::training::{GpuComplaint, TrainingError};

/// Why a run failed. Its text is stored in the run's record and exported files, in English whatever the
/// page's language: other programs and other people read them.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RunError {
    /// Its numbers have diverged.
    #[error("The run has diverged: {error}.")]
    Diverged {
        /// How it diverged.
        error: TrainingError,
        /// How many steps have their losses kept.
        measured: u64,
        /// The step of its newest checkpoint, if it has one.
        saved: Option<u64>,
    },
    /// The engine or something else in training failed.
    #[error("The run was stopped because {0}.")]
    Training(TrainingError),
    /// The images that it needs next could not be loaded.
    #[error("The data set could not be loaded: {0}.")]
    Data(#[from] FetchError),
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Diverged { error, measured, saved } => match error.into() {
                TrainingFailure::Diverged(how) => Self::RunDiverged { how, measured, saved },
                other => Self::Training(other),
            },
            RunError::Training(error) => error.into(),
            RunError::Data(error) => error.into(),
        }
    }
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        Self::NotUnderstood(error)
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Data(error)
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::Weights(error)
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        match error.into() {
            TrainingFailure::Weights(error) => Self::Weights(error),
            other => Self::Training(other),
        }
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Storage(match error {
            StoreError::Browser(browser_text) => StorageFailure::Refused { browser_text },
            StoreError::NeverOpened => StorageFailure::NeverOpened,
            StoreError::Aborted => StorageFailure::Aborted,
            StoreError::Silent => StorageFailure::Silent,
            StoreError::Quota => StorageFailure::NoSpace,
            StoreError::Blocked => StorageFailure::OlderTab,
            StoreError::Newer => StorageFailure::NewerBuild,
            StoreError::TakenOver(run) => return Self::RunElsewhere { run },
            StoreError::NoRun(run) => StorageFailure::NoRun { run },
            StoreError::NoCheckpoint(checkpoint) => StorageFailure::NoCheckpoint { checkpoint },
            StoreError::Superseded(checkpoint) => StorageFailure::Superseded { checkpoint },
            StoreError::Damaged(checkpoint) => StorageFailure::Damaged { checkpoint },
            StoreError::Unreadable(name) => StorageFailure::Unreadable { name },
            StoreError::Metrics(error) => StorageFailure::Metrics(error),
            StoreError::File(error) => return error.into(),
        })
    }
}

impl From<TrainingError> for TrainingFailure {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::NotFinite { step, loss } => {
                Self::Diverged(Divergence::Loss { step, loss: Figure(loss.into()) })
            }
            TrainingError::ValidationNotFinite { epoch, loss } => {
                Self::Diverged(Divergence::ValidationLoss { epoch, loss: Figure(loss) })
            }
            TrainingError::WeightsNotFinite { step } => {
                Self::Diverged(Divergence::Weights { step })
            }
            TrainingError::Order(mistake) => Self::Order(mistake),
            TrainingError::Gpu(complaint) => Self::Gpu(complaint),
            TrainingError::Engine(fault) => Self::Engine(fault),
            TrainingError::State(error) => Self::Weights(error),
            TrainingError::Resume(mistake) => Self::Resume(mistake),
        }
    }
}

impl From<GpuComplaint> for EngineFailure {
    fn from(complaint: GpuComplaint) -> Self {
        Self::Gpu(complaint)
    }
}

impl From<EngineError> for EngineFailure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoWebGpu(why) => Self::NoWebGpu(why),
            EngineError::NoDevice(detail) => Self::NoDevice { detail },
            EngineError::Gpu(complaint) => Self::Gpu(complaint),
            EngineError::WrongAnswer(answer) => Self::WrongAnswer(answer),
            EngineError::NoAnswer(error) => Self::NoAnswer((*error).into()),
        }
    }
}

impl From<CheckpointError> for CheckpointFailure {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::TooLarge(bytes) => Self::TooLarge { bytes },
            CheckpointError::Format(detail) => Self::NotSafetensors { detail },
            CheckpointError::NoRun => Self::NoRun,
            CheckpointError::Description(error) => Self::Description(error.into()),
            CheckpointError::NotFloats(array) => Self::NotFloats { array },
            CheckpointError::Weights(error) => Self::Weights(error),
            CheckpointError::NoHistory { steps } => Self::NoHistory { steps },
        }
    }
}

impl From<DescriptionError> for DescriptionFailure {
    fn from(error: DescriptionError) -> Self {
        match error {
            DescriptionError::Json(detail) => Self::Json { detail },
            DescriptionError::Version(found) => Self::Version { found, newest: FORMAT_VERSION },
            DescriptionError::NoLosses => Self::NoLosses,
            DescriptionError::Standing => Self::Standing,
            DescriptionError::Extra(array) => Self::Extra { array },
            DescriptionError::RunName(run) => Self::RunName { run },
            DescriptionError::History => Self::History,
        }
    }
}
