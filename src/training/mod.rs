//! Training: the loop, its bookkeeping, the optimizers, and the backends that take steps.
//!
//! Nothing here depends on a browser. A [`Driver`], run by the worker, the terminal or a test, asks the
//! [`Trainer`] for steps, reads losses back now and then, and validates between epochs.

mod awake;
mod batches;
mod driver;
pub mod folds;
pub mod fused;
pub mod general;
mod health;
mod meter;
pub mod optimizer;
mod pace;
mod step_executor;
mod stopwatch;
mod trainer;
mod validation;

pub use crate::hardware::GpuComplaint;
pub use awake::Awake;
pub use driver::{ANSWER_WITHIN_S, Driver, Host, ObservedStep, RunEvent, Source, StepsTaken};
pub use health::Health;
pub use meter::Meter;
pub use pace::Pace;
pub use step_executor::Backend;
pub(crate) use step_executor::StepExecutor;
pub use stopwatch::Stopwatch;
pub use trainer::{StepReport, Trainer};
pub use validation::Validation;

use thiserror::Error;

use crate::dataset::OrderMistake;
use crate::history::ResumeMistake;
use crate::network::{EngineFault, ModelError};

/// Why training cannot start or continue.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TrainingError {
    /// The loss became NaN or infinite: the run has diverged.
    #[error("the loss of step {step} is {loss}")]
    NotFinite {
        /// The first such step, from 1.
        step: u64,
        /// Its loss.
        loss: f32,
    },
    /// The validation loss became NaN or infinite: the run has diverged.
    #[error("the validation loss of epoch {epoch} is {loss}")]
    ValidationNotFinite {
        /// The epoch, from 1.
        epoch: u32,
        /// Its validation loss.
        loss: f64,
    },
    /// A weight became NaN or infinite: the run has diverged.
    #[error("after step {step} the weights are no longer finite numbers")]
    WeightsNotFinite {
        /// The last step before the weights were checked, from 1.
        step: u64,
    },
    /// The given batches cannot be trained on.
    #[error("the order of batches cannot be used: {0}")]
    Order(OrderMistake),
    /// The GPU reported an error; nothing computed since can be trusted.
    #[error(transparent)]
    Gpu(#[from] GpuComplaint),
    /// The engine failed while losses or weights were read.
    #[error("the engine failed: {0}")]
    Engine(EngineFault),
    /// The weights or the optimizer's state do not fit the network.
    #[error(transparent)]
    State(#[from] ModelError),
    /// The state to be resumed contradicts itself or the data set.
    #[error("the run cannot be resumed: {0}")]
    Resume(ResumeMistake),
}

impl TrainingError {
    /// Whether the run has diverged: its numbers are no longer finite.
    #[must_use]
    pub const fn is_divergence(&self) -> bool {
        matches!(
            self,
            Self::NotFinite { .. }
                | Self::ValidationNotFinite { .. }
                | Self::WeightsNotFinite { .. }
        )
    }
}

impl From<burn::tensor::ExecutionError> for TrainingError {
    fn from(error: burn::tensor::ExecutionError) -> Self {
        Self::Engine(EngineFault::Reported(format!("{error:?}")))
    }
}
