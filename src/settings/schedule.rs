//! The learning rate as a function of the step alone, so that no state need be stored.

use std::f64::consts::PI;

use super::TrainingConfig;

/// A schedule's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScheduleKind {
    /// One learning rate throughout.
    #[default]
    Constant,
    /// `torch.optim.lr_scheduler.StepLR`, once an epoch.
    Step,
    /// `torch.optim.lr_scheduler.ExponentialLR`, once an epoch.
    Exponential,
    /// `torch.optim.lr_scheduler.CosineAnnealingLR` over the run, every step.
    Cosine,
    /// `torch.optim.lr_scheduler.OneCycleLR`, every step.
    OneCycle,
}

impl ScheduleKind {
    /// Every schedule, in the order in which the form offers them.
    pub const ALL: [Self; 5] =
        [Self::Constant, Self::Step, Self::Exponential, Self::Cosine, Self::OneCycle];

    /// The word used in links, in `<option value>` and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step => "step",
            Self::Exponential => "exponential",
            Self::Cosine => "cosine",
            Self::OneCycle => "one-cycle",
        }
    }
}

/// A schedule with its settings, named as PyTorch names them
/// (<https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate>).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ScheduleSettings {
    /// One learning rate throughout.
    #[default]
    Constant,
    /// Multiplied by `gamma` after every `step_size` epochs.
    Step {
        /// Epochs between two changes, at least 1.
        step_size: u64,
        /// Above 0, at most 1.
        gamma: f64,
    },
    /// Multiplied by `gamma` after every epoch.
    Exponential {
        /// Above 0, at most 1.
        gamma: f64,
    },
    /// Half a cosine from the learning rate down to `minimum`, over all steps after the warm-up.
    Cosine {
        /// `eta_min`, from 0 to the learning rate.
        minimum: f64,
    },
    /// Up from a 25th of the learning rate along half a cosine, then down to a 10,000th of that start;
    /// the momentum stays as it is (`cycle_momentum=False`).
    OneCycle {
        /// Share of the steps that it rises, above 0 and below 1.
        pct_start: f64,
    },
}

/// `OneCycleLR`'s defaults.
const DIV_FACTOR: f64 = 25.0;
const FINAL_DIV_FACTOR: f64 = 1e4;

impl ScheduleSettings {
    /// The schedule's name.
    #[must_use]
    pub const fn kind(&self) -> ScheduleKind {
        match self {
            Self::Constant => ScheduleKind::Constant,
            Self::Step { .. } => ScheduleKind::Step,
            Self::Exponential { .. } => ScheduleKind::Exponential,
            Self::Cosine { .. } => ScheduleKind::Cosine,
            Self::OneCycle { .. } => ScheduleKind::OneCycle,
        }
    }
}

/// How many steps a run has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLength {
    /// Steps an epoch, at least 1.
    pub steps_per_epoch: u64,
    /// Steps of the whole run.
    pub steps: u64,
}

impl RunLength {
    /// The step, counted over the run, with which this epoch (from 1) ends.
    #[must_use]
    pub const fn end_of_epoch(&self, epoch: u64) -> u64 {
        let whole = epoch * self.steps_per_epoch;
        if whole < self.steps { whole } else { self.steps }
    }
}

/// The learning rate of every step of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningRate {
    peak: f64,
    schedule: ScheduleSettings,
    warm_up_steps: u64,
    length: RunLength,
}

impl LearningRate {
    /// The learning rates of a run of this length.
    ///
    /// ```
    /// use atelier::settings::{LearningRate, LinkSettings, RunLength};
    ///
    /// let link = LinkSettings::from_pairs([("lr", "0.1"), ("schedule", "step"), ("gamma", "0.5")]);
    /// let config = link.draft.check().expect("these are settings");
    /// let length = RunLength { steps_per_epoch: 100, steps: 500 };
    /// let rate = LearningRate::new(&config, length);
    /// assert_eq!([rate.at(0), rate.at(99), rate.at(100)], [0.1, 0.1, 0.05]);
    /// ```
    #[must_use]
    pub const fn new(config: &TrainingConfig, length: RunLength) -> Self {
        Self {
            peak: config.learning_rate,
            schedule: config.schedule,
            warm_up_steps: config.warm_up_steps,
            length,
        }
    }

