//! Converts the errors of training to the protocol's. The page makes the sentences.

use thiserror::Error;

use crate::dataset::FetchError;
use crate::engine::EngineError;
use crate::history::Figure;
use crate::protocol::{Divergence, EngineFailure, Failure, TrainingFailure};
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

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        match error.into() {
            TrainingFailure::Weights(error) => Self::Weights(error),
            other => Self::Training(other),
        }
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
