//! What the person is told, as data: words and their order are the language's affair.

use leptos::prelude::*;

use super::library::DeletedThing;
use super::worker_link::{LinkError, PATIENCE_MS};
use crate::protocol::{CheckpointSummary, Failure, ProtocolError};
use crate::settings::LinkMistake;

/// A message on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Never used twice.
    pub id: u32,
    /// What went wrong.
    pub what: Complaint,
    /// What a button beside it does.
    pub remedy: Option<Remedy>,
}

/// What went wrong, in the worker or in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// The worker told of it.
    Worker(Failure),
    /// The page found it by itself.
    Page(PageFailure),
}

impl From<Failure> for Complaint {
    fn from(failure: Failure) -> Self {
        Self::Worker(failure)
    }
}

impl From<PageFailure> for Complaint {
    fn from(failure: PageFailure) -> Self {
        Self::Page(failure)
    }
}

/// What went wrong in the page, a variant for each situation that reads differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// The worker has died.
    WorkerLost {
        /// How.
        how: Box<Death>,
        /// What is stored of the work.
        kept: StoredWork,
        /// What follows.
        next: AfterDeath,
    },
    /// The browser started no worker.
    NoStart(LinkError),
    /// The worker takes its time to load.
    SlowStart {
        /// How long it has taken.
        seconds: u32,
    },
    /// There is no worker that could answer.
    NoWorker,
    /// The worker that was asked has ended before it answered. That it has, and why, is said by itself.
    WorkerEnded,
    /// The worker answered something else than was asked.
    WrongAnswer,
    /// The browser refused a download.
    NoDownload {
        /// What the browser says.
        browser_text: String,
    },
    /// A file is larger than any that is taken in.
    FileTooLarge {
        /// Its name.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// There was no space left to keep what was deleted.
    RemovedForGood(DeletedThing),
    /// The browser gave no access to a file.
    UnreadableFile {
        /// Its name.
        file: String,
        /// What the browser says.
        browser_text: String,
    },
    /// The worker ended while it read the first of these files.
    UnreadFiles {
        /// Their names.
        files: Vec<String>,
    },
    /// The browser refused to reload.
    NoReload {
        /// What the browser says.
        browser_text: String,
    },
    /// A link asks to start with settings that cannot be used.
    LinkSettings,
    /// A link says what means nothing here.
    LinkNotUnderstood {
        /// What it says.
        mistakes: Vec<LinkMistake>,
        /// Whether it asks to start, which was not done because of that.
        kept_from_starting: bool,
    },
    /// A link asks to measure what is no case.
    UnknownCases {
        /// Its words.
        words: Vec<String>,
    },
}

/// How a worker died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// The line to it broke.
    Link(LinkError),
    /// It said so itself.
    Told(Failure),
}

impl Death {
    /// Whether only a reload helps: page and worker are of different builds.
    pub(super) const fn needs_reload(&self) -> bool {
        matches!(self, Self::Link(LinkError::Protocol(ProtocolError::Version { .. })))
    }
}

impl From<LinkError> for Death {
    fn from(error: LinkError) -> Self {
        Self::Link(error)
    }
}

impl From<Failure> for Death {
    fn from(failure: Failure) -> Self {
        Self::Told(failure)
    }
}

/// What is stored when a worker has died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredWork {
    /// The run that was interrupted, up to a step.
    UpToStep(u64),
    /// So many checkpoints, where no run was interrupted that has one.
    Checkpoints(usize),
}

/// What follows when a worker has died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterDeath {
    /// A new worker has been started.
    NewWorker,
    /// A new worker has been started, and the interrupted run can go on.
    NewWorkerAndResume,
    /// Workers keep dying, so none was started.
    GivenUp,
    /// Only loading the page again helps.
    Reload,
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
    pub fn notify(self, what: impl Into<Complaint>, remedy: Option<Remedy>) {
        let what = what.into();
        let id = self.count.try_update_value(|count| {
            *count += 1;
            *count
        });
        let id = id.unwrap_or_default();
        self.list.update(|notices| {
            // The same failure may be told by a run and by a command; it is shown once.
            let same = notices.iter().position(|notice| notice.what == what);
            let remedy = remedy.or(same.and_then(|at| notices.remove(at).remedy));
            notices.push(Notice { id, what, remedy });
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
pub(super) fn what_is_kept(stored: &[CheckpointSummary], interrupted: Option<&str>) -> StoredWork {
    let last =
        interrupted.and_then(|name| stored.iter().find(|checkpoint| checkpoint.name == name));
    last.map_or(StoredWork::Checkpoints(stored.len()), |last| StoredWork::UpToStep(last.step))
}

/// The worker takes its time to load.
pub(super) const fn slow_start() -> Complaint {
    Complaint::Page(PageFailure::SlowStart { seconds: PATIENCE_MS / 1000 })
}

/// There is no worker that could answer.
pub(super) const fn no_worker() -> Complaint {
    Complaint::Page(PageFailure::NoWorker)
}

/// The worker that was asked has ended before it answered.
pub(super) const fn worker_ended() -> Complaint {
    Complaint::Page(PageFailure::WorkerEnded)
}

/// The worker answered something else than was asked.
pub(super) const fn wrong_answer() -> Complaint {
    Complaint::Page(PageFailure::WrongAnswer)
}

/// Whether a failure is of the worker and not of what was asked of it.
pub(super) const fn is_of_worker(what: &Complaint) -> bool {
    matches!(what, Complaint::Page(PageFailure::WorkerEnded | PageFailure::NoWorker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_with_the_worker_is_told_from_what_was_refused() {
        assert!(is_of_worker(&worker_ended()) && is_of_worker(&no_worker()));
        assert!(!is_of_worker(&wrong_answer()));
        assert!(!is_of_worker(&Failure::NoRunUnderWay.into()));
    }
}
