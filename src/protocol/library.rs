//! What the page may ask of the library of runs and checkpoints.

use serde::{Deserialize, Serialize};

use crate::library::{CheckpointSummary, RunEdit};

/// What may be asked of the library at any time, also while a run is under way. What it changes is told
/// by events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LibraryCommand {
    /// Tell of everything: [`super::Event::Library`].
    List,
    /// Give all that a run has measured: [`super::Reply::Metrics`].
    Metrics {
        /// The run's name.
        run: String,
    },
    /// Describe a checkpoint's file as it leaves the browser: [`super::Reply::Described`].
    Describe {
        /// The checkpoint's name.
        checkpoint: String,
    },
    /// Change what the person says of a run.
    Edit {
        /// The run's name.
        run: String,
        /// The change.
        edit: RunEdit,
    },
    /// Give a checkpoint another name for people; an empty one takes it back.
    Label {
        /// The checkpoint's name.
        checkpoint: String,
        /// The name for people.
        label: String,
    },
    /// Delete. For [`UNDO_MS`] it can be brought back, unless the answer is
    /// [`super::Reply::RemovedForGood`].
    Delete(Vec<Item>),
    /// Bring back what was deleted.
    Restore(Vec<Item>),
    /// Make a file: [`super::Reply::File`].
    Export(Export),
    /// Read a file and keep what is in it as a run: [`super::Reply::Imported`].
    Import {
        /// The file's name.
        name: String,
        /// Its address, for a file that the person chose one of scheme `blob`.
        url: String,
    },
}

/// How long something that was deleted can be brought back, in milliseconds.
pub const UNDO_MS: f64 = 30_000.0;

/// Larger than any file that is taken in, in bytes.
pub const MOST_IMPORTED_BYTES: u64 = 512 << 20;

/// A thing in the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// A run with all that belongs to it, by its name.
    Run(String),
    /// A checkpoint, by its name.
    Checkpoint(String),
}

impl Item {
    /// The run that it is or belongs to; `None` for what is called as no checkpoint is.
    #[must_use]
    pub fn run(&self) -> Option<&str> {
        match self {
            Self::Run(run) => Some(run),
            Self::Checkpoint(name) => CheckpointSummary::run_of(name),
        }
    }
}

/// What can be made a file of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// A checkpoint's weights, which `model.load_state_dict(safetensors.torch.load_file(f))` takes.
    Weights(String),
    /// All that resuming a checkpoint needs.
    Checkpoint(String),
    /// A checkpoint's network as ONNX.
    Onnx(String),
    /// Every checkpoint of a run, in an archive.
    Checkpoints(String),
    /// A run with metrics and checkpoints, which another browser imports.
    Bundle(String),
    /// Event files of these runs for TensorBoard, in an archive.
    TensorBoard(Vec<String>),
    /// What these runs have measured, a line each.
    Csv(Vec<String>),
    /// What these runs are and have measured.
    Json(Vec<String>),
}
