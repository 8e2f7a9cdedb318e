//! Small layers' weights in the order in which the kernels read them, and their gradients back.

use super::super::flat::OFFSETS;
use super::convolution::{FILTER, FIRST_CHANNELS, SECOND_CHANNELS};
use crate::network::Network;

const TAPS: usize = FILTER * FILTER;
/// Eights in a row of each fully connected layer's inputs: 256, 120 and 84 (padded to 88) numbers.
pub(super) const WIDTHS: [usize; 3] = [32, 15, 11];
/// Outputs of the fully connected layers but for the last, whose outputs are the network's classes.
pub(super) const HIDDEN: [usize; 2] = [120, 84];

/// Rows of the last layer: the kernels take outputs in twos, so an odd number of classes has one of padding, which is always
/// zero.
pub(super) const fn last_rows(network: Network) -> usize {
    network.classes().next_multiple_of(2)
}

/// The weights of a step; padding is zero.
pub(super) struct Packed {
    /// `[tap][channel]`
    pub first: [[f32; 8]; TAPS],
    pub first_bias: [f32; 8],
    /// `[half][tap * 6 + channel][output channel of the half]`
    pub second: [[[f32; 8]; TAPS * FIRST_CHANNELS]; 2],
    /// `[output channel][tap][channel]`
    pub second_backward: [[[f32; 8]; TAPS]; SECOND_CHANNELS],
    pub second_bias: [[f32; 8]; 2],
    /// `[output][input]`, [`last_rows`] of them
    pub last: Vec<[[f32; 8]; WIDTHS[2]]>,
}

impl Packed {
    pub fn new(network: Network) -> Self {
        Self {
            first: [[0.0; 8]; TAPS],
            first_bias: [0.0; 8],
            second: [[[0.0; 8]; TAPS * FIRST_CHANNELS]; 2],
            second_backward: [[[0.0; 8]; TAPS]; SECOND_CHANNELS],
            second_bias: [[0.0; 8]; 2],
            last: vec![[[0.0; 8]; WIDTHS[2]]; last_rows(network)],
        }
    }

    /// Fills itself from a flat array of this network.
    pub fn pack(&mut self, network: Network, flat: &[f32]) {
        for channel in 0..FIRST_CHANNELS {
            for tap in 0..TAPS {
                self.first[tap][channel] = flat[OFFSETS[0] + channel * TAPS + tap];
            }
            self.first_bias[channel] = flat[OFFSETS[1] + channel];
        }
        for output in 0..SECOND_CHANNELS {
            let (half, lane) = (output / 8, output % 8);
            for channel in 0..FIRST_CHANNELS {
                let at = OFFSETS[2] + (output * FIRST_CHANNELS + channel) * TAPS;
                for (tap, &weight) in flat[at..at + TAPS].iter().enumerate() {
                    self.second[half][tap * FIRST_CHANNELS + channel][lane] = weight;
                    self.second_backward[output][tap][channel] = weight;
                }
            }
            self.second_bias[half][lane] = flat[OFFSETS[3] + output];
        }
        let inputs = HIDDEN[1];
        for (class, row) in self.last.iter_mut().take(network.classes()).enumerate() {
            let at = OFFSETS[8] + class * inputs;
            row.as_flattened_mut()[..inputs].copy_from_slice(&flat[at..at + inputs]);
        }
    }
}

/// Gradients of the layers that [`Packed`] holds.
pub(super) struct PackedGradient {
    /// `[channel][row]`, five columns and three of padding
    pub first: [[[f32; 8]; FILTER]; FIRST_CHANNELS],
    pub first_bias: [f32; FIRST_CHANNELS],
    /// `[output channel][tap][channel]`
    pub second: [[[f32; 8]; TAPS]; SECOND_CHANNELS],
    pub second_bias: [f32; SECOND_CHANNELS],
    /// `[output][input]`, [`last_rows`] of them
    pub last: Vec<[[f32; 8]; WIDTHS[2]]>,
}

impl PackedGradient {
    pub fn new(network: Network) -> Self {
        Self {
            first: [[[0.0; 8]; FILTER]; FIRST_CHANNELS],
            first_bias: [0.0; FIRST_CHANNELS],
            second: [[[0.0; 8]; TAPS]; SECOND_CHANNELS],
            second_bias: [0.0; SECOND_CHANNELS],
            last: vec![[[0.0; 8]; WIDTHS[2]]; last_rows(network)],
        }
    }

    /// Makes all of them zero.
    pub fn clear(&mut self) {
        self.first = [[[0.0; 8]; FILTER]; FIRST_CHANNELS];
        self.first_bias = [0.0; FIRST_CHANNELS];
        self.second = [[[0.0; 8]; TAPS]; SECOND_CHANNELS];
        self.second_bias = [0.0; SECOND_CHANNELS];
        self.last.fill([[0.0; 8]; WIDTHS[2]]);
    }

    /// Writes the gradients of this network into a flat array.
    pub fn unpack(&self, network: Network, flat: &mut [f32]) {
        for (channel, rows) in self.first.iter().enumerate() {
            for (row, values) in rows.iter().enumerate() {
                let at = OFFSETS[0] + channel * TAPS + row * FILTER;
                flat[at..at + FILTER].copy_from_slice(&values[..FILTER]);
            }
        }
        flat[OFFSETS[1]..][..FIRST_CHANNELS].copy_from_slice(&self.first_bias);
        for (output, taps) in self.second.iter().enumerate() {
            for channel in 0..FIRST_CHANNELS {
                let at = OFFSETS[2] + (output * FIRST_CHANNELS + channel) * TAPS;
                for (gradient, tap) in flat[at..at + TAPS].iter_mut().zip(taps) {
                    *gradient = tap[channel];
                }
            }
        }
        flat[OFFSETS[3]..][..SECOND_CHANNELS].copy_from_slice(&self.second_bias);
        let inputs = HIDDEN[1];
        for (class, row) in self.last.iter().take(network.classes()).enumerate() {
            let at = OFFSETS[8] + class * inputs;
            flat[at..at + inputs].copy_from_slice(&row.as_flattened()[..inputs]);
        }
    }
}
