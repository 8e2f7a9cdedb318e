//! Converts errors about imported and exported files to the protocol's.

use zip::result::ZipError;

use crate::checkpoint::CheckpointError;
use crate::dataset::DownloadError;
use crate::exchange::archive::ArchiveError;
use crate::exchange::bundle::{self, BundleError};
use crate::exchange::experiment::{ExperimentError, MOST_RUNS};
use crate::exchange::import::ImportError;
use crate::exchange::metrics::MetricsError;
use crate::exchange::onnx::OnnxError;
use crate::exchange::pytorch::{Part, PickleMistake, PytorchError, TensorMistake};
use crate::exchange::tensorboard::EventsError;
use crate::protocol::{
    ArchiveFailure, BundleFailure, EventsFailure, ExportFailure, ImportFailure, PickleFailure,
    PytorchFailure, PytorchPart, TensorFailure,
};
use crate::text::{MOST_NAME, line, quote};

impl From<DownloadError> for ImportFailure {
    fn from(error: DownloadError) -> Self {
        Self::Download(error)
    }
}

impl From<CheckpointError> for ImportFailure {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error.into())
    }
}

impl From<ImportError> for ImportFailure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unknown => Self::Unknown,
            ImportError::Archive(error) => Self::Archive(error.into()),
            ImportError::Run(error) => Self::Run(error.into()),
            ImportError::Experiment(error) => match *error {
                ExperimentError::Archive(error) => Self::Archive(error.into()),
                ExperimentError::Missing(file) | ExperimentError::Wrong { file, .. } => {
                    Self::Experiment { file: file.to_owned() }
                }
                ExperimentError::Run { source, .. } => Self::Run((*source).into()),
                ExperimentError::OtherSettings(number) => Self::OtherSettings { number },
                ExperimentError::OtherData(number) => Self::OtherData { number },
                ExperimentError::ManyRuns(runs) => Self::ManyRuns { runs, most: MOST_RUNS },
            },
            ImportError::Checkpoint(error) => Self::Checkpoint(error.into()),
            ImportError::Pytorch(error) => Self::Pytorch(error.into()),
            ImportError::Events(error) => Self::Events(error.into()),
            ImportError::Weights(error) => Self::Weights(error),
            ImportError::Extra(array) => Self::Extra { array: line(&array, MOST_NAME) },
        }
    }
}

impl From<EventsError> for EventsFailure {
    fn from(error: EventsError) -> Self {
        match error {
            EventsError::Damaged { at } => Self::Damaged { at: at as u64 },
            EventsError::NoSettings => Self::NoSettings,
            EventsError::DataSet => Self::DataSet,
            EventsError::NoLoss { step } => Self::NoLoss { step },
            EventsError::NotFinite { step } => Self::NotFinite { step },
            EventsError::Epochs => Self::Epochs,
        }
    }
}

impl From<ZipError> for ArchiveFailure {
    fn from(error: ZipError) -> Self {
        ArchiveError::from(error).into()
    }
}

impl From<ArchiveError> for ArchiveFailure {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Format(error) => Self::NotWhole { detail: quote(&error.to_string()) },
            ArchiveError::File { name, source } => {
                Self::File { name: line(&name, MOST_NAME), detail: quote(&source.to_string()) }
            }
            ArchiveError::Twice => Self::Twice,
            ArchiveError::TooLarge => Self::TooLarge,
        }
    }
}

impl From<BundleError> for BundleFailure {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Archive(error) => Self::Archive(error.into()),
            BundleError::Missing(file) => Self::Missing { file: line(&file, MOST_NAME) },
            BundleError::Json { file, source } => {
                Self::Json { file: file.to_owned(), detail: quote(&source.to_string()) }
            }
            BundleError::Version { format, version } => {
                let our_format = bundle::FORMAT.to_owned();
                let format = line(&format, MOST_NAME);
                Self::Version { format, version, our_format, newest: bundle::VERSION }
            }
            BundleError::Metrics => Self::Metrics,
            BundleError::Damaged(checkpoint) => Self::Damaged { checkpoint },
            BundleError::Checkpoint { name, source } => {
                Self::Checkpoint { checkpoint: name, why: source.into() }
            }
        }
    }
}

impl From<PytorchError> for PytorchFailure {
    fn from(error: PytorchError) -> Self {
        match error {
            PytorchError::NotPytorch => Self::NotPytorch,
            PytorchError::OldFormat => Self::OldFormat,
            PytorchError::Damaged(detail) => Self::Damaged { detail: quote(&detail) },
            PytorchError::ByteOrder => Self::ByteOrder,
            PytorchError::Archive(detail) => Self::Archive { detail: quote(&detail) },
            PytorchError::BigEndian => Self::BigEndian,
            PytorchError::TooLarge(part) => Self::TooLarge(match part {
                Part::ByteOrder => PytorchPart::ByteOrder,
                Part::Index => PytorchPart::Index,
                Part::Pickle => PytorchPart::Pickle,
                Part::TensorData => PytorchPart::TensorData,
            }),
            PytorchError::Pickle(mistake) => Self::Pickle(mistake.into()),
            PytorchError::Global(name) => Self::Global { name: line(&name, MOST_NAME) },
            PytorchError::NoStateDict => Self::NoStateDict,
            PytorchError::ElementType { name, found } => {
                Self::ElementType { tensor: line(&name, MOST_NAME), found: found.to_owned() }
            }
            PytorchError::Tensor { name, reason } => {
                Self::Tensor { tensor: line(&name, MOST_NAME), why: reason.into() }
            }
        }
    }
}

impl From<PickleMistake> for PickleFailure {
    fn from(mistake: PickleMistake) -> Self {
        match mistake {
            PickleMistake::Cut => Self::Cut,
            PickleMistake::Protocol(protocol) => Self::Protocol(protocol),
            PickleMistake::Opcode(opcode) => Self::Opcode(opcode),
            PickleMistake::Call => Self::Call,
            PickleMistake::Malformed(_) => Self::Malformed,
        }
    }
}

impl From<TensorMistake> for TensorFailure {
    fn from(mistake: TensorMistake) -> Self {
        match mistake {
            TensorMistake::Dimensions
            | TensorMistake::Size
            | TensorMistake::Stride
            | TensorMistake::Offset
            | TensorMistake::Elements => Self::Shape,
            TensorMistake::BeyondStorage => Self::BeyondStorage,
            TensorMistake::NoNumbers => Self::NoNumbers,
            TensorMistake::StorageLength => Self::StorageLength,
        }
    }
}

impl From<ArchiveError> for ExportFailure {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error.into())
    }
}

impl From<BundleError> for ExportFailure {
    fn from(error: BundleError) -> Self {
        Self::Run(error.into())
    }
}

impl From<CheckpointError> for ExportFailure {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error.into())
    }
}

impl From<MetricsError> for ExportFailure {
    fn from(error: MetricsError) -> Self {
        match error {
            MetricsError::Csv(error) => Self::Table { detail: error.to_string() },
            MetricsError::Json(error) => Self::Json { detail: error.to_string() },
        }
    }
}

impl From<OnnxError> for ExportFailure {
    fn from(error: OnnxError) -> Self {
        match error {
            OnnxError::Weights(error) => Self::Weights(error),
            OnnxError::ClassNames { found, classes } => Self::ClassNames { found, classes },
            OnnxError::RepeatedNote(key) => Self::RepeatedNote { key },
        }
    }
}
