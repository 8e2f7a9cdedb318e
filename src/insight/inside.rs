//! What is inside a network: its filters, the distributions of each layer's numbers, and what an image makes of them.

use serde::{Deserialize, Serialize};

use super::{
    Activations, BackwardPass, ForwardPass, HISTOGRAM_BINS, Histogram, InsightError, LayerUpdate,
    norm, softmax, updates,
};
use crate::network::{CONV1, CONV2, FC3, Network, PIXELS, Weighted};
use crate::state_dict::StateDict;

/// Activations are counted over this many images of a batch at most, which is enough for a distribution.
pub const MOST_IMAGES: usize = 256;

/// A network's filters and the distributions of its numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The weights of `conv1`, `[6, 1, 5, 5]`, and of `conv2`, `[16, 6, 5, 5]`.
    pub filters: [Vec<f32>; 2],
    /// In the order of [`Network::weighted_layers`].
    pub layers: Vec<LayerInside>,
    /// The norm of the gradient with respect to all parameters, as PyTorch's `clip_grad_norm_` returns it.
    pub gradient_norm: Option<f64>,
    /// What the chosen image makes of the network.
    pub image: Option<ImageInside>,
}

/// The distributions of a layer's numbers. Biases are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerInside {
    /// Of its weights.
    pub weights: Histogram,
    /// Of the loss's gradient with respect to these.
    pub gradients: Option<Histogram>,
    /// Of its outputs for a batch's images: after ReLU and, for convolutions, max pooling; `fc3`'s are the logits.
    pub activations: Option<Histogram>,
    /// The share of those that are above 0; `None` for `fc3`, which has no ReLU.
    pub active: Option<f64>,
    /// The Euclidean norm of the gradient with respect to its weights.
    pub gradient_norm: Option<f64>,
    /// How far the step moved its weights.
    pub update: Option<LayerUpdate>,
}

/// The outputs of the layers for one image, after ReLU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageInside {
    /// `[6, 24, 24]`: the feature maps of `conv1`, before max pooling.
    pub conv1: Vec<f32>,
    /// `[16, 8, 8]`: the feature maps of `conv2`, before max pooling.
    pub conv2: Vec<f32>,
    /// `[120]`.
    pub fc1: Vec<f32>,
    /// `[84]`.
    pub fc2: Vec<f32>,
    /// The probabilities of the classes.
    pub probabilities: Vec<f32>,
}

/// A step: the gradients at the weights before it, those after it, and the images that it saw.
#[derive(Clone, Copy)]
pub struct StepInside<'a> {
    /// The weights before.
    pub before: &'a StateDict,
    /// The gradient of the loss at those.
    pub gradients: &'a StateDict,
    /// The weights after.
    pub after: &'a StateDict,
    /// The batch's images, 784 bytes each.
    pub pixels: &'a [u8],
}

impl Inside {
    /// Looks into a network with these weights.
    ///
    /// # Errors
    /// [`InsightError::Model`] if a parameter is missing or has another shape.
    pub fn of(weights: &StateDict) -> Result<Self, InsightError> {
        let values = |layer: &Weighted| -> Result<_, InsightError> {
            Ok(&layer.weight.find(weights, layer.weight.name)?.values)
        };
        let layers = Network::of(weights)?.weighted_layers();
        let layer = |layer: &Weighted| {
            let weights = Histogram::new(values(layer)?, HISTOGRAM_BINS);
            Ok(LayerInside { weights, ..LayerInside::default() })
        };
        Ok(Self {
            filters: [values(&CONV1)?.clone(), values(&CONV2)?.clone()],
            layers: layers.iter().map(layer).collect::<Result<_, InsightError>>()?,
            ..Self::default()
        })
    }

