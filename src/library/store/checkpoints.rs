//! Checkpoints in the library: summaries and files.

use idb::Transaction;
use idb::TransactionMode::{ReadOnly, ReadWrite};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::runs::{RunWrite, block_key, metrics_in, write_in};
use super::weights::{EpochWeights, keep_in, sparing_weights};
use super::{
    BLOCKS, CHECKPOINTS, EPOCH_WEIGHTS, FILES, Library, Objects, RUNS, StoreError, beginning_with,
    bytes_of, committed,
};
use crate::checkpoint::{Checkpoint, StoredState, read_state, write_checkpoint, write_state};
use crate::checksum::sha256_hex;
use crate::history::History;
use crate::library::blocks::block_of;
use crate::library::succession::{Move, StoredCheckpoint, Succession};
use crate::library::{CheckpointRole, CheckpointSummary, summarize};

impl Library {
    /// Every checkpoint that is not deleted, newest first.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn checkpoints(&self) -> Result<Vec<CheckpointSummary>, StoreError> {
        self.kept(None).await
    }

    /// A run's checkpoints that are not deleted, newest first.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn checkpoints_of(&self, run: &str) -> Result<Vec<CheckpointSummary>, StoreError> {
        self.kept(Some(run)).await
    }

    async fn kept(&self, run: Option<&str>) -> Result<Vec<CheckpointSummary>, StoreError> {
        let entries = self.entries(run).await?;
        let mut kept: Vec<_> =
            entries.into_iter().filter_map(StoredCheckpoint::unless_deleted).collect();
        kept.sort_by(|a, b| b.saved_at_ms.total_cmp(&a.saved_at_ms));
        Ok(kept)
    }

    async fn entries(&self, run: Option<&str>) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let range = run.map(|run| beginning_with(&format!("model_{run}_"))).transpose()?;
        let read = async |transaction| Objects::of(&transaction, CHECKPOINTS)?.all(range).await;
        self.within(&[CHECKPOINTS], ReadOnly, read).await
    }

    /// Writes a checkpoint in its roles, replacing the one in each role, in one transaction with the run's
    /// current state: without the metrics up to it, the checkpoint is useless.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::Quota`], [`StoreError::TakenOver`] or [`StoreError::File`]; what was stored before is
    /// then still there.
    pub async fn save(
        &self,
        checkpoint: &Checkpoint,
        roles: &[CheckpointRole],
        write: &RunWrite,
    ) -> Result<(), StoreError> {
        let bytes = write_state(checkpoint)?;
        let stores = [RUNS, BLOCKS, CHECKPOINTS, FILES, EPOCH_WEIGHTS];
        let stores = self.stores_for(&checkpoint.run, &stores);
        let save = async |keeps| {
            self.within(&stores, ReadWrite, async |transaction| {
                self.keep_lease(&transaction, &checkpoint.run).await?;
                save_in(&transaction, checkpoint, &bytes, roles, keeps).await?;
                write_in(&transaction, write).await?;
                committed(transaction).await
            })
            .await
        };
        sparing_weights(checkpoint, save).await
    }

    /// A checkpoint with all of its run's metrics up to it, its checksum verified.
    ///
    /// # Errors
    /// As [`Self::state`], [`StoreError::File`], or [`StoreError::Metrics`].
    pub async fn load(&self, name: &str) -> Result<(CheckpointSummary, Checkpoint), StoreError> {
        self.within(&[CHECKPOINTS, FILES, BLOCKS], ReadOnly, async |transaction| {
            let (summary, bytes) = stored_file(&transaction, name).await?;
            let checkpoint = whole(&transaction, read_state(&bytes)?).await?;
            Ok((summary, checkpoint))
        })
        .await
    }

    /// A checkpoint without its run's metrics, its checksum verified.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::NoCheckpoint`], [`StoreError::Damaged`] or [`StoreError::File`].
    pub async fn state(&self, name: &str) -> Result<(CheckpointSummary, StoredState), StoreError> {
        let read = async |transaction| stored_file(&transaction, name).await;
        let (summary, bytes) = self.within(&[CHECKPOINTS, FILES], ReadOnly, read).await?;
        Ok((summary, read_state(&bytes)?))
    }

    /// A checkpoint's file for export, with its run's metrics up to it, and the summary of that file.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn file(&self, name: &str) -> Result<(CheckpointSummary, Vec<u8>), StoreError> {
        self.within(&[CHECKPOINTS, FILES, BLOCKS], ReadOnly, async |transaction| {
            let (summary, bytes) = stored_file(&transaction, name).await?;
            let state = read_state(&bytes)?;
            if state.steps_missing().is_none() {
                return Ok((summary, bytes));
            }
            let bytes = write_checkpoint(&whole(&transaction, state).await?)?;
            let (size, sha256) = (bytes.len() as u64, sha256_hex(&bytes));
            Ok((CheckpointSummary { bytes: size, sha256, ..summary }, bytes))
        })
        .await
    }

    /// Sets a checkpoint's label.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::NoCheckpoint`] or [`StoreError::Quota`].
    pub async fn label_checkpoint(&self, name: &str, label: &str) -> Result<(), StoreError> {
        let label = CheckpointSummary::fitting_label(label);
        self.change_entry(name, |entry| entry.summary.label = label).await
    }

    /// Marks a checkpoint as deleted at this time, in milliseconds since 1970, so that it can be restored.
    ///
    /// # Errors
    /// As [`Self::label_checkpoint`].
    pub async fn delete_checkpoint(&self, name: &str, at_ms: f64) -> Result<(), StoreError> {
        self.change_entry(name, |entry| entry.deleted_at_ms = Some(at_ms)).await
    }

    /// Restores a deleted checkpoint, unless another has replaced it.
    ///
    /// # Errors
    /// As [`Self::label_checkpoint`], or [`StoreError::Superseded`].
    pub async fn restore_checkpoint(&self, name: &str) -> Result<(), StoreError> {
        self.within(&[CHECKPOINTS], ReadWrite, async |transaction| {
            let store = Objects::of(&transaction, CHECKPOINTS)?;
            let stored: Vec<StoredCheckpoint> = store.all(None).await?;
            let is_taken = stored.iter().any(|entry| entry.summary.name == name);
            let deleted: Vec<_> =
                stored.into_iter().filter(|entry| entry.was_deleted_as(name)).collect();
            if deleted.is_empty() {
                let name = name.to_owned();
                return Err(if is_taken {
                    StoreError::Superseded(name)
                } else {
                    StoreError::NoCheckpoint(name)
                });
            }
            for mut entry in deleted {
                entry.restore();
                let name = entry.summary.name.clone();
                store.put(&name, &entry).await?;
            }
            committed(transaction).await
        })
        .await
    }

    /// Reads and writes in one transaction, so that two tabs cannot undo each other's changes.
    async fn change_entry(
        &self,
        name: &str,
        change: impl FnOnce(&mut StoredCheckpoint),
    ) -> Result<(), StoreError> {
        self.within(&[CHECKPOINTS], ReadWrite, async |transaction| {
            let store = Objects::of(&transaction, CHECKPOINTS)?;
            let missing = || StoreError::NoCheckpoint(name.to_owned());
            let mut entry: StoredCheckpoint = store.get(name).await?.ok_or_else(missing)?;
            change(&mut entry);
            store.put(name, &entry).await?;
            committed(transaction).await
        })
        .await
    }

    /// Permanently removes a checkpoint; a missing one is not an error.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn remove_checkpoint(&self, name: &str) -> Result<(), StoreError> {
        self.within(&[CHECKPOINTS, FILES], ReadWrite, async |transaction| {
            for store in [CHECKPOINTS, FILES] {
                transaction.object_store(store)?.delete(JsValue::from(name))?;
            }
            committed(transaction).await
        })
        .await
    }

    /// Permanently removes what was deleted, if its time (in milliseconds since 1970) is over, and returns
    /// whether there was anything. In one transaction, because a deleted checkpoint may be restored or replaced
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn remove_checkpoints_deleted(
        &self,
        is_over: impl Fn(f64) -> bool,
    ) -> Result<bool, StoreError> {
        self.within(&[CHECKPOINTS, FILES], ReadWrite, async |transaction| {
            let summaries = Objects::of(&transaction, CHECKPOINTS)?;
            let files = transaction.object_store(FILES)?;
            let stored: Vec<StoredCheckpoint> = summaries.all(None).await?;
            let is_gone = |entry: &StoredCheckpoint| entry.deleted_at_ms.is_some_and(&is_over);
            let gone: Vec<_> = stored.into_iter().filter(is_gone).collect();
            for entry in &gone {
                let name = &entry.summary.name;
                summaries.0.delete(JsValue::from(name))?;
                files.delete(JsValue::from(name))?;
            }
            committed(transaction).await?;
            Ok(!gone.is_empty())
        })
        .await
    }
}

