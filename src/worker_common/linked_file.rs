//! The files that a link gives a run to begin with.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{Either, select};
use gloo::timers::future::sleep;

use crate::dataset::fetch::download::download_from_site;
use crate::protocol::{LinkedFileFailure, MOST_LINKED_BYTES, MOST_LINKED_S};

/// The bytes of such a file, of at most [`MOST_LINKED_BYTES`], within [`MOST_LINKED_S`] seconds.
///
/// # Errors
/// [`LinkedFileFailure::Download`] or [`LinkedFileFailure::TooSlow`].
pub async fn fetch(url: &str) -> Result<Vec<u8>, LinkedFileFailure> {
    let arriving = download_from_site(url, MOST_LINKED_BYTES).boxed_local();
    let too_late = sleep(Duration::from_secs(MOST_LINKED_S));
    match select(arriving, too_late).await {
        Either::Left((bytes, _)) => Ok(bytes?),
        Either::Right(_) => Err(LinkedFileFailure::TooSlow),
    }
}
