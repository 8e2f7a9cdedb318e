//! Everything that may be told, for the tests of every language.

use crate::page::session::{
    AfterDeath, Complaint, Death, DeletedThing, LinkError, PageFailure, StoredWork,
};
use crate::protocol::failure_tests::samples;
use crate::protocol::{Failure, ProtocolError};
use crate::settings::LinkSettings;

fn link_errors() -> Vec<LinkError> {
    let browser_text = || "Worker is not allowed.".to_owned();
    vec![
        LinkError::Refused(browser_text()),
        LinkError::NotLoaded,
        LinkError::Script(browser_text()),
        LinkError::Silent(4),
        LinkError::DoesNotStop(30),
        LinkError::Lost,
        LinkError::Carriage(browser_text()),
        LinkError::Protocol(ProtocolError::Version { theirs: 5 }),
        LinkError::Protocol(ProtocolError::NoBytes),
    ]
}

fn files_worker_lost(files: Vec<String>) -> PageFailure {
    PageFailure::FilesWorkerLost { how: Box::new(Death::Link(LinkError::Silent(4))), files }
}

fn deaths() -> Vec<PageFailure> {
    let how = link_errors().into_iter().map(Death::Link);
    let how = how.chain(samples().into_iter().take(2).map(Death::Told));
    let kept = [
        StoredWork::UpToStep(1_000),
        StoredWork::Checkpoints(0),
        StoredWork::Checkpoints(1),
        StoredWork::Checkpoints(2),
    ];
    let next = [
        AfterDeath::NewWorker,
        AfterDeath::NewWorkerAndResume,
        AfterDeath::RunGoesOn,
        AfterDeath::GivenUp,
        AfterDeath::Reload,
    ];
    how.zip(kept.into_iter().cycle().zip(next.into_iter().cycle()))
        .zip([None, Some("model_20261125_101010_last".to_owned())].into_iter().cycle())
        .map(|((how, (kept, next)), set_aside)| PageFailure::WorkerLost {
            how: Box::new(how),
            kept,
            set_aside,
            next,
        })
        .collect()
}

fn of_the_page() -> Vec<PageFailure> {
    let (file, browser_text) = (|| "weights.pt".to_owned(), || "NotAllowedError.".to_owned());
    let pairs = [("batchsize", "64"), ("cutmix", "1"), ("optimizer", "lion")];
    let mistakes = || LinkSettings::from_pairs(pairs).mistakes;
    let mut all = vec![
        PageFailure::SlowStart { seconds: 30 },
        PageFailure::GpuLost { how: Box::new(Failure::NoRunUnderWay) },
        PageFailure::Reloaded,
        PageFailure::Resumed { after: Box::new(Failure::NoRunUnderWay.into()), step: 0 },
        PageFailure::Resumed { after: Box::new(Failure::NoRunUnderWay.into()), step: 940 },
        PageFailure::NoWorker,
        PageFailure::WorkerEnded,
        PageFailure::WrongAnswer,
        PageFailure::NoDownload { browser_text: browser_text() },
        PageFailure::FileTooLarge { file: file(), bytes: 2_147_483_653 },
        PageFailure::RemovedForGood(DeletedThing::Runs(3)),
        PageFailure::UnreadableFile { file: file(), browser_text: browser_text() },
        PageFailure::PhotoWorkerLost { how: Box::new(Death::Link(LinkError::Silent(4))) },
        files_worker_lost(Vec::new()),
        files_worker_lost(vec![file()]),
        files_worker_lost(vec![file(), file()]),
        PageFailure::InsightWorkerLost { how: Box::new(Death::Link(LinkError::Silent(4))) },
        PageFailure::InsightNotLoaded { browser_text: browser_text() },
        PageFailure::NoReload { browser_text: browser_text() },
        PageFailure::LinkSettings,
        PageFailure::RunNotHere { run: "20261125_101010".to_owned() },
        PageFailure::LinkNotUnderstood { mistakes: mistakes(), kept_from_starting: true },
        PageFailure::LinkNotUnderstood { mistakes: mistakes(), kept_from_starting: false },
        PageFailure::UnknownCases { words: vec!["abacus".to_owned()] },
    ];
    all.extend(link_errors().into_iter().map(PageFailure::NoStart));
    all.extend(deaths());
    all
}

/// What may be told, in the worker and in the page.
pub fn everything() -> impl Iterator<Item = Complaint> {
    let worker = samples().into_iter().map(Complaint::Worker);
    worker.chain(of_the_page().into_iter().map(Complaint::Page))
}
