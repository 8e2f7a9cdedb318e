//! Every sentence that the terminal's trainer prints, apart from the help of its flags; those of `train sweep` are in
//! [`sweep`].

pub(super) mod sweep;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::error::FlagMistake;
use super::{Loaded, TerminalError};
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::own::SkipReason;
use crate::dataset::{Corrections, Dataset, SplitName};
use crate::history::EpochMetrics;
use crate::training::TrainingError;

/// The progress bar and the line beside it; `{msg}` is the newest loss.
pub(super) const PROGRESS: &str =
    "{wide_bar} step {human_pos} of {human_len}, loss {msg}, {eta} left";
/// The progress bar while pictures are read.
pub(super) const READING: &str = "{wide_bar} picture {human_pos} of {human_len}, {eta} left";
/// Skipped files that are named; of more, only the number is told.
const MOST_NAMED: usize = 20;
/// A run that ends without having saved its weights anywhere.
pub(super) const WEIGHTS_NOT_SAVED: &str =
    "The weights of this run were not saved; --save F writes them to a file.";
pub(super) const STOPPED_EARLY: &str = "Stopped early: the validation loss no longer fell.";
/// Why a file is not read.
pub(super) const FILE_TOO_LARGE: &str = "it is larger than a gigabyte";
/// What `--valid-share` accepts.
pub(super) const SHARE: &str = "enter a number above 0 and below 1";
/// What `--seconds` accepts.
pub(super) const SECONDS: &str = "enter a number from 0.1 to 3600";

/// The engine of a run, and the largest relative difference of its gradients from the CPU engine's.
pub(super) fn engine(name: &str, gradient_difference: f64) -> String {
    format!(
        "Engine: {name}; self-test passed, gradients within {gradient_difference:.1e} of the CPU engine's."
    )
}

/// What a run makes of the data set, if it corrects it.
pub(super) fn corrections(corrections: &Corrections) -> String {
    let out = SplitName::ALL.map(|split| corrections.left_out(split));
    let labels = corrections.len() - out[0] - out[1];
    format!(
        "Corrections: {labels} other labels; {} images left out of training, {} out of validation",
        out[0], out[1]
    )
}

/// A data set of one's own: its classes with their images, and what was skipped.
pub(super) fn own_data(loaded: &Loaded) -> Option<String> {
    let Dataset { own: Some(own), train, test, .. } = &loaded.dataset else { return None };
    let mut lines = vec![format!(
        "Data set: {}, {} classes, {} training images, {} validation images",
        own.title(),
        own.class_names().len(),
        train.len(),
        test.len()
    )];
    for (label, name) in (0_u8..).zip(own.class_names()) {
        let [train, test] =
            [train, test].map(|split| split.labels().iter().filter(|it| **it == label).count());
        lines.push(format!("  {name}: {train} + {test}"));
    }
    if loaded.skipped_count > 0 {
        lines.push(format!("Skipped {} files:", loaded.skipped_count));
        let named = loaded.skipped.iter().take(MOST_NAMED);
        lines.extend(named.map(|it| format!("  {}: {}", it.path, skipped(&it.why))));
        if loaded.skipped_count > MOST_NAMED {
            lines.push(format!("  and {} more", loaded.skipped_count - MOST_NAMED));
        }
    }
    Some(lines.join("\n"))
}

/// A data set that was written into this folder.
pub(super) fn data_written(folder: &Path) -> String {
    format!("Written to {}; `train --data` and any static host take it.", folder.display())
}

fn skipped(why: &SkipReason) -> String {
    match why {
        SkipReason::NoClass => "it lies in no class's folder".to_owned(),
        SkipReason::NoPicture => "its name does not end like that of a picture".to_owned(),
        SkipReason::TooLarge => "it has more than 40 MB".to_owned(),
        SkipReason::Gone => "it is not there any more".to_owned(),
        SkipReason::Damaged => "it is incomplete or damaged".to_owned(),
        SkipReason::TooManyPixels => "it has too many pixels".to_owned(),
        SkipReason::Unreadable(why) => format!("it cannot be read: {why}"),
        SkipReason::Undecodable(why) => format!("it cannot be decoded: {why}"),
        SkipReason::Empty => "it shows nothing but background".to_owned(),
    }
}

/// An epoch's results in the tutorial's form.
pub(super) fn epoch(metrics: &EpochMetrics, took: Duration) -> String {
    let EpochMetrics { epoch, train_loss, valid_loss, valid_accuracy, .. } = metrics;
    let seconds = took.as_secs_f64();
    format!(
        "EPOCH {epoch}: LOSS train {train_loss:.4} valid {valid_loss:.4}, accuracy \
         {valid_accuracy:.4}, {seconds:.1} s"
    )
}

/// A run that was interrupted after this many steps, and the checkpoint that holds it.
pub(super) fn interrupted(step: u64, checkpoint: &Path) -> String {
    let file = checkpoint.display();
    format!(
        "Interrupted after step {step}; the whole run is saved in {file}.\n\
         To continue: train --resume {file}"
    )
}

/// A benchmark case for the fused kernels on an engine that has none.
pub(super) fn not_fused(case: BenchmarkCase) -> String {
    format!("{case}: this engine has no fused kernels; Burn's operations were timed instead")
}

