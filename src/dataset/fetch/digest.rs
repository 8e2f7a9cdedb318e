//! SHA-256 by the browser: faster than in wasm, and not on this thread.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use gloo::timers::future::sleep;
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::checksum;

/// Bytes in a SHA-256.
const BYTES: usize = 32;
/// A browser takes some milliseconds for a shard. One that does not answer must not keep the images from coming.
const WITHIN: Duration = Duration::from_secs(2);

thread_local! {
    /// Whether the browser has failed once. Then it is not asked again.
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
}

#[wasm_bindgen]
extern "C" {
    /// `SubtleCrypto.digest` of <https://w3c.github.io/webcrypto/>, which only a secure context has. It copies the bytes
    /// before it returns, so they may be a view of this memory, which may grow or change afterwards.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn digest(algorithm: &str, bytes: &[u8]) -> Result<Promise, JsValue>;
}

/// The SHA-256 of these bytes: 64 lower-case hexadecimal digits. Computed here where the browser does not.
pub async fn sha256_hex(bytes: &[u8]) -> String {
    if !HAS_FAILED.get() {
        if let Some(sum) = by_browser(bytes).await {
            return sum;
        }
        HAS_FAILED.set(true);
    }
    checksum::sha256_hex(bytes)
}

async fn by_browser(bytes: &[u8]) -> Option<String> {
    let answer = JsFuture::from(digest("SHA-256", bytes).ok()?);
    let Either::Left((Ok(sum), _)) = select(pin!(answer), pin!(sleep(WITHIN))).await else {
        return None;
    };
    let sum: ArrayBuffer = sum.dyn_into().ok()?;
    let sum = Uint8Array::new(&sum.into()).to_vec();
    (sum.len() == BYTES).then(|| checksum::hex(&sum))
}
