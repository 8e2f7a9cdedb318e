//! Tells screen readers what a run comes to, in every place and at a rate that one can listen to.

use leptos::prelude::*;

use super::browser::now_ms;
use super::session::{Connection, CurrentRun};
use super::words::{Language, words};
use crate::protocol::Status;

/// Between two announcements of a run that goes on, in milliseconds: its epochs may take less.
const QUIET_MS: f64 = 5_000.0;

/// A live region: what the run does once that changes, and the newest epoch at most every [`QUIET_MS`].
#[component]
pub fn Announcer(connection: Connection, run: CurrentRun) -> impl IntoView {
    let told = RwSignal::new(None::<String>);
    let (mut before, mut told_epoch, mut told_at) = (None, None, f64::NEG_INFINITY);
    Effect::new(move |_| {
        // What was said in another language does not stay.
        Language::chosen();
        told.set(None);
    });
    Effect::new(move |_| {
        let (status, now) = (connection.status.get(), now_ms());
        let newest = run.figures.with_curves(|curves| curves.epochs.last().copied());
        let epoch = newest.map(|newest| newest.epoch);
        if epoch.is_none() {
            told_epoch = None;
        }
        let changes = before.replace(status).is_some_and(|before| is_news(before, status));
        let is_heard = is_training(status) && epoch != told_epoch && now - told_at >= QUIET_MS;
        let words = untrack(words);
        let news = match newest {
            _ if changes => words.run.status(status).to_owned(),
            Some(newest) if is_heard => words.run.epoch_ended(&newest),
            _ => return,
        };
        // The epochs before a run was resumed are not news.
        (told_epoch, told_at) = (epoch, now);
        told.set(Some(news));
    });
    // It exists before its first text, because screen readers announce only changes.
    view! { <p class="unseen" role="status" data-testid="announcement">{move || told.get()}</p> }
}

const fn is_training(status: Status) -> bool {
    matches!(status, Status::Training | Status::Validating)
}

/// Whether a change of the status is announced. A validation is part of its epoch, and a self-test of the start.
fn is_news(before: Status, now: Status) -> bool {
    match now {
        // Stopped follows at once.
        Status::Loading | Status::SelfTest | Status::Validating | Status::Stopping => false,
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
