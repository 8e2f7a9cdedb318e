//! What a run is given beside its settings: the visitor's corrections, and the files that a link names, which are initial
//! weights and batches to train on.

use crate::checkpoint::Snapshot;
use crate::checkpoint::file::read_weights;
use crate::checksum::sha256_hex;
use crate::dataset::{Corrections, DataSetIdentity, order};
use crate::library::{GivenFile, GivenPart};
use crate::protocol::{Failure, LinkedFile, LinkedFileFailure, NewRun};
use crate::worker_common::linked_file::fetch;

/// The requested run before its first step, and the files that it begins with.
///
/// `data` is the data set of one's own that it trains on; corrections are of the tutorial's.
pub async fn load(
    run: NewRun,
    data: Option<DataSetIdentity>,
) -> Result<(Snapshot, Vec<GivenFile>), Failure> {
    let corrections = if data.is_none() { run.corrections } else { Corrections::default() };
    let mut snapshot = Snapshot { corrections, ..Snapshot::beginning_on(data, run.config) };
    let mut given = Vec::new();
    for LinkedFile { part, url, from } in run.files {
        match take(&mut snapshot, part, &url).await {
            Ok(sha256) => given.push(GivenFile { part, from, sha256 }),
            Err(why) => return Err(Failure::LinkedFile { url: from, why }),
        }
    }
    Ok((snapshot, given))
}

/// Takes what a file gives into the run, and returns the SHA-256 of its bytes.
async fn take(
    snapshot: &mut Snapshot,
    part: GivenPart,
    url: &str,
) -> Result<String, LinkedFileFailure> {
    let bytes = fetch(url).await?;
    match part {
        GivenPart::Weights => snapshot.weights = read_weights(&bytes)?,
        GivenPart::Batches => snapshot.order = Some(order::read(&bytes)?),
    }
    Ok(sha256_hex(&bytes))
}
