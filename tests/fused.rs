//! The fused backends against Burn's operations, their oracle, and against themselves.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::checkpoint::Snapshot;
use atelier::dataset::{DataSetIdentity, Split};
use atelier::network::{Network, PIXELS};
use atelier::settings::TrainingConfig;
use atelier::state_dict::{StateDict, largest_difference};
use atelier::training::{Backend, Trainer, TrainingError};
use burn::tensor::Device;
use pollster::block_on;
use proptest::prelude::*;

const IMAGES: usize = 96;

fn split() -> Split {
    split_of(Network::TUTORIAL)
}

fn split_of(network: Network) -> Split {
    let pixels = (0..IMAGES * PIXELS).map(|at| (at * at / 7 + at * 3 + at / PIXELS * 17) as u8);
    let labels = (0..IMAGES).map(|image| (image * 7 % network.classes()) as u8);
    Split::whole_for(network, pixels.collect(), labels.collect()).unwrap()
}

/// What a run of this network begins with: a data set of one's own, except for the tutorial's.
fn beginning(network: Network, config: &TrainingConfig) -> Snapshot {
    let names: Vec<_> = (0..network.classes()).map(|class| format!("class {class}")).collect();
    let own = || DataSetIdentity::new("numbers", &"ab".repeat(32), &names).unwrap();
    let data = (network != Network::TUTORIAL).then(own);
    Snapshot::beginning_on(data, config.clone())
}

/// Losses of this many steps and the state after them.
fn train(config: &TrainingConfig, backend: &Backend, steps: u64) -> (Vec<f32>, Snapshot) {
    train_of(Network::TUTORIAL, config, backend, steps)
}

fn train_of(
    network: Network,
    config: &TrainingConfig,
    backend: &Backend,
    steps: u64,
) -> (Vec<f32>, Snapshot) {
    let split = split_of(network);
    let mut trainer = trainer_of(network, config, backend);
    go_on(&mut trainer, &split, steps);
    let snapshot = block_on(trainer.snapshot()).unwrap();
    (snapshot.history.losses.clone(), snapshot)
}

fn trainer(config: &TrainingConfig, backend: &Backend) -> Trainer {
    trainer_of(Network::TUTORIAL, config, backend)
}

fn trainer_of(network: Network, config: &TrainingConfig, backend: &Backend) -> Trainer {
    block_on(backend.compile(network, config)).unwrap();
    Trainer::resume(beginning(network, config), IMAGES, backend.clone()).unwrap()
}

fn go_on(trainer: &mut Trainer, split: &Split, steps: u64) {
    while trainer.steps_taken() < steps {
        if !trainer.step(split).unwrap() {
            block_on(trainer.read_losses()).unwrap();
            trainer.finish_epoch(0.5, 0.5).unwrap();
        }
    }
    block_on(trainer.read_losses()).unwrap();
}

/// The fused backends of this machine.
fn fused_backends() -> Vec<Backend> {
    std::iter::once(Backend::FusedCpu).chain(common::gpu()).collect()
}

fn weighed(found: &StateDict, expected: &StateDict) -> f64 {
    let largest =
        |values: &[f32]| values.iter().fold(0.0f64, |most, &v| most.max(f64::from(v.abs())));
    let scale = expected.values().map(|array| largest(&array.values)).fold(0.0, f64::max);
    largest_difference(found, expected) / scale
}

const RECIPES: [&str; 12] = [
    "lr=0.01&momentum=0",
    "lr=0.01",
    "lr=0.01&nesterov=1&weight-decay=0.01",
    "lr=0.01&dampening=0.4",
    "optimizer=asgd&t0=5&averaged=1",
    "optimizer=adagrad&eps=0.001",
    "optimizer=adam",
    "optimizer=adamw&weight-decay=0.2&schedule=one-cycle",
    "optimizer=rmsprop&eps=0.001",
    "optimizer=rmsprop&eps=0.001&momentum=0.5",
    "optimizer=rmsprop&eps=0.001&centered=1&momentum=0.5&clip=0.5",
    "optimizer=adam&clip=0.1&warm-up=5&shift=2&flip=1",
];

#[test]
fn every_recipe_gives_what_burns_operations_give() {
    let all: Vec<_> = (0..RECIPES.len()).collect();
    gives_what_burns_operations_give(Network::TUTORIAL, &all, 24);
}

#[test]
fn any_number_of_classes_gives_what_burns_operations_give() {
    // Whole and broken twos, fours and eights of classes; batches of one, of four and of many images; clipping. A few steps:
    // sooner or later a unit is so close to zero that rounding decides whether it is active, and then the runs part.
    for classes in [2, 3, 17, 64] {
        let network = Network::new(classes).unwrap();
        gives_what_burns_operations_give(network, &[0, 4, 7, 9, 11, 3], 6);
    }
}

