//! A round button with an icon that turns something on and off.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::words::{Word, say};

/// The button; the children are the icon, in a square of 24.
#[component]
pub fn IconToggle(
    /// The stable hook.
    hook: &'static str,
    /// What is on or off.
    label: Word,
    is_on: RwSignal<bool>,
    /// What pressing it does while it is off.
    turn_on: Word,
    /// What pressing it does while it is on.
    turn_off: Word,
    on_press: impl FnMut(MouseEvent) + 'static,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let (turn_on, turn_off) = (say(turn_on), say(turn_off));
    view! {
        <button
            type="button"
            class=format!("icon-button {class}")
            data-testid=hook
            aria-pressed=move || is_on.get().to_string()
            aria-label=say(label)
            title=move || if is_on.get() { turn_off() } else { turn_on() }
            on:click=on_press
        >
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5">
                {children()}
            </svg>
        </button>
    }
}
