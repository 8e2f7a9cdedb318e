//! The messages between the page and the worker, and nothing else.
//!
//! [`Command`]s go in, [`Event`]s come out. Every command carries an id and is answered exactly once, by an
//! [`Event::Answer`] with the same id. A message is bytes: the protocol's version as two little-endian bytes,
//! then the message in [postcard](https://postcard.jamesmunns.com/wire-format). The version is checked first,
//! so that a page and a worker from different builds (a stale cache) notice at once instead of misreading
//! each other.
//!
//! Errors cross as a [`Failure`]: facts without sentences of ours. The page makes the sentences.

use serde::{Deserialize, Serialize};

mod failure;
#[cfg(test)]
pub(crate) mod failure_tests;
mod file_failure;
pub mod insight;
mod library;
mod own_sets;
#[cfg(test)]
mod own_sets_tests;
mod run;
mod wire;

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::own::Skipped;
use crate::dataset::{DataOverview, DataProgress, LabelledImage, OwnSet};
use crate::garment::{Picture, Prepared, Tone};
use crate::hardware::Engines;
pub use crate::history::{Ending, EpochMetrics, LossReport};
pub use crate::insight::LayerDeadUnits;
pub use crate::library::{CheckpointRole, CheckpointSummary};
use crate::library::{RunMetrics, RunSummary, WrittenCode};
use crate::settings::Augmentation;
pub use failure::{Divergence, EngineFailure, Failure, StorageFailure, TrainingFailure, Waiting};
pub use file_failure::{
    ArchiveFailure, BundleFailure, CheckpointFailure, DescriptionFailure, EventsFailure,
    ExportFailure, ImportFailure, LinkedFileFailure, PickleFailure, PytorchFailure, PytorchPart,
    TensorFailure,
};
pub use library::{CodeFile, CodeOf, Export, Item, LibraryCommand, MOST_IMPORTED_BYTES, UNDO_MS};
pub use own_sets::{OwnSetFailure, PickedFile};
pub use run::{
    LinkedFile, MOST_LINKED_BYTES, MOST_LINKED_S, NewRun, OpenedEngine, Progress, RunOverview,
    Status,
};
pub use wire::{PROTOCOL_VERSION, ProtocolError, decode, encode};

/// A command with the id that its answer will carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the page, unique among its open requests.
    pub id: u32,
    /// What to do.
    pub command: Command,
}

