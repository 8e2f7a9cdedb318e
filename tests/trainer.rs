//! The training loop's bookkeeping, on the CPU engine with a small synthetic split.
// tidy: long, because all of it shares one synthetic run.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::checkpoint::{Checkpoint, Snapshot, read_checkpoint, write_checkpoint};
use atelier::dataset::Split;
use atelier::history::Ending;
use atelier::network::PIXELS;
use atelier::network::{PARAMETERS, check_weights, initial_weights};
use atelier::settings::TrainingConfig;
use atelier::state_dict::StateDict;
use atelier::training::{Trainer, TrainingError};
use burn::tensor::Device;
use pollster::block_on;
use proptest::prelude::*;

const IMAGES: usize = 42;
const STEPS_PER_EPOCH: u64 = 11;

fn config() -> TrainingConfig {
    TrainingConfig { epochs: 3, learning_rate: 0.05, seed: 9, ..TrainingConfig::default() }
}

fn split() -> Split {
    let pixels = (0..IMAGES * PIXELS).map(|at| (at * at / 7 + at * 3 + at / PIXELS * 17) as u8);
    let labels = (0..IMAGES).map(|image| (image % 10) as u8);
    Split::whole(pixels.collect(), labels.collect()).unwrap()
}

fn trainer() -> Trainer {
    Trainer::new(config(), IMAGES, Device::flex()).unwrap()
}

/// Trains until this many steps are taken in all, with made-up validations at the ends of epochs.
fn train_until(trainer: &mut Trainer, steps: u64, split: &Split) {
    while trainer.steps_taken() < steps {
        if !trainer.step(split).unwrap() {
            block_on(trainer.read_losses()).unwrap();
            trainer.finish_epoch(1.0 / trainer.epoch() as f64, 0.5).unwrap();
        }
    }
    block_on(trainer.read_losses()).unwrap();
}

fn snapshot(trainer: &Trainer) -> Snapshot {
    block_on(trainer.snapshot()).unwrap()
}

/// The snapshot, written to a checkpoint's file and read back.
fn through_a_file(snapshot: Snapshot) -> Snapshot {
    let checkpoint = Checkpoint {
        run: "20261123_081500".into(),
        engine: "CPU".into(),
        saved_at_ms: 0.0,
        snapshot,
    };
    read_checkpoint(&write_checkpoint(&checkpoint).unwrap()).unwrap().snapshot
}

#[test]
fn stopping_anywhere_and_resuming_gives_the_same_bits() {
    let split = split();
    let end = 2 * STEPS_PER_EPOCH + 4;
    let mut unstopped = trainer();
    train_until(&mut unstopped, end, &split);
    let expected = snapshot(&unstopped);
    for stop in 0..end {
        let mut first = trainer();
        train_until(&mut first, stop, &split);
        let stored = through_a_file(snapshot(&first));
        let mut second = Trainer::resume(stored, IMAGES, Device::flex()).unwrap();
        train_until(&mut second, end, &split);
        // Not assert_eq, which would print every weight of both runs.
        assert!(snapshot(&second) == expected, "stopped after step {stop}");
    }
}

#[test]
fn another_seed_is_another_run() {
    let split = split();
    let mut other =
        Trainer::new(TrainingConfig { seed: 10, ..config() }, IMAGES, Device::flex()).unwrap();
    let mut one = trainer();
    train_until(&mut one, 3, &split);
    train_until(&mut other, 3, &split);
    assert_ne!(snapshot(&one).weights, snapshot(&other).weights);
}

#[test]
fn an_epoch_has_every_image_and_a_short_last_batch() {
    let mut trainer = trainer();
    assert_eq!(trainer.steps_per_epoch(), STEPS_PER_EPOCH);
    assert_eq!(trainer.steps_in_run(), 3 * STEPS_PER_EPOCH);
    let split = split();
    let mut seen = Vec::new();
    while let Some(batch) = trainer.next_batch() {
        seen.push(batch.to_vec());
        trainer.step(&split).unwrap();
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2]);
    let mut images = seen.concat();
    images.sort_unstable();
    assert!(images.into_iter().eq(0..IMAGES as u32));
}

#[test]
fn a_short_epoch_is_one_report_of_its_mean() {
    let mut trainer = trainer();
    let split = split();
    while trainer.step(&split).unwrap() {}
    let report = block_on(trainer.read_losses()).unwrap();
    assert_eq!(report.losses.len() as u64, STEPS_PER_EPOCH);
    let mean = report.losses.iter().copied().map(f64::from).sum::<f64>() / STEPS_PER_EPOCH as f64;
    assert_eq!(report.reports.len(), 1);
    assert_eq!(report.reports[0].step, STEPS_PER_EPOCH);
    assert!((report.reports[0].mean_loss - mean).abs() < 1e-12);
    let metrics = trainer.finish_epoch(0.4, 0.8).unwrap();
    assert_eq!((metrics.epoch, metrics.step), (1, STEPS_PER_EPOCH));
    assert!((metrics.train_loss - mean).abs() < 1e-12);
}

