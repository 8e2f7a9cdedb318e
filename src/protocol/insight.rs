//! What the page asks of the worker for insight, and what that answers.
//!
//! They cross inside [`super::Command::Insight`] and [`super::Reply::Insight`] as bytes of [`super::encode`].

use serde::{Deserialize, Serialize};

use crate::dataset::LabelledImage;
use crate::insight::{Evaluation, Histogram, Inside};

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
    /// What is inside a network of the library: [`InsightReply::Inside`].
    Inside {
        /// The network.
        weights: WeightsAt,
        /// An image for its feature maps: 784 bytes.
        #[serde(with = "serde_bytes")]
        image: Vec<u8>,
    },
    /// What is inside a step of a run: [`InsightReply::Inside`], with the feature maps after the step.
    InsideStep {
        /// A [`SeenStep`] in the protocol's encoding, as the worker that trains sent it.
        #[serde(with = "serde_bytes")]
        seen: Vec<u8>,
        /// An image for its feature maps: 784 bytes.
        #[serde(with = "serde_bytes")]
        image: Vec<u8>,
    },
    /// The distributions of a run's weights at the end of each epoch that is kept: [`InsightReply::EpochHistograms`].
    EpochHistograms {
        /// The run's name.
        run: String,
        /// Epochs that are not wanted, because they are known.
        except: Vec<u32>,
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
    /// What is inside a network or a step.
    Inside(Box<Inside>),
    /// Each epoch, from 1, with the distribution of each layer's weights after it.
    EpochHistograms(Vec<(u32, Vec<Histogram>)>),
}

/// A step of a run, with everything that it computed. The worker that trains tells of it; the page passes it on to the
/// worker for insight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenStep {
    /// The step's number, from 1.
    pub step: u64,
    /// Its epoch, from 1.
    pub epoch: u32,
    /// The mean loss of its batch, in nats.
    pub loss: f32,
    /// How long it held up the run, in milliseconds.
    pub took_ms: f64,
    /// Which training images it saw, in their order in the batch.
    pub indices: Vec<u32>,
    /// These as the network received them: 784 bytes each.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Their labels.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// The weights before the step, as the library keeps those of an epoch; also the next two.
    #[serde(with = "serde_bytes")]
    pub before: Vec<u8>,
    /// The gradient of the loss at those weights, as the engine computed it.
    #[serde(with = "serde_bytes")]
    pub gradients: Vec<u8>,
    /// The weights after the step.
    #[serde(with = "serde_bytes")]
    pub after: Vec<u8>,
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

/// A split of the data set.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum SplitName {
    /// The images that a run trains on.
    Train,
    /// The images that it is validated on.
    #[default]
    Test,
}

impl SplitName {
    /// As files and `data-` attributes write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }
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
