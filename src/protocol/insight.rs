//! What the page asks of the worker for insight, and what that answers.
//!
//! They cross inside [`super::Command::Insight`] and [`super::Reply::Insight`] as bytes of [`super::encode`].

use serde::{Deserialize, Serialize};

use crate::dataset::LabelledImage;
pub use crate::dataset::SplitName;
use crate::insight::Evaluation;

/// No command asks for more images at once.
pub const MOST_IMAGES: usize = 1000;

/// A command to the worker for insight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InsightCommand {
    /// The runs in the library: [`InsightReply::Runs`].
    Runs,
    /// The weights that are kept of a run: [`InsightReply::Weights`].
    Weights {
        /// The run's name.
        run: String,
    },
    /// What a network says of every image of a split: [`InsightReply::Evaluation`].
    Evaluate {
        /// The network.
        weights: WeightsAt,
        /// The images.
        split: SplitName,
    },
    /// Why a network answers as it does: [`InsightReply::Explanation`].
    Explain {
        /// The network's weights, as the library keeps those of an epoch (`library::epoch_weights`).
        #[serde(with = "serde_bytes")]
        weights: Vec<u8>,
        /// The image: 784 bytes, row by row, 0 background to 255 garment.
        #[serde(with = "serde_bytes")]
        image: Vec<u8>,
        /// The class for which pixels may speak; `None` for the one that is predicted.
        class: Option<u8>,
        /// By which method.
        method: SaliencyMethod,
    },
    /// Images of a split: [`InsightReply::Images`]; those that it does not have are left out.
    Images {
        /// Where they are.
        split: SplitName,
        /// Their indices, from 0; at most [`MOST_IMAGES`].
        indices: Vec<u32>,
    },
}

/// What the worker for insight answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InsightReply {
    /// The runs, newest first.
    Runs(Vec<NamedRun>),
    /// The weights that are kept of a run, in the order of their steps.
    Weights(Vec<KeptWeights>),
    /// What a network says of a split.
    Evaluation(Evaluation),
    /// Images, in the order in which they were asked for.
    Images(Vec<LabelledImage>),
    /// Why a network answers as it does.
    Explanation(Explanation),
}

/// How to find the pixels on which an answer rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaliencyMethod {
    /// [`crate::insight::integrated_gradients`].
    #[default]
    IntegratedGradients,
    /// [`crate::insight::occlusion`].
    Occlusion,
    /// [`crate::insight::grad_cam`].
    GradCam,
}

impl SaliencyMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::IntegratedGradients, Self::Occlusion, Self::GradCam];

    /// As `data-` attributes and files' names write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IntegratedGradients => "integrated-gradients",
            Self::Occlusion => "occlusion",
            Self::GradCam => "grad-cam",
        }
    }
}

/// Why a network answers as it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The ten probabilities, in the order of the labels.
    pub probabilities: Vec<f32>,
    /// The class for which pixels speak, below [`crate::network::CLASSES`].
    pub class: u8,
    /// `[28, 28]`: how much each pixel speaks for the class, below 0 against it, in the method's unit.
    pub pixels: Vec<f32>,
}

/// Weights in the library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WeightsAt {
    /// Those at the end of an epoch.
    Epoch {
        /// The run's name.
        run: String,
        /// The epoch, from 1.
        epoch: u32,
    },
    /// A checkpoint's.
    Checkpoint {
        /// The checkpoint's name.
        name: String,
        /// The SHA-256 of its file: a run's newest checkpoint keeps its name and changes.
        sha256: String,
    },
}

/// A run of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRun {
    /// The run's name.
    pub run: String,
    /// The name that the person gave it; may be empty.
    pub title: String,
}

/// Weights that are kept of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWeights {
    /// Where they are.
    pub at: WeightsAt,
    /// Epochs finished.
    pub epoch: u32,
    /// Steps taken, if they are a checkpoint's and not at the end of an epoch.
    pub step: Option<u64>,
}
