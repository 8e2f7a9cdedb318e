//! Gradients in plain loops against PyTorch's and Burn's, on the CPU engine and on a GPU.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::dataset::{Images, Split};
use atelier::engine::native;
use atelier::insight::{BackwardPass, FEATURES, Target, grad_cam, integrated_gradients};
use atelier::model::{GarmentClassifier, images_tensor};
use atelier::network::{CLASSES, Network, PIXELS};
use atelier::settings::{EngineChoice, LearningRate};
use atelier::state_dict::{StateDict, largest_difference};
use atelier::training::general::GeneralExecutor;
use atelier::training::optimizer::{Optimizer, Recipe};
use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use pollster::block_on;

/// The largest difference between engines that add in another order, relative to the largest number.
const TOLERANCE: f64 = 1e-4;

/// Burn's CPU engine, and its wgpu backend if wgpu finds an adapter (including llvmpipe). With `ATELIER_NEEDS_GPU` set,
/// there must be one.
fn devices() -> Vec<Device> {
    let gpu = match block_on(native::open(EngineChoice::WebGpu)) {
        Ok(engine) => Some(engine.device),
        Err(error) => {
            eprintln!("a GPU's gradients are not compared: {error}");
            assert!(std::env::var_os("ATELIER_NEEDS_GPU").is_none(), "{error}");
            None
        }
    };
    std::iter::once(Device::flex()).chain(gpu).collect()
}

/// The pixels and labels of these images.
fn batch(split: &Split, indices: &[u32]) -> (Vec<u8>, Vec<u8>) {
    let images = indices.iter().map(|index| split.image(*index as usize).unwrap());
    let (pixels, labels): (Vec<&[u8]>, Vec<u8>) = images.unzip();
    (pixels.concat(), labels)
}

fn image(split: &Split, index: u32) -> [f32; PIXELS] {
    split.batch(&[index]).inputs.try_into().unwrap()
}

/// Burn's loss and gradients of a batch.
fn burn_gradients(weights: &StateDict, images: Images<'_>, device: &Device) -> (f32, StateDict) {
    let config = common::config("");
    let recipe = Recipe::new(&config, LearningRate::constant(config.learning_rate), 0);
    let optimizer = Optimizer::new(Network::TUTORIAL, recipe, &StateDict::new(), device).unwrap();
    let executor = GeneralExecutor::new(weights, optimizer, device).unwrap();
    block_on(executor.gradients(images)).unwrap()
}

/// The largest absolute number.
fn largest(values: &[f32]) -> f64 {
    values.iter().fold(0.0, |most, value| f64::from(value.abs()).max(most))
}

fn assert_near(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let differences: Vec<f32> =
        found.iter().zip(expected).map(|(one, other)| one - other).collect();
    let difference = largest(&differences) / largest(expected);
    assert!(difference < TOLERANCE, "{what} differs by {difference}");
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    block_on(tensor.into_data_async()).unwrap().try_into_vec().unwrap()
}

#[test]
fn gradients_of_a_batch_are_pytorchs_within_a_hundred_thousandth() {
    let train = common::dataset().train;
    let order: Vec<Vec<u32>> = serde_json::from_slice(&common::fixture("order.json")).unwrap();
    let pass = BackwardPass::new(&common::state_dict("init.safetensors")).unwrap();
    let (pixels, labels) = batch(&train, &order[0]);
    let found = pass.batch(&pixels, &labels).unwrap();
    let loss = common::numbers(&common::json("sgd_momentum.json")["losses"])[0];
    assert!((found.loss - loss).abs() < 1e-5, "{}", found.loss);
    let expected = common::state_dict("gradients.safetensors");
    let difference = largest_difference(&found.gradients, &expected);
    assert!(difference < 1e-5, "{difference}");
}

/// Burn creates only one wgpu device in a program, so one test compares everything with it.
#[test]
fn gradients_are_those_of_burns_autodiff_on_both_engines() {
    let test = common::dataset().test;
    let weights = common::state_dict("sgd_momentum.safetensors");
    let pass = BackwardPass::new(&weights).unwrap();
    for device in devices() {
        parameters_agree(&pass, &weights, &test, &device);
        for (index, class) in [(0, 9), (1, 2), (2, 4), (17, 0), (4_000, 6)] {
            pixels_agree(&pass, &weights, &test, index, class, &device);
            features_agree(&pass, &weights, &test, index, class, &device);
        }
    }
}

