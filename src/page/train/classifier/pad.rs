//! The drawing pad: pointer in, pixels out.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, ImageBitmap};

use super::Subject;
use super::paint::{Below, EDGE, garment_of, repaint};
use super::picture_input::{Complaint, DropZone, PictureInput, Upload, listen};
use super::sheet::{Dot, Sheet, Stroke};
use crate::network::PIXELS;
use crate::page::browser::{context_of, words_of};
use crate::page::session::DataState;
use crate::page::words::{Word, say};

/// The pad with its tools.
#[component]
pub fn Pad(data: DataState, subject: Subject) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let sheet = RwSignal::new_local(Sheet::<Below>::default());
    let grey = RwSignal::new(230.0_f64);
    let width = RwSignal::new(28.0_f64);
    let fills = RwSignal::new(true);
    // One classification per frame, however many pointer events arrive.
    let look = RwSignal::new(());
    let queued = StoredValue::new(false);
    let look_soon = move || {
        if !queued.get_value() {
            queued.set_value(true);
            request_animation_frame(move || look.set(()));
        }
    };
    Effect::new(move |_| {
        sheet.track();
        look_soon();
    });
    Effect::new(move |_| {
        look.track();
        queued.set_value(false);
        let Some(context) = canvas.get().and_then(|canvas| context_of(&canvas, true)) else {
            return;
        };
        sheet.with_untracked(|sheet| {
            if let Err(error) = repaint(&context, sheet) {
                subject.complaint.set(Some(Complaint::NotDrawn { why: words_of(&error) }));
            }
            subject.truth.set(match &sheet.picture {
                Some(Below::Test(image)) => Some((image.index, image.label)),
                _ => None,
            });
            let garment = garment_of(&context, sheet);
            if matches!(sheet.picture, Some(Below::Photo(..))) && garment.is_none() {
                subject.complaint.set(Some(Complaint::NoGarment));
            }
            subject.garment.set(garment);
        });
    });
    let show_photo = move |photo: ImageBitmap| {
        let (wide, high) = (f64::from(photo.width()), f64::from(photo.height()));
        let scale = EDGE / wide.max(high).max(1.0);
        let (wide, high) = ((wide * scale).max(1.0), (high * scale).max(1.0));
        let place = [(EDGE - wide) / 2.0, (EDGE - high) / 2.0, wide, high];
        sheet.update(|sheet| sheet.show(Below::Photo(photo, place)));
    };
    let pictures = PictureInput::new(subject.complaint, show_photo);
    listen(pictures);
    let test_image = move |_| {
        let index = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
        data.test_image(index, move |image| {
            if image.pixels.len() == PIXELS {
                sheet.update(|sheet| sheet.show(Below::Test(image)));
            }
        });
    };
    let undo = move || {
        subject.complaint.set(None);
        sheet.update(Sheet::undo);
    };
    let clear = move || {
        subject.complaint.set(None);
        sheet.update(Sheet::clear);
    };
    let undo_by_key = move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z") {
            event.prevent_default();
            undo();
        }
    };
    view! {
        <DropZone pictures>
            <div class="pad" on:keydown=undo_by_key>
                <canvas
                    node_ref=canvas
                    class="draw-canvas"
                    data-testid="draw-canvas"
                    width=EDGE
                    height=EDGE
                    tabindex="0"
                    aria-label=say(|words| words.classifier.pad())
                    on:pointerdown=move |event| put_pen_down(&event, sheet, Brush { grey, width, fills })
                    on:pointermove=move |event| move_pen(&event, sheet)
                ></canvas>
                <Show when=move || sheet.with(Sheet::is_blank)>
                    <p class="pad-hint" aria-hidden="true">{say(|words| words.classifier.pad_hint())}</p>
                </Show>
            </div>
        </DropZone>
        <div class="tools">
            <Slider label=|words| words.classifier.brush() value=width least=6.0 most=96.0
                testid="brush-size" />
            <Slider label=|words| words.classifier.shade() value=grey least=40.0 most=255.0
                testid="brush-shade" />
            <label class="check">
                <input type="checkbox" data-testid="brush-fill" prop:checked=fills
                    on:change:target=move |event| fills.set(event.target().checked()) />
                {say(|words| words.classifier.fill())}
            </label>
            <div class="tool-buttons">
                <button type="button" data-testid="undo" disabled=move || !sheet.with(Sheet::can_undo)
                    on:click=move |_| undo()>{say(|words| words.classifier.undo())}</button>
                <button type="button" data-testid="clear" disabled=move || sheet.with(Sheet::is_blank)
                    on:click=move |_| clear()>{say(|words| words.classifier.clear())}</button>
                <button type="button" data-testid="test-image"
                    disabled=move || data.overview.with(Option::is_none)
                    on:click=test_image>{say(|words| words.classifier.test_image())}</button>
                <Upload pictures />
            </div>
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

/// The brush of a stroke.
#[derive(Clone, Copy)]
struct Brush {
    grey: RwSignal<f64>,
    width: RwSignal<f64>,
    fills: RwSignal<bool>,
}

fn put_pen_down(event: &PointerEvent, sheet: RwSignal<Sheet<Below>, LocalStorage>, brush: Brush) {
    if event.button() != 0 || !event.is_primary() {
        return;
    }
    let canvas: HtmlCanvasElement = event_target(event);
    // Without pointer capture, a stroke merely ends at the pad's edge.
    let _ = canvas.set_pointer_capture(event.pointer_id());
    let stroke = Stroke {
        grey: brush.grey.get_untracked() as u8,
        width: brush.width.get_untracked(),
        fills: brush.fills.get_untracked(),
        points: vec![dot(event, &canvas)],
    };
    sheet.update(|sheet| sheet.strokes.push(stroke));
}

fn move_pen(event: &PointerEvent, sheet: RwSignal<Sheet<Below>, LocalStorage>) {
    let drawing = event.buttons() & 1 == 1 && event.is_primary();
    let canvas: HtmlCanvasElement = event_target(event);
    if drawing && canvas.has_pointer_capture(event.pointer_id()) {
        let dot = dot(event, &canvas);
        sheet.update(|sheet| {
            if let Some(stroke) = sheet.strokes.last_mut() {
                stroke.points.push(dot);
            }
        });
    }
}

fn dot(event: &PointerEvent, canvas: &HtmlCanvasElement) -> Dot {
    let place = canvas.get_bounding_client_rect();
    let scale = EDGE / place.width().max(1.0);
    let pressure = if event.pointer_type() == "pen" { f64::from(event.pressure()) } else { 1.0 };
    Dot {
        x: (f64::from(event.client_x()) - place.left()) * scale,
        y: (f64::from(event.client_y()) - place.top()) * scale,
        pressure,
    }
}