    /// Looks into a step: at the weights after it, at the gradients and the activations that it began with.
    ///
    /// # Errors
    /// [`InsightError::Model`] if a parameter or its gradient is missing or has another shape, [`InsightError::Images`] if
    /// the pixels are not whole images.
    pub fn of_step(step: StepInside<'_>) -> Result<Self, InsightError> {
        let mut inside = Self::of(step.after)?;
        let moved = updates(step.before, step.after)?;
        let forward = ForwardPass::new(step.before)?;
        let outputs = outputs(&forward, step.pixels)?;
        let layers = forward.network().weighted_layers();
        let parts = layers.iter().zip(moved).zip(outputs);
        let mut squares = 0.0;
        for (inside, ((layer, update), outputs)) in inside.layers.iter_mut().zip(parts) {
            let weight = &layer.weight.find(step.gradients, layer.weight.name)?.values;
            let bias = &layer.bias.find(step.gradients, layer.bias.name)?.values;
            let size = norm(weight);
            squares += size * size + norm(bias) * norm(bias);
            inside.gradients = Some(Histogram::new(weight, HISTOGRAM_BINS));
            inside.gradient_norm = Some(size);
            let active = outputs.iter().filter(|output| **output > 0.0).count();
            let share = active as f64 / outputs.len() as f64;
            inside.active = (layer.name != FC3.name).then_some(share);
            inside.activations = Some(Histogram::new(&outputs, HISTOGRAM_BINS));
            inside.update = Some(update);
        }
        inside.gradient_norm = Some(squares.sqrt());
        Ok(inside)
    }
}

impl ImageInside {
    /// What this image makes of a network with these weights.
    ///
    /// # Errors
    /// [`InsightError::Model`] if a parameter is missing or has another shape.
    pub fn of(weights: &StateDict, image: &[u8; PIXELS]) -> Result<Self, InsightError> {
        let trace = BackwardPass::new(weights)?.trace(image);
        Ok(Self {
            conv1: trace.map1.to_vec(),
            conv2: trace.map2.to_vec(),
            fc1: trace.fc1.to_vec(),
            fc2: trace.fc2.to_vec(),
            probabilities: softmax(&trace.fc3),
        })
    }
}

