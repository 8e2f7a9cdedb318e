//! Runs on a corrected data set: what they train on, what they are validated on, and that they resume to the bit.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use atelier::checkpoint::{Checkpoint, Snapshot, read_checkpoint, write_checkpoint};
use atelier::dataset::SplitName::{Test, Train};
use atelier::dataset::{Correction, Corrections, Dataset, Sampler, Split, SplitName};
use atelier::history::ResumeMistake;
use atelier::network::PIXELS;
use atelier::settings::TrainingConfig;
use atelier::training::{Backend, Driver, Health, Host, RunEvent, Trainer, TrainingError};
use burn::tensor::Device;
use pollster::block_on;

const IMAGES: usize = 42;
/// Of 42 images, three left out, in batches of four.
const STEPS: u64 = 10;

fn split(images: usize) -> Split {
    let pixels = (0..images * PIXELS).map(|at| (at * at / 7 + at * 3 + at / PIXELS * 17) as u8);
    let labels = (0..images).map(|image| (image % 10) as u8);
    Split::whole(pixels.collect(), labels.collect()).unwrap()
}

fn config() -> TrainingConfig {
    TrainingConfig { epochs: 3, learning_rate: 0.05, seed: 9, ..TrainingConfig::default() }
}

fn corrections(list: &[(SplitName, u32, Option<u8>)]) -> Corrections {
    let list = list.iter().map(|&(split, index, label)| Correction { split, index, label });
    list.collect::<Vec<_>>().try_into().unwrap()
}

/// Three training images left out, two with other labels; one test image left out, one with another label.
fn some() -> Corrections {
    corrections(&[
        (Train, 3, None),
        (Train, 17, None),
        (Train, 41, None),
        (Train, 5, Some(0)),
        (Train, 20, Some(9)),
        (Test, 2, None),
        (Test, 4, Some(7)),
    ])
}

fn beginning(corrections: Corrections) -> Snapshot {
    Snapshot { corrections, ..Snapshot::beginning(config()) }
}

fn backends() -> [Backend; 2] {
    [Backend::FusedCpu, Backend::General(Device::flex())]
}

fn trainer(corrections: Corrections, backend: &Backend) -> Trainer {
    Trainer::resume(beginning(corrections), IMAGES, backend.clone()).unwrap()
}

/// The batches of the epoch that begins, and what the network learns from them.
fn epoch_of(trainer: &mut Trainer, train: &Split) -> Vec<Vec<u32>> {
    let mut batches = Vec::new();
    while let Some(batch) = trainer.next_batch() {
        batches.push(batch.to_vec());
        trainer.step(train).unwrap();
    }
    block_on(trainer.read_losses()).unwrap();
    batches
}

#[test]
fn images_that_are_left_out_are_in_no_batch_and_an_epoch_has_fewer_steps() {
    let mut trainer = trainer(some(), &Backend::FusedCpu);
    assert_eq!((trainer.steps_per_epoch(), trainer.steps_in_run()), (STEPS, 3 * STEPS));
    for epoch in 0..3 {
        let batches = epoch_of(&mut trainer, &split(IMAGES));
        let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [4, 4, 4, 4, 4, 4, 4, 4, 4, 3], "epoch {epoch}");
        let mut images = batches.concat();
        images.sort_unstable();
        let expected = (0..IMAGES as u32).filter(|image| ![3, 17, 41].contains(image));
        assert!(images.into_iter().eq(expected), "epoch {epoch}");
        trainer.finish_epoch(1.0, 0.5).unwrap();
    }
}

#[test]
fn what_is_left_is_shuffled_like_a_smaller_data_set_and_the_first_waves_end_where_shards_do() {
    let none = Sampler::new(7, 60_000);
    let corrected = corrections(&[(Train, 0, None), (Train, 4_999, None), (Train, 5_000, None)]);
    let order = none.epoch_order_of(0, &corrected.split(Train));
    assert_eq!(order.len(), 59_997);
    assert!(order[..4_998].iter().all(|&index| index < 5_000));
    assert!(order[4_998..14_997].iter().all(|&index| (5_001..15_000).contains(&index)));
    // The later epochs draw the same places as a data set of 59,997 images.
    let places = Sampler::new(7, 59_997).epoch_order(2);
    let left: Vec<u32> = (0..60_000).filter(|index| ![0, 4_999, 5_000].contains(index)).collect();
    let expected = places.into_iter().map(|place| left[place as usize]);
    assert!(none.epoch_order_of(2, &corrected.split(Train)).into_iter().eq(expected));
}

#[test]
fn training_with_other_labels_is_training_on_a_data_set_that_has_them() {
    let augmented = common::config("epochs=3&batch=4&shift=2&flip=1");
    for backend in backends() {
        for config in [config(), augmented.clone()] {
            let relabelled = corrections(&[(Train, 5, Some(0)), (Train, 20, Some(9))]);
            let snapshot =
                Snapshot { corrections: relabelled, ..Snapshot::beginning(config.clone()) };
            let mut corrected = Trainer::resume(snapshot, IMAGES, backend.clone()).unwrap();
            let mut labels: Vec<u8> = (0..IMAGES).map(|image| (image % 10) as u8).collect();
            (labels[5], labels[20]) = (0, 9);
            let published = split(IMAGES);
            let pixels = (0..IMAGES).flat_map(|at| published.image(at).unwrap().0.to_vec());
            let other = Split::whole(pixels.collect(), labels).unwrap();
            let mut expected = Trainer::new(config, IMAGES, backend.clone()).unwrap();
            epoch_of(&mut corrected, &published);
            epoch_of(&mut expected, &other);
            assert_eq!(corrected.history().losses, expected.history().losses);
        }
    }
}

