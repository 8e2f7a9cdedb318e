//! A run as the page asks for it and hears of it.

use serde::{Deserialize, Serialize};

use crate::history::{EpochMetrics, LossReport};
use crate::settings::TrainingConfig;

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
