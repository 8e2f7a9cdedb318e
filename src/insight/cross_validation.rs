//! What several networks, each trained without a part of the training images, say of the labels.

use serde::{Deserialize, Serialize};

use super::{ConfidentLearning, Suspect};
use crate::network::CLASSES;

/// Probabilities by a network that was trained without some images; ten numbers from 0 to 1 an image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldOut {
    /// The indices of the training images that it was trained without, ascending.
    pub indices: Vec<u32>,
    /// Their labels.
    pub labels: Vec<u8>,
    /// Their probabilities.
    pub probabilities: Vec<[f32; CLASSES]>,
    /// The labels of the test split.
    pub test_labels: Vec<u8>,
    /// Its probabilities.
    pub test: Vec<[f32; CLASSES]>,
}

/// Images whose labels are likely wrong, of each split the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Doubted {
    /// Of the training split.
    pub train: Vec<Suspect>,
    /// Of the test split.
    pub test: Vec<Suspect>,
    /// As [`CrossValidation::agreement`]; 0 if no image has been judged.
    pub agreement: f64,
}

/// The predictions of networks, each of which was trained without a part of the training images.
#[derive(Clone, Debug, Default)]
pub struct CrossValidation {
    /// Of the training images, by their index; NaN where none has come yet.
    train: Vec<[f32; CLASSES]>,
    train_labels: Vec<u8>,
    /// Of the test images, summed over networks.
    test: Vec<[f32; CLASSES]>,
    test_labels: Vec<u8>,
    networks: u32,
}

impl CrossValidation {
    /// Adds what one network says.
    pub fn add(&mut self, part: &HeldOut) {
        let images = part.indices.iter().max().map_or(0, |last| *last as usize + 1);
        let images = images.max(self.train.len());
        self.train.resize(images, [f32::NAN; CLASSES]);
        self.train_labels.resize(images, 0);
        let judged = part.probabilities.iter().zip(&part.labels);
        for (index, (probabilities, label)) in part.indices.iter().zip(judged) {
            let at = *index as usize;
            if let Some((place, its)) = self.train.get_mut(at).zip(self.train_labels.get_mut(at)) {
                (*place, *its) = (*probabilities, *label);
            }
        }
        self.test.resize(part.test.len().max(self.test.len()), [0.0; CLASSES]);
        for (sum, probabilities) in self.test.iter_mut().zip(&part.test) {
            sum.iter_mut().zip(probabilities).for_each(|(sum, it)| *sum += it);
        }
        self.test_labels.clone_from(&part.test_labels);
        self.networks += 1;
    }

    /// The share of the training images for which the network that has not seen them predicts their label, 0 to 1; `None`
    /// if none has been judged.
    #[must_use]
    pub fn agreement(&self) -> Option<f64> {
        let judged = self.train.iter().zip(&self.train_labels);
        let judged = judged.filter(|(probabilities, _)| !probabilities[0].is_nan());
        let agrees = |(probabilities, label): (&[f32; CLASSES], &u8)| {
            let largest = (0..CLASSES).fold(0, |best, class| {
                if probabilities[class] > probabilities[best] { class } else { best }
            });
            largest == usize::from(*label)
        };
        let (all, right) = judged
            .fold((0_u32, 0_u32), |(all, right), it| (all + 1, right + u32::from(agrees(it))));
        (all > 0).then(|| f64::from(right) / f64::from(all))
    }

    /// How many networks have been added.
    #[must_use]
    pub const fn networks(&self) -> u32 {
        self.networks
    }

    /// The images whose labels are likely wrong: of the training split by the network that was trained without the image, of
    /// the test split by the mean of all networks.
    #[must_use]
    pub fn doubted(&self) -> Doubted {
        // Rounding may have gone beyond 1.
        let mean =
            |sum: &[f32; CLASSES]| sum.map(|sum| (sum / self.networks.max(1) as f32).min(1.0));
        let test: Vec<_> = self.test.iter().map(mean).collect();
        Doubted {
            train: ConfidentLearning::new(&self.train, &self.train_labels).suspects,
            test: ConfidentLearning::new(&test, &self.test_labels).suspects,
            agreement: self.agreement().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nearly all of the probability for a class.
    fn sure(class: usize) -> [f32; CLASSES] {
        std::array::from_fn(|it| if it == class { 0.91 } else { 0.01 })
    }

    /// Two networks: the first held out the even ones of eight images, the second the odd ones. Images 0 to 3 are of class 0,
    /// the others of class 1, but image 2 is labelled 1, and so is test image 0.
    fn parts() -> [HeldOut; 2] {
        [0, 1].map(|odd| {
            let indices: Vec<u32> = (0..8).filter(|image| image % 2 == odd).collect();
            let class = |image: &u32| usize::from(*image > 3);
            let label = |image: &u32| if *image == 2 { 1 } else { class(image) as u8 };
            HeldOut {
                labels: indices.iter().map(label).collect(),
                probabilities: indices.iter().map(|image| sure(class(image))).collect(),
                indices,
                test_labels: vec![1, 0, 1, 0, 1],
                // The first network alone would not doubt test image 4.
                test: vec![sure(0), sure(0), sure(1), sure(0), sure(if odd == 0 { 1 } else { 7 })],
            }
        })
    }

    #[test]
    fn each_training_image_is_judged_by_the_network_that_has_not_seen_it_and_test_images_by_all() {
        let mut all = CrossValidation::default();
        parts().iter().for_each(|part| all.add(part));
        let doubted = all.doubted();
        let found = |suspects: &[Suspect]| {
            suspects.iter().map(|it| (it.index, it.likely)).collect::<Vec<_>>()
        };
        assert_eq!(found(&doubted.train), [(2, 0)]);
        assert_eq!(found(&doubted.test), [(0, 0)]);
        // Half of one plus the label's probability minus the largest other one.
        assert!((doubted.train[0].score - 0.05).abs() < 1e-6, "{doubted:?}");
        assert_eq!(all.agreement(), Some(7.0 / 8.0));
    }

    #[test]
    fn images_that_no_network_has_judged_yet_are_not_doubted() {
        let mut half = CrossValidation::default();
        half.add(&parts()[1]);
        assert_eq!((half.networks(), half.doubted().train), (1, Vec::new()));
        assert_eq!(half.agreement(), Some(1.0), "of those that were judged");
        let none = CrossValidation::default();
        assert_eq!((none.doubted(), none.agreement()), (Doubted::default(), None));
    }
}
