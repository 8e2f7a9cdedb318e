//! The form's fields as text, and their conversion to a config and back.

use super::kind::parse_flag;
use super::{
    Augmentation, EngineChoice, Field, FieldError, OptimizerKind, OptimizerSettings, ScheduleKind,
    ScheduleSettings, TrainingConfig,
};

/// The fields' texts as typed or as given in the link, without surrounding spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsDraft {
    texts: [String; Field::ALL.len()],
}

impl Default for SettingsDraft {
    fn default() -> Self {
        let (optimizer, schedule) = (OptimizerKind::default(), ScheduleKind::default());
        Self { texts: Field::ALL.map(|field| field.default_text(optimizer, schedule).to_owned()) }
    }
}

impl From<&TrainingConfig> for SettingsDraft {
    fn from(config: &TrainingConfig) -> Self {
        let mut draft = Self::default();
        draft.set(Field::Optimizer, config.optimizer.kind().as_str());
        draft.set(Field::Schedule, config.schedule.kind().as_str());
        draft.set(Field::Engine, config.engine.as_str());
        let mut write = |field, text: String| draft.set(field, &text);
        write(Field::BatchSize, config.batch_size.to_string());
        write(Field::Epochs, config.epochs.to_string());
        write(Field::Steps, optional(config.steps));
        write(Field::LearningRate, number(config.learning_rate));
        match config.optimizer {
            OptimizerSettings::Sgd { momentum, dampening, nesterov } => {
                write(Field::Momentum, number(momentum));
                write(Field::Dampening, number(dampening));
                write(Field::Nesterov, flag(nesterov));
            }
            OptimizerSettings::Asgd { lambd, alpha, average_from, averaged } => {
                write(Field::Lambd, number(lambd));
                write(Field::Alpha, number(alpha));
                write(Field::AverageFrom, number(average_from));
                write(Field::Averaged, flag(averaged));
            }
            OptimizerSettings::Adagrad { learning_rate_decay, epsilon } => {
                write(Field::LearningRateDecay, number(learning_rate_decay));
                write(Field::Epsilon, number(epsilon));
            }
            OptimizerSettings::Adam { betas, epsilon }
            | OptimizerSettings::AdamW { betas, epsilon } => {
                write(Field::Beta1, number(betas.0));
                write(Field::Beta2, number(betas.1));
                write(Field::Epsilon, number(epsilon));
            }
            OptimizerSettings::RmsProp { alpha, epsilon, momentum, centered } => {
                write(Field::Alpha, number(alpha));
                write(Field::Epsilon, number(epsilon));
                write(Field::Momentum, number(momentum));
                write(Field::Centered, flag(centered));
            }
        }
        write(Field::WeightDecay, number(config.weight_decay));
        match config.schedule {
            ScheduleSettings::Constant => {}
            ScheduleSettings::Step { step_size, gamma } => {
                write(Field::StepSize, step_size.to_string());
                write(Field::Gamma, number(gamma));
            }
            ScheduleSettings::Exponential { gamma } => write(Field::Gamma, number(gamma)),
            ScheduleSettings::Cosine { minimum } => write(Field::Minimum, number(minimum)),
            ScheduleSettings::OneCycle { pct_start } => write(Field::PctStart, number(pct_start)),
        }
        write(Field::WarmUp, config.warm_up_steps.to_string());
        write(Field::ClipNorm, config.clip_norm.map(number).unwrap_or_default());
        write(Field::Patience, optional(config.patience));
        write(Field::Shift, config.augmentation.shift.to_string());
        write(Field::Flip, flag(config.augmentation.flip));
        write(Field::Erase, number(config.augmentation.erase));
        write(Field::Seed, config.seed.to_string());
        write(Field::KeepEvery, optional(config.keep_every));
        write(Field::Keep, config.keep.to_string());
        draft
    }
}

/// A number in its shortest usual notation: `0.001`, but `1e-8`.
#[must_use]
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 { format!("{value:e}") } else { value.to_string() }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

