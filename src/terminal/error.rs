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
use crate::exchange::onnx::OnnxError;
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
    /// The weights make no ONNX model.
    Onnx {
        /// The file that was to be written.
        path: PathBuf,
        /// Why.
        error: OnnxError,
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
    /// A training loop panicked, and with it a run. The others have ended as they would have.
    LoopPanicked,
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
    pub fn exit_code(&self) -> u8 {
        use TrainingError::{Order, Resume, State};
        match self {
            // The system's, which may have been a file server's, and may pass.
            Self::Results { mistake: Mistake::Unreadable { .. }, .. } => 1,
            Self::Read { error, .. } if may_pass(error) => 1,
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

/// Whether a file that could not be read may be readable later, without anybody having changed it: all but what names, rights
/// and the file itself are the cause of. Where programs are started again by their exit code, one moment without the file
/// server must not look like a wrong file.
fn may_pass(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    !matches!(
        error.kind(),
        Kind::NotFound
            | Kind::PermissionDenied
            | Kind::IsADirectory
            | Kind::NotADirectory
            | Kind::InvalidFilename
            | Kind::InvalidInput
            | Kind::InvalidData
            | Kind::UnexpectedEof
            | Kind::FileTooLarge
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_by_itself_has_another_exit_code_than_a_wrong_file() {
        let path = || PathBuf::from("a");
        let read = |error| TerminalError::Read { path: path(), error }.exit_code();
        for kind in [
            io::ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::IsADirectory,
            io::ErrorKind::FileTooLarge,
            io::ErrorKind::InvalidData,
        ] {
            assert_eq!(read(kind.into()), 2, "{kind}");
        }
        for kind in [
            io::ErrorKind::TimedOut,
            io::ErrorKind::StaleNetworkFileHandle,
            io::ErrorKind::Interrupted,
            io::ErrorKind::HostUnreachable,
        ] {
            assert_eq!(read(kind.into()), 1, "{kind}");
        }
        #[cfg(target_os = "linux")]
        for number in [5 /* EIO */, 121 /* EREMOTEIO */, 116 /* ESTALE */] {
            assert_eq!(read(io::Error::from_raw_os_error(number)), 1, "{number}");
        }
        let results = |mistake| TerminalError::Results { path: path(), mistake }.exit_code();
        assert_eq!(results(Mistake::Unreadable { why: String::new() }), 1);
        assert_eq!(results(Mistake::Contradiction { line: 1 }), 2);
    }
}
