//! The layout of parameters on the GPU: in PyTorch's order and layout, each padded to whole rows of four,
//! as `Parameters` in `network.wgsl` declares them.

use super::super::flat::{FLAT_LENGTH, OFFSETS, offsets};
use crate::network::PARAMETERS;

/// Numbers in all parameters, including padding.
pub(super) const PADDED_LENGTH: usize = 44_432;

/// The index at which each parameter begins, in the order of [`PARAMETERS`].
const PADDED_OFFSETS: [usize; PARAMETERS.len()] = offsets(4);

/// A flat array with the GPU's padding of zeros.
pub(super) fn padded(flat: &[f32]) -> Vec<f32> {
    let mut padded = vec![0.0; PADDED_LENGTH];
    for ((parameter, from), to) in PARAMETERS.iter().zip(OFFSETS).zip(PADDED_OFFSETS) {
        let length = parameter.len();
        padded[to..to + length].copy_from_slice(&flat[from..from + length]);
    }
    padded
}

/// A flat array without the GPU's padding.
pub(super) fn flat(padded: &[f32]) -> Vec<f32> {
    let mut flat = vec![0.0; FLAT_LENGTH];
    for ((parameter, to), from) in PARAMETERS.iter().zip(OFFSETS).zip(PADDED_OFFSETS) {
        let length = parameter.len();
        flat[to..to + length].copy_from_slice(&padded[from..from + length]);
    }
    flat
}

/// Numbers as bytes for the GPU.
pub(super) fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_survive_their_padding() {
        let numbers: Vec<f32> = (0..FLAT_LENGTH).map(|at| at as f32).collect();
        assert_eq!(flat(&padded(&numbers)), numbers);
    }

    #[test]
    fn parameters_lie_one_after_the_other_in_whole_rows() {
        for (at, parameter) in PARAMETERS.iter().enumerate() {
            let end = PADDED_OFFSETS.get(at + 1).copied().unwrap_or(PADDED_LENGTH);
            let room = end - PADDED_OFFSETS[at];
            assert!(room >= parameter.len() && room.is_multiple_of(4), "{}", parameter.name);
        }
    }
}