/// A clock that stands still.
struct Clock;

impl Host for Clock {
    fn now_ms(&self) -> f64 {
        0.0
    }

    async fn sleep(&self, _: Duration) {}
}

/// Images to validate on: two batches, the second a small one.
const TEST_IMAGES: usize = 503;

fn dataset() -> Dataset {
    Dataset { own: None, class_names: Vec::new(), train: split(IMAGES), test: split(TEST_IMAGES) }
}

/// Drives a run to its end.
fn drive(snapshot: Snapshot, backend: &Backend) -> Result<Snapshot, TrainingError> {
    let trainer = Trainer::resume(snapshot, IMAGES, backend.clone())?;
    let mut driver = Driver::new(trainer, backend, Health::default(), Clock);
    let dataset = dataset();
    while !matches!(block_on(driver.advance(&dataset))?, RunEvent::Over(_)) {}
    block_on(driver.snapshot())
}

/// The weights' loss and accuracy over these test images with these labels.
fn measured(snapshot: &Snapshot, images: &[(usize, u8)]) -> (f64, f64) {
    use atelier::insight::{Evaluation, ForwardPass};
    let forward = ForwardPass::new(&snapshot.weights).unwrap();
    let mut evaluation = Evaluation::default();
    let test = split(TEST_IMAGES);
    for &(index, label) in images {
        evaluation.add(&forward, test.image(index).unwrap().0, &[label]).unwrap();
    }
    (evaluation.mean_loss().unwrap(), evaluation.accuracy().unwrap())
}

#[test]
fn a_run_is_validated_on_the_images_that_are_left_by_their_corrected_labels() {
    for backend in backends() {
        let one_epoch = TrainingConfig { epochs: 1, ..config() };
        let snapshot = Snapshot { config: one_epoch, ..beginning(some()) };
        let end = drive(snapshot, &backend).unwrap();
        let label = |image: usize| if image == 4 { 7 } else { (image % 10) as u8 };
        let left = (0..TEST_IMAGES).filter(|image| *image != 2).map(|image| (image, label(image)));
        let (loss, accuracy) = measured(&end, &left.collect::<Vec<_>>());
        let found = end.history.epochs[0];
        assert!((found.valid_loss - loss).abs() < 1e-5, "{} {loss}", found.valid_loss);
        assert!((found.valid_accuracy - accuracy).abs() < 1e-9, "{}", found.valid_accuracy);
    }
}

#[test]
fn a_corrected_run_that_is_resumed_from_its_file_ends_as_one_that_ran_through() {
    let through_a_file = |snapshot: Snapshot| {
        let (run, engine) = ("20261123_081500".to_owned(), "CPU".to_owned());
        let checkpoint = Checkpoint { run, engine, saved_at_ms: 0.0, snapshot };
        read_checkpoint(&write_checkpoint(&checkpoint).unwrap()).unwrap().snapshot
    };
    let expected = drive(beginning(some()), &Backend::FusedCpu).unwrap();
    for stop in [0, 1, STEPS - 1, STEPS, STEPS + 3] {
        let mut first = trainer(some(), &Backend::FusedCpu);
        let train = split(IMAGES);
        while first.steps_taken() < stop {
            if !first.step(&train).unwrap() {
                break;
            }
        }
        block_on(first.read_losses()).unwrap();
        let stored = through_a_file(block_on(first.snapshot()).unwrap());
        let resumed = drive(stored, &Backend::FusedCpu).unwrap();
        assert!(resumed == expected, "stopped after step {stop}");
        assert_eq!(resumed.corrections, some());
    }
}

#[test]
fn given_batches_lose_what_is_left_out() {
    let order = Some(vec![vec![3, 1], vec![17], vec![4, 41, 5]]);
    let snapshot = Snapshot { order, ..beginning(some()) };
    let mut trainer = Trainer::resume(snapshot, IMAGES, Device::flex()).unwrap();
    assert_eq!(epoch_of(&mut trainer, &split(IMAGES)), [vec![1], vec![4, 5]]);
    let order = Some(vec![vec![3], vec![17]]);
    let refused = Trainer::resume(Snapshot { order, ..beginning(some()) }, IMAGES, Device::flex());
    let nothing = TrainingError::Resume(ResumeMistake::NothingToTrainOn);
    assert_eq!(refused.err(), Some(nothing));
}

#[test]
fn without_an_image_left_a_run_says_so() {
    let all = |split| (0..1_300).map(|index| (split, index, None)).collect::<Vec<_>>();
    let refused = Trainer::resume(beginning(corrections(&all(Train))), IMAGES, Device::flex());
    let nothing = |mistake| Some(TrainingError::Resume(mistake));
    assert_eq!(refused.err(), nothing(ResumeMistake::NothingToTrainOn));
    let ended = drive(beginning(corrections(&all(Test))), &Backend::FusedCpu);
    assert_eq!(ended.err(), nothing(ResumeMistake::NothingToValidateOn));
}

#[test]
fn corrections_of_images_that_a_smaller_data_set_lacks_change_nothing() {
    let far = corrections(&[(Train, 50_000, None), (Train, 50_001, Some(1)), (Test, 9_000, None)]);
    let corrected = drive(beginning(far.clone()), &Backend::FusedCpu).unwrap();
    let plain = drive(beginning(Corrections::default()), &Backend::FusedCpu).unwrap();
    assert!(Snapshot { corrections: far, ..plain } == corrected);
}
