//! The images of the chosen cell of the confusion matrix, or else the worst mistakes.

use leptos::prelude::*;

use super::ShownImages;
use super::card::EvaluatedCard;
use super::confusion::id_of;
use super::facts::Facts;
use super::grid_keys::At;
use super::mistakes::{FIRST, csv_of, key_of, order_name, order_named, shown_of};
use super::save::Save;
use super::{Word, word};
use crate::insight::{EvaluatedImage, ImageOrder};
use crate::page::browser::focus_id;
use crate::page::words::insight_words;
use crate::protocol::insight::SplitName;

/// The split whose images are evaluated.
const SPLIT: SplitName = SplitName::Test;

/// The images. `open` is the chosen cell, as `(true, predicted)`; `followed` the test image that the place `train` follows.
#[component]
pub fn Gallery(
    facts: Facts,
    images: ShownImages,
    open: RwSignal<Option<At>>,
    followed: Memo<Option<u32>>,
) -> impl IntoView {
    let order = RwSignal::new(ImageOrder::default());
    let most = RwSignal::new(FIRST);
    let all = Memo::new(move |_| {
        facts.evaluation.with(|evaluation| {
            evaluation
                .as_deref()
                .map(|it| shown_of(it, open.get(), order.get()))
                .unwrap_or_default()
        })
    });
    // A correction of one image leaves the others where they are.
    Effect::new(move |_| {
        facts.published.track();
        open.track();
        most.set(FIRST);
    });
    let shown = move || all.with(|all| all.iter().take(most.get()).copied().collect::<Vec<_>>());
    let left = Memo::new(move |_| all.with(Vec::len).saturating_sub(most.get()));
    let heading = move || {
        let count = all.with(Vec::len);
        let name = |class| facts.names.with(|names| names.shown(class));
        match open.get() {
            None => insight_words().worst_mistakes(count),
            Some((class, predicted)) if class == predicted => {
                insight_words().right_images_of(&name(class), count)
            }
            Some((class, predicted)) => {
                insight_words().images_of(&name(class), &name(predicted), count)
            }
        }
    };
    let followed = Memo::new(move |_| {
        let index = followed.get()?;
        facts.evaluation.with(|evaluation| evaluation.as_deref()?.image(index))
    });
    // The same numbers of another data set are of other images.
    let key = move |image: &EvaluatedImage| {
        (facts.own.with_untracked(|own| own.as_ref().map(|own| own.url.clone())), key_of(image))
    };
    let close = move |_| {
        if let Some(cell) = open.get_untracked() {
            open.set(None);
            focus_id(&id_of(cell));
        }
    };
    let csv = move |()| {
        facts.names.with_untracked(|names| {
            let images = |all: &Vec<_>| csv_of(names, all.iter().map(|image| (SPLIT, image)));
            Some(all.with_untracked(images))
        })
    };
    let option = move |this: ImageOrder, label: Word| {
        view! {
            <option value=order_name(this) prop:selected=move || order.get() == this>
                {word(label)}
            </option>
        }
    };
    view! {
        <section class="insight-gallery" data-testid="gallery" aria-labelledby="gallery-title">
            <div class="insight-head">
                <h3 id="gallery-title" data-testid="gallery-title" aria-live="polite">{heading}</h3>
            </div>
            <div class="gallery-tools">
                <label class="gallery-order">
                    {word(|words| words.order())}
                    <select data-testid="gallery-order"
                        prop:value=move || order_name(order.get())
                        on:change:target=move |event| order.set(order_named(&event.target().value()))>
                        {option(ImageOrder::Loss, |words| words.by_loss())}
                        {option(ImageOrder::Confidence, |words| words.by_confidence())}
                        {option(ImageOrder::Index, |words| words.by_index())}
                    </select>
                </label>
                <Show when=move || open.with(Option::is_some)>
                    <button type="button" data-testid="gallery-close" on:click=close>
                        {word(|words| words.close())}
                    </button>
                </Show>
            </div>
            <Show when=move || followed.with(Option::is_some) && open.with(Option::is_none)>
                <h4>{word(|words| words.followed())}</h4>
                <ul class="gallery">
                    <For each=move || followed.get() key=key let:image>
                        <Mistake images split=SPLIT image facts testid="followed-mistake" />
                    </For>
                </ul>
                <h4>{word(|words| words.all_mistakes())}</h4>
            </Show>
            <ul class="gallery">
                <For each=shown key let:image>
                    <Mistake images split=SPLIT image facts testid="mistake" />
                </For>
            </ul>
            <Show when=move || all.with(Vec::is_empty)>
                <p class="note">{word(|words| words.no_images())}</p>
            </Show>
            <Show when=move || { left.get() > 0 }>
                <button type="button" data-testid="gallery-more"
                    on:click=move |_| most.update(|most| *most = most.saturating_add(FIRST))>
                    {move || insight_words().show_more(left.get())}
                </button>
            </Show>
            <Save file_name=facts.names("mistakes") name="mistakes" title=|words| words.gallery() csv />
        </section>
    }
}

/// An image with its class, the prediction and the loss.
#[component]
pub fn Mistake(
    images: ShownImages,
    split: SplitName,
    image: EvaluatedImage,
    facts: Facts,
    testid: &'static str,
) -> impl IntoView {
    let published = facts.published.with_untracked(|evaluation| {
        evaluation.as_deref()?.image(image.index).map(|image| image.label)
    });
    view! {
        <EvaluatedCard images split image published=published.unwrap_or(image.label)
            testid />
    }
}
