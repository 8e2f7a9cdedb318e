//! What the person is told: what happened, what was kept, what to do next.

use leptos::prelude::*;

use super::worker_link::{LinkError, PATIENCE_MS};
use crate::protocol::{CheckpointSummary, Failure, ProtocolError};

/// A message on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Never used twice.
    pub id: u32,
    /// The words.
    pub failure: Failure,
    /// What a button beside it does.
    pub remedy: Option<Remedy>,
}

/// What a message offers to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Fetch the data anew.
    RetryData,
    /// Go on with the run of this checkpoint, if it is stored.
    Resume(String),
    /// Start a worker again.
    RestartWorker,
    /// Load the page again.
    Reload,
}

/// More messages than this nobody reads; the oldest go.
const MOST_NOTICES: usize = 4;

/// How a worker died.
pub(super) struct Death {
    /// What happened.
    pub happened: String,
    /// What to do if no new worker is started.
    pub next: String,
    /// Whether only a reload helps: page and worker are of different builds.
    pub needs_reload: bool,
}

impl From<Failure> for Death {
    fn from(failure: Failure) -> Self {
        Self { happened: failure.happened, next: failure.next, needs_reload: false }
    }
}

/// What comes next when a new worker has been started.
pub(super) const NEW_WORKER: &str = "A new worker has been started.";
/// The same, when a run was interrupted.
pub(super) const NEW_WORKER_AND_RESUME: &str =
    "A new worker has been started. You can resume the run.";

/// The messages on the page, oldest first.
#[derive(Clone, Copy)]
pub struct Notices {
    /// At most [`MOST_NOTICES`].
    pub list: RwSignal<Vec<Notice>>,
    /// How many there have been in all.
    count: StoredValue<u32>,
}

impl Notices {
    pub(super) fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), count: StoredValue::new(0) }
    }

    /// Shows a message.
    pub fn notify(self, failure: Failure, remedy: Option<Remedy>) {
        let id = self.count.try_update_value(|count| {
            *count += 1;
            *count
        });
        let id = id.unwrap_or_default();
        self.list.update(|notices| {
            // The same failure may be told by a run and by a command; it is shown once.
            let same = notices.iter().position(|notice| notice.failure == failure);
            let remedy = remedy.or(same.and_then(|at| notices.remove(at).remedy));
            notices.push(Notice { id, failure, remedy });
            let surplus = notices.len().saturating_sub(MOST_NOTICES);
            notices.drain(..surplus);
        });
    }

    /// Takes a message off the page.
    pub fn dismiss(self, id: u32) {
        self.remove(|notice| notice.id == id);
    }

    pub(super) fn remove(self, unwanted: impl Fn(&Notice) -> bool) {
        if self.list.with_untracked(|notices| notices.iter().any(&unwanted)) {
            self.list.update(|notices| notices.retain(|notice| !unwanted(notice)));
        }
    }
}

/// What is safe when a worker has died, perhaps in the run of this checkpoint.
pub(super) fn what_is_kept(stored: &[CheckpointSummary], interrupted: Option<&str>) -> String {
    let last =
        interrupted.and_then(|name| stored.iter().find(|checkpoint| checkpoint.name == name));
    match (last, stored.len()) {
        (Some(last), _) => format!("The run is kept up to step {}.", last.step),
        (None, 0) => "Nothing had been stored yet.".to_owned(),
        (None, 1) => "The stored checkpoint is kept.".to_owned(),
        (None, count) => format!("The {count} stored checkpoints are kept."),
    }
}

/// What a broken link means for the person.
pub(super) fn broken_link(error: &LinkError) -> Death {
    let needs_reload = matches!(error, LinkError::Protocol(ProtocolError::Version { .. }));
    let next = if needs_reload {
        "Reload the page to get both from the same build."
    } else {
        "Workers keep failing, so no new one was started. Reload the page, or try another engine or \
         a smaller batch."
    };
    Death {
        happened: format!("The training worker is gone: {error}."),
        next: next.to_owned(),
        needs_reload,
    }
}

