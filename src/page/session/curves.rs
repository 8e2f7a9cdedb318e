//! A run's measurements, stored so that the cost of drawing does not grow with the run.

use std::collections::VecDeque;

use crate::history::History;
use crate::protocol::{EpochMetrics, LossReport, RunOverview};

/// A run's curves.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    /// The loss of every step.
    pub losses: LossSeries,
    /// The tutorial's `Loss/train`.
    pub reports: Vec<LossReport>,
    /// Finished epochs.
    pub epochs: Vec<EpochMetrics>,
    recent: VecDeque<f32>,
}

/// How many steps the live training loss is the mean of.
pub const RECENT_STEPS: usize = History::RECENT_STEPS;

impl Curves {
    /// The curves of a run that starts or resumes, smoothed with this weight.
    pub fn of(run: &RunOverview, weight: f64) -> Self {
        let losses = LossSeries::with_weight(weight);
        let (reports, epochs) = (run.reports.clone(), run.epochs.clone());
        let mut curves = Self { losses, reports, epochs, ..Self::default() };
        curves.push_losses(&run.losses);
        curves
    }

    /// Appends the losses of the next steps.
    pub fn push_losses(&mut self, losses: &[f32]) {
        self.losses.extend(losses);
        let newest = losses.len().saturating_sub(RECENT_STEPS);
        self.recent.extend(&losses[newest..]);
        let surplus = self.recent.len().saturating_sub(RECENT_STEPS);
        self.recent.drain(..surplus);
    }

    /// Mean loss of the last [`RECENT_STEPS`] steps.
    pub fn recent_loss(&self) -> Option<f64> {
        let sum: f64 = self.recent.iter().copied().map(f64::from).sum();
        (!self.recent.is_empty()).then(|| sum / self.recent.len() as f64)
    }
}

/// The losses of a run, and at most [`Self::MOST_BUCKETS`] buckets of equally many steps, from which they are
/// drawn.
///
/// Adding a loss takes constant time: when the buckets run out, neighbours merge and each holds twice as many
/// steps from then on. The loss of every step is smoothed; a bucket only stores the smoothed value at its
/// end. So a run's smoothed curve depends neither on the length of the run nor on when it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct LossSeries {
    /// All of them, since smoothing with another weight needs them all: 4 bytes per step.
    pub(in crate::page) losses: Vec<f32>,
    steps_per_bucket: u64,
    buckets: Vec<Bucket>,
    average: MovingAverage,
}

/// Consecutive steps that are drawn as one point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bucket {
    /// Sum and number of the finite losses.
    sum: f64,
    finite: u64,
    steps: u64,
    /// The smoothed loss at its last step; NaN before the run's first finite loss.
    smoothed: f64,
}

impl Bucket {
    fn push(&mut self, loss: f32, smoothed: f64) {
        self.steps += 1;
        self.smoothed = smoothed;
        if loss.is_finite() {
            self.sum += f64::from(loss);
            self.finite += 1;
        }
    }

    const fn followed_by(self, next: Self) -> Self {
        Self {
            sum: self.sum + next.sum,
            finite: self.finite + next.finite,
            steps: self.steps + next.steps,
            smoothed: next.smoothed,
        }
    }

    /// NaN if none of its losses is finite.
    const fn mean(&self) -> f64 {
        self.sum / self.finite as f64
    }
}

/// An exponential moving average without the bias towards zero at its start, as in TensorBoard.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MovingAverage {
    /// The weight of all earlier losses, 0 to below 1.
    weight: f64,
    average: f64,
    weight_of_start: f64,
}

impl MovingAverage {
    const fn new(weight: f64) -> Self {
        Self { weight: weight.clamp(0.0, 0.9999), average: 0.0, weight_of_start: 1.0 }
    }

    /// Adds a loss and returns the average up to it. A loss that is not finite changes nothing, since it
    /// would spoil all later averages.
    fn push(&mut self, loss: f32) -> f64 {
        if loss.is_finite() {
            self.average = self.weight * self.average + (1.0 - self.weight) * f64::from(loss);
            self.weight_of_start *= self.weight;
        }
        self.average / (1.0 - self.weight_of_start)
    }
}

impl Default for LossSeries {
    fn default() -> Self {
        Self::with_weight(Self::USUAL_WEIGHT)
    }
}

impl LossSeries {
    /// The maximum number of points drawn.
    pub const MOST_BUCKETS: usize = 600;
    /// Smooths over some 200 steps: at the tutorial's length, more than a bucket has.
    pub const USUAL_WEIGHT: f64 = 0.99;

    /// No losses yet; future ones are smoothed with this weight.
    fn with_weight(weight: f64) -> Self {
        Self {
            losses: Vec::new(),
            steps_per_bucket: 1,
            buckets: Vec::new(),
            average: MovingAverage::new(weight),
        }
    }

