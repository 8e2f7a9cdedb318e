//! An experiment with its results and its runs in one file, which the page can import.
//!
//! The file is a ZIP archive in which nothing is compressed: `experiment.json` is the experiment as a person may write it,
//! `results.jsonl` has a line for each run that has ended, and `runs/NNNNNN.zip` are the runs by their numbers, each the
//! archive that [`super::bundle`] describes, with which it can also be imported by itself. Runs may be missing.

use std::io::{Seek, Write};

use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::archive::{Archive, ArchiveError};
use super::bundle::{self, Bundle, BundleError};
use crate::checkpoint::{Checkpoint, CheckpointError, write_checkpoint};
use crate::dataset::DataSetIdentity;
use crate::experiment::{Experiment, Lines, Mistake, PlannedRun, RunEnd, RunResult, Runs};
use crate::history::{CheckpointRole, Ending, History};
use crate::library::{
    ExperimentRun, Origin, RunEdit, RunLabels, RunMetrics, RunRecord, RunState, Timeline, summarize,
};

/// The file that identifies such an archive.
const EXPERIMENT: &str = "experiment.json";
const RESULTS: &str = "results.jsonl";
/// In bytes: what a hundred thousand results take.
const MOST_RESULTS: u64 = 512 << 20;
/// In bytes: more than a run of ten million steps takes.
const MOST_RUN: u64 = 256 << 20;

/// The largest archive that the page imports, in bytes.
pub const MOST_BYTES: u64 = 512 << 20;
/// The most runs in an archive that the page imports.
pub const MOST_RUNS: usize = 9_000;

/// Why an archive is not an experiment.
#[derive(Debug, Error)]
pub enum ExperimentError {
    /// It cannot be packed or unpacked.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file is missing.
    #[error("{0} is missing from it")]
    Missing(&'static str),
    /// Its experiment or its results are wrong.
    #[error("its {file}: {mistake}")]
    Wrong {
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        mistake: Mistake,
    },
    /// A run in it cannot be read.
    #[error("run {number} in it: {source}")]
    Run {
        /// The run's number.
        number: u32,
        /// Why.
        source: Box<BundleError>,
    },
    /// A run in it has other settings than the experiment says.
    #[error("run {0} in it has other settings than the experiment says")]
    OtherSettings(u32),
    /// A run in it was trained on another data set than those before it.
    #[error("run {0} in it was trained on another data set than those before it")]
    OtherData(u32),
    /// It has more runs than are imported at once.
    #[error("it has {0} runs, and at most {MOST_RUNS} are imported at once")]
    ManyRuns(usize),
}

/// A run that has ended, as its archive is made of.
#[derive(Debug)]
pub struct EndedRun<'a> {
    /// Its place in the experiment.
    pub planned: &'a PlannedRun,
    /// The experiment's name; may be empty.
    pub experiment: &'a str,
    /// What the experiment is known by ([`Experiment::identity_on`]).
    pub id: &'a str,
    /// Its own name, `YYYYMMDD_HHMMSS`.
    pub name: &'a str,
    /// Engine and adapter, as a display name.
    pub engine: &'a str,
    /// The data set of one's own that it trained on; `None` for the tutorial's.
    pub data: Option<&'a DataSetIdentity>,
    /// How it ended.
    pub end: &'a RunEnd,
    /// For a run that diverged, what was no longer finite, in the words of the program that trained it.
    pub why: &'a str,
    /// When it started and ended, in milliseconds since 1970 UTC.
    pub from_to_ms: (f64, f64),
    /// Milliseconds of training and validation.
    pub trained_ms: f64,
    /// Steps an epoch and of the whole run.
    pub steps: (u64, u64),
    /// What it measured.
    pub history: &'a History,
    /// Its own time by step.
    pub timeline: &'a Timeline,
    /// Its checkpoints, at most one in each role.
    pub checkpoints: Vec<(CheckpointRole, Checkpoint)>,
}

