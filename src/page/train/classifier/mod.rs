//! Draw, upload, drop or paste a garment, or take a test image, and see how the model classifies it.

mod bars;
mod board;
mod pad;
mod paint;
mod picture_input;
mod sheet;
mod tools;

use std::time::Duration;

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::garment::Garment;
use crate::page::browser::paint_garment;
use crate::page::session::{ClassifierState, Connection, DataState};
use crate::page::words::{say, words};
use crate::protocol::Status;
use bars::{Answer, Bars};
use pad::Pad;
pub use picture_input::Complaint;

/// How often the prediction is renewed while the weights change.
const REFRESH: Duration = Duration::from_secs(1);

/// The garment in the panel.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The 28×28 pixels that the network receives; `None` while the pad is empty.
    pub garment: RwSignal<Option<Garment>>,
    /// A test image's index and label.
    pub truth: RwSignal<Option<(u32, u8)>>,
    /// Why a picture could not be used.
    pub complaint: RwSignal<Option<Complaint>>,
}

/// The classifying side of the page.
#[component]
pub fn Classifier(
    connection: Connection,
    data: DataState,
    classifier: ClassifierState,
) -> impl IntoView {
    let subject = Subject {
        garment: RwSignal::new(None),
        truth: RwSignal::new(None),
        complaint: RwSignal::new(None),
    };
    let classify = move || match subject.garment.get_untracked() {
        Some(garment) => classifier.classify(garment.to_vec()),
        None => classifier.forget_prediction(),
    };
    Effect::new(move |_| {
        subject.garment.track();
        // New weights or a restarted worker mean a new answer, too.
        classifier.classifying_with.track();
        connection.alive.track();
        connection.status.track();
        classify();
    });
    let learning = Memo::new(move |_| {
        matches!(connection.status.get(), Status::Training | Status::Validating)
            && subject.garment.with(Option::is_some)
    });
    Effect::new(move |_| {
        if learning.get()
            && let Ok(refresh) = set_interval_with_handle(classify, REFRESH)
        {
            on_cleanup(move || refresh.clear());
        }
    });
    let complaint = move || {
        let complaint = subject.complaint.get();
        complaint.map(|complaint| words().classifier.complaint(&complaint))
    };
    view! {
        <section class="panel classifier" aria-labelledby="classify-title">
            <div class="panel-head">
                <h2 id="classify-title">{say(|words| words.classifier.title())}</h2>
            </div>
            <div class="drawing">
                <Pad data subject />
                <p class="complaint" aria-live="polite">{complaint}</p>
            </div>
            <div class="answering">
                <div class="seen">
                    <Preview garment=subject.garment />
                    <Answer classifier subject />
                </div>
                <Bars classifier />
            </div>
        </section>
    }
}

#[component]
fn Preview(garment: RwSignal<Option<Garment>>) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            let pixels = garment.get().unwrap_or([0; crate::network::PIXELS]);
            paint_garment(&canvas, &pixels);
        }
    });
    view! {
        <figure class="garment">
            <canvas
                node_ref=canvas
                width="28"
                height="28"
                data-testid="garment-preview"
                role="img"
                aria-label=say(|words| words.classifier.preview())
            ></canvas>
            <figcaption>{say(|words| words.classifier.what_network_sees())}</figcaption>
        </figure>
    }
}
