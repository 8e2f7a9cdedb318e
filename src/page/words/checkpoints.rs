//! A run's checkpoints.

use super::sentences;
use crate::protocol::CheckpointSummary;

sentences! {
    /// A run's checkpoints.
    CheckpointWords {
        title,
        /// Instead of the list.
        none,
        resume,
        about_resume,
        branch,
        about_branch,
        in_use,
        use_it,
        about_use,
        weights,
        about_weights,
        onnx,
        about_onnx,
        full_file,
        about_full_file,
        delete,
        rename,
        /// The label of its text field.
        name,
        /// A checkpoint's kind, time, size and, if it has a label, its name.
        about(checkpoint: &CheckpointSummary),
        /// The first digits of a SHA-256.
        checksum(digits: &str),
        epochs,
        step,
        training_loss,
        validation_loss,
        accuracy,
    }
}
