#![allow(clippy::unwrap_used)]
use super::*;
use crate::network::CLASSES;

/// Two dozen images: class 7 is never predicted, 8 never true, 9 neither, and 6 always right.
const LABELS: [u8; 24] = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7];
const SAID: [u8; 24] = [0, 0, 2, 6, 1, 1, 3, 2, 0, 4, 2, 2, 3, 1, 4, 2, 2, 5, 5, 8, 6, 6, 5, 8];

fn evaluation() -> Evaluation {
    let images = LABELS.len();
    Evaluation {
        labels: LABELS.to_vec(),
        predicted: SAID.to_vec(),
        confidence: (0..images).map(|at| (at * 7 % 24) as f32 / 24.0).collect(),
        losses: (0..images).map(|at| (at * 5 % 24) as f32 / 8.0).collect(),
        ..Evaluation::default()
    }
}

fn near(found: Option<f64>, expected: f64) -> bool {
    match found {
        Some(found) => (found - expected).abs() < 1e-9,
        None => expected.is_nan(),
    }
}

#[test]
fn precision_recall_and_f1_are_scikit_learns() {
    // By scikit-learn 1.9.1: `precision_recall_fscore_support(LABELS, SAID, labels=range(10), zero_division=nan)`, and the
    // same with `average="macro"`.
    const NONE: f64 = f64::NAN;
    let precision = [
        0.666666666667,
        0.666666666667,
        0.500000000000,
        0.500000000000,
        0.500000000000,
        0.666666666667,
        0.666666666667,
        NONE,
        0.000000000000,
        NONE,
    ];
    let recall = [
        0.500000000000,
        0.666666666667,
        0.600000000000,
        0.500000000000,
        0.333333333333,
        0.666666666667,
        1.000000000000,
        0.000000000000,
        NONE,
        NONE,
    ];
    let f1 = [
        0.571428571429,
        0.666666666667,
        0.545454545455,
        0.500000000000,
        0.400000000000,
        0.666666666667,
        0.800000000000,
        0.000000000000,
        0.000000000000,
        NONE,
    ];
    let confusion = Confusion::new(&evaluation());
    for (class, found) in confusion.classes().iter().enumerate() {
        assert!(near(found.precision, precision[class]), "precision of {class}: {found:?}");
        assert!(near(found.recall, recall[class]), "recall of {class}: {found:?}");
        assert!(near(found.f1, f1[class]), "F1 of {class}: {found:?}");
        assert_eq!(found.support, confusion.support()[class]);
    }
    assert_eq!(confusion.support(), [4, 3, 5, 2, 3, 3, 2, 2, 0, 0]);
    assert_eq!(confusion.predicted(), [3, 3, 6, 2, 2, 3, 3, 0, 2, 0]);
    let average = confusion.macro_average();
    assert!(near(average.precision, 0.520833333333), "{average:?}");
    assert!(near(average.recall, 0.533333333333), "{average:?}");
    assert!(near(average.f1, 0.461135161135), "{average:?}");
    assert_eq!(average.support, 24);
    assert!(near(confusion.accuracy(), 0.541666666667));
}

