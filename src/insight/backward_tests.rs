#![allow(clippy::unwrap_used)]
use super::*;
use crate::insight::example::{digest, image, is_like, weights};
use crate::network::{Network, PARAMETERS, initial_weights};

fn normalized(which: usize) -> [f32; PIXELS] {
    let mut to = [0.0; PIXELS];
    normalize(&image(which), &mut to);
    to
}

#[test]
fn the_gradients_of_a_batch_are_pytorchs() {
    // By PyTorch 2.15's autograd in float32: sums as `digest` computes them.
    let expected: [(&str, f64, f64); PARAMETERS.len()] = [
        ("conv1.weight", -4.796548, 6.687305),
        ("conv1.bias", 2.672289e-1, 2.168244e-1),
        ("conv2.weight", -9.103073, 7.938635e1),
        ("conv2.bias", 1.450145e-1, 7.428548e-1),
        ("fc1.weight", -1.166165e1, 2.499528e2),
        ("fc1.bias", -1.117261, 1.498993),
        ("fc2.weight", 7.453796, 1.053623e2),
        ("fc2.bias", 1.186462, 1.697730),
        ("fc3.weight", 1.435714e1, 2.808478e1),
        ("fc3.bias", 1.655369, 1.243861),
    ];
    let pixels = [image(0), image(1), image(2)].concat();
    let found = BackwardPass::new(&weights()).unwrap().batch(&pixels, &[2, 7, 0]).unwrap();
    assert!((found.loss - 2.022_904_9).abs() < 1e-6, "{}", found.loss);
    assert_eq!(found.gradients.len(), PARAMETERS.len());
    for (parameter, (name, weighted, absolute)) in PARAMETERS.iter().zip(expected) {
        let array = parameter.find(&found.gradients, name).unwrap();
        let digest = digest(&array.values);
        assert!(is_like(&array.values, [weighted, absolute]), "{name}: {digest:?}");
    }
}

#[test]
fn the_gradients_of_an_image_are_pytorchs() {
    // By PyTorch 2.15's autograd in float32, as above.
    let features = [16.225_901_6, 392.528_661_1];
    let cases = [
        (Target::Logit(3), [1.178_062_59, 8.286_938_56], [3.269_578_99, 6.871_864_28]),
        (Target::Loss(3), [-0.890_880_82, 8.434_477_24], [-3.888_643_01, 6.895_508_18]),
    ];
    let pass = BackwardPass::new(&weights()).unwrap();
    for (target, pixels, by_features) in cases {
        let found = pass.image(&normalized(1), target).unwrap();
        assert!(is_like(&found.pixels, pixels), "{target:?}: {:?}", digest(&found.pixels));
        assert!(is_like(&found.features, features), "{:?}", digest(&found.features));
        let digest = digest(&found.by_features);
        assert!(is_like(&found.by_features, by_features), "{target:?}: {digest:?}");
    }
}

#[test]
fn logits_are_those_of_the_forward_pass_to_the_bit() {
    let pass = BackwardPass::new(&initial_weights(3)).unwrap();
    let mut activations = Box::<crate::insight::Activations>::default();
    for which in 0..3 {
        pass.forward().run(&image(which), &mut activations);
        let found = pass.image(&normalized(which), Target::Logit(0)).unwrap();
        assert_eq!(found.logits, activations.fc3);
    }
}

#[test]
fn max_pooling_hands_the_gradient_to_the_first_of_equal_numbers() {
    // Without kernels, all numbers of a feature map are equal: the bias.
    let mut state = weights();
    state.get_mut("conv2.weight").unwrap().values.fill(0.0);
    state.get_mut("conv2.bias").unwrap().values.fill(0.5);
    let found = BackwardPass::new(&state).unwrap().image(&normalized(0), Target::Logit(1)).unwrap();
    let mut first = 0;
    for (at, by) in found.by_features.iter().enumerate() {
        let (row, column) = (at / FEATURE_SIDE % FEATURE_SIDE, at % FEATURE_SIDE);
        if row % POOL == 0 && column % POOL == 0 {
            first += usize::from(*by != 0.0);
        } else {
            assert_eq!(*by, 0.0, "number {at}");
        }
    }
    assert_eq!(first, crate::insight::forward::FLAT);
}

#[test]
fn a_relu_at_zero_passes_no_gradient() {
    let mut state = weights();
    state.get_mut("fc2.weight").unwrap().values.fill(0.0);
    state.get_mut("fc2.bias").unwrap().values.fill(0.0);
    let found = BackwardPass::new(&state).unwrap().batch(&image(0), &[1]).unwrap();
    for (name, array) in &found.gradients {
        let is_zero = array.values.iter().all(|value| *value == 0.0);
        // `fc3.weight`, too: its input is 0.
        assert_eq!(is_zero, name != "fc3.bias", "{name}");
    }
}

#[test]
fn what_is_not_whole_images_with_a_class_each_is_an_error() {
    let pass = BackwardPass::new(&weights()).unwrap();
    let cut = InsightError::Images { bytes: 800, image: PIXELS };
    assert_eq!(pass.batch(&[0; 800], &[0]), Err(cut));
    assert!(matches!(pass.batch(&[], &[]), Err(InsightError::Images { bytes: 0, .. })));
    let many = InsightError::Labels { images: 1, labels: 2 };
    assert_eq!(pass.batch(&image(0), &[0, 1]), Err(many));
    let none = InsightError::Label { label: 10 };
    assert_eq!(pass.batch(&image(0), &[10]), Err(none.clone()));
    assert_eq!(pass.image(&normalized(0), Target::Logit(10)), Err(none.clone()));
    assert_eq!(pass.image(&normalized(0), Target::Loss(255)).ok(), None);
    let mut state = weights();
    state.remove("fc1.bias");
    assert!(matches!(BackwardPass::new(&state), Err(InsightError::Model(_))));
}

#[test]
fn numbers_that_are_not_finite_are_passed_on_without_a_panic() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
        let mut state = weights();
        state.values_mut().for_each(|array| array.values.fill(value));
        let pass = BackwardPass::new(&state).unwrap();
        let found = pass.batch(&image(0), &[1]).unwrap();
        assert!(value == f32::NEG_INFINITY || found.loss.is_nan(), "{value}: {}", found.loss);
        pass.image(&[value; PIXELS], Target::Loss(0)).unwrap();
    }
}

#[test]
fn a_network_of_any_number_of_classes_has_gradients() {
    let network = Network::new(3).unwrap();
    let state = network.initial_weights(5);
    let pass = BackwardPass::new(&state).unwrap();
    let found = pass.batch(&image(1), &[2]).unwrap();
    let logits = pass.image(&normalized(1), Target::Loss(2)).unwrap().logits;
    // The gradient of the cross-entropy with respect to the logits, and so to the last biases: softmax minus the label.
    let mut expected = crate::insight::softmax(&logits);
    expected[2] -= 1.0;
    let bias = &found.gradients["fc3.bias"];
    assert_eq!((&bias.shape[..], bias.values.len()), (&[3][..], 3));
    assert!(bias.values.iter().zip(&expected).all(|(one, other)| (one - other).abs() < 1e-6));
    assert_eq!(found.gradients["fc3.weight"].shape, [3, 84]);
    assert_eq!(pass.batch(&image(0), &[3]), Err(InsightError::Label { label: 3 }));
    let occluded = crate::insight::occlusion(pass.forward(), &image(1), 3, 5);
    assert_eq!(occluded, Err(InsightError::Label { label: 3 }));
    assert!(crate::insight::Inside::of(&state).is_ok());
}
