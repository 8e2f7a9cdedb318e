//! The data set: its sizes, loading progress and samples.

use super::sentences;
use crate::dataset::{DataOverview, DataProgress};

sentences! {
    /// The data set: its sizes, loading progress and samples.
    DataWords {
        title,
        /// Below the samples on the first view; the class names stand in the order of the columns.
        sixty_samples(classes: &[&str]),
        sizes(overview: &DataOverview),
        /// The bar over all shards.
        loading,
        waiting_for_worker,
        /// The loading progress, or that loading is complete.
        progress(progress: DataProgress),
        /// The epoch counts from 1.
        augmented_in_epoch(epoch: u32),
        next_epoch,
    }
}
