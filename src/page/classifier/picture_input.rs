//! Pictures from outside: chosen, dropped or pasted.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ClipboardEvent, DragEvent, Event, File, FileList, ImageBitmap};

use crate::page::browser::words_of;
use crate::page::words::say;

/// Larger files are refused: decoding them would stall the tab.
const MOST_BYTES: f64 = 40e6;

/// Why a picture could not be used.
#[derive(Clone, Debug, PartialEq)]
pub enum Complaint {
    /// What was given is no file.
    NoPicture,
    /// The file is larger than any that is read.
    TooLarge {
        /// The file's name.
        file: String,
        /// The size of the largest that is.
        most_bytes: f64,
    },
    /// The browser cannot decode it.
    Unreadable {
        /// The file's name.
        file: String,
        /// What the browser says.
        why: String,
    },
    /// Nothing stands out from its background.
    NoGarment,
    /// The browser does not draw the pad.
    NotDrawn {
        /// What the browser says.
        why: String,
    },
}

/// Decodes a file and hands it on, or says why it cannot.
#[derive(Clone, Copy)]
pub struct PictureInput {
    complaint: RwSignal<Option<Complaint>>,
    show: StoredValue<Box<dyn Fn(ImageBitmap)>, LocalStorage>,
}

impl PictureInput {
    /// An input that hands pictures to `show` and complaints to `complaint`.
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
        if file.size() > MOST_BYTES {
            let complaint = Complaint::TooLarge { file: file.name(), most_bytes: MOST_BYTES };
            return self.complaint.set(Some(complaint));
        }
        leptos::task::spawn_local(async move {
            match decode(&file).await {
                Ok(picture) => self.show.with_value(|show| show(picture)),
                Err(error) => self
                    .complaint
                    .set(Some(Complaint::Unreadable { file: file.name(), why: words_of(&error) })),
            }
        });
    }
}

async fn decode(file: &File) -> Result<ImageBitmap, JsValue> {
    let promise = window().create_image_bitmap_with_blob(file)?;
    JsFuture::from(promise).await?.dyn_into()
}

/// Takes pictures that are pasted anywhere on the page. Files dropped beside the pad are ignored: the
/// browser would otherwise leave the page for them, and a run with it.
pub fn listen(pictures: PictureInput) {
    let on_paste = move |event: &Event| {
        let files = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let files = files.and_then(|data| data.files()).filter(|files| files.length() > 0);
        // Text pasted into a field is none of ours.
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

/// A place on which pictures can be dropped.
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
                    // So that the same file can be chosen once more.
                    input.set_value("");
                }
            />
            <span>{say(|words| words.classifier.upload())}</span>
        </label>
    }
}
