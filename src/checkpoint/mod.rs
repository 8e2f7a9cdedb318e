//! Checkpoints: what a run is at a moment, the file that holds it, and the browser's store of them.

pub mod file;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod store;

pub use file::{CheckpointError, read_checkpoint, write_checkpoint, write_weights};

use crate::history::History;
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// Everything that decides how a run goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The run's settings, its seed among them.
    pub config: TrainingConfig,
    /// The weights, in PyTorch's names and layouts.
    pub weights: StateDict,
    /// The optimizer's slots as `<slot>.<parameter>`; empty before its first step.
    pub optimizer: StateDict,
    /// What the run has measured. Its lengths say where the run stands: steps taken and epochs done,
    /// and with the seed, what the sampler gives next.
    pub history: History,
}

/// A snapshot with its name tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// When the run began, `YYYYMMDD_HHMMSS` in UTC; it names the run.
    pub run: String,
    /// Engine and adapter that the run used, for people.
    pub engine: String,
    /// When this was made, milliseconds since 1970 UTC.
    pub saved_at_ms: f64,
    /// The run itself.
    pub snapshot: Snapshot,
}
