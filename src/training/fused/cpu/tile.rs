//! The forward and backward pass of a few samples, all in cache.

use std::ops::Range;

use pulp::Simd;

use super::super::flat::OFFSETS;
use super::convolution::{
    FIRST_CELLS, FirstMap, IMAGE, SECOND_CELLS, SECOND_CHANNELS, first_backward, first_forward,
    second_backward, second_forward,
};
use super::lanes::{Eight, Lanes};
use super::linear::{Factors, accumulate, dots};
use super::packed::{HIDDEN, Packed, PackedGradient, WIDTHS, last_rows};
use crate::dataset::Images;
use crate::dataset::split::normalize_to;
use crate::network::Network;

/// Samples in a tile: enough to read the fully connected weights rarely, few enough to stay in cache.
pub(super) const TILE: usize = 8;
/// The fully connected kernels take samples in fours.
const BLOCK: usize = 4;
/// Eights of a sample's logits, with padding: a constant for all networks, as steps took 4 % longer with a variable.
const LOGITS: usize = Network::MOST_CLASSES / 8;
const FLATTENED: usize = SECOND_CHANNELS * SECOND_CELLS;

/// Activations and gradients of a sample's convolutions.
#[derive(Clone)]
struct Sample {
    image: [f32; IMAGE],
    first: FirstMap,
    first_marks: FirstMap,
    second_marks: [f32; FLATTENED],
    first_deltas: FirstMap,
}

/// Activations and gradients of a tile. Rows of the fully connected layers lie one after the other.
pub(super) struct Tile {
    network: Network,
    samples: Vec<Sample>,
    targets: [usize; TILE],
    /// Inputs of the fully connected layers, rectified.
    activations: [Vec<[f32; 8]>; 3],
    logits: Vec<[f32; 8]>,
    /// Gradients of each fully connected layer's inputs, and of the logits.
    deltas: [Vec<[f32; 8]>; 3],
    logit_deltas: Vec<[f32; 8]>,
}

/// The weights as a tile needs them.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    packed: &'a Packed,
    flat: &'a [f32],
    /// The fully connected layers' biases, of the last layer with one of padding for an odd number of classes.
    biases: [&'a [f32]; 3],
}

impl<'a> Weights<'a> {
    /// The weights of this network.
    pub fn new(network: Network, packed: &'a Packed, flat: &'a [f32]) -> Self {
        let [first, second, _] = biases(network);
        // The last array of all, so that what follows it is the flat array's own padding.
        let last = last_bias(network)..last_bias(network) + last_rows(network);
        Self { packed, flat, biases: [first, second, last].map(|range| &flat[range]) }
    }

    /// Rows of a fully connected layer's weights, from 0.
    fn rows(self, layer: usize) -> &'a [[f32; 8]] {
        if layer == 2 {
            return self.packed.last.as_flattened();
        }
        let length = HIDDEN[layer] * WIDTHS[layer] * 8;
        self.flat[OFFSETS[4 + 2 * layer]..][..length].as_chunks().0
    }
}

/// Where the last layer's biases begin in a flat array.
const fn last_bias(network: Network) -> usize {
    OFFSETS[8] + network.classes() * HIDDEN[1]
}

/// Where the fully connected layers' biases are in a flat array.
const fn biases(network: Network) -> [Range<usize>; 3] {
    let last = last_bias(network);
    [
        OFFSETS[5]..OFFSETS[5] + HIDDEN[0],
        OFFSETS[7]..OFFSETS[7] + HIDDEN[1],
        last..last + network.classes(),
    ]
}

/// Gradients summed so far: the packed layers' and, in the flat array, the others'.
pub(super) struct Gradients<'a> {
    pub packed: &'a mut PackedGradient,
    pub flat: &'a mut [f32],
}

impl Tile {
    pub fn new(network: Network) -> Self {
        let rows = |width: usize| vec![[0.0; 8]; TILE * width];
        let sample = Sample {
            image: [0.0; IMAGE],
            first: [[0.0; 8]; FIRST_CELLS],
            first_marks: [[0.0; 8]; FIRST_CELLS],
            second_marks: [0.0; FLATTENED],
            first_deltas: [[0.0; 8]; FIRST_CELLS],
        };
        Self {
            network,
            samples: vec![sample; TILE],
            targets: [0; TILE],
            activations: WIDTHS.map(rows),
            logits: rows(LOGITS),
            deltas: WIDTHS.map(rows),
            logit_deltas: rows(LOGITS),
        }
    }

    /// Loads images from this index (from 0) on, as many as fit, and returns how many.
    pub fn fill(&mut self, images: Images<'_>, from: usize) -> usize {
        let count = TILE.min(images.len() - from);
        for at in 0..count {
            let (pixels, label) = images.get(from + at);
            normalize_to(&mut self.samples[at].image, pixels);
            self.targets[at] = usize::from(label);
        }
        count
    }

