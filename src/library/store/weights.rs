//! The weights at the end of each epoch: what is kept of them in the library.

use idb::Transaction;
use idb::TransactionMode::ReadOnly;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::{EPOCH_WEIGHTS, Library, StoreError, beginning_with, bytes_of};
use crate::checkpoint::Checkpoint;
use crate::library::epoch_weights::{self, MOST_EPOCHS};
use crate::state_dict::StateDict;

impl Library {
    /// The epochs of a run, from 1, whose weights are kept, in ascending order.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn epochs_kept(&self, run: &str) -> Result<Vec<u32>, StoreError> {
        let range = beginning_with(&format!("{run}/"))?;
        let read = async |transaction: Transaction| epochs_in(&transaction, range).await;
        self.within(&[EPOCH_WEIGHTS], ReadOnly, read).await
    }

    /// The weights that a run had at the end of an epoch.
    ///
    /// # Errors
    /// As [`Library::open`]; [`StoreError::NoEpoch`]; [`StoreError::Damaged`].
    pub async fn epoch_weights(&self, run: &str, epoch: u32) -> Result<StateDict, StoreError> {
        let key = epoch_weights::key(run, epoch);
        let read = async |transaction: Transaction| {
            let found = transaction.object_store(EPOCH_WEIGHTS)?.get(JsValue::from(&key))?.await?;
            Ok(bytes_of(found))
        };
        let bytes = self.within(&[EPOCH_WEIGHTS], ReadOnly, read).await?;
        let missing = || StoreError::NoEpoch { run: run.to_owned(), epoch };
        epoch_weights::decode(&bytes.ok_or_else(missing)?).ok_or(StoreError::Damaged(key))
    }
}

async fn epochs_in(
    transaction: &Transaction,
    range: idb::KeyRange,
) -> Result<Vec<u32>, StoreError> {
    let keys = transaction.object_store(EPOCH_WEIGHTS)?.get_all_keys(Some(range.into()), None)?;
    let keys = keys.await?;
    Ok(keys.iter().filter_map(|key| epoch_weights::epoch_of(&key.as_string()?)).collect())
}

/// Whether a write keeps the weights at an epoch's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EpochWeights {
    Kept,
    Spared,
}

/// Writes a checkpoint with its epoch's weights or, where that needs more space than is left, without: a run can do without
/// them, but not without the checkpoint.
pub(super) async fn sparing_weights<T>(
    checkpoint: &Checkpoint,
    write: impl AsyncFn(EpochWeights) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match write(EpochWeights::Kept).await {
        Err(StoreError::Quota)
            if epoch_weights::ended_epoch(&checkpoint.snapshot.history).is_some() =>
        {
            write(EpochWeights::Spared).await
        }
        settled => settled,
    }
}

/// Keeps the weights of a checkpoint that an epoch has ended with, within a transaction over their store.
pub(super) async fn keep_in(
    transaction: &Transaction,
    checkpoint: &Checkpoint,
) -> Result<(), StoreError> {
    let Some(newest) = epoch_weights::ended_epoch(&checkpoint.snapshot.history) else {
        return Ok(());
    };
    let Some(bytes) = epoch_weights::encode(&checkpoint.snapshot.inference_weights()) else {
        return Ok(());
    };
    let (run, store) = (&checkpoint.run, transaction.object_store(EPOCH_WEIGHTS)?);
    let key = |epoch| JsValue::from(epoch_weights::key(run, epoch));
    store.put(&Uint8Array::from(&bytes[..]), Some(&key(newest)))?;
    if newest > MOST_EPOCHS {
        let kept = epochs_in(transaction, beginning_with(&format!("{run}/"))?).await?;
        for epoch in kept.into_iter().filter(|epoch| !epoch_weights::is_kept(*epoch, newest)) {
            store.delete(key(epoch))?;
        }
    }
    Ok(())
}
