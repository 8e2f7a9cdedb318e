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

const TURNS: usize = Turn::Last as usize + 1;

/// Once a task has drawn for so many milliseconds, the next part waits for another task, so that the browser may show what there
/// is and answer the visitor. A task is thus as long as this and one part. Lighthouse takes a phone's processor to be a quarter as
/// fast as the machine that it runs on, and a task of 50 ms for a long one.
const SLICE_MS: f64 = 3.0;

/// The parts that wait to be drawn, by their turn.
struct Waiting<Draw> {
    turns: [VecDeque<Draw>; TURNS],
    is_drawing: bool,
}

impl<Draw> Waiting<Draw> {
    const fn new() -> Self {
        Self { turns: [const { VecDeque::new() }; TURNS], is_drawing: false }
    }

    /// Adds a part, and returns whether drawing has to begin.
    fn push(&mut self, turn: Turn, draw: Draw) -> bool {
        self.turns[turn as usize].push_back(draw);
        !std::mem::replace(&mut self.is_drawing, true)
    }

    /// Takes the part that is drawn now; without one, drawing ends.
    fn take(&mut self) -> Option<Draw> {
        let part = self.turns.iter_mut().find_map(VecDeque::pop_front);
        self.is_drawing = part.is_some();
        part
    }
}

thread_local! {
    static WAITING: RefCell<Waiting<Box<dyn FnOnce()>>> = const { RefCell::new(Waiting::new()) };
}

/// Draws its children once, after the present task and after those that wait already.
#[component]
pub fn Later(#[prop(optional)] turn: Turn, children: Children) -> impl IntoView {
    let children = StoredValue::new_local(Some(children));
    let is_due = RwSignal::new(false);
    let draw = Box::new(move || {
        // It may have been taken away by then.
        let _ = is_due.try_set(true);
    });
    if WAITING.with_borrow_mut(|waiting| waiting.push(turn, draw)) {
        spawn_local(draw_all());
    }
    move || {
        let children = is_due.get().then(|| children.try_update_value(Option::take));
        children.flatten().flatten().map(untrack)
    }
}

async fn draw_all() {
    next_task().await;
    let mut began = now_ms();
    while let Some(draw) = WAITING.with_borrow_mut(Waiting::take) {
        draw();
        // An effect draws it, once this function gives way.
        tick().await;
        if now_ms() - began >= SLICE_MS {
            next_task().await;
            began = now_ms();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn until nothing waits.
    fn rest(waiting: &mut Waiting<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| waiting.take()).collect()
    }

    #[test]
    fn parts_are_drawn_by_their_turn_and_then_as_they_were_asked_for() {
        let mut waiting = Waiting::new();
        let asked = [
            (Turn::Last, "footer"),
            (Turn::Next, "code"),
            (Turn::AfterThat, "settings"),
            (Turn::FirstView, "introduction"),
            (Turn::Next, "classifier"),
            (Turn::FirstView, "controls"),
        ];
        for (turn, part) in asked {
            waiting.push(turn, part);
        }
        let drawn = ["introduction", "controls", "code", "classifier", "settings", "footer"];
        assert_eq!(rest(&mut waiting), drawn);
    }

    #[test]
    fn a_part_that_asks_for_another_one_is_followed_by_it_before_later_turns() {
        let mut waiting = Waiting::new();
        waiting.push(Turn::Next, "classifier");
        waiting.push(Turn::Last, "footer");
        assert_eq!(waiting.take(), Some("classifier"));
        waiting.push(Turn::Next, "bars");
        assert_eq!(rest(&mut waiting), ["bars", "footer"]);
    }

    #[test]
    fn drawing_begins_with_the_first_part_and_anew_once_it_has_ended() {
        let mut waiting = Waiting::new();
        assert!(waiting.push(Turn::Next, "a"));
        assert!(!waiting.push(Turn::Next, "b"), "the one that draws takes this, too");
        waiting.take();
        waiting.take();
        assert!(!waiting.push(Turn::Next, "c"), "it has not seen yet that nothing waits");
        assert_eq!(rest(&mut waiting), ["c"]);
        assert!(waiting.push(Turn::Next, "d"), "nobody draws any more");
    }
}
