//! Pictures from outside: chosen, dropped or pasted.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DragEvent, Event, File, FileList, ImageBitmap};

use super::camera::CameraFailure;
use crate::garment::header::{HEAD_BYTES, HeaderMistake, MOST_BYTES, picture_size};
use crate::page::browser::{name_of_file, words_of};
use crate::page::words::say;

/// Enough of most files to tell the picture's size.
const FIRST_BYTES: i32 = 64 << 10;

/// Why a picture could not be used.
#[derive(Clone, Debug, PartialEq)]
pub enum Complaint {
    /// The input is not a file.
    NoPicture,
    /// The file is above the size limit.
    TooLarge {
        /// The file's name.
        file: String,
    },
    /// Its header says that it is not to be decoded.
    Header {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        why: HeaderMistake,
    },
    /// The browser cannot decode it.
    Unreadable {
        /// The file's name.
        file: String,
        /// The browser's message.
        why: String,
    },
    /// There is no picture from a camera.
    Camera(CameraFailure),
    /// Nothing stands out from the picture's background.
    NoGarment,
    /// The browser cannot draw the pad.
    NotDrawn {
        /// The browser's message.
        why: String,
    },
}

/// Decodes a file and passes it on, or says why it cannot be decoded.
#[derive(Clone, Copy)]
pub struct PictureInput {
    complaint: RwSignal<Option<Complaint>>,
    show: StoredValue<Box<dyn Fn(ImageBitmap)>, LocalStorage>,
}

impl PictureInput {
    /// An input that passes pictures to `show` and failures to `complaint`.
    pub fn new(
        complaint: RwSignal<Option<Complaint>>,
        show: impl Fn(ImageBitmap) + 'static,
    ) -> Self {
        Self { complaint, show: StoredValue::new_local(Box::new(show)) }
    }

    /// Takes the first file of a list.
    pub fn take_first(self, files: Option<FileList>) {
        match files.and_then(|files| files.get(0)) {
            Some(file) => self.take(file),
            None => self.complaint.set(Some(Complaint::NoPicture)),
        }
    }

    fn take(self, file: File) {
        self.complaint.set(None);
        leptos::task::spawn_local(async move {
            match picture(&file).await {
                Ok(picture) => self.show.with_value(|show| show(picture)),
                Err(complaint) => self.complaint.set(Some(complaint)),
            }
        });
    }
}

/// The picture in a file, which is decoded only if its header says that it can be.
async fn picture(file: &File) -> Result<ImageBitmap, Complaint> {
    let name = name_of_file(file);
    if file.size() > MOST_BYTES as f64 {
        return Err(Complaint::TooLarge { file: name });
    }
    match decoded(file).await {
        Ok(Ok(picture)) => Ok(picture),
        Ok(Err(why)) => Err(Complaint::Header { file: name, why }),
        Err(error) => Err(Complaint::Unreadable { file: name, why: words_of(&error) }),
    }
}

async fn decoded(file: &Blob) -> Result<Result<ImageBitmap, HeaderMistake>, JsValue> {
    let mut size = Err(HeaderMistake::Cut);
    for bytes in [FIRST_BYTES, HEAD_BYTES] {
        if size == Err(HeaderMistake::Cut) {
            let beginning = file.slice_with_i32_and_i32(0, bytes)?.array_buffer();
            let beginning = Uint8Array::new(&JsFuture::from(beginning).await?);
            size = picture_size(&beginning.to_vec());
        }
    }
    if let Err(why) = size {
        return Ok(Err(why));
    }
    let promise = window().create_image_bitmap_with_blob(file)?;
    Ok(Ok(JsFuture::from(promise).await?.dyn_into()?))
}

/// Accepts pictures pasted anywhere on the page, and ignores files dropped beside the pad: the browser would
/// otherwise navigate to them and end a run.
pub fn listen(pictures: PictureInput) {
    let on_paste = move |event: &Event| {
        let files = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let files = files.and_then(|data| data.files()).filter(|files| files.length() > 0);
        // Text pasted into a field belongs to the field.
        if files.is_some() {
            pictures.take_first(files);
        }
    };
    let stay = |event: &Event| event.prevent_default();
    let active = EventListenerOptions::enable_prevent_default();
    // They live as long as the component that stored them.
    StoredValue::new_local([
        EventListener::new(&document(), "paste", on_paste),
        EventListener::new_with_options(&window(), "dragover", active, stay),
        EventListener::new_with_options(&window(), "drop", active, stay),
    ]);
}

/// An element that accepts dropped pictures.
#[component]
pub fn DropZone(pictures: PictureInput, children: Children) -> impl IntoView {
    let over = RwSignal::new(false);
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        pictures.take_first(event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <div
            class="drop-zone"
            class:drop-over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            {children()}
        </div>
    }
}

/// A button that opens the file chooser.
#[component]
pub fn Upload(pictures: PictureInput) -> impl IntoView {
    view! {
        <label class="upload">
            <input
                type="file"
                accept="image/*"
                data-testid="upload-input"
                on:change:target=move |event| {
                    let input = event.target();
                    pictures.take_first(input.files());
                    // Lets the same file be chosen again.
                    input.set_value("");
                }
            />
            <span>{say(|words| words.classifier.upload())}</span>
        </label>
    }
}
