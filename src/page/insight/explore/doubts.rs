//! What a cross-validation and a search for near-duplicates found, as it is shown: plain data.

use crate::insight::{Doubted, Suspect};
use crate::page::class_names::ClassNames;
use crate::page::insight::table::{Cell, csv};
use crate::protocol::insight::{NearPair, SplitName};

/// An image whose label is likely wrong.
pub type Doubt = (SplitName, Suspect);

/// Of both splits, the likeliest first.
pub fn doubts_of(found: &Doubted) -> Vec<Doubt> {
    let of = |split, suspects: &[Suspect]| {
        suspects.iter().map(|suspect| (split, *suspect)).collect::<Vec<_>>()
    };
    let mut doubts = of(SplitName::Train, &found.train);
    doubts.extend(of(SplitName::Test, &found.test));
    doubts.sort_by(|one, other| one.1.score.total_cmp(&other.1.score));
    doubts
}

/// The images as CSV.
pub fn doubts_csv(doubts: &[Doubt]) -> String {
    let rows = doubts.iter().map(|(split, suspect)| {
        vec![
            Cell::text(split.as_str()),
            Cell::Whole(suspect.index.into()),
            Cell::class(&ClassNames::default(), suspect.label.into()),
            Cell::class(&ClassNames::default(), suspect.likely.into()),
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
            Cell::class(&ClassNames::default(), pair.labels[0].into()),
            Cell::Whole(pair.train.into()),
            Cell::class(&ClassNames::default(), pair.labels[1].into()),
            Cell::Number(Some(pair.distance.into())),
        ]
    });
    let heads = ["test index", "test label", "train index", "train label", "distance"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_splits_are_in_one_order_the_lowest_score_first() {
        let suspect = |index, score| Suspect { index, label: 6, likely: 0, score };
        let found = Doubted {
            train: vec![suspect(1, 0.1), suspect(2, 0.3)],
            test: vec![suspect(3, 0.2)],
            agreement: 0.9,
        };
        let order: Vec<_> =
            doubts_of(&found).iter().map(|(split, it)| (*split, it.index)).collect();
        assert_eq!(order, [(SplitName::Train, 1), (SplitName::Test, 3), (SplitName::Train, 2)]);
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
