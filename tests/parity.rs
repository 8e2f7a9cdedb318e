//! PyTorch's answers (`tests/fixtures/README.md`), matched on the CPU engine.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::model::{GarmentClassifier, images_tensor};
use atelier::settings::TrainingConfig;
use atelier::state_dict::{StateDict, largest_difference};
use atelier::training::Validation;
use atelier::training::general::GeneralPath;
use burn::tensor::Device;
use pollster::block_on;

fn order() -> Vec<Vec<u32>> {
    serde_json::from_slice(&common::fixture("order.json")).unwrap()
}

fn path(config: &TrainingConfig) -> GeneralPath {
    let weights = common::state_dict("init.safetensors");
    GeneralPath::new(config, &weights, &StateDict::new(), &Device::flex()).unwrap()
}

#[test]
fn logits_are_pytorchs_within_a_hundred_thousandth() {
    let weights = common::state_dict("init.safetensors");
    let model = GarmentClassifier::from_weights(&weights, &Device::flex()).unwrap();
    let indices: Vec<u32> = (0..64).collect();
    let inputs = common::dataset().test.batch(&indices).inputs;
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
fn gradients_are_pytorchs_within_a_hundred_thousandth() {
    let dataset = common::dataset();
    let batch = dataset.train.batch(&order()[0]);
    let (loss, gradients) = block_on(path(&TrainingConfig::default()).gradients(batch)).unwrap();
    let expected = common::json("sgd_momentum.json");
    assert!((f64::from(loss) - common::numbers(&expected["losses"])[0]).abs() < 1e-5);
    let difference = largest_difference(&gradients, &common::state_dict("gradients.safetensors"));
    assert!(difference < 1e-5, "{difference}");
}

/// Trains over `order.json` and compares every loss and the validation at the end.
fn assert_follows_pytorch(name: &str, config: &TrainingConfig) {
    let dataset = common::dataset();
    let expected = common::json(name);
    let losses = common::numbers(&expected["losses"]);
    let mut path = path(config);
    for batch in &order()[..losses.len()] {
        path.step(dataset.train.batch(batch));
    }
    let taken = block_on(path.read_losses()).unwrap();
    assert_eq!(taken.len(), losses.len());
    for (step, (loss, expected)) in taken.iter().zip(&losses).enumerate() {
        let tolerance = if step < 100 { 1e-4 } else { 1e-3 };
        let difference = (f64::from(*loss) - expected).abs();
        assert!(difference < tolerance, "step {step}: {loss} instead of {expected}");
    }
    let weights = common::state_dict(&name.replace("json", "safetensors"));
    let difference = largest_difference(&block_on(path.weights()).unwrap(), &weights);
    assert!(difference < 1e-3, "final weights differ by {difference}");

    let mut validation = Validation::new(path.inference_model(), Device::flex());
    while let Some(indices) = validation.next_batch(dataset.test.len()) {
        block_on(validation.measure(dataset.test.batch(&indices))).unwrap();
    }
    let (loss, accuracy) = validation.result();
    let valid = &expected["validation"];
    assert!((loss - valid["loss"].as_f64().unwrap()).abs() < 1e-3, "{loss}");
    assert!((accuracy - valid["accuracy"].as_f64().unwrap()).abs() < 1e-3, "{accuracy}");
}

#[test]
fn a_thousand_steps_of_the_tutorials_optimizer_follow_pytorch() {
    assert_follows_pytorch("sgd_momentum.json", &TrainingConfig::default());
}

#[test]
fn steps_without_momentum_follow_pytorch() {
    let config = TrainingConfig { learning_rate: 0.01, momentum: 0.0, ..TrainingConfig::default() };
    assert_follows_pytorch("sgd.json", &config);
}
