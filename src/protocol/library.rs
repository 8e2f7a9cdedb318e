//! The page's commands to the library of runs and checkpoints.

use serde::{Deserialize, Serialize};

use super::{LinkedFile, PickedFile};
use crate::dataset::Corrections;
use crate::library::{CheckpointSummary, ProgramData, RunEdit};
use crate::settings::TrainingConfig;

/// Commands to the library, possible at any time, also during a run. Events report what they change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LibraryCommand {
    /// Send everything: [`super::Event::Library`].
    List,
    /// Return all of a run's metrics: [`super::Reply::Metrics`].
    Metrics {
        /// The run's name.
        run: String,
    },
    /// Describe a checkpoint's file as it leaves the browser: [`super::Reply::Described`].
    Describe {
        /// The checkpoint's name.
        checkpoint: String,
    },
    /// Edit a run's labels.
    Edit {
        /// The run's name.
        run: String,
        /// The change.
        edit: RunEdit,
    },
    /// Set a checkpoint's label; an empty one removes it.
    Label {
        /// The checkpoint's name.
        checkpoint: String,
        /// The label.
        label: String,
    },
    /// Delete items. They can be restored for [`UNDO_MS`], unless the answer is
    /// [`super::Reply::RemovedForGood`].
    Delete(Vec<Item>),
    /// Restore deleted items.
    Restore(Vec<Item>),
    /// Export a file: [`super::Reply::File`].
    Export(Export),
    /// Add a data set of one's own: [`super::Reply::OwnSetAdded`]; [`super::Event::OwnSetProgress`] says how far that is.
    AddOwnSet {
        /// The absolute URL (ending in `/`) below which they lie.
        base: String,
        /// Its name.
        name: String,
        /// Its files: IDX files, pictures in a folder for each class, or a ZIP file of these.
        files: Vec<PickedFile>,
    },
    /// Import a file as a run: [`super::Reply::Imported`].
    Import {
        /// The file's name.
        name: String,
        /// Its URL; a `blob:` URL for a file that the visitor chose.
        url: String,
        /// Files of weights that belong to it, if it is the events of a script for PyTorch.
        weights: Vec<PickedFile>,
    },
    /// Write a run as code: [`super::Reply::Code`].
    WriteCode {
        /// The run.
        of: CodeOf,
        /// Whether the script shall begin with the run's weights and order, if that is possible.
        exact: bool,
    },
    /// Write a file of a run's code: [`super::Reply::File`].
    SaveCode {
        /// The run.
        of: CodeOf,
        /// As above.
        exact: bool,
        /// Which file.
        file: CodeFile,
    },
}

/// A run whose code is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CodeOf {
    /// One that would begin now.
    Next {
        /// Its settings.
        config: Box<TrainingConfig>,
        /// The data set that it would train on.
        data: ProgramData,
        /// The corrections of that; they are needed for a file only.
        corrections: Corrections,
        /// The files that would give it its initial weights or its batches; one without URL waits for the visitor.
        files: Vec<LinkedFile>,
    },
    /// One of the library.
    Stored {
        /// Its name.
        run: String,
        /// How many images its data set of one's own has to train on, if that is in this browser.
        training_images: Option<u32>,
    },
}

/// A file of a run's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeFile {
    /// The script for PyTorch.
    Script,
    /// The same as a notebook.
    Notebook,
    /// The initial weights and the order of the images, which an exact script loads.
    Exact,
    /// The run's corrections of the data set.
    Corrections,
}

/// How long deleted items can be restored, in milliseconds.
pub const UNDO_MS: f64 = 30_000.0;

/// The import's size limit, in bytes.
pub const MOST_IMPORTED_BYTES: u64 = 512 << 20;

/// An item in the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// A run with everything that belongs to it, by name.
    Run(String),
    /// A checkpoint, by name.
    Checkpoint(String),
}

impl Item {
    /// The run that it is or belongs to; `None` if its name is not a checkpoint's.
    #[must_use]
    pub fn run(&self) -> Option<&str> {
        match self {
            Self::Run(run) => Some(run),
            Self::Checkpoint(name) => CheckpointSummary::run_of(name),
        }
    }
}

/// What can be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// A checkpoint's weights, which `model.load_state_dict(safetensors.torch.load_file(f))` takes.
    Weights(String),
    /// Everything needed to resume a checkpoint.
    Checkpoint(String),
    /// A checkpoint's network as ONNX.
    Onnx(String),
    /// Every checkpoint of a run, as an archive.
    Checkpoints(String),
    /// A run with its metrics and checkpoints, for import in another browser.
    Bundle(String),
    /// Event files of these runs for TensorBoard, as an archive.
    TensorBoard(Vec<String>),
    /// These runs' metrics, one value per line.
    Csv(Vec<String>),
    /// These runs' settings and metrics.
    Json(Vec<String>),
}