    /// The series of these losses.
    pub fn of(losses: Vec<f32>) -> Self {
        let mut series = Self::default();
        losses.iter().for_each(|loss| series.push(*loss));
        series.losses = losses;
        series
    }

    fn extend(&mut self, losses: &[f32]) {
        self.losses.extend_from_slice(losses);
        losses.iter().for_each(|loss| self.push(*loss));
    }

    /// How many steps a point covers.
    pub const fn steps_per_bucket(&self) -> u64 {
        self.steps_per_bucket
    }

    /// Adds a loss to its bucket.
    fn push(&mut self, loss: f32) {
        let full = self.buckets.last().is_none_or(|last| last.steps >= self.steps_per_bucket);
        if full && self.buckets.len() == Self::MOST_BUCKETS {
            self.steps_per_bucket *= 2;
            let pairs = self.buckets.chunks(2);
            self.buckets =
                pairs.filter_map(|pair| pair.iter().copied().reduce(Bucket::followed_by)).collect();
        }
        if full {
            self.buckets.push(Bucket::default());
        }
        let smoothed = self.average.push(loss);
        if let Some(last) = self.buckets.last_mut() {
            last.push(loss, smoothed);
        }
    }

    /// The weight with which the series is smoothed as it grows.
    pub const fn weight(&self) -> f64 {
        self.average.weight
    }

    /// Smooths with another weight from now on.
    pub fn set_weight(&mut self, weight: f64) {
        let mut average = MovingAverage::new(weight);
        if average.weight == self.average.weight {
            return;
        }
        let at_ends = self.smooth(&mut average);
        for (bucket, smoothed) in self.buckets.iter_mut().zip(at_ends) {
            bucket.smoothed = smoothed;
        }
        self.average = average;
    }

    /// Averages over every loss, and returns the average at each bucket's end.
    fn smooth(&self, average: &mut MovingAverage) -> Vec<f64> {
        let buckets = self.losses.chunks(self.steps_per_bucket as usize);
        buckets.map(|losses| losses.iter().fold(f64::NAN, |_, loss| average.push(*loss))).collect()
    }

    /// A finite value of each bucket, by the last step that the bucket covers.
    fn points(&self, values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
        let mut step = 0;
        let at_end = |(bucket, value): (&Bucket, f64)| {
            step += bucket.steps;
            (bucket.finite > 0).then_some((step as f64, value))
        };
        self.buckets.iter().zip(values).filter_map(at_end).collect()
    }

    /// Each bucket's mean loss, by the last step that it covers.
    pub fn means(&self) -> Vec<(f64, f64)> {
        let mut step = 0;
        self.buckets
            .iter()
            .map(|bucket| {
                step += bucket.steps;
                (step as f64, bucket.mean())
            })
            .collect()
    }

    /// The smoothed loss at the last step of each bucket. With weight 0 it is [`Self::means`].
    ///
    /// With the weight of [`Self::set_weight`] the result is stored; any other weight needs a pass over every
    /// loss.
    pub fn smoothed(&self, weight: f64) -> Vec<(f64, f64)> {
        let mut average = MovingAverage::new(weight);
        if average.weight == 0.0 {
            self.points(self.buckets.iter().map(Bucket::mean))
        } else if average.weight == self.average.weight {
            self.points(self.buckets.iter().map(|bucket| bucket.smoothed))
        } else {
            self.points(self.smooth(&mut average))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(losses: impl IntoIterator<Item = f32>) -> LossSeries {
        LossSeries::of(losses.into_iter().collect())
    }

    /// Losses that fall, with noise.
    fn losses(steps: usize) -> Vec<f32> {
        let mut noise = 1_u32;
        let loss = |step: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jump = (noise >> 8) as f32 / (1 << 24) as f32 - 0.5;
            2.3 / (1.0 + step as f32 / 300.0) + jump
        };
        (0..steps).map(loss).collect()
    }

    /// TensorBoard's smoothing, implemented independently: by step.
    fn plain_average(losses: &[f32], weight: f64) -> Vec<f64> {
        let (mut last, mut taken) = (0.0, 0);
        losses
            .iter()
            .map(|loss| {
                last = last * weight + (1.0 - weight) * f64::from(*loss);
                taken += 1;
                last / (1.0 - weight.powi(taken))
            })
            .collect()
    }

    #[test]
    fn smoothing_is_an_average_over_steps_however_many_a_point_stands_for() {
        for steps in [1, 40, 600, 601, 992, 5_000, 75_000] {
            let losses = losses(steps);
            let mut series = LossSeries::of(losses.clone());
            for weight in [LossSeries::USUAL_WEIGHT, 0.5, 0.9, 0.999] {
                let expected = plain_average(&losses, weight);
                let computed = series.smoothed(weight);
                series.set_weight(weight);
                assert_eq!(series.smoothed(weight), computed, "at hand or not");
                for &(step, value) in &computed {
                    let plain = expected[step as usize - 1];
                    assert!((value - plain).abs() < 1e-9, "{value} at {step} instead of {plain}");
                }
                assert_eq!(computed.last().map(|point| point.0), Some(steps as f64));
            }
        }
    }

    #[test]
    fn a_runs_first_epoch_is_smoothed_alike_in_a_shorter_and_in_a_longer_run() {
        let losses = losses(5 * 992);
        let short = LossSeries::of(losses[..992].to_vec());
        let long = LossSeries::of(losses);
        assert_ne!(short.steps_per_bucket(), long.steps_per_bucket());
        for weight in [0.9, LossSeries::USUAL_WEIGHT] {
            let (short, long) = (short.smoothed(weight), long.smoothed(weight));
            let common: Vec<_> = long.iter().filter(|point| point.0 <= 992.0).collect();
            assert!(common.len() > 50 && common.last().map(|point| point.0) == Some(992.0));
            for point in common {
                assert!(short.contains(point), "{point:?}");
            }
        }
    }

    #[test]
    fn a_curve_does_not_change_while_its_run_grows() {
        let losses = losses(3_000);
        let mut series = LossSeries::with_weight(0.9);
        let mut seen = std::collections::HashMap::new();
        for stretch in losses.chunks(37) {
            series.extend(stretch);
            for (step, value) in series.smoothed(0.9) {
                assert_eq!(*seen.entry(step as u64).or_insert(value), value, "at step {step}");
            }
        }
        assert_eq!(series.smoothed(0.9), LossSeries::of(losses).smoothed(0.9));
    }

    #[test]
    fn a_short_run_is_drawn_step_by_step() {
        let series = series([2.0, 1.0, 3.0]);
        assert_eq!(series.means(), [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0)]);
        assert_eq!(series.steps_per_bucket(), 1);
    }

