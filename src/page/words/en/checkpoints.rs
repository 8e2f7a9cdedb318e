//! Checkpoints, in English.

use crate::page::browser::local_time;
use crate::page::format::{bytes, whole};
use crate::page::words::CheckpointWords;
use crate::protocol::{CheckpointRole, CheckpointSummary};

/// The checkpoints' sentences.
pub const WORDS: CheckpointWords = CheckpointWords {
    heading: "Checkpoints",
    none: "No checkpoints yet.",
    resume: "Resume",
    about_resume: "Continue the run from here",
    branch: "Branch",
    about_branch: "Continue from here as a new run",
    in_use: "In use",
    use_it: "Load",
    about_use: "Classify with these weights",
    weights: "Weights",
    about_weights: "Only the weights, as safetensors for PyTorch's load_state_dict",
    onnx: "ONNX",
    about_onnx: "The network, from pixels to probabilities, for ONNX runtimes",
    full_file: "Full checkpoint",
    about_full_file: "Everything that resuming needs, as safetensors",
    delete: "Delete",
    more: "More",
    more_for: |checkpoint| format!("More for checkpoint {checkpoint}"),
    title,
    of_run: |checkpoint, run| format!("{checkpoint} ({run})"),
    rename: "Rename",
    name: "Checkpoint name",
    about,
    checksum: |digits| format!("SHA-256 {digits}…"),
    epochs: "Epochs",
    step: "Step",
    training_loss: "Training loss",
    validation_loss: "Validation loss",
    accuracy: "Accuracy",
};

fn title(checkpoint: &CheckpointSummary) -> String {
    match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => format!("epoch {} (best)", checkpoint.epoch),
        (CheckpointRole::Last, true) => "final".to_owned(),
        (CheckpointRole::Last, false) => "latest".to_owned(),
        (CheckpointRole::Kept, _) => format!("step {}", whole(checkpoint.step)),
    }
}

fn about(checkpoint: &CheckpointSummary) -> String {
    let role = match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => "Best of the run",
        (CheckpointRole::Last, true) => "End of the run",
        (CheckpointRole::Last, false) => "Latest state",
        (CheckpointRole::Kept, _) => "Saved along the way",
    };
    let (when, size) = (local_time(checkpoint.saved_at_ms), bytes(checkpoint.bytes));
    if checkpoint.label.is_empty() {
        format!("{role}, {when}, {size}")
    } else {
        format!("{role}, {when}, {size}, {}", checkpoint.name)
    }
}
