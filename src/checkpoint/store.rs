//! Checkpoints in the browser's IndexedDB.
//!
//! Summaries and files lie in two object stores under the same key, the checkpoint's name, so that a
//! list does not read megabytes. One transaction writes both: a failed write leaves what was there.

use idb::event::DatabaseEvent as _;
use idb::{
    Database, Factory, KeyPath, ObjectStoreParams, Transaction, TransactionMode, TransactionResult,
};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{Checkpoint, CheckpointError, read_checkpoint, write_checkpoint};
use crate::dataset::shard::sha256_hex;
use crate::protocol::{CheckpointRole, CheckpointSummary};

const DATABASE: &str = "atelier";
const SCHEMA_VERSION: u32 = 1;
const SUMMARIES: &str = "summaries";
const FILES: &str = "files";

/// Why the store could not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The browser refused: no IndexedDB, no space, a deleted database.
    #[error("the browser's storage refused: {0}")]
    Browser(String),
    /// No space is left for this site.
    #[error("the browser has no space left for this site")]
    Quota,
    /// No checkpoint of this name.
    #[error("there is no checkpoint {0}")]
    Missing(String),
    /// What is stored is not what was written.
    #[error("{0} is damaged: its checksum differs from when it was written")]
    Damaged(String),
    /// The file cannot be written or read.
    #[error(transparent)]
    File(#[from] CheckpointError),
}

impl From<idb::Error> for StoreError {
    fn from(error: idb::Error) -> Self {
        refusal(error.to_string())
    }
}

/// The store, open.
pub struct Store {
    database: Database,
}

/// What the first object store holds, as JSON.
#[derive(Serialize, Deserialize)]
struct Entry {
    summary: CheckpointSummary,
    sha256: String,
}

impl Store {
    /// Opens the store, making it on the first visit.
    ///
    /// # Errors
    /// [`StoreError::Browser`], as in a private window without IndexedDB.
    pub async fn open() -> Result<Self, StoreError> {
        let mut request = Factory::new()?.open(DATABASE, Some(SCHEMA_VERSION))?;
        request.on_upgrade_needed(|event| {
            // A failure here aborts the upgrade, and opening then reports it.
            let Ok(database) = event.database() else { return };
            for name in [SUMMARIES, FILES] {
                if !database.store_names().iter().any(|known| known == name) {
                    let mut parameters = ObjectStoreParams::new();
                    parameters.key_path(None::<KeyPath>);
                    let _ = database.create_object_store(name, parameters);
                }
            }
        });
        Ok(Self { database: request.await? })
    }

    /// Every checkpoint, newest first.
    ///
    /// # Errors
    /// [`StoreError::Browser`].
    pub async fn list(&self) -> Result<Vec<CheckpointSummary>, StoreError> {
        let transaction = self.database.transaction(&[SUMMARIES], TransactionMode::ReadOnly)?;
        let values = transaction.object_store(SUMMARIES)?.get_all(None, None)?.await?;
        let mut summaries: Vec<_> =
            values.iter().filter_map(|value| Some(parse_entry(value)?.summary)).collect();
        summaries.sort_by(|a, b| b.saved_at_ms.total_cmp(&a.saved_at_ms));
        Ok(summaries)
    }

    /// Writes a checkpoint under its role's name, in the place of the one that it succeeds.
    ///
    /// # Errors
    /// [`StoreError::Quota`], [`StoreError::Browser`] or [`StoreError::File`]; what was stored before
    /// is then still there.
    pub async fn save(
        &self,
        checkpoint: &Checkpoint,
        role: CheckpointRole,
    ) -> Result<(), StoreError> {
        let bytes = write_checkpoint(checkpoint)?;
        let summary = summarize(checkpoint, role, bytes.len() as u64);
        let entry = Entry { summary, sha256: sha256_hex(&bytes) };
        let superseded: Vec<String> = self
            .list()
            .await?
            .into_iter()
            .filter(|other| other.run == entry.summary.run && other.role == role)
            .map(|other| other.name)
            .collect();

        let transaction =
            self.database.transaction(&[SUMMARIES, FILES], TransactionMode::ReadWrite)?;
        let (summaries, files) =
            (transaction.object_store(SUMMARIES)?, transaction.object_store(FILES)?);
        for name in superseded {
            summaries.delete(JsValue::from(&name))?;
            files.delete(JsValue::from(&name))?;
        }
        let key = JsValue::from(&entry.summary.name);
        let json = serde_json::to_string(&entry)
            .map_err(|error| CheckpointError::Description(error.to_string()))?;
        summaries.put(&JsValue::from(json), Some(&key))?;
        files.put(&Uint8Array::from(&bytes[..]), Some(&key))?;
        committed(transaction).await
    }