/// The archive of a run, which can be imported by itself.
///
/// # Errors
/// Any [`BundleError`] of writing.
pub async fn write_run(
    run: EndedRun<'_>,
    turn: &impl AsyncFn(usize),
) -> Result<Vec<u8>, BundleError> {
    let mut record = RunRecord {
        run: run.name.to_owned(),
        config: run.planned.config.clone(),
        engine: run.engine.to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: run.data.cloned(),
        corrections: 0,
        experiment: Some(ExperimentRun {
            id: run.id.to_owned(),
            name: run.experiment.to_owned(),
            number: run.planned.number,
        }),
        state: state(run.end, run.why),
        started_at_ms: run.from_to_ms.0,
        ended_at_ms: Some(run.from_to_ms.1),
        trained_ms: run.trained_ms,
        steps: 0,
        steps_in_run: run.steps.1,
        steps_per_epoch: run.steps.0,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(run.history);
    let unwritable = |name: &str, source: CheckpointError| {
        let name = name.to_owned();
        BundleError::Checkpoint { name, source }
    };
    let mut files = Vec::new();
    for (role, checkpoint) in run.checkpoints {
        let bytes = write_checkpoint(&checkpoint);
        let bytes = bytes.map_err(|error| unwritable(&checkpoint.run, error))?;
        files.push((summarize(&checkpoint, role, &bytes), bytes));
    }
    let metrics = RunMetrics { history: run.history.clone(), timeline: run.timeline.clone() };
    let labels = labels(run.planned, run.experiment);
    bundle::write(&record, &labels, &metrics, files, turn).await
}

fn state(end: &RunEnd, why: &str) -> RunState {
    match end {
        RunEnd::Completed => RunState::Ended(Ending::Completed),
        RunEnd::EarlyStopped => RunState::Ended(Ending::EarlyStopped),
        RunEnd::Halved { .. } | RunEnd::Stopped => RunState::Stopped,
        RunEnd::Diverged { .. } => RunState::failed(&why, true),
        RunEnd::Failed { why } => RunState::failed(why, false),
    }
}

/// What a run of an experiment is called: its varied settings and its seed, with the experiment's name as a tag.
fn labels(planned: &PlannedRun, experiment: &str) -> RunLabels {
    let varied = planned.varied.iter().map(|(field, text)| format!("{}={text}", field.key()));
    let seed = std::iter::once(format!("seed={}", planned.config.seed));
    let title = varied.chain(seed).collect::<Vec<_>>().join(" ");
    let mut labels = RunLabels::default();
    labels.apply(RunEdit::Title(title));
    if !experiment.is_empty() {
        labels.apply(RunEdit::Tags(vec![experiment.to_owned()]));
    }
    labels
}

/// How many bytes the archive of this experiment has, with so many bytes of results and of each run's archive.
#[must_use]
pub fn size(experiment: &Experiment, results: u64, runs: impl IntoIterator<Item = u64>) -> u64 {
    // The ZIP format's own: so many bytes before each file, in the index, and at the end.
    const FILE: u64 = 30;
    const INDEX: u64 = 46;
    const END: u64 = 22;
    let entry = |name: &str, bytes: u64| bytes.saturating_add(FILE + INDEX + 2 * name.len() as u64);
    let runs = runs.into_iter().map(|bytes| entry(&path_of(1), bytes));
    let before = entry(EXPERIMENT, experiment.to_json().len() as u64);
    runs.fold(
        before.saturating_add(entry(RESULTS, results)).saturating_add(END),
        u64::saturating_add,
    )
}

/// Writes an experiment's archive piece by piece, so that its runs need not be in memory together.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins with the experiment and its results, as lines.
    ///
    /// # Errors
    /// [`ArchiveError::Format`] if it cannot be written.
    pub fn new(to: W, experiment: &Experiment, results: &[u8]) -> Result<Self, ArchiveError> {
        let mut writer = Self { zip: ZipWriter::new(to) };
        writer.add(EXPERIMENT, experiment.to_json().as_bytes())?;
        writer.add(RESULTS, results)?;
        Ok(writer)
    }

    /// Adds a run's archive, as [`write_run`] makes it, under a number that no other has.
    ///
    /// # Errors
    /// [`ArchiveError::Format`] if it cannot be written.
    pub fn add_run(&mut self, number: u32, archive: &[u8]) -> Result<(), ArchiveError> {
        self.add(&path_of(number), archive)
    }

    /// Writes the index.
    ///
    /// # Errors
    /// [`ArchiveError::Format`] if it cannot be written.
    pub fn finish(self) -> Result<W, ArchiveError> {
        Ok(self.zip.finish()?)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes).map_err(ZipError::Io)?;
        Ok(())
    }
}

fn path_of(number: u32) -> String {
    format!("runs/{number:06}.zip")
}

