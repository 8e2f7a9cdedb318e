//! Numbers about a network and about its training: what its units do, and whether it learns. Plain data
//! without Burn and without pictures.
//!
//! [`dead_units`] counts the units that no image activates, with a forward pass of its own in plain loops
//! (`forward`). [`learning`] says from a run's losses and its newest accuracy whether the run has learnt
//! anything.

mod dead_units;
mod evaluation;
mod forward;
mod learning;

use thiserror::Error;

pub use dead_units::{LayerDeadUnits, dead_units};
pub use evaluation::Evaluation;
pub use forward::{Activations, ForwardPass};
pub use learning::{Learning, NEAR_CHANCE, is_near_chance, learning, loss_of_chance};

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
}
