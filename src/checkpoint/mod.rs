//! Checkpoints: the state of a run at one point, and the file that holds it.

pub mod file;
mod safetensors;

pub use file::{
    CheckpointError, DescriptionError, StoredState, read_checkpoint, read_state, write_checkpoint,
    write_state, write_weights,
};
pub use safetensors::FileMistake;

use crate::dataset::Corrections;
use crate::history::{Ending, History};
use crate::network::initial_weights;
use crate::settings::{OptimizerSettings, TrainingConfig};
use crate::state_dict::StateDict;

/// Everything that determines how a run continues.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The run's settings, its seed among them.
    pub config: TrainingConfig,
    /// The batches of every epoch, as indices of training images, if they were given to the run instead of
    /// shuffled from its seed.
    pub order: Option<Vec<Vec<u32>>>,
    /// The corrections of the data set that the run trains and is validated with.
    pub corrections: Corrections,
    /// The weights, in PyTorch's names and layouts.
    pub weights: StateDict,
    /// The optimizer's slots as `<slot>.<parameter>`; empty before its first step.
    pub optimizer: StateDict,
    /// The run's metrics. Their lengths say how far the run has got: steps taken, epochs finished and, with
    /// the seed, what the sampler returns next.
    pub history: History,
}

impl Snapshot {
    /// A run before its first step: weights drawn from the seed, an order shuffled from it, the data set as published.
    #[must_use]
    pub fn beginning(config: TrainingConfig) -> Self {
        Self {
            weights: initial_weights(config.seed),
            order: None,
            corrections: Corrections::default(),
            optimizer: StateDict::new(),
            history: History::default(),
            config,
        }
    }

    /// Why the run has ended; `None` while there is more to do.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.history.ending(&self.config)
    }

    /// The weights for classifying and export: the averaged ones if the config asks for them.
    #[must_use]
    pub fn inference_weights(&self) -> StateDict {
        inference_weights(&self.config.optimizer, self.weights.clone(), &self.optimizer)
    }
}

/// The weights for classifying, given these weights and this optimizer's state.
pub(crate) fn inference_weights(
    settings: &OptimizerSettings,
    weights: StateDict,
    state: &StateDict,
) -> StateDict {
    let average = |name: &String| {
        let slot = format!("{}.{name}", OptimizerSettings::AVERAGE_SLOT);
        Some((name.clone(), state.get(&slot)?.clone()))
    };
    // Before the first step there is nothing to average.
    let averaged = || weights.keys().map(average).collect();
    settings.answers_with_average().then(averaged).flatten().unwrap_or(weights)
}

/// A snapshot with its run's name, engine and time.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// When the run started, `YYYYMMDD_HHMMSS` in UTC, which is the run's name.
    pub run: String,
    /// The engine and adapter that the run used, as a display name.
    pub engine: String,
    /// When this was made, in milliseconds since 1970 UTC.
    pub saved_at_ms: f64,
    /// The run's state.
    pub snapshot: Snapshot,
}