/// The outputs of each layer, those of all images together.
fn outputs(forward: &ForwardPass, pixels: &[u8]) -> Result<[Vec<f32>; 5], InsightError> {
    let (images, rest) = pixels.as_chunks::<PIXELS>();
    if images.is_empty() || !rest.is_empty() {
        return Err(InsightError::Images { bytes: pixels.len(), image: PIXELS });
    }
    let mut outputs = <[Vec<f32>; 5]>::default();
    let mut activations = Box::<Activations>::default();
    for image in images.iter().take(MOST_IMAGES) {
        forward.run(image, &mut activations);
        let Activations { conv1, conv2, fc1, fc2, fc3, .. } = &*activations;
        let layers: [&[f32]; 5] = [conv1, conv2, fc1, fc2, fc3];
        for (all, these) in outputs.iter_mut().zip(layers) {
            all.extend_from_slice(these);
        }
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::insight::example::{image, weights};
    use crate::network::WEIGHTED_LAYERS;

    fn pixels(images: usize) -> Vec<u8> {
        (0..images).flat_map(image).collect()
    }

    #[test]
    fn a_network_shows_its_filters_and_a_histogram_of_each_layers_weights() {
        let weights = weights();
        let inside = Inside::of(&weights).unwrap();
        assert_eq!(inside.filters[0], weights["conv1.weight"].values);
        assert_eq!(inside.filters[1].len(), 16 * 6 * 25);
        let counted = inside.layers.iter().map(|layer| layer.weights.counts.iter().sum::<u32>());
        let sizes = [6 * 25, 16 * 6 * 25, 256 * 120, 120 * 84, 84 * 10];
        assert!(counted.eq(sizes), "weights without biases");
        assert_eq!((inside.gradient_norm, inside.image), (None, None));
    }

    #[test]
    fn a_step_shows_gradients_activations_and_how_far_it_moved_each_layer() {
        let before = weights();
        let pixels = pixels(3);
        let backward = BackwardPass::new(&before).unwrap();
        let gradients = backward.batch(&pixels, &[1, 2, 3]).unwrap().gradients;
        let mut after = before.clone();
        for (name, array) in &mut after {
            let moves = array.values.iter_mut().zip(&gradients[name].values);
            moves.for_each(|(value, gradient)| *value -= 0.5 * gradient);
        }
        let step =
            StepInside { before: &before, gradients: &gradients, after: &after, pixels: &pixels };
        let inside = Inside::of_step(step).unwrap();
        assert_eq!(inside.filters[0], after["conv1.weight"].values);
        let outputs = [6 * 144, 16 * 16, 120, 84, 10].map(|each| 3 * each);
        for ((layer, inside), outputs) in WEIGHTED_LAYERS.iter().zip(&inside.layers).zip(outputs) {
            let size = norm(&gradients[layer.weight.name].values);
            assert_eq!(inside.gradient_norm, Some(size));
            let moved = inside.update.as_ref().unwrap();
            assert!((moved.update - 0.5 * size).abs() < 1e-6 * moved.weights, "{}", layer.name);
            let activations = inside.activations.as_ref().unwrap();
            assert_eq!(activations.counts.iter().sum::<u32>(), outputs);
            assert!(layer.name == "fc3" || activations.from == 0.0, "after ReLU");
            assert_eq!(inside.active.is_some(), layer.name != "fc3");
        }
        let all: Vec<f32> = gradients.values().flat_map(|it| it.values.clone()).collect();
        assert!((inside.gradient_norm.unwrap() / norm(&all) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_layer_whose_units_are_dead_has_no_active_outputs_and_one_with_large_biases_only_those() {
        let mut before = weights();
        before.get_mut("fc1.bias").unwrap().values.fill(-1e6);
        before.get_mut("fc2.bias").unwrap().values.fill(1e6);
        let pixels = pixels(2);
        let step =
            StepInside { before: &before, gradients: &before, after: &before, pixels: &pixels };
        let active = Inside::of_step(step).unwrap().layers.into_iter();
        let active: Vec<_> = active.map(|layer| layer.active).collect();
        assert_eq!(active[2..], [Some(0.0), Some(1.0), None]);
        assert!(active[0] > Some(0.0) && active[0] < Some(1.0));
    }

    #[test]
    fn of_a_large_batch_the_first_images_count() {
        let before = weights();
        let pixels = pixels(MOST_IMAGES + 5);
        let step =
            StepInside { before: &before, gradients: &before, after: &before, pixels: &pixels };
        let inside = Inside::of_step(step).unwrap();
        let logits = inside.layers[4].activations.as_ref().unwrap();
        assert_eq!(logits.counts.iter().sum::<u32>() as usize, 10 * MOST_IMAGES);
        let cut = StepInside { pixels: &pixels[..700], ..step };
        assert!(matches!(Inside::of_step(cut), Err(InsightError::Images { bytes: 700, .. })));
    }

    #[test]
    fn an_images_feature_maps_are_those_that_are_pooled() {
        let weights = weights();
        let seen = ImageInside::of(&weights, &image(1)).unwrap();
        let mut activations = Box::<Activations>::default();
        ForwardPass::new(&weights).unwrap().run(&image(1), &mut activations);
        let pooled: Vec<f32> = seen
            .conv2
            .chunks_exact(64)
            .flat_map(|map| {
                (0..16).map(move |window| {
                    let first = window / 4 * 16 + window % 4 * 2;
                    [0, 1, 8, 9].map(|at| map[first + at]).into_iter().fold(0.0, f32::max)
                })
            })
            .collect();
        assert_eq!(pooled, activations.conv2);
        assert_eq!((seen.conv1.len(), seen.fc1.len()), (6 * 24 * 24, 120));
        assert_eq!(seen.fc2, activations.fc2);
        assert_eq!(seen.probabilities, softmax(&activations.fc3));
    }
}
