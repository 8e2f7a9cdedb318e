#![allow(clippy::unwrap_used)]
use super::*;
use crate::network::{CLASSES, initial_weights};
use crate::state_dict::StateDict;

/// A network whose logits are these for every image.
fn saying(logits: [f32; CLASSES]) -> ForwardPass {
    let mut state: StateDict = initial_weights(0);
    state.get_mut("fc3.weight").unwrap().values.fill(0.0);
    state.get_mut("fc3.bias").unwrap().values = logits.to_vec();
    ForwardPass::new(&state).unwrap()
}

/// What a network with these logits says of one black image for each label.
fn evaluated(logits: [f32; CLASSES], labels: &[u8]) -> Evaluation {
    let mut evaluation = Evaluation::default();
    evaluation.add(&saying(logits), &vec![0; labels.len() * PIXELS], labels).unwrap();
    evaluation
}

fn noise(images: usize) -> Vec<u8> {
    (0..images * PIXELS).map(|at| (at * at / 7 + at * 3 + at / PIXELS * 17) as u8).collect()
}

const ALL: [u8; CLASSES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

#[test]
fn loss_and_confidence_are_pytorchs_even_for_logits_whose_exponentials_overflow() {
    let logits = [0.5, -1.25, 3.0, 88.0, -200.0, 87.5, 1.0, 2.0, 0.0, -3.0];
    let found = evaluated(logits, &ALL);
    // By PyTorch 2.15: `cross_entropy` and `softmax` in float32.
    let losses = [
        87.974_075,
        89.724_075,
        85.474_075,
        0.474_077,
        288.474_1,
        0.974_077,
        87.474_075,
        86.474_075,
        88.474_075,
        91.474_075_f32,
    ];
    for (found, expected) in found.losses.iter().zip(losses) {
        assert!((found - expected).abs() <= 2e-7 * expected, "{found} instead of {expected}");
    }
    assert!(found.confidence.iter().all(|found| (found - 0.622_459_35).abs() < 1e-7));
    assert_eq!(found.predicted, [3; CLASSES]);
    assert_eq!(found.labels, ALL);
    assert_eq!(found.accuracy(), Some(0.1));
    let mean = losses.iter().sum::<f32>() / 10.0;
    assert!((found.mean_loss().unwrap() as f32 - mean).abs() < 1e-4);
}

#[test]
fn a_certain_answer_has_a_loss_of_zero_that_is_not_negative() {
    let mut logits = [0.0; CLASSES];
    logits[0] = 100.0;
    let found = evaluated(logits, &[0]);
    assert_eq!(found.losses[0].to_bits(), 0.0_f32.to_bits());
}

#[test]
fn of_equal_logits_the_first_is_predicted() {
    assert_eq!(evaluated([0.0; CLASSES], &[4]).predicted, [0]);
    assert_eq!(evaluated([0.0, 2.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0], &[4]).predicted, [1]);
}

#[test]
fn a_logit_that_is_not_a_number_is_predicted_with_a_loss_that_is_none() {
    // As PyTorch 2.15's `argmax`, `softmax` and `cross_entropy` have it.
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let cases = [
        ([1.0, nan, inf, nan, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1),
        ([inf, nan, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1),
        ([1.0, inf, 2.0, inf, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1),
        ([-inf; CLASSES], 0),
    ];
    for (logits, predicted) in cases {
        let found = evaluated(logits, &[0, 1]);
        assert_eq!(found.predicted, [predicted; 2], "{logits:?}");
        assert!(found.losses.iter().chain(&found.confidence).all(|number| number.is_nan()));
        assert!(found.mean_loss().unwrap().is_nan());
    }
    // One logit of negative infinity is a class that is impossible, and nothing else.
    let found = evaluated([1.0, -inf, 2.0, -inf, -inf, -inf, -inf, -inf, -inf, -inf], &[0, 1]);
    // ln(1 + e) by hand.
    assert!((found.losses[0] - 1.313_261_7).abs() < 1e-6);
    assert_eq!(found.losses[1], inf);
}

#[test]
fn parts_of_a_split_one_after_the_other_give_the_same_as_the_whole() {
    let forward = ForwardPass::new(&initial_weights(7)).unwrap();
    let (pixels, labels) = (noise(10), ALL);
    let mut whole = Evaluation::default();
    whole.add(&forward, &pixels, &labels).unwrap();
    let mut parts = Evaluation::default();
    for (pixels, labels) in pixels.chunks(3 * PIXELS).zip(labels.chunks(3)) {
        parts.add(&forward, pixels, labels).unwrap();
    }
    assert_eq!(parts, whole);
    assert_eq!((whole.len(), whole.images().count()), (10, 10));
    // The network answers each image by itself: its losses differ.
    assert!(whole.losses.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn what_is_not_whole_images_with_a_class_each_changes_nothing() {
    let mut evaluation = evaluated([0.0; CLASSES], &[1]);
    let before = evaluation.clone();
    let forward = saying([0.0; CLASSES]);
    let cut = InsightError::Images { bytes: 800, image: PIXELS };
    assert_eq!(evaluation.add(&forward, &[0; 800], &[0]), Err(cut));
    let few = InsightError::Labels { images: 2, labels: 1 };
    assert_eq!(evaluation.add(&forward, &[0; 2 * PIXELS], &[0]), Err(few));
    let none = InsightError::Label { label: 10 };
    assert_eq!(evaluation.add(&forward, &[0; 2 * PIXELS], &[0, 10]), Err(none));
    assert_eq!(evaluation, before);
    evaluation.add(&forward, &[], &[]).unwrap();
    assert_eq!(evaluation, before);
}

#[test]
fn fields_of_different_lengths_and_classes_out_of_range_are_left_out() {
    let evaluation = Evaluation {
        labels: vec![0, 10, 3, 255, 4, 5],
        predicted: vec![0, 1, 9, 255, 200, 5, 6],
        confidence: vec![0.5; 5],
        losses: vec![2.0; 9],
        ..Evaluation::default()
    };
    assert_eq!(evaluation.len(), 5);
    let found: Vec<_> = evaluation.images().map(|image| (image.index, image.is_right())).collect();
    assert_eq!(found, [(0, true), (2, false)]);
    assert_eq!(evaluation.accuracy(), Some(0.5));
    assert_eq!(evaluation.mean_loss(), Some(2.0));
    for index in [0, 1, 2, 3, 4, 5, 6, 9, u32::MAX] {
        let listed = evaluation.images().find(|image| image.index == index);
        assert_eq!(evaluation.image(index), listed, "{index}");
    }
}

#[test]
fn without_images_there_is_no_accuracy() {
    let nothing = Evaluation::default();
    assert!(nothing.is_empty());
    assert_eq!((nothing.len(), nothing.accuracy(), nothing.mean_loss()), (0, None, None));
}

#[test]
fn answers_are_judged_by_other_labels_and_without_images_that_are_left_out() {
    let logits = [0.0, 1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let published = evaluated(logits, &[3, 0, 1, 2]);
    assert_eq!(published.accuracy(), Some(0.25));
    // Of eⁿ for each logit, the sum is 7 + e + e² + e³ = 37.192875.
    let log_of_sum = 37.192_875_f64.ln();
    let judged = published.relabelled(|index, label| match index {
        0 => Some(2),
        1 => Some(3),
        2 => None,
        _ => Some(label),
    });
    let images: Vec<_> = judged.images().map(|it| (it.index, it.label, it.predicted)).collect();
    assert_eq!(images, [(0, 2, 3), (1, 3, 3), (3, 2, 3)]);
    assert_eq!(judged.image(2), None);
    assert_eq!(judged.accuracy(), Some(1.0 / 3.0));
    let losses: Vec<_> = judged.images().map(|it| f64::from(it.loss)).collect();
    for (found, logit) in losses.iter().zip([2.0, 3.0, 2.0]) {
        assert!((found - (log_of_sum - logit)).abs() < 1e-6, "{found}");
    }
    let mean = log_of_sum - 7.0 / 3.0;
    assert!((judged.mean_loss().unwrap() - mean).abs() < 1e-6);
    // What the network says is the same, and with the same labels all is.
    assert_eq!(
        (&judged.predicted, &judged.confidence),
        (&published.predicted, &published.confidence)
    );
    assert_eq!(published.relabelled(|_, label| Some(label)), published);
    let confusion = crate::insight::Confusion::new(&judged);
    assert_eq!((confusion.counts[2][3], confusion.counts[3][3], confusion.counts[0][3]), (2, 1, 0));
}

#[test]
fn a_loss_that_is_not_known_is_nan() {
    let short = Evaluation {
        labels: vec![1, 1],
        predicted: vec![1, 1],
        confidence: vec![0.5; 2],
        losses: vec![0.5; 2],
        class_losses: vec![0.25; CLASSES],
        ..Evaluation::default()
    };
    let judged = short.relabelled(|_, _| Some(2));
    assert_eq!(judged.losses[0], 0.25);
    assert!(judged.losses[1].is_nan());
    assert!(short.relabelled(|_, _| Some(99)).losses.iter().all(|loss| loss.is_nan()));
}

#[test]
fn a_network_of_any_number_of_classes_is_evaluated_against_as_many() {
    let three = Network::new(3).unwrap();
    let mut weights = three.initial_weights(0);
    weights.get_mut("fc3.weight").unwrap().values.fill(0.0);
    weights.get_mut("fc3.bias").unwrap().values = vec![0.0, 2.0, 1.0];
    let forward = ForwardPass::new(&weights).unwrap();
    let mut found = Evaluation::of(three);
    found.add(&forward, &[0; 2 * PIXELS], &[1, 2]).unwrap();
    assert_eq!((found.classes(), &found.predicted[..]), (3, &[1, 1][..]));
    // PyTorch: `cross_entropy(tensor([[0., 2., 1.]]), tensor([1]))`, and with 2.
    assert!(
        (found.losses[0] - 0.407_606).abs() < 1e-6 && (found.losses[1] - 1.407_606).abs() < 1e-6
    );
    assert_eq!(crate::insight::Confusion::new(&found).counts, [[0, 0, 0], [0, 1, 0], [0, 1, 0]]);

    assert_eq!(found.add(&forward, &[0; PIXELS], &[3]), Err(InsightError::Label { label: 3 }));
    let other = Evaluation::default().add(&forward, &[0; PIXELS], &[0]);
    assert_eq!(other, Err(InsightError::Classes { found: 3, expected: 10 }));
    assert_eq!(found.len(), 2, "nothing was appended");
}
