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
//! the network, all images of the data set, the test images as points, and the corrections by which the validation can be judged;
//! the last three are of the tutorial's data set only.
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

use leptos::context::Provider;
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
use self::validation::{Validation, own_set_at};
use super::class_names::ClassNames;
use super::corrections::KeptCorrections;
use super::session::{InsightWorker, address_of_own};
use super::words::{InsightWords, corrections_words, insight_words, say};
use crate::protocol::insight::OwnSetAt;

/// A fixed text of this part in a given language.
pub(super) type Word = fn(&'static InsightWords) -> &'static str;

/// The text in the visitor's language, for use in a view.
pub(super) fn word(word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(insight_words())
}

/// The classes of the network that is shown; the tutorial's where none is.
fn class_names() -> Memo<ClassNames> {
    use_context().unwrap_or_else(|| Memo::new(|_| ClassNames::default()))
}

/// A test image that the place `train` follows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Followed {
    /// Its index.
    index: u32,
    /// The SHA-256 of its data set, if that is one of one's own.
    own: Option<String>,
}

/// How many images the test split of a data set has: as many as were evaluated, or at least one if it is one of one's own of
/// which none was.
fn test_images(facts: Facts, own: Memo<Option<OwnSetAt>>) -> Signal<u32> {
    Signal::derive(move || {
        let evaluated = facts.published.with(|it| it.as_ref().map(|it| it.len() as u32));
        let is_evaluated = facts.own.with(|shown| own.with(|own| shown == own));
        let otherwise = if own.with(Option::is_some) { 1 } else { TEST_IMAGES };
        evaluated.filter(|_| is_evaluated).unwrap_or(otherwise)
    })
}

/// The inside of the network of the run that is looked at, which need not have been evaluated yet.
#[component]
fn Inside(
    worker: InsightWorker,
    validation: Validation,
    facts: Facts,
    training: RunInTraining,
) -> impl IntoView {
    let identity = validation.own();
    let own = Memo::new(move |_| identity.with(|it| it.as_ref().map(own_set_at)));
    let names = Memo::new(move |_| identity.with(|own| ClassNames::of(own.as_ref())));
    let images = ShownImages::of(worker, own.into(), test_images(facts, own));
    view! {
        <Provider value=names>
            <InsideNetwork worker validation images training />
        </Provider>
    }
}

/// What the network of the run with this name learned, and where it errs. `followed` is the image that the place `train`
/// follows.
#[component]
fn Insight(
    run: RwSignal<Option<String>>,
    followed: RwSignal<Option<Followed>>,
    training: RunInTraining,
) -> impl IntoView {
    let worker = InsightWorker::new();
    on_cleanup(move || worker.end());
    let validation = Validation::follow(worker, run);
    let kept = KeptCorrections::follow();
    // For the menu at every image.
    provide_context(kept);
    let by_corrected = RwSignal::new(false);
    let facts = Facts::of(validation, judge(kept, by_corrected));
    provide_context(facts.names);
    let images = ShownImages::of(worker, facts.own.into(), test_images(facts, facts.own));
    // It may be an image of another data set.
    let followed = Memo::new(move |_| {
        let Followed { index, own } = followed.get()?;
        let url = own.as_deref().map(address_of_own);
        facts.own.with(|shown| shown.as_ref().map(|it| &it.url) == url.as_ref()).then_some(index)
    });
    let own = validation.own();
    let is_tutorial = Memo::new(move |_| own.with(Option::is_none));
    let open = RwSignal::new(None);
    // A cell of another network may not be there.
    Effect::new(move |before: Option<ClassNames>| {
        let now = facts.names.get();
        if before.is_some_and(|before| before != now) {
            open.set(None);
        }
        now
    });
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
            <Show when=move || is_tutorial.get()>
                <JudgedBy kept by_corrected />
            </Show>
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
            <Inside worker validation facts training />
        </Section>
        <Show
            when=move || is_tutorial.get()
            fallback=|| view! { <p class="panel note">{say(|words| words.own_sets.no_explorer())}</p> }
        >
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
        </Show>
    }
}
