//! What can go wrong in the terminal, in words that say what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::dataset::ShardError;
use crate::engine::EngineError;
use crate::training::{GpuComplaint, TrainingError};

/// Why a run could not begin or go on.
#[derive(Debug, Error)]
pub enum TerminalError {
    /// Flags have values that cannot be used: `--key: what to enter` for each.
    #[error("{}", .0.join("\n       "))]
    Flags(Vec<String>),
    /// A file cannot be read.
    #[error("{} cannot be read: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {error}; what was there before is untouched", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The data set is not there.
    #[error(
        "there is no data set in {}: make it with `cargo xtask data`, or name its folder with --data",
        .0.display()
    )]
    NoData(PathBuf),
    /// The data set is damaged.
    #[error(
        "the data set cannot be used: {}: {error}; make it anew with `cargo xtask data`",
        path.display()
    )]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ShardError,
    },
    /// A safetensors file is no checkpoint, or holds no weights of this network.
    #[error("{} cannot be used: {error}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// A file of batches is not what `--order` takes.
    #[error(
        "{} is no list of batches (a JSON list of lists of training images): {error}",
        path.display()
    )]
    Order {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// A run to be resumed is over.
    #[error("the run in {} is over; there is nothing to resume", .0.display())]
    Over(PathBuf),
    /// No engine.
    #[error("{0}; try --engine cpu")]
    Engine(#[from] EngineError),
    /// Training cannot begin or go on.
    #[error("{error}{}{}", kept(saved.as_ref()), advice(error))]
    Training {
        /// What happened.
        error: TrainingError,
        /// Where the last good state lies.
        saved: Option<PathBuf>,
    },
    /// `Ctrl-C` cannot be listened for.
    #[error("interrupts cannot be caught: {0}")]
    Interrupts(#[from] ctrlc::Error),
}

fn kept(saved: Option<&PathBuf>) -> String {
    match saved {
        Some(path) => format!("; the last good state is in {}", path.display()),
        None => String::new(),
    }
}

const fn advice(error: &TrainingError) -> &'static str {
    match error {
        TrainingError::Gpu(_) => "; try --engine cpu",
        _ => "",
    }
}

impl From<TrainingError> for TerminalError {
    fn from(error: TrainingError) -> Self {
        Self::Training { error, saved: None }
    }
}

impl From<GpuComplaint> for TerminalError {
    fn from(complaint: GpuComplaint) -> Self {
        EngineError::from(complaint).into()
    }
}

impl TerminalError {
    /// The program's exit code: see the room's description.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        use TrainingError::{Order, Resume, State};
        match self {
            Self::Flags(_)
            | Self::Read { .. }
            | Self::NoData(_)
            | Self::Data { .. }
            | Self::Checkpoint { .. }
            | Self::Order { .. }
            | Self::Over(_)
            | Self::Training { error: Order(_) | Resume(_) | State(_), .. } => 2,
            Self::Training { error, .. } if error.is_divergence() => 3,
            _ => 1,
        }
    }
}
