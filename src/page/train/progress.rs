//! The run's progress.

use leptos::prelude::*;

use crate::page::progress_bar::ProgressBar;
use crate::page::session::{Connection, DataState, Replay, ShownRun};
use crate::page::words::{say, words};
use crate::protocol::{Ending, Status};

/// A bar for the whole run, or for its replay, with the time left.
#[component]
pub fn RunProgress(
    connection: Connection,
    data: DataState,
    shown: ShownRun,
    replay: Replay,
) -> impl IntoView {
    let figures = move || if replay.is_on() { replay.figures } else { shown.figures() };
    let total = move || figures().steps_in_run();
    let share = move || figures().share_done();
    let caption = move || {
        let live = figures().live.get();
        match (live.validation, shown.status()) {
            (Some((done, total)), Status::Validating) => {
                words().run.validating(done.into(), total.into())
            }
            (_, Status::SelfTest) => words().run.checking_engine().to_owned(),
            (_, Status::Loading) if data.progress.with(Option::is_some) => {
                words().data.progress(data.progress.get().unwrap_or_default())
            }
            (_, Status::Paused) => words().run.paused().to_owned(),
            _ if total() == 0 => words().run.no_run().to_owned(),
            (_, Status::Done) if figures().ending.get() == Some(Ending::EarlyStopped) => {
                words().run.stopped_early(live.step)
            }
            _ if !replay.is_on() && shown.resumable().is_some() => {
                words().run.interrupted_at(live.step)
            }
            _ => words().run.step_of(live.step, total()),
        }
    };
    let time_left = move || {
        let moving = matches!(connection.status.get(), Status::Training | Status::Validating);
        let seconds = figures().live.get().seconds_left.filter(|_| moving);
        seconds.map(|seconds| words().run.time_left(seconds))
    };
    let self_test = move || {
        shown.opened_engine().map(|opened| {
            view! {
                <p
                    class="note"
                    data-testid="self-test"
                    data-gradient-difference=opened.gradient_difference.to_string()
                >
                    {words().run.self_test_passed(&opened)}
                </p>
            }
        })
    };
    view! {
        <div class="progress">
            <ProgressBar label=say(|words| words.run.progress()) share />
            <p class="progress-line">
                <span>{caption}</span>
                <span data-testid="time-left">{time_left}</span>
            </p>
            {self_test}
        </div>
    }
}