#[test]
fn a_long_epoch_is_reported_every_thousand_batches() {
    let images = 2_500;
    let config = TrainingConfig { batch_size: 1, epochs: 1, ..TrainingConfig::default() };
    let split = Split::whole(vec![100; images * PIXELS], vec![3; images]).unwrap();
    let mut trainer = Trainer::new(config, images, Device::flex()).unwrap();
    let mut reports = Vec::new();
    while trainer.step(&split).unwrap() {
        if trainer.steps_taken().is_multiple_of(300) {
            reports.extend(block_on(trainer.read_losses()).unwrap().reports);
        }
    }
    reports.extend(block_on(trainer.read_losses()).unwrap().reports);
    assert_eq!(reports.iter().map(|report| report.step).collect::<Vec<_>>(), [1_000, 2_000]);
    let losses = &trainer.history().losses;
    let mean = losses[1_000..2_000].iter().copied().map(f64::from).sum::<f64>() / 1_000.0;
    assert!((reports[1].mean_loss - mean).abs() < 1e-12);
}

#[test]
fn a_run_ends_after_its_last_epoch() {
    let mut trainer = trainer();
    let split = split();
    for epoch in 1..=3 {
        assert_eq!(trainer.ending(), None);
        assert_eq!(trainer.epoch(), epoch);
        while trainer.step(&split).unwrap() {}
        block_on(trainer.read_losses()).unwrap();
        trainer.finish_epoch(0.5, 0.5).unwrap();
    }
    assert_eq!(trainer.ending(), Some(Ending::Completed));
    assert_eq!(trainer.next_batch(), None);
    assert!(!trainer.step(&split).unwrap());
    assert_eq!(trainer.epoch(), 3);
}

#[test]
fn a_diverging_run_names_the_step_and_stops() {
    let split = split();
    let mut trainer = trainer();
    train_until(&mut trainer, 5, &split);
    let mut diverged = snapshot(&trainer);
    for value in &mut diverged.weights.get_mut("fc3.weight").unwrap().values {
        *value = value.signum() * f32::MAX;
    }
    let mut trainer = Trainer::resume(diverged, IMAGES, Device::flex()).unwrap();
    while trainer.step(&split).unwrap() {}
    let error = block_on(trainer.read_losses()).unwrap_err();
    assert!(
        matches!(error, TrainingError::NotFinite { step: 6, loss } if !loss.is_finite()),
        "{error}"
    );
    assert_eq!(trainer.history().losses.len(), 5);
}

#[test]
fn losses_must_be_read_before_a_snapshot() {
    let mut trainer = trainer();
    trainer.step(&split()).unwrap();
    assert!(matches!(block_on(trainer.snapshot()), Err(TrainingError::Resume(_))));
}

#[test]
fn a_snapshot_that_contradicts_itself_is_refused() {
    let mut trainer = trainer();
    train_until(&mut trainer, 5, &split());
    let good = snapshot(&trainer);
    let resume =
        |snapshot: Snapshot, images| Trainer::resume(snapshot, images, Device::flex()).err();

    let mut other = good.clone();
    other.history.losses.extend([1.0; 20]);
    assert!(matches!(resume(other, IMAGES), Some(TrainingError::Resume(_))));
    assert!(matches!(resume(good.clone(), 0), Some(TrainingError::Resume(_))));
    assert!(matches!(resume(good.clone(), 3), Some(TrainingError::Resume(_))));

    let mut other = good.clone();
    other.optimizer.remove("momentum_buffer.fc2.bias");
    assert!(matches!(resume(other, IMAGES), Some(TrainingError::State(_))));
    let mut other = good.clone();
    other.weights.remove("fc2.bias");
    assert!(matches!(resume(other, IMAGES), Some(TrainingError::State(_))));
    assert_eq!(resume(good, IMAGES), None);
}

