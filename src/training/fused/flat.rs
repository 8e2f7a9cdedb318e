//! All parameters as one flat array.

use crate::network::{ModelError, Network, Parameter};
use crate::state_dict::{Array, StateDict};

/// How many parameters any network has.
const PARAMETERS: usize = Network::TUTORIAL.parameters().len();

/// The index at which each parameter begins, in the network's order: one after the other, each in PyTorch's layout. The same
/// for every number of classes but for the last, the last layer's bias: see [`offsets`].
pub const OFFSETS: [usize; PARAMETERS - 1] = {
    let [first @ .., _] = offsets(Network::TUTORIAL, 1);
    first
};

/// The index at which each parameter begins if each is padded to whole rows of `row` numbers.
pub(crate) const fn offsets(network: Network, row: usize) -> [usize; PARAMETERS] {
    let parameters = network.parameters();
    let mut offsets = [0; PARAMETERS];
    let mut at = 1;
    while at < PARAMETERS {
        offsets[at] = offsets[at - 1] + parameters[at - 1].len().next_multiple_of(row);
        at += 1;
    }
    offsets
}

/// Weights, one parameter after the other.
///
/// # Errors
/// [`ModelError::Missing`] or [`ModelError::Shape`].
pub(crate) fn flat_weights(network: Network, weights: &StateDict) -> Result<Vec<f32>, ModelError> {
    flattened(network, weights, |parameter| parameter.name.to_owned())
}

/// A slot of an optimizer's state, one parameter after the other.
///
/// # Errors
/// As [`flat_weights`].
pub(crate) fn flat_slot(
    network: Network,
    state: &StateDict,
    slot: &str,
) -> Result<Vec<f32>, ModelError> {
    flattened(network, state, |parameter| parameter.in_slot(slot))
}

/// Flat weights (or gradients) by name, without what follows the last parameter.
pub(crate) fn named_weights(network: Network, flat: &[f32]) -> StateDict {
    named(network, flat, |parameter| parameter.name.to_owned())
}

/// A flat slot as arrays of an optimizer's state.
pub(crate) fn named_slot(network: Network, flat: &[f32], slot: &str) -> StateDict {
    named(network, flat, |parameter| parameter.in_slot(slot))
}

fn flattened(
    network: Network,
    arrays: &StateDict,
    name: impl Fn(&Parameter) -> String,
) -> Result<Vec<f32>, ModelError> {
    let mut flat = Vec::with_capacity(network.numbers());
    for parameter in &network.parameters() {
        flat.extend_from_slice(&parameter.find(arrays, &name(parameter))?.values);
    }
    Ok(flat)
}

fn named(network: Network, flat: &[f32], name: impl Fn(&Parameter) -> String) -> StateDict {
    let named = |(parameter, offset): (&Parameter, usize)| {
        let values = flat[offset..offset + parameter.len()].to_vec();
        (name(parameter), Array { shape: parameter.shape.to_vec(), values })
    };
    network.parameters().iter().zip(offsets(network, 1)).map(named).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    #[test]
    fn weights_survive_being_flat() {
        for network in [2, 3, 10, 64].map(|classes| Network::new(classes).unwrap()) {
            let weights = network.initial_weights(3);
            let flat = flat_weights(network, &weights).unwrap();
            assert_eq!(flat.len(), network.numbers());
            assert!(named_weights(network, &flat) == weights);
            let state = named_slot(network, &flat, "exp_avg");
            assert_eq!(state["exp_avg.fc3.bias"], weights["fc3.bias"]);
            assert_eq!(flat_slot(network, &state, "exp_avg"), Ok(flat));
        }
    }

    #[test]
    fn a_parameter_that_is_missing_is_named() {
        let mut weights = Network::TUTORIAL.initial_weights(3);
        weights.remove("fc2.bias");
        let missing = Err(ModelError::Missing("fc2.bias".into()));
        assert_eq!(flat_weights(Network::TUTORIAL, &weights), missing);
    }
}
