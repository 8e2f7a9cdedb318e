//! Keeps the element that was pressed in place on the screen while something above it grows.

use leptos::ev;
use leptos::prelude::*;
use web_sys::Element;

use crate::page::browser::{now_ms, on_resize};

/// How long after the press the page above may still grow: the curves come from the worker, and the charts
/// after them.
const HOLDS_MS: f64 = 3_000.0;

/// The element that is kept in place, if any.
#[derive(Clone, Copy)]
pub struct Hold(StoredValue<Option<Held>, LocalStorage>);

/// An element that is kept in place for a while after a press.
struct Held {
    element: Element,
    /// Pixels from the window's upper edge.
    top: f64,
    until_ms: f64,
}

impl Hold {
    /// Holds nothing at first. Scrolling by the visitor releases what it holds.
    pub fn new() -> Self {
        let hold = Self(StoredValue::new_local(None));
        let handles = [
            window_event_listener(ev::wheel, move |_| hold.release()),
            window_event_listener(ev::touchmove, move |_| hold.release()),
            window_event_listener(ev::pointerdown, move |_| hold.release()),
            window_event_listener(ev::keydown, move |_| hold.release()),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
        hold
    }

    /// Keeps this element in its current place.
    pub fn take(self, element: &Element) {
        let top = element.get_bounding_client_rect().top();
        let until_ms = now_ms() + HOLDS_MS;
        self.0.set_value(Some(Held { element: element.clone(), top, until_ms }));
    }

    /// Keeps the held element in place whenever this element above it changes size.
    pub fn against(self, above: &Element) {
        on_resize(above, move || self.put_back());
    }

    fn release(self) {
        self.0.set_value(None);
    }

    /// Browsers with scroll anchoring may have done this already; then nothing has moved.
    fn put_back(self) {
        let moved = self.0.with_value(|held| {
            let lasts = |held: &&Held| now_ms() < held.until_ms;
            let held = held.as_ref().filter(lasts).filter(|held| held.element.is_connected())?;
            Some(held.element.get_bounding_client_rect().top() - held.top)
        });
        if let Some(moved) = moved.filter(|moved| moved.abs() >= 1.0) {
            window().scroll_by_with_x_and_y(0.0, moved);
        }
    }
}
