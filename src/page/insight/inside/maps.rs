//! The filters, the feature maps and the activations as small pictures.

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, ImageData};

use super::super::save::Save;
use super::super::why::{likeliest, named};
use super::super::{class_names, word};
use super::drawings::{COLUMNS, Cells, Tile, csv_of, filters, maps, picture, unit_tiles, units};
use super::look::Look;
use crate::insight::ImageInside;
use crate::page::browser::{context_of, paint_garment};
use crate::page::words::insight_words;

/// Which test image is looked at.
#[component]
pub fn ImageChoice(look: Look) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some((canvas, pixels)) = canvas.get().zip(look.image().get()) {
            paint_garment(&canvas, &pixels);
        }
    });
    let go = move |by: i64| {
        let index = i64::from(untrack(move || look.index())) + by;
        let images = look.images.test_images.get_untracked().max(1);
        look.index.set(index.rem_euclid(images.into()) as u32);
    };
    let choose = move |text: String| {
        if let Ok(index) = text.trim().parse::<u32>() {
            look.index.set(index.min(look.images.test_images.get_untracked().saturating_sub(1)));
        }
    };
    let names = class_names();
    let answer = move || {
        let inside = look.inside()?;
        let likeliest = likeliest(&inside.image.as_ref()?.probabilities);
        Some(insight_words().likeliest(&names.with(|names| named(names, &likeliest))))
    };
    view! {
        <section class="inside-image" aria-labelledby="inside-image-title">
            <h3 id="inside-image-title">{word(|words| words.inside_image())}</h3>
            <div class="inside-image-choice">
                <canvas node_ref=canvas class="inside-chosen" width="28" height="28"
                    aria-hidden="true"></canvas>
                <label>
                    {word(|words| words.index_of_image())}
                    <input type="text" inputmode="numeric" autocomplete="off"
                        data-testid="inside-image" prop:value=move || look.index().to_string()
                        on:change:target=move |event| choose(event.target().value()) />
                </label>
                <button type="button" class="quiet" on:click=move |_| go(-1)>
                    {word(|words| words.image_before())}
                </button>
                <button type="button" class="quiet" data-testid="inside-next" on:click=move |_| go(1)>
                    {word(|words| words.image_after())}
                </button>
            </div>
            <p data-testid="inside-answer">{answer}</p>
        </section>
    }
}

/// The filters of both convolutions.
#[component]
pub fn Filters(look: Look) -> impl IntoView {
    let tiles = Memo::new(move |_| look.inside().map(|it| filters(&it)).unwrap_or_default());
    let says = |tile: &Tile| {
        let finite = tile.values.iter().copied().filter(|value| value.is_finite());
        let (from, to) =
            finite.fold((0.0_f32, 0.0_f32), |(from, to), value| (from.min(value), to.max(value)));
        insight_words().filter_says(tile.layer, tile.channel, from.into(), to.into())
    };
    view! {
        <section class="inside-filters" aria-labelledby="inside-filters-title">
            <h3 id="inside-filters-title">{word(|words| words.filters())}</h3>
            <p class="note">{word(|words| words.about_filters())}</p>
            <Tiles tiles testid="filter" says />
            <Save file_name=|extension: &'static str| format!("atelier-filters.{extension}")
                name="filters" title=|words| words.filters()
                csv=move |()| Some(tiles.with_untracked(|tiles| csv_of(tiles)))
                picture=move |()| Some(tiles.with_untracked(|tiles| picture(tiles))) />
        </section>
    }
}

