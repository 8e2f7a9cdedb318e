//! The sanity check before training: how much data there is, and what it looks like.

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::dataset::LabelledImage;
use crate::page::browser::paint_garment;
use crate::page::progress_bar::ProgressBar;
use crate::page::session::DataState;
use crate::page::words::{say, words};
use crate::settings::SettingsDraft;

/// More samples than this say nothing new.
const MOST_SAMPLES: usize = 48;

/// The data set: its loading progress, its sizes and some samples.
#[component]
pub fn DataPanel(data: DataState, draft: RwSignal<SettingsDraft>) -> impl IntoView {
    let now = Memo::new(move |_| {
        let config = draft.with(|draft| draft.check().ok())?;
        (!config.augmentation.is_off()).then_some((config.augmentation, config.seed))
    });
    let epoch = RwSignal::new(0_u32);
    let augmented = RwSignal::new(None);
    Effect::new(move |_| {
        let Some((augmentation, seed)) = now.get() else { return augmented.set(None) };
        // Only once there are samples.
        if data.overview.with(Option::is_some) {
            let epoch = epoch.get();
            data.samples(augmentation, seed, epoch, move |samples| {
                // Unless the settings have changed meanwhile.
                if now.get_untracked() == Some((augmentation, seed)) {
                    augmented.set(Some(samples));
                }
            });
        }
    });
    view! {
        <section class="panel data-panel" aria-labelledby="data-title">
            <div class="panel-head">
                <h2 id="data-title">{say(|words| words.data.title())}</h2>
                <Sizes data />
            </div>
            <Loading data />
            <div class="sample-grid" data-testid="sample-grid">
                {move || {
                    let shown = augmented.get();
                    data
                        .overview
                        .with(|overview| {
                            let overview = overview.as_ref()?;
                            let samples = shown.as_ref().unwrap_or(&overview.samples);
                            let samples = samples.iter().take(MOST_SAMPLES).cloned();
                            Some(samples.map(|image| view! { <Sample image data /> }).collect_view())
                        })
                }}
            </div>
            <Show when=move || augmented.with(Option::is_some)>
                <p class="note augmented-note" data-testid="augmented-note">
                    {move || words().data.augmented_in_epoch(epoch.get().saturating_add(1))} " "
                    <button type="button" class="quiet" data-testid="augmented-next"
                        on:click=move |_| epoch.update(|epoch| *epoch = epoch.wrapping_add(1))>
                        {say(|words| words.data.next_epoch())}
                    </button>
                </p>
            </Show>
        </section>
    }
}

#[component]
fn Sizes(data: DataState) -> impl IntoView {
    move || {
        data.overview.with(|overview| {
            overview.as_ref().map(|overview| {
                let sizes = words().data.sizes(overview);
                view! { <p class="note" data-testid="split-sizes">{sizes}</p> }
            })
        })
    }
}

#[component]
fn Loading(data: DataState) -> impl IntoView {
    let progress = Memo::new(move |_| data.progress.get());
    let is_complete = Memo::new(move |_| data.is_complete());
    let share = move || {
        let progress = progress.get().unwrap_or_default();
        if progress.total_bytes == 0 {
            0.0
        } else {
            (progress.bytes as f64 / progress.total_bytes as f64).clamp(0.0, 1.0)
        }
    };
    let told = move || {
        let words = &words().data;
        let waiting = || words.waiting_for_worker().to_owned();
        progress.get().map_or_else(waiting, |progress| words.progress(progress))
    };
    view! {
        <div class="data-progress" data-testid="data-progress">
            <Show when=move || !is_complete.get()>
                <ProgressBar label=say(|words| words.data.loading()) share />
            </Show>
            <p class="note">{told}</p>
        </div>
    }
}

#[component]
fn Sample(image: LabelledImage, data: DataState) -> impl IntoView {
    let label = usize::from(image.label);
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            paint_garment(&canvas, &image.pixels);
        }
    });
    view! {
        <figure class="sample">
            <canvas node_ref=canvas width="28" height="28" aria-hidden="true"></canvas>
            <figcaption>{move || data.class_name(label)}</figcaption>
        </figure>
    }
}
