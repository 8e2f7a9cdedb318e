//! The drawing pad: pointer in, pixels out.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageData};

use super::Subject;
use super::picture_input::{DropZone, PictureDesk, Upload, listen};
use super::sheet::{Dot, Sheet, Stroke};
use crate::dataset::{PIXELS, SIDE};
use crate::garment::{Garment, Picture, Tone, garment_in};
use crate::page::browser::{context_of, words_of};
use crate::page::session::Session;
use crate::protocol::LabelledImage;

/// The pad's pixels on each side: 16 for each that the network sees.
const EDGE: f64 = 16.0 * SIDE as f64;

/// A picture below the strokes.
#[derive(Clone)]
enum Below {
    /// A photo, where it lies on the pad: left, top, width, height.
    Photo(ImageBitmap, [f64; 4]),
    /// A picture of the data set, which is a garment already.
    Test(LabelledImage),
}

/// The pad with its tools.
#[component]
pub fn Pad(session: Session, subject: Subject) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let sheet = RwSignal::new_local(Sheet::<Below>::default());
    let grey = RwSignal::new(230.0_f64);
    let width = RwSignal::new(28.0_f64);
    let fills = RwSignal::new(true);
    // One look a frame, however many pointer events come.
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
                subject
                    .complaint
                    .set(Some(format!("The pad cannot be drawn: {}", words_of(&error))));
            }
            subject.truth.set(match &sheet.picture {
                Some(Below::Test(image)) => Some((image.index, image.label)),
                _ => None,
            });
            let garment = garment_of(&context, sheet);
            if matches!(sheet.picture, Some(Below::Photo(..))) && garment.is_none() {
                subject
                    .complaint
                    .set(Some("No garment stands out from this picture's background.".into()));
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
    let desk = PictureDesk::new(subject.complaint, show_photo);
    listen(desk);
    let test_image = move |_| {
        let index = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
        session.test_image(index, move |image| {
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
        <DropZone desk>
            <div class="pad" on:keydown=undo_by_key>
                <canvas
                    node_ref=canvas
                    class="draw-canvas"
                    data-testid="draw-canvas"
                    width=EDGE
                    height=EDGE
                    tabindex="0"
                    aria-label="Drawing pad. Draw with mouse, finger or pen; Control Z undoes."
                    on:pointerdown=move |event| put_pen_down(&event, sheet, Brush { grey, width, fills })
                    on:pointermove=move |event| move_pen(&event, sheet)
                ></canvas>
                <Show when=move || sheet.with(Sheet::is_blank)>
                    <p class="pad-hint" aria-hidden="true">"draw, drop or paste here"</p>
                </Show>
            </div>
        </DropZone>
        <div class="tools">
            <Slider label="Brush" value=width least=6.0 most=96.0 testid="brush-size" />
            <Slider label="Shade" value=grey least=40.0 most=255.0 testid="brush-shade" />
            <label class="check">
                <input type="checkbox" data-testid="brush-fill" prop:checked=fills
                    on:change:target=move |event| fills.set(event.target().checked()) />
                "Fill closed outlines, as garments are"
            </label>
            <div class="tool-buttons">
                <button type="button" data-testid="undo" disabled=move || !sheet.with(Sheet::can_undo)
                    on:click=move |_| undo()>"Undo"</button>
                <button type="button" data-testid="clear" disabled=move || sheet.with(Sheet::is_blank)
                    on:click=move |_| clear()>"Clear"</button>
                <button type="button" data-testid="test-image"
                    disabled=move || session.overview.with(Option::is_none)
                    on:click=test_image>"Test image"</button>
                <Upload desk />
            </div>
        </div>
    }
}

#[component]
fn Slider(
    label: &'static str,
    value: RwSignal<f64>,
    least: f64,
    most: f64,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label class="slider">
            <span>{label}</span>
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

/// With what a stroke is drawn.
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
    // Without capture a stroke merely ends at the pad's edge.
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

fn repaint(
    context: &CanvasRenderingContext2d,
    sheet: &Sheet<Below>,
) -> Result<(), wasm_bindgen::JsValue> {
    context.set_fill_style_str("#000");
    context.fill_rect(0.0, 0.0, EDGE, EDGE);
    match &sheet.picture {
        Some(Below::Photo(photo, [left, top, wide, high])) => {
            context.set_fill_style_str("#fff");
            context.fill_rect(*left, *top, *wide, *high);
            context.draw_image_with_image_bitmap_and_dw_and_dh(photo, *left, *top, *wide, *high)?;
        }
        Some(Below::Test(image)) => {
            let cell = EDGE / SIDE as f64;
            for (i, &grey) in image.pixels.iter().enumerate().filter(|(_, grey)| **grey > 0) {
                context.set_fill_style_str(&shade(grey));
                let (x, y) = ((i % SIDE) as f64, (i / SIDE) as f64);
                context.fill_rect(x * cell, y * cell, cell, cell);
            }
        }
        None => {}
    }
    context.set_line_cap("round");
    context.set_line_join("round");
    for stroke in &sheet.strokes {
        context.set_stroke_style_str(&shade(stroke.grey));
        if stroke.is_area() {
            context.set_fill_style_str(&shade(stroke.grey));
            context.begin_path();
            stroke.points.iter().for_each(|dot| context.line_to(dot.x, dot.y));
            context.fill();
        }
        let pairs =
            stroke.points.iter().zip(stroke.points.iter().skip(1).chain(stroke.points.last()));
        for (from, to) in pairs {
            context.begin_path();
            context.set_line_width(stroke.width * (0.25 + 0.75 * to.pressure));
            context.move_to(from.x, from.y);
            context.line_to(to.x, to.y);
            context.stroke();
        }
    }
    Ok(())
}

fn shade(grey: u8) -> String {
    format!("rgb({grey},{grey},{grey})")
}

/// What the network gets of the sheet as painted.
fn garment_of(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Option<Garment> {
    match &sheet.picture {
        Some(Below::Test(image)) if sheet.strokes.is_empty() => {
            image.pixels.as_slice().try_into().ok()
        }
        Some(Below::Photo(_, place)) => garment_in(&pixels(context, *place)?, None),
        _ => garment_in(&pixels(context, [0.0, 0.0, EDGE, EDGE])?, Some(Tone::Dark)),
    }
}

fn pixels(
    context: &CanvasRenderingContext2d,
    [left, top, wide, high]: [f64; 4],
) -> Option<Picture> {
    let image: ImageData = context
        .get_image_data(left.round(), top.round(), wide.floor().max(1.0), high.floor().max(1.0))
        .ok()?;
    let Clamped(rgba) = image.data();
    Picture::new(image.width() as usize, image.height() as usize, rgba)
}
