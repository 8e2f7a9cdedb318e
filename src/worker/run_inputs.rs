//! What a run is given beside its settings: the visitor's corrections, and the files that a link names, which are initial
//! weights and batches to train on.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{Either, select};
use gloo::timers::future::sleep;

use crate::checkpoint::Snapshot;
use crate::checkpoint::file::read_weights;
use crate::checksum::sha256_hex;
use crate::dataset::fetch::download::download_from_site;
use crate::dataset::{DataSetIdentity, order};
use crate::library::{GivenFile, GivenPart};
use crate::protocol::{
    Failure, LinkedFile, LinkedFileFailure, MOST_LINKED_BYTES, MOST_LINKED_S, NewRun,
};

/// The requested run before its first step, on the tutorial's data set or on one of one's own, and the files that it begins with.
pub async fn load(
    run: NewRun,
    data: Option<DataSetIdentity>,
) -> Result<(Snapshot, Vec<GivenFile>), Failure> {
    let beginning = Snapshot::beginning_on(data, run.config);
    let mut snapshot = Snapshot { corrections: run.corrections, ..beginning };
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
    let arriving = download_from_site(url, MOST_LINKED_BYTES).boxed_local();
    let too_late = sleep(Duration::from_secs(MOST_LINKED_S));
    let bytes = match select(arriving, too_late).await {
        Either::Left((bytes, _)) => bytes?,
        Either::Right(_) => return Err(LinkedFileFailure::TooSlow),
    };
    match part {
        GivenPart::Weights => snapshot.weights = read_weights(&bytes)?,
        GivenPart::Batches => snapshot.order = Some(order::read(&bytes)?),
    }
    Ok(sha256_hex(&bytes))
}
