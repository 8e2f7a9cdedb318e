//! Messages as data; `page/words` makes the sentences.

use leptos::prelude::*;

use super::library::DeletedThing;
use super::worker_link::{LinkError, PATIENCE_MS};
use crate::protocol::{CheckpointSummary, Failure, ProtocolError};
use crate::settings::LinkMistake;

/// A message on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Unique.
    pub id: u32,
    /// What went wrong.
    pub what: Complaint,
    /// The action that a button beside it offers.
    pub remedy: Option<Remedy>,
}

/// A failure in the worker or in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Reported by the worker.
    Worker(Failure),
    /// Detected by the page.
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
    /// The data set of one's own that was chosen is not kept any more.
    OwnSetGone,
    /// The worker has died.
    WorkerLost {
        /// How.
        how: Box<Death>,
        /// The work that is stored.
        kept: StoredWork,
        /// The checkpoint that it was reading, which is not read again by itself.
        set_aside: Option<String>,
        /// What happens next.
        next: AfterDeath,
    },
    /// The GPU has failed, and the run is about to go on with it.
    GpuLost {
        /// How.
        how: Box<Failure>,
    },
    /// A run goes on by itself after it was cut off.
    Resumed {
        /// What had cut it off.
        after: Box<Complaint>,
        /// The steps that it has kept.
        step: u64,
    },
    /// The page was reloaded while a run was in progress.
    Reloaded,
    /// The browser started no worker.
    NoStart(LinkError),
    /// The worker is slow to load.
    SlowStart {
        /// How long it has taken so far.
        seconds: u32,
    },
    /// There is no worker to answer.
    NoWorker,
    /// The worker ended before it answered. Another message says that it ended, and why.
    WorkerEnded,
    /// The worker sent the wrong kind of answer.
    WrongAnswer,
    /// The browser refused a download.
    NoDownload {
        /// The browser's message.
        browser_text: String,
    },
    /// A file is above the import's size limit.
    FileTooLarge {
        /// Its name.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// There was no space left for undoing a deletion.
    RemovedForGood(DeletedThing),
    /// The browser denied access to a file.
    UnreadableFile {
        /// Its name.
        file: String,
        /// The browser's message.
        browser_text: String,
    },
    /// The worker for files has died.
    FilesWorkerLost {
        /// How.
        how: Box<Death>,
        /// The names of the file that it was reading and of those that were to be read after it; none if it was
        /// writing one.
        files: Vec<String>,
    },
    /// The worker that finds garments in photos has died.
    PhotoWorkerLost {
        /// How.
        how: Box<Death>,
    },
    /// The worker for insight has died.
    InsightWorkerLost {
        /// How.
        how: Box<Death>,
    },
    /// The part of the page that looks into networks could not be loaded.
    InsightNotLoaded {
        /// The browser's message, or the loader's.
        browser_text: String,
    },
    /// The browser refused to reload.
    NoReload {
        /// The browser's message.
        browser_text: String,
    },
    /// A link asks to start a run with invalid settings.
    LinkSettings,
    /// Part of a link was not understood.
    LinkNotUnderstood {
        /// The parts that were not understood.
        mistakes: Vec<LinkMistake>,
        /// Whether the link asked to start a run, which this prevented.
        kept_from_starting: bool,
    },
    /// The address names a run that this browser's library does not have.
    RunNotHere {
        /// Its name.
        run: String,
    },
    /// A link asks to measure unknown cases.
    UnknownCases {
        /// The words that name no case.
        words: Vec<String>,
    },
}

/// How a worker died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// The connection to it broke.
    Link(LinkError),
    /// The worker reported it.
    Told(Failure),
}

impl Death {
    /// Whether only a reload helps, because the page and the worker come from different builds.
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

/// What is stored when a worker dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredWork {
    /// The interrupted run, up to this step.
    UpToStep(u64),
    /// This many checkpoints; no run with a checkpoint was interrupted.
    Checkpoints(usize),
}

/// What happens after a worker has died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterDeath {
    /// A new worker has been started.
    NewWorker,
    /// A new worker has been started, and the interrupted run can be resumed.
    NewWorkerAndResume,
    /// A new worker has been started, in which the interrupted run goes on.
    RunGoesOn,
    /// Workers keep dying, so none was started.
    GivenUp,
    /// Only reloading the page helps.
    Reload,
}

