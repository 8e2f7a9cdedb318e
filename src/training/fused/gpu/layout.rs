//! The layout of parameters on the GPU: in PyTorch's order and layout, each padded to whole rows of four,
//! as `Parameters` in `network.wgsl` declares them.

use super::super::flat::offsets;
use crate::network::Network;

/// Numbers in a row.
pub(super) const ROW: usize = 4;

/// Numbers in all parameters, including padding.
pub(super) const fn padded_length(network: Network) -> usize {
    let [.., last] = offsets(network, ROW);
    last + network.classes().next_multiple_of(ROW)
}

/// A flat array with the GPU's padding of zeros.
pub(super) fn padded(network: Network, flat: &[f32]) -> Vec<f32> {
    let mut padded = vec![0.0; padded_length(network)];
    let offsets = offsets(network, 1).into_iter().zip(offsets(network, ROW));
    for (parameter, (from, to)) in network.parameters().iter().zip(offsets) {
        let length = parameter.len();
        padded[to..to + length].copy_from_slice(&flat[from..from + length]);
    }
    padded
}

/// A flat array without the GPU's padding.
pub(super) fn flat(network: Network, padded: &[f32]) -> Vec<f32> {
    let mut flat = vec![0.0; network.numbers()];
    let offsets = offsets(network, 1).into_iter().zip(offsets(network, ROW));
    for (parameter, (to, from)) in network.parameters().iter().zip(offsets) {
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn networks() -> impl Iterator<Item = Network> {
        (2..=64).map(|classes| Network::new(classes).unwrap())
    }

    #[test]
    fn parameters_survive_their_padding() {
        for network in networks() {
            let numbers: Vec<f32> = (0..network.numbers()).map(|at| at as f32).collect();
            assert_eq!(flat(network, &padded(network, &numbers)), numbers);
        }
    }

    #[test]
    fn parameters_lie_one_after_the_other_in_whole_rows() {
        assert_eq!(padded_length(Network::TUTORIAL), 44_432);
        for network in networks() {
            let offsets = offsets(network, ROW);
            for (at, parameter) in network.parameters().iter().enumerate() {
                let end = offsets.get(at + 1).copied().unwrap_or(padded_length(network));
                let room = end - offsets[at];
                assert!(room >= parameter.len() && room.is_multiple_of(4), "{}", parameter.name);
            }
        }
    }
}
