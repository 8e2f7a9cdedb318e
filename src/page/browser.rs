//! Small browser functions that several components need.

use js_sys::{Array, Function, Promise, Uint8Array};
use leptos::prelude::{StoredValue, WithValue as _, document, on_cleanup, window};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{Clamped, JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, File, HtmlAnchorElement,
    HtmlCanvasElement, HtmlElement, ImageData, MessageChannel, ResizeObserver, Url, Worker,
};

use super::words::Language;
use crate::network::SIDE;
use crate::text::{MOST_NAME, line};

#[wasm_bindgen(js_namespace = atelier)]
extern "C" {
    /// The URL of a file beside the page, or of any address relative to it. A file of the site is named as it is before
    /// the build gives it a hash (`www/page_loader.js`).
    #[wasm_bindgen(js_name = addressOf)]
    pub fn address_of(relative: &str) -> String;

    /// A worker with the script at this address, which may have been running for a while; its messages begin after the
    /// current task.
    #[wasm_bindgen(js_name = startWorker, catch)]
    pub fn start_worker(address: &str) -> Result<Worker, JsValue>;

    /// The SHA-256 of the data's manifest, which the build has put into the document.
    #[wasm_bindgen(js_name = manifestSha256)]
    pub fn manifest_sha256() -> Option<String>;

    /// Loads a part of the page unless that has been done, and has it draw one of its views into the element; returns its handles.
    #[wasm_bindgen(js_name = showPart, catch)]
    pub async fn show_part(name: &str, element: &Element, view: &str) -> Result<JsValue, JsValue>;

    /// Makes a part of the page known, which is a function that draws it into an element.
    #[wasm_bindgen(js_name = offerPart)]
    pub fn offer_part(name: &str, show: &Function);

    /// Shows that the page has failed, outside of what the page itself draws (`www/first-view.js`).
    fn fail(cause: &str, detail: &str);
}

/// Tells the visitor of a panic, after which the page is dead.
pub fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    console_error_panic_hook::hook(panic);
    fail("crash", &panic.to_string());
}

/// The page's own URL without query and fragment.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Milliseconds since the page was opened. The machine's clock may be set; this one only goes forward.
pub fn now_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Goes on in the next task, before which the browser may draw and answer the visitor. Unlike a timer it is as fast in a hidden
/// tab as in any other.
pub async fn next_task() {
    let Ok(channel) = MessageChannel::new() else { return };
    let message = Promise::new(&mut |resolve, _| {
        channel.port1().set_onmessage(Some(&resolve));
        // Nothing is transferred, so nothing can fail.
        let _ = channel.port2().post_message(&JsValue::UNDEFINED);
    });
    let _ = JsFuture::from(message).await;
    channel.port1().close();
}

/// A time in milliseconds since 1970, in the page's language and the visitor's own format.
pub fn local_time(at_ms: f64) -> String {
    let moment = js_sys::Date::new(&at_ms.into());
    moment.to_locale_string(Language::chosen().tag_of_dates(), &JsValue::UNDEFINED).into()
}

/// A time in milliseconds since 1970, within the range of JavaScript's dates, as `2026-01-02 03:04`.
pub fn utc_minute(at_ms: f64) -> String {
    let moment = String::from(js_sys::Date::new(&at_ms.into()).to_iso_string());
    moment.chars().take("2026-01-02 03:04".len()).collect::<String>().replace('T', " ")
}

/// The browser's user agent string.
pub fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// The message of a JavaScript error.
pub fn words_of(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || error.as_string().unwrap_or_else(|| format!("{error:?}")),
        |error| String::from(error.message()),
    )
}

/// The name of a file, as it may be shown and stored.
pub fn name_of_file(file: &File) -> String {
    line(&file.name(), MOST_NAME)
}

/// Calls back when an element has changed size, before that is painted, for the lifetime of the current
/// component.
pub fn on_resize(element: &Element, then: impl FnMut() + 'static) {
    let then = Closure::<dyn FnMut()>::new(then);
    // Without an observer, the element is treated as never changing size.
    let Ok(observer) = ResizeObserver::new(then.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = StoredValue::new_local((observer, then));
    on_cleanup(move || {
        kept.with_value(|(observer, _)| observer.disconnect());
    });
}

/// Gives an element the focus, if it is there.
pub fn focus(element: Option<&Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_ref::<HtmlElement>()) {
        // If focusing fails, the element can still be pressed.
        let _ = element.focus();
    }
}

/// Gives the element with this id the focus, if it is there.
pub fn focus_id(id: &str) {
    focus(document().get_element_by_id(id).as_ref());
}

/// Downloads a file.
pub fn download(name: &str, contents: &[u8]) -> Result<(), JsValue> {
    let parts = Array::of1(&Uint8Array::from(contents));
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    download_blob(name, &Blob::new_with_u8_array_sequence_and_options(&parts, &options)?)
}

/// Downloads a file that the browser has made.
pub fn download_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // Once the download has started, which is after this task, it holds the blob itself.
    gloo::timers::callback::Timeout::new(60_000, move || {
        // A failure is harmless: the URL is revoked with the page at the latest.
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// A canvas's 2D context; `reads` optimizes it for frequent reading of pixels.
pub fn context_of(canvas: &HtmlCanvasElement, reads: bool) -> Option<CanvasRenderingContext2d> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"willReadFrequently".into(), &reads.into()).ok()?;
    canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

/// Paints a 28×28 garment onto a canvas of that size.
pub fn paint_garment(canvas: &HtmlCanvasElement, pixels: &[u8]) {
    let rgba: Vec<u8> = pixels.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect();
    paint_rgba(canvas, &rgba, SIDE);
}

/// Paints an image, four bytes a pixel in rows of so many pixels, onto a canvas of its size.
pub fn paint_rgba(canvas: &HtmlCanvasElement, rgba: &[u8], width: usize) {
    let painted = ImageData::new_with_u8_clamped_array(Clamped(rgba), width as u32)
        .ok()
        .zip(context_of(canvas, false))
        .and_then(|(image, context)| context.put_image_data(&image, 0.0, 0.0).ok());
    if painted.is_none() {
        leptos::logging::warn!("an image of {} bytes could not be painted", rgba.len());
    }
}
