//! One step at a time: a button that takes a single step, and what that step saw and did.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::super::{class_names, word};
use super::look::Look;
use super::training::Doing;
use crate::network::PIXELS;
use crate::page::browser::paint_garment;
use crate::page::words::insight_words;

/// So many of a batch's images are shown.
const SHOWN: usize = 64;

/// The button, and below it the newest step while the run is paused. A batch's images come with the step, as augmentation
/// left them.
#[component]
pub fn StepOnce(look: Look) -> impl IntoView {
    let doing = look.doing;
    // Once all of it is known, so that it is announced once.
    let told = move || {
        look.seen.with(|seen| {
            let seen = seen.as_ref().filter(|seen| look.inside_step() == Some(seen.step))?;
            let norm = look.inside().and_then(|inside| inside.gradient_norm);
            Some(insight_words().step_says(seen.step, seen.epoch, seen.loss.into(), norm))
        })
    };
    let label = move || match doing.get() {
        Doing::Training => insight_words().pause_and_step(),
        Doing::Paused | Doing::Nothing => insight_words().step_once(),
    };
    let is_paused = Memo::new(move |_| {
        doing.get() == Doing::Paused && look.is_live() && look.is_by_button.get()
    });
    view! {
        <section class="inside-step" aria-labelledby="inside-step-title">
            <h3 id="inside-step-title">{word(|words| words.one_step())}</h3>
            <div class="inside-step-tools">
                <button type="button" data-testid="step-once"
                    disabled=move || doing.get() == Doing::Nothing
                    on:click=move |_| look.step_once()>{label}</button>
                <Show when=move || doing.get() == Doing::Nothing>
                    <p class="note">{word(|words| words.step_needs_run())}</p>
                </Show>
            </div>
            <p data-testid="step-says" aria-live="polite">
                {move || told().filter(|_| is_paused.get())}
            </p>
            {move || look.refused.get().map(|refused| view! {
                <p class="complaint" role="alert" data-testid="step-refused">{refused}</p>
            })}
            <Show when=move || is_paused.get()>
                <Batch look />
            </Show>
        </section>
    }
}

/// The images of the newest step.
#[component]
fn Batch(look: Look) -> impl IntoView {
    let heading = move || {
        look.seen.with(|seen| {
            let images = seen.as_ref().map_or(0, |seen| seen.indices.len());
            insight_words().batch_of(images.min(SHOWN), images)
        })
    };
    let items = move || {
        let seen = look.seen.get()?;
        let images = seen.pixels.chunks_exact(PIXELS).zip(&seen.labels).zip(&seen.indices);
        let items = images.take(SHOWN).map(|((pixels, &label), &index)| {
            view! { <BatchImage pixels=pixels.to_vec() label=label.into() index /> }
        });
        Some(items.collect_view())
    };
    view! {
        <h4>{heading}</h4>
        <ul class="inside-batch" data-testid="step-batch">{items}</ul>
    }
}

#[component]
fn BatchImage(pixels: Vec<u8>, label: usize, index: u32) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            paint_garment(&canvas, &pixels);
        }
    });
    let names = class_names();
    let name = move || names.with(|names| names.shown(label));
    view! {
        <li data-index=index.to_string()>
            <canvas node_ref=canvas width="28" height="28" role="img" aria-label=name></canvas>
            <span aria-hidden="true">{name}</span>
        </li>
    }
}
