//! What is to be said of a run, from its figures.

use super::suggestion::Suggestion;
use super::tutorial::{Comparison, compared};
use crate::history::{best_of, chance};
use crate::insight::{Learning, learning};
use crate::page::session::{Curves, DeadUnits};
use crate::protocol::{Ending, EpochMetrics, LayerDeadUnits};
use crate::settings::TrainingConfig;

/// The data set of a run, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct TrainedOn {
    /// Whether it is the tutorial's as published: neither corrected nor one of one's own.
    pub is_published: bool,
    /// How many classes it has.
    pub classes: usize,
}

/// What is to be said of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It has ended, and has learnt.
    Ended(End),
    /// It has stopped learning.
    Collapsed(Collapse),
    /// It is near chance but may still learn.
    NotYet {
        /// Its newest validation accuracy, 0 to 1.
        accuracy: f64,
        /// The accuracy of guessing, 0 to 1.
        chance: f64,
        /// What to try next.
        next: Vec<Suggestion>,
    },
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Why it ended.
    pub ending: Ending,
    /// Its last epoch.
    pub newest: EpochMetrics,
    /// Its best epoch, if it had several.
    pub best: Option<EpochMetrics>,
    /// The run beside PyTorch's, if it is of the same recipe.
    pub comparison: Option<Comparison>,
    /// What to try next.
    pub next: Vec<Suggestion>,
}

impl End {
    /// Whether the last epoch was the best.
    pub fn is_newest_best(&self) -> bool {
        self.best.is_none_or(|best| best.epoch == self.newest.epoch)
    }
}

/// A run that has stopped learning.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapse {
    /// Its newest validation accuracy, 0 to 1.
    pub accuracy: f64,
    /// The accuracy of guessing, 0 to 1.
    pub chance: f64,
    /// Why it cannot learn.
    pub cause: Cause,
    /// What helps.
    pub remedy: Suggestion,
}

/// Why a run cannot learn, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Most units of this layer are dead; there may be further such layers.
    DeadUnits(LayerDeadUnits),
    /// No layer is mostly dead.
    NoDeadLayer,
    /// The dead units have not been counted.
    NotCounted,
}

impl Cause {
    /// The layer with the largest share of dead units counts, the deepest of several.
    fn of(layers: Option<&[LayerDeadUnits]>) -> Self {
        let Some(layers) = layers else { return Self::NotCounted };
        let share = |layer: &LayerDeadUnits| f64::from(layer.dead) / f64::from(layer.units.max(1));
        let worst = layers.iter().max_by(|one, other| share(one).total_cmp(&share(other)));
        match worst.filter(|layer| layer.is_mostly_dead()) {
            Some(layer) => Self::DeadUnits(layer.clone()),
            None => Self::NoDeadLayer,
        }
    }
}