/// Takes so many steps with these of [`RECIPES`] on every backend.
fn gives_what_burns_operations_give(network: Network, recipes: &[usize], steps: u64) {
    let backends = fused_backends();
    for &at in recipes {
        let recipe = format!("{} classes, {}", network.classes(), RECIPES[at]);
        // Batches that fill tiles and workgroups, and batches that do not.
        let batch = [1, 4, 5, 13, 64, 70][at % 6];
        let config = common::config(&format!("{}&batch={batch}&epochs=40&seed={at}", RECIPES[at]));
        let (expected, oracle) =
            train_of(network, &config, &Backend::General(Device::flex()), steps);
        for backend in &backends {
            let (losses, snapshot) = train_of(network, &config, backend, steps);
            for (step, (loss, expected)) in losses.iter().zip(&expected).enumerate() {
                let difference = (loss - expected).abs() / expected;
                assert!(
                    difference < 1e-4,
                    "{recipe}, {backend:?}, step {step}: {loss} for {expected}"
                );
            }
            let difference = weighed(&snapshot.weights, &oracle.weights);
            assert!(difference < 1e-3, "{recipe}, {backend:?}: weights differ by {difference}");
            let difference = weighed(&snapshot.optimizer, &oracle.optimizer);
            assert!(
                difference < 1e-3 || oracle.optimizer.is_empty(),
                "{recipe}, {backend:?}: the optimizer's state differs by {difference}"
            );
            let (found, expected) = (snapshot.inference_weights(), oracle.inference_weights());
            assert!(weighed(&found, &expected) < 1e-3, "{recipe}, {backend:?}");
        }
    }
}

#[test]
fn validation_gives_what_burns_operations_give() {
    for classes in [2, 3, 10, 17, 64] {
        validation_agrees(Network::new(classes).unwrap());
    }
}

fn validation_agrees(network: Network) {
    let split = split_of(network);
    let config = common::config("optimizer=asgd&t0=2&averaged=1&lr=0.05&batch=16&epochs=9");
    let measured = |backend: &Backend| {
        let mut trainer = trainer_of(network, &config, backend);
        go_on(&mut trainer, &split, 20);
        let mut validation = trainer.validation();
        for part in [&[0, 1, 2][..], &[5; 70], &[95]] {
            block_on(validation.measure(&split, part)).unwrap();
        }
        assert_eq!(validation.images_done(), 74);
        validation.result()
    };
    let (loss, accuracy) = measured(&Backend::General(Device::flex()));
    for backend in fused_backends() {
        let found = measured(&backend);
        assert!((found.0 - loss).abs() < 1e-4 * loss, "{backend:?}: {} instead of {loss}", found.0);
        assert_eq!(found.1, accuracy, "{backend:?}");
    }
}

#[test]
fn a_run_that_diverges_shows_it() {
    for backend in fused_backends() {
        let split = split();
        let config = common::config("lr=10&momentum=0&epochs=50");
        let mut trainer = trainer(&config, &backend);
        let mut diverged = false;
        for _ in 0..60 {
            if !trainer.step(&split).unwrap() {
                trainer.finish_epoch(0.5, 0.5).unwrap();
            }
            use TrainingError::{NotFinite, WeightsNotFinite};
            let read = block_on(trainer.read_losses()).err();
            let saved = block_on(trainer.snapshot()).err();
            if matches!(read, Some(NotFinite { .. }))
                || matches!(saved, Some(WeightsNotFinite { .. }))
            {
                diverged = true;
                break;
            }
        }
        assert!(diverged, "{backend:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_stopped_run_goes_on_with_the_same_bits(
        recipe in 0..RECIPES.len(),
        batch in 1usize..40,
        seed in 0u64..50,
        stop in 0u64..20,
    ) {
        let query = format!("{}&batch={batch}&epochs=40&seed={seed}", RECIPES[recipe]);
        let config = common::config(&query);
        let (_, unstopped) = train(&config, &Backend::FusedCpu, 20);
        let (_, stopped) = train(&config, &Backend::FusedCpu, stop);
        let mut resumed = Trainer::resume(stopped, IMAGES, Backend::FusedCpu).unwrap();
        go_on(&mut resumed, &split(), 20);
        prop_assert!(block_on(resumed.snapshot()).unwrap() == unstopped);
    }
}

#[test]
fn images_of_other_classes_than_the_networks_are_refused() {
    use atelier::history::ResumeMistake;

    let (three, config) = (Network::new(3).unwrap(), common::config("lr=0.01"));
    let refused = TrainingError::Resume(ResumeMistake::Classes { network: 10, data: 3 });
    for backend in fused_backends().into_iter().chain([Backend::General(Device::flex())]) {
        let mut trainer = trainer(&config, &backend);
        assert_eq!(trainer.step(&split_of(three)), Err(refused.clone()), "{backend:?}");
        assert_eq!(trainer.step(&split()), Ok(true));
        let mut validation = trainer.validation();
        let measured = block_on(validation.measure(&split_of(three), &[0]));
        assert_eq!(measured, Err(refused.clone()), "{backend:?}");
    }
}

#[test]
fn weights_of_other_classes_than_the_runs_are_refused() {
    let config = common::config("lr=0.01");
    for backend in fused_backends().into_iter().chain([Backend::General(Device::flex())]) {
        block_on(backend.compile(Network::TUTORIAL, &config)).unwrap();
        let three = Network::new(3).unwrap().initial_weights(1);
        let snapshot = Snapshot { weights: three, ..Snapshot::beginning(config.clone()) };
        let refused = Trainer::resume(snapshot, IMAGES, backend.clone()).err();
        assert!(matches!(refused, Some(TrainingError::State(_))), "{backend:?}");
    }
}
