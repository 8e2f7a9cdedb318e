//! A network and images by formulas that PyTorch can follow, and two sums that tell arrays apart.

use crate::network::{PARAMETERS, PIXELS, Parameter, SIDE};
use crate::state_dict::{Array, StateDict};

/// Weights by a linear congruential generator, in the order of [`PARAMETERS`]: multiples of 1/1000 in ±2/sqrt(fan_in).
pub fn weights() -> StateDict {
    let mut noise = 1_u32;
    let of = |parameter: &Parameter| {
        let scale = 2.0 / (parameter.fan_in as f64).sqrt() as f32;
        let draw = |_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let thousandths = i64::from((noise >> 16) % 2_001) - 1_000;
            (thousandths as f64 / 1_000.0) as f32 * scale
        };
        let values = (0..parameter.len()).map(draw).collect();
        (parameter.name.to_owned(), Array { shape: parameter.shape.to_vec(), values })
    };
    PARAMETERS.iter().map(of).collect()
}

/// A striped block of 20×16 pixels on black, another one for each `which`.
pub fn image(which: usize) -> [u8; PIXELS] {
    std::array::from_fn(|at| {
        let (y, x) = (at / SIDE, at % SIDE);
        let is_block = (4..24).contains(&y) && (6..22).contains(&x);
        if is_block { ((y * y * 3 + x * (17 + which * 5) + which * 40) % 256) as u8 } else { 0 }
    })
}

/// The sum of each number times a small one that depends on its place, and the sum of the absolute numbers.
pub fn digest(values: &[f32]) -> [f64; 2] {
    let weighted = |(at, value): (usize, &f32)| f64::from(*value) * ((at % 13) as f64 - 6.0);
    let absolute = |value: &f32| f64::from(value.abs());
    [values.iter().enumerate().map(weighted).sum(), values.iter().map(absolute).sum()]
}

/// Whether [`digest`] is this one, within a hundred thousandth of the sum of absolute numbers.
pub fn is_like(values: &[f32], expected: [f64; 2]) -> bool {
    let found = digest(values);
    (0..2).all(|at| (found[at] - expected[at]).abs() < 1e-5 * expected[1])
}
