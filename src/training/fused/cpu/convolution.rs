//! Both convolutions with their pooling, forward and backward, one sample at a time.
//!
//! Channels are innermost, padded to eight: one load fetches a position's channels, and five adjacent
//! positions are forty adjacent numbers. A mark records where a pooled number came from: the winner's
//! distance from the window's corner, or [`DEAD`]. The backward pass visits winners only.

use pulp::Simd;

use super::lanes::{Eight, Lanes};
use crate::network::SIDE;

/// Numbers in an image, with room to load eight from its last position.
pub(super) const IMAGE: usize = SIDE * SIDE + 8;
/// Pooled positions after the first and the second convolution: 12×12 and 4×4.
pub(super) const FIRST_SIDE: usize = 12;
pub(super) const FIRST_CELLS: usize = FIRST_SIDE * FIRST_SIDE;
pub(super) const SECOND_SIDE: usize = 4;
pub(super) const SECOND_CELLS: usize = SECOND_SIDE * SECOND_SIDE;
/// Channels after the first and the second convolution.
pub(super) const FIRST_CHANNELS: usize = 6;
pub(super) const SECOND_CHANNELS: usize = 16;
/// A filter's side.
pub(super) const FILTER: usize = 5;
/// The mark of a window with nothing above zero.
const DEAD: f32 = -1.0;

/// A pooled map with eight channels at each position.
pub(super) type FirstMap = [[f32; 8]; FIRST_CELLS];

/// The eight numbers from this index on.
#[inline(always)]
fn eight(from: &[f32], at: usize) -> &[f32; 8] {
    &from[at..at + 8].as_chunks().0[0]
}

/// The largest of a window's four values, at least zero, with its mark.
#[inline(always)]
fn pooled<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    window: [Eight<S, N>; 4],
    row: usize,
) -> (Eight<S, N>, Eight<S, N>) {
    let mark = |distance: usize| lanes.splat(distance as f32);
    let [a, b, c, d] = window;
    let mut best = lanes.larger((a, mark(0)), (b, mark(1)));
    best = lanes.larger(best, (c, mark(row)));
    best = lanes.larger(best, (d, mark(row + 1)));
    lanes.rectified(best, DEAD)
}

/// The first convolution, with `weights[tap][channel]`.
#[inline(always)]
pub(super) fn first_forward<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    image: &[f32; IMAGE],
    weights: &[[f32; 8]; FILTER * FILTER],
    bias: &[f32; 8],
    map: &mut FirstMap,
    marks: &mut FirstMap,
) {
    let bias = lanes.load(bias);
    for y in 0..FIRST_SIDE {
        for x in 0..FIRST_SIDE {
            let corner = (2 * y * SIDE) + 2 * x;
            let mut window = [bias; 4];
            for (row, weights) in weights.as_chunks::<FILTER>().0.iter().enumerate() {
                let top = eight(image, corner + row * SIDE);
                let bottom = eight(image, corner + (row + 1) * SIDE);
                for (column, weights) in weights.iter().enumerate() {
                    let weights = lanes.load(weights);
                    let inputs = [top[column], top[column + 1], bottom[column], bottom[column + 1]];
                    for (value, input) in window.iter_mut().zip(inputs) {
                        *value = lanes.multiply_add(lanes.splat(input), weights, *value);
                    }
                }
            }
            let (value, mark) = pooled(lanes, window, SIDE);
            lanes.store(value, &mut map[y * FIRST_SIDE + x]);
            lanes.store(mark, &mut marks[y * FIRST_SIDE + x]);
        }
    }
}

/// The second convolution, with `weights[half][tap * 6 + channel][output channel of the half]`. The map and
/// its marks come out as PyTorch flattens them, `[output channel][position]`.
#[inline(always)]
pub(super) fn second_forward<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    inputs: &FirstMap,
    weights: &[[[f32; 8]; FILTER * FILTER * FIRST_CHANNELS]; 2],
    bias: &[[f32; 8]; 2],
    map: &mut [f32; SECOND_CHANNELS * SECOND_CELLS],
    marks: &mut [f32; SECOND_CHANNELS * SECOND_CELLS],
) {
    const ROW: usize = FILTER * FIRST_CHANNELS;
    for (half, (weights, bias)) in weights.iter().zip(bias).enumerate() {
        let bias = lanes.load(bias);
        for cell in 0..SECOND_CELLS {
            let corner = cell / SECOND_SIDE * 2 * FIRST_SIDE + cell % SECOND_SIDE * 2;
            let mut window = [bias; 4];
            for (row, weights) in weights.as_chunks::<ROW>().0.iter().enumerate() {
                let top = &inputs[corner + row * FIRST_SIDE..][..FILTER + 1];
                let bottom = &inputs[corner + (row + 1) * FIRST_SIDE..][..FILTER + 1];
                for column in 0..FILTER {
                    for channel in 0..FIRST_CHANNELS {
                        let weights = lanes.load(&weights[column * FIRST_CHANNELS + channel]);
                        let inputs = [
                            top[column][channel],
                            top[column + 1][channel],
                            bottom[column][channel],
                            bottom[column + 1][channel],
                        ];
                        for (value, input) in window.iter_mut().zip(inputs) {
                            *value = lanes.multiply_add(lanes.splat(input), weights, *value);
                        }
                    }
                }
            }
            let (value, mark) = pooled(lanes, window, FIRST_SIDE);
            let (mut values, mut distances) = ([0.0; 8], [0.0; 8]);
            lanes.store(value, &mut values);
            lanes.store(mark, &mut distances);
            for channel in 0..8 {
                let at = (half * 8 + channel) * SECOND_CELLS + cell;
                map[at] = values[channel];
                marks[at] = distances[channel];
            }
        }
    }
}

