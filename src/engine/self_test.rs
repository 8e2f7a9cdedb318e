//! A known answer before the first step: no engine trains whose arithmetic is wrong.
//!
//! The engine computes loss and gradients of a fixed batch at fixed weights, and takes one step. The
//! loss must be the known one, every gradient must agree with the CPU engine's, and the CPU engine's
//! own gradients must have known norms. Those constants come from the CPU engine of a build whose
//! gradients agree with PyTorch's (`tests/parity.rs`).

use super::{Engine, EngineError};
use crate::dataset::{CLASSES, ImageBuffer, PIXELS};
use crate::model::{PARAMETERS, initial_weights};
use crate::settings::{LearningRate, OptimizerSettings, TrainingConfig};
use crate::state_dict::{StateDict, largest_difference};
use crate::training::optimizer::Recipe;
use crate::training::{Path, TrainingError, Way};

/// The largest relative difference that still counts as agreement: different engines add in different
/// orders, which makes differences of about 1e-6.
const TOLERANCE: f64 = 1e-3;
const SEED: u64 = 1;
/// Large, so that a step shows.
const LEARNING_RATE: f64 = 0.5;
/// Images in the made-up batch.
pub const IMAGES: usize = 8;
const KNOWN_LOSS: f64 = 2.301_681_3;
/// Euclidean norms of the gradients, in the order of [`PARAMETERS`].
const KNOWN_GRADIENT_NORMS: [f64; PARAMETERS.len()] = [
    0.045_654_294,
    0.011_040_432,
    0.115_040_127,
    0.018_281_591,
    0.121_171_734,
    0.028_535_019,
    0.067_353_483,
    0.062_021_015,
    0.084_473_805,
    0.158_903_242,
];

/// What a passed self-test measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfTest {
    /// Largest difference of a gradient from the CPU engine's, relative to the parameter's largest.
    pub gradient_difference: f64,
}

/// Tests an engine in the way in which it is to train; if that is a fused one and it fails, the general
/// one takes its place and is tested.
///
/// `real` is a few real images, on which the gradients are compared too.
///
/// # Errors
/// [`EngineError::WrongAnswer`] if an answer is wrong, [`EngineError::Gpu`] if the GPU complained.
pub async fn prove(
    engine: &mut Engine,
    real: Option<&ImageBuffer>,
) -> Result<SelfTest, EngineError> {
    match self_test(engine, real).await {
        Err(EngineError::WrongAnswer(_)) if engine.is_fused() => {
            engine.way = Way::General(engine.device.clone());
            self_test(engine, real).await
        }
        tested => tested,
    }
}

/// Tests an engine in the way in which it is to train.
///
/// # Errors
/// As [`prove`].
async fn self_test(engine: &Engine, real: Option<&ImageBuffer>) -> Result<SelfTest, EngineError> {
    let plain_sgd = OptimizerSettings::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false };
    let config = TrainingConfig { optimizer: plain_sgd, ..TrainingConfig::default() };
    let recipe = Recipe::new(&config, LearningRate::constant(LEARNING_RATE), 0);
    let weights = initial_weights(SEED);
    let open = |way: &Way| Path::new(way, &weights, recipe, &StateDict::new());
    let mut reference = open(&Way::General(Engine::cpu().device)).map_err(failed)?;
    let mut tested = open(&engine.way).map_err(failed)?;

    let made_up = known_images();
    let (_, known) = reference.gradients(made_up.images()).await.map_err(failed)?;
    check_norms(&known)?;
    let (loss, gradients) = tested.gradients(made_up.images()).await.map_err(failed)?;
    // The GPU's complaint explains more than the wrong numbers that follow from it.
    engine.health.check()?;
    let distance = (f64::from(loss) - KNOWN_LOSS).abs();
    if distance.is_nan() || distance > TOLERANCE {
        return Err(EngineError::WrongAnswer(format!("loss {loss} instead of {KNOWN_LOSS}")));
    }
    let mut gradient_difference = agree("the gradient", &known, &gradients)?;
    if let Some(real) = real {
        let (_, known) = reference.gradients(real.images()).await.map_err(failed)?;
        let (_, gradients) = tested.gradients(real.images()).await.map_err(failed)?;
        engine.health.check()?;
        gradient_difference = gradient_difference.max(agree("the gradient", &known, &gradients)?);
    }

    tested.step(made_up.images()).map_err(failed)?;
    let taken = tested.read_losses().await.map_err(failed)?;
    let stepped = tested.weights().await.map_err(failed)?;
    engine.health.check()?;
    if taken.len() != 1 || (f64::from(taken[0]) - KNOWN_LOSS).abs() > TOLERANCE {
        let why = format!("the step's losses are {taken:?} instead of {KNOWN_LOSS}");
        return Err(EngineError::WrongAnswer(why));
    }
    agree("a step", &stepped_by_hand(&weights, &known), &stepped)?;
    Ok(SelfTest { gradient_difference })
}