const OPTIMIZERS: [&str; 9] = [
    "lr=0.05",
    "lr=0.05&momentum=0",
    "lr=0.05&nesterov=1&weight-decay=0.01&clip=1",
    "optimizer=asgd&lr=0.05&t0=5&averaged=1",
    "optimizer=adagrad&lr-decay=0.1",
    "optimizer=adam",
    "optimizer=adamw&clip=0.5",
    "optimizer=rmsprop&lr=0.001",
    "optimizer=rmsprop&lr=0.001&momentum=0.9&centered=1",
];
const SCHEDULES: [&str; 6] = [
    "",
    "&schedule=step&gamma=0.5",
    "&schedule=exponential&warm-up=7",
    "&schedule=cosine&warm-up=3",
    "&schedule=one-cycle",
    "&steps=27&schedule=cosine",
];
const AUGMENTATIONS: [&str; 3] = ["", "&flip=1&shift=2&erase=0.5", "&shift=1"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the settings and wherever the run is stopped, saved, loaded and resumed.
    #[test]
    fn resuming_any_run_at_any_step_gives_the_same_bits(
        optimizer in 0..OPTIMIZERS.len(),
        schedule in 0..SCHEDULES.len(),
        augmentation in 0..AUGMENTATIONS.len(),
        batch in 2_usize..9,
        seed in any::<u64>(),
        stop in 0.0..1.0,
        given in any::<bool>(),
    ) {
        let (optimizer, schedule) = (OPTIMIZERS[optimizer], SCHEDULES[schedule]);
        let query = format!(
            "{optimizer}{schedule}{}&batch={batch}&epochs=3&seed={seed}",
            AUGMENTATIONS[augmentation]
        );
        let mut beginning = Snapshot::beginning(common::config(&query));
        if given {
            beginning.order = Some((0..9).map(|step| vec![step * 4, step, 41 - step]).collect());
        }
        let split = split();
        let open = |snapshot| Trainer::resume(snapshot, IMAGES, Device::flex()).unwrap();
        let mut unstopped = open(beginning.clone());
        let end = unstopped.steps_in_run();
        let stop = (stop * end as f64) as u64;
        train_until(&mut unstopped, end, &split);

        let mut first = open(beginning);
        train_until(&mut first, stop, &split);
        let mut second = open(through_a_file(snapshot(&first)));
        train_until(&mut second, end, &split);
        prop_assert!(snapshot(&second) == snapshot(&unstopped), "{query}, stopped after {stop}");
    }
}

#[test]
fn the_same_config_gives_the_same_bits() {
    let split = split();
    let config =
        common::config("optimizer=adamw&schedule=one-cycle&flip=1&shift=2&erase=0.5&epochs=2");
    let run = || {
        let mut trainer = Trainer::new(config.clone(), IMAGES, Device::flex()).unwrap();
        let end = trainer.steps_in_run();
        train_until(&mut trainer, end, &split);
        snapshot(&trainer)
    };
    assert!(run() == run());
}

#[test]
fn augmentation_changes_what_is_learned_and_off_is_off() {
    let split = split();
    let run = |query: &str| {
        let mut trainer = Trainer::new(common::config(query), IMAGES, Device::flex()).unwrap();
        train_until(&mut trainer, 3, &split);
        snapshot(&trainer).weights
    };
    assert!(run("seed=4") == run("seed=4&shift=0&flip=0&erase=0"));
    for augmentation in ["shift=1", "flip=1", "erase=1"] {
        assert!(run("seed=4") != run(&format!("seed=4&{augmentation}")), "{augmentation}");
    }
}

#[test]
fn a_run_ends_early_when_its_patience_is_over() {
    let split = split();
    let mut trainer =
        Trainer::new(common::config("epochs=9&patience=2"), IMAGES, Device::flex()).unwrap();
    for loss in [0.5, 0.4, 0.45, 0.41] {
        assert_eq!(trainer.ending(), None);
        while trainer.step(&split).unwrap() {}
        block_on(trainer.read_losses()).unwrap();
        trainer.finish_epoch(loss, 0.5).unwrap();
    }
    assert_eq!(trainer.ending(), Some(Ending::EarlyStopped));
    assert!(!trainer.step(&split).unwrap());
    assert_eq!(snapshot(&trainer).ending(), Some(Ending::EarlyStopped));
}

#[test]
fn a_run_of_so_many_steps_stops_in_the_middle_of_an_epoch() {
    let split = split();
    let mut trainer = Trainer::new(common::config("steps=16"), IMAGES, Device::flex()).unwrap();
    assert_eq!(trainer.steps_in_run(), 16);
    train_until(&mut trainer, 16, &split);
    assert_eq!(trainer.next_batch(), None);
    let metrics = trainer.finish_epoch(0.5, 0.5).unwrap();
    assert_eq!((metrics.epoch, metrics.step), (2, 16));
    // Too short for a report, so the mean over its steps counts.
    let losses = &trainer.history().losses[11..];
    let mean = losses.iter().copied().map(f64::from).sum::<f64>() / 5.0;
    assert!((metrics.train_loss - mean).abs() < 1e-12);
    assert_eq!(trainer.ending(), Some(Ending::Completed));
    assert!(!trainer.step(&split).unwrap());
}

