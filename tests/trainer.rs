//! The loop's bookkeeping, on the CPU engine with a small made-up split.
#![allow(clippy::unwrap_used)]

use atelier::checkpoint::{Checkpoint, Snapshot, read_checkpoint, write_checkpoint};
use atelier::dataset::{PIXELS, Split};
use atelier::model::{PARAMETERS, check_weights, initial_weights};
use atelier::settings::TrainingConfig;
use atelier::training::{Trainer, TrainingError};
use burn::tensor::Device;
use pollster::block_on;

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

/// Goes on until so many steps are taken in all; epochs are closed with made-up validations.
fn train_until(trainer: &mut Trainer, steps: u64, split: &Split) {
    while trainer.steps_taken() < steps {
        if !trainer.step(split) {
            block_on(trainer.read_losses()).unwrap();
            trainer.finish_epoch(1.0 / trainer.epoch() as f64, 0.5);
        }
    }
    block_on(trainer.read_losses()).unwrap();
}

fn snapshot(trainer: &Trainer) -> Snapshot {
    block_on(trainer.snapshot()).unwrap()
}

/// The snapshot as it comes out of a checkpoint's file.
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
        // Not assert_eq: a failure would print both runs' every weight.
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
        trainer.step(&split);
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
    while trainer.step(&split) {}
    let report = block_on(trainer.read_losses()).unwrap();
    assert_eq!(report.losses.len() as u64, STEPS_PER_EPOCH);
    let mean = report.losses.iter().copied().map(f64::from).sum::<f64>() / STEPS_PER_EPOCH as f64;
    assert_eq!(report.reports.len(), 1);
    assert_eq!(report.reports[0].step, STEPS_PER_EPOCH);
    assert!((report.reports[0].mean_loss - mean).abs() < 1e-12);
    let metrics = trainer.finish_epoch(0.4, 0.8);
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
    while trainer.step(&split) {
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
        assert!(!trainer.is_finished());
        assert_eq!(trainer.epoch(), epoch);
        while trainer.step(&split) {}
        block_on(trainer.read_losses()).unwrap();
        trainer.finish_epoch(0.5, 0.5);
    }
    assert!(trainer.is_finished());
    assert_eq!(trainer.next_batch(), None);
    assert!(!trainer.step(&split));
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
    while trainer.step(&split) {}
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
    trainer.step(&split());
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