    /// A checkpoint, its checksum verified.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Damaged`], [`StoreError::File`] or
    /// [`StoreError::Browser`].
    pub async fn load(&self, name: &str) -> Result<Checkpoint, StoreError> {
        Ok(read_checkpoint(&self.load_file(name).await?)?)
    }

    /// A checkpoint's file, its checksum verified.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Damaged`] or [`StoreError::Browser`].
    pub async fn load_file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let key = JsValue::from(name);
        let transaction =
            self.database.transaction(&[SUMMARIES, FILES], TransactionMode::ReadOnly)?;
        let entry = transaction.object_store(SUMMARIES)?.get(key.clone())?.await?;
        let file = transaction.object_store(FILES)?.get(key)?.await?;
        let missing = || StoreError::Missing(name.to_owned());
        let entry = entry.as_ref().and_then(parse_entry).ok_or_else(missing)?;
        let bytes = file.and_then(|file| file.dyn_into::<Uint8Array>().ok()).ok_or_else(missing)?;
        let bytes = bytes.to_vec();
        if sha256_hex(&bytes) == entry.sha256 {
            Ok(bytes)
        } else {
            Err(StoreError::Damaged(name.to_owned()))
        }
    }

    /// Removes a checkpoint; one that is not there is no mistake.
    ///
    /// # Errors
    /// [`StoreError::Browser`].
    pub async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let transaction =
            self.database.transaction(&[SUMMARIES, FILES], TransactionMode::ReadWrite)?;
        transaction.object_store(SUMMARIES)?.delete(JsValue::from(name))?;
        transaction.object_store(FILES)?.delete(JsValue::from(name))?;
        committed(transaction).await
    }
}

/// Waits until a transaction is on disk. One that the browser aborted (no space is left, say) has
/// changed nothing, and that is an error here.
async fn committed(transaction: Transaction) -> Result<(), StoreError> {
    let handle = JsValue::from(transaction);
    let transaction = Transaction::try_from(handle.clone())?;
    match transaction.commit()?.await {
        Ok(TransactionResult::Committed) => Ok(()),
        Ok(TransactionResult::Aborted) => {
            let error = js_sys::Reflect::get(&handle, &"error".into());
            let error = error.ok().and_then(|error| error.dyn_into::<js_sys::Object>().ok());
            let text = error.map_or_else(
                || "the write was aborted".to_owned(),
                |error| String::from(error.to_string()),
            );
            Err(refusal(text))
        }
        Err(error) => Err(error.into()),
    }
}

fn refusal(text: String) -> StoreError {
    if text.contains("QuotaExceeded") { StoreError::Quota } else { StoreError::Browser(text) }
}

fn parse_entry(value: &JsValue) -> Option<Entry> {
    serde_json::from_str(&value.as_string()?).ok()
}

fn summarize(checkpoint: &Checkpoint, role: CheckpointRole, bytes: u64) -> CheckpointSummary {
    let Checkpoint { run, engine, saved_at_ms, snapshot } = checkpoint;
    let epoch = snapshot.history.epochs.len();
    let name = match role {
        CheckpointRole::Best => format!("model_{run}_{epoch}"),
        CheckpointRole::Last => format!("model_{run}_last"),
    };
    CheckpointSummary {
        name,
        run: run.clone(),
        role,
        config: snapshot.config.clone(),
        engine: engine.clone(),
        epoch: epoch as u32,
        step: snapshot.history.losses.len() as u64,
        finished: snapshot.ending().is_some(),
        metrics: snapshot.history.epochs.last().copied(),
        bytes,
        saved_at_ms: *saved_at_ms,
    }
}
