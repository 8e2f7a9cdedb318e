//! Checkpoints in the library: summaries and files.

use idb::TransactionMode::{ReadOnly, ReadWrite};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{
    CHECKPOINTS, FILES, Library, Objects, StoreError, beginning_with, bytes_of, committed,
};
use crate::checkpoint::{Checkpoint, read_checkpoint, write_checkpoint};
use crate::checksum::sha256_hex;
use crate::library::{CheckpointRole, CheckpointSummary};

/// A checkpoint as it is stored.
#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    summary: CheckpointSummary,
    /// When it was deleted; it can be brought back for a while.
    #[serde(default)]
    deleted_at_ms: Option<f64>,
}

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
        let mut kept: Vec<_> = entries.into_iter().filter_map(Entry::unless_deleted).collect();
        kept.sort_by(|a, b| b.saved_at_ms.total_cmp(&a.saved_at_ms));
        Ok(kept)
    }

    async fn entries(&self, run: Option<&str>) -> Result<Vec<Entry>, StoreError> {
        let transaction = self.transaction(&[CHECKPOINTS], ReadOnly).await?;
        let range = run.map(|run| beginning_with(&format!("model_{run}_"))).transpose()?;
        Objects::of(&transaction, CHECKPOINTS)?.all(range).await
    }

    /// Names of checkpoints deleted before this moment, milliseconds since 1970.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn checkpoints_deleted_before(&self, ms: f64) -> Result<Vec<String>, StoreError> {
        let entries = self.entries(None).await?;
        let gone = |entry: &Entry| entry.deleted_at_ms.is_some_and(|at| at < ms);
        Ok(entries.into_iter().filter(gone).map(|entry| entry.summary.name).collect())
    }

    /// Writes a checkpoint in its roles, each in the place of the one that it succeeds.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::Quota`] or [`StoreError::File`]; what was stored before is
    /// then still there.
    pub async fn save(
        &self,
        checkpoint: &Checkpoint,
        roles: &[CheckpointRole],
    ) -> Result<(), StoreError> {
        let bytes = write_checkpoint(checkpoint)?;
        let summary = summarize(checkpoint, CheckpointRole::Last, &bytes);
        let file = Uint8Array::from(&bytes[..]);

        let transaction = self.transaction(&[CHECKPOINTS, FILES], ReadWrite).await?;
        let summaries = Objects::of(&transaction, CHECKPOINTS)?;
        let files = transaction.object_store(FILES)?;
        let range = beginning_with(&format!("model_{}_", summary.run))?;
        let stored: Vec<Entry> = summaries.all(Some(range)).await?;
        let mut stored: Vec<_> = stored.into_iter().map(|entry| entry.summary).collect();
        let mut superseded: Vec<String> = Vec::new();
        for &role in roles {
            let CheckpointSummary { run, epoch, step, .. } = &summary;
            let name = CheckpointSummary::name_of(run, role, *epoch, *step);
            let mut label = String::new();
            let former: Vec<_> = stored
                .extract_if(.., |other| {
                    let single = role != CheckpointRole::Kept;
                    other.name == name || single && other.role == role
                })
                .collect();
            for former in former {
                if former.label.is_empty() {
                    if former.name != name {
                        superseded.push(former.name);
                    }
                } else if former.step == summary.step {
                    label = former.label;
                } else {
                    // What the person has named stays, as one of those kept on the way.
                    let kept = kept(former);
                    let file = files.get(JsValue::from(&kept.former))?.await?;
                    if let Some(file) = file {
                        files.put(&file, Some(&JsValue::from(&kept.summary.name)))?;
                    }
                    let entry = Entry { summary: kept.summary.clone(), deleted_at_ms: None };
                    summaries.put(&kept.summary.name, &entry).await?;
                    if kept.former != name {
                        superseded.push(kept.former);
                    }
                    stored.push(kept.summary);
                }
            }
            let entry = CheckpointSummary { name, role, label, ..summary.clone() };
            stored.push(entry.clone());
            files.put(&file, Some(&JsValue::from(&entry.name)))?;
            let name = entry.name.clone();
            summaries.put(&name, &Entry { summary: entry, deleted_at_ms: None }).await?;
        }
        let keep = checkpoint.snapshot.config.keep;
        superseded.extend(CheckpointSummary::pruned(&stored, keep).map(|gone| gone.name.clone()));
        for name in superseded {
            summaries.0.delete(JsValue::from(&name))?;
            files.delete(JsValue::from(&name))?;
        }
        committed(transaction).await
    }

    /// A checkpoint, its checksum verified.
    ///
    /// # Errors
    /// As [`Self::file`], or [`StoreError::File`].
    pub async fn load(&self, name: &str) -> Result<(CheckpointSummary, Checkpoint), StoreError> {
        let (summary, bytes) = self.file(name).await?;
        Ok((summary, read_checkpoint(&bytes)?))
    }

    /// A checkpoint's file, its checksum verified.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::Missing`] or [`StoreError::Damaged`].
    pub async fn file(&self, name: &str) -> Result<(CheckpointSummary, Vec<u8>), StoreError> {
        let transaction = self.transaction(&[CHECKPOINTS, FILES], ReadOnly).await?;
        let entry: Option<Entry> = Objects::of(&transaction, CHECKPOINTS)?.get(name).await?;
        let file = transaction.object_store(FILES)?.get(JsValue::from(name))?.await?;
        let missing = || StoreError::Missing(format!("checkpoint {name}"));
        let summary = entry.and_then(Entry::unless_deleted).ok_or_else(missing)?;
        let bytes = bytes_of(file).ok_or_else(missing)?;
        if sha256_hex(&bytes) == summary.sha256 {
            Ok((summary, bytes))
        } else {
            Err(StoreError::Damaged(name.to_owned()))
        }
    }

    /// Gives a checkpoint another name for people.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::Missing`] or [`StoreError::Quota`].
    pub async fn label_checkpoint(&self, name: &str, label: &str) -> Result<(), StoreError> {
        let label = CheckpointSummary::fitting_label(label);
        self.change_entry(name, |entry| entry.summary.label = label).await
    }

    /// Deletes a checkpoint so that it can be brought back, at this moment in milliseconds since 1970,
    /// or brings it back (`None`).
    ///
    /// # Errors
    /// As [`Self::label_checkpoint`].
    pub async fn set_checkpoint_deleted(
        &self,
        name: &str,
        at_ms: Option<f64>,
    ) -> Result<(), StoreError> {
        self.change_entry(name, |entry| entry.deleted_at_ms = at_ms).await
    }

    /// Reads and writes in one transaction, so that two tabs do not undo each other's changes.
    async fn change_entry(
        &self,
        name: &str,
        change: impl FnOnce(&mut Entry),
    ) -> Result<(), StoreError> {
        let transaction = self.transaction(&[CHECKPOINTS], ReadWrite).await?;
        let store = Objects::of(&transaction, CHECKPOINTS)?;
        let missing = || StoreError::Missing(format!("checkpoint {name}"));
        let mut entry: Entry = store.get(name).await?.ok_or_else(missing)?;
        change(&mut entry);
        store.put(name, &entry).await?;
        committed(transaction).await
    }

    /// Removes a checkpoint for good; one that is not there is no mistake.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn remove_checkpoint(&self, name: &str) -> Result<(), StoreError> {
        let transaction = self.transaction(&[CHECKPOINTS, FILES], ReadWrite).await?;
        for store in [CHECKPOINTS, FILES] {
            transaction.object_store(store)?.delete(JsValue::from(name))?;
        }
        committed(transaction).await
    }
}