/// A checkpoint's file as stored, its checksum verified.
async fn stored_file(
    transaction: &Transaction,
    name: &str,
) -> Result<(CheckpointSummary, Vec<u8>), StoreError> {
    let entry: Option<StoredCheckpoint> = Objects::of(transaction, CHECKPOINTS)?.get(name).await?;
    let file = transaction.object_store(FILES)?.get(JsValue::from(name))?.await?;
    let missing = || StoreError::NoCheckpoint(name.to_owned());
    let summary = entry.and_then(StoredCheckpoint::unless_deleted).ok_or_else(missing)?;
    let bytes = bytes_of(file).ok_or_else(missing)?;
    if sha256_hex(&bytes) == summary.sha256 {
        Ok((summary, bytes))
    } else {
        Err(StoreError::Damaged(name.to_owned()))
    }
}

/// The whole checkpoint from a stored file. Earlier builds stored the history in the file; otherwise it is
/// the run's history up to the checkpoint.
async fn whole(transaction: &Transaction, state: StoredState) -> Result<Checkpoint, StoreError> {
    let history = match state.steps_missing() {
        Some(steps) => {
            let run = state.run().0;
            let range = idb::KeyRange::bound(
                &block_key(run, 0).into(),
                &block_key(run, block_of(steps)).into(),
                None,
                None,
            )?;
            metrics_in(transaction, range).await?.history
        }
        None => History::default(),
    };
    Ok(state.with_history(&history)?)
}

