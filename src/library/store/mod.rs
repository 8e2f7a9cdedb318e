//! The library in the browser's IndexedDB.
//!
//! Whatever belongs together is written in one transaction, so a failed write leaves the old data. Lists and
//! files are stored separately, so that a list does not read megabytes. Objects are JSON under the run's or
//! the checkpoint's name; files and blocks of metrics are bytes.

mod checkpoints;
mod connection;
mod leases;
mod limit;
mod migration;
mod runs;
mod weights;

use idb::{ObjectStore, Transaction, TransactionResult};
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::{JsCast as _, JsValue};

pub use super::summarize;
pub use connection::Library;
pub use migration::record_of;
pub use runs::{RunWrite, UnfinishedWrite};

use super::blocks::BlockError;
use crate::checkpoint::{CheckpointError, DescriptionError};

const DATABASE: &str = "atelier";
/// Version 1 had only checkpoints, in [`SUMMARIES`] and [`FILES`]. Up to version 2, every checkpoint's file
/// held its run's metrics up to it; such files are left unchanged and can still be read.
/// Up to version 3 there were no [`LEASES`], up to version 4 no [`EPOCH_WEIGHTS`].
const SCHEMA_VERSION: u32 = 5;
/// Checkpoints of version 1.
const SUMMARIES: &str = "summaries";
/// `RunRecord`s by run.
const RUNS: &str = "runs";
/// `RunLabels` by run.
const LABELS: &str = "labels";
/// Blocks of metrics by `{run}/{index}`.
const BLOCKS: &str = "blocks";
/// `CheckpointSummary`s by name.
const CHECKPOINTS: &str = "checkpoints";
/// Files of checkpoints by name, without the run's metrics, which are stored once in [`BLOCKS`].
const FILES: &str = "files";
/// `Lease`s by run, where the browser has no locks.
const LEASES: &str = "leases";
/// The weights at the end of each epoch by `{run}/{epoch}`.
const EPOCH_WEIGHTS: &str = "epoch_weights";
const STORES: [&str; 8] =
    [SUMMARIES, RUNS, LABELS, BLOCKS, CHECKPOINTS, FILES, LEASES, EPOCH_WEIGHTS];

/// Why the library could not complete a request.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StoreError {
    /// The browser refused, with its message: no IndexedDB, a broken disk.
    #[error("the browser's storage refused: {0}")]
    Browser(String),
    /// The browser never reported whether the library opened.
    #[error("the browser's storage refused: it was never opened")]
    NeverOpened,
    /// The browser aborted a write without giving a reason.
    #[error("the browser's storage refused: the write was aborted")]
    Aborted,
    /// The browser has not answered in time.
    #[error("the browser's storage does not answer")]
    Silent,
    /// No space is left for this site.
    #[error("the browser has no space left for this site")]
    Quota,
    /// A tab with an earlier build blocks the library's upgrade.
    #[error("another tab with an older version of Atelier is using the library")]
    Blocked,
    /// A later build has upgraded the library.
    #[error("a newer version of Atelier has upgraded the library, and this one cannot read it")]
    Newer,
    /// Another tab trains this run now.
    #[error("another tab has taken over the run {0}")]
    TakenOver(String),
    /// No run has this name.
    #[error("there is no run {0}")]
    NoRun(String),
    /// No checkpoint has this name.
    #[error("there is no checkpoint {0}")]
    NoCheckpoint(String),
    /// The weights of this epoch are not kept.
    #[error("the weights of epoch {epoch} of the run {run} are not kept")]
    NoEpoch {
        /// The run's name.
        run: String,
        /// The epoch, from 1.
        epoch: u32,
    },
    /// A deleted checkpoint that another has replaced.
    #[error("a newer checkpoint has replaced {0}")]
    Superseded(String),
    /// The stored bytes are not what was written.
    #[error("{0} is damaged: its checksum no longer matches")]
    Damaged(String),
    /// A record that this build cannot read.
    #[error("the stored record of {0} cannot be read")]
    Unreadable(String),
    /// A run's metrics cannot be read.
    #[error(transparent)]
    Metrics(#[from] BlockError),
    /// A checkpoint's file cannot be written or read.
    #[error(transparent)]
    File(#[from] CheckpointError),
}

impl From<idb::Error> for StoreError {
    fn from(error: idb::Error) -> Self {
        refusal(error.to_string())
    }
}

fn refusal(text: String) -> StoreError {
    if text.contains("QuotaExceeded") {
        StoreError::Quota
    } else if text.contains("VersionError") {
        StoreError::Newer
    } else {
        StoreError::Browser(text)
    }
}

/// Waits until a transaction is on disk. If the browser aborted it (because no space is left, for example),
/// nothing has changed, and this returns an error.
async fn committed(transaction: Transaction) -> Result<(), StoreError> {
    let handle = JsValue::from(transaction);
    let transaction = Transaction::try_from(handle.clone())?;
    match transaction.commit()?.await {
        Ok(TransactionResult::Committed) => Ok(()),
        Ok(TransactionResult::Aborted) => {
            let error = js_sys::Reflect::get(&handle, &"error".into());
            let error = error.ok().and_then(|error| error.dyn_into::<js_sys::Object>().ok());
            Err(error.map_or(StoreError::Aborted, |error| refusal(error.to_string().into())))
        }
        Err(error) => Err(error.into()),
    }
}

/// An object store that holds JSON.
struct Objects(ObjectStore);

impl Objects {
    fn of(transaction: &Transaction, name: &str) -> Result<Self, StoreError> {
        Ok(Self(transaction.object_store(name)?))
    }

    /// The object under a key; `None` if there is none.
    async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let found = self.0.get(JsValue::from(key))?.await?;
        let unreadable = || StoreError::Unreadable(key.to_owned());
        found.map(|value| parse(&value).ok_or_else(unreadable)).transpose()
    }

    /// Every object in a range of keys, or all objects. What this build cannot read is skipped and left
    /// unchanged.
    async fn all<T: DeserializeOwned>(
        &self,
        range: Option<idb::KeyRange>,
    ) -> Result<Vec<T>, StoreError> {
        let values = self.0.get_all(range.map(Into::into), None)?.await?;
        Ok(values.iter().filter_map(parse).collect())
    }

    async fn put(&self, key: &str, object: &impl Serialize) -> Result<(), StoreError> {
        let json = serde_json::to_string(object)
            .map_err(|error| CheckpointError::from(DescriptionError::Json(error.to_string())))?;
        // Awaited because its error says more than the transaction's.
        let put = self.0.put(&JsValue::from(json), Some(&JsValue::from(key)))?.await;
        // Another write of the transaction may have failed.
        put.map(drop).map_err(|error| match self.0.transaction().error() {
            Some(cause) => refusal(format!("{}: {}", cause.name(), cause.message())),
            None => error.into(),
        })
    }
}

fn parse<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    serde_json::from_str(&value.as_string()?).ok()
}

fn bytes_of(value: Option<JsValue>) -> Option<Vec<u8>> {
    Some(value?.dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// All keys that begin with this. Keys are ASCII.
fn beginning_with(prefix: &str) -> Result<idb::KeyRange, StoreError> {
    let end = format!("{prefix}\u{7f}");
    Ok(idb::KeyRange::bound(&prefix.into(), &end.into(), None, None)?)
}