impl Entry {
    fn unless_deleted(self) -> Option<CheckpointSummary> {
        self.deleted_at_ms.is_none().then_some(self.summary)
    }
}

/// A checkpoint that is no longer the last or the best, under its new name, and its former name.
struct Kept {
    summary: CheckpointSummary,
    former: String,
}

fn kept(former: CheckpointSummary) -> Kept {
    let role = CheckpointRole::Kept;
    let name = CheckpointSummary::name_of(&former.run, role, former.epoch, former.step);
    let summary = CheckpointSummary { name, role, ..former.clone() };
    Kept { summary, former: former.name }
}

/// What the library knows of a checkpoint with this file.
pub fn summarize(checkpoint: &Checkpoint, role: CheckpointRole, bytes: &[u8]) -> CheckpointSummary {
    let Checkpoint { run, saved_at_ms, snapshot, .. } = checkpoint;
    let history = &snapshot.history;
    let (epoch, step) = (history.epochs.len() as u32, history.losses.len() as u64);
    CheckpointSummary {
        name: CheckpointSummary::name_of(run, role, epoch, step),
        run: run.clone(),
        role,
        label: String::new(),
        epoch,
        step,
        finished: snapshot.ending().is_some(),
        train_loss: history.recent_loss(),
        metrics: history.epochs.last().copied(),
        bytes: bytes.len() as u64,
        sha256: sha256_hex(bytes),
        saved_at_ms: *saved_at_ms,
    }
}
