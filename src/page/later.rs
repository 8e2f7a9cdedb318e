//! Parts of the page that are drawn one after the other, so that opening it is no single long task.

use std::cell::RefCell;
use std::collections::VecDeque;

use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_futures::spawn_local;

use super::browser::{next_task, now_ms};

/// When a part is drawn. One that is asked for earlier comes first among those of the same turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// What the visitor sees at once, in place of the first view.
    FirstView,
    /// What follows below and beside it.
    #[default]
    Next,
    /// After that: what would move something if it came before.
    AfterThat,
    /// At the end: what nothing must move.
    Last,
}

/// How many turns there are.
const TURNS: usize = 4;

/// After so many milliseconds of drawing, the browser may show what there is, and answer the visitor. A phone's processor is a
/// quarter as fast as that of the machine on which this was measured, and 50 ms are a long task.
const SLICE_MS: f64 = 3.0;

type Draw = Box<dyn FnOnce()>;

/// The parts that wait, by their turn.
struct Waiting {
    turns: [VecDeque<Draw>; TURNS],
    is_drawing: bool,
}

thread_local! {
    static WAITING: RefCell<Waiting> =
        const { RefCell::new(Waiting { turns: [const { VecDeque::new() }; TURNS], is_drawing: false }) };
}

/// Draws its children once, after the present task and after those that wait already.
#[component]
pub fn Later(#[prop(optional)] turn: Turn, children: Children) -> impl IntoView {
    let children = StoredValue::new_local(Some(children));
    let is_due = RwSignal::new(false);
    // It may have been taken away by then.
    wait(turn, move || {
        let _ = is_due.try_set(true);
    });
    move || {
        let children = is_due.get().then(|| children.try_update_value(Option::take));
        children.flatten().flatten().map(untrack)
    }
}

fn wait(turn: Turn, draw: impl FnOnce() + 'static) {
    let is_drawing = WAITING.with_borrow_mut(|waiting| {
        if let Some(parts) = waiting.turns.get_mut(turn as usize) {
            parts.push_back(Box::new(draw));
        }
        std::mem::replace(&mut waiting.is_drawing, true)
    });
    if !is_drawing {
        spawn_local(draw_all());
    }
}

/// The next part; `None` ends the drawing.
fn next() -> Option<Draw> {
    WAITING.with_borrow_mut(|waiting| {
        let part = waiting.turns.iter_mut().find_map(VecDeque::pop_front);
        waiting.is_drawing = part.is_some();
        part
    })
}

async fn draw_all() {
    next_task().await;
    let mut began = now_ms();
    while let Some(draw) = next() {
        draw();
        // What draws it is an effect, which runs in its own turn.
        tick().await;
        if now_ms() - began >= SLICE_MS {
            next_task().await;
            began = now_ms();
        }
    }
}
