//! A known answer before the first step: no engine trains whose arithmetic is wrong.
//!
//! The engine computes loss and gradients of a fixed batch at fixed weights, and takes one step. The
//! loss must be the known one, every gradient must agree with the CPU engine's, and the CPU engine's
//! own gradients must have known norms. Those constants come from the CPU engine of a build whose
//! gradients agree with PyTorch's (`tests/parity.rs`).

use super::{Engine, EngineError};
use crate::dataset::split::{Batch, normalize};
use crate::dataset::{CLASSES, PIXELS};
use crate::model::{PARAMETERS, initial_weights};
use crate::settings::{LearningRate, OptimizerSettings, TrainingConfig};
use crate::state_dict::{StateDict, largest_difference};
use crate::training::TrainingError;
use crate::training::general::GeneralPath;
use crate::training::optimizer::Optimizer;

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

/// Tests an engine.
///
/// `real` is a batch of real images, on which the gradients are compared too.
///
/// # Errors
/// [`EngineError::WrongAnswer`] if an answer is wrong, [`EngineError::Gpu`] if the GPU complained.
pub async fn self_test(engine: &Engine, real: Option<Batch>) -> Result<SelfTest, EngineError> {
    let plain_sgd = OptimizerSettings::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false };
    let config = TrainingConfig { optimizer: plain_sgd, ..TrainingConfig::default() };
    let rate = LearningRate::constant(LEARNING_RATE);
    let weights = initial_weights(SEED);
    let open = |engine: &Engine| {
        let optimizer = Optimizer::new(&config, rate, 0, &StateDict::new(), &engine.device)?;
        GeneralPath::new(&weights, optimizer, &engine.device)
    };
    let reference = open(&Engine::cpu()).map_err(failed)?;
    let mut tested = open(engine).map_err(failed)?;

    let (_, known) = reference.gradients(known_batch()).await.map_err(failed)?;
    check_norms(&known)?;
    let (loss, gradients) = tested.gradients(known_batch()).await.map_err(failed)?;
    // The GPU's complaint explains more than the wrong numbers that follow from it.
    engine.health.check()?;
    if (f64::from(loss) - KNOWN_LOSS).abs() > TOLERANCE {
        return Err(EngineError::WrongAnswer(format!("loss {loss} instead of {KNOWN_LOSS}")));
    }
    let mut gradient_difference = agree("the gradient", &known, &gradients)?;

    tested.step(known_batch()).map_err(failed)?;
    let stepped = tested.weights().await.map_err(failed)?;
    engine.health.check()?;
    agree("a step", &stepped_by_hand(&weights, &known), &stepped)?;

    if let Some(real) = real {
        let tested = open(engine).map_err(failed)?;
        let (_, known) = reference.gradients(real.clone()).await.map_err(failed)?;
        let (_, gradients) = tested.gradients(real).await.map_err(failed)?;
        engine.health.check()?;
        gradient_difference = gradient_difference.max(agree("the gradient", &known, &gradients)?);
    }
    Ok(SelfTest { gradient_difference })
}

fn failed(error: TrainingError) -> EngineError {
    EngineError::WrongAnswer(error.to_string())
}

/// Made of whole numbers, so that it is the same everywhere.
fn known_batch() -> Batch {
    let pixel = |at: usize| ((at * at / 7 + at * 13) % 256) as u8;
    let pixels: Vec<u8> = (0..IMAGES * PIXELS).map(pixel).collect();
    let targets = (0..IMAGES).map(|image| (image * 3 % CLASSES) as i32).collect();
    Batch { inputs: normalize(&pixels), targets }
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
        let result = pollster::block_on(self_test(&Engine::cpu(), None));
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
