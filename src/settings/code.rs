//! What the code of a run is written for: the run's settings, and the data set that it trains on.

use serde::{Deserialize, Serialize};

use super::TrainingConfig;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgramData {
    /// Fashion-MNIST.
    Tutorial {
        /// Whether the run corrects some of its images.
        corrects: bool,
    },
    /// One of one's own, in the folder of shards that `docs/own-classes.md` describes.
    Own {
        /// Its classes, 2 to 64.
        classes: u32,
        /// Its images to train on.
        training_images: u32,
    },
}

/// Images in the training set of Fashion-MNIST.
const TRAINING_IMAGES: u32 = 60_000;

impl ProgramData {
    /// Fashion-MNIST as it was published.
    pub const PUBLISHED: Self = Self::Tutorial { corrects: false };

    /// Classes that the network tells apart.
    #[must_use]
    pub const fn classes(self) -> usize {
        match self {
            Self::Tutorial { .. } => 10,
            Self::Own { classes, .. } => classes as usize,
        }
    }

    /// Images of the training set, those included that a correction leaves out.
    #[must_use]
    pub const fn training_images(self) -> usize {
        match self {
            Self::Tutorial { .. } => TRAINING_IMAGES as usize,
            Self::Own { training_images, .. } => training_images as usize,
        }
    }

    /// Whether some of the tutorial's images are corrected.
    #[must_use]
    pub const fn corrects(self) -> bool {
        matches!(self, Self::Tutorial { corrects: true })
    }

    /// Whether it is one of one's own.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Own { .. })
    }
}
