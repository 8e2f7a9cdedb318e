//! Numbers about a network and about its training: what its units do, and whether it learns. Plain data
//! without Burn and without pictures.
//!
//! [`dead_units`] counts the units that no image activates, with a forward pass of its own in plain loops
//! (`forward`). [`Evaluation`] is what a network says of every image of a split; from it follow [`Confusion`] (which
//! classes are taken for which others, and each class's precision, recall and F1), [`Calibration`] and the
//! [`worst`] mistakes. [`BackwardPass`] computes gradients, on which [`integrated_gradients`] and [`grad_cam`] rest: beside
//! [`occlusion`], what an answer rests on. [`Inside`] is what there is to see in a network and in a step. [`Histogram`] and [`updates`] are about a layer's numbers and how far a step
//! moves them, [`principal_components`] about the place of images among each other, [`ConfidentLearning`] about labels that
//! are likely wrong, [`ImageIndex`] about near-duplicates. [`learning`] says from a run's losses and its newest accuracy
//! whether the run has learnt anything.

mod backward;
mod calibration;
mod confident;
mod confusion;
mod cross_validation;
mod dead_units;
mod duplicates;
mod evaluation;
mod forward;
mod histogram;
mod inside;
mod learning;
mod pca;
mod saliency;
mod trace;
#[cfg(feature = "neighbours")]
mod tsne;

#[cfg(test)]
mod example;
#[cfg(test)]
mod speed_tests;

use thiserror::Error;

pub use backward::{BackwardPass, BatchGradients, FEATURE_SIDE, FEATURES, ImageGradients, Target};
pub use calibration::{CALIBRATION_BINS, Calibration, CalibrationBin};
pub use confident::{ConfidentLearning, Suspect};
pub use confusion::{ClassMetrics, Confusion, ImageOrder, cell_images, mistakes, worst};
pub use cross_validation::{CrossValidation, Doubted, HeldOut};
pub use dead_units::{LayerDeadUnits, dead_units};
pub use duplicates::{ImageIndex, NearestImage};
pub use evaluation::{EvaluatedImage, Evaluation, softmax};
pub use forward::{Activations, ForwardPass};
pub use histogram::{HISTOGRAM_BINS, Histogram, LayerUpdate, norm, updates};
pub use inside::{ImageInside, Inside, LayerInside, StepInside};
pub use learning::{Learning, learning, loss_of_chance};
pub use pca::{Principal, principal_components};
pub use saliency::{IntegratedGradients, grad_cam, integrated_gradients, occlusion};
#[cfg(feature = "neighbours")]
pub use tsne::neighbours;

use crate::network::ModelError;

/// Why a network cannot be looked into.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InsightError {
    /// The arrays are not weights of this network.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The bytes are not whole images.
    #[error("{bytes} bytes are not images of {image} bytes each")]
    Images {
        /// How many bytes there are.
        bytes: usize,
        /// How many an image has.
        image: usize,
    },
    /// There are not as many labels as images.
    #[error("{images} images have {labels} labels")]
    Labels {
        /// How many images there are.
        images: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// The network has another number of classes.
    #[error("{found} classes where {expected} were expected")]
    Classes {
        /// How many it has.
        found: usize,
        /// How many were expected.
        expected: usize,
    },
    /// A label is not a class.
    #[error("{label} is not a class")]
    Label {
        /// The label.
        label: u8,
    },
}
