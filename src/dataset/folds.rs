//! The training images in parts for cross-validation: each part is judged by a network that was trained on the others.

use super::sampler::Sampler;

/// Images dealt to parts by a seed. Every image is in exactly one part, and the parts' sizes differ by one at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folds {
    seed: u64,
    images: usize,
    count: usize,
}

impl Folds {
    /// How many parts there are where nothing else is said.
    pub const USUAL: usize = 5;

    /// `images` images in `count` parts; `None` with fewer than two parts, or fewer images than parts.
    #[must_use]
    pub const fn new(seed: u64, images: usize, count: usize) -> Option<Self> {
        if count < 2 || images < count || images > u32::MAX as usize {
            return None;
        }
        Some(Self { seed, images, count })
    }

    /// How many parts there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The indices of a part's images, ascending; none if there is no such part (from 0).
    #[must_use]
    pub fn held_out(&self, part: usize) -> Vec<u32> {
        let parts = self.part_of_each();
        (0..).zip(parts).filter(|(_, its)| *its == part).map(|(image, _)| image).collect()
    }

    /// The batches of a training on all other parts, so many times over, each time in another order. The last batch of each
    /// time may be smaller.
    #[must_use]
    pub fn batches_without(&self, part: usize, times: u32, batch_size: usize) -> Vec<Vec<u32>> {
        let parts = self.part_of_each();
        let sampler = Sampler::new(self.seed, self.images);
        let mut batches = Vec::new();
        // The order of epoch 0 is not uniform, and that of epoch 1 has dealt the parts.
        for epoch in 2..2 + u64::from(times) {
            let mut order = sampler.epoch_order(epoch);
            order.retain(|image| parts[*image as usize] != part);
            batches.extend(order.chunks(batch_size.max(1)).map(<[u32]>::to_vec));
        }
        batches
    }

    fn part_of_each(&self) -> Vec<usize> {
        let mut parts = vec![0; self.images];
        for (place, image) in Sampler::new(self.seed, self.images).epoch_order(1).iter().enumerate()
        {
            parts[*image as usize] = place % self.count;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_image_is_held_out_once_and_parts_are_of_one_size() {
        let folds = Folds::new(7, 1003, 5).unwrap();
        let parts: Vec<_> = (0..5).map(|part| folds.held_out(part)).collect();
        let mut sizes: Vec<_> = parts.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [200, 200, 201, 201, 201]);
        let mut all = parts.concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..1003));
        assert_eq!(folds.held_out(5), [0_u32; 0]);
        // Not simply every fifth one.
        assert!(parts[0].windows(2).any(|pair| pair[1] - pair[0] != 5));
    }

    #[test]
    fn a_training_sees_every_other_image_so_many_times_and_none_that_is_held_out() {
        let folds = Folds::new(7, 103, 5).unwrap();
        for part in 0..5 {
            let held_out = folds.held_out(part);
            let batches = folds.batches_without(part, 3, 16);
            let mut seen = [0; 103];
            batches.iter().flatten().for_each(|image| seen[*image as usize] += 1);
            for (image, seen) in (0_u32..).zip(seen) {
                let expected = if held_out.contains(&image) { 0 } else { 3 };
                assert_eq!(seen, expected, "part {part}, image {image}");
            }
            let once = (103 - held_out.len()).div_ceil(16);
            assert_eq!(batches.len(), 3 * once);
            assert_ne!(batches[0], batches[once], "another order each time");
        }
    }

    #[test]
    fn parts_depend_on_the_seed_and_impossible_ones_are_refused() {
        let held_out = |seed| Folds::new(seed, 100, 5).unwrap().held_out(0);
        assert_eq!(held_out(1), held_out(1));
        assert_ne!(held_out(1), held_out(2));
        assert_eq!(Folds::new(1, 100, 1), None);
        assert_eq!(Folds::new(1, 4, 5), None);
    }
}
