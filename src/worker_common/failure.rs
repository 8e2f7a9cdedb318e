//! Converts the errors of files, of the library and of the data set to the protocol's. The page makes the sentences.

use crate::checkpoint::file::NEWEST_VERSION;
use crate::checkpoint::{CheckpointError, DescriptionError};
use crate::dataset::order::{MOST_BATCHES, OrderError};
use crate::dataset::{DownloadError, FetchError};
use crate::library::store::StoreError;
use crate::network::ModelError;
use crate::protocol::{
    CheckpointFailure, DescriptionFailure, Failure, LinkedFileFailure, ProtocolError,
    StorageFailure,
};
use crate::text::{MOST_NAME, line, quote};

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        Self::NotUnderstood(error)
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::Weights(error)
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Data(error)
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
            StoreError::NoEpoch { run, epoch } => StorageFailure::NoEpoch { run, epoch },
            StoreError::Superseded(checkpoint) => StorageFailure::Superseded { checkpoint },
            StoreError::Damaged(checkpoint) => StorageFailure::Damaged { checkpoint },
            StoreError::Unreadable(name) => StorageFailure::Unreadable { name },
            StoreError::Metrics(error) => StorageFailure::Metrics(error),
            StoreError::File(error) => return error.into(),
        })
    }
}

impl From<CheckpointError> for CheckpointFailure {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::TooLarge(bytes) => Self::TooLarge { bytes },
            CheckpointError::Format(detail) => Self::NotSafetensors { detail: quote(&detail) },
            CheckpointError::Header(_) => Self::NotWhole,
            CheckpointError::NoRun => Self::NoRun,
            CheckpointError::Description(error) => Self::Description(error.into()),
            CheckpointError::NotFloats(array) => Self::NotFloats { array: line(&array, MOST_NAME) },
            CheckpointError::Weights(error) => Self::Weights(error),
            CheckpointError::NoHistory { steps } => Self::NoHistory { steps },
        }
    }
}

impl From<DescriptionError> for DescriptionFailure {
    fn from(error: DescriptionError) -> Self {
        match error {
            DescriptionError::Json(detail) => Self::Json { detail: quote(&detail) },
            DescriptionError::Version(found) => Self::Version { found, newest: NEWEST_VERSION },
            DescriptionError::NoLosses => Self::NoLosses,
            DescriptionError::Standing => Self::Standing,
            DescriptionError::DataSet => Self::DataSet,
            DescriptionError::Extra(array) => Self::Extra { array: line(&array, MOST_NAME) },
            DescriptionError::RunName(run) => Self::RunName { run: line(&run, MOST_NAME) },
            DescriptionError::History => Self::History,
        }
    }
}

impl From<DownloadError> for LinkedFileFailure {
    fn from(error: DownloadError) -> Self {
        Self::Download(error)
    }
}

impl From<CheckpointError> for LinkedFileFailure {
    fn from(error: CheckpointError) -> Self {
        Self::Weights(error.into())
    }
}

impl From<OrderError> for LinkedFileFailure {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Json(error) => Self::Order { detail: quote(&error.to_string()) },
            OrderError::NoBatches(_) => Self::NoOrder,
            OrderError::TooMany => Self::LongOrder { most: MOST_BATCHES },
        }
    }
}
