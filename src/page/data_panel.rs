//! The sanity check before training: how much data there is, and what it looks like.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::browser::paint_garment;
use super::format::{bytes, whole};
use super::session::DataState;
use crate::dataset::{DataOverview, DataProgress, LabelledImage};
use crate::settings::SettingsDraft;

/// More samples than this say nothing new.
const MOST_SAMPLES: usize = 48;

/// The data set: how far it has come, its sizes, and some of its pictures.
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
        // Once samples are there at all.
        if data.overview.with(Option::is_some) {
            let epoch = epoch.get();
            data.samples(augmentation, seed, epoch, move |samples| {
                // Unless something else has been chosen meanwhile.
                if now.get_untracked() == Some((augmentation, seed)) {
                    augmented.set(Some(samples));
                }
            });
        }
    });
    view! {
        <section class="panel data-panel" aria-labelledby="data-title">
            <div class="panel-head">
                <h2 id="data-title">"The data"</h2>
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
                            Some(named(overview, shown.as_ref().unwrap_or(&overview.samples)))
                        })
                        .map(|samples| {
                            samples
                                .into_iter()
                                .map(|(image, name)| view! { <Sample image name /> })
                                .collect_view()
                        })
                }}
            </div>
            <Show when=move || augmented.with(Option::is_some)>
                <p class="note augmented-note" data-testid="augmented-note">
                    {move || {
                        format!("Augmented as in epoch {} of a run with these settings. ", epoch.get() + 1)
                    }}
                    <button type="button" class="quiet" data-testid="augmented-next"
                        on:click=move |_| epoch.update(|epoch| *epoch = epoch.wrapping_add(1))>
                        "Next epoch"
                    </button>
                </p>
            </Show>
        </section>
    }
}

/// Samples under their labels' names.
fn named(overview: &DataOverview, samples: &[LabelledImage]) -> Vec<(LabelledImage, String)> {
    let named = samples.iter().take(MOST_SAMPLES).map(|image| {
        let name = overview.class_names.get(usize::from(image.label)).cloned();
        (image.clone(), name.unwrap_or_default())
    });
    named.collect()
}

#[component]
fn Sizes(data: DataState) -> impl IntoView {
    move || {
        data.overview.with(|overview| {
            overview.as_ref().map(|overview| {
                let words = format!(
                    "{} training images, {} test images, {} classes, 28×28 pixels each",
                    whole(overview.train_images.into()),
                    whole(overview.test_images.into()),
                    overview.class_names.len(),
                );
                view! { <p class="note" data-testid="split-sizes">{words}</p> }
            })
        })
    }
}

#[component]
fn Loading(data: DataState) -> impl IntoView {
    let progress = Memo::new(move |_| data.progress.get());
    let share = move || {
        let progress = progress.get().unwrap_or_default();
        if progress.total_bytes == 0 {
            0.0
        } else {
            (progress.bytes as f64 / progress.total_bytes as f64).clamp(0.0, 1.0)
        }
    };
    let done = move || {
        progress.get().is_some_and(|progress| {
            progress.total_shards > 0 && progress.shards == progress.total_shards
        })
    };
    view! {
        <div class="data-progress" data-testid="data-progress">
            <Show when=move || !done()>
                <div
                    class="bar"
                    role="progressbar"
                    aria-label="Data set"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || format!("{:.0}", share() * 100.0)
                >
                    <div class="bar-fill" style:transform=move || format!("scaleX({})", share())></div>
                </div>
            </Show>
            <p class="note">{move || progress.get().map_or_else(waiting, describe)}</p>
        </div>
    }
}

fn waiting() -> String {
    "Waiting for the worker".to_owned()
}

fn describe(progress: DataProgress) -> String {
    let DataProgress { bytes: come, total_bytes, shards, total_shards, from_cache } = progress;
    if total_shards > 0 && shards == total_shards {
        let whence = match from_cache {
            0 => "fetched".to_owned(),
            all if all == total_shards => "read from this browser's cache".to_owned(),
            some => format!("{some} of them from this browser's cache"),
        };
        format!(
            "{} in {total_shards} shards, each verified by its SHA-256, {whence}",
            bytes(total_bytes)
        )
    } else {
        format!(
            "{} of {}, {shards} of {total_shards} shards verified",
            bytes(come),
            bytes(total_bytes)
        )
    }
}

#[component]
fn Sample(image: LabelledImage, name: String) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            paint_garment(&canvas, &image.pixels);
        }
    });
    view! {
        <figure class="sample">
            <canvas node_ref=canvas width="28" height="28" aria-hidden="true"></canvas>
            <figcaption>{name}</figcaption>
        </figure>
    }
}