/// Writes a checkpoint with this file, replacing those of its run that it succeeds, and keeps its weights if an epoch has
/// ended with it, within a transaction over the three stores.
pub(super) async fn save_in(
    transaction: &Transaction,
    checkpoint: &Checkpoint,
    bytes: &[u8],
    roles: &[CheckpointRole],
    keeps: EpochWeights,
) -> Result<(), StoreError> {
    let summary = summarize(checkpoint, CheckpointRole::Last, bytes);
    let file = Uint8Array::from(bytes);
    let summaries = Objects::of(transaction, CHECKPOINTS)?;
    let files = transaction.object_store(FILES)?;
    let range = beginning_with(&format!("model_{}_", summary.run))?;
    let stored = summaries.all(Some(range)).await?;
    let keep = checkpoint.snapshot.config.keep;
    let Succession { moved, written, removed } = Succession::of(stored, &summary, roles, keep);
    for Move { from, to } in moved {
        let name = &to.summary.name;
        if let Some(file) = files.get(JsValue::from(&from))?.await? {
            files.put(&file, Some(&JsValue::from(name)))?;
        }
        summaries.put(name, &to).await?;
    }
    for summary in written {
        let name = summary.name.clone();
        files.put(&file, Some(&JsValue::from(&name)))?;
        summaries.put(&name, &StoredCheckpoint::from(summary)).await?;
    }
    for name in removed {
        summaries.0.delete(JsValue::from(&name))?;
        files.delete(JsValue::from(&name))?;
    }
    match keeps {
        EpochWeights::Kept => keep_in(transaction, checkpoint).await,
        EpochWeights::Spared => Ok(()),
    }
}
