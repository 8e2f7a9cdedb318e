//! The self-test before the first step: an engine whose arithmetic is wrong never trains.
//!
//! The engine computes the loss and gradients of a fixed batch at fixed weights, takes a few steps with the
//! run's optimizer, and validates. The first loss must be the known one, everything must agree with
//! Burn's operations on the CPU, and their gradients must have known norms. What is known is known of the tutorial's network;
//! with another number of classes, Burn's operations on the CPU must give that for ten, and the engine what they give for the
//! run's network. Those constants come from the
//! CPU engine of a build whose gradients agree with PyTorch's (`tests/parity.rs`).

use std::sync::Arc;

use super::{Engine, EngineError};
use crate::dataset::{ImageBuffer, Images, Split};
use crate::hardware::{TestedNumber, WrongAnswer};
use crate::history::Figure;
use crate::network::{EngineFault, Network, PARAMETERS, PIXELS};
use crate::settings::{LearningRate, TrainingConfig};
use crate::state_dict::{StateDict, largest_difference};
use crate::training::optimizer::Recipe;
use crate::training::{Backend, StepExecutor, TrainingError, Validation};

/// The largest relative difference that counts as agreement: engines add in different orders, which
/// causes differences of about 1e-6.
const TOLERANCE: f64 = 1e-3;
/// Share of the classifications that may differ, 0 to 1.
const EDGE_CASES: f64 = 0.05;
const SEED: u64 = 1;
const LEARNING_RATE: f64 = 0.01;
/// Steps with the run's optimizer: the second one shows the effect of the first.
const STEPS: usize = 3;
/// Most images in such a step; larger batches use the same kernels.
const MOST_IMAGES: usize = 64;
/// Images in the synthetic batch.
const IMAGES: usize = 8;
/// With the tutorial's network.
const KNOWN_LOSS: f64 = 2.301_681_3;
/// Euclidean norms of the gradients with the tutorial's network, in the order of [`PARAMETERS`].
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

/// The measurements of a passed self-test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfTest {
    /// Largest difference of a gradient from the CPU engine's, relative to the parameter's largest gradient.
    pub gradient_difference: f64,
}

/// Tests an engine on the backend that is to train. If that is a fused one and it fails, the engine falls
/// back to the general backend, which is then tested.
///
/// `run` is the run's network and config: its optimizer and batch size decide which kernels it uses. `real` holds real
/// images, whose labels are classes of the network, if there are any yet.
///
/// `about_to_write_shaders` is called before what makes Burn write the shaders of its operations, which holds the thread for
/// seconds.
///
/// # Errors
/// [`EngineError::WrongAnswer`] if an answer is wrong, [`EngineError::Gpu`] if the GPU complained.
pub async fn verify(
    engine: &mut Engine,
    run: (Network, &TrainingConfig),
    real: Option<&ImageBuffer>,
    about_to_write_shaders: &dyn Fn(),
) -> Result<SelfTest, EngineError> {
    match self_test(engine, run, real, about_to_write_shaders).await {
        // A GPU that reports no error but computes wrongly may still run Burn's kernels, which are widely tested.
        Err(EngineError::WrongAnswer(_) | EngineError::NoAnswer(_))
            if engine.is_fused() && engine.health.check().is_ok() =>
        {
            engine.backend = Backend::General(engine.device.clone());
            self_test(engine, run, real, about_to_write_shaders).await
        }
        tested => tested,
    }
}

