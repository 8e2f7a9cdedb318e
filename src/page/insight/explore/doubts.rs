//! What a cross-validation and a search for near-duplicates found: plain data.

use crate::insight::{ConfidentLearning, Suspect};
use crate::network::CLASSES;
use crate::page::insight::table::{Cell, csv};
use crate::protocol::insight::{HeldOut, NearPair, SplitName};

/// An image whose label is likely wrong.
pub type Doubt = (SplitName, Suspect);

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
        // Indices come from outside the program; the data set has 60,000.
        let images = images.min(super::judged::ALL_IMAGES).max(self.train.len());
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

    /// The images whose labels are likely wrong, the likeliest first: of the training split by the network that was trained
    /// without the image, of the test split by the mean of all networks.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mean = |sum: &[f32; CLASSES]| {
            // Rounding may have gone beyond 1.
            sum.map(|sum| (sum / self.networks.max(1) as f32).min(1.0))
        };
        let test: Vec<_> = self.test.iter().map(mean).collect();
        let of = |split, probabilities: &[_], labels: &[u8]| {
            let found = ConfidentLearning::new(probabilities, labels).suspects;
            found.into_iter().map(move |suspect| (split, suspect))
        };
        let mut doubts: Vec<Doubt> = of(SplitName::Train, &self.train, &self.train_labels)
            .chain(of(SplitName::Test, &test, &self.test_labels))
            .collect();
        doubts.sort_by(|one, other| one.1.score.total_cmp(&other.1.score));
        doubts
    }
}

/// The images as CSV.
pub fn doubts_csv(doubts: &[Doubt]) -> String {
    let rows = doubts.iter().map(|(split, suspect)| {
        vec![
            Cell::text(split.as_str()),
            Cell::Whole(suspect.index.into()),
            Cell::class(suspect.label.into()),
            Cell::class(suspect.likely.into()),
            Cell::Number(Some(suspect.score)),
        ]
    });
    let heads = ["split", "index", "label", "likely", "score"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

/// Puts pairs with different labels first, and of these and the others the nearest.
pub fn sort_pairs(pairs: &mut [NearPair]) {
    let is_same = |pair: &NearPair| pair.labels[0] == pair.labels[1];
    pairs.sort_by(|one, other| {
        let by_label = is_same(one).cmp(&is_same(other));
        by_label.then(one.distance.total_cmp(&other.distance)).then(one.test.cmp(&other.test))
    });
}

/// How many pairs have different labels.
pub fn differing(pairs: &[NearPair]) -> usize {
    pairs.iter().filter(|pair| pair.labels[0] != pair.labels[1]).count()
}

/// The pairs as CSV.
pub fn pairs_csv(pairs: &[NearPair]) -> String {
    let rows = pairs.iter().map(|pair| {
        vec![
            Cell::Whole(pair.test.into()),
            Cell::class(pair.labels[0].into()),
            Cell::Whole(pair.train.into()),
            Cell::class(pair.labels[1].into()),
            Cell::Number(Some(pair.distance.into())),
        ]
    });
    let heads = ["test index", "test label", "train index", "train label", "distance"];
    csv(&heads, &rows.collect::<Vec<_>>())
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
        let doubts = all.doubts();
        let found: Vec<_> =
            doubts.iter().map(|(split, it)| (*split, it.index, it.likely)).collect();
        assert_eq!(found, [(SplitName::Train, 2, 0), (SplitName::Test, 0, 0)]);
        // Half of one plus the label's probability minus the largest other one.
        assert!((doubts[0].1.score - 0.05).abs() < 1e-6, "{doubts:?}");
        assert_eq!(all.agreement(), Some(7.0 / 8.0));
    }

    #[test]
    fn images_that_no_network_has_judged_yet_are_not_doubted() {
        let mut half = CrossValidation::default();
        half.add(&parts()[1]);
        assert!(half.doubts().iter().all(|(split, _)| *split == SplitName::Test));
        assert_eq!(half.agreement(), Some(1.0), "of those that were judged");
        let none = CrossValidation::default();
        assert_eq!((none.doubts(), none.agreement()), (Vec::new(), None));
    }

    #[test]
    fn pairs_with_different_labels_come_first_and_then_the_nearest() {
        let pair = |test, labels, distance| NearPair { test, train: 9, labels, distance };
        let mut pairs = [
            pair(1, [3, 3], 1.0),
            pair(2, [0, 6], 80.0),
            pair(3, [0, 6], 50.0),
            pair(4, [1, 1], 0.0),
        ];
        sort_pairs(&mut pairs);
        assert_eq!(pairs.map(|pair| pair.test), [3, 2, 4, 1]);
        assert_eq!(differing(&pairs), 2);
        let lines = pairs_csv(&pairs);
        assert_eq!(lines.lines().nth(1), Some("3,T-shirt/top,9,Shirt,50"));
    }

    #[test]
    fn the_file_lists_doubts_with_both_labels() {
        let suspect = Suspect { index: 7, label: 6, likely: 0, score: 0.125 };
        let told = doubts_csv(&[(SplitName::Test, suspect)]);
        let expected = "split,index,label,likely,score\r\ntest,7,Shirt,T-shirt/top,0.125\r\n";
        assert_eq!(told, expected);
    }
}