    /// The forward pass of the first `samples` samples.
    #[inline(always)]
    pub fn forward<S: Simd, const N: usize>(
        &mut self,
        lanes: Lanes<S, N>,
        samples: usize,
        weights: Weights<'_>,
    ) {
        let Packed { first, first_bias, second, second_bias, .. } = weights.packed;
        let [flattened, ..] = &mut self.activations;
        let flattened = flattened.as_flattened_mut().as_chunks_mut::<FLATTENED>().0;
        for (sample, flattened) in self.samples[..samples].iter_mut().zip(flattened) {
            let Sample { image, first: map, first_marks, second_marks, .. } = sample;
            first_forward(lanes, image, first, first_bias, map, first_marks);
            second_forward(lanes, map, second, second_bias, flattened, second_marks);
        }
        let rows = samples.next_multiple_of(BLOCK);
        for layer in 0..3 {
            let width = WIDTHS[layer];
            let (inputs, outputs) = self.activations.split_at_mut(layer + 1);
            let (outputs, output_width) = match outputs {
                [outputs, ..] => (outputs, WIDTHS[layer + 1]),
                [] => (&mut self.logits, LOGITS),
            };
            let inputs = &inputs[layer][..rows * width];
            let (rows_of_weights, bias) = (weights.rows(layer), weights.biases[layer]);
            dots(lanes, inputs, rows_of_weights, width, bias, outputs, output_width);
            if layer < 2 {
                for output in &mut outputs[..rows * output_width] {
                    for value in output {
                        // Not `max`, which would drop NaN: a divergence must be noticed.
                        *value = if *value <= 0.0 { 0.0 } else { *value };
                    }
                }
            }
        }
    }

    /// Returns the sample's cross-entropy and whether its largest logit is the target's, and computes the
    /// logits' gradients, multiplied by `share`, the sample's share of the batch's mean.
    pub fn measure(&mut self, sample: usize, share: f32) -> (f32, bool) {
        let (classes, row) = (self.network.classes(), sample * LOGITS * 8);
        let logits = &self.logits.as_flattened()[row..][..classes];
        let target = self.targets[sample];
        let mut largest = 0;
        for class in 1..classes {
            if logits[class] > logits[largest] {
                largest = class;
            }
        }
        // They are overwritten by the gradients below.
        let exponentials = &mut self.logit_deltas.as_flattened_mut()[row..][..classes];
        for (exponential, &logit) in exponentials.iter_mut().zip(logits) {
            *exponential = (logit - logits[largest]).exp();
        }
        let sum: f32 = exponentials.iter().sum();
        let loss = sum.ln() + logits[largest] - logits[target];
        for (class, delta) in exponentials.iter_mut().enumerate() {
            let expected = if class == target { 1.0 } else { 0.0 };
            *delta = (*delta / sum - expected) * share;
        }
        // If all are NaN, the classification is wrong.
        (loss, largest == target && !loss.is_nan())
    }

    /// The backward pass: adds the gradients of the first `samples` samples.
    #[inline(always)]
    pub fn backward<S: Simd, const N: usize>(
        &mut self,
        lanes: Lanes<S, N>,
        samples: usize,
        weights: Weights<'_>,
        gradients: &mut Gradients<'_>,
    ) {
        let rows = samples.next_multiple_of(BLOCK);
        // Padding samples have no gradient.
        let biases = biases(self.network);
        self.logit_deltas[samples * LOGITS..rows * LOGITS].fill([0.0; 8]);
        for layer in (0..3).rev() {
            let width = WIDTHS[layer];
            let (deltas, output_deltas) = self.deltas.split_at_mut(layer + 1);
            let (output_deltas, stride) = match output_deltas {
                [output_deltas, ..] => (&*output_deltas, WIDTHS[layer + 1] * 8),
                [] => (&self.logit_deltas, LOGITS * 8),
            };
            let values = output_deltas.as_flattened();
            let inputs = &self.activations[layer][..rows * width];
            let by_output = Factors { values, row_stride: 1, term_stride: stride };
            if layer == 2 {
                let sums = gradients.packed.last.as_flattened_mut();
                accumulate(lanes, by_output, inputs, width, sums);
            } else {
                let length = HIDDEN[layer] * width;
                let flat = &mut gradients.flat[OFFSETS[4 + 2 * layer]..][..length * 8];
                accumulate(lanes, by_output, inputs, width, flat.as_chunks_mut().0);
            }
            let bias = &mut gradients.flat[biases[layer].clone()];
            for deltas in values.chunks_exact(stride).take(samples) {
                for (gradient, delta) in bias.iter_mut().zip(deltas) {
                    *gradient += delta;
                }
            }
            let deltas = &mut deltas[layer][..rows * width];
            deltas.fill([0.0; 8]);
            let by_sample = Factors { values, row_stride: stride, term_stride: 1 };
            accumulate(lanes, by_sample, weights.rows(layer), width, deltas);
            // The marks of pooling already rectify the first layer's inputs.
            if layer > 0 {
                for (delta, input) in deltas.iter_mut().zip(inputs) {
                    for (delta, input) in delta.iter_mut().zip(input) {
                        *delta = if *input > 0.0 { *delta } else { 0.0 };
                    }
                }
            }
        }
        let PackedGradient { first, first_bias, second, second_bias, .. } = gradients.packed;
        let [flattened, ..] = &self.deltas;
        let flattened = flattened.as_flattened().as_chunks::<FLATTENED>().0;
        for (sample, deltas) in self.samples[..samples].iter_mut().zip(flattened) {
            let Sample { image, first: map, first_marks, second_marks, first_deltas } = sample;
            let filters = &weights.packed.second_backward;
            second_backward(
                lanes,
                map,
                second_marks,
                deltas,
                filters,
                second,
                second_bias,
                first_deltas,
            );
            first_backward(lanes, image, first_marks, first_deltas, first, first_bias);
        }
    }
}

/// The sum of all squares of a flat array.
#[inline(always)]
pub(super) fn sum_of_squares<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    flat: &[[f32; 8]],
) -> f32 {
    let mut sums: [Eight<S, N>; 2] = [lanes.splat(0.0); 2];
    for (at, values) in flat.iter().enumerate() {
        let values = lanes.load(values);
        sums[at % 2] = lanes.multiply_add(values, values, sums[at % 2]);
    }
    lanes.sum(lanes.add(sums[0], sums[1]))
}
