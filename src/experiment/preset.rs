//! Experiments that stand ready, from the tutorial's advice.

use super::{Axis, Choice, Experiment, Scale, Values};
use crate::settings::{Field, OptimizerKind, SettingsDraft, TrainingConfig};

/// An experiment that stands ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Seven learning rates from 0.0001 to 0.1, at equal ratios.
    LearningRates,
    /// Momenta from 0 to 0.99. An optimizer without one gives way to SGD.
    Momenta,
    /// The six optimizers, each at two learning rates.
    Optimizers,
}

/// Seeds of each combination: fewer say little about their spread.
const SEEDS: u64 = 3;

impl Preset {
    /// Every experiment that stands ready.
    pub const ALL: [Self; 3] = [Self::LearningRates, Self::Momenta, Self::Optimizers];

    /// The word used in links and in the page.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LearningRates => "learning-rates",
            Self::Momenta => "momenta",
            Self::Optimizers => "optimizers",
        }
    }

    /// The experiment with this word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// The experiment, with all other settings as they are, under the base's seed and the two after it.
    #[must_use]
    pub fn experiment(self, base: &TrainingConfig) -> Experiment {
        let rates = |from, to, count| {
            let values = Values::Range { from, to, count, scale: Scale::Logarithmic };
            Axis { field: Field::LearningRate, values }
        };
        let (base, axes) = match self {
            Self::LearningRates => (base.clone(), vec![rates(0.0001, 0.1, 7)]),
            Self::Momenta => {
                let momenta = Axis::list(Field::Momentum, [0.0, 0.5, 0.9, 0.95, 0.99]);
                (with_momentum(base), vec![momenta])
            }
            Self::Optimizers => {
                let optimizers = OptimizerKind::ALL.map(OptimizerKind::as_str);
                let optimizers = Axis::list(Field::Optimizer, optimizers);
                (base.clone(), vec![optimizers, Axis::list(Field::LearningRate, [0.001, 0.01])])
            }
        };
        let seeds = (0..SEEDS).map(|more| base.seed.wrapping_add(more)).collect();
        let name = self.as_str().to_owned();
        Experiment { name, base, axes, seeds, choice: Choice::Grid, halving: None }
    }
}

/// The settings with an optimizer that has a momentum.
fn with_momentum(base: &TrainingConfig) -> TrainingConfig {
    let mut draft = SettingsDraft::from(base);
    if !draft.applies(Field::Momentum) {
        draft.set(Field::Optimizer, OptimizerKind::Sgd.as_str());
    }
    draft.check().unwrap_or_else(|_| base.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn runs(preset: Preset) -> Vec<TrainingConfig> {
        let experiment = preset.experiment(&TrainingConfig::default());
        let runs = experiment.runs().unwrap();
        assert_eq!(runs.left_out, []);
        runs.runs.into_iter().map(|run| run.config).collect()
    }

    #[test]
    fn the_presets_are_what_the_tutorial_advises_to_try() {
        let rates = runs(Preset::LearningRates);
        assert_eq!(rates.len(), 7 * 3);
        assert_eq!((rates[0].learning_rate, rates[6].learning_rate), (0.0001, 0.1));
        assert_eq!(runs(Preset::Momenta).len(), 5 * 3);
        let optimizers = runs(Preset::Optimizers);
        assert_eq!(optimizers.len(), 6 * 2 * 3);
        let kinds = optimizers.iter().map(|config| config.optimizer.kind());
        assert!(OptimizerKind::ALL.into_iter().all(|kind| kinds.clone().any(|it| it == kind)));
        let mut seeds: Vec<u64> = optimizers.iter().map(|config| config.seed).collect();
        seeds.dedup();
        assert_eq!(seeds, [0, 1, 2]);
    }

    #[test]
    fn other_settings_stay_as_the_form_has_them() {
        let base = TrainingConfig { batch_size: 64, epochs: 2, seed: 7, ..Default::default() };
        for preset in Preset::ALL {
            let runs = preset.experiment(&base).runs().unwrap();
            let keeps = |config: &TrainingConfig| config.batch_size == 64 && config.epochs == 2;
            assert!(runs.runs.iter().all(|run| keeps(&run.config)));
            assert_eq!(runs.runs.last().unwrap().config.seed, 9);
            assert_eq!(Preset::named(preset.as_str()), Some(preset));
        }
        assert_eq!(Preset::named("quick"), None);
    }

    #[test]
    fn momenta_of_an_optimizer_without_one_are_those_of_sgd() {
        let mut draft = SettingsDraft::default();
        draft.set(Field::Optimizer, "adam");
        let adam = draft.check().unwrap();
        let experiment = Preset::Momenta.experiment(&adam);
        assert_eq!(experiment.base.optimizer.kind(), OptimizerKind::Sgd);
        assert_eq!(experiment.runs().unwrap().runs.len(), 15);
        draft.set(Field::Optimizer, "rmsprop");
        let rmsprop = Preset::Momenta.experiment(&draft.check().unwrap());
        assert_eq!(rmsprop.base.optimizer.kind(), OptimizerKind::RmsProp);
    }
}
