//! Data sets of one's own, kept in this browser: each lies in the cache of shards below an address of its own, from where
//! [`super::fetch_dataset`] reads it as it reads the tutorial's. No server has them.

use js_sys::Array;
use thiserror::Error;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Request};

use super::cache::{ShardCache, settle};
use super::download::message_of;
use crate::dataset::OwnSet;
use crate::dataset::shard::{MANIFEST_NAME, Manifest};

/// Why a data set could not be kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeepError {
    /// The browser offers this page no Cache Storage.
    #[error("the browser offers no storage for files")]
    NoStorage,
    /// The browser refused, with its message: no space is left, for example.
    #[error("the browser's storage refused: {0}")]
    Refused(String),
}

/// Keeps a data set below this address: its shards first, so that one that is listed is there as a whole. What an attempt that
/// fails has written is taken away again.
///
/// # Errors
/// [`KeepError`].
pub async fn keep(
    url: &str,
    manifest: &Manifest,
    json: &[u8],
    shards: &[(String, Vec<u8>)],
) -> Result<(), KeepError> {
    let shards_cache = ShardCache::open().await;
    if shards_cache.get(&format!("{url}{MANIFEST_NAME}")).await.as_deref() == Some(json) {
        // It is there already.
        return Ok(());
    }
    let cache = shards_cache.0.ok_or(KeepError::NoStorage)?;
    let entries = manifest.entries().filter_map(|entry| {
        let (_, bytes) = shards.iter().find(|(file, _)| *file == entry.file)?;
        Some((ShardCache::key_of(url, entry), &bytes[..]))
    });
    for (key, bytes) in entries.chain([(format!("{url}{MANIFEST_NAME}"), json)]) {
        if let Err(error) = put(&cache, &key, bytes).await {
            forget(url).await;
            return Err(error);
        }
    }
    Ok(())
}

async fn put(cache: &Cache, key: &str, bytes: &[u8]) -> Result<(), KeepError> {
    let refused = |error: JsValue| KeepError::Refused(message_of(&error));
    let response = ShardCache::response(bytes).map_err(refused)?;
    JsFuture::from(cache.put_with_str(key, &response)).await.map(drop).map_err(refused)
}

/// Whether a data set is kept below this address, as far as its manifest says.
pub async fn is_kept(url: &str) -> bool {
    ShardCache::open().await.get(&format!("{url}{MANIFEST_NAME}")).await.is_some()
}

/// The data sets that are kept below `base`, those that cannot be read left out.
pub async fn kept(base: &str) -> Vec<OwnSet> {
    let cache = ShardCache::open().await;
    let mut found = Vec::new();
    for request in requests(&cache).await {
        let url = request.url();
        if url.starts_with(base) && url.ends_with(MANIFEST_NAME) {
            let bytes = cache.get(&url).await.unwrap_or_default();
            found.extend(Manifest::parse(&bytes).ok().and_then(|manifest| manifest.own_set()));
        }
    }
    found
}

/// Deletes the data set below this address.
pub async fn forget(url: &str) {
    let cache = ShardCache::open().await;
    let requests = requests(&cache).await;
    let Some(cache) = &cache.0 else { return };
    // The manifest first: without it nothing is listed.
    let mut below: Vec<_> = requests.into_iter().filter(|it| it.url().starts_with(url)).collect();
    below.sort_by_key(|request| !request.url().ends_with(MANIFEST_NAME));
    for request in below {
        settle(cache.delete_with_request(&request)).await;
    }
}

async fn requests(cache: &ShardCache) -> Vec<Request> {
    let Some(cache) = &cache.0 else { return Vec::new() };
    let Some(keys) = settle(cache.keys()).await else { return Vec::new() };
    keys.unchecked_into::<Array>().iter().filter_map(|key| key.dyn_into().ok()).collect()
}
