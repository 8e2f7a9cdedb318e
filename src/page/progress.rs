//! How far the run has come.

use leptos::prelude::*;

use super::session::Session;
use super::words::{say, words};
use crate::protocol::{Ending, Status};

/// A bar over the whole run, with what remains.
#[component]
pub fn RunProgress(session: Session) -> impl IntoView {
    let total = move || session.steps_in_run();
    let share = move || session.share_done();
    let caption = move || {
        let live = session.live.get();
        match (live.validation, session.status.get()) {
            (Some((done, total)), Status::Validating) => {
                words().run.validating(done.into(), total.into())
            }
            (_, Status::SelfTest) => words().run.checking_engine().to_owned(),
            (_, Status::Paused) => words().run.paused().to_owned(),
            _ if total() == 0 => words().run.no_run().to_owned(),
            (_, Status::Done) if session.ending.get() == Some(Ending::EarlyStopped) => {
                words().run.stopped_early(live.step)
            }
            _ => words().run.step_of(live.step, total()),
        }
    };
    let time_left = move || {
        let moving = matches!(session.status.get(), Status::Training | Status::Validating);
        let seconds = session.live.get().seconds_left.filter(|_| moving);
        seconds.map(|seconds| words().run.time_left(seconds))
    };
    let self_test = move || {
        session.opened.get().map(|opened| {
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