/// Tests an engine on its backend.
///
/// # Errors
/// As [`verify`].
async fn self_test(
    engine: &Engine,
    run: (Network, &TrainingConfig),
    real: Option<&ImageBuffer>,
    about_to_write_shaders: &dyn Fn(),
) -> Result<SelfTest, EngineError> {
    let nothing: &dyn Fn() = &|| {};
    let writes = engine.webgpu && !engine.is_fused();
    let announce = if writes { about_to_write_shaders } else { nothing };
    let (network, config) = run;
    engine.backend.compile(network, config).await.map_err(WrongAnswer::Kernel)?;
    let tested = answers(&engine.backend, run, real, announce).await;
    // The GPU's own error explains more than the wrong numbers that follow from it.
    engine.health.check()?;
    let tested = tested.map_err(failed)?;
    let oracle = Backend::General(Engine::cpu().device);
    let expected = answers(&oracle, run, real, nothing).await.map_err(failed)?;

    if network == Network::TUTORIAL {
        check_norms(&expected.gradients)?;
        close(TestedNumber::Loss, KNOWN_LOSS, f64::from(tested.loss))?;
    } else {
        let (loss, gradients) = known_answer(&oracle, config).await.map_err(failed)?;
        check_norms(&gradients)?;
        close(TestedNumber::Loss, KNOWN_LOSS, f64::from(loss))?;
        close(TestedNumber::Loss, f64::from(expected.loss), f64::from(tested.loss))?;
    }
    let gradient_difference = agree(&expected.gradients, &tested.gradients)?;
    for (step, (expected, found)) in (1..).zip(expected.steps.iter().zip(&tested.steps)) {
        close(TestedNumber::LossOfStep(step), f64::from(*expected), f64::from(*found))?;
    }
    close(TestedNumber::ValidationLoss, expected.validation.0, tested.validation.0)?;
    // A borderline classification may go either way.
    if (tested.validation.1 - expected.validation.1).abs() > EDGE_CASES {
        let (found, expected) = (tested.validation.1, expected.validation.1);
        return Err(wrong(TestedNumber::ValidationAccuracy, found, expected).into());
    }
    Ok(SelfTest { gradient_difference })
}

/// The results of a backend.
struct Answers {
    /// Mean loss of the synthetic batch.
    loss: f32,
    gradients: StateDict,
    /// Losses of [`STEPS`] steps with the run's optimizer, over a batch of up to the run's size.
    steps: Vec<f32>,
    /// Mean loss and accuracy (0 to 1) of those images after the steps.
    validation: (f64, f64),
}

/// The loss and the gradients of the synthetic batch with the tutorial's network.
async fn known_answer(
    backend: &Backend,
    config: &TrainingConfig,
) -> Result<(f32, StateDict), TrainingError> {
    let mut executor = executor(backend, Network::TUTORIAL, config)?;
    executor.gradients(known_images(Network::TUTORIAL).images()).await
}

/// An executor at the synthetic batch's weights.
fn executor(
    backend: &Backend,
    network: Network,
    config: &TrainingConfig,
) -> Result<StepExecutor, TrainingError> {
    // Small enough that no optimizer moves to where rounding would matter.
    let rate = config.learning_rate.min(LEARNING_RATE);
    let recipe = Recipe::new(config, LearningRate::constant(rate), 0);
    StepExecutor::new(backend, network, &network.initial_weights(SEED), recipe, &StateDict::new())
}

async fn answers(
    backend: &Backend,
    (network, config): (Network, &TrainingConfig),
    real: Option<&ImageBuffer>,
    announce: &dyn Fn(),
) -> Result<Answers, TrainingError> {
    let mut executor = executor(backend, network, config)?;
    let known = known_images(network);
    announce();
    let (loss, gradients) = executor.gradients(known.images()).await?;
    let images = repeated(real.unwrap_or(&known), config.batch_size.min(MOST_IMAGES));
    announce();
    for _ in 0..STEPS {
        executor.step(images.images())?;
    }
    let steps = executor.read_losses().await?;
    let Images::Loose { pixels, labels } = images.images() else { return Err(unlikely()) };
    let split = Split::whole_for(network, pixels.to_vec(), labels.to_vec());
    let split = split.ok_or_else(unlikely)?;
    let mut validation = Validation::new(executor.inference(), network, Arc::default());
    // As many as in a real validation, since the kernels depend on the number of images.
    let indices: Vec<u32> = (0..Validation::BATCH_SIZE.min(2 * MOST_IMAGES))
        .map(|at| (at % split.len()) as u32)
        .collect();
    announce();
    validation.measure(&split, &indices).await?;
    Ok(Answers { loss, gradients, steps, validation: validation.result() })
}

fn unlikely() -> TrainingError {
    TrainingError::Engine(EngineFault::NoImages)
}

/// This many images, repeating them if there are fewer.
fn repeated(images: &ImageBuffer, count: usize) -> ImageBuffer {
    let mut repeated = ImageBuffer::default();
    for at in 0..count {
        let (pixels, label) = images.images().get(at % images.images().len());
        repeated.push(pixels, label);
    }
    repeated
}

fn wrong(what: TestedNumber, found: f64, expected: f64) -> WrongAnswer {
    WrongAnswer::Number { what, found: Figure(found), expected: Figure(expected) }
}