fn parameters_agree(pass: &BackwardPass, weights: &StateDict, split: &Split, device: &Device) {
    for indices in [&[5][..], &[0, 1, 2, 3], &(100..164).collect::<Vec<_>>()] {
        let (loss, expected) = burn_gradients(weights, Images::of(split, indices), device);
        let (pixels, labels) = batch(split, indices);
        let found = pass.batch(&pixels, &labels).unwrap();
        assert!((found.loss - f64::from(loss)).abs() < 1e-5, "{device:?}: {} {loss}", found.loss);
        for (name, expected) in expected {
            let what = format!("{device:?}, {} images, {name}", indices.len());
            assert_near(&found.gradients[&name].values, &expected.values, &what);
        }
    }
}

/// The gradient of a logit with respect to the pixels.
fn pixels_agree(
    pass: &BackwardPass,
    weights: &StateDict,
    split: &Split,
    index: u32,
    class: u8,
    device: &Device,
) {
    let device = device.clone().autodiff();
    let model = GarmentClassifier::from_weights(weights, &device).unwrap();
    let image = image(split, index);
    let input = images_tensor(image.to_vec(), &device).require_grad();
    let logit = usize::from(class);
    let gradients = model.forward(input.clone()).slice([0..1, logit..logit + 1]).sum().backward();
    let expected = values(input.grad(&gradients).unwrap());
    let found = pass.image(&image, Target::Logit(class)).unwrap();
    assert_near(&found.pixels, &expected, &format!("{device:?}, image {index}, pixels"));
}

/// The feature maps of `conv2` and the gradient of a logit with respect to them.
fn features_agree(
    pass: &BackwardPass,
    weights: &StateDict,
    split: &Split,
    index: u32,
    class: u8,
    device: &Device,
) {
    let device = device.clone().autodiff();
    let pool = |maps| max_pool2d(maps, MaxPoolOptions::new([2, 2]).with_stride([2, 2]));
    let convolution = |name: &str, input| {
        let weight: Tensor<4> = tensor(weights, &format!("{name}.weight"), &device);
        let bias = tensor(weights, &format!("{name}.bias"), &device);
        relu(conv2d(input, weight, Some(bias), ConvOptions::new([1, 1], [0, 0], [1, 1], 1)))
    };
    let linear = |name: &str, input: Tensor<2>| {
        let weight: Tensor<2> = tensor(weights, &format!("{name}.weight"), &device);
        let bias: Tensor<1> = tensor(weights, &format!("{name}.bias"), &device);
        input.matmul(weight.transpose()) + bias.unsqueeze()
    };
    let image = image(split, index);
    let maps = pool(convolution("conv1", images_tensor(image.to_vec(), &device)));
    let maps = convolution("conv2", maps);
    let found = pass.image(&image, Target::Logit(class)).unwrap();
    let features = values(maps.inner());
    assert_near(&found.features, &features, &format!("{device:?}, image {index}, feature maps"));
    let maps = Tensor::<4>::from_data(TensorData::new(features, [1, 16, 8, 8]), &device);
    let maps = maps.require_grad();
    let hidden = relu(linear("fc1", pool(maps.clone()).flatten::<2>(1, 3)));
    let logits = linear("fc3", relu(linear("fc2", hidden)));
    let logit = usize::from(class);
    let gradients = logits.slice([0..1, logit..logit + 1]).sum().backward();
    let expected = values(maps.grad(&gradients).unwrap());
    assert_eq!(expected.len(), FEATURES);
    let what = format!("{device:?}, image {index}, gradient by the feature maps");
    assert_near(&found.by_features, &expected, &what);
}

fn tensor<const D: usize>(weights: &StateDict, name: &str, device: &Device) -> Tensor<D> {
    let array = &weights[name];
    Tensor::from_data(TensorData::new(array.values.clone(), array.shape.clone()), device)
}

#[test]
fn the_gap_of_integrated_gradients_is_small_for_a_trained_network() {
    let test = common::dataset().test;
    let pass = BackwardPass::new(&common::state_dict("sgd_momentum.safetensors")).unwrap();
    for index in 0..20 {
        let (pixels, label) = test.image(index).unwrap();
        let pixels: &[u8; PIXELS] = pixels.try_into().unwrap();
        let found = integrated_gradients(&pass, pixels, label, 64).unwrap();
        let share = found.gap.abs() / found.difference.abs().max(1.0);
        assert!(share < 0.05, "image {index}: {} of {}", found.gap, found.difference);
        let maps = (0..CLASSES).map(|class| grad_cam(&pass, pixels, class as u8).unwrap());
        assert!(maps.flatten().all(|pixel| pixel >= 0.0 && pixel.is_finite()));
    }
}
