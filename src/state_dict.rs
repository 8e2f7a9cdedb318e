//! A state dict: named `f32` arrays, as PyTorch's `state_dict()` has them.
//!
//! This is what crosses every line: between backends, into checkpoints, out to PyTorch.

use std::collections::BTreeMap;

/// One named array.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Sizes of its dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Its elements in row-major order: as many as the shape's product.
    pub values: Vec<f32>,
}

/// Arrays by name, in the names' order.
pub type StateDict = BTreeMap<String, Array>;

/// The largest absolute difference between two state dicts; infinite where names, shapes or the
/// places of NaN differ.
///
/// ```
/// use atelier::state_dict::{Array, StateDict, largest_difference};
///
/// let weights = |values: [f32; 2]| {
///     let array = Array { shape: vec![2], values: values.to_vec() };
///     StateDict::from([("fc3.bias".to_owned(), array)])
/// };
/// assert_eq!(largest_difference(&weights([1.0, 2.0]), &weights([1.0, 2.5])), 0.5);
/// assert_eq!(largest_difference(&weights([1.0, 2.0]), &StateDict::new()), f64::INFINITY);
/// ```
#[must_use]
pub fn largest_difference(one: &StateDict, other: &StateDict) -> f64 {
    if one.len() != other.len() {
        return f64::INFINITY;
    }
    one.iter()
        .map(|(name, array)| match other.get(name) {
            Some(twin) if twin.shape == array.shape => array
                .values
                .iter()
                .zip(&twin.values)
                .map(|(&a, &b)| if a.to_bits() == b.to_bits() { 0.0 } else { distance(a, b) })
                .fold(0.0, f64::max),
            _ => f64::INFINITY,
        })
        .fold(0.0, f64::max)
}

fn distance(a: f32, b: f32) -> f64 {
    let distance = (f64::from(a) - f64::from(b)).abs();
    if distance.is_nan() { f64::INFINITY } else { distance }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dict(values: &[f32]) -> StateDict {
        let array = Array { shape: vec![values.len()], values: values.to_vec() };
        StateDict::from([("fc1.bias".to_owned(), array)])
    }

    #[test]
    fn the_largest_difference_is_over_all_values() {
        assert_eq!(largest_difference(&dict(&[1.0, 2.0]), &dict(&[1.5, 1.0])), 1.0);
        assert_eq!(largest_difference(&dict(&[f32::NAN]), &dict(&[f32::NAN])), 0.0);
    }

    #[test]
    fn what_cannot_be_compared_is_infinitely_far() {
        let one = dict(&[1.0]);
        assert_eq!(largest_difference(&one, &dict(&[1.0, 2.0])), f64::INFINITY);
        assert_eq!(largest_difference(&one, &StateDict::new()), f64::INFINITY);
        assert_eq!(largest_difference(&one, &dict(&[f32::NAN])), f64::INFINITY);
    }
}
