//! What a run has measured so far: plain data, kept in checkpoints and drawn by the page.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::settings::TrainingConfig;

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It has taken all of its steps.
    Completed,
    /// The validation loss has not fallen for as many epochs as the patience setting allows.
    EarlyStopped,
}

/// A number as an error carries it: unlike `f64`, one that is not a number equals itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figure(pub f64);

impl PartialEq for Figure {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Figure {}

impl std::fmt::Display for Figure {
    fn fmt(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(words)
    }
}

/// Why a run cannot go on from what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ResumeMistake {
    /// There are no images, or a batch has none.
    #[error("there is nothing to train on")]
    NothingToTrainOn,
    /// No image is left that it could be validated on.
    #[error("there is nothing to validate on")]
    NothingToValidateOn,
    /// Its steps and its epochs contradict each other.
    #[error("{steps} steps do not belong to {epochs} epochs of {steps_per_epoch} steps")]
    Steps {
        /// Steps taken.
        steps: u64,
        /// Epochs finished.
        epochs: u64,
        /// Steps an epoch.
        steps_per_epoch: u64,
    },
    /// Losses that belong to it have not been read.
    #[error("losses are still on the device")]
    LossesUnread,
    /// The data set is smaller than the one that it was trained on.
    #[error("the data set lacks images that the run needs")]
    ImagesMissing,
    /// The data set has another number of classes than the network.
    #[error("the network tells {network} classes apart, the data set has {data}")]
    Classes {
        /// The network's.
        network: usize,
        /// The data set's.
        data: usize,
    },
    /// A correction gives an image a label that is no class of the network.
    #[error("a correction has label {label}, which is not below {classes}")]
    CorrectedLabel {
        /// The label.
        label: u8,
        /// The network's classes.
        classes: usize,
    },
    /// The run is trained on another data set than there is.
    #[error("it is trained on {}, not on {}", titled(needed), titled(found))]
    OtherDataSet {
        /// The run's, by its title; `None` for the tutorial's.
        needed: Option<String>,
        /// The one that there is.
        found: Option<String>,
    },
}

fn titled(title: &Option<String>) -> String {
    let own = |title: &String| format!("the data set {title}");
    title.as_ref().map_or_else(|| "that of the tutorial".to_owned(), own)
}

/// Why a checkpoint of a run is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckpointRole {
    /// The lowest validation loss of its run.
    Best,
    /// The newest state of its run.
    Last,
    /// Kept at a fixed interval of steps; newer ones replace the oldest.
    Kept,
}

/// Everything a run has measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The loss of every step, in order.
    pub losses: Vec<f32>,
    /// The tutorial's `Loss/train`.
    pub reports: Vec<LossReport>,
    /// Every finished epoch.
    pub epochs: Vec<EpochMetrics>,
}

impl History {
    /// How many steps the current training loss is averaged over.
    pub const RECENT_STEPS: usize = 100;

    /// The epoch with the lowest validation loss; the earliest of several.
    ///
    /// ```
    /// use atelier::history::{EpochMetrics, History};
    ///
    /// let epoch = |epoch: u32, valid_loss| EpochMetrics {
    ///     epoch,
    ///     step: 100 * u64::from(epoch),
    ///     train_loss: 0.3,
    ///     valid_loss,
    ///     valid_accuracy: 0.88,
    /// };
    /// let epochs = vec![epoch(1, 0.41), epoch(2, 0.35), epoch(3, 0.37)];
    /// let history = History { losses: vec![0.3; 300], epochs, ..History::default() };
    /// assert_eq!(history.best_epoch().map(|best| best.epoch), Some(2));
    /// assert!(!history.newest_is_best());
    /// ```
    #[must_use]
    pub fn best_epoch(&self) -> Option<&EpochMetrics> {
        best_of(&self.epochs)
    }

    /// Whether the newest epoch is the best.
    #[must_use]
    pub fn newest_is_best(&self) -> bool {
        self.best_epoch().is_some_and(|best| best.epoch as usize == self.epochs.len())
    }

    /// Mean loss of the last [`Self::RECENT_STEPS`] steps; `None` before the first.
    #[must_use]
    pub fn recent_loss(&self) -> Option<f64> {
        let recent = &self.losses[self.losses.len().saturating_sub(Self::RECENT_STEPS)..];
        let sum: f64 = recent.iter().copied().map(f64::from).sum();
        (!recent.is_empty()).then(|| sum / recent.len() as f64)
    }

    /// What had been measured after so many steps and finished epochs; `None` if less than that was.
    #[must_use]
    pub fn up_to(&self, steps: u64, epochs: u32) -> Option<Self> {
        let losses = self.losses.get(..usize::try_from(steps).ok()?)?.to_vec();
        let epochs = self.epochs.get(..epochs as usize)?.to_vec();
        let reports =
            self.reports.iter().take_while(|report| report.step <= steps).copied().collect();
        let history = Self { losses, reports, epochs };
        history.is_consistent().then_some(history)
    }

