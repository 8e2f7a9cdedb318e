//! Start, pause, stop, and the word for what goes on.

use leptos::prelude::*;

use super::link::Given;
use super::session::Session;
use crate::protocol::Status;
use crate::settings::SettingsDraft;

/// The buttons of a run.
#[component]
pub fn RunControls(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    given: RwSignal<Given>,
) -> impl IntoView {
    let status = session.status;
    let config = Memo::new(move |_| draft.with(|draft| draft.check().ok()));
    let running = move || session.is_busy();
    let occupied = move || running() || session.is_measuring();
    let cannot_start = move || occupied() || !session.alive.get() || config.get().is_none();
    let start = move |_| {
        if let Some(config) = config.get_untracked() {
            session.start(given.with_untracked(|given| given.run(config)));
        }
    };
    let paused = move || status.get() == Status::Paused;
    view! {
        <div class="run-controls">
            <p class="status" role="status">
                <span class="lamp" data-status=move || status.get().as_str() aria-hidden="true"></span>
                <span data-testid="status" data-status=move || status.get().as_str()>
                    {move || status.get().as_str()}
                </span>
            </p>
            <div class="run-buttons">
                <button
                    type="button"
                    class="primary"
                    data-testid="start"
                    disabled=cannot_start
                    title=move || config.get().is_none().then_some("Correct the settings first")
                    on:click=start
                >
                    "Start"
                </button>
                <button
                    type="button"
                    data-testid="pause"
                    disabled=move || !running()
                    on:click=move |_| session.pause_or_continue()
                >
                    {move || if paused() { "Resume" } else { "Pause" }}
                </button>
                <button
                    type="button"
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
