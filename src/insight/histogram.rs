//! Distributions of a layer's numbers, and how far a step moves a layer.

use serde::{Deserialize, Serialize};

use super::InsightError;
use crate::network::Network;
use crate::state_dict::StateDict;

/// As many bins as TensorBoard's dashboard of histograms draws.
pub const HISTOGRAM_BINS: usize = 30;
/// More bins than this would say nothing.
const MOST_BINS: usize = 1_000;

/// How many numbers lie in each of some intervals of equal width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The lower end of the first bin: the smallest number. 0 without numbers.
    pub from: f64,
    /// The upper end of the last bin: the largest number. 0 without numbers.
    pub to: f64,
    /// Numbers in each bin. The lower end of a bin belongs to it; the upper end belongs to the next, except that of the last.
    pub counts: Vec<u32>,
    /// Numbers that are NaN or infinite, which are in no bin.
    pub not_finite: u32,
}

impl Histogram {
    /// Counts numbers in this many bins (1 to 1,000; [`HISTOGRAM_BINS`] is usual) between the smallest and the largest. If
    /// all are equal, the bins reach from a tenth below the number to a tenth above it, at least from 0.5 below to 0.5 above.
    #[must_use]
    pub fn new(values: &[f32], bins: usize) -> Self {
        let finite =
            || values.iter().filter(|value| value.is_finite()).map(|value| f64::from(*value));
        let mut counts = vec![0; bins.clamp(1, MOST_BINS)];
        let not_finite = values.len() - finite().count();
        let not_finite = u32::try_from(not_finite).unwrap_or(u32::MAX);
        let (Some(mut from), Some(mut to)) = (finite().reduce(f64::min), finite().reduce(f64::max))
        else {
            return Self { counts, not_finite, ..Self::default() };
        };
        if from == to {
            let half = (from.abs() / 10.0).max(0.5);
            (from, to) = (from - half, to + half);
        }
        let scale = counts.len() as f64 / (to - from);
        let last = counts.len() - 1;
        for value in finite() {
            counts[(((value - from) * scale) as usize).min(last)] += 1;
        }
        Self { from, to, counts, not_finite }
    }

    /// The counts in other bins, as many and as wide as these arguments say, so that histograms of different steps can be
    /// drawn on one axis: a bin is shared among those that it overlaps, by width, as TensorBoard does. What lies outside is
    /// not counted. Empty if `to` is not above `from`.
    #[must_use]
    pub fn on_axis(&self, from: f64, to: f64, bins: usize) -> Vec<f64> {
        let bins = bins.clamp(1, MOST_BINS);
        let width = (to - from) / bins as f64;
        let own = (self.to - self.from) / self.counts.len() as f64;
        let is_width = |width: f64| width > 0.0 && width.is_finite();
        if !is_width(width) {
            return Vec::new();
        }
        if !is_width(own) {
            return vec![0.0; bins];
        }
        let bin = |at: usize| {
            let (lower, upper) = (from + at as f64 * width, from + (at + 1) as f64 * width);
            let shared = self.counts.iter().enumerate().map(|(at, count)| {
                let (first, last) =
                    (self.from + at as f64 * own, self.from + (at + 1) as f64 * own);
                f64::from(*count) * (upper.min(last) - lower.max(first)).max(0.0) / own
            });
            shared.sum()
        };
        (0..bins).map(bin).collect()
    }
}

/// How far a step, or several, have moved a layer's weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerUpdate {
    /// PyTorch's name of the layer: `conv1`, `conv2`, `fc1`, `fc2` or `fc3`.
    pub layer: String,
    /// The Euclidean norm of the weights before, without biases.
    pub weights: f64,
    /// The Euclidean norm of their difference.
    pub update: f64,
}

impl LayerUpdate {
    /// The ratio of update to weights, of which about 0.001 a step is usual; `None` if all weights were 0.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (self.weights != 0.0).then(|| self.update / self.weights)
    }
}

/// How far each layer's weights are from what they were, in the order of the layers.
///
/// # Errors
/// [`InsightError::Model`] if a weight is missing or has another shape.
pub fn updates(before: &StateDict, after: &StateDict) -> Result<Vec<LayerUpdate>, InsightError> {
    let layer = |layer: crate::network::Weighted| {
        let old = &layer.weight.find(before, layer.weight.name)?.values;
        let new = &layer.weight.find(after, layer.weight.name)?.values;
        let differences = new.iter().zip(old).map(|(new, old)| f64::from(*new) - f64::from(*old));
        Ok(LayerUpdate {
            layer: layer.name.to_owned(),
            weights: norm(old),
            update: differences.map(|difference| difference * difference).sum::<f64>().sqrt(),
        })
    };
    Network::of(after)?.weighted_layers().into_iter().map(layer).collect()
}