/// An action that a message offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Fetch the data again.
    RetryData,
    /// Resume the run of this checkpoint, if it is stored.
    Resume(String),
    /// Let the run go on with the CPU engine.
    GoOnWithCpu,
    /// Start a worker again.
    RestartWorker,
    /// Reload the page.
    Reload,
}

impl Notice {
    /// Whether it says that a run is about to go on by itself.
    pub(super) const fn announces_that_the_run_goes_on(&self) -> bool {
        matches!(
            self.what,
            Complaint::Page(
                PageFailure::WorkerLost { next: AfterDeath::RunGoesOn, .. }
                    | PageFailure::GpuLost { .. }
                    | PageFailure::Resumed { .. }
            )
        )
    }

    /// Whether a later failure of a worker or of the GPU makes it obsolete.
    pub(super) const fn tells_of_an_earlier_failure(&self) -> bool {
        let what = &self.what;
        self.announces_that_the_run_goes_on()
            || matches!(what, Complaint::Page(PageFailure::WorkerLost { .. }))
    }

    /// Whether it says that nothing is tried again by itself.
    pub const fn gives_up(&self) -> bool {
        let what = &self.what;
        matches!(what, Complaint::Page(PageFailure::WorkerLost { next: AfterDeath::GivenUp, .. }))
    }

    /// The steps that a run has kept which goes on by itself, if it says that one does.
    pub const fn resumed_at(&self) -> Option<u64> {
        match self.what {
            Complaint::Page(PageFailure::Resumed { step, .. }) => Some(step),
            _ => None,
        }
    }
}

/// Nobody reads more messages than this; the oldest are dropped.
const MOST_NOTICES: usize = 4;

/// The messages on the page, oldest first.
#[derive(Clone, Copy)]
pub struct Notices {
    /// At most [`MOST_NOTICES`].
    pub list: RwSignal<Vec<Notice>>,
    /// How many messages there have been.
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
            // A run and a command may report the same failure; it is shown once.
            let same = notices.iter().position(|notice| notice.what == what);
            let remedy = remedy.or(same.and_then(|at| notices.remove(at).remedy));
            notices.push(Notice { id, what, remedy });
            let surplus = notices.len().saturating_sub(MOST_NOTICES);
            notices.drain(..surplus);
        });
    }

    /// Dismisses a message.
    pub fn dismiss(self, id: u32) {
        self.remove(|notice| notice.id == id);
    }

    pub(super) fn remove(self, unwanted: impl Fn(&Notice) -> bool) {
        if self.list.with_untracked(|notices| notices.iter().any(&unwanted)) {
            self.list.update(|notices| notices.retain(|notice| !unwanted(notice)));
        }
    }
}

/// What is kept when a worker has died, possibly during the run of this checkpoint.
pub(super) fn what_is_kept(stored: &[CheckpointSummary], interrupted: Option<&str>) -> StoredWork {
    let last =
        interrupted.and_then(|name| stored.iter().find(|checkpoint| checkpoint.name == name));
    last.map_or(StoredWork::Checkpoints(stored.len()), |last| StoredWork::UpToStep(last.step))
}

/// A worker's death as such.
pub(super) fn of_death(how: Death) -> Complaint {
    let (kept, next) = (StoredWork::Checkpoints(0), AfterDeath::NewWorker);
    PageFailure::WorkerLost { how: Box::new(how), kept, set_aside: None, next }.into()
}

/// The worker is slow to load.
pub(super) const fn slow_start() -> Complaint {
    Complaint::Page(PageFailure::SlowStart { seconds: PATIENCE_MS / 1000 })
}

/// There is no worker to answer.
pub(super) const fn no_worker() -> Complaint {
    Complaint::Page(PageFailure::NoWorker)
}

/// The worker ended before it answered.
pub(super) const fn worker_ended() -> Complaint {
    Complaint::Page(PageFailure::WorkerEnded)
}

/// The worker sent the wrong kind of answer.
pub const fn wrong_answer() -> Complaint {
    Complaint::Page(PageFailure::WrongAnswer)
}

/// Whether the worker itself failed, rather than the request.
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
