//! Labels that are likely wrong, by confident learning: Northcutt, Jiang and Chuang, "Confident Learning: Estimating
//! Uncertainty in Dataset Labels" (2019), <https://arxiv.org/abs/1911.00068>.

use serde::{Deserialize, Serialize};

use super::evaluation::mean;
use crate::network::CLASSES;

/// Numbers this close count as equal, as in cleanlab.
const CLOSE: f64 = 1e-6;

/// An image whose label is likely wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// The image's index, from 0.
    pub index: u32,
    /// Its label, below [`CLASSES`].
    pub label: u8,
    /// The class that it likely is of, below [`CLASSES`]: the one that the confident joint counts it under.
    pub likely: u8,
    /// The normalised margin, 0 to 1: half of one plus the label's probability minus the largest probability of another
    /// class. The lower, the likelier the label is wrong.
    pub score: f64,
}

/// What confident learning finds, as cleanlab's `find_label_issues(filter_by="confident_learning")` does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfidentLearning {
    /// For each class the mean probability of the class over the images with its label, 0 to 1: an image is confidently of
    /// a class if its probability is not below that. `None` if no image has the label.
    pub thresholds: [Option<f64>; CLASSES],
    /// The confident joint, before it is calibrated: images by `[label][class that they are confidently of]`. Of several such
    /// classes, the one that is likeliest of all; images that are of none are not counted. (cleanlab raises the diagonal to
    /// at least 1.)
    pub joint: [[u32; CLASSES]; CLASSES],
    /// Images off its diagonal of which the label is not the likeliest class, the lowest score first; of equal ones, the
    /// lower index.
    pub suspects: Vec<Suspect>,
}

impl ConfidentLearning {
    /// Looks at images with a label and ten probabilities (0 to 1) each. These must come from a network that was not trained
    /// on the image, otherwise it knows the wrong label by heart. Leaves out images whose label is not a class or whose
    /// probabilities are not within 0 to 1, and what has no counterpart in the other slice.
    #[must_use]
    pub fn new(probabilities: &[[f32; CLASSES]], labels: &[u8]) -> Self {
        let images = || {
            let pairs = (0..=u32::MAX).zip(probabilities.iter().zip(labels));
            pairs.filter_map(|(index, (probabilities, label))| {
                let label = usize::from(*label);
                let is_whole = probabilities.iter().all(|value| (0.0..=1.0).contains(value));
                (is_whole && label < CLASSES).then(|| (index, probabilities.map(f64::from), label))
            })
        };
        let of_label = |class: usize| images().filter(move |(.., label)| *label == class);
        let thresholds: [Option<f64>; CLASSES] = std::array::from_fn(|class| {
            let own = of_label(class).map(|(_, probabilities, _)| probabilities[class]);
            mean(own).map(|threshold| threshold.max(2.0 * CLOSE))
        });
        let mut joint = [[0; CLASSES]; CLASSES];
        let mut suspects = Vec::new();
        for (index, probabilities, label) in images() {
            let Some(likely) = confident_class(&probabilities, &thresholds) else {
                continue;
            };
            joint[label][likely] += 1;
            let mut favouring = probabilities;
            favouring[label] += CLOSE;
            if likely != label && first_largest(&favouring) != label {
                let others = (0..CLASSES).filter(|class| *class != label);
                let other = others.map(|class| probabilities[class]).fold(0.0, f64::max);
                let score = (probabilities[label] - other + 1.0) / 2.0;
                suspects.push(Suspect { index, label: label as u8, likely: likely as u8, score });
            }
        }
        suspects.sort_by(|one: &Suspect, other| one.score.total_cmp(&other.score));
        Self { thresholds, joint, suspects }
    }
}

/// The class that an image is confidently of, if there is one.
fn confident_class(
    probabilities: &[f64; CLASSES],
    thresholds: &[Option<f64>; CLASSES],
) -> Option<usize> {
    let mut classes = (0..CLASSES).filter(|class| {
        thresholds[*class].is_some_and(|threshold| probabilities[*class] >= threshold - CLOSE)
    });
    let first = classes.next()?;
    Some(if classes.next().is_some() { first_largest(probabilities) } else { first })
}

