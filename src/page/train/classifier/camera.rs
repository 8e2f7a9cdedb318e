//! A camera as the browser offers it (<https://w3c.github.io/mediacapture-main/>).

use js_sys::{Array, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, EventTarget, HtmlElement};

use crate::page::browser::words_of;

/// Why there is no picture from a camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameraFailure {
    /// The browser offers no camera to this page: it is too old, or the page came by plain HTTP.
    NotOffered,
    /// The visitor, or the browser's settings, refuse it.
    Refused,
    /// There is none.
    Missing,
    /// Another program uses it, or it does not answer.
    Busy,
    /// It was unplugged or taken away while it ran.
    Ended,
    /// Something else, in the browser's words.
    Other(String),
}

#[wasm_bindgen]
extern "C" {
    type Devices;

    #[wasm_bindgen(method, catch, js_name = getUserMedia)]
    async fn get_user_media(this: &Devices, wishes: &Object) -> Result<Stream, JsValue>;

    type Stream;

    #[wasm_bindgen(method, js_name = getTracks)]
    fn tracks(this: &Stream) -> Array;

    #[wasm_bindgen(extends = EventTarget)]
    type Track;

    #[wasm_bindgen(method)]
    fn stop(this: &Track);

    #[wasm_bindgen(extends = HtmlElement)]
    #[derive(Clone)]
    type Video;

    #[wasm_bindgen(method, setter, js_name = srcObject)]
    fn set_source(this: &Video, stream: &JsValue);

    #[wasm_bindgen(method, setter)]
    fn set_muted(this: &Video, muted: bool);

    #[wasm_bindgen(method, getter, js_name = videoWidth)]
    fn width(this: &Video) -> u32;

    #[wasm_bindgen(method, getter, js_name = videoHeight)]
    fn height(this: &Video) -> u32;

    #[wasm_bindgen(method, catch)]
    async fn play(this: &Video) -> Result<JsValue, JsValue>;

    /// What a canvas draws on, as far as it takes a video.
    type Drawn;

    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(
        this: &Drawn,
        video: &JsValue,
        left: f64,
        top: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    async fn bitmap_of(source: &JsValue) -> Result<JsValue, JsValue>;
}

/// A camera that runs. It stops when this is dropped.
pub struct Camera {
    video: Video,
    stream: Stream,
    /// Called if the camera ends by itself.
    _on_end: Closure<dyn FnMut()>,
}

/// The picture that a camera shows at the moment; of no size while it is off.
#[derive(Clone)]
pub struct LivePicture(Video);

impl Camera {
    /// Asks for a camera, on a phone for the one at its back. The visitor is asked, which may take any time.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn open(ended: impl FnMut() + 'static) -> Result<Self, CameraFailure> {
        let devices = Reflect::get(&window().navigator(), &"mediaDevices".into());
        let devices = devices.ok().filter(JsValue::is_object).ok_or(CameraFailure::NotOffered)?;
        let stream = devices.unchecked_into::<Devices>().get_user_media(&wishes()).await;
        let stream = stream.map_err(|error| failure_of(&error))?;
        let video = document().create_element("video").map_err(|error| failure_of(&error))?;
        let video: Video = video.unchecked_into();
        // Without these, phones open a player of their own.
        video.set_muted(true);
        let _ = video.set_attribute("playsinline", "");
        let camera = Self { video, stream, _on_end: Closure::new(ended) };
        for track in camera.stream.tracks() {
            let on_end = camera._on_end.as_ref().unchecked_ref();
            // Without the event, the last picture stays until the visitor stops the camera.
            let _ =
                track.unchecked_into::<Track>().add_event_listener_with_callback("ended", on_end);
        }
        camera.video.set_source(camera.stream.as_ref());
        camera.video.play().await.map_err(|error| failure_of(&error))?;
        Ok(camera)
    }

    /// What it shows.
    pub fn picture(&self) -> LivePicture {
        LivePicture(self.video.clone())
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.tracks() {
            let track: Track = track.unchecked_into();
            let on_end = self._on_end.as_ref().unchecked_ref();
            let _ = track.remove_event_listener_with_callback("ended", on_end);
            track.stop();
        }
        self.video.set_source(&JsValue::NULL);
    }
}

impl LivePicture {
    /// Its width and height in pixels.
    pub fn size(&self) -> (f64, f64) {
        (self.0.width().into(), self.0.height().into())
    }

    /// Draws it into a rectangle.
    pub fn draw(
        &self,
        context: &CanvasRenderingContext2d,
        left: f64,
        top: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue> {
        context.unchecked_ref::<Drawn>().draw_image(&self.0, left, top, width, height)
    }

    /// A copy that stays, as an `ImageBitmap`.
    pub async fn keep(&self) -> Result<JsValue, CameraFailure> {
        bitmap_of(&self.0).await.map_err(|error| failure_of(&error))
    }
}

/// A moderate size, since the network sees 28×28 pixels, and the camera at a phone's back, if there is one.
fn wishes() -> Object {
    let object = |entries: &[(&str, JsValue)]| {
        let object = Object::new();
        for (name, value) in entries {
            // Setting a property of a new object does not fail.
            let _ = Reflect::set(&object, &(*name).into(), value);
        }
        object
    };
    let ideal = |value: JsValue| object(&[("ideal", value)]).into();
    let video = object(&[
        ("width", ideal(640.into())),
        ("height", ideal(480.into())),
        ("facingMode", ideal("environment".into())),
    ]);
    object(&[("video", video.into()), ("audio", false.into())])
}

/// What an error of the browser means, by its name (`DOMException`).
fn failure_of(error: &JsValue) -> CameraFailure {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError" | "PermissionDeniedError") => {
            CameraFailure::Refused
        }
        Some("NotFoundError" | "DevicesNotFoundError") => CameraFailure::Missing,
        Some("NotReadableError" | "AbortError" | "TrackStartError") => CameraFailure::Busy,
        _ => CameraFailure::Other(words_of(error)),
    }
}
