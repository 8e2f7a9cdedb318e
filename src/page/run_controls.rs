//! Start, pause, stop, and the word for what goes on.

use leptos::ev::KeyboardEvent;
use leptos::html::{Button, Span};
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::browser::has_focus;
use super::link::RunInputs;
use super::session::Session;
use crate::protocol::Status;
use crate::settings::SettingsDraft;

/// The buttons of a run.
#[component]
pub fn RunControls(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
) -> impl IntoView {
    let status = session.status;
    let config = Memo::new(move |_| draft.with(|draft| draft.check().ok()));
    let running = move || session.is_busy();
    let occupied = move || running() || session.is_measuring();
    let cannot_start = move || occupied() || !session.alive.get() || config.get().is_none();
    let start = move |_| {
        if let Some(config) = config.get_untracked() {
            session.start(inputs.with_untracked(|inputs| inputs.run(config)));
        }
    };
    let (start_button, pause_button, stop_button) =
        (NodeRef::<Button>::new(), NodeRef::<Button>::new(), NodeRef::<Button>::new());
    let status_line = NodeRef::<Span>::new();
    // A button that is disabled loses the focus, and whoever uses the keyboard their place: Space would
    // scroll the page. It goes to the button that takes over; from Pause, when a run has ended by itself,
    // to what starts nothing.
    Effect::new(move |was_running: Option<bool>| {
        let running = running();
        let held = |button: NodeRef<Button>| {
            button.get_untracked().is_some_and(|button| has_focus(&button))
        };
        let heir: Option<HtmlElement> = match (was_running, running) {
            (Some(false), true) if held(start_button) => {
                pause_button.get_untracked().map(Into::into)
            }
            (Some(true), false) if held(stop_button) => {
                start_button.get_untracked().map(Into::into)
            }
            (Some(true), false) if held(pause_button) => {
                status_line.get_untracked().map(Into::into)
            }
            _ => None,
        };
        if let Some(heir) = heir {
            // After the effects that enable it. It fails where there is nothing to lose.
            queue_microtask(move || drop(heir.focus()));
        }
        running
    });
    // A key that is held down presses again and again; by then the focus is on another button.
    let ignore_repeats = |event: KeyboardEvent| {
        if event.repeat() {
            event.prevent_default();
        }
    };
    let paused = move || status.get() == Status::Paused;
    view! {
        <div class="run-controls">
            <p class="status" role="status">
                <span class="lamp" data-status=move || status.get().as_str() aria-hidden="true"></span>
                <span node_ref=status_line tabindex="-1" data-testid="status" data-status=move || status.get().as_str()>
                    {move || status.get().as_str()}
                </span>
            </p>
            <div class="run-buttons" on:keydown=ignore_repeats>
                <button
                    type="button"
                    class="primary"
                    node_ref=start_button
                    data-testid="start"
                    disabled=cannot_start
                    title=move || config.get().is_none().then_some("Correct the settings first")
                    on:click=start
                >
                    "Start"
                </button>
                <button
                    type="button"
                    node_ref=pause_button
                    data-testid="pause"
                    disabled=move || !running()
                    on:click=move |_| session.pause_or_continue()
                >
                    {move || if paused() { "Resume" } else { "Pause" }}
                </button>
                <button
                    type="button"
                    node_ref=stop_button
                    data-testid="stop"
                    disabled=move || !running()
                    on:click=move |_| session.stop()
                >
                    "Stop"
                </button>
            </div>
        </div>
    }
}