/// Whether an archive is an experiment, judged by the names in it.
#[must_use]
pub fn is_experiment(archive: &Archive<'_>) -> bool {
    archive.has(EXPERIMENT)
}

/// An experiment's archive whose results have been read; runs are unpacked on demand.
pub struct ExperimentArchive<'a> {
    archive: Archive<'a>,
    /// The experiment.
    pub experiment: Experiment,
    /// Its runs.
    pub runs: Runs,
    /// What those measured that have ended, each once.
    pub results: Vec<RunResult>,
}

impl<'a> ExperimentArchive<'a> {
    /// Reads the experiment and its results. Everything in them is checked.
    ///
    /// # Errors
    /// Any [`ExperimentError`] except those of runs.
    pub async fn open(
        mut archive: Archive<'a>,
        turn: &impl AsyncFn(usize),
    ) -> Result<Self, ExperimentError> {
        let most = Experiment::MOST_BYTES as u64;
        let json = archive.read(EXPERIMENT, most, turn).await?;
        let json = json.ok_or(ExperimentError::Missing(EXPERIMENT))?;
        let wrong = |file| move |mistake| ExperimentError::Wrong { file, mistake };
        let experiment = Experiment::read(&json).map_err(wrong(EXPERIMENT))?;
        let runs = experiment.runs().map_err(|mistakes| {
            // At least one is named.
            let mistake = mistakes.into_iter().next().unwrap_or(Mistake::NoSeeds);
            ExperimentError::Wrong { file: EXPERIMENT, mistake }
        })?;
        let lines = archive.read(RESULTS, MOST_RESULTS, turn).await?;
        let lines = lines.ok_or(ExperimentError::Missing(RESULTS))?;
        turn(lines.len()).await;
        let mut read = Lines::default();
        read.read(lines.as_slice(), &experiment.identity(), &runs).map_err(wrong(RESULTS))?;
        Ok(Self { archive, experiment, runs, results: read.results })
    }

    /// The run with this number; `None` if it is not in the archive.
    ///
    /// # Errors
    /// [`ExperimentError::Archive`], [`ExperimentError::Run`] or [`ExperimentError::OtherSettings`].
    pub async fn run(
        &mut self,
        number: u32,
        turn: &impl AsyncFn(usize),
    ) -> Result<Option<Bundle>, ExperimentError> {
        let packed = self.archive.read(&path_of(number), MOST_RUN, turn).await?;
        let Some(packed) = packed else { return Ok(None) };
        let wrong = |source| ExperimentError::Run { number, source: Box::new(source) };
        let archive = Archive::open(&packed).map_err(|error| wrong(error.into()))?;
        let bundle = bundle::read(archive, turn).await.map_err(wrong)?;
        let planned = self.runs.get(number).map(|planned| &planned.config);
        if planned != Some(&bundle.record.config) {
            return Err(ExperimentError::OtherSettings(number));
        }
        Ok(Some(bundle))
    }

    /// The numbers of the runs that are in the archive, ascending.
    ///
    /// # Errors
    /// [`ExperimentError::ManyRuns`] if they are more than [`MOST_RUNS`].
    pub fn numbers(&self) -> Result<Vec<u32>, ExperimentError> {
        let numbers = self.runs.runs.iter().map(|run| run.number);
        let numbers: Vec<u32> =
            numbers.filter(|number| self.archive.has(&path_of(*number))).collect();
        match numbers.len() {
            ..=MOST_RUNS => Ok(numbers),
            more => Err(ExperimentError::ManyRuns(more)),
        }
    }

    /// The SHA-256 of the data set of one's own that these runs were trained on; `None` for the tutorial's. All runs of an
    /// experiment are of one data set. Each of them is read whole, and so checked.
    ///
    /// # Errors
    /// Those of [`Self::run`], or [`ExperimentError::OtherData`].
    pub async fn data_of(
        &mut self,
        numbers: &[u32],
        turn: &impl AsyncFn(usize),
    ) -> Result<Option<String>, ExperimentError> {
        let mut found: Option<Option<String>> = None;
        for number in numbers {
            let Some(bundle) = self.run(*number, turn).await? else { continue };
            let data = bundle.record.data.as_ref().map(|data| data.sha256().to_owned());
            if found.get_or_insert_with(|| data.clone()) != &data {
                return Err(ExperimentError::OtherData(*number));
            }
        }
        Ok(found.flatten())
    }
}

#[cfg(test)]
#[path = "experiment_tests.rs"]
mod tests;
