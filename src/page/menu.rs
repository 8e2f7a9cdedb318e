//! A button that unfolds a list of further actions.

use leptos::ev;
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget, KeyboardEvent, Node};

use super::browser::focus;
use super::words::{Word, say};

/// A button and, while it is open, the buttons given as children. They are in the document all the time.
///
/// It closes once one of them is pressed, by Escape, and when something else is pressed or focused. Arrow keys
/// move between the buttons.
#[component]
pub fn Menu(
    /// The stable hook of the button that opens it.
    hook: &'static str,
    /// The button's text.
    label: Word,
    /// The button's name for screen readers, which tells what the actions are for; it contains the text.
    #[prop(into)]
    name: Signal<String>,
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let close_and_focus = move || {
        close();
        let summary = menu.get_untracked().and_then(|menu| menu.first_element_child());
        focus(summary.as_ref());
    };
    let is_outside = move |target: Option<EventTarget>| {
        let node = target.and_then(|target| target.dyn_into::<Node>().ok());
        menu.get_untracked().is_some_and(|menu| !menu.contains(node.as_ref()))
    };
    let pressed = window_event_listener(ev::pointerdown, move |event| {
        if is_outside(event.target()) {
            close();
        }
    });
    on_cleanup(move || pressed.remove());
    let on_key = move |event: KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        if event.key() == "Escape" {
            if menu.open() {
                event.prevent_default();
                close_and_focus();
            }
        } else if let Some(step) = Step::of_key(&event.key()) {
            event.prevent_default();
            menu.set_open(true);
            let items = buttons(&menu);
            let active = document().active_element();
            let at = items.iter().position(|item| Some(item) == active.as_ref());
            focus(step.from(at, items.len()).and_then(|to| items.get(to)));
        }
    };
    view! {
        <details
            class="menu"
            node_ref=menu
            on:keydown=on_key
            on:focusout=move |event| {
                let next = event.related_target();
                if next.is_some() && is_outside(next) {
                    close();
                }
            }
        >
            <summary data-testid=hook aria-label=move || name.get()>{say(label)}</summary>
            <div
                class="menu-items"
                on:click=move |event| {
                    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                    if target.is_some_and(|it| matches!(it.closest("button"), Ok(Some(_)))) {
                        close_and_focus();
                    }
                }
            >
                {children()}
            </div>
        </details>
    }
}

/// Where an arrow key or its like moves the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Next,
    Previous,
    First,
    Last,
}

impl Step {
    fn of_key(key: &str) -> Option<Self> {
        match key {
            "ArrowDown" => Some(Self::Next),
            "ArrowUp" => Some(Self::Previous),
            "Home" => Some(Self::First),
            "End" => Some(Self::Last),
            _ => None,
        }
    }

    /// The place to go to in a list of this length, where the last place is followed by the first; `None` if the
    /// list is empty. `at` is the present place, counted from 0.
    fn from(self, at: Option<usize>, length: usize) -> Option<usize> {
        let last = length.checked_sub(1)?;
        Some(match (self, at) {
            (Self::Next, Some(at)) if at < last => at + 1,
            (Self::Previous, Some(at)) if at > 0 => at - 1,
            (Self::Next | Self::First, _) => 0,
            (Self::Previous | Self::Last, _) => last,
        })
    }
}

/// The buttons of a menu that can be pressed, in order.
fn buttons(menu: &Element) -> Vec<Element> {
    let Some(items) = menu.last_element_child() else { return Vec::new() };
    let next = |item: &Element| item.next_element_sibling();
    let all = std::iter::successors(items.first_element_child(), next);
    all.filter(|item| item.matches("button:enabled").unwrap_or(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_round_and_begin_at_an_end() {
        let to = |key, at| Step::of_key(key).and_then(|step| step.from(at, 3));
        assert_eq!([to("ArrowDown", None), to("ArrowUp", None)], [Some(0), Some(2)]);
        assert_eq!([to("ArrowDown", Some(0)), to("ArrowDown", Some(2))], [Some(1), Some(0)]);
        assert_eq!([to("ArrowUp", Some(1)), to("ArrowUp", Some(0))], [Some(0), Some(2)]);
        assert_eq!([to("Home", Some(1)), to("End", Some(1))], [Some(0), Some(2)]);
        assert_eq!(to("a", None), None);
        assert_eq!(Step::Next.from(None, 0), None);
    }
}
