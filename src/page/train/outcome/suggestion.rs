//! Settings to try next, derived from those of a run.

use crate::protocol::{Ending, EpochMetrics};
use crate::settings::{
    Field, OptimizerSettings, Preset, ScheduleSettings, SettingsDraft, TrainingConfig,
};

/// A change to the settings of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Suggestion {
    /// So many epochs, to their end.
    Epochs(usize),
    /// Another learning rate.
    LearningRate(f64),
    /// Batches of [`Self::LARGER_BATCH`] at a learning rate of [`Self::ITS_RATE`].
    LargerBatch,
    /// The preset's whole recipe.
    Quick,
}

impl Suggestion {
    /// The batch size at which an epoch no longer consists mostly of overhead.
    pub const LARGER_BATCH: usize = 64;
    /// The learning rate that goes with it, for SGD with momentum.
    pub const ITS_RATE: f64 = 0.01;
    /// The highest learning rate suggested.
    const HIGHEST_RATE: f64 = 0.1;
    /// How many are offered at once.
    const MOST: usize = 2;

    /// Its word in hooks for tests.
    pub const fn testid(self) -> &'static str {
        match self {
            Self::Epochs(_) => "suggest-epochs",
            Self::LearningRate(_) => "suggest-rate",
            Self::LargerBatch => "suggest-batch",
            Self::Quick => "suggest-quick",
        }
    }

    /// The form with these settings and this change.
    pub fn filled(self, config: &TrainingConfig) -> SettingsDraft {
        let mut changed = config.clone();
        match self {
            Self::Epochs(epochs) => (changed.epochs, changed.steps) = (epochs, None),
            Self::LearningRate(rate) => set_rate(&mut changed, rate),
            Self::LargerBatch => {
                changed.batch_size = Self::LARGER_BATCH;
                set_rate(&mut changed, Self::ITS_RATE);
            }
            Self::Quick => return Preset::Quick.in_draft(&SettingsDraft::from(config)),
        }
        SettingsDraft::from(&changed)
    }

    /// For a run that has ended well.
    pub fn after_end(
        config: &TrainingConfig,
        ending: Ending,
        is_newest_best: bool,
        newest: &EpochMetrics,
    ) -> Vec<Self> {
        let is_plain_sgd = matches!(config.optimizer, OptimizerSettings::Sgd { .. })
            && config.schedule == ScheduleSettings::Constant;
        let (batch, rate) = (config.batch_size, config.learning_rate);
        let mut all = Vec::new();
        if ending == Ending::Completed && is_newest_best && newest.epoch as usize >= config.epochs {
            all.extend(Self::more_epochs(config));
        }
        if is_plain_sgd && batch >= 32 && rate < Self::ITS_RATE / 2.0 {
            all.push(Self::LearningRate(Self::ITS_RATE));
        }
        if is_plain_sgd && batch <= 16 {
            all.push(Self::LargerBatch);
        }
        if !is_quick(config) {
            all.push(Self::Quick);
        }
        all.truncate(Self::MOST);
        all
    }

    /// For a run that has not learnt yet.
    pub fn for_slow(config: &TrainingConfig) -> Vec<Self> {
        let rate = (10.0 * config.learning_rate).min(Self::HIGHEST_RATE);
        let higher = (rate > config.learning_rate).then(|| Self::LearningRate(rounded(rate)));
        Self::more_epochs(config).into_iter().chain(higher).collect()
    }

    /// For a run that has collapsed: a tenth of its learning rate.
    pub fn for_collapsed(config: &TrainingConfig) -> Self {
        Self::LearningRate(rounded(config.learning_rate / 10.0))
    }

    /// Twice the epochs, or all of them if the run had fewer steps than that.
    fn more_epochs(config: &TrainingConfig) -> Option<Self> {
        let epochs = match config.steps {
            Some(_) => config.epochs,
            None => (2 * config.epochs).min(TrainingConfig::MAX_EPOCHS),
        };
        (config.steps.is_some() || epochs > config.epochs).then_some(Self::Epochs(epochs))
    }
}

fn set_rate(config: &mut TrainingConfig, rate: f64) {
    config.learning_rate = rate;
    // The form takes no minimum above the learning rate.
    if let ScheduleSettings::Cosine { minimum } = &mut config.schedule {
        *minimum = minimum.min(rate);
    }
}

