//! The tools around the pad: the brush, and buttons.

use leptos::prelude::*;

use super::board::Board;
use super::followed::any_index;
use super::paint::Below;
use super::picture_input::{PictureInput, Upload};
use super::shapes::SHAPES;
use super::sheet::Sheet;
use super::webcam::WebcamButtons;
use crate::network::PIXELS;
use crate::page::session::{ClassifierState, DataState};
use crate::page::words::{Word, say, words};

/// Beside the pad: what becomes of closed strokes, and ready-made garments.
#[component]
pub fn Palette(board: Board) -> impl IntoView {
    view! {
        <div class="palette">
            <label class="check">
                <input type="checkbox" data-testid="brush-fill" prop:checked=board.fills
                    on:change:target=move |event| board.fills.set(event.target().checked()) />
                {say(|words| words.classifier.fill())}
            </label>
            <div class="shapes" role="group" aria-label=say(|words| words.classifier.shapes())>
                {SHAPES
                    .into_iter()
                    .map(|shape| view! {
                        <button type="button" data-testid=shape.hook
                            on:click=move |_| board.draw_shape(shape)>
                            {move || words().classifier.shape(shape.label)}
                        </button>
                    })
                    .collect_view()}
            </div>
        </div>
    }
}

/// Below the pad: the brush, and what changes the whole pad.
#[component]
pub fn Tools(
    board: Board,
    data: DataState,
    classifier: ClassifierState,
    pictures: PictureInput,
    is_open: Memo<bool>,
) -> impl IntoView {
    let test_image = move |_| {
        data.test_image(any_index(), move |image| {
            if image.pixels.len() == PIXELS {
                board.show(Below::Test(image));
            }
        });
    };
    // `disabled` would take the focus from who has just undone or cleared everything by keyboard.
    let unless = |can: bool| (!can).then_some("true");
    view! {
        <div class="sliders">
            <Slider label=|words| words.classifier.brush() value=board.width least=6.0 most=96.0
                testid="brush-size" />
            <Slider label=|words| words.classifier.shade() value=board.grey least=40.0 most=255.0
                testid="brush-shade" />
        </div>
        <div class="tool-buttons">
            <button type="button" data-testid="undo"
                aria-disabled=move || unless(board.sheet.with(Sheet::can_undo))
                on:click=move |_| board.undo()>{say(|words| words.classifier.undo())}</button>
            <button type="button" data-testid="clear" aria-disabled=move || unless(board.can_clear())
                on:click=move |_| board.clear()>{say(|words| words.classifier.clear())}</button>
            <button type="button" data-testid="test-image"
                disabled=move || data.overview.with(Option::is_none)
                on:click=test_image>{say(|words| words.classifier.test_image())}</button>
            <Upload pictures />
            <WebcamButtons board classifier is_open />
        </div>
    }
}

#[component]
fn Slider(
    label: Word,
    value: RwSignal<f64>,
    least: f64,
    most: f64,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label class="slider">
            <span>{say(label)}</span>
            <input
                type="range"
                min=least
                max=most
                step="1"
                data-testid=testid
                prop:value=move || value.get().to_string()
                on:input:target=move |event| {
                    if let Ok(moved) = event.target().value().parse() {
                        value.set(moved);
                    }
                }
            />
        </label>
    }
}
