//! Runs in the library: records, labels, metrics.

use std::collections::HashSet;

use idb::TransactionMode::{ReadOnly, ReadWrite};
use idb::{ObjectStore, Transaction};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::checkpoints::save_in;
use super::weights::{EpochWeights, sparing_weights};
use super::{
    BLOCKS, CHECKPOINTS, EPOCH_WEIGHTS, FILES, LABELS, Library, Objects, RUNS, StoreError,
    beginning_with, bytes_of, committed,
};
use crate::checkpoint::{Checkpoint, write_state};
use crate::history::History;
use crate::library::blocks::{blocks_from, decode};
use crate::library::{
    CheckpointRole, CheckpointSummary, KnownRun, RunEdit, RunLabels, RunMetrics, RunRecord,
    Timeline,
};

/// What a run's tab writes of it in one transaction.
pub struct RunWrite {
    /// The run as it stands.
    pub record: RunRecord,
    /// The blocks of metrics that changed, by index.
    pub blocks: Vec<(u32, Vec<u8>)>,
    /// Whether blocks after the last of these are obsolete, because the run went back to an earlier state.
    pub cut: bool,
}

impl RunWrite {
    /// The write of everything known about a run.
    #[must_use]
    pub fn whole(record: RunRecord, history: &History, timeline: &Timeline) -> Self {
        Self { record, blocks: blocks_from(history, timeline, 0), cut: true }
    }
}

/// A run's pending data.
pub struct UnfinishedWrite {
    /// The run's name.
    pub run: String,
    /// The run as it was last known to be stored. If the stored run differs, the pending data is obsolete.
    pub known: KnownRun,
    /// Its state and metrics, if they are pending.
    pub write: Option<RunWrite>,
    /// Its newest checkpoint with its roles, if that is pending. The metrics up to it are stored or in
    /// `write`.
    pub checkpoint: Option<(Checkpoint, Vec<CheckpointRole>)>,
}

