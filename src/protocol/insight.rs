//! What the page asks of the worker for insight, and what that answers.
//!
//! They cross inside [`super::Command::Insight`] and [`super::Reply::Insight`] as bytes of [`super::encode`].

use serde::{Deserialize, Serialize};

pub use crate::dataset::SplitName;
use crate::dataset::{DataSetIdentity, LabelledImage};
use crate::history::{EpochMetrics, LossReport};
use crate::insight::{Doubted, Evaluation, Histogram, Inside, Principal};
use crate::library::RunRecord;

/// No command asks for more images at once.
pub const MOST_IMAGES: usize = 1000;
/// No command asks for what more runs have measured at once.
pub const MOST_MEASURED: usize = 50;

/// A command to the worker for insight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InsightCommand {
    /// The runs in the library: [`InsightReply::Runs`].
    Runs,
    /// The weights that are kept of a run: [`InsightReply::Weights`].
    Weights {
        /// The run's name.
        run: String,
    },
    /// The runs of an experiment in the library: [`InsightReply::ExperimentRuns`].
    ExperimentRuns {
        /// What the experiment is known by.
        id: String,
    },
    /// What runs have measured: [`InsightReply::Measured`]. Runs that are gone are left out.
    Measured {
        /// Their names; at most [`MOST_MEASURED`].
        runs: Vec<String>,
    },
    /// What a network says of every image of a split: [`InsightReply::Evaluation`].
    Evaluate {
        /// The network.
        weights: WeightsAt,
        /// Its data set, if that is one of one's own.
        own: Option<OwnSetAt>,
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
        /// An image for its feature maps: 784 bytes; none if it is empty.
        #[serde(with = "serde_bytes")]
        image: Vec<u8>,
    },
    /// What is inside a step of a run: [`InsightReply::Inside`], with the feature maps after the step.
    InsideStep {
        /// A [`SeenStep`] in the protocol's encoding, as the worker that trains sent it.
        #[serde(with = "serde_bytes")]
        seen: Vec<u8>,
        /// An image for its feature maps: 784 bytes; none if it is empty.
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
        /// Their data set, if that is one of one's own.
        own: Option<OwnSetAt>,
        /// Where they are.
        split: SplitName,
        /// Their indices, from 0; at most [`MOST_IMAGES`].
        indices: Vec<u32>,
    },

    /// What a network says of a part of a split of the tutorial's data set, as everything below: [`InsightReply::Evaluation`] of [`PART_IMAGES`] images, fewer at the end. Who
    /// asks part by part knows how far it is, and can stop.
    EvaluatePart {
        /// The network.
        weights: WeightsAt,
        /// The images.
        split: SplitName,
        /// The index of the first one.
        from: u32,
    },
    /// The image of the training split nearest to each of a part of the test split: [`InsightReply::Nearest`].
    Nearest {
        /// The index of the first one; [`PART_IMAGES`] follow, fewer at the end.
        from: u32,
        /// Only those that are within this distance ([`crate::insight::NearestImage`]).
        within: f32,
    },
    /// Adds to a cross-validation what these weights say of every image of the test split and of those images of the training
    /// split that they were trained without: [`InsightReply::Doubted`]. Ask for the parts in their order; the first one begins
    /// anew.
    HeldOut {
        /// The weights, as the library keeps those of an epoch (`library::epoch_weights`).
        #[serde(with = "serde_bytes")]
        weights: Vec<u8>,
        /// Which part was held out.
        fold: Fold,
    },
    /// A command to the worker that trains: trains a network without a part of the training images, answered with
    /// [`super::Reply::Weights`]; meanwhile [`InsightNews::Trained`] reports the progress.
    TrainWithout {
        /// Absolute URL of the folder with `manifest.json`.
        url: String,
        /// The SHA-256 of this build's manifest, as hexadecimal digits, if the build names it.
        manifest_sha256: Option<String>,
        /// Which part is held out.
        fold: Fold,
        /// How often each of the others is seen, at least once.
        epochs: u32,
    },
    /// The images of the test split by the activations before the last layer, along the two principal components:
    /// [`InsightReply::Embedding`].
    Embedding {
        /// The network.
        weights: WeightsAt,
    },
    /// The same by t-SNE, which holds the worker's thread for long, so ask a worker of its own: [`InsightReply::Neighbours`].
    /// Meanwhile [`InsightNews::Embedded`] reports the progress.
    Neighbours {
        /// The network.
        weights: WeightsAt,
        /// Rounds of gradient descent.
        epochs: u32,
    },
}

/// So many images are in a part of a split: a second's work or less.
pub const PART_IMAGES: u32 = 2_500;

/// A part of the training images in a cross-validation (`dataset::Folds`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    /// From which the parts are drawn.
    pub seed: u64,
    /// The part, from 0.
    pub part: u8,
    /// How many parts there are.
    pub parts: u8,
}

/// What a worker says of a command that takes long, inside [`super::Event::Insight`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InsightNews {
    /// So many steps of so many have been taken.
    Trained {
        /// Steps taken.
        done: u32,
        /// Steps in all.
        total: u32,
    },
    /// So many rounds of so many are done.
    Embedded {
        /// Rounds done.
        done: u32,
        /// Rounds in all.
        total: u32,
    },
}

/// What the worker for insight answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InsightReply {
    /// The runs, newest first.
    Runs(Vec<NamedRun>),
    /// The runs of an experiment, in no particular order.
    ExperimentRuns(Vec<RunRecord>),
    /// What runs have measured, each with its name.
    Measured(Vec<(String, MeasuredRun)>),
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

    /// Training images near to images of a part of the test split.
    Nearest {
        /// How many test images were looked at.
        searched: u32,
        /// The nearest training image of each, where one is near enough.
        pairs: Vec<NearPair>,
    },
    /// Which labels a cross-validation doubts; `None` before its last part.
    Doubted(Option<Doubted>),
    /// The images of the test split as points.
    Embedding(Embedding),
    /// Their places by t-SNE, in the same order; the unit has no meaning.
    Neighbours(Vec<[f32; 2]>),
}

/// A test image and the training image nearest to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearPair {
    /// The test image's index.
    pub test: u32,
    /// The training image's index.
    pub train: u32,
    /// Their labels, in this order, each below [`crate::network::CLASSES`].
    pub labels: [u8; 2],
    /// As [`crate::insight::NearestImage::distance`].
    pub distance: f32,
}

/// The images of the test split as points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// What the network says of each.
    pub evaluation: Evaluation,
    /// Their places.
    pub principal: Principal,
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
    /// The probabilities, in the order of the labels.
    pub probabilities: Vec<f32>,
    /// The class for which pixels speak, one of the network's.
    pub class: u8,
    /// `[28, 28]`: how much each pixel speaks for the class, below 0 against it, in the method's unit.
    pub pixels: Vec<f32>,
}

/// A data set of one's own, kept in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSetAt {
    /// The absolute URL, ending in `/`, below which the browser's cache has it.
    pub url: String,
    /// What the visitor knows it by.
    pub title: String,
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

/// What a run has measured, as its curves need it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeasuredRun {
    /// Its finished epochs.
    pub epochs: Vec<EpochMetrics>,
    /// The tutorial's `Loss/train`: mean losses of a thousand steps each.
    pub reports: Vec<LossReport>,
}

/// A run of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRun {
    /// The run's name.
    pub run: String,
    /// The name that the person gave it; may be empty.
    pub title: String,
    /// Its data set, if that is one of one's own.
    pub own: Option<DataSetIdentity>,
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
    /// The data set of the run, if that is one of one's own.
    pub own: Option<DataSetIdentity>,
}
