//! Fully connected layers for a tile of samples: two small matrix products, blocked for registers.
//!
//! Rows consist of eights: a row of `width` eights has 8 × `width` numbers.

use pulp::Simd;

use super::lanes::{Eight, Lanes};

type Row = [[f32; 8]];

/// `outputs[sample][output] = bias[output] + inputs[sample] · weights[output]`.
///
/// Samples come in fours (the tile is padded), outputs in twos.
#[inline(always)]
pub(super) fn dots<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    inputs: &Row,
    weights: &Row,
    width: usize,
    bias: &[f32],
    outputs: &mut Row,
    output_width: usize,
) {
    // Enough sums to keep the multipliers busy, few enough to fit in registers.
    if N == 1 {
        dot_blocks::<S, N, 4>(lanes, inputs, weights, width, bias, outputs, output_width);
    } else {
        dot_blocks::<S, N, 2>(lanes, inputs, weights, width, bias, outputs, output_width);
    }
}

#[inline(always)]
fn dot_blocks<S: Simd, const N: usize, const SAMPLES: usize>(
    lanes: Lanes<S, N>,
    inputs: &Row,
    weights: &Row,
    width: usize,
    bias: &[f32],
    outputs: &mut Row,
    output_width: usize,
) {
    let outputs = outputs.as_flattened_mut();
    for (block, inputs) in inputs.chunks_exact(SAMPLES * width).enumerate() {
        let mut samples: [&Row; SAMPLES] = [&[]; SAMPLES];
        for (sample, row) in samples.iter_mut().zip(inputs.chunks_exact(width)) {
            *sample = row;
        }
        for (pair, (weights, bias)) in
            weights.chunks_exact(2 * width).zip(bias.chunks_exact(2)).enumerate()
        {
            let (first, second) = weights.split_at(width);
            let mut sums = [[lanes.splat(0.0); 2]; SAMPLES];
            for (at, (first, second)) in first.iter().zip(second).enumerate() {
                let weights = [lanes.load(first), lanes.load(second)];
                for (sums, sample) in sums.iter_mut().zip(samples) {
                    let input = lanes.load(&sample[at]);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = lanes.multiply_add(input, weights, *sum);
                    }
                }
            }
            for (sample, sums) in sums.into_iter().enumerate() {
                let at = (block * SAMPLES + sample) * output_width * 8 + pair * 2;
                for ((output, sum), bias) in outputs[at..at + 2].iter_mut().zip(sums).zip(bias) {
                    *output = lanes.sum(sum) + bias;
                }
            }
        }
    }
}

/// Strided access to the factor of a row and a term.
#[derive(Clone, Copy)]
pub(super) struct Factors<'a> {
    pub values: &'a [f32],
    /// The distance from one row's factor to the next row's.
    pub row_stride: usize,
    /// The distance from one term's factor to the next term's.
    pub term_stride: usize,
}

/// `sums[row] += Σ factor(row, term) * terms[term]`, over all rows (an even number) and all terms.
#[inline(always)]
pub(super) fn accumulate<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    factors: Factors<'_>,
    terms: &Row,
    width: usize,
    sums: &mut Row,
) {
    for (pair, rows) in sums.chunks_exact_mut(2 * width).enumerate() {
        let (first, second) = rows.split_at_mut(width);
        let mut column = 0;
        if N == 1 {
            while column + 4 <= width {
                let rows = [&mut first[column..], &mut second[column..]];
                accumulate_block::<S, N, 4>(lanes, factors, pair, terms, width, column, rows);
                column += 4;
            }
        }
        while column + 2 <= width {
            let rows = [&mut first[column..], &mut second[column..]];
            accumulate_block::<S, N, 2>(lanes, factors, pair, terms, width, column, rows);
            column += 2;
        }
        if column < width {
            let rows = [&mut first[column..], &mut second[column..]];
            accumulate_block::<S, N, 1>(lanes, factors, pair, terms, width, column, rows);
        }
    }
}

#[inline(always)]
fn accumulate_block<S: Simd, const N: usize, const COLUMNS: usize>(
    lanes: Lanes<S, N>,
    factors: Factors<'_>,
    pair: usize,
    terms: &Row,
    width: usize,
    column: usize,
    rows: [&mut Row; 2],
) {
    let Factors { values, row_stride, term_stride } = factors;
    let mut sums: [[Eight<S, N>; COLUMNS]; 2] = [[lanes.splat(0.0); COLUMNS]; 2];
    for (row, sums) in rows.iter().zip(&mut sums) {
        for (stored, sum) in row.iter().zip(sums) {
            *sum = lanes.load(stored);
        }
    }
    let (first, second) =
        (&values[2 * pair * row_stride..], &values[(2 * pair + 1) * row_stride..]);
    for (at, term) in terms.chunks_exact(width).enumerate() {
        let factors = [lanes.splat(first[at * term_stride]), lanes.splat(second[at * term_stride])];
        let term = &term[column..column + COLUMNS];
        for (at, term) in term.iter().enumerate() {
            let term = lanes.load(term);
            for (sums, factor) in sums.iter_mut().zip(factors) {
                sums[at] = lanes.multiply_add(factor, term, sums[at]);
            }
        }
    }
    for (row, sums) in rows.into_iter().zip(sums) {
        for (stored, sum) in row.iter_mut().zip(sums) {
            lanes.store(sum, stored);
        }
    }
}