impl Library {
    /// Every run with its labels, including deleted ones, in no particular order.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn runs(&self) -> Result<Vec<(RunRecord, RunLabels)>, StoreError> {
        self.within(&[RUNS, LABELS], ReadOnly, async |transaction| {
            let records: Vec<RunRecord> = Objects::of(&transaction, RUNS)?.all(None).await?;
            let labels = Objects::of(&transaction, LABELS)?;
            let keys = labels.0.get_all_keys(None, None)?.await?;
            let values = labels.0.get_all(None, None)?.await?;
            let mut labels: std::collections::HashMap<String, RunLabels> = keys
                .iter()
                .zip(&values)
                .filter_map(|(key, value)| Some((key.as_string()?, super::parse(value)?)))
                .collect();
            let with_labels = |record: RunRecord| {
                let labels = labels.remove(&record.run).unwrap_or_default();
                (record, labels)
            };
            Ok(records.into_iter().map(with_labels).collect())
        })
        .await
    }

    /// The names of the runs from this name on, deleted ones included.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn names_from(&self, run: &str) -> Result<HashSet<String>, StoreError> {
        self.within(&[RUNS], ReadOnly, async |transaction| {
            let range = idb::KeyRange::lower_bound(&run.into(), None)?;
            let keys = transaction.object_store(RUNS)?.get_all_keys(Some(range.into()), None)?;
            Ok(keys.await?.iter().filter_map(JsValue::as_string).collect())
        })
        .await
    }

    /// One run with its labels; `None` if none has this name.
    ///
    /// # Errors
    /// As [`Library::open`], or [`StoreError::Unreadable`].
    pub async fn run(&self, run: &str) -> Result<Option<(RunRecord, RunLabels)>, StoreError> {
        self.within(&[RUNS, LABELS], ReadOnly, async |transaction| {
            let record = Objects::of(&transaction, RUNS)?.get(run).await?;
            let labels: Option<_> = Objects::of(&transaction, LABELS)?.get(run).await?;
            Ok(record.map(|record| (record, labels.unwrap_or_default())))
        })
        .await
    }

    /// A run's labels.
    ///
    /// # Errors
    /// As [`Library::open`], or [`StoreError::Unreadable`].
    pub async fn labels(&self, run: &str) -> Result<RunLabels, StoreError> {
        self.within(&[LABELS], ReadOnly, async |transaction| {
            let labels: Option<_> = Objects::of(&transaction, LABELS)?.get(run).await?;
            Ok(labels.unwrap_or_default())
        })
        .await
    }

    /// Writes a run's current state in one transaction.
    ///
    /// # Errors
    /// As [`Library::open`], [`StoreError::Quota`] or [`StoreError::TakenOver`]; what was stored before is then still there.
    pub async fn write_run(&self, write: &RunWrite) -> Result<(), StoreError> {
        let run = &write.record.run;
        let stores = self.stores_for(run, &[RUNS, BLOCKS]);
        self.within(&stores, ReadWrite, async |transaction| {
            self.keep_lease(&transaction, run).await?;
            write_in(&transaction, write).await?;
            committed(transaction).await
        })
        .await
    }

    /// Writes a run's pending data, all or nothing, unless the run has been continued elsewhere. Returns
    /// whether it wrote.
    ///
    /// # Errors
    /// As [`Self::write_run`], or [`StoreError::File`].
    pub async fn write_left(&self, left: &UnfinishedWrite) -> Result<bool, StoreError> {
        let UnfinishedWrite { run, known, write, checkpoint } = left;
        let file = match checkpoint {
            Some((checkpoint, _)) => write_state(checkpoint)?,
            None => Vec::new(),
        };
        let stores = self.stores_for(run, &[RUNS, BLOCKS, CHECKPOINTS, FILES, EPOCH_WEIGHTS]);
        let write_all = async |keeps| {
            self.within(&stores, ReadWrite, async |transaction| {
                self.keep_lease(&transaction, run).await?;
                let stored: Option<RunRecord> = Objects::of(&transaction, RUNS)?.get(run).await?;
                // In the same transaction, so that no tab can continue the run in between.
                let is_wanted = !known.has_gone_on(stored.as_ref(), self.incarnation());
                if is_wanted {
                    if let Some((checkpoint, roles)) = checkpoint {
                        save_in(&transaction, checkpoint, &file, roles, keeps).await?;
                    }
                    if let Some(write) = write {
                        write_in(&transaction, write).await?;
                    }
                }
                committed(transaction).await?;
                Ok(is_wanted)
            })
            .await
        };
        match checkpoint {
            Some((checkpoint, _)) => sparing_weights(checkpoint, write_all).await,
            None => write_all(EpochWeights::Spared).await,
        }
    }

    /// All of a run's metrics.
    ///
    /// # Errors
    /// As [`Library::open`], or [`StoreError::Metrics`].
    pub async fn metrics(&self, run: &str) -> Result<RunMetrics, StoreError> {
        let range = beginning_with(&format!("{run}/"))?;
        let read = async |transaction| metrics_in(&transaction, range).await;
        self.within(&[BLOCKS], ReadOnly, read).await
    }

    /// Edits a run's labels and returns the new ones.
    ///
    /// # Errors
    /// As [`Library::open`], or [`StoreError::Quota`].
    pub async fn edit_run(&self, run: &str, edit: RunEdit) -> Result<RunLabels, StoreError> {
        self.change_labels(run, |labels| labels.apply(edit)).await
    }

    /// Marks a run as deleted at this time, in milliseconds since 1970, so that it can be restored; `None`
    /// restores it.
    ///
    /// # Errors
    /// As [`Self::edit_run`].
    pub async fn set_run_deleted(&self, run: &str, at_ms: Option<f64>) -> Result<(), StoreError> {
        self.change_labels(run, |labels| labels.deleted_at_ms = at_ms).await.map(drop)
    }

    /// Reads and writes in one transaction, so that two tabs cannot undo each other's changes.
    pub(super) async fn change_labels(
        &self,
        run: &str,
        change: impl FnOnce(&mut RunLabels),
    ) -> Result<RunLabels, StoreError> {
        self.within(&[LABELS], ReadWrite, async |transaction| {
            let store = Objects::of(&transaction, LABELS)?;
            let mut labels: RunLabels = store.get(run).await?.unwrap_or_default();
            change(&mut labels);
            store.put(run, &labels).await?;
            committed(transaction).await?;
            Ok(labels)
        })
        .await
    }

    /// Permanently removes a run with everything that belongs to it, unless it has been restored.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn remove_deleted_run(&self, run: &str) -> Result<(), StoreError> {
        let stores = [RUNS, LABELS, BLOCKS, CHECKPOINTS, FILES, EPOCH_WEIGHTS];
        self.within(&stores, ReadWrite, async |transaction| {
            let labels: Option<RunLabels> = Objects::of(&transaction, LABELS)?.get(run).await?;
            if labels.is_none_or(|labels| labels.deleted_at_ms.is_none()) {
                return committed(transaction).await;
            }
            Self::clear_run(transaction, run).await
        })
        .await
    }

    /// Permanently removes a run with everything that belongs to it.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn remove_run(&self, run: &str) -> Result<(), StoreError> {
        let stores = [RUNS, LABELS, BLOCKS, CHECKPOINTS, FILES, EPOCH_WEIGHTS];
        let clear = async |transaction| Self::clear_run(transaction, run).await;
        self.within(&stores, ReadWrite, clear).await
    }

    async fn clear_run(transaction: Transaction, run: &str) -> Result<(), StoreError> {
        for name in [RUNS, LABELS] {
            transaction.object_store(name)?.delete(JsValue::from(run))?;
        }
        let of_run = |prefix: String| beginning_with(&prefix);
        for name in [BLOCKS, EPOCH_WEIGHTS] {
            transaction.object_store(name)?.delete(of_run(format!("{run}/"))?)?;
        }
        for name in [CHECKPOINTS, FILES] {
            transaction.object_store(name)?.delete(of_run(format!("model_{run}_"))?)?;
        }
        committed(transaction).await
    }

    /// Imports a run with its checkpoints, all or nothing.
    ///
    /// # Errors
    /// As [`Self::write_run`].
    pub async fn add_run(
        &self,
        write: RunWrite,
        labels: &RunLabels,
        checkpoints: &[(CheckpointSummary, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let stores = [RUNS, LABELS, BLOCKS, CHECKPOINTS, FILES];
        let bytes = checkpoints.iter().map(|(_, bytes)| bytes.len()).sum();
        self.within_time_for(bytes, &stores, ReadWrite, async |transaction| {
            let RunWrite { record, blocks, .. } = write;
            let run = &record.run;
            let store = transaction.object_store(BLOCKS)?;
            put_blocks(&store, run, &blocks)?;
            let files = transaction.object_store(FILES)?;
            let summaries = Objects::of(&transaction, CHECKPOINTS)?;
            for (summary, bytes) in checkpoints {
                files.put(&Uint8Array::from(&bytes[..]), Some(&JsValue::from(&summary.name)))?;
                summaries.put(&summary.name, summary).await?;
            }
            Objects::of(&transaction, LABELS)?.put(run, labels).await?;
            Objects::of(&transaction, RUNS)?.put(run, &record).await?;
            committed(transaction).await
        })
        .await
    }
}

/// The contents of the blocks with these keys, within a transaction over their store.
pub(super) async fn metrics_in(
    transaction: &Transaction,
    range: idb::KeyRange,
) -> Result<RunMetrics, StoreError> {
    let blocks = transaction.object_store(BLOCKS)?.get_all(Some(range.into()), None)?.await?;
    let bytes: Vec<_> = blocks.into_iter().filter_map(|block| bytes_of(Some(block))).collect();
    Ok(decode(bytes.iter().map(Vec::as_slice))?)
}

/// Writes a run's current state, within a transaction over runs and blocks.
pub(super) async fn write_in(
    transaction: &Transaction,
    RunWrite { record, blocks, cut }: &RunWrite,
) -> Result<(), StoreError> {
    let run = &record.run;
    let store = transaction.object_store(BLOCKS)?;
    if *cut {
        let last = blocks.last().map_or_else(String::new, |block| block_key(run, block.0));
        let (after, end) = (last.max(format!("{run}/")), format!("{run}/\u{7f}"));
        store.delete(idb::KeyRange::bound(&after.into(), &end.into(), Some(true), None)?)?;
    }
    put_blocks(&store, run, blocks)?;
    Objects::of(transaction, RUNS)?.put(run, record).await
}

pub(super) fn put_blocks(
    store: &ObjectStore,
    run: &str,
    blocks: &[(u32, Vec<u8>)],
) -> Result<(), StoreError> {
    for (index, bytes) in blocks {
        let key = JsValue::from(block_key(run, *index));
        store.put(&Uint8Array::from(&bytes[..]), Some(&key))?;
    }
    Ok(())
}

/// The key of a run's block.
pub(super) fn block_key(run: &str, index: u32) -> String {
    format!("{run}/{index:06}")
}