/// Winners that carry a gradient: their positions and their gradients.
struct Active<const MOST: usize> {
    positions: [usize; MOST],
    deltas: [f32; MOST],
    count: usize,
}

impl<const MOST: usize> Active<MOST> {
    #[inline(always)]
    fn new() -> Self {
        Self { positions: [0; MOST], deltas: [0.0; MOST], count: 0 }
    }

    /// Branch-free, because whether a winner is alive is as good as random.
    #[inline(always)]
    fn offer(&mut self, corner: usize, mark: f32, delta: f32) {
        let alive = mark >= 0.0 && delta != 0.0;
        let at = self.count.min(MOST - 1);
        self.positions[at] = corner + mark.max(0.0) as usize;
        self.deltas[at] = delta;
        self.count += usize::from(alive);
    }

    #[inline(always)]
    fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        let count = self.count.min(MOST);
        self.positions[..count].iter().copied().zip(self.deltas[..count].iter().copied())
    }

    #[inline(always)]
    fn sum(&self) -> f32 {
        self.iter().map(|(_, delta)| delta).sum()
    }
}

/// The backward pass of the second convolution: adds to the gradients of weights and bias and writes the
/// gradient of its inputs. `weights` and their gradient: `[output channel][tap][channel]`.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what a layer's backward pass takes and gives")]
pub(super) fn second_backward<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    inputs: &FirstMap,
    marks: &[f32; SECOND_CHANNELS * SECOND_CELLS],
    deltas: &[f32; SECOND_CHANNELS * SECOND_CELLS],
    weights: &[[[f32; 8]; FILTER * FILTER]; SECOND_CHANNELS],
    weights_gradient: &mut [[[f32; 8]; FILTER * FILTER]; SECOND_CHANNELS],
    bias_gradient: &mut [f32; SECOND_CHANNELS],
    input_deltas: &mut FirstMap,
) {
    input_deltas.fill([0.0; 8]);
    for channel in 0..SECOND_CHANNELS {
        let mut active = Active::<SECOND_CELLS>::new();
        for cell in 0..SECOND_CELLS {
            let corner = cell / SECOND_SIDE * 2 * FIRST_SIDE + cell % SECOND_SIDE * 2;
            let at = channel * SECOND_CELLS + cell;
            active.offer(corner, marks[at], deltas[at]);
        }
        bias_gradient[channel] += active.sum();
        let weights = weights[channel].as_chunks::<FILTER>().0;
        let gradients = weights_gradient[channel].as_chunks_mut::<FILTER>().0;
        for (row, (weights, gradients)) in weights.iter().zip(gradients).enumerate() {
            let mut sums = lanes.load_all(gradients);
            for (position, delta) in active.iter() {
                let delta = lanes.splat(delta);
                let inputs = &inputs[position + row * FIRST_SIDE..][..FILTER];
                for (sum, input) in sums.iter_mut().zip(inputs) {
                    *sum = lanes.multiply_add(delta, lanes.load(input), *sum);
                }
            }
            for (gradient, sum) in gradients.iter_mut().zip(sums) {
                lanes.store(sum, gradient);
            }
            let weights = lanes.load_all(weights);
            for (position, delta) in active.iter() {
                let delta = lanes.splat(delta);
                let deltas = &mut input_deltas[position + row * FIRST_SIDE..][..FILTER];
                for (input_delta, weights) in deltas.iter_mut().zip(weights) {
                    let sum = lanes.multiply_add(delta, weights, lanes.load(input_delta));
                    lanes.store(sum, input_delta);
                }
            }
        }
    }
}

/// The backward pass of the first convolution: adds to the gradients of the bias and of the weights, which
/// is `[channel][row]` with five valid numbers and three of padding.
#[inline(always)]
pub(super) fn first_backward<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    image: &[f32; IMAGE],
    marks: &FirstMap,
    deltas: &FirstMap,
    weights_gradient: &mut [[[f32; 8]; FILTER]; FIRST_CHANNELS],
    bias_gradient: &mut [f32; FIRST_CHANNELS],
) {
    for channel in 0..FIRST_CHANNELS {
        let mut active = Active::<FIRST_CELLS>::new();
        for y in 0..FIRST_SIDE {
            for x in 0..FIRST_SIDE {
                let cell = y * FIRST_SIDE + x;
                active.offer(2 * y * SIDE + 2 * x, marks[cell][channel], deltas[cell][channel]);
            }
        }
        bias_gradient[channel] += active.sum();
        let mut sums = lanes.load_all(&weights_gradient[channel]);
        for (position, delta) in active.iter() {
            let delta = lanes.splat(delta);
            for (row, sum) in sums.iter_mut().enumerate() {
                let input = lanes.load(eight(image, position + row * SIDE));
                *sum = lanes.multiply_add(delta, input, *sum);
            }
        }
        for (row, sum) in weights_gradient[channel].iter_mut().zip(sums) {
            lanes.store(sum, row);
        }
    }
}
