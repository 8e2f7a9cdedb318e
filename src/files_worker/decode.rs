//! Pictures decoded by the browser, in a worker: `createImageBitmap` and `OffscreenCanvas`.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{Clamped, JsCast as _, JsValue};
use web_sys::{Blob, ImageBitmap, ImageData};

use crate::dataset::fetch::download::message_of;
use crate::garment::Picture;
use crate::garment::header::{HEAD_BYTES, HeaderMistake, MOST_BYTES, picture_size};

/// Why a picture could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The file is above the size limit of a picture.
    TooLarge,
    /// Its header says that it is not to be decoded.
    Header(HeaderMistake),
    /// The browser cannot decode it, in its words.
    Browser(String),
}

#[wasm_bindgen]
extern "C" {
    type OffscreenCanvas;

    #[wasm_bindgen(constructor, catch)]
    fn new(width: u32, height: u32) -> Result<OffscreenCanvas, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getContext)]
    fn context(this: &OffscreenCanvas, kind: &str) -> Result<Context, JsValue>;

    /// `OffscreenCanvasRenderingContext2D`.
    type Context;

    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(
        this: &Context,
        picture: &ImageBitmap,
        left: f64,
        top: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = getImageData)]
    fn image_data(
        this: &Context,
        left: i32,
        top: i32,
        width: u32,
        height: u32,
    ) -> Result<ImageData, JsValue>;

    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    async fn bitmap_of(blob: &Blob) -> Result<JsValue, JsValue>;
}

/// The picture in a file, turned as its EXIF data says, its longest edge at most 448 pixels.
///
/// # Errors
/// [`DecodeError`].
pub async fn decode(bytes: &[u8]) -> Result<Picture, DecodeError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(DecodeError::TooLarge);
    }
    let head = bytes.get(..HEAD_BYTES as usize).unwrap_or(bytes);
    picture_size(head).map_err(DecodeError::Header)?;
    by_browser(bytes).await.map_err(|error| DecodeError::Browser(message_of(&error)))
}

async fn by_browser(bytes: &[u8]) -> Result<Picture, JsValue> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts)?;
    let bitmap: ImageBitmap = bitmap_of(&blob).await?.dyn_into()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (Picture::LOOKED_AT_EDGE as f64 / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let canvas = OffscreenCanvas::new(width as u32, height as u32)?;
    let context = canvas.context("2d")?;
    context.draw_image(&bitmap, 0.0, 0.0, width, height)?;
    bitmap.close();
    let Clamped(rgba) = context.image_data(0, 0, width as u32, height as u32)?.data();
    Picture::new(width as usize, height as usize, rgba)
        .ok_or_else(|| JsValue::from("the picture has no pixels"))
}
