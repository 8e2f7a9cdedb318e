//! Named recipes.

use super::{Field, OptimizerSettings, ScheduleSettings, SettingsDraft, TrainingConfig};

/// A named recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// The tutorial's run, unchanged.
    Tutorial,
    /// The best validation accuracy found for this network in 5 epochs, in an eighth of the steps. No
    /// augmentation: in so few epochs, mirroring or shifting images cost more than it gained.
    Quick,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 2] = [Self::Tutorial, Self::Quick];

    /// The word used in links and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tutorial => "tutorial",
            Self::Quick => "quick",
        }
    }

    /// The preset with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// The recipe; engine, seed and checkpoints are left to the user.
    #[must_use]
    pub fn config(self) -> TrainingConfig {
        let tutorial = TrainingConfig::default();
        match self {
            Self::Tutorial => tutorial,
            Self::Quick => TrainingConfig {
                batch_size: 32,
                optimizer: OptimizerSettings::AdamW { betas: (0.9, 0.99), epsilon: 1e-8 },
                learning_rate: 0.0035,
                weight_decay: 0.05,
                schedule: ScheduleSettings::OneCycle { pct_start: 0.2 },
                ..tutorial
            },
        }
    }

    /// This draft's engine, seed and checkpoint settings with the preset's recipe.
    #[must_use]
    pub fn in_draft(self, draft: &SettingsDraft) -> SettingsDraft {
        let mut filled = SettingsDraft::from(&self.config());
        for field in [Field::Engine, Field::Seed, Field::KeepEvery, Field::Keep] {
            filled.set(field, draft.get(field));
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_preset_is_the_recipe_that_the_documentation_names() {
        assert_eq!(Preset::Tutorial.config(), TrainingConfig::default());
        let quick = Preset::Quick.config();
        assert_eq!((quick.batch_size, quick.epochs, quick.learning_rate), (32, 5, 0.0035));
        assert_eq!(quick.weight_decay, 0.05);
        let optimizer = OptimizerSettings::AdamW { betas: (0.9, 0.99), epsilon: 1e-8 };
        assert_eq!(quick.optimizer, optimizer);
        assert_eq!(quick.schedule, ScheduleSettings::OneCycle { pct_start: 0.2 });
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.as_str()), Some(preset));
            assert_eq!(preset.config().augmentation, TrainingConfig::default().augmentation);
        }
        assert_eq!(Preset::named("slow"), None);
    }

    #[test]
    fn a_preset_leaves_the_engine_the_seed_and_the_checkpoints_as_they_are() {
        let kept = [
            (Field::Engine, "cpu"),
            (Field::Seed, "42"),
            (Field::KeepEvery, "100"),
            (Field::Keep, "9"),
        ];
        let mut draft = SettingsDraft::default();
        for (field, text) in kept.into_iter().chain([(Field::BatchSize, "64")]) {
            draft.set(field, text);
        }
        let filled = Preset::Quick.in_draft(&draft);
        for (field, text) in kept {
            assert_eq!(filled.get(field), text);
        }
        assert_eq!(filled.check().unwrap().batch_size, 32);
    }
}