/// The feature maps of both convolutions, and the activations of the hidden linear layers.
#[component]
pub fn Maps(look: Look) -> impl IntoView {
    let tiles = Memo::new(move |_| look.inside().map(|it| maps(&it)).unwrap_or_default());
    let all = move || {
        let units = untrack(move || look.inside()).map(|it| unit_tiles(&it)).unwrap_or_default();
        tiles.get_untracked().into_iter().chain(units).collect::<Vec<_>>()
    };
    let says = |tile: &Tile| {
        let most = tile.values.iter().copied().fold(0.0_f32, f32::max);
        let active = tile.values.iter().filter(|value| **value > 0.0).count();
        let share = active as f64 / tile.values.len().max(1) as f64;
        insight_words().map_says(tile.layer, tile.channel, most.into(), share)
    };
    view! {
        <section class="inside-maps" aria-labelledby="inside-maps-title">
            <h3 id="inside-maps-title">{word(|words| words.feature_maps())}</h3>
            <p class="note">{word(|words| words.about_feature_maps())}</p>
            <Tiles tiles testid="feature-map" says />
            <Save file_name=|extension: &'static str| format!("atelier-feature-maps.{extension}")
                name="feature-maps" title=|words| words.feature_maps()
                csv=move |()| Some(csv_of(&all()))
                picture=move |()| Some(picture(&all())) />
            <h4>{word(|words| words.activations())}</h4>
            <div class="inside-units">
                <Units look layer="fc1" columns=COLUMNS.0 values=|image| &image.fc1 />
                <Units look layer="fc2" columns=COLUMNS.1 values=|image| &image.fc2 />
            </div>
        </section>
    }
}

/// Tiles in a row for each layer. They keep their elements, and only the pictures change.
#[component]
fn Tiles(
    tiles: Memo<Vec<Tile>>,
    testid: &'static str,
    says: impl Fn(&Tile) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let rows = ["conv1", "conv2"].map(|layer| {
        let count = Memo::new(move |_| {
            tiles.with(|tiles| tiles.iter().filter(|tile| tile.layer == layer).count())
        });
        let of = move |channel: usize| {
            tiles.with(|tiles| {
                tiles.iter().find(|it| it.layer == layer && it.channel == channel).cloned()
            })
        };
        view! {
            <div class="inside-tiles" data-layer=layer>
                <span class="note">{layer}</span>
                <For each=move || 0..count.get() key=|channel| *channel let:channel>
                    <Drawn
                        cells=Memo::new(move |_| of(channel).map(|tile| tile.cells).unwrap_or_default())
                        label=Signal::derive(move || of(channel).map(|it| says(&it)).unwrap_or_default())
                        testid layer channel=channel.to_string() />
                </For>
            </div>
        }
    });
    rows.collect_view()
}

/// The outputs of a hidden linear layer.
#[component]
fn Units(
    look: Look,
    layer: &'static str,
    columns: usize,
    values: fn(&ImageInside) -> &Vec<f32>,
) -> impl IntoView {
    let of_image = move || Some(values(look.inside()?.image.as_ref()?).clone());
    let numbers = Memo::new(move |_| of_image().unwrap_or_default());
    let cells = Memo::new(move |_| numbers.with(|numbers| units(numbers, columns)));
    let label = Signal::derive(move || {
        numbers.with(|numbers| {
            let active = numbers.iter().filter(|value| **value > 0.0).count();
            insight_words().units_say(layer, active, numbers.len())
        })
    });
    view! {
        <figure class="inside-layer" data-layer=layer>
            <Drawn cells label testid="activations" layer channel=String::new() />
            <figcaption class="note">{label}</figcaption>
        </figure>
    }
}

/// A picture of cells with its description.
#[component]
fn Drawn(
    cells: Memo<Cells>,
    label: Signal<String>,
    testid: &'static str,
    layer: &'static str,
    channel: String,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            cells.with(|cells| paint(&canvas, cells));
        }
    });
    view! {
        <canvas node_ref=canvas class="inside-tile" role="img" data-testid=testid data-layer=layer
            data-channel=channel aria-label=move || label.get() title=move || label.get()
        ></canvas>
    }
}

/// Paints cells, one a pixel. Where that fails, the description says what there is.
fn paint(canvas: &HtmlCanvasElement, cells: &Cells) {
    let (width, height) = cells.size;
    // Setting a canvas's size clears it, so that comes first.
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let bytes: Vec<u8> = cells
        .colours
        .iter()
        .flat_map(|colour| colour.map_or([0; 4], |[red, green, blue]| [red, green, blue, u8::MAX]))
        .collect();
    if bytes.is_empty() {
        return;
    }
    let _ = ImageData::new_with_u8_clamped_array(Clamped(&bytes), width as u32)
        .ok()
        .zip(context_of(canvas, false))
        .map(|(image, context)| context.put_image_data(&image, 0.0, 0.0));
}