/// The page's commands to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Fetch, verify and cache the data set below this URL (ending in `/`). Answered with [`Reply::Done`]
    /// once all of it has arrived; [`Event::DataProgress`] reports the progress.
    LoadData {
        /// Absolute URL of the folder with `manifest.json`.
        url: String,
        /// The SHA-256 of this build's manifest, as hexadecimal digits, if the build names it.
        manifest_sha256: Option<String>,
        /// Ignore the cache and fetch everything again.
        refetch: bool,
    },
    /// List the data sets of one's own that are kept in this browser: [`Reply::OwnSets`].
    OwnSets {
        /// The absolute URL (ending in `/`) below which they lie.
        base: String,
    },
    /// Delete a data set of one's own; refused while a run trains on it.
    ForgetOwnSet {
        /// The absolute URL (ending in `/`) below which they lie.
        base: String,
        /// The SHA-256 of its contents.
        sha256: String,
    },
    /// From now on only train, as one of several workers: prepare no GPU ahead of a run, and tell the page nothing of the
    /// library that it does not ask for. Other tabs are still notified.
    TrainOnly,
    /// Answered once all runs that have ended here are stored, or with what prevents that.
    FinishWriting,
    /// Start a run. Answered when the run has been accepted, before its first step.
    Start(Box<NewRun>),
    /// Continue from this checkpoint: the newest one resumes its run, any other starts a branch. Answered once the
    /// checkpoint has been read.
    Resume {
        /// The checkpoint's name.
        checkpoint: String,
        /// Whether it goes on with the CPU engine, whatever its settings say.
        on_cpu: bool,
    },
    /// Pause the run after the current step; writes the run's last checkpoint.
    Pause,
    /// Continue a paused run.
    Continue,
    /// Stop the run after the current step; writes the run's last checkpoint.
    Stop,
    /// Measure a case: [`Reply::Measured`]. The worker trains nothing else meanwhile; [`Self::Stop`]
    /// ends it.
    Measure {
        /// What to measure.
        case: BenchmarkCase,
        /// Milliseconds that it may take, including warm-up but not opening the engine.
        budget_ms: f64,
    },
    /// Use these measurements, made on this machine, to decide what `auto` means.
    Remember(Vec<(BenchmarkCase, Measurement)>),
    /// Find the garment in a photo: [`Reply::Prepared`].
    PreparePhoto {
        /// The photo.
        picture: Picture,
        /// Whether its background is light or dark; `None`: the photo decides.
        tone: Option<Tone>,
    },
    /// A command to the library of runs and checkpoints.
    Library(LibraryCommand),
    /// Classify with the newest best checkpoint, if there is one, announced by [`Event::Reading`]; what is to be classified
    /// waits for it.
    ClassifyNewest {
        /// The names of checkpoints that are not to be used.
        except: Vec<String>,
    },
    /// Classify with this checkpoint's weights from now on (while no run is training).
    LoadCheckpoint {
        /// The checkpoint's name.
        name: String,
    },
    /// The classes' probabilities for a garment, by the newest weights: [`Reply::Prediction`].
    Classify {
        /// 784 pixels, row by row, 0 background to 255 garment.
        #[serde(with = "serde_bytes")]
        garment: Vec<u8>,
    },
    /// The weights that classify now: [`Reply::Weights`].
    Weights,
    /// Take a single step and tell everything about it: [`Reply::Observed`]; [`Reply::Done`] if there is none now, because
    /// something else is due first, images are awaited, or the run is over.
    Observe {
        /// Whether the run is paused after it. What is due before a step, such as a validation, is then done first.
        pause: bool,
    },
    /// The data panel's samples as a run's epoch sees them: [`Reply::Samples`].
    Samples {
        /// The augmentation applied to them.
        augmentation: Augmentation,
        /// The run's seed.
        seed: u64,
        /// The epoch, from 0.
        epoch: u32,
    },
    /// A command to the worker for insight, an [`insight::InsightCommand`] of its own encoding: what only that worker and
    /// the part of the page that opens with it understand weighs nothing elsewhere. [`Reply::Insight`].
    Insight {
        /// The command.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// An image from the test split: [`Reply::TestImage`].
    TestImage {
        /// The image's index, from 0, taken modulo the test split's size.
        index: u32,
    },
}

/// The worker's events to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker is listening; anything sent before this is lost.
    Listening,
    /// Which engines this browser has.
    Engines(Engines),
    /// The data set's loading progress.
    DataProgress(DataProgress),
    /// How many files of a data set that is being added have been read.
    OwnSetProgress {
        /// Read so far.
        done: u32,
        /// All of them.
        all: u32,
    },
    /// Samples and sizes, sent once the first shard is verified.
    DataOverview(DataOverview),
    /// What the worker is doing now.
    Status(Status),
    /// The engine that a run actually uses, with its self-test's measurements.
    EngineOpened(OpenedEngine),
    /// The GPU was lost or reported an error. This worker will not train on it again and cannot open another;
    /// a new worker can.
    GpuFailed,
    /// A case was measured, on request or to decide what `auto` means.
    Measured(BenchmarkCase, Measurement),
    /// A run starts or resumes; this replaces everything drawn so far.
    RunStarted(Box<RunOverview>),
    /// Steps taken since the last such event.
    Progress(Progress),
    /// The progress of the validation after an epoch, in images.
    ValidationProgress {
        /// Images seen.
        done: u32,
        /// Images in the test split.
        total: u32,
    },
    /// An epoch has ended, including its validation.
    EpochFinished(EpochMetrics),
    /// The epoch that has just ended left the accuracy near chance; why, as far as the weights show.
    NearChance {
        /// The epoch, from 1.
        epoch: u32,
        /// The dead units of every layer with ReLU, in the order in which an image passes through them.
        dead: Vec<LayerDeadUnits>,
    },
    /// A task follows that holds the worker's thread, so that it says nothing meanwhile.
    LongTask {
        /// How long, in milliseconds, as measured before.
        ms: u32,
    },
    /// The worker begins to read a checkpoint, or has read it.
    Reading {
        /// Its name.
        checkpoint: String,
        /// Whether it has been read.
        is_over: bool,
    },
    /// The run has failed, or could not begin.
    RunFailed(Failure),
    /// The run has ended.
    RunEnded {
        /// Absent if the visitor stopped it.
        ending: Option<Ending>,
    },
    /// The whole library; replaces everything sent before.
    Library {
        /// Its runs, in no particular order.
        runs: Vec<RunSummary>,
        /// Their checkpoints, newest first.
        checkpoints: Vec<CheckpointSummary>,
    },
    /// A run in the library is new or has changed.
    Run(Box<RunSummary>),
    /// A run and its checkpoints are no longer in the library: it was deleted or removed.
    RunRemoved {
        /// The run's name.
        run: String,
    },
    /// The checkpoints of a run have changed.
    Checkpoints {
        /// The run's name.
        run: String,
        /// All of them, newest first.
        checkpoints: Vec<CheckpointSummary>,
    },
    /// Something in the library has changed; said by the worker for insight, which reads it again when it is asked.
    LibraryChanged {
        /// The run that has changed, or whose checkpoints have; absent if everything may be another.
        run: Option<String>,
    },
    /// How far a command of [`insight::InsightCommand`] is, an [`insight::InsightNews`].
    Insight {
        /// The news.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Something failed that no command waits for. The worker continues.
    Problem(Failure),
    /// The worker cannot continue and must be replaced.
    Died(Failure),
    /// The answer to the command with this id.
    Answer {
        /// The command's id.
        id: u32,
        /// Its result.
        outcome: Result<Reply, Failure>,
    },
}

