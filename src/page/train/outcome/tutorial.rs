//! A run beside PyTorch's own runs of the tutorial's recipe.

use crate::protocol::EpochMetrics;
use crate::reference::EPOCHS;
use crate::settings::{Preset, TrainingConfig};

/// Where a run lies among PyTorch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its validation loss is lower than all of theirs.
    Better,
    /// It is among theirs.
    Among,
    /// It is higher than all of theirs.
    Worse,
}

/// A run's newest epoch beside the same epoch of PyTorch's runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The epoch, from 1.
    pub epoch: u32,
    /// The validation loss that the tutorial prints after it.
    pub printed: f64,
    /// The lowest validation loss of PyTorch's five runs after it.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// Where the run lies among them.
    pub place: Place,
}

/// The comparison of a run with these settings, if they are the tutorial's recipe and it has had at most as many
/// epochs.
pub fn compared(config: &TrainingConfig, newest: &EpochMetrics) -> Option<Comparison> {
    let loss = EPOCHS.get(newest.epoch.checked_sub(1)? as usize)?.loss;
    // Over the printed run as well.
    let (lowest, highest) = (loss.lowest.min(loss.printed), loss.highest.max(loss.printed));
    let [printed, lowest, highest] = [loss.printed, lowest, highest].map(f64::from);
    let place = match newest.valid_loss {
        loss if loss < lowest => Place::Better,
        loss if loss > highest => Place::Worse,
        _ => Place::Among,
    };
    is_tutorial(config).then_some(Comparison {
        epoch: newest.epoch,
        printed,
        lowest,
        highest,
        place,
    })
}

/// Whether every epoch of these settings is one of the tutorial's.
fn is_tutorial(config: &TrainingConfig) -> bool {
    let &TrainingConfig { engine, epochs, patience, seed, keep_every, keep, .. } = config;
    let tutorial = Preset::Tutorial.config();
    *config == TrainingConfig { engine, epochs, patience, seed, keep_every, keep, ..tutorial }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(epoch: u32, valid_loss: f64) -> EpochMetrics {
        EpochMetrics { epoch, step: 0, train_loss: 0.3, valid_loss, valid_accuracy: 0.88 }
    }

    fn place(epoch: u32, valid_loss: f64) -> Option<Place> {
        let config = TrainingConfig { epochs: 9, seed: 7, ..TrainingConfig::default() };
        compared(&config, &after(epoch, valid_loss)).map(|comparison| comparison.place)
    }

    #[test]
    fn a_run_of_the_tutorials_recipe_stands_beside_the_same_epoch_of_pytorchs_runs() {
        assert_eq!(place(5, 0.312), Some(Place::Among));
        assert_eq!(place(5, 0.303), Some(Place::Better));
        assert_eq!(place(4, 0.418), Some(Place::Worse));
        assert_eq!(place(1, 0.44), Some(Place::Among));
        assert_eq!(place(6, 0.3), None);
        assert_eq!(place(0, 0.3), None);
    }

    #[test]
    fn a_run_of_another_recipe_is_not_compared() {
        let with = |config| compared(&config, &after(5, 0.312));
        let tutorial = TrainingConfig::default();
        assert!(with(tutorial.clone()).is_some());
        assert_eq!(with(TrainingConfig { batch_size: 8, ..tutorial.clone() }), None);
        assert_eq!(with(TrainingConfig { steps: Some(100), ..tutorial }), None);
        assert_eq!(with(Preset::Quick.config()), None);
    }
}
