//! The drawing pad: pointer in, pixels out.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, ImageBitmap};

use super::Subject;
use super::board::Board;
use super::paint::{Below, EDGE, garment_of, repaint};
use super::picture_input::{Complaint, DropZone, PictureInput, listen};
use super::sheet::{Dot, Sheet};
use super::tools::{Palette, Tools};
use crate::page::browser::{context_of, words_of};
use crate::page::session::DataState;
use crate::page::words::say;

/// The pad with its tools.
#[component]
pub fn Pad(data: DataState, subject: Subject) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let board = Board::new(subject);
    let sheet = board.sheet;
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
            subject.is_blank.set(sheet.is_blank());
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
        board.show(Below::Photo(photo, place));
    };
    let pictures = PictureInput::new(subject.complaint, show_photo);
    listen(pictures);
    let undo_by_key = move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z") {
            event.prevent_default();
            board.undo();
        }
    };
    view! {
        <div class="board">
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
                        on:pointerdown=move |event| put_pen_down(&event, board)
                        on:pointermove=move |event| move_pen(&event, board)
                    ></canvas>
                    <Show when=move || sheet.with(Sheet::is_blank)>
                        <p class="pad-hint" aria-hidden="true">{say(|words| words.classifier.pad_hint())}</p>
                    </Show>
                </div>
            </DropZone>
            <Palette board />
        </div>
        <Tools board data pictures />
    }
}

fn put_pen_down(event: &PointerEvent, board: Board) {
    if event.button() != 0 || !event.is_primary() {
        return;
    }
    let canvas: HtmlCanvasElement = event_target(event);
    // Without pointer capture, a stroke merely ends at the pad's edge.
    let _ = canvas.set_pointer_capture(event.pointer_id());
    board.begin_stroke(dot(event, &canvas));
}

fn move_pen(event: &PointerEvent, board: Board) {
    let drawing = event.buttons() & 1 == 1 && event.is_primary();
    let canvas: HtmlCanvasElement = event_target(event);
    if drawing && canvas.has_pointer_capture(event.pointer_id()) {
        board.extend_stroke(dot(event, &canvas));
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
