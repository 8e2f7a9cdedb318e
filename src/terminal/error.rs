//! What can go wrong in the terminal, as data; [`super::words`] has the sentences.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::dataset::order::OrderError;
use crate::dataset::own::OwnMistake;
use crate::dataset::{CorrectionsError, ShardError};
use crate::engine::EngineError;
use crate::exchange::archive::ArchiveError;
use crate::exchange::bundle::BundleError;
use crate::experiment::Mistake;
use crate::settings::{Field, FieldError, OptimizerKind, ScheduleKind};
use crate::training::{GpuComplaint, TrainingError};

/// Why a run could not start or continue.
#[derive(Debug, Error)]
pub enum TerminalError {
    /// Flags that cannot be used, at least one.
    Flags(Vec<FlagMistake>),
    /// A file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// This folder holds no data set.
    NoData(PathBuf),
    /// The data set is damaged.
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ShardError,
    },
    /// The files of a data set of one's own cannot be used.
    Own {
        /// The folder or the archive.
        path: PathBuf,
        /// What is wrong with it.
        error: OwnMistake,
    },
    /// A file of a data set of one's own cannot be read.
    Unreadable {
        /// The folder or the archive.
        path: PathBuf,
        /// The file in it.
        file: String,
        /// The system's or the archive reader's words.
        why: String,
    },
    /// An archive cannot be read.
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        error: ArchiveError,
    },
    /// An archive holds shards, which are compressed already.
    PackedShards(PathBuf),
    /// A safetensors file is not a checkpoint, or holds no weights of this network.
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// A file of batches is not what `--order` accepts.
    Order {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: OrderError,
    },
    /// A file is not what `--corrections` accepts.
    Corrections {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CorrectionsError,
    },
    /// The run in the checkpoint to be resumed has ended.
    Ended(PathBuf),
    /// No engine could be opened, or it failed its self-test.
    Engine(#[from] EngineError),
    /// Training cannot start or continue.
    Training {
        /// What happened.
        error: TrainingError,
        /// The file with the last good state, if there is one.
        saved: Option<PathBuf>,
    },
    /// An experiment makes no sense, or its file is none.
    Experiment {
        /// The file; `None` if flags describe it.
        path: Option<PathBuf>,
        /// What is wrong with it, at least one.
        mistakes: Vec<Mistake>,
    },
    /// A file of an experiment's results cannot be used.
    Results {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        mistake: Mistake,
    },
    /// This folder holds no experiment.
    NoExperiment(PathBuf),
    /// This folder is of another experiment.
    OtherExperiment(PathBuf),
    /// The results in this folder are of another data set.
    OtherData(PathBuf),
    /// Another process works at the experiment, or at this part of it, and holds this lock.
    InUse(PathBuf),
    /// A file cannot be locked.
    Lock {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// An archive cannot be written.
    Pack {
        /// The archive.
        path: PathBuf,
        /// Why.
        error: BundleError,
    },
    /// `Ctrl-C` cannot be handled.
    Interrupts(#[from] ctrlc::Error),
}

/// What is wrong with a flag.
#[derive(Clone, Debug, PartialEq)]
pub enum FlagMistake {
    /// A value that its setting does not accept.
    Value(Field, FieldError),
    /// A setting that this optimizer and this schedule do not use.
    NoEffect {
        /// The setting.
        field: Field,
        /// The optimizer chosen.
        optimizer: OptimizerKind,
        /// The schedule chosen.
        schedule: ScheduleKind,
    },
    /// `--corrections`, which are of the tutorial's data set, on another one.
    CorrectsOwnData,
    /// `--write-data` of the tutorial's data set, which `cargo xtask data` writes.
    WritesTutorialData,
    /// A setting of an experiment whose several values are neither a list nor a range.
    Varied(Field),
    /// Several seeds that are neither a list nor a range.
    Seeds,
    /// `--keep-every` without `--checkpoint`, next to whose file the kept checkpoints are written.
    KeepsWithoutCheckpoint,
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
    /// The program's exit code, as listed in the room's description.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        use TrainingError::{Order, Resume, State};
        match self {
            Self::Flags(_)
            | Self::Read { .. }
            | Self::NoData(_)
            | Self::Data { .. }
            | Self::Own { .. }
            | Self::Unreadable { .. }
            | Self::Archive { .. }
            | Self::PackedShards(_)
            | Self::Checkpoint { .. }
            | Self::Order { .. }
            | Self::Corrections { .. }
            | Self::Ended(_)
            | Self::Experiment { .. }
            | Self::Results { .. }
            | Self::NoExperiment(_)
            | Self::OtherExperiment(_)
            | Self::OtherData(_)
            | Self::Training { error: Order(_) | Resume(_) | State(_), .. } => 2,
            Self::Training { error, .. } if error.is_divergence() => 3,
            _ => 1,
        }
    }
}
