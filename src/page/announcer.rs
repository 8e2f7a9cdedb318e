//! Tells screen readers what a run comes to, in every place and at a rate that one can listen to.

use std::time::Duration;

use leptos::prelude::*;

use super::session::{Connection, CurrentRun};
use super::words::words;
use crate::protocol::{EpochMetrics, Status};

/// Between two announcements of a run that goes on, in milliseconds: its epochs may take less.
const QUIET_MS: f64 = 5_000.0;
/// How often an epoch that has ended is looked for.
const LOOK: Duration = Duration::from_secs(1);

/// What is announced.
#[derive(Clone, Copy)]
enum News {
    Status(Status),
    Epoch(EpochMetrics),
}

/// A live region: what the run does once that changes, and the newest epoch at most every [`QUIET_MS`].
#[component]
pub fn Announcer(connection: Connection, run: CurrentRun) -> impl IntoView {
    let news = RwSignal::new(None::<News>);
    let told_at = StoredValue::new(0.0_f64);
    let tell = move |what: News| {
        told_at.set_value(js_sys::Date::now());
        news.set(Some(what));
    };
    let newest =
        move || untrack(|| run.figures.with_curves(|curves| curves.epochs.last().copied()));
    // The epochs before a run was resumed are not news.
    let known = StoredValue::new(None::<u32>);
    let number = |epoch: EpochMetrics| epoch.epoch;
    Effect::new(move |before: Option<Status>| {
        let now = connection.status.get();
        if before.is_some_and(|before| is_news(before, now)) {
            known.set_value(newest().map(number));
            tell(News::Status(now));
        }
        now
    });
    let look = move || {
        let epoch = newest().filter(|epoch| known.get_value() != Some(epoch.epoch));
        if let Some(epoch) = epoch.filter(|_| js_sys::Date::now() - told_at.get_value() >= QUIET_MS)
        {
            known.set_value(Some(epoch.epoch));
            tell(News::Epoch(epoch));
        }
    };
    let trains = Memo::new(move |_| is_training(connection.status.get()));
    Effect::new(move |_| {
        if trains.get()
            && let Ok(interval) = set_interval_with_handle(look, LOOK)
        {
            on_cleanup(move || interval.clear());
        }
    });
    let told = move || {
        let words = &words().run;
        news.get().map(|news| match news {
            News::Status(status) => words.status(status).to_owned(),
            News::Epoch(epoch) => words.epoch_ended(&epoch),
        })
    };
    // It exists before its first text, because screen readers announce only changes.
    view! { <p class="unseen" role="status" data-testid="announcement">{told}</p> }
}

const fn is_training(status: Status) -> bool {
    matches!(status, Status::Training | Status::Validating)
}

/// Whether a change of the status is announced. A validation is part of its epoch, and a self-test of the start.
fn is_news(before: Status, now: Status) -> bool {
    match now {
        Status::Loading | Status::SelfTest | Status::Validating => false,
        Status::Training => !is_training(before),
        _ => before != now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_does_is_announced_and_how_it_does_it_is_not() {
        use Status::{Done, Loading, Paused, Ready, SelfTest, Training, Validating};
        let told = |steps: &[Status]| {
            let changes = steps.windows(2).filter(|pair| is_news(pair[0], pair[1]));
            changes.map(|pair| pair[1]).collect::<Vec<_>>()
        };
        let steps = [Loading, Ready, SelfTest, Training, Validating, Training, Paused, Training];
        assert_eq!(told(&steps), [Ready, Training, Paused, Training]);
        assert_eq!(told(&[Training, Validating, Done, Done]), [Done]);
    }
}
