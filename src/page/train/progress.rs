//! The run's progress.

use leptos::prelude::*;

use crate::page::session::{Connection, CurrentRun};
use crate::page::words::{say, words};
use crate::protocol::{Ending, Status};

/// A bar for the whole run, with the time left.
#[component]
pub fn RunProgress(connection: Connection, run: CurrentRun) -> impl IntoView {
    let total = move || run.figures.steps_in_run();
    let share = move || run.figures.share_done();
    let caption = move || {
        let live = run.figures.live.get();
        match (live.validation, connection.status.get()) {
            (Some((done, total)), Status::Validating) => {
                words().run.validating(done.into(), total.into())
            }
            (_, Status::SelfTest) => words().run.checking_engine().to_owned(),
            (_, Status::Paused) => words().run.paused().to_owned(),
            _ if total() == 0 => words().run.no_run().to_owned(),
            (_, Status::Done) if run.figures.ending.get() == Some(Ending::EarlyStopped) => {
                words().run.stopped_early(live.step)
            }
            _ => words().run.step_of(live.step, total()),
        }
    };
    let time_left = move || {
        let moving = matches!(connection.status.get(), Status::Training | Status::Validating);
        let seconds = run.figures.live.get().seconds_left.filter(|_| moving);
        seconds.map(|seconds| words().run.time_left(seconds))
    };
    let self_test = move || {
        run.opened.get().map(|opened| {
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
            <div
                class="bar"
                role="progressbar"
                aria-label=say(|words| words.run.progress())
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share() * 100.0)
            >
                <div class="bar-fill" style:transform=move || format!("scaleX({})", share())></div>
            </div>
            <p class="progress-line">
                <span>{caption}</span>
                <span data-testid="time-left">{time_left}</span>
            </p>
            {self_test}
        </div>
    }
}