/// What is to be said of a run with these settings on this data set; `None` while it goes on and is not near chance.
pub fn verdict(
    config: &TrainingConfig,
    on: TrainedOn,
    ending: Option<Ending>,
    curves: &Curves,
    dead: Option<&DeadUnits>,
) -> Option<Verdict> {
    let epochs = &curves.epochs[..];
    let newest = *epochs.last()?;
    let accuracy = newest.valid_accuracy;
    let counted = dead.filter(|dead| dead.epoch == newest.epoch).map(|dead| &dead.layers[..]);
    let chance = chance(on.classes);
    match learning(epochs, &curves.losses.losses, counted, on.classes)? {
        Learning::Collapsed => Some(Verdict::Collapsed(Collapse {
            accuracy,
            chance,
            cause: Cause::of(counted),
            remedy: Suggestion::for_collapsed(config),
        })),
        Learning::NotYet => {
            Some(Verdict::NotYet { accuracy, chance, next: Suggestion::for_slow(config) })
        }
        Learning::Learns => {
            let ending = ending?;
            let best = *best_of(epochs)?;
            let is_newest_best = best.epoch == newest.epoch;
            Some(Verdict::Ended(End {
                ending,
                newest,
                best: Some(best).filter(|_| epochs.len() > 1),
                // PyTorch's runs were on the data set as published.
                comparison: compared(config, &newest).filter(|_| on.is_published),
                next: Suggestion::after_end(config, ending, is_newest_best, &newest),
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::field_reassign_with_default)]
    use super::*;

    const PUBLISHED: TrainedOn = TrainedOn { is_published: true, classes: 10 };

    fn epoch(number: u32, step: u64, valid_loss: f64, valid_accuracy: f64) -> EpochMetrics {
        EpochMetrics { epoch: number, step, train_loss: valid_loss, valid_loss, valid_accuracy }
    }

    fn curves(epochs: &[EpochMetrics], losses: Vec<f32>) -> Curves {
        let mut curves = Curves::default();
        curves.epochs = epochs.to_vec();
        curves.push_losses(&losses);
        curves
    }

    /// A run that was fine in its first epoch and at chance in its second.
    fn collapsed() -> Curves {
        let mut losses = vec![0.7; 1_000];
        losses.extend([2.31; 1_000]);
        curves(&[epoch(1, 1_000, 0.7, 0.76), epoch(2, 2_000, 2.31, 0.1)], losses)
    }

    fn dead(epoch: u32, fc1: u32, fc2: u32) -> DeadUnits {
        let layer = |layer: &str, dead, units| LayerDeadUnits { layer: layer.into(), dead, units };
        DeadUnits { epoch, layers: vec![layer("fc1", fc1, 120), layer("fc2", fc2, 84)] }
    }

    fn cause(counted: Option<&DeadUnits>) -> Cause {
        let said = verdict(&TrainingConfig::default(), PUBLISHED, None, &collapsed(), counted);
        let Some(Verdict::Collapsed(collapse)) = said else { panic!("{said:?}") };
        assert_eq!(collapse.remedy, Suggestion::LearningRate(0.0001));
        collapse.cause
    }

    #[test]
    fn a_healthy_run_is_spoken_of_once_it_has_ended() {
        let epochs = [epoch(1, 10, 0.41, 0.84), epoch(2, 20, 0.33, 0.87), epoch(3, 30, 0.35, 0.86)];
        let curves = curves(&epochs, vec![0.4; 30]);
        let config = TrainingConfig { epochs: 3, ..TrainingConfig::default() };
        assert_eq!(verdict(&config, PUBLISHED, None, &curves, None), None);
        let said = verdict(&config, PUBLISHED, Some(Ending::Completed), &curves, None);
        let Some(Verdict::Ended(end)) = said else { panic!("{said:?}") };
        assert_eq!(end.newest.epoch, 3);
        assert_eq!(end.best.map(|best| best.epoch), Some(2));
        assert!(!end.is_newest_best() && end.comparison.is_some());
        let corrected = TrainedOn { is_published: false, ..PUBLISHED };
        let said = verdict(&config, corrected, Some(Ending::Completed), &curves, None);
        let Some(Verdict::Ended(corrected)) = said else { panic!("{said:?}") };
        assert_eq!(corrected.comparison, None, "PyTorch's runs were on the data set as published");
    }

    #[test]
    fn a_run_of_one_epoch_has_no_best_one() {
        let curves = curves(&[epoch(1, 10, 0.41, 0.84)], vec![0.4; 10]);
        let said =
            verdict(&TrainingConfig::default(), PUBLISHED, Some(Ending::Completed), &curves, None);
        let Some(Verdict::Ended(end)) = said else { panic!("{said:?}") };
        assert!(end.best.is_none() && end.is_newest_best());
    }

    #[test]
    fn a_collapsed_run_is_spoken_of_while_it_goes_on() {
        assert_eq!(cause(None), Cause::NotCounted);
        let DeadUnits { layers, .. } = dead(2, 120, 84);
        assert_eq!(cause(Some(&dead(2, 120, 84))), Cause::DeadUnits(layers[1].clone()));
        assert_eq!(cause(Some(&dead(2, 3, 1))), Cause::NoDeadLayer);
    }

    #[test]
    fn dead_units_of_another_epoch_are_not_this_ones() {
        assert_eq!(cause(Some(&dead(1, 120, 84))), Cause::NotCounted);
    }

    #[test]
    fn a_run_that_has_hardly_begun_has_not_learnt_yet() {
        let curves = curves(&[epoch(1, 118, 2.297, 0.122)], vec![2.3; 118]);
        let config = TrainingConfig { batch_size: 512, epochs: 1, ..TrainingConfig::default() };
        let said = verdict(&config, PUBLISHED, Some(Ending::Completed), &curves, None);
        assert!(matches!(said, Some(Verdict::NotYet { .. })), "{said:?}");
    }

    #[test]
    fn what_is_near_chance_depends_on_how_many_classes_there_are() {
        let mut losses = vec![0.3; 1_000];
        losses.extend([0.7; 1_000]);
        let curves = curves(&[epoch(1, 1_000, 0.3, 0.9), epoch(2, 2_000, 0.7, 0.5)], losses);
        let on = |classes| TrainedOn { is_published: false, classes };
        let of = |classes| verdict(&TrainingConfig::default(), on(classes), None, &curves, None);
        let Some(Verdict::Collapsed(collapse)) = of(2) else { panic!("{:?}", of(2)) };
        assert_eq!((collapse.accuracy, collapse.chance), (0.5, 0.5));
        assert_eq!(of(10), None, "half of ten classes' images right is far above chance");
    }

    #[test]
    fn nothing_is_said_before_the_first_epoch() {
        let curves = curves(&[], vec![2.3; 500]);
        assert_eq!(verdict(&TrainingConfig::default(), PUBLISHED, None, &curves, None), None);
    }
}
