//! The order in which an epoch sees the training images.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore as _;

use super::SplitCorrections;
use crate::network::random::{Purpose, seeded_generator};

/// Images in the first epoch's first wave: a shard's worth.
const FIRST_WAVE: usize = super::shard::IMAGES_PER_SHARD;

/// A seeded shuffle: the order of epoch `e` depends only on the seed and on `e`, so a run can be resumed
/// anywhere without storing a generator's state.
///
/// From the second epoch on, the order is a uniform shuffle of all images. The first epoch draws in
/// widening waves (the first 5,000 images, the next 10,000, the next 20,000, …), each uniformly
/// shuffled, so that training can begin once the first shard has arrived, while the later waves are
/// still being fetched. Every image still comes exactly once. The published file is itself in random
/// order, so this first epoch is as random a sample as a uniform shuffle would give.
///
/// ```
/// use atelier::dataset::Sampler;
///
/// let order = Sampler::new(42, 60_000).epoch_order(3);
/// assert_eq!(order, Sampler::new(42, 60_000).epoch_order(3), "nothing but the seed and the epoch decides");
/// assert_ne!(order, Sampler::new(42, 60_000).epoch_order(4));
/// let mut sorted = order;
/// sorted.sort_unstable();
/// assert!(sorted.into_iter().eq(0..60_000), "each image once");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampler {
    seed: u64,
    images: usize,
}

impl Sampler {
    /// A sampler over `images` images (at most `u32::MAX`).
    #[must_use]
    pub const fn new(seed: u64, images: usize) -> Self {
        Self { seed, images }
    }

    /// The order of the epoch with this number, from 0: each image's index exactly once.
    #[must_use]
    pub fn epoch_order(&self, epoch: u64) -> Vec<u32> {
        self.epoch_order_of(epoch, SplitCorrections::none())
    }

    /// The order of an epoch, from 0, of the images that corrections leave: those that they leave out are not drawn, as if
    /// a `Subset` of the data set were shuffled in PyTorch.
    #[must_use]
    pub fn epoch_order_of(&self, epoch: u64, corrections: &SplitCorrections) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.images as u32).collect();
        order.retain(|&index| !corrections.leaves_out(index));
        let mut generator = seeded_generator(self.seed, Purpose::Order, epoch);
        if epoch > 0 {
            shuffle(&mut order, &mut generator);
            return order;
        }
        // Waves end where shards do, whatever is left out of them.
        let (mut start, mut bound, mut length) = (0, FIRST_WAVE, FIRST_WAVE);
        while start < order.len() {
            let end = start + order[start..].partition_point(|&index| (index as usize) < bound);
            shuffle(&mut order[start..end], &mut generator);
            length *= 2;
            (start, bound) = (end, bound + length);
        }
        order
    }
}

/// The Fisher–Yates shuffle. Our own rather than a library's, because checkpoints store a seed and a
/// library's next version may draw differently.
pub(super) fn shuffle(items: &mut [u32], generator: &mut ChaCha8Rng) {
    for end in (1..items.len()).rev() {
        let chosen = uniform_below(end as u32 + 1, generator);
        items.swap(end, chosen as usize);
    }
}

/// A uniform number below `bound`, by Lemire's multiplication with rejection
/// (<https://arxiv.org/abs/1805.10941>).
pub(super) fn uniform_below(bound: u32, generator: &mut ChaCha8Rng) -> u32 {
    let threshold = bound.wrapping_neg() % bound;
    loop {
        let product = u64::from(generator.next_u32()) * u64::from(bound);
        if product as u32 >= threshold {
            return (product >> 32) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGES: usize = 60_000;

    #[test]
    fn every_epoch_shows_every_image_once() {
        let sampler = Sampler::new(42, IMAGES);
        for epoch in 0..3 {
            let mut order = sampler.epoch_order(epoch);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..IMAGES as u32), "epoch {epoch}");
        }
    }

    #[test]
    fn the_order_is_a_function_of_seed_and_epoch() {
        let sampler = Sampler::new(42, IMAGES);
        assert_eq!(sampler.epoch_order(3), Sampler::new(42, IMAGES).epoch_order(3));
        assert_ne!(sampler.epoch_order(3), sampler.epoch_order(4));
        assert_ne!(sampler.epoch_order(3), Sampler::new(43, IMAGES).epoch_order(3));
    }

    #[test]
    fn the_order_never_changes_between_versions() {
        // Checkpoints store a seed: these numbers are part of their format.
        assert_eq!(
            Sampler::new(42, IMAGES).epoch_order(1)[..6],
            [32_563, 12_277, 19_850, 5_170, 10_780, 57_867]
        );
    }

    #[test]
    fn the_first_epoch_begins_with_the_first_shard_alone() {
        let order = Sampler::new(7, IMAGES).epoch_order(0);
        assert!(order[..5_000].iter().all(|&index| index < 5_000));
        assert!(order[5_000..15_000].iter().all(|&index| (5_000..15_000).contains(&index)));
        assert_ne!(order[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn later_epochs_are_shuffled_over_everything() {
        let order = Sampler::new(7, IMAGES).epoch_order(1);
        let from_the_end = order[..5_000].iter().filter(|&&index| index >= 30_000).count();
        assert!((2_300..2_700).contains(&from_the_end), "{from_the_end} of 5000");
    }

    #[test]
    fn a_shuffle_favours_no_place() {
        let mut firsts = [0u32; 10];
        for seed in 0..10_000 {
            firsts[Sampler::new(seed, 10).epoch_order(1)[0] as usize] += 1;
        }
        // 1000 expected; five standard deviations are 150.
        assert!(firsts.iter().all(|count| (850..1150).contains(count)), "{firsts:?}");
    }

    #[test]
    fn odd_sizes_are_served() {
        assert!(Sampler::new(1, 0).epoch_order(0).is_empty());
        assert_eq!(Sampler::new(1, 1).epoch_order(5), [0]);
    }
}
