//! Why bytes are not a checkpoint.

use thiserror::Error;

use super::file::NEWEST_VERSION;
use super::safetensors::FileMistake;
use crate::network::ModelError;

/// Why bytes are not a checkpoint.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CheckpointError {
    /// The file is far larger than any checkpoint.
    #[error("at {0} bytes it is larger than any checkpoint")]
    TooLarge(usize),
    /// Not a safetensors file, or a truncated one, with the reader's message.
    #[error("not a whole safetensors file: {0}")]
    Format(String),
    /// The same, by what we ask of one beyond JSON.
    #[error("not a whole safetensors file: {0}")]
    Header(FileMistake),
    /// Weights without what resuming needs.
    #[error("the file holds no run, only arrays")]
    NoRun,
    /// From a later version of Atelier, or damaged.
    #[error("the run's description cannot be read: {0}")]
    Description(#[from] DescriptionError),
    /// An array does not hold 32-bit floats.
    #[error("{0} does not hold 32-bit floats")]
    NotFloats(String),
    /// The weights are not this network's.
    #[error(transparent)]
    Weights(#[from] ModelError),
    /// What the run measured up to the checkpoint is not known.
    #[error("the run's metrics do not reach step {steps}")]
    NoHistory {
        /// The checkpoint's step.
        steps: u64,
    },
}

/// What is wrong with a file's description of its run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DescriptionError {
    /// It is not JSON of the right shape, with the JSON reader's message.
    #[error("{0}")]
    Json(String),
    /// From a later version of Atelier.
    #[error("it has version {0}, this build reads up to {NEWEST_VERSION}")]
    Version(u32),
    /// The file has no losses.
    #[error("the losses are missing")]
    NoLosses,
    /// A file without its run's history does not say how far the run has got, or a complete one does.
    #[error("it does not say how far the run has got")]
    Standing,
    /// The file has an array that is not part of the network.
    #[error("{0} is not part of the network")]
    Extra(String),
    /// It has the version of a run on a data set of one's own without saying which, or the other way round.
    #[error("it does not say which data set the run is trained on")]
    DataSet,
    /// Its run has an invalid name.
    #[error("{0:?} is not the name of a run")]
    RunName(String),
    /// Its measurements contradict each other.
    #[error("its reports and epochs contradict its losses")]
    History,
}
