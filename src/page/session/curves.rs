//! A run's measurements, stored so that the cost of drawing does not grow with the run.

use std::collections::VecDeque;

use super::library::StoredCurves;
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

    /// The curves of a stored run, smoothed with this weight.
    pub fn stored(stored: &StoredCurves, weight: f64) -> Self {
        let mut losses = stored.losses.clone();
        losses.set_weight(weight);
        let newest = losses.losses.len().saturating_sub(RECENT_STEPS);
        let recent = losses.losses[newest..].iter().copied().collect();
        let (reports, epochs) = (stored.reports.clone(), stored.epochs.clone());
        Self { losses, reports, epochs, recent }
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

    /// How many losses there are: a loss a step.
    pub const fn len(&self) -> u64 {
        self.losses.len() as u64
    }

    /// The losses of the steps after `from` up to `to`.
    pub fn between(&self, from: u64, to: u64) -> &[f32] {
        self.losses.get(from as usize..to as usize).unwrap_or_default()
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
#[path = "curves_tests.rs"]
mod tests;
