//! Weights: PyTorch's initial values, and the check whether arrays are weights of this network.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::classes::Network;
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
    /// There is no network for so many classes.
    #[error(
        "it tells {0} classes apart, the network {least} to {most}",
        least = Network::FEWEST_CLASSES, most = Network::MOST_CLASSES
    )]
    Classes(usize),
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
        if array.shape != *self.shape || array.values.len() != self.len() {
            return Err(ModelError::Shape {
                name: self.name.to_owned(),
                expected: self.shape.to_vec(),
                found: array.shape.iter().copied().take(MOST_DIMENSIONS).collect(),
            });
        }
        Ok(array)
    }
}

impl Network {
    /// The network whose weights these are, by the number of biases of its last layer; nothing else is looked at.
    ///
    /// # Errors
    /// [`ModelError::Missing`], [`ModelError::Shape`] or [`ModelError::Classes`].
    pub fn of(weights: &StateDict) -> Result<Self, ModelError> {
        let bias = Self::TUTORIAL.fc3().bias;
        let array =
            weights.get(bias.name).ok_or_else(|| ModelError::Missing(bias.name.to_owned()))?;
        match array.shape[..] {
            [classes] => Self::new(classes).ok_or(ModelError::Classes(classes)),
            _ => bias.find(weights, bias.name).and(Ok(Self::TUTORIAL)),
        }
    }

    /// Initial weights as PyTorch draws them by default: weights and biases uniform in
    /// `±1/sqrt(fan_in)` (`kaiming_uniform_(a=sqrt(5))` and `reset_parameters` of `Conv2d` and `Linear`
    /// both amount to that).
    #[must_use]
    pub fn initial_weights(self, seed: u64) -> StateDict {
        let draw = |(part, parameter): (usize, &Parameter)| {
            let mut generator = seeded_generator(seed, Purpose::Weights, part as u64);
            let bound = 1.0 / (parameter.fan_in as f64).sqrt();
            let mut draw = || ((2.0 * uniform(&mut generator) - 1.0) * bound) as f32;
            let values = (0..parameter.len()).map(|_| draw());
            let array = Array { shape: parameter.shape.to_vec(), values: values.collect() };
            (parameter.name.to_owned(), array)
        };
        self.parameters().iter().enumerate().map(draw).collect()
    }

    /// Checks that the ten parameters are present, complete, of the right shape and finite. Ignores further
    /// entries.
    ///
    /// # Errors
    /// [`ModelError::Missing`], [`ModelError::Shape`] or [`ModelError::NotFinite`].
    pub fn check(self, weights: &StateDict) -> Result<(), ModelError> {
        for parameter in &self.parameters() {
            let array = parameter.find(weights, parameter.name)?;
            if !array.values.iter().all(|value| value.is_finite()) {
                return Err(ModelError::NotFinite(parameter.name.to_owned()));
            }
        }
        Ok(())
    }
}

/// [`Network::initial_weights`] of the tutorial's network.
#[must_use]
pub fn initial_weights(seed: u64) -> StateDict {
    Network::TUTORIAL.initial_weights(seed)
}

/// The network whose weights these are; they are checked as by [`Network::check`].
///
/// # Errors
/// As [`Network::of`] and [`Network::check`].
pub fn check_weights(weights: &StateDict) -> Result<Network, ModelError> {
    let network = Network::of(weights)?;
    network.check(weights)?;
    Ok(network)
}

/// Whether an array of this name is a parameter of the network.
#[must_use]
pub fn is_parameter(name: &str) -> bool {
    PARAMETERS.iter().any(|parameter| parameter.name == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn weights_tell_their_network() {
        for classes in [2, 3, 10, 17, 64] {
            let network = Network::new(classes).unwrap();
            assert_eq!(check_weights(&network.initial_weights(1)), Ok(network));
        }
    }

    #[test]
    fn a_last_layer_that_contradicts_itself_or_has_too_many_classes_is_refused() {
        let mut weights = Network::new(3).unwrap().initial_weights(1);
        let bias = |classes: usize| Array { shape: vec![classes], values: vec![0.0; classes] };
        for (classes, error) in [(1, ModelError::Classes(1)), (65, ModelError::Classes(65))] {
            weights.insert("fc3.bias".into(), bias(classes));
            assert_eq!(check_weights(&weights), Err(error));
        }
        weights.insert("fc3.bias".into(), bias(4));
        let expected = vec![4, 84];
        let found = vec![3, 84];
        let name = "fc3.weight".to_owned();
        assert_eq!(check_weights(&weights), Err(ModelError::Shape { name, expected, found }));
        weights.insert("fc3.bias".into(), Array { shape: vec![1, 3], values: vec![0.0; 3] });
        assert!(matches!(check_weights(&weights), Err(ModelError::Shape { .. })));
        weights.remove("fc3.bias");
        assert_eq!(check_weights(&weights), Err(ModelError::Missing("fc3.bias".into())));
    }

    #[test]
    fn only_the_last_layers_first_values_depend_on_the_number_of_classes() {
        let (few, many) = (Network::new(3).unwrap(), Network::new(17).unwrap());
        let (few, many) = (few.initial_weights(7), many.initial_weights(7));
        for (name, array) in &few {
            assert_eq!(array.values[..], many[name].values[..array.values.len()], "{name}");
        }
        assert!(few != many && many["fc3.bias"].values.len() == 17);
    }
}
