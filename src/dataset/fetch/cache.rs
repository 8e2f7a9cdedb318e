//! Verified files in the browser's Cache Storage.
//!
//! The cache is optional: without one (insecure origin, private window, no space), the data set is simply
//! fetched every time. So nothing here fails.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Request, Response, WorkerGlobalScope};

use crate::dataset::shard::{MANIFEST_NAME, Manifest, ShardEntry};

const CACHE_NAME: &str = "atelier-data-1";

/// The cache of verified shards; `None` where the browser offers no storage.
pub struct ShardCache(pub(super) Option<Cache>);

impl ShardCache {
    pub async fn open() -> Self {
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        let Ok(storage) = scope.caches() else { return Self(None) };
        if storage.is_undefined() {
            return Self(None);
        }
        let cache = settle(storage.open(CACHE_NAME)).await;
        Self(cache.and_then(|cache| cache.dyn_into().ok()))
    }

    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let cache = self.0.as_ref()?;
        let response: Response = settle(cache.match_with_str(key)).await?.dyn_into().ok()?;
        let buffer = settle(response.array_buffer().ok()?).await?;
        Some(Uint8Array::new(&buffer).to_vec())
    }

    pub async fn put(&self, key: &str, bytes: &[u8]) {
        let Some(cache) = &self.0 else { return };
        let Ok(response) = Self::response(bytes) else { return };
        settle(cache.put_with_str(key, &response)).await;
    }

    /// What is stored of a file.
    pub fn response(bytes: &[u8]) -> Result<Response, JsValue> {
        Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes)))
    }

    /// The key of a shard below `url`: with the checksum in it, another version of the shard is another entry.
    pub fn key_of(url: &str, entry: &ShardEntry) -> String {
        format!("{url}{}?sha256={}", entry.file, entry.sha256)
    }

    /// Removes every entry below `url` that this manifest does not list.
    pub async fn keep_only(&self, url: &str, manifest: &Manifest) {
        let Some(cache) = &self.0 else { return };
        let Some(keys) = settle(cache.keys()).await else { return };
        let known: Vec<String> = manifest
            .entries()
            .map(|entry| Self::key_of(url, entry))
            .chain([format!("{url}{MANIFEST_NAME}")])
            .collect();
        for key in keys.unchecked_into::<Array>().iter() {
            let Ok(request) = key.dyn_into::<Request>() else { continue };
            if request.url().starts_with(url) && !known.contains(&request.url()) {
                settle(cache.delete_with_request(&request)).await;
            }
        }
    }
}

/// The value of a promise; `None` if it is rejected or undefined.
pub(super) async fn settle(promise: impl Into<Promise>) -> Option<JsValue> {
    let value = JsFuture::from(promise.into()).await.ok()?;
    (!value.is_undefined()).then_some(value)
}
