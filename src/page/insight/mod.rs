//! What the network learned, where it errs, and why: the part of the place `understand` that looks into a run.
//!
//! It is a program of its own (`src/bin/insight.rs`), which `www/page_loader.js` loads when the place is first opened, so
//! that it weighs nothing for who never opens it. The page hands it an element, the run at hand and the language
//! ([`offer`], `understand/insight_part`); it has a worker of its own, which reads the library and the images
//! (`insight_worker`).
//!
//! [`validation`] holds which weights are looked at and what they say of the test images, `images` the images that are
//! shown, `facts` what follows from that; each figure is a component ([`confusion`], [`gallery`], [`class_metrics`],
//! [`calibration`]) with its plain data in a file beside it (`cells` and `grid_keys`, `mistakes`, `rows`, `reliability`),
//! and is saved by `save` as a `table` or as a `vector` drawing. `choice` is which weights are looked at, `card` an image in a
//! gallery. [`inside`], [`explore`], [`map`] and [`corrections`] are a `section` each, made when it is opened: what is inside
//! the network, all images of the data set, the test images as points, and the corrections by which the validation can be judged.
//! [`why`] explains one answer, in the place `train`.

mod calibration;
mod card;
mod cells;
mod choice;
mod class_metrics;
mod confusion;
mod corrections;
mod explore;
mod facts;
mod gallery;
pub(super) mod grid_keys;
mod held;
mod images;
mod inside;
mod map;
mod mistakes;
mod offer;
mod regions;
mod reliability;
mod rows;
pub(super) mod save;
mod section;
mod svg;
pub(super) mod table;
mod trouble;
mod validation;
pub(super) mod vector;
mod why;

use leptos::prelude::*;

use self::calibration::CalibrationFigure;
pub use self::card::Garment;
use self::choice::{ChoiceOfWeights, State};
use self::class_metrics::ClassTable;
use self::confusion::ConfusionMatrix;
use self::corrections::{CorrectionsPanel, JudgedBy, judge};
use self::explore::{Comparison, Explorer, Search};
use self::facts::Facts;
use self::gallery::Gallery;
use self::held::HeldWeights;
pub use self::images::{ShownImage, ShownImages, TEST_IMAGES};
pub use self::inside::{Doing, Kind};
use self::inside::{InsideNetwork, RunInTraining};
use self::map::{EmbeddingMap, Places};
pub use self::offer::offer;
pub use self::regions::Regions;
pub use self::save::Save;
use self::section::Section;
pub use self::table::{Cell, csv};
use self::validation::Validation;
use super::corrections::KeptCorrections;
use super::session::InsightWorker;
use super::words::{InsightWords, corrections_words, insight_words};

/// A fixed text of this part in a given language.
pub(super) type Word = fn(&'static InsightWords) -> &'static str;

/// The text in the visitor's language, for use in a view.
pub(super) fn word(word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(insight_words())
}

/// What the network of the run with this name learned, and where it errs. `followed` is the index of the test image that the
/// place `train` follows.
#[component]
fn Insight(
    run: RwSignal<Option<String>>,
    followed: RwSignal<Option<u32>>,
    training: RunInTraining,
) -> impl IntoView {
    let worker = InsightWorker::new();
    on_cleanup(move || worker.end());
    let validation = Validation::follow(worker, run);
    let images = ShownImages::new(worker);
    let kept = KeptCorrections::follow();
    // For the menu at every image.
    provide_context(kept);
    let by_corrected = RwSignal::new(false);
    let facts = Facts::of(validation, judge(kept, by_corrected));
    let open = RwSignal::new(None);
    // What takes long goes on, and what it found stays, when its section is closed.
    let (search, comparison) = (Search::new(worker), Comparison::new(worker));
    let places = Places::new(worker, HeldWeights::new(validation.now));
    view! {
        <section class="panel insight" data-testid="insight" aria-labelledby="insight-title"
            data-busy=move || facts.is_awaited.get().to_string()>
            <div class="panel-head">
                <h2 id="insight-title">{word(|words| words.title())}</h2>
                <p class="note">{word(|words| words.about())}</p>
            </div>
            <ChoiceOfWeights validation />
            <JudgedBy kept by_corrected />
            <State validation is_awaited=facts.is_awaited />
            <Show when=move || facts.confusion.with(Option::is_some)>
                <div class="insight-figures" aria-busy=move || facts.is_awaited.get().to_string()>
                    <ConfusionMatrix facts open />
                    <Gallery facts images open followed />
                    <ClassTable facts />
                    <CalibrationFigure facts />
                </div>
            </Show>
        </section>
        <Section title=|words| words.inside() about=|words| words.inside_about() testid="inside">
            <InsideNetwork worker validation images training />
        </Section>
        <Section title=|words| words.explorer() about=|words| words.about_explorer() testid="explore">
            <Explorer worker validation facts images search comparison />
        </Section>
        <Section title=|words| words.map() about=|words| words.about_map_section() testid="map-section">
            <EmbeddingMap places facts images />
        </Section>
        <Section title=|_| corrections_words().title() about=|_| corrections_words().about()
            testid="corrections">
            <CorrectionsPanel kept images />
        </Section>
    }
}
