//! SHA-256 by the browser: faster than in wasm, and not on this thread.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::checksum;

/// A SHA-256 has so many bytes.
const BYTES: usize = 32;

#[wasm_bindgen]
extern "C" {
    /// `SubtleCrypto.digest` of <https://w3c.github.io/webcrypto/>, which only a secure context has.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    async fn digest(algorithm: &str, data: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// The SHA-256 of these bytes: 64 lower-case hexadecimal digits. Computed here where the browser does not.
pub async fn sha256_hex(bytes: &[u8]) -> String {
    if let Ok(sum) = digest("SHA-256", &Uint8Array::from(bytes)).await {
        let sum = Uint8Array::new(&sum).to_vec();
        if sum.len() == BYTES {
            return checksum::hex(&sum);
        }
    }
    checksum::sha256_hex(bytes)
}