/// The first of the largest numbers, none of which is NaN.
fn first_largest(values: &[f64; CLASSES]) -> usize {
    (1..CLASSES).fold(0, |largest, at| if values[at] > values[largest] { at } else { largest })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// 60 images by a generator that Python followed: some labels are wrong, no image has label 8, and some probabilities
    /// favour a class beside the true one.
    fn example() -> (Vec<[f32; CLASSES]>, Vec<u8>) {
        let mut noise = 1_u32;
        let mut draw = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as usize
        };
        let image = |at: usize| {
            let class = if at % 10 == 8 { 3 } else { at % 10 };
            let is_wrong = draw() < 50;
            let label = if is_wrong { (class + 1 + draw() % 9) % 10 } else { class };
            let mut weights = [0; CLASSES].map(|_: usize| 1 + draw() % 32);
            weights[class] += 64 + draw() % 128;
            if draw() < 40 {
                weights[(class + 1) % 10] += 200;
            }
            let sum = weights.iter().sum::<usize>() as f64;
            (weights.map(|weight| (weight as f64 / sum) as f32), label as u8)
        };
        (0..60).map(image).unzip()
    }

    #[test]
    fn thresholds_joint_and_suspects_are_cleanlabs() {
        let (probabilities, labels) = example();
        assert_eq!(labels[22..31], [2, 7, 4, 5, 6, 7, 3, 7, 0], "as in Python");
        let found = ConfidentLearning::new(&probabilities, &labels);
        // By cleanlab 2.9.0: `get_confident_thresholds`, `compute_confident_joint(calibrate=False)` and
        // `find_label_issues(filter_by="confident_learning", return_indices_ranked_by="normalized_margin")`.
        let thresholds = [
            0.461_865_351_7,
            0.474_349_401_9,
            0.413_864_802_1,
            0.483_261_770_0,
            0.438_027_357_4,
            0.438_492_752_6,
            0.504_655_689_0,
            0.273_843_524_5,
            f64::NAN,
            0.366_865_205_8,
        ];
        for (found, expected) in found.thresholds.into_iter().zip(thresholds) {
            match found {
                Some(found) => assert!((found - expected).abs() < 1e-9, "{found} {expected}"),
                None => assert!(expected.is_nan()),
            }
        }
        let diagonal: Vec<_> = (0..CLASSES).map(|class| found.joint[class][class]).collect();
        // cleanlab has 1 instead of 0 for class 8.
        assert_eq!(diagonal, [5, 1, 5, 7, 5, 3, 3, 5, 0, 2]);
        assert_eq!(found.joint[4], [0, 0, 0, 0, 5, 0, 0, 1, 0, 0]);
        assert_eq!(found.joint[5], [0, 0, 0, 0, 0, 3, 1, 0, 0, 0]);
        assert_eq!(found.joint[7], [0, 0, 0, 1, 0, 0, 0, 5, 0, 2]);
        assert_eq!(found.joint.as_flattened().iter().sum::<u32>(), 36 + 5);
        let suspects: Vec<_> = found.suspects.iter().map(|suspect| suspect.index).collect();
        assert_eq!(suspects, [23, 57, 29, 59, 45]);
        let scores = [0.229_532_17, 0.235_211_26, 0.244_642_86, 0.247_851_00, 0.326_034_08];
        for (suspect, score) in found.suspects.iter().zip(scores) {
            assert!((suspect.score - score).abs() < 1e-7, "{suspect:?}");
            assert_eq!(suspect.label, labels[suspect.index as usize]);
        }
        assert_eq!((found.suspects[0].label, found.suspects[0].likely), (7, 3));
    }

    /// An image that is of class 0, 1 or 2 with these probabilities and the rest.
    fn row(zero: f32, one: f32) -> [f32; CLASSES] {
        let mut row = [0.0; CLASSES];
        (row[0], row[1], row[2]) = (zero, one, 1.0 - zero - one);
        row
    }

    #[test]
    fn of_several_classes_that_an_image_is_confidently_of_the_likeliest_counts() {
        // Classes 0 and 1 are confident from 0.3 on, class 2 from 0.05 on: all images are confidently of several classes.
        let probabilities = [row(0.3, 0.1), row(0.1, 0.3), row(0.35, 0.6)];
        let found = ConfidentLearning::new(&probabilities, &[0, 1, 2]);
        assert_eq!((found.joint[0][2], found.joint[1][2], found.joint[2][1]), (1, 1, 1));
        let suspect = found.suspects[0];
        assert_eq!((suspect.index, suspect.label, suspect.likely), (2, 2, 1));
        assert!((suspect.score - 0.225).abs() < 1e-6, "{suspect:?}");
    }

    #[test]
    fn an_image_off_the_diagonal_whose_label_is_the_likeliest_class_is_no_suspect() {
        // Class 1 is confident from 0.3 on; image 0 is confidently of it only, though its label is likelier.
        let probabilities = [row(0.5, 0.4), row(0.9, 0.05), row(0.1, 0.3)];
        let found = ConfidentLearning::new(&probabilities, &[0, 0, 1]);
        assert_eq!(found.joint[0][1], 1);
        assert_eq!(found.suspects, []);
    }

    #[test]
    fn what_is_no_class_or_no_probability_is_left_out() {
        let (mut probabilities, mut labels) = example();
        let all = ConfidentLearning::new(&probabilities, &labels);
        probabilities.extend([[f32::NAN; CLASSES], [0.1; CLASSES], [2.0; CLASSES]]);
        labels.extend([0, 200, 1, 4, 4]);
        assert_eq!(ConfidentLearning::new(&probabilities, &labels), all);
        assert_eq!(ConfidentLearning::new(&[], &labels), ConfidentLearning::default());
    }
}