    /// Whether another history is how this one began, to the bit.
    #[must_use]
    pub fn goes_on_from(&self, other: &Self) -> bool {
        let began = self.up_to(other.losses.len() as u64, other.epochs.len() as u32);
        began.is_some_and(|began| began.bits() == other.bits())
    }

    /// Everything in a form that compares by bits: a loss may be NaN, which equals nothing.
    fn bits(&self) -> impl PartialEq {
        let losses: Vec<u32> = self.losses.iter().map(|loss| loss.to_bits()).collect();
        let report = |report: &LossReport| (report.step, report.mean_loss.to_bits());
        let epoch = |epoch: &EpochMetrics| {
            let EpochMetrics { epoch, step, train_loss, valid_loss, valid_accuracy } = *epoch;
            (epoch, step, [train_loss, valid_loss, valid_accuracy].map(f64::to_bits))
        };
        let reports: Vec<_> = self.reports.iter().map(report).collect();
        let epochs: Vec<_> = self.epochs.iter().map(epoch).collect();
        (losses, reports, epochs)
    }

    /// Whether epochs are numbered from 1, and all steps are in order and within the losses.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let steps = self.losses.len() as u64;
        let mut last_epoch = 0;
        let mut last_report = 0;
        let follows = |last: &mut u64, step| step <= steps && std::mem::replace(last, step) < step;
        self.epochs.iter().zip(1..).all(|(epoch, number)| epoch.epoch == number)
            && self.epochs.iter().all(|epoch| follows(&mut last_epoch, epoch.step))
            && self.reports.iter().all(|report| follows(&mut last_report, report.step))
    }

    /// Why a run with these settings is over; `None` while there is more to do.
    #[must_use]
    pub fn ending(&self, config: &TrainingConfig) -> Option<Ending> {
        let last = self.epochs.last()?;
        let out_of_steps = config.steps.is_some_and(|steps| last.step >= steps);
        if self.epochs.len() >= config.epochs || out_of_steps {
            return Some(Ending::Completed);
        }
        let since_best = last.epoch - self.best_epoch()?.epoch;
        let patience = config.patience?;
        (since_best as usize >= patience).then_some(Ending::EarlyStopped)
    }
}

/// One point of the tutorial's `Loss/train`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossReport {
    /// The last step of the thousand, counted over the whole run.
    pub step: u64,
    /// Mean loss of the batches since the last report.
    pub mean_loss: f64,
}

impl LossReport {
    /// Steps between reports, if an epoch has at least as many.
    pub const STEPS: u64 = 1000;

    /// Steps between reports in epochs of this many steps: never more than an epoch has.
    #[must_use]
    pub const fn interval(steps_per_epoch: u64) -> u64 {
        if steps_per_epoch < Self::STEPS { steps_per_epoch } else { Self::STEPS }
    }
}

/// The results of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochMetrics {
    /// The epoch, from 1.
    pub epoch: u32,
    /// Steps taken in the run by its end.
    pub step: u64,
    /// Mean training loss of its last report, as the tutorial prints it.
    pub train_loss: f64,
    /// Mean cross-entropy over the test split.
    pub valid_loss: f64,
    /// Share of the test split classified correctly, 0 to 1.
    pub valid_accuracy: f64,
}

/// The epoch with the lowest validation loss; the earliest of several.
#[must_use]
pub fn best_of(epochs: &[EpochMetrics]) -> Option<&EpochMetrics> {
    epochs
        .iter()
        .reduce(|best, epoch| if epoch.valid_loss < best.valid_loss { epoch } else { best })
}

/// How far above chance an accuracy still counts as near it, as a share of what chance leaves to learn. For the tutorial's ten
/// classes, that is up to 0.2: a network that gives every image the same class reaches 0.1, and one that has kept two classes
/// apart 0.2 at most; one that learns is far above that after its first epoch (0.75 to 0.85 with the tutorial's recipe).
const NEAR_CHANCE: f64 = 1.0 / 9.0;

/// The accuracy of guessing among so many classes (two at least) with as many images each: 0.1 for the tutorial's.
#[must_use]
pub fn chance(classes: usize) -> f64 {
    1.0 / classes.max(2) as f64
}

