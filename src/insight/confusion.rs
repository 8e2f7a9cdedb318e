//! Which classes are taken for which others.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Evaluation;
use super::evaluation::{EvaluatedImage, mean};

/// How many images of each class were predicted to be of each class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Images by `[true class][predicted class]`, as scikit-learn's `confusion_matrix` has them; as many rows as columns.
    pub counts: Vec<Vec<u32>>,
}

/// How well a class is recognised, or the mean over classes. A number is `None` where its denominator is 0, for which
/// scikit-learn's `precision_recall_fscore_support(zero_division=nan)` has NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Images that are of the class.
    pub support: u32,
    /// Of the images predicted to be of the class, the share that is, 0 to 1; `None` if there are none.
    pub precision: Option<f64>,
    /// Of the images of the class, the share predicted to be, 0 to 1; `None` if there are none.
    pub recall: Option<f64>,
    /// The harmonic mean of precision and recall, 0 to 1: twice the images that are right over those that are of the class
    /// plus those predicted to be; `None` if there are neither.
    pub f1: Option<f64>,
}

impl Confusion {
    /// Counts the images of an evaluation.
    #[must_use]
    pub fn new(evaluation: &Evaluation) -> Self {
        let mut counts = vec![vec![0; evaluation.classes()]; evaluation.classes()];
        for image in evaluation.images() {
            counts[image.label][image.predicted] += 1;
        }
        Self { counts }
    }

    /// All images.
    #[must_use]
    pub fn images(&self) -> u64 {
        self.support().into_iter().map(u64::from).sum()
    }

    /// Images of each class.
    #[must_use]
    pub fn support(&self) -> Vec<u32> {
        self.counts.iter().map(|row| sum(row.iter().copied())).collect()
    }

    /// Images predicted to be of each class.
    #[must_use]
    pub fn predicted(&self) -> Vec<u32> {
        let of = |class| sum(self.counts.iter().map(|row| row[class]));
        (0..self.counts.len()).map(of).collect()
    }

    /// Counts as shares of their row, that is of the images of the true class, 0 to 1; `None` in a row without images.
    #[must_use]
    pub fn row_shares(&self) -> Vec<Option<Vec<f64>>> {
        let shares = |row: &Vec<u32>| {
            let all = sum(row.iter().copied());
            let share = |count: &u32| f64::from(*count) / f64::from(all);
            (all > 0).then(|| row.iter().map(share).collect())
        };
        self.counts.iter().map(shares).collect()
    }

    /// How well each class is recognised.
    #[must_use]
    pub fn classes(&self) -> Vec<ClassMetrics> {
        let (support, predicted) = (self.support(), self.predicted());
        let metrics = |class: usize| {
            let right = f64::from(self.counts[class][class]);
            let of = |right: f64, all: f64| (all > 0.0).then(|| right / all);
            let (is, said) = (f64::from(support[class]), f64::from(predicted[class]));
            ClassMetrics {
                support: support[class],
                precision: of(right, said),
                recall: of(right, is),
                f1: of(2.0 * right, is + said),
            }
        };
        (0..self.counts.len()).map(metrics).collect()
    }

    /// The share of images whose predicted class is the true one, 0 to 1; `None` if there are no images.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        let all = self.images();
        (all > 0).then(|| self.right() as f64 / all as f64)
    }

    /// Images whose predicted class is not the true one.
    #[must_use]
    pub fn wrong(&self) -> u64 {
        self.images().saturating_sub(self.right())
    }

    fn right(&self) -> u64 {
        (0..self.counts.len()).map(|class| u64::from(self.counts[class][class])).sum()
    }

    /// The means over the classes, each over those for which it is not `None`, as scikit-learn's `average="macro"` with
    /// `zero_division=nan` has them. `support` is that of all classes together.
    #[must_use]
    pub fn macro_average(&self) -> ClassMetrics {
        let classes = self.classes();
        let over =
            |number: fn(&ClassMetrics) -> Option<f64>| mean(classes.iter().filter_map(number));
        ClassMetrics {
            support: sum(self.support().into_iter()),
            precision: over(|class| class.precision),
            recall: over(|class| class.recall),
            f1: over(|class| class.f1),
        }
    }
}

/// The sum, at most `u32::MAX`: counts may come from outside.
fn sum(counts: impl Iterator<Item = u32>) -> u32 {
    counts.fold(0, u32::saturating_add)
}

/// An order of images. Of two that are equal, the one with the lower index comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageOrder {
    /// The highest loss first; NaN before all numbers.
    #[default]
    Loss,
    /// The highest confidence first; NaN before all numbers.
    Confidence,
    /// As in the split.
    Index,
}

impl ImageOrder {
    /// Which of two images comes first; of equal ones, the one with the lower index.
    #[must_use]
    pub fn compare(self, one: &EvaluatedImage, other: &EvaluatedImage) -> Ordering {
        let by_number = match self {
            Self::Loss => descending(one.loss, other.loss),
            Self::Confidence => descending(one.confidence, other.confidence),
            Self::Index => Ordering::Equal,
        };
        by_number.then(one.index.cmp(&other.index))
    }
}

/// NaN first, then the highest number.
pub(super) fn descending(one: f32, other: f32) -> Ordering {
    let numbers = other.partial_cmp(&one);
    numbers.unwrap_or_else(|| other.is_nan().cmp(&one.is_nan()))
}

/// The indices of the images of a true class that were predicted to be of a class, both below [`Evaluation::classes`]: those
/// that a cell of the confusion matrix counts.
#[must_use]
pub fn cell_images(
    evaluation: &Evaluation,
    true_class: usize,
    predicted: usize,
    order: ImageOrder,
) -> Vec<u32> {
    let of_cell =
        |image: &EvaluatedImage| image.label == true_class && image.predicted == predicted;
    in_order(evaluation.images().filter(of_cell).collect(), order)
}

/// The indices of the images whose predicted class is not the true one.
#[must_use]
pub fn mistakes(evaluation: &Evaluation, order: ImageOrder) -> Vec<u32> {
    in_order(evaluation.images().filter(|image| !image.is_right()).collect(), order)
}

/// The first of [`mistakes`] by loss, the highest first, at most `most` of them.
#[must_use]
pub fn worst(evaluation: &Evaluation, most: usize) -> Vec<u32> {
    let mut indices = mistakes(evaluation, ImageOrder::Loss);
    indices.truncate(most);
    indices
}

fn in_order(mut images: Vec<EvaluatedImage>, order: ImageOrder) -> Vec<u32> {
    images.sort_unstable_by(|one, other| order.compare(one, other));
    images.into_iter().map(|image| image.index).collect()
}

#[cfg(test)]
#[path = "confusion_tests.rs"]
mod tests;
