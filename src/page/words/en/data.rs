//! The data set, in English.

use crate::dataset::DataProgress;
use crate::page::format::{bytes, whole};
use crate::page::words::DataWords;

/// The data set's sentences.
pub const WORDS: DataWords = DataWords {
    title: "The data",
    sixty_samples: |classes| {
        format!(
            "Sixty of the 70,000 images of Fashion-MNIST. A column is a class: {}.",
            classes.join(", ")
        )
    },
    sizes: |overview| {
        format!(
            "{} training images, {} test images, {} classes, 28×28 pixels each",
            whole(overview.train_images.into()),
            whole(overview.test_images.into()),
            overview.class_names.len(),
        )
    },
    loading: "Data set",
    waiting_for_worker: "Waiting for the worker",
    progress: |DataProgress { bytes: come, total_bytes, shards, total_shards, from_cache }| {
        if total_shards == 0 || shards < total_shards {
            let (come, all) = (bytes(come), bytes(total_bytes));
            return format!("{come} of {all}, {shards} of {total_shards} shards verified");
        }
        let all = bytes(total_bytes);
        let whence = match from_cache {
            0 => "fetched".to_owned(),
            all if all == total_shards => "read from this browser's cache".to_owned(),
            some => format!("{some} of them read from this browser's cache"),
        };
        format!("{all} in {total_shards} shards, each verified by SHA-256, {whence}")
    },
    augmented_in_epoch: |epoch| {
        format!("Augmented as in epoch {epoch} of a run with these settings.")
    },
    next_epoch: "Next epoch",
};
