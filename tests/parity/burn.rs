//! What Burn's own optimizers compute from the same gradients, beside PyTorch's rules in float64: the table of
//! docs/faithfulness.md. Nothing of ours uses them.

use atelier::network::Network;
use atelier::network::random::{Purpose, seeded_generator, uniform};
use atelier::settings::LearningRate;
use atelier::state_dict::StateDict;
use atelier::training::optimizer::{self, Recipe};
use burn::tensor::{Device, Tensor};
use burn_optim::decay::WeightDecayConfig;
use burn_optim::grad_clipping::GradientClippingConfig;
use burn_optim::momentum::MomentumConfig;
use burn_optim::{AdaGradConfig, AdamConfig, AdamWConfig, Optimizer, RmsPropConfig, SgdConfig};

use super::oracle::{Arrays, Oracle, slot_names};
use super::rules::largest;
use crate::common;

/// Numbers of the only parameter.
const NUMBERS: usize = 1000;
const STEPS: u64 = 100;

/// Numbers between -1 and 1.
fn draws(seed: u64, count: usize) -> Vec<f64> {
    let mut generator = seeded_generator(seed, Purpose::Weights, 0);
    (0..count).map(|_| f64::from((2.0 * uniform(&mut generator) - 1.0) as f32)).collect()
}

/// Small, so that rounding them hides no difference of the changes.
fn start() -> Vec<f64> {
    draws(0, NUMBERS).into_iter().map(|draw| f64::from((draw / 1000.0) as f32)).collect()
}

/// A step's gradients: those of one number are all of one size, between 1e-7 and 1, as in a network.
fn gradients(step: u64) -> Vec<f64> {
    let size = |at: usize| 10f64.powf(-7.0 * at as f64 / NUMBERS as f64);
    let draw = |(at, draw): (usize, f64)| f64::from((draw * size(at)) as f32);
    draws(step, NUMBERS).into_iter().enumerate().map(draw).collect()
}

fn tensor(numbers: &[f64]) -> Tensor<1> {
    let numbers: Vec<f32> = numbers.iter().map(|&number| number as f32).collect();
    Tensor::from_floats(numbers.as_slice(), &Device::flex())
}

/// How much each number has changed after all steps with one of Burn's optimizers.
fn burns<O: Optimizer>(optimizer: &O, learning_rate: f64) -> Vec<f64> {
    let (mut parameter, mut state) = (tensor(&start()), None);
    for step in 1..=STEPS {
        (parameter, state) =
            optimizer.step(learning_rate, parameter, tensor(&gradients(step)), state);
    }
    changes(parameter)
}

/// The same with our rule on Burn's operations.
fn ours(settings: &str) -> Vec<f64> {
    let config = common::config(settings);
    let recipe = Recipe::new(&config, LearningRate::constant(config.learning_rate), 0);
    let (nothing, device) = (StateDict::new(), Device::flex());
    let mut optimizer =
        optimizer::Optimizer::new(Network::TUTORIAL, recipe, &nothing, &device).unwrap();
    let mut parameters = vec![tensor(&start())];
    for step in 1..=STEPS {
        parameters = optimizer.step(parameters, vec![tensor(&gradients(step))]);
    }
    changes(parameters.remove(0))
}

fn changes(after: Tensor<1>) -> Vec<f64> {
    let after = after.into_data().try_into_vec::<f32>().unwrap();
    after.into_iter().zip(start()).map(|(after, before)| f64::from(after) - before).collect()
}

/// The same with PyTorch's rule in float64.
fn pytorchs(settings: &str) -> Vec<f64> {
    let config = common::config(settings);
    let oracle = Oracle::new(&config, 15_000, None);
    let mut parameters: Arrays = vec![start()];
    let mut slots = vec![vec![vec![0.0; NUMBERS]]; slot_names(&config.optimizer).len()];
    for step in 1..=STEPS {
        oracle.step(step, &mut parameters, &vec![gradients(step)], &mut slots, 0.0);
    }
    parameters[0].iter().zip(start()).map(|(after, before)| after - before).collect()
}

/// The largest difference of two changes relative to the largest change.
fn apart(found: &[f64], settings: &str) -> f64 {
    let expected = pytorchs(settings);
    let difference = largest(found.iter().zip(&expected).map(|(a, b)| a - b));
    difference / largest(expected.iter().copied())
}

