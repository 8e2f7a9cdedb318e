//! The batches of four that the loader draws.

use std::sync::Arc;

use leptos::prelude::*;

use crate::dataset::Sampler;
use crate::page::insight::ShownImages;
use crate::protocol::insight::SplitName;

/// Images in a batch of the tutorial.
pub const BATCH: usize = 4;
/// Batches of an epoch.
pub const BATCHES: u64 = SplitName::Train.images() as u64 / BATCH as u64;

/// The order in which the first epoch sees the training images.
pub fn order_of(seed: Signal<u64>) -> Memo<Arc<Vec<u32>>> {
    let images = SplitName::Train.images() as usize;
    Memo::new(move |_| Arc::new(Sampler::new(seed.get(), images).epoch_order(0)))
}

/// The images of a batch, which is counted from 0, by their indices in the training split; none after the last batch.
pub fn indices(order: &[u32], batch: u64) -> &[u32] {
    order.chunks(BATCH).nth(batch as usize).unwrap_or_default()
}

/// A batch whose images are all there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedBatch {
    /// 784 bytes an image.
    pub pixels: Vec<u8>,
    /// Below [`crate::network::CLASSES`].
    pub labels: Vec<u8>,
}

impl LoadedBatch {
    /// These training images, which are asked for; `None` until all have arrived. Tracks their arrival.
    pub fn of(images: ShownImages, indices: &[u32]) -> Option<Self> {
        // Each is asked for, whichever is still missing.
        let shown: Vec<_> = indices
            .iter()
            .map(|&index| {
                let pixels = images.image(SplitName::Train, index).get();
                pixels.zip(images.published(SplitName::Train, index))
            })
            .collect();
        let shown: Vec<_> = shown.into_iter().collect::<Option<_>>()?;
        Some(Self {
            pixels: shown.iter().flat_map(|(pixels, _)| pixels.iter().copied()).collect(),
            labels: shown.iter().map(|(_, label)| *label).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_follow_the_loaders_order_and_end_with_it() {
        let order: Vec<u32> = (0..10).rev().collect();
        assert_eq!(indices(&order, 0), [9, 8, 7, 6]);
        assert_eq!(indices(&order, 2), [1, 0]);
        assert!(indices(&order, 3).is_empty());
        assert_eq!(BATCHES, 15_000);
    }
}