/// The result of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Done, with no further result.
    Done,
    /// All of a run's metrics.
    Metrics(Box<RunMetrics>),
    /// A checkpoint, with the size and the checksum of its file as it leaves the browser.
    Described(Box<CheckpointSummary>),
    /// Deleted permanently, because there was no space for undoing it.
    RemovedForGood,
    /// A file was imported.
    Imported {
        /// The name of the run that it was imported as.
        run: String,
    },
    /// An experiment was imported.
    ImportedExperiment {
        /// Its file, as JSON.
        json: String,
        /// The SHA-256 of the data set of one's own that its runs were trained on; `None` for the tutorial's.
        data: Option<String>,
        /// The numbers of its runs that were stopped because they had fallen behind.
        fell_behind: Vec<u32>,
        /// How many of its runs were imported.
        runs: u32,
        /// How many the library had already.
        known: u32,
    },
    /// A run as code.
    Code(Box<WrittenCode>),
    /// A file to download.
    File {
        /// The suggested file name.
        name: String,
        /// The file.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// The data sets of one's own, in any order.
    OwnSets(Vec<OwnSet>),
    /// A data set of one's own was added.
    OwnSetAdded {
        /// The data set.
        set: OwnSet,
        /// The first files that were left out, at most a thousand.
        skipped: Vec<Skipped>,
        /// How many were left out.
        skipped_count: u32,
    },
    /// How a photo became a garment.
    Prepared(Box<Prepared>),
    /// A measurement.
    Measured(Measurement),
    /// The classes' probabilities.
    Prediction(Prediction),
    /// A step, as an [`insight::SeenStep`] in its encoding.
    Observed {
        /// The step.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Weights, as the library keeps those of an epoch (`library::epoch_weights`).
    Weights {
        /// All parameters.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Training images as an epoch sees them.
    Samples(Vec<LabelledImage>),
    /// One image of the test split.
    TestImage(LabelledImage),
    /// The answer of the worker for insight, an [`insight::InsightReply`].
    Insight {
        /// The answer.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

/// The classes' probabilities, and whose weights predicted them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// In the order of the labels; they sum to 1.
    pub probabilities: Vec<f32>,
    /// The names of the labels, if the weights are those of a run on a data set of one's own.
    pub class_names: Option<Vec<String>>,
    /// Whose weights predicted them.
    pub weights: WeightsOf,
}

/// Whose weights made a prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeightsOf {
    /// Those of the current or last run, after this many steps.
    Run {
        /// Steps taken.
        step: u64,
    },
    /// A checkpoint's.
    Checkpoint {
        /// Its name.
        name: String,
    },
}

impl WeightsOf {
    /// Whether these are the weights of the checkpoint with this name.
    #[must_use]
    pub fn are_of(&self, checkpoint: &str) -> bool {
        matches!(self, Self::Checkpoint { name } if name == checkpoint)
    }
}
