//! What is known about a run without reading its metrics.

use serde::{Deserialize, Serialize};

use super::{RunLabels, sparkline};
use crate::dataset::DataSetIdentity;
use crate::history::{Ending, EpochMetrics, History};
use crate::settings::TrainingConfig;
use crate::text;

/// Where a run comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Trained here from its first step.
    New,
    /// Continues from a checkpoint of another run, whose history up to there it shares.
    Branch {
        /// That run's name.
        #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
        run: String,
        /// The checkpoint's step.
        step: u64,
    },
    /// Imported from a file.
    Imported {
        /// The file's name.
        #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
        file: String,
    },
    /// Trained by a script in PyTorch, and imported from what it has written.
    PyTorch {
        /// The name of the file with its events.
        #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
        file: String,
    },
}

/// What a file gives a run to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GivenPart {
    /// The weights before the first step.
    Weights,
    /// The batches of every epoch.
    Batches,
}

/// A file that a run began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenFile {
    /// What it gave.
    pub part: GivenPart,
    /// The address that it was loaded from, or the name of a chosen file.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::address"))]
    pub from: String,
    /// The SHA-256 of its bytes: 64 hexadecimal digits.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub sha256: String,
}

impl GivenFile {
    /// Those of a list from another browser that can be what they say.
    pub fn sound(files: Vec<Self>) -> Vec<Self> {
        let is_sum = |text: &str| text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit());
        files.into_iter().filter(|file| is_sum(&file.sha256)).take(2).collect()
    }
}

/// The experiment that a run belongs to, and which of its runs it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentRun {
    /// What the experiment is known by: 16 hexadecimal digits.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub id: String,
    /// Its name, as the visitor gave it.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub name: String,
    /// The run's number in the experiment's plan, from 1.
    pub number: u32,
}

/// A run's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// Taking steps or validating, now or when its tab ended.
    Training,
    /// Paused by the visitor.
    Paused,
    /// Stopped by the visitor before its end.
    Stopped,
    /// Ended without the visitor's doing.
    Ended(Ending),
    /// Ended by an error.
    Failed {
        /// What happened.
        #[cfg_attr(feature = "files", serde(deserialize_with = "text::address"))]
        why: String,
        /// Whether that was because its numbers were no longer finite. Records of earlier builds do not say so.
        #[serde(default)]
        diverged: bool,
    },
    /// Weights without a run.
    Weights,
}

impl RunState {
    /// Ended by this error, which says whether the run had `diverged`.
    #[must_use]
    pub fn failed(error: &impl ToString, diverged: bool) -> Self {
        // As it will be read again: a run whose state differs counts as gone on elsewhere.
        Self::Failed { why: text::line(&error.to_string(), text::MOST_ADDRESS), diverged }
    }
}

/// A run as the tab that trains it knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its name: when it started, `YYYYMMDD_HHMMSS` in UTC.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub run: String,
    /// Its settings.
    pub config: TrainingConfig,
    /// Engine and adapter, as a display name.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub engine: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The files that it, or the run that it continues, began with. Records of earlier builds name none.
    #[serde(default)]
    pub given: Vec<GivenFile>,
    /// The data set of one's own that it trains on; `None` for the tutorial's, which is also that of earlier builds' records.
    #[serde(default)]
    pub data: Option<DataSetIdentity>,
    /// How many images of the data set it corrects. Records of earlier builds say nothing, and correct none.
    #[serde(default)]
    pub corrections: u32,
    /// The experiment that it belongs to. Records of earlier builds know of none.
    #[serde(default)]
    pub experiment: Option<ExperimentRun>,
    /// Its state.
    pub state: RunState,
    /// When it started, in milliseconds since 1970 UTC.
    pub started_at_ms: f64,
    /// When it ended.
    pub ended_at_ms: Option<f64>,
    /// Milliseconds of training and validation, excluding pauses.
    pub trained_ms: f64,
    /// Steps taken.
    pub steps: u64,
    /// Steps of the whole run; early stopping may end it sooner.
    pub steps_in_run: u64,
    /// Steps per epoch; 0 if unknown.
    pub steps_per_epoch: u64,
    /// Epochs finished.
    pub epochs: u32,
    /// The epoch with the lowest validation loss.
    pub best: Option<EpochMetrics>,
    /// The newest finished epoch.
    pub newest: Option<EpochMetrics>,
    /// Its losses, reduced to a few points.
    pub sparkline: Vec<f32>,
}