    #[test]
    fn a_long_run_keeps_its_mean_in_few_points() {
        let losses = (0..75_000).map(|step| (step % 7) as f32);
        let series = series(losses.clone());
        let means = series.means();
        assert!(means.len() <= LossSeries::MOST_BUCKETS && means.len() > 250);
        assert_eq!(means.last().map(|point| point.0), Some(75_000.0));
        let mean = losses.map(f64::from).sum::<f64>() / 75_000.0;
        assert!(means[..means.len() - 1].iter().all(|point| (point.1 - mean).abs() < 0.1));
    }

    #[test]
    fn smoothing_a_constant_changes_nothing_from_the_first_point_on() {
        for (_, value) in series([0.5; 40]).smoothed(0.95) {
            assert!((value - 0.5).abs() < 1e-12);
        }
    }

    #[test]
    fn no_smoothing_is_the_curve_itself() {
        let series = series([3.0, 1.0, 2.0]);
        assert_eq!(series.smoothed(0.0), series.means());
    }

    #[test]
    fn a_loss_that_is_no_number_spoils_only_its_own_point() {
        let smooth = series([1.0, f32::NAN, 1.0]).smoothed(0.9);
        assert_eq!(smooth.len(), 2);
        assert!(smooth.iter().all(|point| point.1.is_finite()));
    }

    #[test]
    fn a_loss_that_is_no_number_leaves_its_bucket_and_what_follows_alone() {
        let mut losses = vec![1.0; 5_000];
        losses[70] = f32::NAN;
        losses[2_000] = f32::INFINITY;
        let series = LossSeries::of(losses);
        for (step, value) in series.means().into_iter().chain(series.smoothed(0.9)) {
            assert!((value - 1.0).abs() < 1e-9, "{value} at {step}");
        }
        let nothing = LossSeries::of(vec![f32::NAN; 3]);
        assert!(nothing.means().iter().all(|point| point.1.is_nan()));
        assert!(nothing.smoothed(0.9).is_empty() && nothing.smoothed(0.0).is_empty());
    }

    #[test]
    fn a_run_that_goes_on_keeps_the_weight_that_was_chosen() {
        let mut series = LossSeries::with_weight(0.5);
        assert_eq!(series.weight(), 0.5);
        series.extend(&[3.0, 1.0]);
        series.set_weight(0.0);
        series.extend(&[2.0]);
        assert_eq!(series.smoothed(0.0), series.means());
        assert_eq!(series.weight(), 0.0);
    }

    #[test]
    fn the_live_loss_is_the_mean_of_the_last_steps() {
        let mut curves = Curves::default();
        assert_eq!(curves.recent_loss(), None);
        curves.push_losses(&[9.0; 50]);
        curves.push_losses(&[1.0; 3 * RECENT_STEPS]);
        assert_eq!(curves.recent_loss(), Some(1.0));
        curves.push_losses(&[2.0; RECENT_STEPS / 2]);
        assert_eq!(curves.recent_loss(), Some(1.5));
    }
}
