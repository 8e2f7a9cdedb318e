//! Units that no image activates.

use serde::{Deserialize, Serialize};

use super::InsightError;
use super::forward::{Activations, ForwardPass};
use crate::network::{CONV1, CONV2, FC1, FC2, PIXELS};
use crate::state_dict::StateDict;

/// How many units of a layer are dead: their output after ReLU is 0 for every image looked at, so no gradient
/// passes through them. A unit of a convolution is a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerDeadUnits {
    /// PyTorch's name of the layer: `conv1`, `conv2`, `fc1` or `fc2`.
    pub layer: String,
    /// Dead units, 0 to `units`.
    pub dead: u32,
    /// All units of the layer.
    pub units: u32,
}

impl LayerDeadUnits {
    /// Whether all of the layer's units are dead, so that no gradient passes through it.
    #[must_use]
    pub const fn is_dead(&self) -> bool {
        self.units > 0 && self.dead == self.units
    }

    /// Whether most of the layer's units are dead.
    #[must_use]
    pub const fn is_mostly_dead(&self) -> bool {
        self.units > 0 && 2 * self.dead >= self.units
    }
}

/// The layers with ReLU, in the order in which an image passes through them.
const LAYERS: [&str; 4] = [CONV1.name, CONV2.name, FC1.name, FC2.name];

/// Counts the dead units of each layer with ReLU, over images of 784 bytes each. A unit whose output is NaN
/// counts as alive. Takes about 0.3 million multiplications an image.
///
/// # Errors
/// [`InsightError::Model`] if a parameter is missing or has another shape, [`InsightError::Images`] if there
/// are no images or the last one is not complete.
pub fn dead_units(state: &StateDict, images: &[u8]) -> Result<Vec<LayerDeadUnits>, InsightError> {
    let (whole, rest) = images.as_chunks::<PIXELS>();
    if whole.is_empty() || !rest.is_empty() {
        return Err(InsightError::Images { bytes: images.len(), image: PIXELS });
    }
    let pass = ForwardPass::new(state)?;
    let mut activations = Box::<Activations>::default();
    let mut alive = [CONV1, CONV2, FC1, FC2].map(|layer| vec![false; layer.bias.len()]);
    for image in whole {
        pass.run(image, &mut activations);
        let Activations { conv1, conv2, fc1, fc2, .. } = &*activations;
        let outputs: [&[f32]; 4] = [conv1, conv2, fc1, fc2];
        for (alive, outputs) in alive.iter_mut().zip(outputs) {
            let of_units = outputs.chunks_exact(outputs.len() / alive.len());
            for (alive, outputs) in alive.iter_mut().zip(of_units) {
                *alive = *alive || outputs.iter().any(|output| *output != 0.0);
            }
        }
    }
    let count = |(layer, alive): (&str, Vec<bool>)| LayerDeadUnits {
        layer: layer.to_owned(),
        dead: alive.iter().filter(|alive| !**alive).count() as u32,
        units: alive.len() as u32,
    };
    Ok(LAYERS.into_iter().zip(alive).map(count).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::network::{ModelError, initial_weights};

    /// Images of noise that differ from each other.
    fn images(count: usize) -> Vec<u8> {
        let mut noise = 1_u32;
        let pixel = |_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        };
        (0..count * PIXELS).map(pixel).collect()
    }

    fn dead(state: &StateDict) -> [u32; 4] {
        let layers = dead_units(state, &images(20)).unwrap();
        [0, 1, 2, 3].map(|at: usize| layers[at].dead)
    }

    fn change(state: &mut StateDict, name: &str, change: impl FnOnce(&mut [f32])) {
        change(&mut state.get_mut(name).unwrap().values);
    }

    #[test]
    fn without_weights_every_unit_is_dead() {
        let mut state = initial_weights(0);
        state.values_mut().for_each(|array| array.values.fill(0.0));
        let layers = dead_units(&state, &images(2)).unwrap();
        let found: Vec<_> =
            layers.iter().map(|at| (at.layer.as_str(), at.dead, at.units)).collect();
        assert_eq!(found, [("conv1", 6, 6), ("conv2", 16, 16), ("fc1", 120, 120), ("fc2", 84, 84)]);
        assert!(layers.iter().all(LayerDeadUnits::is_mostly_dead));
    }

    #[test]
    fn an_initial_network_has_no_mostly_dead_layer() {
        for seed in 0..3 {
            let layers = dead_units(&initial_weights(seed), &images(20)).unwrap();
            assert!(!layers.iter().any(LayerDeadUnits::is_mostly_dead), "{layers:?}");
        }
    }

    #[test]
    fn a_unit_with_a_huge_negative_bias_is_the_one_that_dies() {
        let alive = initial_weights(0);
        let before = dead(&alive);
        for (at, name) in ["conv1.bias", "conv2.bias", "fc1.bias", "fc2.bias"].iter().enumerate() {
            // A unit that was alive before: found by trying, since some die at random in deep layers.
            let units = alive[*name].values.len();
            let killed = |unit: usize| {
                let mut state = alive.clone();
                change(&mut state, name, |biases| biases[unit] = -1e9);
                dead(&state)[at]
            };
            assert!((0..units.min(6)).any(|unit| killed(unit) == before[at] + 1), "{name}");
            assert!((0..units.min(6)).all(|unit| killed(unit) <= before[at] + 1), "{name}");
        }
    }

    #[test]
    fn weights_that_are_not_finite_are_counted_without_a_panic() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
            let mut state = initial_weights(0);
            state.values_mut().for_each(|array| array.values.fill(value));
            dead_units(&state, &images(1)).unwrap();
        }
        let mut state = initial_weights(0);
        change(&mut state, "conv1.bias", |biases| biases.fill(f32::NAN));
        assert_eq!(dead(&state), [0; 4], "NaN is not zero");
    }

    #[test]
    fn what_is_not_this_network_or_not_whole_images_is_an_error() {
        let mut state = initial_weights(0);
        let cut = InsightError::Images { bytes: 100, image: PIXELS };
        assert_eq!(dead_units(&state, &[0; 100]), Err(cut));
        assert!(matches!(dead_units(&state, &[]), Err(InsightError::Images { bytes: 0, .. })));
        state.remove("fc2.bias");
        let missing = InsightError::Model(ModelError::Missing("fc2.bias".to_owned()));
        assert_eq!(dead_units(&state, &images(1)), Err(missing));
    }
}
