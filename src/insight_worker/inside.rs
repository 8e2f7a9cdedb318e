//! What is inside a network, inside a step, and how a run's weights were distributed.

use std::time::Duration;

use gloo::timers::future::sleep;

use super::weights::WeightStore;
use crate::insight::{Histogram, ImageInside, Inside, StepInside};
use crate::library::epoch_weights;
use crate::network::PIXELS;
use crate::protocol::Failure;
use crate::protocol::insight::{SeenStep, WeightsAt};
use crate::state_dict::StateDict;

/// What is inside a network, and what this image makes of it.
pub fn of_network(weights: &StateDict, image: &[u8]) -> Result<Box<Inside>, Failure> {
    let mut inside = Box::new(Inside::of(weights)?);
    inside.image = of_image(weights, image)?;
    Ok(inside)
}

/// What is inside a step, and what this image makes of the network after it.
pub fn of_step(seen: &SeenStep, image: &[u8]) -> Result<Box<Inside>, Failure> {
    let arrays = |bytes: &[u8]| epoch_weights::decode(bytes).ok_or(Failure::NoWeights);
    let (before, gradients) = (arrays(&seen.before)?, arrays(&seen.gradients)?);
    let after = arrays(&seen.after)?;
    let step =
        StepInside { before: &before, gradients: &gradients, after: &after, pixels: &seen.pixels };
    let mut inside = Box::new(Inside::of_step(step)?);
    inside.image = of_image(&after, image)?;
    Ok(inside)
}

/// The distributions of a run's weights at the end of each epoch that is kept, except for these epochs.
pub async fn of_epochs(
    store: &WeightStore,
    run: &str,
    except: &[u32],
) -> Result<Vec<(u32, Vec<Histogram>)>, Failure> {
    let mut epochs = Vec::new();
    for kept in store.of_run(run).await? {
        if let WeightsAt::Epoch { epoch, .. } = kept.at
            && !except.contains(&epoch)
        {
            let inside = Inside::of(&store.read(&kept.at).await?)?;
            let layers = inside.layers.into_iter().map(|layer| layer.weights);
            epochs.push((epoch, layers.collect()));
            // Other commands have their turn.
            sleep(Duration::ZERO).await;
        }
    }
    Ok(epochs)
}

fn of_image(weights: &StateDict, image: &[u8]) -> Result<Option<ImageInside>, Failure> {
    if image.is_empty() {
        return Ok(None);
    }
    let wrong_size = || Failure::PictureSize { found: image.len(), expected: PIXELS };
    let image: &[u8; PIXELS] = image.try_into().map_err(|_| wrong_size())?;
    Ok(Some(ImageInside::of(weights, image)?))
}