impl RunRecord {
    /// Whether its checkpoints may have what going on from them needs: weights alone lack the optimizer's state.
    #[must_use]
    pub const fn can_go_on(&self) -> bool {
        !matches!((&self.state, &self.origin), (RunState::Weights, _) | (_, Origin::PyTorch { .. }))
    }

    /// Updates the record from the history.
    pub fn follow(&mut self, history: &History) {
        self.steps = history.losses.len() as u64;
        self.epochs = history.epochs.len() as u32;
        self.best = history.best_epoch().copied();
        self.newest = history.epochs.last().copied();
        self.sparkline = sparkline(&history.losses);
    }
}

/// A run as last written to the library or read from it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenRun {
    /// The run.
    pub record: RunRecord,
    /// The opening of the library at that time; after another one, everything may be gone.
    pub incarnation: u32,
}

/// How a tab believes its run to be stored.
#[derive(Clone, Debug, Default)]
pub struct KnownRun {
    /// As last written or read; `None` if it never was.
    pub seen: Option<SeenRun>,
    /// States whose writes the browser left without an answer: they may be stored, too.
    pub perhaps: Vec<RunRecord>,
}

impl From<SeenRun> for KnownRun {
    fn from(seen: SeenRun) -> Self {
        Self { seen: Some(seen), perhaps: Vec::new() }
    }
}

impl KnownRun {
    /// Notes a state whose write got no answer.
    pub fn may_be_stored_as(&mut self, record: RunRecord) {
        if self.perhaps.iter().all(|known| !stands_as(known, &record)) {
            self.perhaps.push(record);
        }
    }

    /// Whether the run has changed since, judging by what is stored now in the library's opening
    /// `incarnation`: this or another tab has continued it or permanently deleted it.
    #[must_use]
    pub fn has_gone_on(&self, stored: Option<&RunRecord>, incarnation: u32) -> bool {
        match (stored, &self.seen) {
            (Some(stored), seen) => {
                let mut known = seen.iter().map(|seen| &seen.record).chain(&self.perhaps);
                !known.any(|known| stands_as(known, stored))
            }
            // The run was deleted, unless the whole library was.
            (None, Some(seen)) => seen.incarnation == incarnation,
            (None, None) => false,
        }
    }
}

/// Whether these are the same state of a run. Not the whole record is compared: metrics may be NaN, which equals
/// nothing.
fn stands_as(one: &RunRecord, other: &RunRecord) -> bool {
    let standing = |record: &RunRecord| {
        let RunRecord { state, started_at_ms, ended_at_ms, trained_ms, steps, epochs, .. } = record;
        let ms = [Some(*started_at_ms), *ended_at_ms, Some(*trained_ms)];
        (state.clone(), ms.map(|ms| ms.map(f64::to_bits)), *steps, *epochs)
    };
    standing(one) == standing(other)
}

/// Whether a run is being trained, and by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunOwner {
    /// Not being trained.
    #[default]
    AtRest,
    /// By this tab.
    Here,
    /// By another tab.
    OtherTab,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The run's record.
    pub record: RunRecord,
    /// What the person says of it.
    pub labels: RunLabels,
    /// Who trains it.
    pub owner: RunOwner,
}

impl RunSummary {
    /// Whether it was in progress when its tab ended.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        let under_way = matches!(self.record.state, RunState::Training | RunState::Paused);
        under_way && self.owner == RunOwner::AtRest
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
