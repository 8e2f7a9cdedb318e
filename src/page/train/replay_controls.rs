//! The replay's controls.

use leptos::prelude::*;

use crate::page::session::{CurrentRun, PACES, Replay, ReplayState, ShownRun};
use crate::page::words::{say, words};

/// A button that replays the shown run once it is at rest; during the replay, its controls.
#[component]
pub fn ReplayControls(replay: Replay, shown: ShownRun, run: CurrentRun) -> impl IntoView {
    let offered = Memo::new(move |_| {
        let has_steps = shown.figures().live.with(|live| live.step > 0);
        has_steps && !(shown.is_current() && run.is_busy())
    });
    let shown_run = Memo::new(move |_| shown.name());
    Effect::new(move |before: Option<Option<String>>| {
        let now = shown_run.get();
        if !offered.get() || before.is_some_and(|before| before != now) {
            replay.stop();
        }
        now
    });
    view! {
        <Show when=move || replay.is_on() || offered.get()>
            <div class="replay">
                <Show when=move || replay.is_on()
                    fallback=move || view! {
                        <button type="button" data-testid="replay" title=say(|words| words.run.about_replay())
                            on:click=move |_| replay.start(untrack(|| shown.figures()))>
                            {say(|words| words.run.replay())}
                        </button>
                    }>
                    <Player replay />
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn Player(replay: Replay) -> impl IntoView {
    let steps = replay.steps();
    let option = move |seconds: u32| {
        view! {
            <option value=seconds.to_string() selected=move || replay.pace.get() == seconds>
                {move || words().run.replay_in(seconds)}
            </option>
        }
    };
    view! {
        <button type="button" data-testid="replay-pause" on:click=move |_| replay.pause_or_continue()>
            {move || {
                let words = &words().run;
                if replay.state.get() == ReplayState::Playing { words.pause() } else { words.go_on() }
            }}
        </button>
        <input type="range" min="0" max=steps.to_string() step="1" data-testid="replay-position"
            aria-label=say(|words| words.run.replay_position())
            aria-valuetext=move || words().run.step_of(replay.step.get(), steps)
            prop:value=move || replay.step.get().to_string()
            on:input:target=move |event| {
                if let Ok(step) = event.target().value().parse() {
                    replay.seek(step);
                }
            }
        />
        <select data-testid="replay-pace" aria-label=say(|words| words.run.replay_pace())
            on:change:target=move |event| {
                if let Ok(seconds) = event.target().value().parse() {
                    replay.pace.set(seconds);
                }
            }>
            {PACES.map(option).collect_view()}
        </select>
        <button type="button" class="quiet" data-testid="replay-stop" on:click=move |_| replay.stop()>
            {say(|words| words.run.replay_stop())}
        </button>
    }
}
