//! Checkpoints, in English.

use crate::page::browser::local_time;
use crate::page::format::bytes;
use crate::page::words::CheckpointWords;
use crate::protocol::{CheckpointRole, CheckpointSummary};

/// The checkpoints' sentences.
pub const WORDS: CheckpointWords = CheckpointWords {
    none: "No checkpoint yet.",
    resume: "Resume",
    about_resume: "Go on with the run from here",
    branch: "Branch",
    about_branch: "Go on from here as a run of its own",
    in_use: "In use",
    use_it: "Use",
    about_use: "Classify with these weights",
    weights: "Weights",
    about_weights: "The weights alone, as safetensors that PyTorch's load_state_dict takes",
    onnx: "ONNX",
    about_onnx: "The network from pixels to probabilities, for ONNX runtimes",
    full_file: "Full file",
    about_full_file: "Everything that resuming needs, as safetensors",
    delete: "Delete",
    rename: "Give it another name",
    name: "Name of the checkpoint",
    about,
    checksum: |digits| format!("SHA-256 {digits}…"),
    epochs: "Epochs",
    step: "Step",
    training_loss: "Training loss",
    validation_loss: "Validation loss",
    accuracy: "Accuracy",
};

fn about(checkpoint: &CheckpointSummary) -> String {
    let role = match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => "Best of the run",
        (CheckpointRole::Last, true) => "End of the run",
        (CheckpointRole::Last, false) => "Newest state",
        (CheckpointRole::Kept, _) => "Kept on the way",
    };
    let (when, size) = (local_time(checkpoint.saved_at_ms), bytes(checkpoint.bytes));
    if checkpoint.label.is_empty() {
        format!("{role}, {when}, {size}")
    } else {
        format!("{role}, {when}, {size}, {}", checkpoint.name)
    }
}