/// Without the last digits that binary fractions leave behind: 0.007 instead of 0.007000000000000001.
fn rounded(rate: f64) -> f64 {
    format!("{rate:.5e}").parse().unwrap_or(rate)
}

/// Whether these settings are the quick recipe, over any number of epochs.
fn is_quick(config: &TrainingConfig) -> bool {
    let draft = SettingsDraft::from(config);
    let mut quick = Preset::Quick.in_draft(&draft);
    quick.set(Field::Epochs, draft.get(Field::Epochs));
    quick == draft
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tutorial() -> TrainingConfig {
        TrainingConfig::default()
    }

    fn after_end(config: &TrainingConfig, is_newest_best: bool) -> Vec<Suggestion> {
        let newest = EpochMetrics {
            epoch: config.epochs as u32,
            step: 1,
            train_loss: 0.3,
            valid_loss: 0.3,
            valid_accuracy: 0.88,
        };
        Suggestion::after_end(config, Ending::Completed, is_newest_best, &newest)
    }

    #[test]
    fn a_run_that_still_improved_may_go_on_for_longer() {
        let best = after_end(&tutorial(), true);
        assert_eq!(best, [Suggestion::Epochs(10), Suggestion::LargerBatch]);
        let past_its_best = after_end(&tutorial(), false);
        assert_eq!(past_its_best, [Suggestion::LargerBatch, Suggestion::Quick]);
    }

    #[test]
    fn what_a_run_has_done_already_is_not_suggested() {
        let quick = TrainingConfig { epochs: 7, ..Preset::Quick.config() };
        assert_eq!(after_end(&quick, true), [Suggestion::Epochs(14)]);
        assert_eq!(after_end(&quick, false), []);
        let larger = TrainingConfig { batch_size: 64, learning_rate: 0.01, ..tutorial() };
        assert_eq!(after_end(&larger, false), [Suggestion::Quick]);
        let slow = TrainingConfig { batch_size: 64, ..tutorial() };
        assert_eq!(after_end(&slow, false)[0], Suggestion::LearningRate(0.01));
    }

    #[test]
    fn a_collapsed_run_is_offered_a_tenth_of_its_learning_rate_and_nothing_else_changes() {
        for (rate, tenth) in [(0.01, "0.001"), (0.07, "0.007"), (0.2, "0.02")] {
            let config = TrainingConfig { learning_rate: rate, seed: 3, ..tutorial() };
            let filled = Suggestion::for_collapsed(&config).filled(&config);
            assert_eq!(filled.get(Field::LearningRate), tenth);
            let same = TrainingConfig { learning_rate: rate, ..filled.check().unwrap() };
            assert_eq!(same, config);
        }
    }

    #[test]
    fn whatever_is_suggested_can_be_started() {
        let cosine = ScheduleSettings::Cosine { minimum: 0.005 };
        let configs = [
            tutorial(),
            Preset::Quick.config(),
            TrainingConfig { learning_rate: 0.01, schedule: cosine, ..tutorial() },
            TrainingConfig { steps: Some(50), learning_rate: 10.0, ..tutorial() },
            TrainingConfig { epochs: TrainingConfig::MAX_EPOCHS, ..tutorial() },
        ];
        for config in configs {
            let mut all = after_end(&config, true);
            all.extend(Suggestion::for_slow(&config));
            all.extend([Suggestion::for_collapsed(&config), Suggestion::LargerBatch]);
            for suggestion in all {
                let filled = suggestion.filled(&config).check();
                assert!(filled.is_ok(), "{suggestion:?} of {config:?}: {filled:?}");
            }
        }
    }

    #[test]
    fn a_slow_run_is_offered_more_epochs_and_a_higher_rate() {
        let config = TrainingConfig { learning_rate: 1e-5, ..tutorial() };
        let offered = Suggestion::for_slow(&config);
        assert_eq!(offered, [Suggestion::Epochs(10), Suggestion::LearningRate(1e-4)]);
        let short = TrainingConfig { steps: Some(200), learning_rate: 0.5, ..tutorial() };
        assert_eq!(Suggestion::for_slow(&short), [Suggestion::Epochs(5)]);
    }
}