fn failed(error: TrainingError) -> EngineError {
    EngineError::WrongAnswer(error.to_string())
}

/// Made of whole numbers, so that it is the same everywhere.
fn known_images() -> ImageBuffer {
    let mut images = ImageBuffer::default();
    for image in 0..IMAGES {
        let pixel = |at: usize| ((at * at / 7 + at * 13) % 256) as u8;
        let pixels: Vec<u8> = (image * PIXELS..(image + 1) * PIXELS).map(pixel).collect();
        images.push(&pixels, (image * 3 % CLASSES) as u8);
    }
    images
}

fn check_norms(gradients: &StateDict) -> Result<(), EngineError> {
    for (parameter, expected) in PARAMETERS.iter().zip(KNOWN_GRADIENT_NORMS) {
        let norm = gradients.get(parameter.name).map_or(f64::NAN, |gradient| {
            gradient.values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
        });
        let difference = (norm - expected).abs();
        if difference.is_nan() || difference > TOLERANCE * expected {
            let name = parameter.name;
            let why = format!("the gradient of {name} has norm {norm} instead of {expected}");
            return Err(EngineError::WrongAnswer(why));
        }
    }
    Ok(())
}

fn stepped_by_hand(weights: &StateDict, gradients: &StateDict) -> StateDict {
    let mut stepped = weights.clone();
    for (name, array) in &mut stepped {
        if let Some(gradient) = gradients.get(name) {
            for (value, gradient) in array.values.iter_mut().zip(&gradient.values) {
                *value -= LEARNING_RATE as f32 * gradient;
            }
        }
    }
    stepped
}

/// The largest difference relative to each parameter's largest value.
fn agree(what: &str, expected: &StateDict, found: &StateDict) -> Result<f64, EngineError> {
    let mut largest: f64 = 0.0;
    for (name, array) in expected {
        let pick = |from: &StateDict| {
            from.get(name).map(|array| StateDict::from([(name.clone(), array.clone())]))
        };
        let difference = match (pick(expected), pick(found)) {
            (Some(expected), Some(found)) => largest_difference(&expected, &found),
            _ => f64::INFINITY,
        };
        let scale = array.values.iter().map(|value| f64::from(value.abs())).fold(1e-12, f64::max);
        let relative = difference / scale;
        if relative.is_nan() || relative > TOLERANCE {
            let why = format!("{what} of {name} differs by {relative:.1e} from the CPU engine's");
            return Err(EngineError::WrongAnswer(why));
        }
        largest = largest.max(relative);
    }
    Ok(largest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_cpu_engine_knows_the_answer() {
        let mut general = Engine::cpu();
        general.way = Way::General(general.device.clone());
        let result = pollster::block_on(self_test(&general, None));
        assert_eq!(result, Ok(SelfTest { gradient_difference: 0.0 }));
    }

    #[test]
    fn a_gpu_that_complained_is_not_believed() {
        let engine = Engine::cpu();
        engine.health.report("Invalid ShaderModule".into());
        let result = pollster::block_on(self_test(&engine, None));
        assert_eq!(result, Err(EngineError::Gpu("Invalid ShaderModule".into())));
    }

    #[test]
    fn gradients_that_differ_or_are_missing_do_not_agree() {
        let weights = initial_weights(1);
        let mut close = weights.clone();
        close.get_mut("fc1.bias").unwrap().values[0] *= 1.0001;
        assert!(agree("x", &weights, &close).is_ok());
        close.get_mut("fc1.bias").unwrap().values[0] += 0.01;
        assert!(agree("x", &weights, &close).is_err());
        close.get_mut("fc1.bias").unwrap().values[0] = f32::NAN;
        assert!(agree("x", &weights, &close).is_err());
        close.remove("fc1.bias");
        assert!(agree("x", &weights, &close).is_err());
    }

    #[test]
    fn a_stale_result_has_the_wrong_norms() {
        assert!(check_norms(&initial_weights(1)).is_err());
        assert!(check_norms(&StateDict::new()).is_err());
    }
}
