//! The inputs of an optimizer on any backend.

use crate::settings::{LearningRate, OptimizerSettings, TrainingConfig};

/// An optimizer's settings and progress, and the batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    pub(crate) settings: OptimizerSettings,
    pub(crate) weight_decay: f64,
    pub(crate) clip_norm: Option<f64>,
    /// Images a step; the last step of an epoch may have fewer.
    pub(crate) batch_size: usize,
    learning_rate: LearningRate,
    pub(crate) steps_taken: u64,
}

/// What an update depends on at one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The step, from 1.
    pub step: u64,
    pub learning_rate: f64,
    /// The previous step's; at the first step, its own.
    pub previous_learning_rate: f64,
    pub weight_decay: f64,
}

impl Recipe {
    /// The recipe of a run that has taken this many steps.
    #[must_use]
    pub const fn new(
        config: &TrainingConfig,
        learning_rate: LearningRate,
        steps_taken: u64,
    ) -> Self {
        Self {
            settings: config.optimizer,
            weight_decay: config.weight_decay,
            clip_norm: config.clip_norm,
            batch_size: config.batch_size,
            learning_rate,
            steps_taken,
        }
    }

    /// Whether inference uses the averaged weights, and there are some yet.
    pub(crate) const fn answers_with_average(&self) -> bool {
        self.settings.answers_with_average() && self.steps_taken > 0
    }

    /// The next step.
    pub(crate) fn moment(&self) -> Moment {
        Moment {
            step: self.steps_taken + 1,
            learning_rate: self.learning_rate.at(self.steps_taken),
            previous_learning_rate: self.learning_rate.at(self.steps_taken.saturating_sub(1)),
            weight_decay: self.weight_decay,
        }
    }
}
