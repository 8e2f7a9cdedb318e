//! Files that a link gives a run: initial weights, and batches to train on.

use crate::checkpoint::Snapshot;
use crate::checkpoint::file::read_weights;
use crate::dataset::fetch::download::download;
use crate::protocol::{Failure, LinkedFileFailure, NewRun};
use crate::state_dict::StateDict;

/// Larger than any sensible file of weights or batches.
const MOST_BYTES: u64 = 64 << 20;

/// The requested run, before its first step.
pub async fn load(run: NewRun) -> Result<Snapshot, Failure> {
    let mut snapshot = Snapshot::beginning(run.config);
    if let Some(url) = run.initial_weights {
        snapshot.weights = weights(&url).await.map_err(|why| Failure::LinkedFile { url, why })?;
    }
    if let Some(url) = run.order {
        let order = order(&url).await.map_err(|why| Failure::LinkedFile { url, why })?;
        snapshot.order = Some(order);
    }
    Ok(snapshot)
}

async fn weights(url: &str) -> Result<StateDict, LinkedFileFailure> {
    Ok(read_weights(&download(url, MOST_BYTES, |_| {}).await?)?)
}

async fn order(url: &str) -> Result<Vec<Vec<u32>>, LinkedFileFailure> {
    Ok(serde_json::from_slice(&download(url, MOST_BYTES, |_| {}).await?)?)
}
