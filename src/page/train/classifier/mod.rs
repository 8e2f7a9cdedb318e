//! Draw, upload, drop or paste a garment, or take a test image, and see how the model classifies it.

mod bars;
mod board;
mod camera;
mod disclosure;
mod followed;
mod keys;
mod pad;
mod paint;
mod photo;
mod photo_tools;
mod picture_input;
mod shapes;
mod sheet;
mod stages;
mod tools;
mod webcam;
mod why;

use std::time::Duration;

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::garment::{Garment, Prepared};
use crate::page::browser::paint_garment;
use crate::page::later::Later;
use crate::page::session::{ClassifierState, Connection, DataState, LibraryState, Photos};
use crate::page::words::{say, words};
use crate::protocol::Status;
use bars::{Answer, Bars};
pub use camera::CameraFailure;
use followed::Followed;
use pad::Pad;
use paint::Read;
pub use picture_input::Complaint;
use stages::Stages;
use why::Why;

/// How often the prediction is renewed while the weights change.
const REFRESH: Duration = Duration::from_secs(1);

/// The garment in the panel.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The garment on the pad, 28×28 pixels; `None` while there is none.
    pub garment: RwSignal<Option<Garment>>,
    /// How what is on the pad became a garment; `None` if the garment is an image of the data set, or nothing was drawn.
    pub prepared: RwSignal<Option<Prepared>>,
    /// Whether there is a photo or a camera's picture on the pad.
    pub is_picture: RwSignal<bool>,
    /// Whether a camera changes the pad all the time.
    pub is_live: RwSignal<bool>,
    /// Whether the pad is empty.
    pub is_blank: RwSignal<bool>,
    /// The test image that takes the garment's place while the pad is empty.
    pub followed: Followed,
    /// A test image's index and label.
    pub truth: RwSignal<Option<(u32, u8)>>,
    /// Why a picture could not be used.
    pub complaint: RwSignal<Option<Complaint>>,
}

impl Subject {
    /// The 28×28 pixels that the network receives.
    fn seen(self) -> Option<Garment> {
        if self.is_blank.get() {
            self.followed.image.with(|image| image.as_ref()?.pixels.as_slice().try_into().ok())
        } else {
            self.garment.get()
        }
    }

    /// Takes what was read of the pad.
    fn take(self, Read { garment, prepared }: Read, is_blank: bool) {
        self.prepared.set(prepared.filter(|_| !is_blank));
        self.garment.set(garment);
    }

    /// The followed image's index and label, while it is what the network receives.
    fn followed_truth(self) -> Option<(u32, u8)> {
        self.is_blank.get().then(|| {
            self.followed.image.with(|image| image.as_ref().map(|image| (image.index, image.label)))
        })?
    }
}

/// The classifying side of the page. While its place is not open, its answer need not be renewed as a run learns.
#[component]
pub fn Classifier(
    connection: Connection,
    data: DataState,
    classifier: ClassifierState,
    photos: Photos,
    library: LibraryState,
    is_open: Memo<bool>,
) -> impl IntoView {
    let is_blank = RwSignal::new(true);
    let subject = Subject {
        garment: RwSignal::new(None),
        prepared: RwSignal::new(None),
        is_picture: RwSignal::new(false),
        is_live: RwSignal::new(false),
        is_blank,
        followed: Followed::new(connection, data, is_blank),
        truth: RwSignal::new(None),
        complaint: RwSignal::new(None),
    };
    Effect::new(move |before: Option<Option<String>>| {
        let own = data.own.get();
        // An image of another data set has another one's label.
        if before.is_some_and(|before| before != own) {
            subject.followed.image.set(None);
        }
        own
    });
    let seen = Memo::new(move |_| subject.seen());
    Effect::new(move |_| {
        let followed = subject.followed.image.with(|image| image.as_ref().map(|image| image.index));
        classifier.followed.set(followed);
    });
    let classify = move || match seen.get_untracked() {
        Some(garment) => classifier.classify(garment.to_vec()),
        None => classifier.forget_prediction(),
    };
    Effect::new(move |_| {
        seen.track();
        // New weights or a restarted worker mean a new answer, too.
        classifier.classifying_with.track();
        connection.alive.track();
        connection.status.track();
        classify();
    });
    let learning = Memo::new(move |_| {
        matches!(connection.status.get(), Status::Training | Status::Validating)
            && seen.with(Option::is_some)
            && is_open.get()
    });
    Effect::new(move |_| {
        if learning.get()
            && let Ok(refresh) = set_interval_with_handle(classify, REFRESH)
        {
            on_cleanup(move || refresh.clear());
        }
    });
    let by_keys = RwSignal::new(false);
    let complaint = move || {
        let complaint = subject.complaint.get();
        complaint.map(|complaint| words().classifier.complaint(&complaint))
    };
    let caution = move || {
        let caution =
            subject.prepared.with(|prepared| prepared.as_ref()?.cautions.first().copied());
        let is_picture = subject.is_picture.get() && !subject.is_live.get();
        caution.filter(|_| is_picture).map(|caution| words().classifier.caution(caution))
    };
    view! {
        <section class="panel classifier" aria-labelledby="classify-title">
            <div class="panel-head">
                <h2 id="classify-title">{say(|words| words.classifier.title())}</h2>
                <p id="pad-keys" class="note pad-keys" hidden=move || !by_keys.get()>
                    {say(|words| words.classifier.pad_keys())}
                </p>
            </div>
            <div class="drawing">
                <Pad data classifier photos subject by_keys is_open />
                <p class="complaint" aria-live="polite">{complaint}</p>
                <p class="note" data-testid="picture-caution" aria-live="polite">{caution}</p>
            </div>
            <Later>
                <div class="answering">
                    <div class="seen">
                        <Preview garment=seen />
                        <Later>
                            <Answer classifier library data subject />
                        </Later>
                    </div>
                    <Later>
                        <Bars classifier data />
                    </Later>
                </div>
                <Later>
                    <Why classifier seen />
                    <Stages subject />
                </Later>
            </Later>
        </section>
    }
}

#[component]
fn Preview(garment: Memo<Option<Garment>>) -> impl IntoView {
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
