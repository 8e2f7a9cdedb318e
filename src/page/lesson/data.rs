//! The first step: a batch as the loader draws it, and samples of the data set.

use leptos::prelude::*;

use super::batch::{BATCHES, indices, order_of};
use super::field::NumberField;
use super::state::Lesson;
use super::trouble::ImagesState;
use super::word;
use crate::page::browser::address_of;
use crate::page::insight::{Garment, ShownImages};
use crate::page::words::{lesson_words, words};
use crate::protocol::insight::SplitName;

/// The batch and the samples.
#[component]
pub fn DataStep(lesson: Lesson, images: ShownImages) -> impl IntoView {
    let order = order_of(lesson.seed.into());
    let go = move |by: i64| {
        lesson.batch.update(|batch| {
            *batch = batch.saturating_add_signed(by).min(BATCHES - 1);
        });
    };
    let drawn = move || {
        let batch = lesson.batch.get();
        let drawn = order.with(|order| indices(order, batch).to_vec());
        drawn.into_iter().map(|index| view! { <Drawn images index /> }).collect_view()
    };
    view! {
        <div class="lesson-controls">
            <NumberField id="lesson-seed" label=Signal::derive(|| lesson_words().seed().to_owned())
                text=lesson.seed_text edit=move |text| lesson.type_seed(text)
                wrong=Signal::derive(move || !lesson.seed_is_right())
                mistake=|words| words.seed_mistake() />
            <div class="lesson-buttons">
                <button type="button" disabled=move || lesson.batch.get() == 0
                    on:click=move |_| go(-1)>{word(|words| words.batch_before())}</button>
                <button type="button" data-testid="lesson-next-batch"
                    disabled=move || lesson.batch.get() + 1 == BATCHES
                    on:click=move |_| go(1)>{word(|words| words.batch_after())}</button>
            </div>
        </div>
        <p class="lesson-caption" aria-live="polite" data-testid="lesson-batch">
            {move || lesson_words().batch(lesson.batch.get() + 1, BATCHES)}
        </p>
        <ImagesState images />
        <ul class="lesson-batch">{drawn}</ul>
        <figure class="lesson-samples">
            <img src=address_of("samples.png") width="280" height="168"
                alt=move || lesson_words().samples_describe() />
            <figcaption class="note">{word(|words| words.samples())}</figcaption>
        </figure>
    }
}

/// An image of the batch with its label.
#[component]
fn Drawn(images: ShownImages, index: u32) -> impl IntoView {
    let label = move || {
        let label = images.published(SplitName::Train, index)?;
        Some(lesson_words().label(label, words().classifier.class_name(label.into())))
    };
    view! {
        <li data-testid="lesson-image" data-index=index.to_string()>
            <Garment pixels=images.image(SplitName::Train, index) attr:class="lesson-garment" />
            <p>{label}</p>
            <p class="note">{move || lesson_words().image(index)}</p>
        </li>
    }
}
