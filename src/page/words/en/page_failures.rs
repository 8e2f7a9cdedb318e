//! What went wrong in the page, in English.

use super::causes::{quoted, understanding};
use super::failures::{self, sentences};
use super::library::deleted;
use crate::page::session::{AfterDeath, Death, LinkError, PageFailure, StoredWork};
use crate::page::words::Told;
use crate::page::words::failures::shortened;
use crate::protocol::{Failure, ProtocolError};
use crate::settings::LinkMistake;

/// Which files the library imports.
pub const WHAT_IS_TAKEN: &str =
    "Choose a safetensors file, a state dict saved by torch.save, or a run exported from Atelier.";
const LIBRARY_UNTOUCHED: &str = "Stored runs and checkpoints are untouched.";
/// How many names a message lists; it only counts the rest.
const MOST_LISTED: usize = 8;
/// How many of a link's mistakes a message describes; nobody reads more.
const MOST_MISTAKES: usize = 5;

/// A failure in the page.
pub fn told(failure: &PageFailure) -> Told {
    match failure {
        PageFailure::WorkerLost { how, kept, set_aside, next } => {
            sentences(death(how), stored(*kept, set_aside.as_deref()), after_death(*next))
        }
        PageFailure::GpuLost { how } => sentences(
            failures::told(how).happened,
            "Every checkpoint saved so far is kept.",
            "A new worker is asking for the GPU again.",
        ),
        PageFailure::Resumed { after, step } => {
            let happened = (failures::WORDS.told)(after).happened;
            let kept = match step {
                0 => "It had no checkpoint yet and has begun again.".to_owned(),
                step => format!("It has gone on from its checkpoint after step {step}."),
            };
            sentences(
                format!("{happened} The run goes on by itself."),
                kept,
                "You need not do anything.",
            )
        }
        PageFailure::Reloaded => sentences(
            "The page was reloaded in the middle of a run.",
            LIBRARY_UNTOUCHED,
            "Resume the run to continue.",
        ),
        PageFailure::NoStart(error) => sentences(
            format!("Training cannot start: {}.", link(error)),
            LIBRARY_UNTOUCHED,
            "Allow workers for this page, then try again.",
        ),
        PageFailure::SlowStart { seconds } => sentences(
            format!("The training worker has not started after {seconds} seconds."),
            LIBRARY_UNTOUCHED,
            "It may still be loading over a slow connection. If nothing changes, reload the page.",
        ),
        PageFailure::NoWorker => {
            sentences("The training worker is not running.", LIBRARY_UNTOUCHED, "Start it again.")
        }
        PageFailure::WorkerEnded => sentences(
            "The last request may not have been completed: the worker ended before it answered.",
            "Everything stored so far is kept.",
            "Check whether it was completed, and try again if not.",
        ),
        PageFailure::WrongAnswer => sentences(
            "The worker sent the wrong kind of answer.",
            LIBRARY_UNTOUCHED,
            "Reload the page and try again.",
        ),
        PageFailure::NoDownload { browser_text } => sentences(
            format!("The browser refused the download: {}.", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "Allow downloads for this page, then try again.",
        ),
        PageFailure::FileTooLarge { file, bytes } => sentences(
            format!(
                "{file} was not read: at {:.0} MB it is larger than any run or checkpoint.",
                *bytes as f64 / 1e6
            ),
            LIBRARY_UNTOUCHED,
            WHAT_IS_TAKEN,
        ),
        PageFailure::OwnSetGone => sentences(
            "Your data set is not kept in this browser any more.",
            "Runs and checkpoints are kept. Fashion-MNIST is chosen instead.",
            "To train on your data set again, add its files again.",
        ),
        PageFailure::RemovedForGood(what) => sentences(
            format!("Deleted for good: {}. There was no space left for undoing it.", deleted(what)),
            "Everything else in the library is kept.",
            "You need not do anything: storing continues in the space that is now free.",
        ),
        PageFailure::UnreadableFile { file, browser_text } => sentences(
            format!("{file} could not be read: {}.", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "Choose it again.",
        ),
        PageFailure::FilesWorkerLost { how, files } => sentences(
            unread(files, &cause(how)),
            "Stored runs and checkpoints are untouched, and a run in progress goes on.",
            if files.is_empty() {
                "Try again. If it fails again, reload the page, or export less at once."
            } else {
                "Choose again. If it fails again, reload the page; what needs too much memory cannot be \
                 imported."
            },
        ),
        PageFailure::PhotoWorkerLost { how } => sentences(
            format!("The worker that finds garments in photos has stopped: {}.", cause(how)),
            "Stored runs and checkpoints are untouched, and a run in progress goes on.",
            "Try again. If it fails again, reload the page, or draw the garment instead.",
        ),
        PageFailure::InsightWorkerLost { how } => sentences(
            format!("The worker that looks into the network has stopped: {}.", cause(how)),
            "Stored runs and checkpoints are untouched, and a run in progress goes on.",
            "Try again. If it fails again, reload the page.",
        ),
        PageFailure::InsightNotLoaded { browser_text } => sentences(
            format!("This part of the page could not be loaded: {}.", quoted(browser_text)),
            "Everything else works, and a run in progress goes on.",
            "Check the connection and try again.",
        ),
        PageFailure::NoReload { browser_text } => sentences(
            format!("The page could not reload: {}.", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "Use the browser's reload button.",
        ),
        PageFailure::LinkSettings => sentences(
            "The link's settings cannot be used, so nothing was started.",
            "The form holds the settings from the link.",
            "Correct the marked fields, then press Start.",
        ),
        PageFailure::LinkNotUnderstood { mistakes, kept_from_starting } => sentences(
            format!("Part of the link was not understood: {}.", listed(mistakes)),
            "The form holds the rest of the link.",
            if *kept_from_starting {
                "Nothing was started. Check the settings, then press Start."
            } else {
                "Check the settings before you press Start."
            },
        ),
        PageFailure::RunNotHere { run } => sentences(
            format!("This browser's library has no run {run}."),
            "The runs that it has are unchanged.",
            "Choose one under Runs, or import the run from a file.",
        ),
        PageFailure::UnknownCases { words } => {
            let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            sentences(
                format!("The link asks to measure unknown cases: {}.", quoted.join(", ")),
                "The link's other cases are in the benchmark.",
                "Write a case like webgpu-fused-64 or cpu-general-4.",
            )
        }
    }
}

fn death(how: &Death) -> String {
    match how {
        Death::Link(error) => format!("The training worker is gone: {}.", link(error)),
        Death::Told(failure) => failures::told(failure).happened,
    }
}

fn cause(how: &Death) -> String {
    match how {
        Death::Link(error) => link(error),
        Death::Told(Failure::WorkerPanicked { panic_text }) => quoted(panic_text).to_owned(),
        Death::Told(failure) => failures::told(failure).happened,
    }
}

fn link(error: &LinkError) -> String {
    match error {
        LinkError::Refused(text) => {
            format!("the browser refused to start the worker: {}", quoted(text))
        }
        LinkError::NotLoaded => "its script could not be loaded".to_owned(),
        LinkError::Script(text) => format!("its script failed: {}", quoted(text)),
        LinkError::Silent(seconds) => format!("it has been silent for {seconds} seconds"),
        LinkError::DoesNotStop(seconds) => {
            format!("its run had not stopped after {seconds} seconds")
        }
        LinkError::Lost => "a message between the page and the worker was lost".to_owned(),
        LinkError::Carriage(text) => {
            format!("a message between the page and the worker was lost: {}", quoted(text))
        }
        LinkError::Protocol(error @ ProtocolError::Version { .. }) => {
            format!("it comes from another build: {}", understanding(error))
        }
        LinkError::Protocol(error) => understanding(error),
    }
}

fn stored(kept: StoredWork, set_aside: Option<&str>) -> String {
    let kept = match kept {
        StoredWork::UpToStep(step) => format!("The run is kept up to step {step}."),
        StoredWork::Checkpoints(0) => "Nothing had been stored yet.".to_owned(),
        StoredWork::Checkpoints(1) => "The stored checkpoint is kept.".to_owned(),
        StoredWork::Checkpoints(count) => format!("The {count} stored checkpoints are kept."),
    };
    match set_aside {
        Some(name) => {
            format!("{kept} It was reading {name}, which is not read again unless you ask for it.")
        }
        None => kept,
    }
}

const fn after_death(next: AfterDeath) -> &'static str {
    match next {
        AfterDeath::NewWorker => "A new worker has been started.",
        AfterDeath::NewWorkerAndResume => "A new worker has been started. You can resume the run.",
        AfterDeath::RunGoesOn => "A new worker has been started, in which the run goes on.",
        AfterDeath::GivenUp => {
            "Workers keep failing, so no new one was started. Reload the page, or try another engine \
             or a smaller batch. The report says what failed, and holds no data of yours."
        }
        AfterDeath::Reload => "Reload the page to load both from the same build.",
    }
}

fn unread(files: &[String], cause: &str) -> String {
    let listed = files.iter().take(MOST_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let listed = match files.len().saturating_sub(MOST_LISTED) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    };
    match files {
        [] => format!("The file was not exported: the file worker stopped ({cause})."),
        [_] => format!("{listed} was not imported: the file worker stopped ({cause})."),
        _ => format!(
            "These files were not imported: {listed}. The file worker stopped at the first ({cause})."
        ),
    }
}

fn listed(mistakes: &[LinkMistake]) -> String {
    let told = mistakes.iter().take(MOST_MISTAKES).map(|mistake| match mistake {
        LinkMistake::Key { key, nearest: Some(nearest) } => {
            format!("{:?} (did you mean {nearest:?}?)", shortened(key))
        }
        LinkMistake::Key { key, nearest: None } => format!("{:?}", shortened(key)),
        LinkMistake::Word { key, word, offered } => {
            format!("{key} {:?} (choose {})", shortened(word), one_of(offered))
        }
    });
    let mut told: Vec<_> = told.collect();
    let more = mistakes.len().saturating_sub(MOST_MISTAKES);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}

fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::LinkSettings;

    #[test]
    fn files_that_were_not_imported_are_all_accounted_for() {
        let told = |count: usize| {
            let files = (0..count).map(|at| format!("{at}.pt")).collect();
            let how = Box::new(Death::Link(LinkError::Silent(4)));
            told(&PageFailure::FilesWorkerLost { how, files }).happened
        };
        assert!(told(0).starts_with("The file was not exported"));
        assert!(told(1).starts_with("0.pt was not imported"));
        assert!(told(3).contains(": 0.pt, 1.pt, 2.pt."));
        assert!(told(20).contains("7.pt and 12 more."));
    }

    #[test]
    fn what_a_link_says_that_means_nothing_is_told_with_what_may_be_meant() {
        let told = |pairs: &[(&str, &str)], kept_from_starting| {
            let mistakes = LinkSettings::from_pairs(pairs.iter().copied()).mistakes;
            told(&PageFailure::LinkNotUnderstood { mistakes, kept_from_starting })
        };
        let failure = told(&[("batchsize", "64"), ("cutmix", "1"), ("optimizer", "lion")], false);
        assert_eq!(
            failure.happened,
            "Part of the link was not understood: \"batchsize\" (did you mean \"batch\"?); \"cutmix\"; \
             optimizer \"lion\" (choose sgd, asgd, adagrad, adam, adamw or rmsprop)."
        );
        assert!(told(&[("optimizer", "lion")], true).next.starts_with("Nothing was started."));
        let many: Vec<String> = (10..20).map(|number| format!("zzz{number}")).collect();
        let pairs: Vec<_> = many.iter().map(|key| (key.as_str(), "1")).collect();
        assert!(told(&pairs, false).happened.ends_with("\"zzz14\"; and 5 more."));
        assert!(told(&[("engine", &"x".repeat(9_000))], false).happened.len() < 200);
    }
}
