//! The data set: its sizes, how far it has come, its samples.

use super::sentences;
use crate::dataset::{DataOverview, DataProgress};

sentences! {
    /// The data set: its sizes, how far it has come, its samples.
    DataWords {
        title,
        sizes(overview: &DataOverview),
        /// The bar over all shards.
        loading,
        waiting_for_worker,
        /// How far it has come, or that it is there.
        progress(progress: DataProgress),
        /// From 1.
        augmented_in_epoch(epoch: u32),
        next_epoch,
    }
}
