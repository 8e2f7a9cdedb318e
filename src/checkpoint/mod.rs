//! Checkpoints: the state of a run at one point, and the file that holds it.

mod error;
pub mod file;
mod safetensors;

pub use error::{CheckpointError, DescriptionError};
pub use file::{
    StoredState, read_checkpoint, read_state, write_checkpoint, write_state, write_weights,
};
pub use safetensors::FileMistake;

use crate::dataset::{Corrections, DataSetIdentity, Dataset};
use crate::history::{Ending, History, ResumeMistake};
use crate::network::Network;
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
    /// The data set that the run trains and is validated on, which decides how many classes its network has; `None` for the
    /// tutorial's.
    pub data: Option<DataSetIdentity>,
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
    /// A run on the tutorial's data set before its first step: weights drawn from the seed, an order shuffled from it, the data
    /// set as published.
    #[must_use]
    pub fn beginning(config: TrainingConfig) -> Self {
        Self::beginning_on(None, config)
    }

    /// The same on any data set.
    #[must_use]
    pub fn beginning_on(data: Option<DataSetIdentity>, config: TrainingConfig) -> Self {
        Self {
            weights: DataSetIdentity::network_for(data.as_ref()).initial_weights(config.seed),
            order: None,
            data,
            corrections: Corrections::default(),
            optimizer: StateDict::new(),
            history: History::default(),
            config,
        }
    }

    /// The network that the run trains.
    #[must_use]
    pub fn network(&self) -> Network {
        DataSetIdentity::network_for(self.data.as_ref())
    }

    /// Checks that this is the data set that the run is trained on.
    ///
    /// # Errors
    /// [`ResumeMistake::OtherDataSet`] for another one, even if it has as many images of as many classes.
    pub fn check_data(&self, dataset: &Dataset) -> Result<(), ResumeMistake> {
        let contents = |it: &DataSetIdentity| it.sha256().to_owned();
        if self.data.as_ref().map(contents) == dataset.own.as_ref().map(contents) {
            return Ok(());
        }
        let title = |it: &Option<DataSetIdentity>| it.as_ref().map(DataSetIdentity::title);
        let (needed, found) = (title(&self.data), title(&dataset.own));
        Err(ResumeMistake::OtherDataSet { needed, found })
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
