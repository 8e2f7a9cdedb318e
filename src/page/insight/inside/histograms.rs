//! The distributions of each layer's weights, gradients and activations over time.

use leptos::prelude::*;

use super::super::save::Save;
use super::super::vector::{Anchor, Ink, Picture, Shape};
use super::super::word;
use super::look::{Look, MOST_POINTS, thin};
use super::ridges::{Entry, SIZE, csv_of, picture, range, rows_of};
use crate::insight::{Histogram, LayerInside};
use crate::network::WEIGHTED_LAYERS;
use crate::page::format::significant;
use crate::page::words::insight_words;

/// Of which numbers a distribution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a layer's weights.
    Weights,
    /// Of the loss's gradient with respect to these.
    Gradients,
    /// Of a layer's outputs.
    Activations,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Weights, Self::Gradients, Self::Activations];

    /// As `data-` attributes and files name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Gradients => "gradients",
            Self::Activations => "activations",
        }
    }

    const fn of(self, layer: &LayerInside) -> Option<&Histogram> {
        match self {
            Self::Weights => Some(&layer.weights),
            Self::Gradients => layer.gradients.as_ref(),
            Self::Activations => layer.activations.as_ref(),
        }
    }
}

/// Calls `then` with a layer's distributions over time: of the steps that were looked at, or else of the weights after each
/// epoch.
fn with_entries<T>(
    look: Look,
    layer: usize,
    kind: Kind,
    then: impl FnOnce(&[Entry<'_>]) -> T,
) -> T {
    let is_by_epoch = is_by_epoch(look);
    look.points.with(|points| {
        look.epochs.with(|epochs| {
            let entries: Vec<_> = if is_by_epoch {
                let of_epochs = epochs.iter().filter(|_| kind == Kind::Weights);
                let entries =
                    of_epochs.filter_map(|(at, all)| Some((u64::from(*at), all.get(layer)?)));
                let mut entries: Vec<_> = entries.collect();
                while entries.len() > MOST_POINTS {
                    thin(&mut entries);
                }
                entries
            } else {
                points
                    .iter()
                    .filter_map(|point| Some((point.step, kind.of(point.layers.get(layer)?)?)))
                    .collect()
            };
            then(&entries)
        })
    })
}

/// Whether the distributions are those after each epoch, because no step was looked at.
fn is_by_epoch(look: Look) -> bool {
    look.points.with(Vec::is_empty)
}

/// The figures, a row for each layer.
#[component]
pub fn Histograms(look: Look) -> impl IntoView {
    let by_epoch = Memo::new(move |_| is_by_epoch(look));
    let about = move || insight_words().about_histograms(by_epoch.get());
    let rows = (0..WEIGHTED_LAYERS.len()).map(|layer| {
        Kind::ALL.map(|kind| view! { <Ridges look layer kind by_epoch /> }).collect_view()
    });
    let csv = move |()| {
        let unit = if by_epoch.get_untracked() { "epoch" } else { "step" };
        let mut rows = Vec::new();
        for (layer, named) in WEIGHTED_LAYERS.iter().enumerate() {
            for kind in Kind::ALL {
                let of = |entries: &[Entry<'_>]| rows_of(named.name, kind.as_str(), entries);
                rows.extend(untrack(move || with_entries(look, layer, kind, of)));
            }
        }
        Some(csv_of(&rows, unit))
    };
    view! {
        <section class="inside-histograms" aria-labelledby="inside-histograms-title">
            <h3 id="inside-histograms-title">{word(|words| words.histograms())}</h3>
            <p class="note">{about}</p>
            <div class="inside-ridges">{rows.collect_view()}</div>
            <Save file_name=|extension: &'static str| format!("atelier-histograms.{extension}")
                name="histograms" title=|words| words.histograms() csv
                picture=move |()| Some(untrack(move || sheet(look))) />
        </section>
    }
}

/// One layer's distributions of a kind; nothing where there are none.
#[component]
fn Ridges(look: Look, layer: usize, kind: Kind, by_epoch: Memo<bool>) -> impl IntoView {
    let name = WEIGHTED_LAYERS[layer].name;
    let drawn = move || with_entries(look, layer, kind, |entries| picture(entries, significant));
    let count = Memo::new(move |_| with_entries(look, layer, kind, |entries| entries.len()));
    let told = move || {
        with_entries(look, layer, kind, |entries| {
            let (from, to) = range(entries.get(entries.len().saturating_sub(1)..).unwrap_or(&[]));
            let newest = entries.last().map_or(0, |(at, _)| *at);
            insight_words().histogram_says(name, kind, newest, by_epoch.get(), from, to)
        })
    };
    let view_box = format!("0 0 {} {}", SIZE.0, SIZE.1);
    view! {
        <Show when=move || { count.get() > 0 }>
            <figure class="inside-ridge" data-testid="histogram" data-layer=name
                data-kind=kind.as_str() data-entries=move || count.get().to_string()>
                <figcaption>
                    {name} " · " {move || insight_words().kind_name(kind)}
                </figcaption>
                <svg class="inside-drawing" viewBox=view_box.clone() role="img" aria-label=told>
                    {move || drawn().shown()}
                </svg>
            </figure>
        </Show>
    }
}

/// All drawings in one.
fn sheet(look: Look) -> Picture {
    const TITLE: f64 = 16.0;
    let mut shapes = Vec::new();
    for (layer, named) in WEIGHTED_LAYERS.iter().enumerate() {
        for (column, kind) in Kind::ALL.into_iter().enumerate() {
            let drawn = with_entries(look, layer, kind, |entries| {
                (!entries.is_empty()).then(|| picture(entries, significant))
            });
            let Some(drawn) = drawn else { continue };
            let (x, y) = (column as f64 * SIZE.0, layer as f64 * (SIZE.1 + TITLE));
            let title = format!("{} · {}", named.name, insight_words().kind_name(kind));
            shapes.push((Shape::Text(x + 6.0, y + 12.0, Anchor::Start, title), Ink::of("ink")));
            shapes.extend(drawn.moved(x, y + TITLE).shapes);
        }
    }
    let size = (3.0 * SIZE.0, WEIGHTED_LAYERS.len() as f64 * (SIZE.1 + TITLE));
    Picture { size, shapes, ground: None }
}
