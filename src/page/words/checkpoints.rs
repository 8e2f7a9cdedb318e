//! A run's checkpoints.

use super::sentences;
use crate::protocol::CheckpointSummary;

sentences! {
    /// A run's checkpoints.
    CheckpointWords {
        heading,
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
        /// The button with further actions.
        more,
        /// The same for screen readers: the checkpoint that the actions are for.
        more_for(checkpoint: &str),
        /// What a checkpoint without a label is called among those of its run.
        title(checkpoint: &CheckpointSummary),
        /// A checkpoint with the name of its run.
        of_run(checkpoint: &str, run: &str),
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
