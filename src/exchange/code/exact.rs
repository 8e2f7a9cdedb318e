//! What an exact script begins with: the initial weights and the order of the images, as a run with these settings has them.

use thiserror::Error;
use zip::result::ZipError;

use crate::dataset::{Corrections, Sampler, SplitCorrections, SplitName};
use crate::exchange::pytorch::{Written, write_dict};
use crate::network::Network;
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// The most images of an order, all epochs together: 559 epochs of the tutorial's, 134 MB.
pub const MOST_IMAGES: usize = 32 << 20;

/// Why there is no file.
#[derive(Debug, Error)]
pub enum ExactError {
    /// The run has more batches than a file of this kind is made for.
    #[error("its epochs have more than {MOST_IMAGES} images")]
    TooLong,
    /// A batch has no image of the training set.
    #[error("its batches are not of this training set")]
    Order,
    /// The archive cannot be written.
    #[error(transparent)]
    Archive(#[from] ZipError),
}

/// What determines the beginning of a run and the images of its steps.
pub struct Beginning<'a> {
    /// Its settings, the seed among them.
    pub config: &'a TrainingConfig,
    /// The network that it trains.
    pub network: Network,
    /// Images of the training set, those included that a correction leaves out.
    pub images: usize,
    /// The corrections of both splits.
    pub corrections: &'a Corrections,
    /// The weights that it was given in place of those drawn from the seed.
    pub weights: Option<StateDict>,
    /// The batches that it was given, the same in each epoch, in place of those shuffled by the seed.
    pub batches: Option<Vec<Vec<u32>>>,
}

/// The file for `torch.load`: a dict with the initial weights as `model_state_dict`; `order`, int32 of
/// `[epochs or 1, images an epoch]`, as places in the corrected training set, from 0; and `batch_sizes`, int32 of
/// `[batches an epoch]`. With one row, each epoch has the same order. A run with corrections has them as `corrections`, int32 of
/// `[corrections, 3]`: 1 for the test split, the image's index in its split, its label or -1 if it is left out.
///
/// # Errors
/// Any [`ExactError`].
pub fn write(beginning: Beginning<'_>) -> Result<Vec<u8>, ExactError> {
    let Beginning { config, network, images, corrections, weights, batches } = beginning;
    let listed: Vec<i32> = corrections
        .iter()
        .flat_map(|it| {
            let label = it.label.map_or(-1, i32::from);
            [i32::from(it.split == SplitName::Test), it.index as i32, label]
        })
        .collect();
    let corrections = &corrections.split(SplitName::Train);
    let weights = weights.unwrap_or_else(|| network.initial_weights(config.seed));
    let (epochs, sizes) = match batches {
        Some(batches) => given(batches, corrections)?,
        None => shuffled(config, images, corrections)?,
    };
    let place = places(images, corrections);
    let mut order = Vec::new();
    for image in epochs.iter().flatten() {
        order.push(*place.get(*image as usize).ok_or(ExactError::Order)?);
    }
    let shape = [epochs.len(), epochs.first().map_or(0, Vec::len)];
    let (sizes_shape, listed_shape) = ([sizes.len()], [listed.len() / 3, 3]);
    let mut content = vec![
        ("model_state_dict", Written::StateDict(&weights)),
        ("order", Written::Integers { shape: &shape, values: &order }),
        ("batch_sizes", Written::Integers { shape: &sizes_shape, values: &sizes }),
    ];
    if !listed.is_empty() {
        content.push(("corrections", Written::Integers { shape: &listed_shape, values: &listed }));
    }
    Ok(write_dict(&content)?)
}

/// Rows of images, and how many of each row are a batch.
type Order = (Vec<Vec<u32>>, Vec<i32>);

fn shuffled(
    config: &TrainingConfig,
    images: usize,
    corrections: &SplitCorrections,
) -> Result<Order, ExactError> {
    let left = corrections.left(images);
    let batch = config.batch_size.max(1);
    let length = config.run_length(left.div_ceil(batch) as u64);
    // Of a run that its steps end, no more than it sees.
    let epochs = length.steps.div_ceil(length.steps_per_epoch.max(1)) as usize;
    if epochs.saturating_mul(left) > MOST_IMAGES {
        return Err(ExactError::TooLong);
    }
    let sampler = Sampler::new(config.seed, images);
    let rows = (0..epochs as u64).map(|epoch| sampler.epoch_order_of(epoch, corrections)).collect();
    let full = std::iter::repeat_n(batch as i32, left / batch);
    let rest = (!left.is_multiple_of(batch)).then_some((left % batch) as i32);
    Ok((rows, full.chain(rest).collect()))
}

fn given(mut batches: Vec<Vec<u32>>, corrections: &SplitCorrections) -> Result<Order, ExactError> {
    for batch in &mut batches {
        batch.retain(|&image| !corrections.leaves_out(image));
    }
    batches.retain(|batch| !batch.is_empty());
    let sizes: Vec<i32> = batches.iter().map(|batch| batch.len() as i32).collect();
    let row = batches.concat();
    if row.len() > MOST_IMAGES {
        return Err(ExactError::TooLong);
    }
    Ok((vec![row], sizes))
}

/// The place of each image among those that are left, as a `Subset` in PyTorch counts them.
fn places(images: usize, corrections: &SplitCorrections) -> Vec<i32> {
    let mut next = 0;
    let place = |image: usize| {
        let place = next;
        next += i32::from(!corrections.leaves_out(image as u32));
        place
    };
    (0..images).map(place).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dataset::{Correction, Corrections, SplitName};

    fn left_out(images: &[u32]) -> SplitCorrections {
        let correction = |&index: &u32| Correction { split: SplitName::Train, index, label: None };
        let all: Vec<Correction> = images.iter().map(correction).collect();
        Corrections::try_from(all).unwrap().split(SplitName::Train)
    }

    #[test]
    fn a_run_that_its_steps_end_has_no_more_epochs_than_it_sees() {
        let config = TrainingConfig { steps: Some(7), ..TrainingConfig::default() };
        let (rows, sizes) = shuffled(&config, 10, SplitCorrections::none()).unwrap();
        assert_eq!((rows.len(), sizes), (3, vec![4, 4, 2]));
        let sampler = Sampler::new(0, 10);
        assert!((0..3).all(|epoch| rows[epoch] == sampler.epoch_order(epoch as u64)));
    }

    #[test]
    fn images_that_are_left_out_have_no_place() {
        let corrections = left_out(&[0, 3]);
        assert_eq!(places(6, &corrections)[1..3], [0, 1]);
        assert_eq!(places(6, &corrections)[4..], [2, 3]);
        let (rows, sizes) = given(vec![vec![5, 0], vec![3], vec![1, 2, 4]], &corrections).unwrap();
        assert_eq!((rows, sizes), (vec![vec![5, 1, 2, 4]], vec![1, 3]));
    }

    #[test]
    fn a_run_too_long_for_a_file_and_a_foreign_order_are_refused() {
        let config = TrainingConfig { epochs: 1000, ..TrainingConfig::default() };
        let none = Corrections::default();
        let beginning = |config, batches| Beginning {
            config,
            network: Network::TUTORIAL,
            images: 60_000,
            corrections: &none,
            weights: None,
            batches,
        };
        assert!(matches!(write(beginning(&config, None)), Err(ExactError::TooLong)));
        let config = TrainingConfig::default();
        let foreign = write(beginning(&config, Some(vec![vec![60_000]])));
        assert!(matches!(foreign, Err(ExactError::Order)));
    }
}
