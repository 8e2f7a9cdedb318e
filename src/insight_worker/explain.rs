//! Why a network answers as it does for one image.

use crate::insight::{
    Activations, BackwardPass, ForwardPass, grad_cam, integrated_gradients, occlusion, softmax,
};
use crate::library::epoch_weights;
use crate::network::PIXELS;
use crate::protocol::Failure;
use crate::protocol::insight::{Explanation, SaliencyMethod};

/// With as many steps, the pixels add up to the difference of the logits within a twentieth (`tests/insight.rs`).
const STEPS: usize = 64;
/// The side of the square that covers a part of the image, in pixels: enough to hide a strap, a heel or a collar.
const SQUARE: usize = 5;

/// Explains one answer.
pub fn explain(
    weights: &[u8],
    image: &[u8],
    class: Option<u8>,
    method: SaliencyMethod,
) -> Result<Explanation, Failure> {
    let weights = epoch_weights::decode(weights).ok_or(Failure::NoWeights)?;
    let wrong_size = || Failure::PictureSize { found: image.len(), expected: PIXELS };
    let image: &[u8; PIXELS] = image.try_into().map_err(|_| wrong_size())?;
    let forward = ForwardPass::new(&weights)?;
    let mut activations = Box::<Activations>::default();
    forward.run(image, &mut activations);
    let probabilities = softmax(&activations.fc3);
    let largest =
        |best: usize, at: usize| if probabilities[at] > probabilities[best] { at } else { best };
    let predicted = (1..probabilities.len()).fold(0, largest) as u8;
    let class = class.unwrap_or(predicted);
    let backward = || BackwardPass::new(&weights);
    let pixels = match method {
        SaliencyMethod::IntegratedGradients => {
            integrated_gradients(&backward()?, image, class, STEPS)?.pixels
        }
        SaliencyMethod::Occlusion => occlusion(&forward, image, class, SQUARE)?,
        SaliencyMethod::GradCam => grad_cam(&backward()?, image, class)?,
    };
    Ok(Explanation { probabilities, class, pixels: pixels.to_vec() })
}
