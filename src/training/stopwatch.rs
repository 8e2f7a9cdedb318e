//! Times a benchmark case, stretch by stretch, so that a driver can do other things in between.

use super::optimizer::Recipe;
use super::trainer::same_classes;
use super::{Backend, Pace, StepExecutor, TrainingError};
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::{Images, Sampler, Split};
use crate::history::ResumeMistake;
use crate::network::Network;
use crate::settings::LearningRate;
use crate::state_dict::StateDict;

/// The share of the time for warming up.
const WARM_UP: f64 = 0.25;

/// A model that takes steps of the tutorial's recipe only to time them.
pub struct Stopwatch {
    network: Network,
    executor: StepExecutor,
    /// The first epoch's order of images, repeated.
    order: Vec<u32>,
    batch_size: usize,
    /// The index in the order at which the next batch begins.
    next: usize,
    budget_ms: f64,
    begun: f64,
    /// When warming up ended.
    warm: Option<f64>,
    pace: Pace,
    stretch_begun: f64,
    /// Milliseconds a step in each timed stretch.
    samples: Vec<f64>,
    steps: u64,
    timed_steps: u64,
}

impl Stopwatch {
    /// Starts timing a case with a network over the first `images` images of a split of its classes for about `budget_ms` milliseconds from
    /// `now` (in milliseconds, with any origin).
    ///
    /// # Errors
    /// [`TrainingError::Resume`] if there are no images.
    pub fn new(
        case: BenchmarkCase,
        network: Network,
        backend: &Backend,
        images: usize,
        budget_ms: f64,
        now: f64,
    ) -> Result<Self, TrainingError> {
        if images == 0 {
            return Err(TrainingError::Resume(ResumeMistake::NothingToTrainOn));
        }
        let config = case.config();
        let recipe = Recipe::new(&config, LearningRate::constant(config.learning_rate), 0);
        Ok(Self {
            network,
            executor: StepExecutor::new(
                backend,
                network,
                &network.initial_weights(config.seed),
                recipe,
                &StateDict::new(),
            )?,
            order: Sampler::new(config.seed, images).epoch_order(0),
            batch_size: config.batch_size.min(images),
            next: 0,
            budget_ms,
            begun: now,
            warm: None,
            pace: Pace::new(backend),
            stretch_begun: now,
            samples: Vec::new(),
            steps: 0,
            timed_steps: 0,
        })
    }

    /// Takes a stretch of steps over the split, whose first images must have arrived.
    ///
    /// # Errors
    /// [`TrainingError::State`] or [`TrainingError::Engine`] if the engine failed; [`TrainingError::Resume`] if the images are of
    /// other classes than the network's.
    pub fn take_steps(&mut self, train: &Split, now: f64) -> Result<(), TrainingError> {
        self.stretch_begun = now;
        for _ in 0..self.pace.steps() {
            // Whole batches only, so that all steps take equally long.
            if self.next + self.batch_size > self.order.len() {
                self.next = 0;
            }
            let indices = &self.order[self.next..self.next + self.batch_size];
            same_classes(self.network, train)?;
            self.executor.step(Images::of(train, indices))?;
            self.next += self.batch_size;
        }
        Ok(())
    }

    /// Waits for the stretch, and calls `now` when it has ended.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub async fn wait(&mut self, now: impl Fn() -> f64) -> Result<(), TrainingError> {
        let steps = self.executor.read_losses().await?.len();
        let now = now();
        let duration = now - self.stretch_begun;
        self.steps += steps as u64;
        if self.warm.is_some() {
            self.samples.push(duration / steps as f64);
            self.timed_steps += steps as u64;
        } else if self.pace.is_settled(duration) && now - self.begun > self.budget_ms * WARM_UP {
            self.warm = Some(now);
        } else {
            self.pace.took(duration, steps);
        }
        Ok(())
    }

    /// The measurement, once the time is up and at least one stretch was timed.
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
            steps: self.steps,
            timed_steps: self.timed_steps,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::cell::Cell;

    use super::*;
    use crate::network::PIXELS;

    /// Times steps of this duration with a simulated clock, for at most this many stretches.
    fn measured(batch_size: u32, images: usize, step_ms: f64) -> Option<Measurement> {
        let split = Split::whole(vec![9; images * PIXELS], vec![3; images]).unwrap();
        let case = BenchmarkCase { webgpu: false, fused: true, batch_size };
        let clock = Cell::new(0.0);
        let mut stopwatch =
            Stopwatch::new(case, Network::TUTORIAL, &Backend::FusedCpu, images, 1000.0, 0.0)
                .unwrap();
        for _ in 0..100 {
            let steps = stopwatch.pace.steps() as f64;
            stopwatch.take_steps(&split, clock.get()).unwrap();
            clock.set(clock.get() + steps * step_ms);
            pollster::block_on(stopwatch.wait(|| clock.get())).unwrap();
            if let Some(measurement) = stopwatch.measurement(clock.get()) {
                return Some(measurement);
            }
        }
        None
    }

    #[test]
    fn steps_are_timed_whether_an_epoch_is_longer_or_shorter_than_a_stretch() {
        for (batch_size, images) in [(1, 40), (8, 24), (24, 24), (30, 24)] {
            let measurement = measured(batch_size, images, 5.0).unwrap();
            assert!((measurement.step_ms - 5.0).abs() < 1e-9);
            assert!(measurement.warm_up_ms >= 250.0);
            assert!(measurement.timed_steps > 0 && measurement.timed_steps < measurement.steps);
        }
    }

    #[test]
    fn one_stretch_is_timed_however_slow_it_is() {
        let measurement = measured(4, 24, 30_000.0).unwrap();
        assert!((measurement.step_ms - 30_000.0).abs() < 1e-6);
        assert_eq!((measurement.steps, measurement.timed_steps), (2, 1));
    }
}
