//! Whether a confidence is a probability: of the images with confidence 0.8, are 80 % right?
//!
//! As Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (2017),
//! <https://arxiv.org/abs/1706.04599>, section 2.

use serde::{Deserialize, Serialize};

use super::Evaluation;

/// As many bins as Guo et al. use.
pub const CALIBRATION_BINS: usize = 15;
/// More bins than this would say nothing.
const MOST_BINS: usize = 1_000;

/// Images whose confidence lies in the same interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// The interval's lower end, 0 to below 1. It belongs to the bin before, except 0, which belongs to the first bin.
    pub from: f64,
    /// The interval's upper end, above 0 to 1, which belongs to the bin.
    pub to: f64,
    /// How many images there are.
    pub images: u32,
    /// Their mean confidence, 0 to 1; `None` without images.
    pub confidence: Option<f64>,
    /// The share of them that is right, 0 to 1; `None` without images.
    pub accuracy: Option<f64>,
}

impl CalibrationBin {
    /// The distance between confidence and accuracy, 0 to 1; `None` without images.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        Some((self.accuracy? - self.confidence?).abs())
    }
}

/// A reliability diagram as numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Bins of equal width from 0 to 1.
    pub bins: Vec<CalibrationBin>,
    /// The expected calibration error, 0 to 1: the mean of the bins' gaps, each weighted by its images. `None` without
    /// images.
    pub expected_error: Option<f64>,
    /// The maximum calibration error, 0 to 1: the largest gap of a bin. `None` without images.
    pub maximum_error: Option<f64>,
}

impl Calibration {
    /// Puts the images of an evaluation into this many bins (1 to 1,000; [`CALIBRATION_BINS`] is usual) by their
    /// confidence. Images whose confidence is not within 0 to 1 are left out.
    #[must_use]
    pub fn new(evaluation: &Evaluation, bins: usize) -> Self {
        let bins = bins.clamp(1, MOST_BINS);
        let mut sums = vec![(0_u32, 0.0, 0.0); bins];
        for image in evaluation.images() {
            let confidence = f64::from(image.confidence);
            if (0.0..=1.0).contains(&confidence) {
                let at = (confidence * bins as f64).ceil() as usize;
                let (images, confidences, right) = &mut sums[at.saturating_sub(1).min(bins - 1)];
                *images += 1;
                *confidences += confidence;
                *right += f64::from(u8::from(image.is_right()));
            }
        }
        let all: f64 = sums.iter().map(|(images, ..)| f64::from(*images)).sum();
        let bin = |(at, (images, confidences, right)): (usize, (u32, f64, f64))| {
            let mean = |sum: f64| (images > 0).then(|| sum / f64::from(images));
            CalibrationBin {
                from: at as f64 / bins as f64,
                to: (at + 1) as f64 / bins as f64,
                images,
                confidence: mean(confidences),
                accuracy: mean(right),
            }
        };
        let bins: Vec<_> = sums.into_iter().enumerate().map(bin).collect();
        let gaps = || bins.iter().filter_map(|bin| Some((f64::from(bin.images), bin.gap()?)));
        let expected_error: f64 = gaps().map(|(images, gap)| images / all * gap).sum();
        let expected_error = (all > 0.0).then_some(expected_error);
        let maximum_error = gaps().map(|(_, gap)| gap).reduce(f64::max);
        Self { bins, expected_error, maximum_error }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn evaluation(images: &[(f32, bool)]) -> Evaluation {
        Evaluation {
            labels: vec![3; images.len()],
            predicted: images.iter().map(|(_, right)| if *right { 3 } else { 4 }).collect(),
            confidence: images.iter().map(|(confidence, _)| *confidence).collect(),
            losses: vec![1.0; images.len()],
            ..Evaluation::default()
        }
    }

    #[test]
    fn the_errors_are_those_of_the_definition() {
        // By hand, five bins: (0.2, 0.4] holds 0.25 and 0.375, one of two right: gap 0.1875; (0.4, 0.6] holds 0.5, wrong:
        // gap 0.5; (0.8, 1] holds 0.875, 1 and 1, two of three right: gap 0.291667.
        let images =
            [(0.25, true), (0.5, false), (0.375, false), (0.875, true), (1.0, true), (1.0, false)];
        let found = Calibration::new(&evaluation(&images), 5);
        let counts: Vec<_> = found.bins.iter().map(|bin| bin.images).collect();
        assert_eq!(counts, [0, 2, 1, 0, 3]);
        assert_eq!(found.bins[1].confidence, Some(0.3125));
        assert_eq!(found.bins[1].accuracy, Some(0.5));
        assert_eq!((found.bins[0].confidence, found.bins[0].accuracy), (None, None));
        assert!((found.bins[4].from - 0.8).abs() < 1e-12 && found.bins[4].to == 1.0);
        let expected = (2.0 * 0.1875 + 0.5 + 3.0 * (2.875 / 3.0 - 2.0 / 3.0)) / 6.0;
        assert!((found.expected_error.unwrap() - expected).abs() < 1e-12);
        assert_eq!(found.maximum_error, Some(0.5));
    }

    #[test]
    fn a_bins_upper_end_belongs_to_it_and_its_lower_end_does_not() {
        let images = [(0.0, true), (0.25, true), (0.5, true), (0.500_001, true), (1.0, true)];
        let found = Calibration::new(&evaluation(&images), 4);
        let counts: Vec<_> = found.bins.iter().map(|bin| bin.images).collect();
        assert_eq!(counts, [2, 1, 1, 1]);
    }

    #[test]
    fn images_without_a_confidence_between_0_and_1_are_left_out() {
        let images =
            [(f32::NAN, true), (1.5, true), (-0.5, false), (f32::INFINITY, true), (0.9, true)];
        let found = Calibration::new(&evaluation(&images), CALIBRATION_BINS);
        assert_eq!(found.bins.iter().map(|bin| bin.images).sum::<u32>(), 1);
        assert!((found.expected_error.unwrap() - 0.1).abs() < 1e-6);
    }

    #[test]
    fn without_images_there_are_empty_bins_and_no_errors() {
        let found = Calibration::new(&Evaluation::default(), CALIBRATION_BINS);
        assert_eq!((found.bins.len(), found.expected_error, found.maximum_error), (15, None, None));
        assert_eq!(Calibration::new(&Evaluation::default(), 0).bins.len(), 1);
        assert_eq!(Calibration::new(&Evaluation::default(), usize::MAX).bins.len(), MOST_BINS);
    }
}
