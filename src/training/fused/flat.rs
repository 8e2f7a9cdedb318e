//! All parameters as one flat array.

use crate::model::{ModelError, PARAMETERS, Parameter};
use crate::state_dict::{Array, StateDict};

/// Numbers in all parameters together.
pub const FLAT_LENGTH: usize = 44_426;

/// Where each parameter begins, in the order of [`PARAMETERS`]: one after the other, each in PyTorch's
/// layout.
pub const OFFSETS: [usize; PARAMETERS.len()] = {
    let mut offsets = [0; PARAMETERS.len()];
    let mut at = 1;
    while at < PARAMETERS.len() {
        let shape = PARAMETERS[at - 1].shape;
        let (mut length, mut dimension) = (1, 0);
        while dimension < shape.len() {
            length *= shape[dimension];
            dimension += 1;
        }
        offsets[at] = offsets[at - 1] + length;
        at += 1;
    }
    offsets
};

/// The arrays that `name` gives for each parameter, one after the other.
///
/// # Errors
/// [`ModelError::Missing`] or [`ModelError::Shape`].
pub(crate) fn flattened(
    arrays: &StateDict,
    name: impl Fn(&Parameter) -> String,
) -> Result<Vec<f32>, ModelError> {
    let mut flat = Vec::with_capacity(FLAT_LENGTH);
    for parameter in &PARAMETERS {
        flat.extend_from_slice(&parameter.find(arrays, &name(parameter))?.values);
    }
    Ok(flat)
}

/// A flat array as named arrays; whatever follows the last parameter is left out.
pub(crate) fn state_dict(flat: &[f32], name: impl Fn(&Parameter) -> String) -> StateDict {
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
    use crate::model::initial_weights;

    #[test]
    fn weights_survive_being_flat() {
        let weights = initial_weights(3);
        let flat = flattened(&weights, |parameter| parameter.name.to_owned()).unwrap();
        assert_eq!(flat.len(), FLAT_LENGTH);
        assert!(state_dict(&flat, |parameter| parameter.name.to_owned()) == weights);
    }

    #[test]
    fn a_parameter_that_is_missing_is_named() {
        let mut weights = initial_weights(3);
        weights.remove("fc2.bias");
        let flat = flattened(&weights, |parameter| parameter.name.to_owned());
        assert_eq!(flat, Err(ModelError::Missing("fc2.bias")));
    }
}
