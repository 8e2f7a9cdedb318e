//! What the code of a run is written for: the run's settings, and the data set that it trains on.

use serde::{Deserialize, Serialize};

use crate::dataset::DataSetIdentity;
use crate::settings::TrainingConfig;

/// A run that is to be written as code for PyTorch and as the terminal's command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeRequest {
    /// The run's settings.
    pub config: TrainingConfig,
    /// The data set that it trains on.
    pub data: ProgramData,
    /// Whether the script takes the initial weights and the order of the images from a file that Atelier writes, rather
    /// than draw its own.
    pub exact: bool,
}

/// The data set that a run trains on, as far as its code depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgramData {
    /// Fashion-MNIST.
    Tutorial {
        /// Whether the run corrects some of its images.
        corrects: bool,
    },
    /// One of one's own, in the folder of shards that `docs/own-classes.md` describes.
    Own {
        /// What it is known by.
        identity: DataSetIdentity,
        /// Its images to train on.
        training_images: u32,
    },
}

/// Images in the training set of Fashion-MNIST.
const TRAINING_IMAGES: u32 = 60_000;

impl ProgramData {
    /// Fashion-MNIST as it was published.
    pub const PUBLISHED: Self = Self::Tutorial { corrects: false };

    /// What a data set of one's own is known by.
    #[must_use]
    pub const fn own(&self) -> Option<&DataSetIdentity> {
        match self {
            Self::Tutorial { .. } => None,
            Self::Own { identity, .. } => Some(identity),
        }
    }

    /// Images of the training set, those included that a correction leaves out.
    #[must_use]
    pub const fn training_images(&self) -> usize {
        match self {
            Self::Tutorial { .. } => TRAINING_IMAGES as usize,
            Self::Own { training_images, .. } => *training_images as usize,
        }
    }

    /// Whether some of the tutorial's images are corrected.
    #[must_use]
    pub const fn corrects(&self) -> bool {
        matches!(self, Self::Tutorial { corrects: true })
    }
}

/// Why there are no weights and no order with which a script would have the losses of a stored run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inexact {
    /// PyTorch has drawn them, with numbers that are not known here.
    PyTorch,
    /// The run comes from a checkpoint alone, which does not say with which weights its run began.
    Imported,
    /// It began with the weights of a file that the visitor chose, and which the library does not keep.
    Weights {
        /// The file's name.
        from: String,
    },
    /// Its batches are those of a file, or its corrections are not known, and no checkpoint is left that holds them.
    NoCheckpoint,
    /// Its data set is no longer in this browser.
    DataSet,
}

/// A run as code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenCode {
    /// The script for PyTorch.
    pub script: String,
    /// The terminal's command.
    pub command: String,
    /// Whether the run has corrections that can be saved.
    pub corrects: bool,
    /// Whether images are changed at random.
    pub augments: bool,
    /// Why the script cannot begin with the run's weights and order.
    pub inexact: Option<Inexact>,
}