    /// The same learning rate at every step.
    #[must_use]
    pub const fn constant(learning_rate: f64) -> Self {
        Self {
            peak: learning_rate,
            schedule: ScheduleSettings::Constant,
            warm_up_steps: 0,
            length: RunLength { steps_per_epoch: 1, steps: 1 },
        }
    }

    /// The learning rate of a step, counted over the run from 0.
    ///
    /// During a warm-up of W steps the schedule's value is multiplied by `(step + 1)/(W + 1)`, which is
    /// `LinearLR(start_factor=1/(W+1), total_iters=W)`; `Cosine` and `OneCycle` begin after it.
    #[must_use]
    pub fn at(&self, step: u64) -> f64 {
        let warmth = if step < self.warm_up_steps {
            (step + 1) as f64 / (self.warm_up_steps + 1) as f64
        } else {
            1.0
        };
        warmth * self.scheduled(step)
    }

    fn scheduled(&self, step: u64) -> f64 {
        let epoch = step / self.length.steps_per_epoch;
        let since_warm_up = step.saturating_sub(self.warm_up_steps) as f64;
        let steps = self.length.steps.saturating_sub(self.warm_up_steps).max(1) as f64;
        match self.schedule {
            ScheduleSettings::Constant => self.peak,
            ScheduleSettings::Step { step_size, gamma } => {
                self.peak * gamma.powf((epoch / step_size) as f64)
            }
            ScheduleSettings::Exponential { gamma } => self.peak * gamma.powf(epoch as f64),
            ScheduleSettings::Cosine { minimum } => {
                anneal(self.peak, minimum, (since_warm_up / steps).min(1.0))
            }
            // PyTorch's warm-up leads to where the rise would begin, even if there is none.
            ScheduleSettings::OneCycle { pct_start }
                if step < self.warm_up_steps && pct_start * steps <= 1.0 =>
            {
                self.peak / DIV_FACTOR
            }
            ScheduleSettings::OneCycle { pct_start } => {
                self.one_cycle(pct_start, since_warm_up, steps)
            }
        }
    }

    fn one_cycle(&self, pct_start: f64, step: f64, steps: f64) -> f64 {
        // PyTorch's phases end on the last step that they contain.
        let (top, end) = (pct_start * steps - 1.0, steps - 1.0);
        let start = self.peak / DIV_FACTOR;
        if step <= top {
            // A rise of a single step is at its peak at once.
            let share = if top > 0.0 { step / top } else { 1.0 };
            anneal(start, self.peak, share)
        } else {
            anneal(self.peak, start / FINAL_DIV_FACTOR, ((step - top) / (end - top)).min(1.0))
        }
    }
}