impl SettingsDraft {
    /// The text of one field.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        &self.texts[field as usize]
    }

    /// Replaces the text of one field. A change of optimizer or schedule also resets the fields whose defaults
    /// follow it.
    pub fn set(&mut self, field: Field, text: &str) {
        let before = (self.optimizer(), self.schedule());
        text.trim().clone_into(&mut self.texts[field as usize]);
        let after = (self.optimizer(), self.schedule());
        for other in Field::ALL.into_iter().filter(|other| *other != field) {
            let follows = (before.0 != after.0 && other.follows_optimizer())
                || (before.1 != after.1 && other.follows_schedule());
            if follows {
                other.default_text(after.0, after.1).clone_into(&mut self.texts[other as usize]);
            }
        }
    }

    /// The chosen optimizer; the tutorial's while the text is not an optimizer.
    #[must_use]
    pub fn optimizer(&self) -> OptimizerKind {
        let text = self.get(Field::Optimizer);
        OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or_default()
    }

    /// The chosen schedule; constant while the text is not a schedule.
    #[must_use]
    pub fn schedule(&self) -> ScheduleKind {
        let text = self.get(Field::Schedule);
        ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or_default()
    }

    /// Whether the field has an effect with the chosen optimizer and schedule.
    #[must_use]
    pub fn applies(&self, field: Field) -> bool {
        field.applies(self.optimizer(), self.schedule())
    }

    /// Whether a flag is set; false while the text is not a flag.
    #[must_use]
    pub fn is_on(&self, field: Field) -> bool {
        parse_flag(self.get(field)).unwrap_or(false)
    }

    /// Whether the field holds its default.
    #[must_use]
    pub fn is_default(&self, field: Field) -> bool {
        self.get(field) == field.default_text(self.optimizer(), self.schedule())
    }

    /// The config that the fields describe, or every field's mistake.
    ///
    /// # Errors
    /// One [`FieldError`] for each field that cannot be used, in the form's order.
    pub fn check(&self) -> Result<TrainingConfig, Vec<(Field, FieldError)>> {
        let mut errors: Vec<_> = Field::ALL
            .into_iter()
            .filter(|&field| self.applies(field) && !field.kind().takes(self.get(field)))
            .map(|field| (field, FieldError::Value(field.kind())))
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let config = self.config();
        if let OptimizerSettings::Sgd { momentum, dampening, nesterov: true } = config.optimizer
            && (momentum == 0.0 || dampening != 0.0)
        {
            errors.push((Field::Nesterov, FieldError::Nesterov));
        }
        if let ScheduleSettings::Cosine { minimum } = config.schedule
            && minimum > config.learning_rate
        {
            errors.push((Field::Minimum, FieldError::Minimum));
        }
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The mistake in one field, if there is one.
    #[must_use]
    pub fn error_of(&self, field: Field) -> Option<FieldError> {
        let errors = self.check().err()?;
        errors.into_iter().find_map(|(at, error)| (at == field).then_some(error))
    }

    /// The config; every field must be valid by itself.
    fn config(&self) -> TrainingConfig {
        let real = |field| self.get(field).parse().unwrap_or(0.0);
        let whole = |field| self.get(field).parse().unwrap_or(0_u64);
        let flag = |field| self.is_on(field);
        let betas = || (real(Field::Beta1), real(Field::Beta2));
        let epsilon = || real(Field::Epsilon);
        let optimizer = match self.optimizer() {
            OptimizerKind::Sgd => OptimizerSettings::Sgd {
                momentum: real(Field::Momentum),
                dampening: real(Field::Dampening),
                nesterov: flag(Field::Nesterov),
            },
            OptimizerKind::Asgd => OptimizerSettings::Asgd {
                lambd: real(Field::Lambd),
                alpha: real(Field::Alpha),
                average_from: real(Field::AverageFrom),
                averaged: flag(Field::Averaged),
            },
            OptimizerKind::Adagrad => OptimizerSettings::Adagrad {
                learning_rate_decay: real(Field::LearningRateDecay),
                epsilon: epsilon(),
            },
            OptimizerKind::Adam => OptimizerSettings::Adam { betas: betas(), epsilon: epsilon() },
            OptimizerKind::AdamW => OptimizerSettings::AdamW { betas: betas(), epsilon: epsilon() },
            OptimizerKind::RmsProp => OptimizerSettings::RmsProp {
                alpha: real(Field::Alpha),
                epsilon: epsilon(),
                momentum: real(Field::Momentum),
                centered: flag(Field::Centered),
            },
        };
        let schedule = match self.schedule() {
            ScheduleKind::Constant => ScheduleSettings::Constant,
            ScheduleKind::Step => ScheduleSettings::Step {
                step_size: whole(Field::StepSize),
                gamma: real(Field::Gamma),
            },
            ScheduleKind::Exponential => {
                ScheduleSettings::Exponential { gamma: real(Field::Gamma) }
            }
            ScheduleKind::Cosine => ScheduleSettings::Cosine { minimum: real(Field::Minimum) },
            ScheduleKind::OneCycle => {
                ScheduleSettings::OneCycle { pct_start: real(Field::PctStart) }
            }
        };
        let engine = self.get(Field::Engine);
        TrainingConfig {
            engine: EngineChoice::ALL
                .into_iter()
                .find(|choice| choice.as_str() == engine)
                .unwrap_or_default(),
            batch_size: whole(Field::BatchSize) as usize,
            epochs: whole(Field::Epochs) as usize,
            steps: self.get(Field::Steps).parse().ok(),
            optimizer,
            learning_rate: real(Field::LearningRate),
            weight_decay: real(Field::WeightDecay),
            schedule,
            warm_up_steps: whole(Field::WarmUp),
            clip_norm: self.get(Field::ClipNorm).parse().ok(),
            patience: self.get(Field::Patience).parse().ok(),
            augmentation: Augmentation {
                shift: whole(Field::Shift) as u32,
                flip: flag(Field::Flip),
                erase: real(Field::Erase),
            },
            seed: whole(Field::Seed),
            keep_every: self.get(Field::KeepEvery).parse().ok(),
            keep: whole(Field::Keep) as usize,
        }
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
