//! What a run has measured, kept so that drawing it never grows with the run.

use std::collections::VecDeque;

use crate::history::History;
use crate::protocol::{EpochMetrics, LossReport, RunOverview};

/// A run's curves.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    /// The loss of every step, thinned for drawing.
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
    /// The curves of a run that starts or goes on.
    pub fn of(run: &RunOverview) -> Self {
        let mut curves =
            Self { reports: run.reports.clone(), epochs: run.epochs.clone(), ..Self::default() };
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

/// The losses of a run in at most [`Self::MOST_BUCKETS`] buckets of equally many steps.
///
/// A loss costs constant time: when the buckets run out, neighbours merge and each holds twice as
/// many steps from then on.
#[derive(Clone, Debug, PartialEq)]
pub struct LossSeries {
    steps_per_bucket: u64,
    buckets: Vec<Bucket>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bucket {
    sum: f64,
    steps: u64,
}

impl Default for LossSeries {
    fn default() -> Self {
        Self { steps_per_bucket: 1, buckets: Vec::new() }
    }
}

impl LossSeries {
    /// The most points ever drawn.
    pub const MOST_BUCKETS: usize = 600;

    /// The series of these losses.
    pub fn of(losses: &[f32]) -> Self {
        let mut series = Self::default();
        series.extend(losses);
        series
    }

    fn extend(&mut self, losses: &[f32]) {
        losses.iter().for_each(|loss| self.push(*loss));
    }

    /// How many steps a point stands for.
    pub const fn steps_per_bucket(&self) -> u64 {
        self.steps_per_bucket
    }

    fn push(&mut self, loss: f32) {
        let full = self.buckets.last().is_none_or(|last| last.steps >= self.steps_per_bucket);
        if full && self.buckets.len() == Self::MOST_BUCKETS {
            self.steps_per_bucket *= 2;
            self.buckets = self
                .buckets
                .chunks(2)
                .map(|pair| Bucket {
                    sum: pair.iter().map(|bucket| bucket.sum).sum(),
                    steps: pair.iter().map(|bucket| bucket.steps).sum(),
                })
                .collect();
        }
        if full {
            self.buckets.push(Bucket::default());
        }
        if let Some(last) = self.buckets.last_mut() {
            last.sum += f64::from(loss);
            last.steps += 1;
        }
    }

    /// Mean losses by the last step that each covers.
    pub fn means(&self) -> Vec<(f64, f64)> {
        let mut step = 0;
        self.buckets
            .iter()
            .map(|bucket| {
                step += bucket.steps;
                (step as f64, bucket.sum / bucket.steps as f64)
            })
            .collect()
    }

    /// [`Self::means`], smoothed as TensorBoard does: an exponential moving average without the pull
    /// towards zero at its start.
    ///
    /// The weight (0 to below 1) is adjusted to the number of points, so that the curve keeps its
    /// look when buckets merge.
    pub fn smoothed(&self, weight: f64) -> Vec<(f64, f64)> {
        let thinness = Self::MOST_BUCKETS as f64 / self.buckets.len().max(1) as f64;
        let weight = weight.clamp(0.0, 0.999).powf(thinness.clamp(1.0, 2.0));
        let (mut average, mut weight_of_start) = (0.0, 1.0);
        let smooth = |(step, mean): (f64, f64)| {
            average = weight * average + (1.0 - weight) * mean;
            weight_of_start *= weight;
            (step, average / (1.0 - weight_of_start))
        };
        // A loss that is no number must not swallow all that follow it.
        self.means().into_iter().filter(|(_, mean)| mean.is_finite()).map(smooth).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(losses: impl IntoIterator<Item = f32>) -> LossSeries {
        LossSeries::of(&losses.into_iter().collect::<Vec<_>>())
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
