//! Cross-validation: a network that is trained without a part of the training images, so that it can judge them.

use super::{Backend, Driver, Health, Host, RunEvent, Source, Trainer, TrainingError};
use crate::checkpoint::Snapshot;
use crate::dataset::Folds;
use crate::settings::{Preset, TrainingConfig};
use crate::state_dict::StateDict;

/// A run that sees every part but one, each image so many times (at least once), by the recipe [`Preset::Quick`]. Its
/// one epoch holds all of that, so that the learning rate's schedule spans it.
#[must_use]
pub fn run_without(folds: &Folds, part: usize, times: u32, seed: u64) -> Snapshot {
    let config = TrainingConfig { epochs: 1, seed, ..Preset::Quick.config() };
    let order = folds.batches_without(part, times.max(1), config.batch_size);
    Snapshot { order: Some(order), ..Snapshot::beginning(config) }
}

/// Trains a run to its end and returns the weights that classify. Nothing of it is saved. After each stretch of steps,
/// `rest` is awaited with the steps taken and those of the whole run, so that other tasks have their turn.
///
/// # Errors
/// As [`Trainer::resume`] and [`Driver::advance`].
pub async fn train_to_the_end<H: Host>(
    run: Snapshot,
    images: usize,
    backend: &Backend,
    host: H,
    source: &impl Source,
    mut rest: impl AsyncFnMut(u64, u64),
) -> Result<StateDict, TrainingError> {
    let trainer = Trainer::resume(run, images, backend.clone())?;
    let mut driver = Driver::new(trainer, backend, Health::default(), host);
    loop {
        let event = driver.advance(source).await?;
        if let RunEvent::Over(_) = event {
            return driver.inference_weights().await;
        }
        let (done, total) = (driver.trainer().steps_taken(), driver.trainer().steps_in_run());
        rest(done, total).await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;
    use crate::dataset::{Dataset, Split};
    use crate::engine::Engine;
    use crate::network::PIXELS;

    struct Still;

    impl Host for Still {
        fn now_ms(&self) -> f64 {
            0.0
        }

        async fn sleep(&self, _: Duration) {}
    }

    /// Stripes whose direction is the class, 0 or 1; the images of `blank` are black.
    fn dataset(count: usize, blank: &[u32]) -> Dataset {
        let pixel = |image: usize, at: usize| {
            let along = if image.is_multiple_of(2) { at / 28 } else { at % 28 };
            if blank.contains(&(image as u32)) { 0 } else { ((along + image) % 4 * 80) as u8 }
        };
        let pixels = (0..count).flat_map(|image| (0..PIXELS).map(move |at| pixel(image, at)));
        let labels = (0..count).map(|image| (image % 2) as u8);
        let split = |pixels, labels| Split::whole(pixels, labels).unwrap();
        let (pixels, labels): (Vec<_>, Vec<_>) = (pixels.collect(), labels.collect());
        Dataset {
            own: None,
            class_names: Vec::new(),
            test: split(pixels[..20 * PIXELS].to_vec(), labels[..20].to_vec()),
            train: split(pixels, labels),
        }
    }

    fn weights(folds: &Folds, part: usize, of: &Dataset, steps: &mut Vec<(u64, u64)>) -> StateDict {
        let run = run_without(folds, part, 2, 3);
        let told = async |done, total| steps.push((done, total));
        let engine = Engine::cpu();
        let trained = train_to_the_end(run, of.train.len(), &engine.backend, Still, of, told);
        pollster::block_on(trained).unwrap()
    }

    #[test]
    fn what_is_held_out_has_no_influence_and_everything_else_has() {
        let folds = Folds::new(5, 400, 5).unwrap();
        let held_out = folds.held_out(2);
        let mut steps = Vec::new();
        let whole = weights(&folds, 2, &dataset(400, &[]), &mut steps);
        // 320 images twice, 32 a step; the validation takes its turns after that.
        assert_eq!(steps.last(), Some(&(20, 20)));
        let without = weights(&folds, 2, &dataset(400, &held_out), &mut Vec::new());
        assert_eq!(whole, without);
        let other = weights(&folds, 2, &dataset(400, &folds.held_out(1)), &mut Vec::new());
        assert_ne!(whole, other);
    }

    #[test]
    fn the_network_learns_to_judge_what_it_has_not_seen() {
        let folds = Folds::new(5, 2_000, 5).unwrap();
        let of = dataset(2_000, &[]);
        let trained = weights(&folds, 0, &of, &mut Vec::new());
        let forward = crate::insight::ForwardPass::new(&trained).unwrap();
        let mut activations = Box::<crate::insight::Activations>::default();
        let held_out = folds.held_out(0);
        let right = held_out.iter().filter(|index| {
            let (pixels, label) = of.train.image(**index as usize).unwrap();
            forward.run(pixels.try_into().unwrap(), &mut activations);
            let logits = &activations.fc3;
            let best = (0..10).max_by(|one, other| logits[*one].total_cmp(&logits[*other]));
            best == Some(usize::from(label))
        });
        assert!(right.count() > held_out.len() * 9 / 10);
    }
}
