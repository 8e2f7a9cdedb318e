//! What the page and the worker say to each other, and nothing else.
//!
//! [`Command`]s go in, [`Event`]s come out. Every command carries an id and is answered exactly once,
//! by an [`Event::Answer`] with the same id. A message is bytes: the protocol's version as two
//! little-endian bytes, then the message in [postcard](https://postcard.jamesmunns.com/wire-format).
//! The version is checked first, so that a page and a worker from different builds (a stale cache)
//! find out at once instead of misreading each other.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;

mod library;

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::{DataOverview, DataProgress, LabelledImage};
use crate::hardware::Engines;
pub use crate::history::{Ending, EpochMetrics, LossReport};
pub use crate::library::{CheckpointRole, CheckpointSummary};
use crate::library::{RunMetrics, RunSummary};
use crate::settings::{Augmentation, TrainingConfig};
pub use library::{Export, Item, LibraryCommand, MOST_IMPORTED_BYTES, UNDO_MS};

/// Raised whenever a message changes its shape or meaning.
pub const PROTOCOL_VERSION: u16 = 5;

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

/// A run to begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    /// Its settings.
    pub config: TrainingConfig,
    /// Address of a safetensors file with the weights to begin with, in the place of the seed's.
    pub initial_weights: Option<String>,
    /// Address of a JSON file with the batches of every epoch, in the place of the seed's shuffles.
    pub order: Option<String>,
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

/// What went wrong, in words for the person in front of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub happened: String,
    /// What is safe.
    pub kept: String,
    /// What to do next.
    pub next: String,
}

/// What the worker is doing. The words are stable: pages and tests read them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Waiting for data.
    #[default]
    Loading,
    /// Nothing is running and a run may start.
    Ready,
    /// Measuring how fast the engines train.
    Benchmark,
    /// Checking the engine before the first step.
    SelfTest,
    /// Taking steps.
    Training,
    /// Measuring the test split after an epoch.
    Validating,
    /// Holding after a step.
    Paused,
    /// The run ended well.
    Done,
    /// The run, or loading, failed.
    Error,
}

impl Status {
    /// The stable word for this status.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Benchmark => "benchmark",
            Self::SelfTest => "self-test",
            Self::Training => "training",
            Self::Validating => "validating",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Error => "error",
        }
    }

    /// Whether a run is under way, paused included.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::SelfTest | Self::Training | Self::Validating | Self::Paused)
    }
}

/// The engine that a run really uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedEngine {
    /// True for WebGPU, false for the CPU.
    pub webgpu: bool,
    /// Whether it trains by kernels made for this network, or by Burn's operations.
    pub fused: bool,
    /// Full name for people, adapter included.
    pub name: String,
    /// Largest relative difference of any gradient from the CPU engine's in the self-test.
    pub gradient_difference: f64,
    /// How long the self-test took, milliseconds.
    pub self_test_ms: f64,
}

/// A run as it starts or goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunOverview {
    /// The run's timestamp, `YYYYMMDD_HHMMSS` in UTC: half of its checkpoints' names.
    pub run: String,
    /// Its settings.
    pub config: TrainingConfig,
    /// Steps an epoch.
    pub steps_per_epoch: u64,
    /// Steps of the whole run; early stopping may end it sooner.
    pub steps_in_run: u64,
    /// Steps taken before (0 for a new run).
    pub step: u64,
    /// Losses of the steps taken before, in order.
    pub losses: Vec<f32>,
    /// The tutorial's `Loss/train` so far.
    pub reports: Vec<LossReport>,
    /// Epochs finished so far.
    pub epochs: Vec<EpochMetrics>,
}

impl RunOverview {
    /// Epochs that the run has at most, the last one whole or in part.
    #[must_use]
    pub const fn epochs(&self) -> u64 {
        match self.steps_per_epoch {
            0 => 0,
            steps => self.steps_in_run.div_ceil(steps),
        }
    }
}

/// Steps taken since the last such event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The epoch at hand, from 1.
    pub epoch: u32,
    /// Steps taken in the run, these included.
    pub step: u64,
    /// The losses of these steps, in order; the last one belongs to `step`.
    pub losses: Vec<f32>,
    /// Reports that these steps completed.
    pub reports: Vec<LossReport>,
    /// Training images a second over the last seconds, validation left out.
    pub images_per_second: f64,
    /// Estimated seconds to the end of the run, validation included; absent until measured.
    pub seconds_left: Option<f64>,
}

/// Ten probabilities and whose they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// By label; they sum to 1.
    pub probabilities: Vec<f32>,
    /// Which weights answered, for people: a checkpoint's name, or the run and its step.
    pub weights: String,
}

/// A message that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProtocolError {
    /// The other side comes from another build.
    #[error("the page speaks protocol {PROTOCOL_VERSION}, the worker {theirs}")]
    Version {
        /// The version that the message names.
        theirs: u16,
    },
    /// The bytes are no message of this version.
    #[error("a message between page and worker could not be read: {0}")]
    Malformed(String),
}

/// The bytes of a message.
///
/// # Errors
/// [`ProtocolError::Malformed`] if the message cannot be written (no type here can cause that).
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, ProtocolError> {
    postcard::to_extend(message, PROTOCOL_VERSION.to_le_bytes().to_vec())
        .map_err(|error| ProtocolError::Malformed(error.to_string()))
}

/// The message in these bytes.
///
/// # Errors
/// [`ProtocolError::Version`] for another version, [`ProtocolError::Malformed`] for anything else.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ProtocolError> {
    let Some((version, body)) = bytes.split_first_chunk::<2>() else {
        return Err(ProtocolError::Malformed("shorter than its version".into()));
    };
    let theirs = u16::from_le_bytes(*version);
    if theirs != PROTOCOL_VERSION {
        return Err(ProtocolError::Version { theirs });
    }
    postcard::from_bytes(body).map_err(|error| ProtocolError::Malformed(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn request() -> Request {
        Request { id: 7, command: Command::Classify { garment: vec![0, 128, 255] } }
    }

    #[test]
    fn a_message_survives_the_way() {
        let bytes = encode(&request()).unwrap();
        assert_eq!(decode::<Request>(&bytes), Ok(request()));
    }

    #[test]
    fn an_answer_may_be_a_failure() {
        let failure = Failure { happened: "a".into(), kept: "b".into(), next: "c".into() };
        let event = Event::Answer { id: 3, outcome: Err(failure) };
        assert_eq!(decode::<Event>(&encode(&event).unwrap()), Ok(event));
    }

    #[test]
    fn another_version_is_named_before_anything_is_read() {
        let mut bytes = encode(&request()).unwrap();
        bytes[0] = 9;
        bytes.truncate(3);
        assert_eq!(decode::<Request>(&bytes), Err(ProtocolError::Version { theirs: 9 }));
    }

    #[test]
    fn a_cut_message_is_an_error_at_every_length() {
        let bytes = encode(&request()).unwrap();
        for length in 0..bytes.len() {
            assert!(decode::<Request>(&bytes[..length]).is_err(), "{length} bytes were taken");
        }
    }
}
