//! The data set, explored: every image by what the network says of it, labels that are likely wrong, and near-duplicates
//! across the splits.
//!
//! `judged` is what the network says of all images, as far as it is known, `filter` which of them are shown (plain data),
//! `list` how; `suspects` and `duplicates` are searches that a button starts, with their plain data in `doubts`.

mod doubts;
mod duplicates;
mod filter;
mod judged;
mod list;
mod status;
mod suspects;

use leptos::prelude::*;

pub use self::duplicates::Comparison;
use self::duplicates::Duplicates;
use self::filter::{Filter, Judgement, shown_of};
use self::judged::Judged;
pub use self::list::{Explored, ExploredImage, ImageList, key_of};
pub use self::status::left_of;
pub use self::suspects::Search;
use self::suspects::Suspects;
use super::facts::Facts;
use super::held::NewerWeights;
use super::mistakes::{csv_of, order_name, order_named};
use super::save::Save;
use super::trouble::Trouble;
use super::validation::Validation;
use super::{ShownImages, word};
use crate::insight::ImageOrder;
use crate::network::CLASSES;
use crate::page::class_names::ClassNames;
use crate::page::progress_bar::ProgressBar;
use crate::page::session::InsightWorker;
use crate::page::words::{ExploreWords, explore_words, words};
use crate::protocol::insight::SplitName;

/// A fixed text of these sections.
pub type ExploreWord = fn(&'static ExploreWords) -> &'static str;

/// The text in the visitor's language, for use in a view.
pub fn told(word: ExploreWord) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(explore_words())
}

/// What the section holds.
#[component]
pub fn Explorer(
    worker: InsightWorker,
    validation: Validation,
    facts: Facts,
    images: ShownImages,
    search: Search,
    comparison: Comparison,
) -> impl IntoView {
    let judged = Judged::follow(worker, validation.now);
    let filter = RwSignal::new(Filter::default());
    let all = Memo::new(move |_| {
        judged.splits.with(|[train, test]| shown_of(train, test, &filter.get()))
    });
    let csv = move |()| {
        Some(all.with_untracked(|all| {
            csv_of(&ClassNames::default(), all.iter().map(|(split, image)| (*split, image)))
        }))
    };
    view! {
        <div class="explorer" data-testid="explorer" data-judged=move || judged.done().to_string()
            data-found=move || all.with(Vec::len).to_string()>
            <Show when=move || validation.now.weights.with(Option::is_none)>
                <p class="note">{word(|words| words.no_runs())}</p>
            </Show>
            <Filters filter />
            // Only the end is announced, not each part.
            <p class="note" data-testid="explorer-state" aria-live="polite">
                {move || judged.is_complete().then(|| explore_words().found(all.with(Vec::len)))}
            </p>
            <NewerWeights held=judged.held testid="explorer-newer"
                take=Callback::new(move |()| judged.again()) />
            <Show when=move || judged.is_judging.get()>
                <p class="note">{move || explore_words().judging(judged.done())}</p>
                <ProgressBar label=told(|words| words.judging_label()) share=move || judged.share() />
            </Show>
            <Trouble complaint=judged.complaint again=Callback::new(move |()| judged.again()) />
            <ImageList images all name="explored" />
            <Save file_name=facts.names("explored") name="explored" title=|words| words.explorer() csv />
            <Suspects search images facts />
            <Duplicates comparison images facts />
        </div>
    }
}

/// Which images are shown, and in which order.
#[component]
fn Filters(filter: RwSignal<Filter>) -> impl IntoView {
    let split = move |value: String| {
        let named = [SplitName::Train, SplitName::Test].into_iter().find(|it| it.as_str() == value);
        filter.update(|filter| filter.split = named);
    };
    let class = move |value: String| {
        let class = value.parse().ok().filter(|class| *class < CLASSES);
        filter.update(|filter| filter.class = class);
    };
    let right =
        move |value: String| filter.update(|filter| filter.right = Judgement::named(&value));
    let order = move |value: String| filter.update(|filter| filter.order = order_named(&value));
    let option = |value: &'static str, label: ExploreWord| {
        view! { <option value=value>{told(label)}</option> }
    };
    let of_class = |class: usize| {
        view! { <option value=class.to_string()>{move || words().classifier.class_name(class)}</option> }
    };
    view! {
        <div class="explorer-filters" role="group" data-testid="filter"
            aria-label=told(|words| words.filters())>
            <label>
                {told(|words| words.split())}
                <select data-testid="filter-split" on:change:target=move |event| split(event.target().value())>
                    {option("", |words| words.both_splits())}
                    {option("train", |words| words.training())}
                    {option("test", |words| words.test())}
                </select>
            </label>
            <label>
                {word(|words| words.class())}
                <select data-testid="filter-class" on:change:target=move |event| class(event.target().value())>
                    {option("", |words| words.every_class())}
                    {(0..CLASSES).map(of_class).collect_view()}
                </select>
            </label>
            <label>
                {told(|words| words.prediction())}
                <select data-testid="filter-right" on:change:target=move |event| right(event.target().value())>
                    {option(Judgement::Either.name(), |words| words.right_and_wrong())}
                    {option(Judgement::Wrong.name(), |words| words.wrong())}
                    {option(Judgement::Right.name(), |words| words.right())}
                </select>
            </label>
            <label>
                {word(|words| words.order())}
                <select data-testid="filter-order" on:change:target=move |event| order(event.target().value())>
                    <option value=order_name(ImageOrder::Loss)>{word(|words| words.by_loss())}</option>
                    <option value=order_name(ImageOrder::Confidence)>{word(|words| words.by_confidence())}</option>
                    <option value=order_name(ImageOrder::Index)>{word(|words| words.by_index())}</option>
                </select>
            </label>
        </div>
    }
}
