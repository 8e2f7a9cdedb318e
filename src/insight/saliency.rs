//! Which pixels of an image an answer rests on, by three methods.

use super::InsightError;
use super::backward::{BackwardPass, FEATURE_SIDE, Target};
use super::evaluation::LogSoftmax;
use super::forward::{Activations, ForwardPass, normalize};
use crate::network::{PIXELS, SIDE};

/// More steps than this would only take time.
const MOST_STEPS: usize = 1_000;

/// The integrated gradients of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegratedGradients {
    /// `[28, 28]`: what each pixel adds to the class's logit; below 0 if it speaks against the class. 0 where the image is
    /// black.
    pub pixels: [f32; PIXELS],
    /// The logit of the image minus that of the black image.
    pub difference: f32,
    /// The sum of `pixels` minus `difference`, which more steps bring to 0: the error of the integral.
    pub gap: f32,
}

/// Integrated gradients of a class's logit, from the black image to this one: Sundararajan, Taly and Yan, "Axiomatic
/// Attribution for Deep Networks" (2017), <https://arxiv.org/abs/1703.01365>, equation 1. The integral is a sum of this
/// many steps (1 to 1,000), with the gradient in the middle of each.
///
/// # Errors
/// [`InsightError::Label`] if the class is none of the network's.
pub fn integrated_gradients(
    pass: &BackwardPass,
    pixels: &[u8; PIXELS],
    class: u8,
    steps: usize,
) -> Result<IntegratedGradients, InsightError> {
    let steps = steps.clamp(1, MOST_STEPS);
    let (mut image, mut black) = ([0.0; PIXELS], [0.0; PIXELS]);
    normalize(pixels, &mut image);
    normalize(&[0; PIXELS], &mut black);
    let mut sums = [0.0_f64; PIXELS];
    for step in 0..steps {
        let share = (step as f32 + 0.5) / steps as f32;
        let between = std::array::from_fn(|at| black[at] + share * (image[at] - black[at]));
        let gradients = pass.image(&between, Target::Logit(class))?;
        for (sum, by) in sums.iter_mut().zip(gradients.pixels) {
            *sum += f64::from(by);
        }
    }
    let attribution = |at: usize| f64::from(image[at] - black[at]) * sums[at] / steps as f64;
    let attributions: [f64; PIXELS] = std::array::from_fn(attribution);
    let logits = |image| Ok::<_, InsightError>(pass.image(image, Target::Logit(class))?.logits);
    let (of_image, of_black) = (logits(&image)?, logits(&black)?);
    let at = usize::from(class);
    let difference = f64::from(of_image[at]) - f64::from(of_black[at]);
    Ok(IntegratedGradients {
        pixels: attributions.map(|attribution| attribution as f32),
        difference: difference as f32,
        gap: (attributions.iter().sum::<f64>() - difference) as f32,
    })
}

/// Occlusion: `[28, 28]`, by how much the class's probability falls, −1 to 1, if a black square of this side (1 to 28
/// pixels) covers the pixel, as the mean over all places of the square inside the image that cover it. Below 0 where the
/// class becomes likelier. After Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2013),
/// <https://arxiv.org/abs/1311.2901>, section 4.2.
///
/// # Errors
/// [`InsightError::Label`] if the class is none of the network's.
pub fn occlusion(
    forward: &ForwardPass,
    pixels: &[u8; PIXELS],
    class: u8,
    side: usize,
) -> Result<[f32; PIXELS], InsightError> {
    if usize::from(class) >= forward.classes() {
        return Err(InsightError::Label { label: class });
    }
    let side = side.clamp(1, SIDE);
    let mut activations = Box::<Activations>::default();
    let mut probability = |pixels: &[u8; PIXELS]| {
        forward.run(pixels, &mut activations);
        let logits = &activations.fc3;
        LogSoftmax::new(logits).of(logits[usize::from(class)]).exp()
    };
    let whole = probability(pixels);
    let (mut falls, mut squares) = ([0.0_f64; PIXELS], [0_u32; PIXELS]);
    for top in 0..=SIDE - side {
        for left in 0..=SIDE - side {
            let covered = || {
                (top..top + side).flat_map(|row| (left..left + side).map(move |x| row * SIDE + x))
            };
            // What is black already changes nothing, and needs no forward pass.
            let fall = if covered().all(|at| pixels[at] == 0) {
                0.0
            } else {
                let mut occluded = *pixels;
                covered().for_each(|at| occluded[at] = 0);
                whole - probability(&occluded)
            };
            for at in covered() {
                falls[at] += fall;
                squares[at] += 1;
            }
        }
    }
    Ok(std::array::from_fn(|at| (falls[at] / f64::from(squares[at])) as f32))
}

/// Grad-CAM: `[28, 28]`, 0 and above, in no unit (compare pixels of one image only). Selvaraju et al., "Grad-CAM: Visual
/// Explanations from Deep Networks via Gradient-based Localization" (2016), <https://arxiv.org/abs/1610.02391>, equations 1
/// and 2, for a class's logit and the 16 feature maps of `conv2` after ReLU and before max pooling, 8×8 each.
///
/// The map of 8×8 is enlarged to 28×28 as PyTorch's `interpolate(mode="bilinear", align_corners=False)` does. Like every
/// Grad-CAM, it is coarse: each of its 64 numbers sees 14×14 pixels, since convolutions without padding have cut the edges.
///
/// # Errors
/// [`InsightError::Label`] if the class is none of the network's.
pub fn grad_cam(
    pass: &BackwardPass,
    pixels: &[u8; PIXELS],
    class: u8,
) -> Result<[f32; PIXELS], InsightError> {
    const MAP: usize = FEATURE_SIDE * FEATURE_SIDE;
    let mut image = [0.0; PIXELS];
    normalize(pixels, &mut image);
    let gradients = pass.image(&image, Target::Logit(class))?;
    let mut sum = [0.0; MAP];
    let maps = gradients.features.chunks_exact(MAP);
    for (map, by_map) in maps.zip(gradients.by_features.chunks_exact(MAP)) {
        let weight = by_map.iter().sum::<f32>() / MAP as f32;
        for (sum, feature) in sum.iter_mut().zip(map) {
            *sum += weight * feature;
        }
    }
    Ok(enlarged(&sum.map(|sum| if sum < 0.0 { 0.0 } else { sum })))
}

/// A feature map, enlarged to the image's size by bilinear interpolation between the centres of its cells.
fn enlarged(map: &[f32; FEATURE_SIDE * FEATURE_SIDE]) -> [f32; PIXELS] {
    // The two cells nearest to a pixel's centre on one axis, and the share of the second.
    let cells = |pixel: usize| {
        let place = (pixel as f32 + 0.5) * FEATURE_SIDE as f32 / SIDE as f32 - 0.5;
        let place = place.max(0.0);
        let first = place as usize;
        (first, (first + 1).min(FEATURE_SIDE - 1), place - first as f32)
    };
    std::array::from_fn(|at| {
        let (upper, lower, down) = cells(at / SIDE);
        let (left, right, along) = cells(at % SIDE);
        let row = |row: usize| {
            let (left, right) = (map[row * FEATURE_SIDE + left], map[row * FEATURE_SIDE + right]);
            (1.0 - along) * left + along * right
        };
        (1.0 - down) * row(upper) + down * row(lower)
    })
}

#[cfg(test)]
#[path = "saliency_tests.rs"]
mod tests;
