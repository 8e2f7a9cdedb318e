//! Starting by itself: what a link with `autostart=1` means in a new tab, after a reload and in a copy of a tab.
//!
//! | the page is opened | what happens |
//! |---|---|
//! | by the link | the run begins |
//! | again in this tab (reload, back, a restored tab), and the run was interrupted | it resumes from its newest checkpoint |
//! | again in this tab, and the run has ended, or was paused or stopped | it is shown |
//! | with the address of a run of this browser (a bookmark, a copy of the tab) | it is shown |
//! | with the address of another browser's run (the link was shared) | the run begins |
//!
//! The address names the run as soon as there is one, and the tab's storage remembers which run its link started.

use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::*;

use super::address::Address;
use super::session::{CurrentRun, LibraryState, ShownRun};
use crate::library::{RunOwner, RunState};
use crate::protocol::Command;

/// How long a library may take to open: storage that does not answer is given up after five seconds.
const WITHOUT_LIBRARY: Duration = Duration::from_secs(8);
/// The tab's run that a link started.
const KEY: &str = "atelier.autostarted";
/// How long the worker of the page before a reload may still hold its run.
const HANDOVER: Duration = Duration::from_secs(15);

/// Begins, resumes or shows the run of a link with `autostart`; `begin` begins it, under this name if it has one.
pub fn follow(
    address: Address,
    run: CurrentRun,
    library: LibraryState,
    shown: ShownRun,
    begin: impl Fn(Option<String>) + Copy + 'static,
) {
    let ours = stored().filter(|_| is_opened_again());
    let named = address.run.get_untracked();
    // Each run that starts here, since a reload shows that one.
    Effect::new(move |_| {
        if let Some(run) = run.figures.name() {
            store(&run);
        }
    });
    let Some(name) = named.or_else(|| ours.clone()) else {
        store("");
        return begin(None);
    };
    let is_ours = ours.as_ref() == Some(&name);
    address.run.set(Some(name.clone()));
    let settled = StoredValue::new(false);
    // Without a library there is nothing to go on from.
    set_timeout(
        move || {
            if !settled.get_value() && !library.is_known.get_untracked() {
                settled.set_value(true);
                begin(None);
            }
        },
        WITHOUT_LIBRARY,
    );
    Effect::new(move |_| {
        if settled.get_value() || !library.is_known.get() {
            return;
        }
        // The visitor may have begun something else meanwhile.
        if untrack(|| run.is_busy() || run.figures.name().is_some_and(|now| now != name)) {
            return settled.set_value(true);
        }
        let Some(summary) = library.run(&name) else {
            settled.set_value(true);
            if !is_ours {
                // Once the page has shown that this browser does not have it, which beginning takes back.
                set_timeout(move || begin(None), Duration::ZERO);
            }
            return;
        };
        if !is_ours || summary.record.state != RunState::Training {
            settled.set_value(true);
        } else if summary.owner == RunOwner::AtRest {
            settled.set_value(true);
            match shown.resumable_of(&summary) {
                Some(checkpoint) => {
                    run.go_on_after_reload(Command::Resume { checkpoint, on_cpu: false });
                }
                // It was interrupted before it was saved.
                None => begin(Some(name.clone())),
            }
        } else {
            set_timeout(move || settled.set_value(true), HANDOVER);
        }
    });
}

/// Whether the tab has shown this page before: not opened by a link, but reloaded, or come back to.
pub fn is_opened_again() -> bool {
    let entries = window().performance().map(|it| it.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).is_some_and(|kind| kind != "navigate")
}

/// In some privacy modes storage is absent or refuses access; then a reload shows the run and does not resume it.
fn stored() -> Option<String> {
    let storage = window().session_storage().ok()??;
    storage.get_item(KEY).ok()?.filter(|name| !name.is_empty())
}

fn store(run: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // See `stored`.
        let _ = storage.set_item(KEY, run);
    }
}