/// The Euclidean norm, NaN if one of the numbers is.
#[must_use]
pub fn norm(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::network::{ModelError, initial_weights};

    #[test]
    fn bins_are_of_equal_width_between_the_smallest_and_the_largest_number() {
        let found = Histogram::new(&[-1.0, -0.6, 0.0, 0.1, 0.9, 1.0, 1.0], 4);
        assert_eq!((found.from, found.to), (-1.0, 1.0));
        // 0 is the lower end of the third bin, 1 the upper end of the last.
        assert_eq!(found.counts, [2, 0, 2, 3]);
        assert_eq!(found.not_finite, 0);
        // By NumPy: `histogram(v, bins=30)` with v = i²/100 for i in 0 to 49.
        let squares: Vec<f32> = (0..50).map(|at| (at * at) as f32 / 100.0).collect();
        let expected = [
            9, 4, 3, 2, 3, 1, 2, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 0, 1, 1, 1, 1, 1, 1, 1, 1,
            1,
        ];
        assert_eq!(Histogram::new(&squares, HISTOGRAM_BINS).counts, expected);
    }

    #[test]
    fn numbers_that_are_not_finite_are_counted_apart() {
        let found = Histogram::new(&[f32::NAN, 1.0, f32::INFINITY, 3.0, f32::NEG_INFINITY], 2);
        assert_eq!((found.from, found.to, found.not_finite), (1.0, 3.0, 3));
        assert_eq!(found.counts, [1, 1]);
        let nothing = Histogram::new(&[f32::NAN], 3);
        assert_eq!((nothing.from, nothing.to, nothing.not_finite), (0.0, 0.0, 1));
        assert_eq!(nothing.counts, [0; 3]);
        assert_eq!(Histogram::new(&[], 0).counts, [0]);
        let widest = Histogram::new(&[f32::MIN, f32::MAX], usize::MAX);
        assert_eq!((widest.counts.len(), widest.counts[0], widest.counts[999]), (1_000, 1, 1));
    }

    #[test]
    fn equal_numbers_are_in_the_middle_of_bins_around_them() {
        let zeros = Histogram::new(&[0.0; 7], 3);
        assert_eq!((zeros.from, zeros.to), (-0.5, 0.5));
        assert_eq!(zeros.counts, [0, 7, 0]);
        let large = Histogram::new(&[-100.0; 2], 3);
        assert_eq!((large.from, large.to), (-110.0, -90.0));
        assert_eq!(large.counts, [0, 2, 0]);
    }

    #[test]
    fn on_another_axis_a_bin_is_shared_by_width_and_what_lies_outside_is_left_out() {
        let found = Histogram { from: 0.0, to: 4.0, counts: vec![4, 8, 2, 6], not_finite: 0 };
        // By hand: [−1, 1.5], [1.5, 4], [4, 6.5].
        assert_eq!(found.on_axis(-1.0, 6.5, 3), [8.0, 12.0, 0.0]);
        assert_eq!(found.on_axis(0.5, 1.0, 1), [2.0]);
        assert!(found.on_axis(1.0, 1.0, 3).is_empty());
        assert!(found.on_axis(f64::NAN, 1.0, 3).is_empty());
        assert_eq!(Histogram::default().on_axis(0.0, 1.0, 3), [0.0; 3]);
        assert_eq!(Histogram::new(&[], 5).on_axis(0.0, 1.0, 3), [0.0; 3]);
    }

    #[test]
    fn the_ratio_of_update_to_weights_is_that_of_their_norms() {
        let before = initial_weights(1);
        let mut after = before.clone();
        after.get_mut("fc2.bias").unwrap().values.fill(9.0);
        after.get_mut("conv2.weight").unwrap().values.iter_mut().for_each(|value| *value *= 1.25);
        after.get_mut("fc3.weight").unwrap().values[5] += 3.0;
        let found = updates(&before, &after).unwrap();
        let layers: Vec<_> = found.iter().map(|update| update.layer.as_str()).collect();
        assert_eq!(layers, ["conv1", "conv2", "fc1", "fc2", "fc3"]);
        assert_eq!((found[0].ratio(), found[3].update), (Some(0.0), 0.0));
        assert!((found[1].ratio().unwrap() - 0.25).abs() < 1e-6);
        assert!((found[4].update - 3.0).abs() < 1e-6);
        assert_eq!(norm(&[3.0, -4.0]), 5.0);
    }

    #[test]
    fn without_weights_there_is_no_ratio_and_without_a_layer_no_update() {
        let after = initial_weights(1);
        let mut before = after.clone();
        before.get_mut("fc1.weight").unwrap().values.fill(0.0);
        let found = updates(&before, &after).unwrap();
        assert_eq!(found[2].ratio(), None);
        assert_eq!(found[2].update, norm(&after["fc1.weight"].values));
        before.remove("fc3.weight");
        let missing = InsightError::Model(ModelError::Missing("fc3.weight".to_owned()));
        assert_eq!(updates(&before, &after), Err(missing));
    }
}