#[test]
fn a_given_order_is_taken_as_it_is_in_every_epoch() {
    let order = vec![vec![3, 1], vec![4, 1, 5]];
    let snapshot =
        Snapshot { order: Some(order.clone()), ..Snapshot::beginning(common::config("epochs=2")) };
    let mut trainer = Trainer::resume(snapshot, IMAGES, Device::flex()).unwrap();
    let split = split();
    let mut seen = Vec::new();
    while trainer.ending().is_none() {
        while let Some(batch) = trainer.next_batch() {
            seen.push(batch.to_vec());
            trainer.step(&split).unwrap();
        }
        block_on(trainer.read_losses()).unwrap();
        trainer.finish_epoch(0.5, 0.5).unwrap();
    }
    assert_eq!(seen, [order.clone(), order].concat());
}

#[test]
fn an_order_that_cannot_be_trained_on_is_refused() {
    for order in [vec![], vec![vec![]], vec![vec![0], vec![IMAGES as u32]], vec![vec![1; 4_097]]] {
        let snapshot = Snapshot { order: Some(order), ..Snapshot::beginning(config()) };
        let refused = Trainer::resume(snapshot, IMAGES, Device::flex()).err();
        assert!(matches!(refused, Some(TrainingError::Order(_))), "{refused:?}");
    }
}

#[test]
fn weights_that_are_no_longer_finite_are_not_saved() {
    let split = split();
    let mut trainer = Trainer::new(common::config("lr=10"), IMAGES, Device::flex()).unwrap();
    train_until(&mut trainer, 1, &split);
    let mut fast = snapshot(&trainer);
    for array in fast.optimizer.values_mut() {
        array.values.fill(1e38);
    }
    let mut trainer = Trainer::resume(fast, IMAGES, Device::flex()).unwrap();
    // The loss of this step was computed with the weights before it, which were still good.
    trainer.step(&split).unwrap();
    assert!(block_on(trainer.read_losses()).is_ok());
    let refused = block_on(trainer.snapshot()).err();
    assert_eq!(refused, Some(TrainingError::WeightsNotFinite { step: 2 }));
}

/// The largest distance between the distribution of some values and the uniform one in ±bound
/// (Kolmogorov and Smirnov).
fn distance_from_uniform(mut values: Vec<f32>, bound: f64) -> f64 {
    values.sort_unstable_by(f32::total_cmp);
    let count = values.len() as f64;
    let distance = |(at, value): (usize, &f32)| {
        let expected = (f64::from(*value) + bound) / (2.0 * bound);
        (expected - at as f64 / count).abs().max((expected - (at + 1) as f64 / count).abs())
    };
    values.iter().enumerate().map(distance).fold(0.0, f64::max)
}

#[test]
fn initial_weights_have_pytorchs_distribution_in_every_layer() {
    let pytorch: StateDict = common::state_dict("init.safetensors");
    for parameter in &PARAMETERS {
        let bound = 1.0 / (parameter.fan_in as f64).sqrt();
        // Beyond 1.95/sqrt(n) lies one sample in a thousand.
        let most = |count: usize| 1.95 / (count as f64).sqrt();
        let seeds = 0..(20_000 / parameter.len() as u64).max(1);
        let ours: Vec<f32> =
            seeds.flat_map(|seed| initial_weights(seed)[parameter.name].values.clone()).collect();
        let (distance, count) = (distance_from_uniform(ours.clone(), bound), ours.len());
        assert!(distance < most(count), "{}: {distance} of {count}", parameter.name);
        // PyTorch's own draw passes the same test, so the distribution tested for is the right one.
        let theirs = pytorch[parameter.name].values.clone();
        let (distance, count) = (distance_from_uniform(theirs, bound), parameter.len());
        assert!(distance < most(count), "PyTorch's {}: {distance} of {count}", parameter.name);
    }
}

#[test]
fn initial_weights_are_as_pytorch_draws_them() {
    let weights = initial_weights(3);
    check_weights(&weights).unwrap();
    assert_eq!(PARAMETERS.iter().map(|parameter| parameter.len()).sum::<usize>(), 44_426);
    for parameter in &PARAMETERS {
        let values = &weights[parameter.name].values;
        let bound = 1.0 / (parameter.fan_in as f64).sqrt();
        assert!(values.iter().all(|value| f64::from(value.abs()) <= bound), "{}", parameter.name);
        if values.len() >= 1_000 {
            let count = values.len() as f64;
            let mean = values.iter().copied().map(f64::from).sum::<f64>() / count;
            let variance =
                values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / count;
            // A uniform distribution's variance is a third of its bound's square.
            assert!(mean.abs() < 5.0 * bound / (3.0 * count).sqrt(), "{}", parameter.name);
            assert!((variance * 3.0 / bound.powi(2) - 1.0).abs() < 0.15, "{}", parameter.name);
        }
    }
    assert_ne!(weights, initial_weights(4));
}
