//! All parameters as one flat array.

use crate::network::{ModelError, PARAMETERS, Parameter};
use crate::state_dict::{Array, StateDict};

/// Numbers in all parameters together.
pub const FLAT_LENGTH: usize = 44_426;

/// The index at which each parameter begins, in the order of [`PARAMETERS`]: one after the other, each in
/// PyTorch's layout.
pub const OFFSETS: [usize; PARAMETERS.len()] = offsets(1);

/// The index at which each parameter begins if each is padded to whole rows of `row` numbers.
pub(crate) const fn offsets(row: usize) -> [usize; PARAMETERS.len()] {
    let mut offsets = [0; PARAMETERS.len()];
    let mut at = 1;
    while at < PARAMETERS.len() {
        let shape = PARAMETERS[at - 1].shape;
        let (mut length, mut dimension) = (1, 0);
        while dimension < shape.len() {
            length *= shape[dimension];
            dimension += 1;
        }
        offsets[at] = offsets[at - 1] + length.next_multiple_of(row);
        at += 1;
    }
    offsets
}

/// Weights, one parameter after the other.
///
/// # Errors
/// [`ModelError::Missing`] or [`ModelError::Shape`].
pub(crate) fn flat_weights(weights: &StateDict) -> Result<Vec<f32>, ModelError> {
    flattened(weights, |parameter| parameter.name.to_owned())
}

/// A slot of an optimizer's state, one parameter after the other.
///
/// # Errors
/// As [`flat_weights`].
pub(crate) fn flat_slot(state: &StateDict, slot: &str) -> Result<Vec<f32>, ModelError> {
    flattened(state, |parameter| parameter.in_slot(slot))
}

/// Flat weights (or gradients) by name, without what follows the last parameter.
pub(crate) fn named_weights(flat: &[f32]) -> StateDict {
    named(flat, |parameter| parameter.name.to_owned())
}

/// A flat slot as arrays of an optimizer's state.
pub(crate) fn named_slot(flat: &[f32], slot: &str) -> StateDict {
    named(flat, |parameter| parameter.in_slot(slot))
}

fn flattened(
    arrays: &StateDict,
    name: impl Fn(&Parameter) -> String,
) -> Result<Vec<f32>, ModelError> {
    let mut flat = Vec::with_capacity(FLAT_LENGTH);
    for parameter in &PARAMETERS {
        flat.extend_from_slice(&parameter.find(arrays, &name(parameter))?.values);
    }
    Ok(flat)
}

fn named(flat: &[f32], name: impl Fn(&Parameter) -> String) -> StateDict {
    let named = |(parameter, offset): (&Parameter, usize)| {
        let values = flat[offset..offset + parameter.len()].to_vec();
        (name(parameter), Array { shape: parameter.shape.to_vec(), values })
    };
    PARAMETERS.iter().zip(OFFSETS).map(named).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::network::initial_weights;

    #[test]
    fn weights_survive_being_flat() {
        let weights = initial_weights(3);
        let flat = flat_weights(&weights).unwrap();
        assert_eq!(flat.len(), FLAT_LENGTH);
        assert!(named_weights(&flat) == weights);
        let state = named_slot(&flat, "exp_avg");
        assert_eq!(state["exp_avg.fc1.bias"], weights["fc1.bias"]);
        assert_eq!(flat_slot(&state, "exp_avg"), Ok(flat));
    }

    #[test]
    fn a_parameter_that_is_missing_is_named() {
        let mut weights = initial_weights(3);
        weights.remove("fc2.bias");
        assert_eq!(flat_weights(&weights), Err(ModelError::Missing("fc2.bias".into())));
    }
}