/// Whether this accuracy (0 to 1) is about that of guessing among so many classes.
#[must_use]
pub fn is_near_chance(accuracy: f64, classes: usize) -> bool {
    let chance = chance(classes);
    // Rounding must not decide for an accuracy of exactly two in ten.
    accuracy <= chance + (1.0 - chance) * NEAR_CHANCE + f64::EPSILON
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn epoch(epoch: u32, valid_loss: f64) -> EpochMetrics {
        EpochMetrics { epoch, step: 0, train_loss: 0.0, valid_loss, valid_accuracy: 0.0 }
    }

    #[test]
    fn the_best_epoch_has_the_lowest_validation_loss() {
        let epochs = vec![epoch(1, 0.41), epoch(2, 0.33), epoch(3, 0.33), epoch(4, 0.42)];
        let history = History { epochs, ..History::default() };
        assert_eq!(history.best_epoch().map(|best| best.epoch), Some(2));
        assert!(!history.newest_is_best());
        let epochs = vec![epoch(1, 0.41), epoch(2, 0.33)];
        assert!(History { epochs, ..History::default() }.newest_is_best());
        assert!(!History::default().newest_is_best());
        assert_eq!(History::default().best_epoch(), None);
    }

    #[test]
    fn a_history_that_contradicts_itself_is_noticed() {
        let at = |number, step| EpochMetrics { step, ..epoch(number, 0.5) };
        let report = |step| LossReport { step, mean_loss: 0.5 };
        let consistent = |epochs: &[EpochMetrics], reports: &[LossReport]| {
            let (epochs, reports) = (epochs.to_vec(), reports.to_vec());
            History { losses: vec![0.5; 20], epochs, reports }.is_consistent()
        };
        assert!(consistent(&[], &[]));
        assert!(consistent(&[at(1, 10), at(2, 20)], &[report(5), report(20)]));
        assert!(!consistent(&[at(5, 10), at(1, 20)], &[]));
        assert!(!consistent(&[at(1, 10), at(2, 10)], &[]));
        assert!(!consistent(&[at(1, 21)], &[]));
        assert!(!consistent(&[], &[report(7), report(5)]));
        assert!(!consistent(&[], &[report(u64::MAX)]));
    }

    #[test]
    fn a_history_is_cut_to_a_step_and_its_finished_epochs() {
        let at = |number, step| EpochMetrics { step, ..epoch(number, 0.5) };
        let report = |step| LossReport { step, mean_loss: 0.5 };
        let whole = History {
            losses: vec![0.5, f32::NAN, 0.25, 0.125],
            reports: vec![report(2), report(4)],
            epochs: vec![at(1, 2), at(2, 4)],
        };
        let cut = whole.up_to(2, 1).unwrap();
        assert_eq!(
            (cut.losses.len(), &cut.reports[..], &cut.epochs[..]),
            (2, &[report(2)][..], &[at(1, 2)][..])
        );
        // Saved after an epoch's last step and before its validation.
        assert_eq!(whole.up_to(2, 0).unwrap().epochs, []);
        assert_eq!(whole.up_to(5, 2), None);
        assert_eq!(whole.up_to(4, 3), None);
        assert_eq!(whole.up_to(1, 1), None, "an epoch cannot end after the last step");
        assert!(whole.goes_on_from(&cut) && whole.goes_on_from(&whole));
        let other = History { losses: vec![0.5, 0.5], ..cut };
        assert!(!whole.goes_on_from(&other) && !other.goes_on_from(&whole));
    }

    #[test]
    fn patience_ends_after_so_many_epochs_without_a_lower_loss() {
        let config = TrainingConfig { epochs: 9, patience: Some(2), ..TrainingConfig::default() };
        let ending = |losses: &[f64]| {
            let epochs = losses.iter().zip(1..).map(|(&loss, at)| epoch(at, loss)).collect();
            History { epochs, ..History::default() }.ending(&config)
        };
        assert_eq!(ending(&[]), None);
        assert_eq!(ending(&[0.5, 0.4, 0.41]), None);
        assert_eq!(ending(&[0.5, 0.4, 0.41, 0.39, 0.4]), None);
        assert_eq!(ending(&[0.5, 0.4, 0.4, 0.41]), Some(Ending::EarlyStopped));
        assert_eq!(ending(&[0.5; 9]), Some(Ending::Completed));
        let patient = TrainingConfig { patience: None, ..config.clone() };
        let epochs = (1..=8).map(|at| epoch(at, 0.5)).collect();
        assert_eq!(History { epochs, ..History::default() }.ending(&patient), None);
    }

    #[test]
    fn a_run_of_so_many_steps_ends_in_the_middle_of_an_epoch() {
        let config = TrainingConfig { steps: Some(50), ..TrainingConfig::default() };
        let mut history = History { epochs: vec![epoch(1, 0.5)], ..History::default() };
        assert_eq!(history.ending(&config), None);
        history.epochs[0].step = 50;
        assert_eq!(history.ending(&config), Some(Ending::Completed));
    }

    #[test]
    fn chance_is_one_in_so_many_as_there_are_classes() {
        for (classes, near, above) in [(2, 0.55, 0.56), (10, 0.2, 0.201), (64, 0.12, 0.13)] {
            assert!(is_near_chance(near, classes), "{classes}");
            assert!(!is_near_chance(above, classes), "{classes}");
        }
    }
}
