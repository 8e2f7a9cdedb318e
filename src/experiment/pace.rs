//! How long runs take, from measured speed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::PlannedRun;

/// Validating an image takes so much of the time of training on one in a very large batch: a forward pass without gradients.
///
/// From `train sweep --engine cpu --batch B --epochs 1 --steps 1,S --seed 0..2 --jobs 1 --archive nothing --out DIR`, with S the
/// steps of an epoch: in `DIR/results.jsonl`, the `trained_ms` of one step are the validation's, and what the others have more
/// is the time of training. At batches of 4, 16, 64, 128 and 512, validating an image took 0.34, 0.45, 0.57, 0.55 and 0.58 of
/// training on one (the least of three runs, release build, two cores of an Intel Xeon); this gives 0.33, 0.49, 0.55, 0.57 and 0.58.
const VALIDATION: f64 = 0.58;
/// A step takes as long as so many images more in its batch would: the update of all weights.
const UPDATE: f64 = 3.0;

/// The size of the data set that runs train on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Training images.
    pub train: u64,
    /// Images of the validation.
    pub test: u64,
}

/// How fast one training loop is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Images a step, at least 1.
    pub batch_size: u64,
    /// Training images a second, above 0.
    pub images_per_second: f64,
}

impl Speed {
    /// The one of the batch size that is nearest to this, by ratio; `None` if none is above 0.
    #[must_use]
    pub fn nearest(speeds: impl IntoIterator<Item = Self>, batch_size: u64) -> Option<Self> {
        let distance = |speed: &Self| (speed.batch_size as f64 / batch_size as f64).ln().abs();
        let known = speeds.into_iter().filter(|speed| speed.images_per_second > 0.0);
        known.min_by(|one, other| distance(one).total_cmp(&distance(other)))
    }
}

impl PlannedRun {
    /// How much work the run is after `done` steps, in images trained on: those that are left, and the validation of each epoch,
    /// of one that is cut short by the number of steps, too.
    #[must_use]
    pub fn work(&self, sizes: Sizes, done: u64) -> f64 {
        let seen = done.saturating_mul(self.config.batch_size as u64);
        let images = self.images(sizes.train).saturating_sub(seen) as f64;
        let epochs = (images / sizes.train.max(1) as f64).ceil();
        let batch = self.config.batch_size as f64;
        // Training on an image takes the longer the fewer share an update.
        let validation = VALIDATION * batch / (batch + UPDATE);
        images + validation * epochs * sizes.test as f64
    }

    /// The seconds that one training loop takes for all steps of the run and the validation of each epoch, at the speed that is
    /// known of the nearest batch size (by ratio); `None` if none is known, or for a data set without images.
    #[must_use]
    pub fn seconds(&self, sizes: Sizes, speeds: &[Speed]) -> Option<f64> {
        let speed = Speed::nearest(speeds.iter().copied(), self.config.batch_size as u64)?;
        (sizes.train > 0).then(|| self.work(sizes, 0) / speed.images_per_second)
    }
}

/// The seconds until all runs have ended that take so many seconds each, if so many training loops, at least one, take one after
/// the other in their order.
#[must_use]
pub fn seconds_by(loops: usize, runs: impl IntoIterator<Item = f64>) -> f64 {
    const PER_SECOND: f64 = 1e6;
    // When each loop is free, in whole microseconds, which can be ordered.
    let mut free: BinaryHeap<Reverse<u64>> = vec![Reverse(0); loops.max(1)].into();
    let mut last = 0;
    for seconds in runs {
        let Some(Reverse(begins)) = free.pop() else { break };
        let ends = begins.saturating_add((seconds * PER_SECOND) as u64);
        last = last.max(ends);
        free.push(Reverse(ends));
    }
    last as f64 / PER_SECOND
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::settings::TrainingConfig;

    const SIZES: Sizes = Sizes { train: 60_000, test: 10_000 };

    fn run(batch_size: usize, epochs: usize, steps: Option<u64>) -> PlannedRun {
        let config = TrainingConfig { batch_size, epochs, steps, ..TrainingConfig::default() };
        PlannedRun { number: 1, combination: 0, varied: Vec::new(), config }
    }

    fn speed(batch_size: u64, images_per_second: f64) -> Speed {
        Speed { batch_size, images_per_second }
    }

    #[test]
    fn a_run_takes_as_long_as_its_images_and_its_validations_at_the_speed_of_the_nearest_batch_size()
     {
        let speeds = [speed(4, 10_000.0), speed(512, 63_000.0)];
        let seconds = |run: PlannedRun| run.seconds(SIZES, &speeds).unwrap();
        let validation = |batch: f64| VALIDATION * batch / (batch + UPDATE) * 10_000.0;
        let two_epochs = 2.0 * (60_000.0 + validation(128.0)) / 63_000.0;
        assert!((seconds(run(128, 2, None)) - two_epochs).abs() < 1e-9);
        let by_the_smaller = (60_000.0 + validation(32.0)) / 10_000.0;
        assert!((seconds(run(32, 1, None)) - by_the_smaller).abs() < 1e-9);
        let cut_short = (4_000.0 + validation(4.0)) / 10_000.0;
        assert!((seconds(run(4, 5, Some(1_000))) - cut_short).abs() < 1e-9);
    }

    #[test]
    fn a_validation_is_dearer_beside_training_in_large_batches() {
        let share = |batch: usize| (run(batch, 1, None).work(SIZES, 0) - 60_000.0) / 10_000.0;
        assert!((share(4) - 0.33).abs() < 0.01, "{}", share(4));
        assert!((share(64) - 0.55).abs() < 0.01, "{}", share(64));
    }

    #[test]
    fn without_a_measurement_or_images_no_time_is_claimed() {
        assert_eq!(run(4, 1, None).seconds(SIZES, &[]), None);
        assert_eq!(run(4, 1, None).seconds(SIZES, &[speed(4, 0.0)]), None);
        let nothing = Sizes { train: 0, test: 0 };
        assert_eq!(run(4, 1, None).seconds(nothing, &[speed(4, 1.0)]), None);
    }

    #[test]
    fn loops_share_the_runs_as_far_as_there_are_any() {
        assert!((seconds_by(1, [1.0, 2.0, 3.0]) - 6.0).abs() < 1e-5);
        assert!((seconds_by(2, [1.0, 2.0, 3.0]) - 4.0).abs() < 1e-5, "the third follows the first");
        assert!((seconds_by(99, [1.0, 2.0, 3.0]) - 3.0).abs() < 1e-5, "no run is divided");
        assert!((seconds_by(2, [4.0, 1.0, 1.0, 1.0]) - 4.0).abs() < 1e-5);
        assert!(seconds_by(0, []).abs() < 1e-5);
    }
}
