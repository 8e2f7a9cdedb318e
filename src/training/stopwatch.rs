//! Timing a case of a benchmark, stretch by stretch, so that a driver can do other things in between.

use super::{Pace, Trainer, TrainingError, Way};
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::Split;
use crate::settings::TrainingConfig;

/// Warm-up lasts this share of the time.
const WARM_UP: f64 = 0.25;

/// Training that is timed and thrown away.
pub struct Stopwatch {
    case: BenchmarkCase,
    trainer: Trainer,
    budget_ms: f64,
    begun: f64,
    /// When warm-up ended.
    warm: Option<f64>,
    pace: Pace,
    stretch_begun: f64,
    /// Milliseconds a step in each timed stretch.
    samples: Vec<f64>,
    timed_steps: u64,
}

impl Stopwatch {
    /// Will time the tutorial's recipe at the case's batch size for about so many milliseconds from
    /// `now` (milliseconds, from anywhere).
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn new(
        case: BenchmarkCase,
        way: Way,
        images: usize,
        budget_ms: f64,
        now: f64,
    ) -> Result<Self, TrainingError> {
        let config = TrainingConfig {
            batch_size: case.batch_size as usize,
            epochs: TrainingConfig::MAX_EPOCHS,
            ..TrainingConfig::default()
        };
        let pace = Pace::new(&way);
        Ok(Self {
            case,
            trainer: Trainer::new(config, images, way)?,
            budget_ms,
            begun: now,
            warm: None,
            pace,
            stretch_begun: now,
            samples: Vec::new(),
            timed_steps: 0,
        })
    }

    /// What is timed.
    #[must_use]
    pub const fn case(&self) -> BenchmarkCase {
        self.case
    }

    /// Takes a stretch of steps over a split that is there whole.
    ///
    /// # Errors
    /// As [`Trainer::step`] and [`Trainer::finish_epoch`].
    pub fn take_steps(&mut self, train: &Split, now: f64) -> Result<(), TrainingError> {
        if self.trainer.next_batch().is_none() {
            self.trainer.finish_epoch(1.0, 0.0)?;
        }
        self.stretch_begun = now;
        let mut steps = 0;
        while steps < self.pace.steps() && self.trainer.step(train)? {
            steps += 1;
        }
        Ok(())
    }

    /// Waits for the stretch; then `now` tells when it ended.
    ///
    /// # Errors
    /// As [`Trainer::read_losses`].
    pub async fn wait(&mut self, now: impl Fn() -> f64) -> Result<(), TrainingError> {
        let steps = self.trainer.read_losses().await?.losses.len();
        let now = now();
        let duration = now - self.stretch_begun;
        // A stretch that an epoch's end cut short, or that has not found its length yet, is not counted.
        let whole = steps == self.pace.steps();
        match self.warm {
            Some(_) if whole => {
                self.samples.push(duration / steps as f64);
                self.timed_steps += steps as u64;
            }
            None if self.pace.is_settled(duration)
                && now - self.begun > self.budget_ms * WARM_UP =>
            {
                self.warm = Some(now);
            }
            None => self.pace.took(duration, steps),
            Some(_) => {}
        }
        Ok(())
    }

    /// What was measured, once the time is over and at least one stretch was timed.
    #[must_use]
    pub fn measurement(&self, now: f64) -> Option<Measurement> {
        let warm = self.warm?;
        if self.samples.is_empty() || now - self.begun < self.budget_ms {
            return None;
        }
        let mut samples = self.samples.clone();
        samples.sort_by(f64::total_cmp);
        Some(Measurement {
            step_ms: samples[samples.len() / 2],
            warm_up_ms: warm - self.begun,
            steps: self.trainer.steps_taken(),
            timed_steps: self.timed_steps,
        })
    }
}