fn close(what: TestedNumber, expected: f64, found: f64) -> Result<(), WrongAnswer> {
    let distance = (found - expected).abs();
    // More than rounding explains; a NaN is wrong too.
    if distance.is_nan() || distance > TOLERANCE * expected.abs().max(1.0) {
        return Err(wrong(what, found, expected));
    }
    Ok(())
}

fn failed(error: TrainingError) -> EngineError {
    EngineError::NoAnswer(Box::new(error))
}

/// The first images of a split for [`verify`], if they have arrived.
#[must_use]
pub fn real_images(split: &Split) -> Option<ImageBuffer> {
    let indices: Vec<u32> = (0..split.len().min(MOST_IMAGES) as u32).collect();
    let are_there = !indices.is_empty() && split.has(&indices);
    are_there.then(|| Images::of(split, &indices).into())
}

/// Integer arithmetic, so that it is the same everywhere.
fn known_images(network: Network) -> ImageBuffer {
    let mut images = ImageBuffer::default();
    for image in 0..IMAGES {
        let pixel = |at: usize| ((at * at / 7 + at * 13) % 256) as u8;
        let pixels: Vec<u8> = (image * PIXELS..(image + 1) * PIXELS).map(pixel).collect();
        images.push(&pixels, (image * 3 % network.classes()) as u8);
    }
    images
}

fn check_norms(gradients: &StateDict) -> Result<(), WrongAnswer> {
    for (parameter, expected) in PARAMETERS.iter().zip(KNOWN_GRADIENT_NORMS) {
        let norm = gradients.get(parameter.name).map_or(f64::NAN, |gradient| {
            gradient.values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
        });
        let difference = (norm - expected).abs();
        if difference.is_nan() || difference > TOLERANCE * expected {
            let what = TestedNumber::GradientNorm(parameter.name.to_owned());
            return Err(wrong(what, norm, expected));
        }
    }
    Ok(())
}

/// The largest difference relative to each parameter's largest value.
fn agree(expected: &StateDict, found: &StateDict) -> Result<f64, WrongAnswer> {
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
            let (parameter, relative_difference) = (name.clone(), Figure(relative));
            return Err(WrongAnswer::Gradient { parameter, relative_difference });
        }
        largest = largest.max(relative);
    }
    Ok(largest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::hardware::GpuComplaint;
    use crate::network::initial_weights;

    fn tested(engine: &Engine, network: Network) -> Result<SelfTest, EngineError> {
        let config = TrainingConfig::default();
        pollster::block_on(self_test(engine, (network, &config), None, &|| {}))
    }

    #[test]
    fn the_cpu_engine_knows_the_answer() {
        let mut general = Engine::cpu();
        general.backend = Backend::General(general.device.clone());
        for classes in [2, 10, 17] {
            let result = tested(&general, Network::new(classes).unwrap());
            assert_eq!(result, Ok(SelfTest { gradient_difference: 0.0 }));
        }
    }

    #[test]
    fn the_fused_kernels_have_the_gradients_of_burns_operations_for_any_number_of_classes() {
        for classes in Network::FEWEST_CLASSES..=Network::MOST_CLASSES {
            let result = tested(&Engine::cpu(), Network::new(classes).unwrap()).unwrap();
            assert!(result.gradient_difference < 1e-5, "{classes}: {result:?}");
        }
    }

    #[test]
    fn a_gpu_that_complained_is_not_believed() {
        let engine = Engine::cpu();
        let complaint = GpuComplaint::Reported("Invalid ShaderModule".into());
        engine.health.report(complaint.clone());
        assert_eq!(tested(&engine, Network::TUTORIAL), Err(EngineError::Gpu(complaint)));
    }

    #[test]
    fn gradients_that_differ_or_are_missing_do_not_agree() {
        let weights = initial_weights(1);
        let mut close = weights.clone();
        close.get_mut("fc1.bias").unwrap().values[0] *= 1.0001;
        assert!(agree(&weights, &close).is_ok());
        close.get_mut("fc1.bias").unwrap().values[0] += 0.01;
        assert!(agree(&weights, &close).is_err());
        close.get_mut("fc1.bias").unwrap().values[0] = f32::NAN;
        assert!(agree(&weights, &close).is_err());
        close.remove("fc1.bias");
        assert!(agree(&weights, &close).is_err());
    }

    #[test]
    fn a_stale_result_has_the_wrong_norms() {
        assert!(check_norms(&initial_weights(1)).is_err());
        assert!(check_norms(&StateDict::new()).is_err());
    }
}
