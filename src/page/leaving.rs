//! The question before the tab is closed, while something would be lost with it.

use leptos::ev::beforeunload;
use leptos::prelude::*;

use super::session::{Connection, CurrentRun, LibraryState};
use crate::library::CheckpointSummary;
use crate::protocol::Status;

/// Has the browser ask before the tab is closed or reloaded, while an import is in progress or the current run has
/// steps that are not stored. Browsers ask in words of their own, and only a visitor who has used the page.
pub fn ask_before(connection: Connection, run: CurrentRun, library: LibraryState) {
    let listening = window_event_listener(beforeunload, move |event| {
        let importing = library.importing.with_untracked(Option::is_some);
        if importing || untrack(|| progress(connection, run, library).is_at_stake()) {
            event.prevent_default();
            // What Safari and older engines look at.
            event.set_return_value("1");
        }
    });
    on_cleanup(move || listening.remove());
}

fn progress(connection: Connection, run: CurrentRun, library: LibraryState) -> Progress {
    let name = run.figures.name();
    let newest = |all: &Vec<CheckpointSummary>| {
        let of_run = all.iter().filter(|it| Some(&it.run) == name.as_ref());
        of_run.map(|it| it.step).max().unwrap_or_default()
    };
    Progress {
        status: connection.status.get(),
        reached: run.figures.live.with(|live| live.step),
        stored: library.checkpoints.with(newest),
    }
}

/// How far the current run has come, and from where it could go on after the tab is closed.
#[derive(Clone, Copy, Debug)]
struct Progress {
    status: Status,
    /// Steps taken.
    reached: u64,
    /// Steps of its newest stored weights.
    stored: u64,
}

impl Progress {
    /// Whether steps would be lost. Those of a run that has failed are lost already.
    const fn is_at_stake(self) -> bool {
        let has_ended = matches!(self.status, Status::Done | Status::Stopped);
        (self.status.is_running() || has_ended) && self.reached > self.stored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Progress = Progress { status: Status::Training, reached: 900, stored: 800 };

    #[test]
    fn steps_after_the_newest_stored_weights_are_at_stake() {
        assert!(!Progress { reached: 0, stored: 0, ..RUN }.is_at_stake());
        for status in
            [Status::Training, Status::Paused, Status::Validating, Status::Stopped, Status::Done]
        {
            assert!(Progress { status, ..RUN }.is_at_stake(), "{status:?}");
            assert!(!Progress { status, stored: 900, ..RUN }.is_at_stake(), "{status:?}");
        }
    }

    #[test]
    fn a_run_that_failed_has_nothing_left_to_lose() {
        for status in [Status::Failed, Status::Error, Status::Ready, Status::Loading] {
            assert!(!Progress { status, ..RUN }.is_at_stake(), "{status:?}");
        }
    }
}