/// Half a cosine: `from` at share 0, `to` at share 1.
fn anneal(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) / 2.0 * (1.0 + (PI * share).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULES: [ScheduleSettings; 6] = [
        ScheduleSettings::Constant,
        ScheduleSettings::Step { step_size: 2, gamma: 0.1 },
        ScheduleSettings::Exponential { gamma: 0.5 },
        ScheduleSettings::Cosine { minimum: 0.01 },
        ScheduleSettings::OneCycle { pct_start: 0.3 },
        ScheduleSettings::OneCycle { pct_start: 0.999 },
    ];

    /// The rate after this many of 20 steps, 5 an epoch, from a learning rate of 1.
    fn rate(schedule: ScheduleSettings, warm_up_steps: u64) -> impl Fn(u64) -> f64 {
        let config = TrainingConfig {
            learning_rate: 1.0,
            schedule,
            warm_up_steps,
            ..TrainingConfig::default()
        };
        let rate = LearningRate::new(&config, RunLength { steps_per_epoch: 5, steps: 20 });
        move |step| rate.at(step)
    }

    fn follows(rate: impl Fn(u64) -> f64, expected: &[(u64, f64)]) {
        for &(step, expected) in expected {
            let rate = rate(step);
            assert!((rate - expected).abs() < 1e-12, "{rate} at step {step}, not {expected}");
        }
    }

    #[test]
    fn step_and_exponential_change_between_epochs() {
        let steps = rate(ScheduleSettings::Step { step_size: 2, gamma: 0.5 }, 0);
        follows(steps, &[(0, 1.0), (9, 1.0), (10, 0.5), (19, 0.5), (20, 0.25)]);
        let exponential = rate(ScheduleSettings::Exponential { gamma: 0.5 }, 0);
        follows(exponential, &[(0, 1.0), (4, 1.0), (5, 0.5), (10, 0.25), (19, 0.125)]);
    }

    #[test]
    fn a_cosine_falls_to_its_minimum_once_the_warm_up_is_over() {
        let cosine = ScheduleSettings::Cosine { minimum: 0.2 };
        follows(rate(cosine, 0), &[(0, 1.0), (10, 0.6), (20, 0.2), (30, 0.2)]);
        // A warm-up of 4 steps leaves 16.
        follows(rate(cosine, 4), &[(0, 0.2), (3, 0.8), (4, 1.0), (12, 0.6), (20, 0.2)]);
    }

    #[test]
    fn one_cycle_rises_and_falls_as_pytorchs_does() {
        // OneCycleLR(max_lr=1, total_steps=20, pct_start=0.3): from 1/25 up to step 5, down to 1/250,000 at step 19.
        let cycle = rate(ScheduleSettings::OneCycle { pct_start: 0.3 }, 0);
        let rising = |share: f64| 0.04 + 0.96 * (1.0 - (share * PI).cos()) / 2.0;
        follows(&cycle, &[(0, 0.04), (1, rising(0.2)), (4, rising(0.8)), (5, 1.0)]);
        follows(&cycle, &[(12, (1.0 + 4e-6) / 2.0), (19, 4e-6), (25, 4e-6)]);
        // A rise of a single step.
        let steep = rate(ScheduleSettings::OneCycle { pct_start: 0.05 }, 0);
        follows(steep, &[(0, 1.0), (19, 4e-6)]);
        // SequentialLR([LinearLR(start_factor=1/17, total_iters=16), OneCycleLR(max_lr=1, total_steps=4, pct_start=0.2)]): the
        // warm-up leads to 1/25, where the rise would begin.
        let steep = rate(ScheduleSettings::OneCycle { pct_start: 0.2 }, 16);
        follows(steep, &[(0, 0.04 / 17.0), (15, 0.04 * 16.0 / 17.0), (19, 4e-6)]);
    }

    #[test]
    fn every_rate_of_every_run_is_usable() {
        for schedule in SCHEDULES {
            for (steps, steps_per_epoch) in [(1, 1), (2, 1), (3, 10), (10, 3), (1_000, 100)] {
                for warm_up_steps in [0, 1, 5, 5_000] {
                    let config = TrainingConfig {
                        learning_rate: 0.5,
                        schedule,
                        warm_up_steps,
                        ..TrainingConfig::default()
                    };
                    let rate = LearningRate::new(&config, RunLength { steps_per_epoch, steps });
                    for step in 0..steps {
                        let value = rate.at(step);
                        let fits = value > 0.0 && value <= 0.5;
                        assert!(fits, "{schedule:?}: {value} at step {step} of {steps}");
                    }
                }
            }
        }
    }

    #[test]
    fn warm_up_rises_in_equal_steps_to_the_schedules_rate() {
        let config =
            TrainingConfig { learning_rate: 0.5, warm_up_steps: 4, ..TrainingConfig::default() };
        let length = RunLength { steps_per_epoch: 10, steps: 10 };
        let rate = LearningRate::new(&config, length);
        let expected = [0.1, 0.2, 0.3, 0.4, 0.5, 0.5];
        for (step, expected) in expected.into_iter().enumerate() {
            assert!((rate.at(step as u64) - expected).abs() < 1e-12, "step {step}");
        }
    }
}