/// The browser started no worker.
pub(super) fn no_start(error: &LinkError) -> Failure {
    failure(&format!("Training cannot start: {error}."), "Allow workers for this page, then retry.")
}

/// The worker takes its time to load.
pub(super) fn slow_start() -> Failure {
    failure(
        &format!("The training worker has not started within {} seconds.", PATIENCE_MS / 1000),
        "It may still be on its way on a slow connection. If nothing changes, reload the page.",
    )
}

/// There is no worker that could answer.
pub(super) fn no_worker() -> Failure {
    failure("The training worker is not running.", "Start it again.")
}

/// The worker that was asked has ended before it answered. That it has, and why, is said by itself.
pub(super) fn worker_ended() -> Failure {
    Failure {
        happened:
            "The last request may not have been completed: the worker ended before it answered."
                .to_owned(),
        kept: "Everything that had been stored.".to_owned(),
        next: "Check whether it was done, and try again if not.".to_owned(),
    }
}

/// Whether a failure is of the worker and not of what was asked of it.
pub(super) fn is_of_worker(failure: &Failure) -> bool {
    *failure == worker_ended() || *failure == no_worker()
}

/// The worker answered something else than was asked.
pub(super) fn wrong_answer() -> Failure {
    failure("The worker gave an answer of the wrong kind.", "Reload the page and try again.")
}

/// The browser refused a download.
pub(super) fn no_download(words: &str) -> Failure {
    failure(
        &format!("The browser refused the download: {words}."),
        "Allow downloads for this page, then try again.",
    )
}

/// A file is larger than any that is taken in.
pub(super) fn too_large(name: &str, bytes: f64) -> Failure {
    failure(
        &format!(
            "{name} was not read: {:.0} MB are more than any run or checkpoint has.",
            bytes / 1e6
        ),
        "Choose a safetensors file, a state dict that torch.save wrote, or a run exported from Atelier.",
    )
}

/// There was no space left to keep what was deleted.
pub(super) fn removed_for_good(what: &str) -> Failure {
    Failure {
        happened: format!(
            "Deleted for good: {what}. There was no space left to keep it for a while."
        ),
        kept: "Everything else in the library.".to_owned(),
        next: "Nothing: storing goes on by itself in the space that is free now.".to_owned(),
    }
}

/// The browser gave no access to a file.
pub(super) fn unreadable_file(name: &str, words: &str) -> Failure {
    failure(&format!("{name} could not be read: {words}."), "Choose it again.")
}

/// Names that a message lists; further ones are counted.
const MOST_LISTED: usize = 8;

/// The worker ended while it read the first of these files.
pub(super) fn unread_files(names: &[String]) -> Failure {
    let listed = names.iter().take(MOST_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let listed = match names.len().saturating_sub(MOST_LISTED) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    };
    let happened = match names {
        [_] => format!("{listed} was not read: the worker that was to read it is gone."),
        _ => format!(
            "These files were not read, as the worker that was to read them is gone: {listed}."
        ),
    };
    failure(&happened, "Choose them again. If the first one crashed the worker, leave it out.")
}

/// The browser refused to reload.
pub(super) fn no_reload(words: &str) -> Failure {
    failure(
        &format!("The page could not reload itself: {words}."),
        "Reload it with the browser's button.",
    )
}

fn failure(happened: &str, next: &str) -> Failure {
    let kept = "Stored runs and checkpoints are untouched.";
    Failure { happened: happened.to_owned(), kept: kept.to_owned(), next: next.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_were_not_read_are_all_accounted_for() {
        let names = |count: usize| (0..count).map(|at| format!("{at}.pt")).collect::<Vec<_>>();
        assert!(unread_files(&names(1)).happened.starts_with("0.pt was not read"));
        assert!(unread_files(&names(3)).happened.ends_with(": 0.pt, 1.pt, 2.pt."));
        assert!(unread_files(&names(20)).happened.ends_with("7.pt and 12 more."));
    }

    #[test]
    fn what_ended_with_the_worker_is_told_from_what_was_refused() {
        assert!(is_of_worker(&worker_ended()) && is_of_worker(&no_worker()));
        assert!(!is_of_worker(&wrong_answer()));
    }
}