/// Prints a row of the table, and checks that Burn's defaults are as far from PyTorch's as its values say, while with PyTorch's
/// values only rounding is left, and of ours less than of Burn's.
fn compare(name: &str, settings: &str, defaults: &[f64], same: &[f64], at_least: f64) {
    let (defaults, same) = (apart(defaults, settings), apart(same, settings));
    let ours = apart(&ours(settings), settings);
    println!("| {name} | {defaults:.1e} | {same:.1e} | {ours:.1e} |");
    assert!(defaults > at_least, "{name}: {defaults} with Burn's defaults");
    assert!(same < 1e-3, "{name}: {same} with PyTorch's values");
    assert!(ours <= 2e-6, "{name}: ours differs by {ours}");
}

#[test]
fn burns_optimizers_differ_from_pytorchs_as_documented() {
    println!(
        "\n| optimizer | Burn's defaults | Burn, PyTorch's values | Atelier |\n|---|---|---|---|"
    );
    let sgd = |momentum| SgdConfig::new().with_momentum(Some(momentum)).build();
    compare(
        "SGD, momentum 0.9",
        "lr=0.01",
        &burns(&sgd(MomentumConfig::new()), 0.01),
        &burns(&sgd(MomentumConfig::new().with_dampening(0.0)), 0.01),
        0.05,
    );
    let adam = AdamConfig::new().with_epsilon(1e-8);
    let usual = burns(&AdamConfig::new().build(), 0.001);
    compare("Adam", "optimizer=adam", &usual, &burns(&adam.build(), 0.001), 0.5);
    let decay = Some(WeightDecayConfig::new(0.01));
    compare(
        "Adam, weight decay 0.01",
        "optimizer=adam&weight-decay=0.01",
        &burns(&AdamConfig::new().with_weight_decay(decay.clone()).build(), 0.001),
        &burns(&adam.with_weight_decay(decay).build(), 0.001),
        1e-3,
    );
    compare(
        "AdamW",
        "optimizer=adamw",
        &burns(&AdamWConfig::new().build(), 0.001),
        &burns(&AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.01).build(), 0.001),
        0.5,
    );
    compare(
        "RMSprop",
        "optimizer=rmsprop&lr=0.001",
        &burns(&RmsPropConfig::new().build(), 0.001),
        &burns(&RmsPropConfig::new().with_epsilon(1e-8).with_momentum(0.0).build(), 0.001),
        1.0,
    );
    compare(
        "Adagrad",
        "optimizer=adagrad",
        &burns(&AdaGradConfig::new().build(), 0.01),
        &burns(&AdaGradConfig::new().with_epsilon(1e-10).build(), 0.01),
        0.1,
    );
}

#[test]
fn burns_bias_corrections_are_rounded_where_pytorchs_are_not() {
    // What Burn multiplies squares by, in place of 1 - 0.999.
    let share = 1.0 - 0.999f32;
    let off = (f64::from(share) / 0.001 - 1.0).abs();
    println!("1 - 0.999 in f32 is {share}: off by {off:.1e}");
    assert!(off > 1e-5);
    println!("1 - 0.999^t in f32, off by:");
    for step in [1, 10, 100, 1000] {
        let right = 1.0 - 0.999f64.powi(step);
        let off = (f64::from(1.0 - 0.999f32.powi(step)) / right - 1.0).abs();
        println!("t = {step}: {off:.1e}");
        assert!(off < 1e-4);
    }
}

#[test]
fn burn_clips_each_tensor_by_itself() {
    let clipping = GradientClippingConfig::Norm(1.0).init();
    let clipped = |numbers: &[f64]| {
        let clipped = clipping.clip_gradient(tensor(numbers)).into_data();
        clipped.try_into_vec::<f32>().unwrap()
    };
    // PyTorch scales both by 1/5, since together their norm is 5.
    assert!((clipped(&[3.0])[0] - 1.0).abs() < 1e-6, "not 0.6");
    assert!((clipped(&[0.0, 4.0])[1] - 1.0).abs() < 1e-6, "not 0.8");
    let unit = f64::from(clipped(&[1.0])[0]);
    println!("a norm of 1 is clipped to {unit}; in PyTorch to {}", 1.0 / (1.0 + 1e-6));
}
