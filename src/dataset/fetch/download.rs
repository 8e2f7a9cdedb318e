//! Downloads one file and reports its bytes as they arrive.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{Either, select};
use gloo::timers::future::sleep;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, Request, RequestCache, RequestInit, Response,
    WorkerGlobalScope,
};

use crate::dataset::DownloadError;

/// Fetches a file of at most `most_bytes`, calling `count` with the size of every piece received.
///
/// # Errors
/// Any [`DownloadError`].
pub async fn download(
    url: &str,
    most_bytes: u64,
    count: impl Fn(u64),
) -> Result<Vec<u8>, DownloadError> {
    download_with(RequestInit::new(), url, most_bytes, count).await
}

/// Fetches a file as [`download`] does, if it lies on this site. Nothing that identifies the visitor is sent, and a
/// redirect to another site is refused.
///
/// # Errors
/// Any [`DownloadError`].
pub async fn download_from_site(url: &str, most_bytes: u64) -> Result<Vec<u8>, DownloadError> {
    let options = RequestInit::new();
    for (key, value) in [("mode", "same-origin"), ("credentials", "omit")] {
        Reflect::set(&options, &key.into(), &value.into()).map_err(network)?;
    }
    download_with(options, url, most_bytes, |_| {}).await
}

async fn download_with(
    options: RequestInit,
    url: &str,
    most_bytes: u64,
    count: impl Fn(u64),
) -> Result<Vec<u8>, DownloadError> {
    let limits = Limits::from_now();
    let abort = AbortController::new().map_err(network)?;
    let _abort_when_done = AbortOnDrop(abort.clone());
    options.set_signal(Some(&abort.signal()));
    // The browser's own cache might hold the damaged copy that caused this retry.
    options.set_cache(RequestCache::NoStore);
    let request = Request::new_with_str_and_init(url, &options).map_err(network)?;
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let response: Response =
        limits.keep(scope.fetch_with_request(&request)).await?.dyn_into().map_err(network)?;
    check(&response)?;

    let mut bytes = Vec::new();
    let Some(body) = response.body() else { return Ok(bytes) };
    let reader: ReadableStreamDefaultReader =
        body.get_reader().dyn_into().map_err(|_| DownloadError::NoStream)?;
    loop {
        let piece = limits.keep(reader.read()).await?;
        let done = Reflect::get(&piece, &"done".into()).map_err(network)?.is_truthy();
        if done {
            return Ok(bytes);
        }
        let piece: Uint8Array =
            Reflect::get(&piece, &"value".into()).and_then(JsCast::dyn_into).map_err(network)?;
        if bytes.len() as u64 + u64::from(piece.length()) > most_bytes {
            return Err(DownloadError::TooLarge(most_bytes));
        }
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[start..]);
        count(u64::from(piece.length()));
    }
}

fn check(response: &Response) -> Result<(), DownloadError> {
    if response.status() == 404 {
        return Err(DownloadError::Missing);
    }
    if !response.ok() {
        return Err(DownloadError::Status(response.status()));
    }
    // Servers for single-page sites answer a request for a missing file with the page and status 200.
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if kind.starts_with("text/html") { Err(DownloadError::PageInstead) } else { Ok(()) }
}

fn now_ms() -> f64 {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// What one transfer may take, in milliseconds.
struct Limits {
    silence: f64,
    /// On a clock that nobody sets and that mostly stands still while the machine sleeps.
    until: f64,
}

impl Limits {
    /// Those of www/loader.js, which tests shorten in the same way.
    fn from_now() -> Self {
        let set = Reflect::get(&js_sys::global(), &"atelierLimits".into()).unwrap_or_default();
        let limit = |name: &str, seconds: u64| {
            let set = Reflect::get(&set, &name.into()).ok().and_then(|limit| limit.as_f64());
            set.unwrap_or(1000.0 * seconds as f64)
        };
        Self {
            silence: limit("stall", DownloadError::SILENCE_S),
            until: now_ms() + limit("total", DownloadError::TOTAL_S),
        }
    }

    /// A promise's value, if it comes in time.
    async fn keep(&self, promise: js_sys::Promise) -> Result<JsValue, DownloadError> {
        let left = (self.until - now_ms()).max(0.0);
        let wait = Duration::from_millis(left.min(self.silence) as u64);
        match select(JsFuture::from(promise), sleep(wait).boxed_local()).await {
            Either::Left((answer, _)) => answer.map_err(network),
            Either::Right(_) if left < self.silence => Err(DownloadError::Slow),
            Either::Right(_) => Err(DownloadError::Silence),
        }
    }
}

fn network(error: impl Into<JsValue>) -> DownloadError {
    DownloadError::Network(message_of(&error.into()))
}

/// The message of what JavaScript threw.
pub(crate) fn message_of(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

/// Aborts a transfer when nobody waits for it any more.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
