//! PyTorch's results (`tests/fixtures/README.md`), reproduced on the CPU engine.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::checkpoint::Snapshot;
use atelier::dataset::{Dataset, Images};
use atelier::insight::{Activations, ForwardPass};
use atelier::model::{GarmentClassifier, images_tensor};
use atelier::network::{Network, PARAMETERS};
use atelier::settings::{LearningRate, TrainingConfig};
use atelier::state_dict::{StateDict, largest_difference};
use atelier::training::general::GeneralExecutor;
use atelier::training::optimizer::{Optimizer, Recipe};
use atelier::training::{Backend, Trainer};
use burn::tensor::Device;
use pollster::block_on;

const TRAIN_IMAGES: usize = 60_000;

fn order() -> Vec<Vec<u32>> {
    serde_json::from_slice(&common::fixture("order.json")).unwrap()
}

/// Burn's operations and the fused kernels, on the CPU.
fn backends() -> [Backend; 2] {
    [Backend::General(Device::flex()), Backend::FusedCpu]
}

/// A run over these batches, from the reference's initial weights.
fn trainer(config: TrainingConfig, order: &[Vec<u32>], backend: Backend) -> Trainer {
    let snapshot = Snapshot {
        weights: common::state_dict("init.safetensors"),
        order: Some(order.to_vec()),
        ..Snapshot::beginning(config)
    };
    Trainer::resume(snapshot, TRAIN_IMAGES, backend).unwrap()
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
fn the_forward_pass_in_plain_loops_gives_pytorchs_logits() {
    let pass = ForwardPass::new(&common::state_dict("init.safetensors")).unwrap();
    let test = common::dataset().test;
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

#[test]
fn gradients_are_pytorchs_within_a_hundred_thousandth() {
    let dataset = common::dataset();
    let order = order();
    let images = Images::of(&dataset.train, &order[0]);
    let (config, nothing, device) = (common::config(""), StateDict::new(), Device::flex());
    let recipe = Recipe::new(&config, LearningRate::constant(config.learning_rate), 0);
    let optimizer = Optimizer::new(Network::TUTORIAL, recipe, &nothing, &device).unwrap();
    let weights = common::state_dict("init.safetensors");
    let path = GeneralExecutor::new(&weights, optimizer, &device).unwrap();
    let (loss, gradients) = block_on(path.gradients(images)).unwrap();
    let expected = common::json("sgd_momentum.json");
    assert!((f64::from(loss) - common::numbers(&expected["losses"])[0]).abs() < 1e-5);
    let difference = largest_difference(&gradients, &common::state_dict("gradients.safetensors"));
    assert!(difference < 1e-5, "{difference}");
}

/// Trains with these settings over `order.json` and compares every loss, the weights and the
/// validation at the end.
fn assert_follows_pytorch(name: &'static str, query: &str) -> [Trainer; 2] {
    let dataset = common::dataset();
    backends().map(|backend| assert_way_follows_pytorch(&[name], query, backend, &dataset))
}

/// The same, if more than one PyTorch run is right.
fn assert_way_follows_pytorch(
    names: &[&'static str],
    query: &str,
    backend: Backend,
    dataset: &Dataset,
) -> Trainer {
    let answer = |&name| (name, common::json(&format!("{name}.json")));
    let answers: Vec<_> = names.iter().map(answer).collect();
    let steps = common::numbers(&answers[0].1["losses"]).len();
    let mut trainer = trainer(common::config(query), &order()[..steps], backend.clone());
    while trainer.step(&dataset.train).unwrap() {}
    let taken = block_on(trainer.read_losses()).unwrap().losses;
    assert_eq!(taken.len(), steps);
    let distance = |answer: &serde_json::Value| -> f64 {
        let losses = common::numbers(&answer["losses"]);
        let distances = taken.iter().zip(losses).map(|(&loss, right)| f64::from(loss) - right);
        distances.map(f64::abs).fold(0.0, f64::max)
    };
    let nearest = answers.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1)));
    let (name, expected) = nearest.unwrap();
    for (step, (loss, expected)) in
        taken.iter().zip(common::numbers(&expected["losses"])).enumerate()
    {
        let tolerance = if step < 100 { 1e-4 } else { 1e-3 };
        let difference = (f64::from(*loss) - expected).abs();
        assert!(difference < tolerance, "{backend:?}, step {step}: {loss} instead of {expected}");
    }
    let weights = common::state_dict(&format!("{name}.safetensors"));
    let snapshot = block_on(trainer.snapshot()).unwrap();
    let difference = largest_difference(&snapshot.weights, &weights);
    assert!(difference < 1e-3, "final weights differ by {difference}");

    let mut validation = trainer.validation();
    while let Some(indices) = validation.next_batch(dataset.test.len()) {
        block_on(validation.measure(&dataset.test, &indices)).unwrap();
    }
    let (loss, accuracy) = validation.result();
    let valid = &expected["validation"];
    assert!((loss - valid["loss"].as_f64().unwrap()).abs() < 1e-3, "{loss}");
    assert!((accuracy - valid["accuracy"].as_f64().unwrap()).abs() < 1e-3, "{accuracy}");
    trainer
}