#[test]
fn rows_are_true_classes_and_their_shares_add_up_to_one() {
    let confusion = Confusion::new(&evaluation());
    assert_eq!(confusion.counts[4], [0, 0, 2, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(confusion.counts[2], [1, 0, 3, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(confusion.images(), 24);
    let shares = confusion.row_shares();
    assert_eq!(shares[2], Some(vec![0.2, 0.0, 0.6, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0]));
    assert_eq!(shares[8..], [None, None]);
    for row in shares.iter().flatten() {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn a_cells_images_are_those_that_it_counts_in_the_order_asked_for() {
    let evaluation = evaluation();
    let images = |order| cell_images(&evaluation, 2, 2, order);
    // Images 7, 10 and 11 have losses 11/8, 2/8 and 7/8, and confidences 1/24, 22/24 and 5/24.
    assert_eq!(images(ImageOrder::Index), [7, 10, 11]);
    assert_eq!(images(ImageOrder::Loss), [7, 11, 10]);
    assert_eq!(images(ImageOrder::Confidence), [10, 11, 7]);
    let confusion = Confusion::new(&evaluation);
    for label in 0..CLASSES {
        for predicted in 0..CLASSES {
            let images = cell_images(&evaluation, label, predicted, ImageOrder::Loss);
            assert_eq!(images.len(), confusion.counts[label][predicted] as usize);
        }
    }
    assert!(cell_images(&evaluation, 10, usize::MAX, ImageOrder::Loss).is_empty());
}

#[test]
fn the_worst_mistakes_are_wrong_and_begin_with_the_highest_loss() {
    let evaluation = evaluation();
    // Wrong are 2, 3, 6, 8, 9, 13, 15, 16, 19, 22 and 23; their losses, times 8: 10, 15, 6, 16, 21, 17, 3, 8, 23, 14 and 19.
    assert_eq!(worst(&evaluation, 4), [19, 9, 23, 13]);
    assert_eq!(worst(&evaluation, usize::MAX), [19, 9, 23, 13, 8, 3, 22, 2, 16, 6, 15]);
    assert!(worst(&evaluation, 0).is_empty());
}

#[test]
fn mistakes_are_all_that_is_wrong_in_the_order_asked_for() {
    let evaluation = evaluation();
    // By hand from the list above; the confidences, times 24, are 14, 21, 18, 8, 15, 19, 9, 16, 13, 10 and 17.
    assert_eq!(mistakes(&evaluation, ImageOrder::Index), [2, 3, 6, 8, 9, 13, 15, 16, 19, 22, 23]);
    let by_confidence = mistakes(&evaluation, ImageOrder::Confidence);
    assert_eq!(by_confidence, [3, 13, 6, 23, 16, 9, 2, 19, 22, 15, 8]);
    assert_eq!(mistakes(&evaluation, ImageOrder::Loss), worst(&evaluation, 24));
    assert_eq!(Confusion::new(&evaluation).wrong(), 11);
}

#[test]
fn equal_losses_keep_the_splits_order_and_those_that_are_no_number_come_first() {
    let mut evaluation = evaluation();
    evaluation.losses = vec![1.0; 24];
    assert_eq!(worst(&evaluation, 5), [2, 3, 6, 8, 9]);
    evaluation.losses[9] = -f32::NAN;
    evaluation.losses[16] = f32::NAN;
    evaluation.losses[15] = f32::INFINITY;
    evaluation.losses[2] = 0.0;
    assert_eq!(worst(&evaluation, 4), [9, 16, 15, 3]);
    assert_eq!(worst(&evaluation, 24).last(), Some(&2));
}

#[test]
fn what_is_no_class_is_not_counted() {
    let mut evaluation = evaluation();
    evaluation.predicted[0] = 10;
    evaluation.labels[1] = 255;
    evaluation.losses.truncate(23);
    let confusion = Confusion::new(&evaluation);
    assert_eq!((confusion.images(), confusion.counts[0][0]), (21, 0));
    assert!(!worst(&evaluation, 24).contains(&23));
}

#[test]
fn without_images_every_number_is_none() {
    let confusion = Confusion::new(&Evaluation::default());
    assert_eq!(confusion.counts, [[0; CLASSES]; CLASSES]);
    assert_eq!(confusion.accuracy(), None);
    assert_eq!(confusion.macro_average(), ClassMetrics::default());
    assert_eq!(confusion.row_shares(), [const { None }; CLASSES]);
}

#[test]
fn counts_from_outside_add_up_without_a_panic() {
    let confusion = Confusion { counts: vec![vec![u32::MAX; CLASSES]; CLASSES] };
    assert_eq!(confusion.support(), [u32::MAX; CLASSES]);
    assert!(confusion.accuracy().unwrap() > 0.0);
    assert!(confusion.macro_average().f1.is_some());
}
