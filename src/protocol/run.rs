//! A run as the page requests it and as the worker reports it.

use serde::{Deserialize, Serialize};

use crate::dataset::{Corrections, DataSetIdentity};
use crate::history::{EpochMetrics, LossReport};
use crate::library::{ExperimentRun, GivenPart};
use crate::settings::TrainingConfig;

/// In bytes: a larger file of weights or batches is not loaded.
pub const MOST_LINKED_BYTES: u64 = 64 << 20;
/// A file of weights or batches that takes more seconds to arrive is given up.
pub const MOST_LINKED_S: u64 = 60;

/// A run to start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    /// Its settings.
    pub config: TrainingConfig,
    /// Files that take the place of what follows from the seed, to which the visitor has agreed.
    pub files: Vec<LinkedFile>,
    /// The corrections of the data set that it trains and is validated with.
    pub corrections: Corrections,
    /// The SHA-256 of the data set of one's own that it is meant for; `None` for the tutorial's. It starts on no other.
    pub data: Option<String>,
    /// The experiment that it belongs to.
    pub experiment: Option<ExperimentRun>,
    /// The run that begins anew under its own name, because it was cut off before its first checkpoint.
    pub again: Option<String>,
}

/// A file that gives a run its initial weights (safetensors) or the batches of every epoch (JSON).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedFile {
    /// What it gives.
    pub part: GivenPart,
    /// URL of its bytes: an address of this site, or a chosen file's object URL.
    pub url: String,
    /// The address, or the chosen file's name.
    pub from: String,
}

/// What the worker is doing. The identifiers are stable: style sheets and tests read them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Waiting for data.
    #[default]
    Loading,
    /// Nothing is running, and a run may start.
    Ready,
    /// Measuring how fast the engines train.
    Benchmark,
    /// Checking the engine before the first step.
    SelfTest,
    /// Taking steps.
    Training,
    /// Measuring the test split after an epoch.
    Validating,
    /// Paused after a step.
    Paused,
    /// Ending at the visitor's request, as soon as what is under way has ended.
    Stopping,
    /// The run has completed.
    Done,
    /// The visitor has stopped the run.
    Stopped,
    /// The run has failed after it began.
    Failed,
    /// A run could not begin, or the data could not be loaded, or the worker was lost.
    Error,
}

impl Status {
    /// The stable identifier of this status.
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
            Self::Stopping => "stopping",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }

    /// Whether a run is in progress, including a paused one.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(
            self,
            Self::SelfTest | Self::Training | Self::Validating | Self::Paused | Self::Stopping
        )
    }

    /// Whether nothing is in progress and the worker waits for the next command.
    #[must_use]
    pub const fn is_at_rest(self) -> bool {
        matches!(self, Self::Ready | Self::Done | Self::Stopped | Self::Failed | Self::Error)
    }
}

/// The engine that a run actually uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedEngine {
    /// True for WebGPU, false for the CPU.
    pub webgpu: bool,
    /// Whether it trains with the fused kernels made for this network, or with Burn's operations.
    pub fused: bool,
    /// The full display name, including the adapter.
    pub name: String,
    /// The largest relative difference of any gradient from the CPU engine's in the self-test.
    pub gradient_difference: f64,
    /// How long the self-test took, in milliseconds.
    pub self_test_ms: f64,
}

/// A run as it starts or resumes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunOverview {
    /// The run's timestamp, `YYYYMMDD_HHMMSS` in UTC: half of its checkpoints' names.
    pub run: String,
    /// Its settings.
    pub config: TrainingConfig,
    /// How many images of the data set are corrected for it.
    pub corrections: u32,
    /// The data set of one's own that it trains on; `None` for the tutorial's.
    pub data: Option<DataSetIdentity>,
    /// Steps per epoch.
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
    /// The maximum number of epochs, the last one complete or partial.
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
    /// The current epoch, from 1.
    pub epoch: u32,
    /// Steps taken in the run, including these.
    pub step: u64,
    /// The losses of these steps, in order; the last one belongs to `step`.
    pub losses: Vec<f32>,
    /// Reports that these steps completed.
    pub reports: Vec<LossReport>,
    /// Training images per second over the last seconds, excluding validation.
    pub images_per_second: f64,
    /// Estimated seconds until the end of the run, including validation; absent until measured.
    pub seconds_left: Option<f64>,
}