#[test]
fn a_thousand_steps_of_the_tutorials_optimizer_follow_pytorch() {
    assert_follows_pytorch("sgd_momentum", "");
}

#[test]
fn sgd_without_momentum_follows_pytorch() {
    assert_follows_pytorch("sgd", "lr=0.01&momentum=0");
}

#[test]
fn sgd_with_nesterov_and_weight_decay_follows_pytorch() {
    assert_follows_pytorch("sgd_nesterov_decay", "lr=0.005&nesterov=1&weight-decay=0.0005");
}

#[test]
fn adagrad_follows_pytorch() {
    // Rounding decides between the two: `tests/fixtures/make_adagrad_float64.py` says why.
    let dataset = common::dataset();
    for backend in backends() {
        let answers = ["adagrad", "adagrad_float64"];
        assert_way_follows_pytorch(&answers, "optimizer=adagrad", backend, &dataset);
    }
}

#[test]
fn adam_follows_pytorch() {
    assert_follows_pytorch("adam", "optimizer=adam");
}

#[test]
fn adamw_follows_pytorch() {
    assert_follows_pytorch("adamw", "optimizer=adamw");
}

#[test]
fn rmsprop_follows_pytorch() {
    assert_follows_pytorch("rmsprop", "optimizer=rmsprop&lr=0.0005");
}

#[test]
fn averaged_sgd_follows_pytorch_and_gives_its_average() {
    for trainer in assert_follows_pytorch("asgd", "optimizer=asgd&averaged=1") {
        let average = block_on(trainer.snapshot()).unwrap().inference_weights();
        // Despite its name, the reference's number is the sum over all parameters.
        let values = average.values().flat_map(|array| &array.values);
        let sum: f64 = values.copied().map(f64::from).sum();
        let expected = common::json("asgd.json")["averaged_first_param_sum"].as_f64().unwrap();
        assert!((sum - expected).abs() < 1e-4, "{sum} instead of {expected}");
    }
}

fn assert_norms(weights: &StateDict, expected: &serde_json::Value, settings: &str) {
    for (parameter, expected) in PARAMETERS.iter().zip(common::numbers(expected)) {
        let squares = weights[parameter.name].values.iter().map(|&value| f64::from(value).powi(2));
        let norm = squares.sum::<f64>().sqrt();
        assert!(
            (norm - expected).abs() < 1e-4 * expected.max(1.0),
            "{settings}: {} has norm {norm} instead of {expected}",
            parameter.name
        );
    }
}

/// Every option that the references above leave at its default, every schedule, and clipping.
#[test]
fn options_schedules_and_clipping_follow_pytorch() {
    let dataset = common::dataset();
    let answers = common::json("options.json");
    for (answer, backend) in answers
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|answer| backends().map(|backend| (answer, backend)))
    {
        let settings = answer["settings"].as_str().unwrap();
        let config = common::config(settings);
        let mut trainer = trainer(config.clone(), &order()[..10], backend);
        let rate = LearningRate::new(&config, config.run_length(10));
        for (step, expected) in common::numbers(&answer["learning_rates"]).iter().enumerate() {
            let found = rate.at(step as u64);
            assert!(
                (found - expected).abs() < 1e-12,
                "{settings}: learning rate {found} instead of {expected} at step {step}"
            );
        }
        let mut taken = Vec::new();
        while trainer.ending().is_none() {
            while trainer.step(&dataset.train).unwrap() {}
            taken.extend(block_on(trainer.read_losses()).unwrap().losses);
            trainer.finish_epoch(0.5, 0.5).unwrap();
        }
        let losses = common::numbers(&answer["losses"]);
        assert_eq!(taken.len(), losses.len());
        for (step, (loss, expected)) in taken.iter().zip(&losses).enumerate() {
            let difference = (f64::from(*loss) - expected).abs();
            assert!(difference < 1e-4, "{settings}: {loss} instead of {expected} at step {step}");
        }
        let snapshot = block_on(trainer.snapshot()).unwrap();
        assert_norms(&snapshot.weights, &answer["norms"], settings);
        if answer["average_norms"].is_array() {
            let average = snapshot.inference_weights();
            assert!(average != snapshot.weights);
            assert_norms(&average, &answer["average_norms"], settings);
        }
    }
}
