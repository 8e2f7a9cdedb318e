//! What the page and the worker say to each other, and nothing else.
//!
//! [`Command`]s go in, [`Event`]s come out. Every command carries an id and is answered exactly once,
//! by an [`Event::Answer`] with the same id. A message is bytes: the protocol's version as two
//! little-endian bytes, then the message in [postcard](https://postcard.jamesmunns.com/wire-format).
//! The version is checked first, so that a page and a worker from different builds (a stale cache)
//! find out at once instead of misreading each other.
//!
//! What goes wrong crosses as a [`Failure`]: facts, and no sentence of ours. The page makes the sentences.

use serde::{Deserialize, Serialize};

mod failure;
#[cfg(test)]
pub(crate) mod failure_tests;
mod file_failure;
mod library;
mod run;
mod wire;

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::{DataOverview, DataProgress, LabelledImage};
use crate::hardware::Engines;
pub use crate::history::{Ending, EpochMetrics, LossReport};
pub use crate::library::{CheckpointRole, CheckpointSummary};
use crate::library::{RunMetrics, RunSummary};
use crate::settings::Augmentation;
pub use failure::{Divergence, EngineFailure, Failure, StorageFailure, TrainingFailure, Waiting};
pub use file_failure::{
    ArchiveFailure, BundleFailure, CheckpointFailure, DescriptionFailure, ExportFailure,
    ImportFailure, LinkedFileFailure, PickleFailure, PytorchFailure, PytorchPart, TensorFailure,
};
pub use library::{Export, Item, LibraryCommand, MOST_IMPORTED_BYTES, UNDO_MS};
pub use run::{NewRun, OpenedEngine, Progress, RunOverview, Status};
pub use wire::{PROTOCOL_VERSION, ProtocolError, decode, encode};

/// A command with the id that its answer will carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the page, unique among its open requests.
    pub id: u32,
    /// What to do.
    pub command: Command,
}

/// What the page may ask of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Fetch, verify and cache the data set below this address (ending in `/`). Answered with
    /// [`Reply::Done`] once all of it is there; [`Event::DataProgress`] tells of the way.
    LoadData {
        /// Absolute address of the folder with `manifest.json`.
        url: String,
        /// Ignore what is cached and fetch everything anew.
        refetch: bool,
    },
    /// Begin a run. Answered when the run has been accepted, before its first step.
    Start(NewRun),
    /// Go on from this checkpoint: with its run from the newest one, with a branch of it from any other.
    Resume {
        /// The checkpoint's name.
        checkpoint: String,
    },
    /// Hold the run after the step at hand; writes the run's last checkpoint.
    Pause,
    /// Go on with a paused run.
    Continue,
    /// End the run after the step at hand; writes the run's last checkpoint.
    Stop,
    /// Measure a case: [`Reply::Measured`]. The worker trains nothing else meanwhile; [`Self::Stop`]
    /// ends it.
    Measure {
        /// What to measure.
        case: BenchmarkCase,
        /// Milliseconds that it may take, warm-up included; opening an engine comes on top.
        budget_ms: f64,
    },
    /// Decide between the engines by these measurements, made on this machine, where `auto` is chosen.
    Remember(Vec<(BenchmarkCase, Measurement)>),
    /// Something about the library of runs and checkpoints.
    Library(LibraryCommand),
    /// Classify with this checkpoint's weights from now on (while no run is training).
    LoadCheckpoint {
        /// The checkpoint's name.
        name: String,
    },
    /// Ten probabilities for a garment, by the newest weights: [`Reply::Prediction`].
    Classify {
        /// 784 pixels, row by row, 0 background to 255 garment.
        #[serde(with = "serde_bytes")]
        garment: Vec<u8>,
    },
    /// The data panel's samples as an epoch of a run sees them: [`Reply::Samples`].
    Samples {
        /// What is done to them.
        augmentation: Augmentation,
        /// The run's seed.
        seed: u64,
        /// From 0.
        epoch: u32,
    },
    /// A picture from the test split: [`Reply::TestImage`].
    TestImage {
        /// 0 to the test split's size, taken modulo that size.
        index: u32,
    },
}

/// What the worker tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker runs and listens; nothing sent before this arrives.
    Listening,
    /// Which engines this browser has.
    Engines(Engines),
    /// How far the data set has come.
    DataProgress(DataProgress),
    /// Samples and sizes, sent once the first shard is verified.
    DataOverview(DataOverview),
    /// What the worker is doing now.
    Status(Status),
    /// The engine that a run really uses, with what its self-test measured.
    EngineOpened(OpenedEngine),
    /// The GPU was lost or has reported an error. This worker will not train on it again, nor can it open
    /// another; a new worker can.
    GpuFailed,
    /// Something was measured, asked for or to decide what `auto` means.
    Measured(BenchmarkCase, Measurement),
    /// A run starts or goes on; everything drawn so far is replaced by this.
    RunStarted(Box<RunOverview>),
    /// Steps taken since the last such event.
    Progress(Progress),
    /// How far the validation after an epoch has come, in images.
    ValidationProgress {
        /// Images seen.
        done: u32,
        /// Images in the test split.
        total: u32,
    },
    /// An epoch ended, validation included.
    EpochFinished(EpochMetrics),
    /// The run is over.
    RunEnded {
        /// Absent when the visitor stopped it.
        ending: Option<Ending>,
    },
    /// The whole library; replaces all that was told before.
    Library {
        /// Its runs, in no order.
        runs: Vec<RunSummary>,
        /// Their checkpoints, newest first.
        checkpoints: Vec<CheckpointSummary>,
    },
    /// A run in the library is new or has changed.
    Run(Box<RunSummary>),
    /// A run is not in the library any more, and neither are its checkpoints: it was deleted or removed.
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
    /// Something failed that no command waits for. The worker goes on.
    Problem(Failure),
    /// The worker cannot go on and must be replaced.
    Died(Failure),
    /// The answer to the command with this id.
    Answer {
        /// The command's id.
        id: u32,
        /// Its result.
        outcome: Result<Reply, Failure>,
    },
}

/// What a command gives back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// It was done; there is nothing to add.
    Done,
    /// All that a run has measured.
    Metrics(Box<RunMetrics>),
    /// A checkpoint, with the size and the checksum of its file as it leaves the browser.
    Described(Box<CheckpointSummary>),
    /// It was deleted and cannot be brought back, since there was no space to keep it.
    RemovedForGood,
    /// A file was taken into the library.
    Imported {
        /// The name of the run that it became.
        run: String,
    },
    /// A file to download.
    File {
        /// Suggested file name.
        name: String,
        /// The file.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// What was measured.
    Measured(Measurement),
    /// Ten probabilities.
    Prediction(Prediction),
    /// Training images as an epoch sees them.
    Samples(Vec<LabelledImage>),
    /// One image of the test split.
    TestImage(LabelledImage),
}

/// Ten probabilities and whose they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// By label; they sum to 1.
    pub probabilities: Vec<f32>,
    /// Which weights answered.
    pub weights: WeightsOf,
}

/// Whose weights answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeightsOf {
    /// Those of the run under way, or of the last one, after so many steps.
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
    /// Whether they are of the checkpoint with this name.
    #[must_use]
    pub fn are_of(&self, checkpoint: &str) -> bool {
        matches!(self, Self::Checkpoint { name } if name == checkpoint)
    }
}
