//! A table of the layers: what the newest step that was looked at did to each.

use leptos::prelude::*;

use super::super::save::Save;
use super::super::table::{Cell, csv};
use super::super::word;
use super::look::Look;
use crate::insight::{Histogram, Inside, LayerInside};
use crate::network::WEIGHTED_LAYERS;
use crate::page::format::{UNKNOWN, percent, significant};

/// The table; its numbers are those that the figures beside it draw.
#[component]
pub fn LayersTable(look: Look) -> impl IntoView {
    let rows = move || {
        let inside = look.inside();
        let known = inside.as_ref().map(|it| it.layers.as_slice()).unwrap_or_default();
        let rows = WEIGHTED_LAYERS.iter().zip(known).map(|(layer, inside)| row(layer.name, inside));
        rows.collect_view()
    };
    let table = move |()| untrack(move || look.inside()).map(|inside| csv_of(&inside));
    view! {
        <section class="inside-layers" aria-labelledby="inside-layers-title">
            <h3 id="inside-layers-title">{word(|words| words.layers())}</h3>
            <div class="insight-scroll" tabindex="0" role="group" aria-labelledby="inside-layers-title">
                <table class="insight-table" id="inside-layers" data-testid="inside-layers"
                    data-step=move || look.inside_step().map(|step| step.to_string())>
                    <thead>
                        <tr>
                            <th scope="col">{word(|words| words.layer())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.weights_range())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.gradient_norm())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.update_norm())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.update_ratio())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.active_share())}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Save file_name=|extension: &'static str| format!("atelier-layers.{extension}")
                name="layers" title=|words| words.layers() csv=table />
        </section>
    }
}

fn row(name: &'static str, layer: &LayerInside) -> impl IntoView + use<> {
    let number = |value: Option<f64>| value.map_or_else(|| UNKNOWN.to_owned(), significant);
    let update = layer.update.as_ref();
    let Histogram { from, to, .. } = layer.weights;
    view! {
        <tr data-layer=name>
            <th scope="row">{name}</th>
            <td class="insight-number">{format!("{} … {}", significant(from), significant(to))}</td>
            <td class="insight-number">{number(layer.gradient_norm)}</td>
            <td class="insight-number">{number(update.map(|it| it.update))}</td>
            <td class="insight-number">{number(update.and_then(|it| it.ratio()))}</td>
            <td class="insight-number">
                {layer.active.map_or_else(|| UNKNOWN.to_owned(), percent)}
            </td>
        </tr>
    }
}

fn csv_of(inside: &Inside) -> String {
    let rows = WEIGHTED_LAYERS.iter().zip(&inside.layers).map(|(layer, inside)| {
        let update = inside.update.as_ref();
        vec![
            Cell::text(layer.name),
            Cell::Number(Some(inside.weights.from)),
            Cell::Number(Some(inside.weights.to)),
            Cell::Number(inside.gradient_norm),
            Cell::Number(update.map(|it| it.update)),
            Cell::Number(update.and_then(|it| it.ratio())),
            Cell::Number(inside.active),
        ]
    });
    let heads = [
        "layer",
        "smallest weight",
        "largest weight",
        "gradient norm",
        "update norm",
        "ratio",
        "active outputs",
    ];
    csv(&heads, &rows.collect::<Vec<_>>())
}
