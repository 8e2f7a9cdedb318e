//! Weights: PyTorch's initial values, and the check whether arrays are weights of this network.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::engine_fault::EngineFault;
use super::layers::PARAMETERS;
use super::parameters::Parameter;
use super::random::{Purpose, seeded_generator, uniform};
use crate::state_dict::{Array, StateDict};

/// Why arrays are not weights of this network.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ModelError {
    /// A parameter is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// A parameter has another shape.
    #[error("{name} has shape {found:?}, the network needs {expected:?}")]
    Shape {
        /// The parameter.
        name: String,
        /// The network's shape.
        expected: Vec<usize>,
        /// The shape found, of which a file may have any number of dimensions: at most the first eight.
        found: Vec<usize>,
    },
    /// A parameter holds NaN or infinity.
    #[error("{0} holds numbers that are not finite")]
    NotFinite(String),
    /// The engine could not give the weights back.
    #[error("the engine failed while weights were read: {0}")]
    Engine(EngineFault),
}

/// How many dimensions an error tells.
const MOST_DIMENSIONS: usize = 8;

impl Parameter {
    /// The array of this name, checked for this parameter's shape.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Shape`].
    pub fn find<'a>(&self, arrays: &'a StateDict, name: &str) -> Result<&'a Array, ModelError> {
        let array = arrays.get(name).ok_or_else(|| ModelError::Missing(self.name.to_owned()))?;
        if array.shape != self.shape || array.values.len() != self.len() {
            return Err(ModelError::Shape {
                name: self.name.to_owned(),
                expected: self.shape.to_vec(),
                found: array.shape.iter().copied().take(MOST_DIMENSIONS).collect(),
            });
        }
        Ok(array)
    }
}

/// Initial weights as PyTorch draws them by default: weights and biases uniform in
/// `±1/sqrt(fan_in)` (`kaiming_uniform_(a=sqrt(5))` and `reset_parameters` of `Conv2d` and `Linear`
/// both amount to that).
#[must_use]
pub fn initial_weights(seed: u64) -> StateDict {
    let draw = |(part, parameter): (usize, &Parameter)| {
        let mut generator = seeded_generator(seed, Purpose::Weights, part as u64);
        let bound = 1.0 / (parameter.fan_in as f64).sqrt();
        let mut draw = || ((2.0 * uniform(&mut generator) - 1.0) * bound) as f32;
        let values = (0..parameter.len()).map(|_| draw());
        let array = Array { shape: parameter.shape.to_vec(), values: values.collect() };
        (parameter.name.to_owned(), array)
    };
    PARAMETERS.iter().enumerate().map(draw).collect()
}

/// Checks that the ten parameters are present, complete, of the right shape and finite. Ignores further
/// entries.
///
/// # Errors
/// [`ModelError::Missing`], [`ModelError::Shape`] or [`ModelError::NotFinite`].
pub fn check_weights(weights: &StateDict) -> Result<(), ModelError> {
    for parameter in &PARAMETERS {
        let array = parameter.find(weights, parameter.name)?;
        if !array.values.iter().all(|value| value.is_finite()) {
            return Err(ModelError::NotFinite(parameter.name.to_owned()));
        }
    }
    Ok(())
}
