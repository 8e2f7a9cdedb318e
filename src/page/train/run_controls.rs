//! Start, pause, stop, and the current status.

use std::time::Duration;

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::{Button, Span};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlButtonElement, HtmlElement};

use crate::page::corrections::NextCorrections;
use crate::page::link::RunInputs;
use crate::page::session::{BenchmarkState, Connection, CurrentRun, DataState, ShownRun};
use crate::page::words::{say, words};
use crate::protocol::Status;
use crate::settings::SettingsDraft;

/// The id of the button that starts a run.
pub const START_ID: &str = "start";

/// The buttons of a run.
#[component]
pub fn RunControls(
    connection: Connection,
    run: CurrentRun,
    shown: ShownRun,
    benchmark: BenchmarkState,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    corrections: NextCorrections,
    data: DataState,
) -> impl IntoView {
    let status = connection.status;
    let config = Memo::new(move |_| draft.with(|draft| draft.check().ok()));
    let running = move || run.is_busy();
    let occupied = move || running() || benchmark.is_measuring();
    let cannot_start = move || {
        let waits = inputs.with(RunInputs::wait);
        occupied() || waits || !connection.alive.get() || config.get().is_none()
    };
    let start = move |_| {
        if let Some(config) = config.get_untracked() {
            let data = data.own.get_untracked();
            run.start(
                inputs.with_untracked(|inputs| inputs.run(config, corrections.taken(), data)),
            );
        }
    };
    let (start_button, pause_button, stop_button) =
        (NodeRef::<Button>::new(), NodeRef::<Button>::new(), NodeRef::<Button>::new());
    let status_line = NodeRef::<Span>::new();
    // A disabled button loses the focus, and a keyboard user their place: Space would scroll the page. So the
    // focus moves to the button that replaces it; from Pause, after a run has ended by itself, to one that
    // starts nothing. Browsers blur a button as soon as it is disabled, so the focused button is noted
    // before.
    let focused = StoredValue::new_local(None::<Element>);
    let note_focus = move |event: FocusEvent| {
        let button = event.target().and_then(|target| target.dyn_into().ok());
        focused.set_value(button);
    };
    let note_blur = move |event: FocusEvent| {
        let button = event.target().and_then(|target| target.dyn_into::<HtmlButtonElement>().ok());
        if button.is_none_or(|button| !button.disabled()) {
            focused.set_value(None);
        }
    };
    Effect::new(move |was_running: Option<bool>| {
        let running = running();
        let had_focus = |button: NodeRef<Button>| {
            let button = button.get_untracked().map(Element::from);
            button.is_some() && focused.get_value() == button
        };
        let heir: Option<HtmlElement> = match (was_running, running) {
            (Some(false), true) if had_focus(start_button) => {
                pause_button.get_untracked().map(Into::into)
            }
            (Some(true), false) if had_focus(stop_button) => {
                start_button.get_untracked().map(Into::into)
            }
            (Some(true), false) if had_focus(pause_button) => {
                status_line.get_untracked().map(Into::into)
            }
            _ => None,
        };
        if let Some(heir) = heir {
            // Once it is enabled. A failure to focus is harmless.
            set_timeout(move || drop(heir.focus()), Duration::ZERO);
        }
        running
    });
    // A key that is held down presses repeatedly; by then the focus is on another button.
    let ignore_repeats = |event: KeyboardEvent| {
        if event.repeat() {
            event.prevent_default();
        }
    };
    let paused = move || status.get() == Status::Paused;
    let told = Memo::new(move |_| shown.status());
    let resumable =
        Memo::new(move |_| shown.resumable().filter(|_| !occupied() && connection.alive.get()));
    let resume = move |_| {
        if let Some(checkpoint) = resumable.get_untracked() {
            run.resume(checkpoint);
        }
    };
    view! {
        <div class="run-controls">
            <p class="status">
                <span class="lamp" data-status=move || told.get().as_str() aria-hidden="true"></span>
                <span node_ref=status_line tabindex="-1" data-testid="status" data-status=move || told.get().as_str()>
                    {move || words().run.status(told.get())}
                </span>
            </p>
            <div
                class="run-buttons"
                on:keydown=ignore_repeats
                on:focusin=note_focus
                on:focusout=note_blur
            >
                <Show when=move || resumable.with(Option::is_some)>
                    <button type="button" class="primary resume-run" data-testid="resume-run"
                        on:click=resume>
                        {say(|words| words.run.resume_run())}
                    </button>
                </Show>
                <button
                    type="button"
                    class:primary=move || resumable.with(Option::is_none)
                    node_ref=start_button
                    id=START_ID
                    data-testid="start"
                    disabled=cannot_start
                    title=move || config.get().is_none().then(|| words().run.correct_settings_first())
                    on:click=start
                >
                    {say(|words| words.run.start())}
                </button>
                <button
                    type="button"
                    node_ref=pause_button
                    data-testid="pause"
                    disabled=move || !running() || status.get() == Status::Stopping
                    on:click=move |_| run.pause_or_continue()
                >
                    {move || if paused() { words().run.resume() } else { words().run.pause() }}
                </button>
                <button
                    type="button"
                    node_ref=stop_button
                    data-testid="stop"
                    disabled=move || !running()
                    on:click=move |_| run.stop()
                >
                    {say(|words| words.run.stop())}
                </button>
            </div>
        </div>
    }
}
