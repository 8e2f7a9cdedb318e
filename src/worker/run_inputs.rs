//! What a link gives a run to begin with: weights, and batches to train on.

use super::failure::failure;
use crate::checkpoint::Snapshot;
use crate::checkpoint::file::read_weights;
use crate::dataset::fetch::download::download;
use crate::protocol::{Failure, NewRun};

/// Larger than any file of weights or batches that makes sense.
const MOST_BYTES: u64 = 64 << 20;

/// The run that was asked for, before its first step.
pub async fn load(run: NewRun) -> Result<Snapshot, Failure> {
    let mut snapshot = Snapshot::beginning(run.config);
    if let Some(url) = run.initial_weights {
        let bytes = fetch(&url).await?;
        snapshot.weights = read_weights(&bytes).map_err(|error| unusable(&url, &error))?;
    }
    if let Some(url) = run.order {
        let bytes = fetch(&url).await?;
        let order = serde_json::from_slice(&bytes).map_err(|error| unusable(&url, &error))?;
        snapshot.order = Some(order);
    }
    Ok(snapshot)
}

async fn fetch(url: &str) -> Result<Vec<u8>, Failure> {
    download(url, MOST_BYTES, |_| {}).await.map_err(|error| unusable(url, &error))
}

fn unusable(url: &str, why: &dyn std::fmt::Display) -> Failure {
    failure(
        format!("{url}, which the link names, cannot be used: {why}."),
        "Everything; no run was started.",
        "Correct the link, or leave this part of it out.",
    )
}
