//! The forward and the backward pass of given weights, and a validation.

use std::cell::Cell;

use atelier::checkpoint::Snapshot;
use atelier::insight::{Activations, ForwardPass};
use atelier::model::{GarmentClassifier, images_tensor};
use atelier::state_dict::StateDict;
use atelier::training::{Driver, Health};
use burn::tensor::Device;
use pollster::block_on;

use super::paths;
use super::rules::{Clock, UNIT, largest};
use crate::common;

/// Operations on the longest way from a weight to a gradient, each of which rounds: forward through sums of 25, 150, 256, 120
/// and 84 products, back through 10, 84, 120 and 16·25, and over the 576 places of four images where a weight of the first
/// convolution counts.
const ROUNDINGS: f64 = 25.0 + 150.0 + 256.0 + 120.0 + 84.0 + 10.0 + 84.0 + 120.0 + 400.0 + 576.0;

/// The largest error of a gradient relative to the largest of its array. Roundings of random signs add up as their square
/// root; four of its size happen to no gradient.
fn gradients_apart() -> f64 {
    4.0 * ROUNDINGS.sqrt() * UNIT
}

#[test]
fn logits_are_pytorchs_within_a_hundred_thousandth() {
    let weights = common::state_dict("init.safetensors");
    let model = GarmentClassifier::from_weights(&weights, &Device::flex()).unwrap();
    let indices: Vec<u32> = (0..64).collect();
    let inputs = paths::dataset().test.batch(&indices).inputs;
    let logits = model.forward(images_tensor(inputs, &Device::flex()));
    let logits = logits.into_data().try_into_vec::<f32>().unwrap();
    let expected = common::json("forward.json");
    let expected: Vec<f64> =
        expected["logits"].as_array().unwrap().iter().flat_map(common::numbers).collect();
    assert_eq!(logits.len(), expected.len());
    for (logit, expected) in logits.into_iter().zip(expected) {
        assert!((f64::from(logit) - expected).abs() < 1e-5, "{logit} instead of {expected}");
    }
}

#[test]
fn the_forward_pass_in_plain_loops_gives_pytorchs_logits() {
    let pass = ForwardPass::new(&common::state_dict("init.safetensors")).unwrap();
    let test = &paths::dataset().test;
    let expected = common::json("forward.json");
    let mut activations = Activations::default();
    for (index, expected) in expected["logits"].as_array().unwrap().iter().enumerate() {
        let (pixels, _) = test.image(index).unwrap();
        pass.run(pixels.try_into().unwrap(), &mut activations);
        for (logit, expected) in activations.fc3.iter().zip(common::numbers(expected)) {
            assert!((f64::from(*logit) - expected).abs() < 1e-5, "{logit} instead of {expected}");
        }
    }
}

/// By array, the largest difference relative to its largest number.
fn apart(found: &StateDict, expected: &StateDict) -> Vec<(String, f64)> {
    let array = |(name, expected): (&String, &atelier::state_dict::Array)| {
        let pairs = found[name].values.iter().zip(&expected.values);
        let apart = largest(pairs.map(|(&a, &b)| f64::from(a) - f64::from(b)));
        (name.clone(), apart / largest(expected.values.iter().copied().map(f64::from)))
    };
    expected.iter().map(array).collect()
}

#[test]
fn gradients_are_float64s_within_rounding_on_every_path() {
    let expected = common::state_dict("gradients.safetensors");
    let pytorchs = &common::json("parity.json")["gradients"];
    for path in paths::all() {
        let trainer = path.given(common::config(""), &paths::order());
        let clock = Clock(Cell::new(0.0));
        let mut driver = Driver::new(trainer, &path.backend, Health::default(), clock);
        let step = block_on(driver.observe(paths::dataset())).unwrap().unwrap();
        for (name, apart) in apart(&step.gradients, &expected) {
            let pytorch = pytorchs[&name].as_f64().unwrap();
            println!("{}: {name}: {apart:.1e} (PyTorch: {pytorch:.1e})", path.name);
            assert!(pytorch <= gradients_apart(), "PyTorch's own {name}: {pytorch}");
            assert!(apart <= gradients_apart(), "{}: {name}: {apart}", path.name);
        }
    }
}

#[test]
fn a_validation_gives_pytorchs_loss_and_accuracy_on_every_path() {
    let test = &paths::dataset().test;
    let expected = &common::json("sgd_momentum.json")["validation"];
    for path in paths::all() {
        let config = common::config("");
        let weights = common::state_dict("sgd_momentum.safetensors");
        let snapshot = Snapshot { weights, ..Snapshot::beginning(config) };
        let mut validation = path.resumed(snapshot).validation();
        while let Some(indices) = validation.next_batch(test.len()) {
            block_on(validation.measure(test, &indices)).unwrap();
        }
        let (loss, accuracy) = validation.result();
        let right = expected["loss"].as_f64().unwrap();
        assert!((loss - right).abs() < 1e-5 * right, "{}: {loss} instead of {right}", path.name);
        let right = expected["accuracy"].as_f64().unwrap();
        // One image in ten thousand may lie between two classes.
        assert!((accuracy - right).abs() < 1.5e-4, "{}: {accuracy}, not {right}", path.name);
    }
}
