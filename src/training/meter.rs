//! Measures training speed and estimates the time left.

use std::collections::VecDeque;

/// Speed is averaged over this time, in milliseconds: long enough to be steady, short enough to follow
/// changes.
const WINDOW_MS: f64 = 5_000.0;

/// Counts images against time spent training, without validation and pauses.
#[derive(Debug, Default)]
pub struct Meter {
    /// Duration and images of each recent stretch of steps.
    stretches: VecDeque<(f64, u64)>,
    validation_ms: Option<f64>,
}

impl Meter {
    /// Records a stretch of training.
    pub fn trained(&mut self, duration_ms: f64, images: u64) {
        self.stretches.push_back((duration_ms, images));
        let mut total: f64 = self.stretches.iter().map(|stretch| stretch.0).sum();
        while self.stretches.len() > 1 && total > WINDOW_MS {
            total -= self.stretches.pop_front().map_or(0.0, |stretch| stretch.0);
        }
    }

    /// Records the duration of a validation, in milliseconds.
    pub const fn validated(&mut self, duration_ms: f64) {
        self.validation_ms = Some(duration_ms);
    }

    /// Training images a second over the last seconds; 0 before the first stretch.
    #[must_use]
    pub fn images_per_second(&self) -> f64 {
        let duration: f64 = self.stretches.iter().map(|stretch| stretch.0).sum();
        let images: u64 = self.stretches.iter().map(|stretch| stretch.1).sum();
        if duration > 0.0 { images as f64 * 1000.0 / duration } else { 0.0 }
    }

    /// Estimated seconds for this many more training images and validations over this many test images. Until
    /// a validation has been timed, an image in it is assumed to cost a third of one in training, since
    /// there is no backward pass.
    #[must_use]
    pub fn seconds_left(&self, images: u64, validations: u64, test_images: u64) -> Option<f64> {
        let speed = self.images_per_second();
        if speed == 0.0 {
            return None;
        }
        let validation = self
            .validation_ms
            .map_or_else(|| test_images as f64 / speed / 3.0, |duration| duration / 1000.0);
        Some(images as f64 / speed + validations as f64 * validation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_claimed_before_it_is_measured() {
        let meter = Meter::default();
        assert_eq!(meter.images_per_second(), 0.0);
        assert_eq!(meter.seconds_left(1000, 1, 100), None);
    }

    #[test]
    fn speed_follows_the_last_seconds_only() {
        let mut meter = Meter::default();
        meter.trained(60_000.0, 60);
        for _ in 0..50 {
            meter.trained(100.0, 200);
        }
        assert_eq!(meter.images_per_second(), 2000.0);
    }

    #[test]
    fn time_left_counts_training_and_validation() {
        let mut meter = Meter::default();
        meter.trained(1000.0, 500);
        assert_eq!(meter.seconds_left(5000, 2, 750), Some(10.0 + 2.0 * 0.5));
        meter.validated(4000.0);
        assert_eq!(meter.seconds_left(5000, 2, 750), Some(10.0 + 2.0 * 4.0));
    }
}