/// The result of a benchmark case on the engine with this name.
pub(super) fn measured(case: BenchmarkCase, measurement: &Measurement, engine: &str) -> String {
    let (step_ms, speed) = (measurement.step_ms, measurement.images_per_second(case));
    format!("{case}: {step_ms:.3} ms a step, {speed:.0} images a second ({engine})")
}

/// An error as the last line of a program that failed.
pub(super) fn failure(error: &TerminalError) -> String {
    format!("error: {error}")
}

impl fmt::Display for FlagMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(field, error) => write!(f, "--{}: {error}", field.key()),
            Self::NoEffect { field, optimizer, schedule } => write!(
                f,
                "--{} has no effect with optimizer {}, schedule {}",
                field.key(),
                optimizer.as_str(),
                schedule.as_str()
            ),
            Self::CorrectsOwnData => write!(
                f,
                "--corrections are of the tutorial's data set and have no meaning with another one"
            ),
            Self::WritesTutorialData => {
                write!(f, "--write-data is for a data set of your own: name its files with --data")
            }
            Self::Varied(field) => write!(
                f,
                "--{}: enter values as 1,2,3 or a range as 1..8~4, or 1..8~4~log for equal ratios",
                field.key()
            ),
            Self::Seeds => write!(f, "--seed: enter seeds as 0,1,2 or as 0..2"),
            Self::KeepsWithoutCheckpoint => {
                write!(f, "--keep-every has no effect without --checkpoint")
            }
        }
    }
}

impl fmt::Display for TerminalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags(mistakes) => {
                let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                // Below the first line, after "error: ".
                write!(f, "{}", lines.join("\n       "))
            }
            Self::Read { path, error } => write!(f, "{} cannot be read: {error}", path.display()),
            Self::Write { path, error } => write!(
                f,
                "{} cannot be written: {error}; what was there before is untouched",
                path.display()
            ),
            Self::NoData(folder) => write!(
                f,
                "there is no data set in {}: create it with `cargo xtask data`, or give its folder \
                 with --data",
                folder.display()
            ),
            Self::Data { path, error } => write!(
                f,
                "the data set cannot be used: {}: {error}; recreate it with `cargo xtask data`",
                path.display()
            ),
            Self::Own { path, error } => {
                write!(f, "{} cannot be used as a data set: {error}", path.display())
            }
            Self::Unreadable { path, file, why } => {
                write!(f, "{file} in {} cannot be read: {why}", path.display())
            }
            Self::Archive { path, error } => {
                write!(f, "{} cannot be used as a data set: {error}", path.display())
            }
            Self::PackedShards(path) => write!(
                f,
                "{} holds a data set's shards: unpack it, and give the folder with --data",
                path.display()
            ),
            Self::Checkpoint { path, error } => {
                write!(f, "{} cannot be used: {error}", path.display())
            }
            Self::Order { path, error } => write!(
                f,
                "{} is not a list of batches (a JSON list of lists of training images): {error}",
                path.display()
            ),
            Self::Onnx { path, error } => {
                write!(f, "{} was not written: {error}", path.display())
            }
            Self::Corrections { path, error } => {
                write!(f, "{} is not a list of corrections: {error}", path.display())
            }
            Self::Ended(path) => {
                write!(f, "the run in {} has ended; there is nothing to resume", path.display())
            }
            Self::Engine(error) => write!(f, "{error}; try --engine cpu"),
            Self::Training { error: error @ TrainingError::Gpu(_), saved: Some(path) } => {
                write!(f, "{error}; the last good state is in {}; try --engine cpu", path.display())
            }
            Self::Training { error: error @ TrainingError::Gpu(_), saved: None } => {
                write!(f, "{error}; try --engine cpu")
            }
            Self::Training { error, saved: Some(path) } => {
                write!(f, "{error}; the last good state is in {}", path.display())
            }
            Self::Training { error, saved: None } => write!(f, "{error}"),
            Self::Experiment { path, mistakes } => {
                let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                let told = told.join("\n       ");
                match path {
                    Some(path) => write!(f, "{} cannot be run: {told}", path.display()),
                    None => write!(f, "the experiment cannot be run: {told}"),
                }
            }
            Self::Results { path, mistake } => {
                write!(f, "{} cannot be used: {mistake}; nothing in it was changed", path.display())
            }
            Self::NoExperiment(folder) => write!(
                f,
                "there is no experiment in {}: run it with train sweep --out",
                folder.display()
            ),
            Self::OtherExperiment(folder) => write!(
                f,
                "{} is of another experiment: give another folder with --out, or the experiment.json in it",
                folder.display()
            ),
            Self::OtherData(folder) => write!(
                f,
                "the results in {} are of another data set: give that with --data, or another folder with --out",
                folder.display()
            ),
            Self::InUse(lock) => write!(
                f,
                "another process runs this experiment or this part of it, or gathers its results, and holds {}",
                lock.display()
            ),
            Self::LoopPanicked => write!(
                f,
                "a run ended the training loop that it was in, and its message stands above; what has ended is kept, and \
                 the same command again runs what is missing"
            ),
            Self::Lock { path, error } => write!(
                f,
                "{} cannot be locked: {error}; without locks, two processes could run the same, so the folder must be on a \
                 file system that has them",
                path.display()
            ),
            Self::Pack { path, error } => {
                write!(f, "{} cannot be written: {error}", path.display())
            }
            Self::Interrupts(error) => write!(f, "Ctrl-C cannot be handled: {error}"),
        }
    }
}
