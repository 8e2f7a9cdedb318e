//! The drawing pad: pointer and keys in, pixels out.

use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, ImageBitmap};

use super::Subject;
use super::board::Board;
use super::keys::{Act, Key, Pen};
use super::paint::{
    Below, Change, DENSITY, EDGE, Read, Seen, read, show, show_unseen, unseen_canvas,
};
use super::photo::{Place, View};
use super::photo_tools::PhotoTools;
use super::picture_input::{Complaint, DropZone, PictureInput, listen};
use super::sheet::{Dot, Sheet};
use super::tools::{Palette, Tools};
use crate::page::browser::context_of;
use crate::page::later::Later;
use crate::page::session::{ClassifierState, DataState, Photos};
use crate::page::words::{say, words};

/// The pad with its tools. It tells whether it is used by keyboard.
#[component]
pub fn Pad(
    data: DataState,
    classifier: ClassifierState,
    photos: Photos,
    subject: Subject,
    by_keys: RwSignal<bool>,
    is_open: Memo<bool>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let board = Board::new(subject, photos);
    let sheet = board.sheet;
    let unseen = StoredValue::new_local(unseen_canvas());
    // The picture that was looked at last, and whether that has failed.
    let looked_at = StoredValue::new_local((None::<Below>, false));
    // Whether a film was not looked at because the worker was busy.
    let is_missed = StoredValue::new(false);
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
        let visible = canvas.get().and_then(|canvas| context_of(&canvas, false));
        let (Some(visible), Some(context)) = (visible, unseen.get_value()) else { return };
        let is_filmed = |sheet: &Sheet<Below>| sheet.picture.as_ref().is_some_and(Below::is_live);
        if photos.is_busy() && sheet.with_untracked(is_filmed) {
            // The film goes on, and is looked at again as soon as there is an answer.
            is_missed.set_value(true);
            if let Err(error) = sheet.with_untracked(|sheet| show(&visible, sheet)) {
                board.not_drawn(&error);
            }
            return;
        }
        let (seen, picture, is_blank) = sheet.with_untracked(|sheet| {
            if let Err(error) = show(&visible, sheet).and_then(|()| show_unseen(&context, sheet)) {
                board.not_drawn(&error);
            }
            subject.truth.set(match &sheet.picture {
                Some(Below::Test(image)) => Some((image.index, image.label)),
                _ => None,
            });
            (read(&context, sheet), sheet.picture.clone(), sheet.is_blank())
        });
        let is_live = picture.as_ref().is_some_and(Below::is_live);
        let is_photo = matches!(picture, Some(Below::Photo(..)));
        subject.is_blank.set(is_blank);
        subject.is_live.set(is_live);
        subject.is_picture.set(is_live || is_photo);
        let (change, has_failed) = looked_at.with_value(|(before, has_failed)| {
            (Change::between(before.as_ref(), picture.as_ref()), *has_failed)
        });
        looked_at.set_value((picture, has_failed && change == Change::None));
        match seen {
            Seen::Drawn(read) => {
                photos.forget();
                board.complain_of(Complaint::NoGarment, false);
                subject.take(*read, is_blank);
            }
            // It would fail again.
            Seen::Photo(..) if has_failed && change == Change::None => {}
            Seen::Photo(photo, tone) => {
                if change == Change::Picture {
                    // Until its garment is found, it has none.
                    photos.forget();
                    subject.take(Read::default(), false);
                }
                photos.prepare(photo, tone, move |found| {
                    if found.is_none() {
                        looked_at.update_value(|(_, has_failed)| *has_failed = true);
                        if is_live {
                            // The next picture would fail as well.
                            board.sheet.update(|sheet| sheet.withdraw(Below::is_live));
                        }
                    }
                    let has_none = found.as_ref().is_some_and(|found| found.garment.is_none());
                    board.complain_of(Complaint::NoGarment, has_none && !is_live);
                    subject.take(found.map_or_else(Read::default, Read::from), false);
                    if is_missed.try_update_value(std::mem::take) == Some(true) {
                        look_soon();
                    }
                });
            }
        }
    });
    let show_photo = move |photo: ImageBitmap| {
        board.cropping.set(None);
        board.show(Below::Photo(photo, View::default()));
    };
    Effect::new(move |before: Option<Option<String>>| {
        let own = data.own.get();
        // An image of another data set has another one's label.
        let is_test = |below: &Below| matches!(below, Below::Test(_));
        if before.is_some_and(|before| before != own)
            && sheet.with_untracked(|sheet| sheet.has(is_test))
        {
            sheet.update(|sheet| sheet.withdraw(is_test));
        }
        own
    });
    let pictures = PictureInput::new(subject.complaint, show_photo);
    listen(pictures);
    let pen = RwSignal::new(Pen::in_middle(EDGE));
    let lift = move || pen.update(|pen| pen.is_down = false);
    let on_key = move |event: KeyboardEvent| {
        let name = event.key();
        let key = Key {
            name: &name,
            shift: event.shift_key(),
            control: event.ctrl_key() || event.meta_key(),
            repeats: event.repeat(),
        };
        let mut moved = pen.get_untracked();
        let Some(act) = moved.press(key, EDGE).filter(|_| !event.alt_key()) else { return };
        event.prevent_default();
        by_keys.set(true);
        pen.set(moved);
        let dot = Dot { x: moved.x, y: moved.y, pressure: 1.0 };
        match act {
            Act::Nothing => {}
            Act::Lift => board.end_stroke(),
            Act::Lower => board.begin_stroke(dot),
            Act::Draw => board.extend_stroke(dot),
            Act::Clear => board.clear(),
            Act::Undo => board.undo(),
        }
    };
    let on_focus = move |event: FocusEvent| {
        let canvas: HtmlCanvasElement = event_target(&event);
        by_keys.set(canvas.matches(":focus-visible").unwrap_or(false));
    };
    let is_down = Memo::new(move |_| pen.with(|pen| pen.is_down));
    // Only where the pen is lowered and lifted is announced, and not each move.
    let state = Memo::new(move |before: Option<&Option<Pen>>| {
        let is_down = is_down.get();
        (is_down || before.is_some_and(Option::is_some)).then(|| pen.get_untracked())
    });
    let spoken = move || {
        let pen = state.get()?;
        let (across, down) = pen.percent(EDGE);
        Some(words().classifier.pen(pen.is_down, across, down))
    };
    let across = move || pen.with(|pen| format!("{}%", pen.x / EDGE * 100.0));
    let down = move || pen.with(|pen| format!("{}%", pen.y / EDGE * 100.0));
    view! {
        <div class="board">
            <DropZone pictures>
                <div class="pad" on:keydown=on_key>
                    <canvas
                        node_ref=canvas
                        class="draw-canvas"
                        data-testid="draw-canvas"
                        width=EDGE * DENSITY
                        height=EDGE * DENSITY
                        tabindex="0"
                        role="application"
                        aria-describedby="pad-keys"
                        on:focus=on_focus
                        on:blur=move |_| {
                            by_keys.set(false);
                            lift();
                        }
                        aria-label=say(|words| words.classifier.pad())
                        on:pointerdown=move |event| {
                            by_keys.set(false);
                            lift();
                            put_pen_down(&event, board);
                        }
                        on:pointermove=move |event| move_pen(&event, board)
                        on:pointerup=move |_| board.end_stroke()
                        on:pointercancel=move |_| board.cropping.set(None)
                    ></canvas>
                    <Show when=move || sheet.with(Sheet::is_blank)>
                        <p class="pad-hint" aria-hidden="true">{say(|words| words.classifier.pad_hint())}</p>
                    </Show>
                    <span
                        class="pen"
                        class:pen-down=is_down
                        hidden=move || !by_keys.get()
                        style:left=across
                        style:top=down
                    ></span>
                    <CropFrame board />
                    <p class="unseen" role="status">{spoken}</p>
                </div>
            </DropZone>
            <Later>
                <Palette board />
            </Later>
        </div>
        <Later>
            <Tools board data classifier pictures is_open />
        </Later>
        <Later>
            <PhotoTools board subject />
        </Later>
    }
}

/// The rectangle that is being drawn to crop a photo.
#[component]
fn CropFrame(board: Board) -> impl IntoView {
    let place = Memo::new(move |_| {
        let [from, to] = board.cropping.get()?.corners?;
        Some(Place::between(from, to))
    });
    let share = move |of: fn(Place) -> f64| {
        move || place.get().map(|place| format!("{}%", of(place) / EDGE * 100.0))
    };
    view! {
        <span class="crop-frame" hidden=move || place.with(Option::is_none)
            style:left=share(|place| place.left)
            style:top=share(|place| place.top)
            style:width=share(|place| place.width)
            style:height=share(|place| place.height)></span>
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
