//! Gradients in plain loops: of the loss with respect to the parameters, and of a logit or the loss of one image with
//! respect to its pixels and to the feature maps of `conv2`.
//!
//! Two rules decide where a function has no derivative, both PyTorch's: ReLU's gradient at 0 is 0, and max pooling hands
//! the gradient to the first (row by row) of the largest numbers of a window.

use super::InsightError;
use super::evaluation::LogSoftmax;
use super::forward::{
    ForwardPass, KERNEL, LayerWeights, POOLED1, POOLED2, SIDE1, SIDE2, linear, normalize,
    pooling_rows, relu, values,
};
use super::trace::Trace;
use crate::network::{FC1, FC2, PIXELS, POOL, SIDE, Weighted};
use crate::state_dict::{Array, StateDict};

/// The side of a feature map of `conv2` before pooling.
pub const FEATURE_SIDE: usize = SIDE2;
/// Numbers of the feature maps of `conv2` before pooling: `[16, 8, 8]`.
pub const FEATURES: usize = super::trace::FEATURES2;

/// Of which number a gradient is taken. A class is one of the network's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The logit of this class.
    Logit(u8),
    /// The cross-entropy if this is the true class, in nats.
    Loss(u8),
}

impl Target {
    /// The gradient with respect to the logits.
    fn by_logits(self, logits: &[f32]) -> Result<Vec<f32>, InsightError> {
        let (Self::Logit(class) | Self::Loss(class)) = self;
        let is = |at: usize| f64::from(u8::from(at == usize::from(class)));
        if usize::from(class) >= logits.len() {
            return Err(InsightError::Label { label: class });
        }
        Ok(match self {
            Self::Logit(_) => (0..logits.len()).map(|at| is(at) as f32).collect(),
            Self::Loss(_) => {
                let logs = LogSoftmax::new(logits);
                let by = |(at, logit): (usize, &f32)| (logs.of(*logit).exp() - is(at)) as f32;
                logits.iter().enumerate().map(by).collect()
            }
        })
    }
}

/// The loss of a batch and its gradients.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchGradients {
    /// The mean cross-entropy in nats.
    pub loss: f64,
    /// The gradient of that mean with respect to every parameter, in PyTorch's names and layouts.
    pub gradients: StateDict,
}

/// The gradients of a [`Target`] for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageGradients {
    /// The logits, one for each class.
    pub logits: Vec<f32>,
    /// `[28, 28]`: the gradient with respect to the normalised pixels, of which one is 127.5 steps of a byte.
    pub pixels: [f32; PIXELS],
    /// `[16, 8, 8]`: the feature maps of `conv2` after ReLU and before max pooling.
    pub features: [f32; FEATURES],
    /// `[16, 8, 8]`: the gradient with respect to those. Max pooling follows, so it is 0 except at the first of the largest
    /// numbers of each window of 2×2.
    pub by_features: [f32; FEATURES],
}

impl Default for ImageGradients {
    fn default() -> Self {
        Self {
            logits: Vec::new(),
            pixels: [0.0; PIXELS],
            features: [0.0; FEATURES],
            by_features: [0.0; FEATURES],
        }
    }
}

/// The gradients of a layer's parameters, in PyTorch's layouts.
struct LayerGradients {
    layer: Weighted,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl LayerGradients {
    fn new(layer: Weighted) -> Self {
        Self { layer, weight: vec![0.0; layer.weight.len()], bias: vec![0.0; layer.bias.len()] }
    }

    fn arrays(self) -> [(String, Array); 2] {
        let Weighted { weight, bias, .. } = self.layer;
        [(weight, self.weight), (bias, self.bias)].map(|(parameter, values)| {
            let array = Array { shape: parameter.shape.to_vec(), values };
            (parameter.name.to_owned(), array)
        })
    }
}

/// The network's weights, laid out for the backward pass, too.
pub struct BackwardPass {
    forward: ForwardPass,
    /// The weights of the linear layers as PyTorch has them: `[out, in]`.
    fc1: Vec<f32>,
    fc2: Vec<f32>,
    fc3: Vec<f32>,
}

impl BackwardPass {
    /// The backward pass with these weights, which need not be finite.
    ///
    /// # Errors
    /// [`InsightError::Model`] if a parameter is missing or has another shape.
    pub fn new(state: &StateDict) -> Result<Self, InsightError> {
        let forward = ForwardPass::new(state)?;
        Ok(Self {
            fc1: values(state, &FC1.weight)?,
            fc2: values(state, &FC2.weight)?,
            fc3: values(state, &forward.network().fc3().weight)?,
            forward,
        })
    }

    /// The forward pass with the same weights.
    #[must_use]
    pub const fn forward(&self) -> &ForwardPass {
        &self.forward
    }

    /// The mean cross-entropy of a batch, images of 784 bytes with a class each, and its gradients. Numbers that are not
    /// finite are passed on.
    ///
    /// # Errors
    /// [`InsightError::Images`] if there are no images or the last one is not complete, [`InsightError::Labels`] if there
    /// are not as many labels as images, [`InsightError::Label`] if a label is not a class.
    pub fn batch(&self, pixels: &[u8], labels: &[u8]) -> Result<BatchGradients, InsightError> {
        let (images, rest) = pixels.as_chunks::<PIXELS>();
        if images.is_empty() || !rest.is_empty() {
            return Err(InsightError::Images { bytes: pixels.len(), image: PIXELS });
        }
        if images.len() != labels.len() {
            return Err(InsightError::Labels { images: images.len(), labels: labels.len() });
        }
        let share = 1.0 / images.len() as f32;
        let mut gradients = self.forward.network().weighted_layers().map(LayerGradients::new);
        let mut trace = Box::<Trace>::default();
        let mut losses = 0.0;
        for (image, &label) in images.iter().zip(labels) {
            normalize(image, &mut trace.image);
            self.run(&mut trace);
            let mut by_logits = Target::Loss(label).by_logits(&trace.fc3)?;
            losses -= LogSoftmax::new(&trace.fc3).of(trace.fc3[usize::from(label)]);
            by_logits.iter_mut().for_each(|by| *by *= share);
            self.run_back(&mut trace, &by_logits, Some(&mut gradients));
        }
        Ok(BatchGradients {
            loss: losses / images.len() as f64,
            gradients: gradients.into_iter().flat_map(LayerGradients::arrays).collect(),
        })
    }

    /// The gradients of a target for one normalised image, −1 to 1.
    ///
    /// # Errors
    /// [`InsightError::Label`] if the target's class is none of the network's.
    pub fn image(
        &self,
        image: &[f32; PIXELS],
        target: Target,
    ) -> Result<ImageGradients, InsightError> {
        let mut trace = Box::<Trace>::default();
        trace.image = *image;
        self.run(&mut trace);
        let by_logits = target.by_logits(&trace.fc3)?;
        self.run_back(&mut trace, &by_logits, None);
        Ok(ImageGradients {
            logits: trace.fc3,
            pixels: trace.by_image,
            features: trace.map2,
            by_features: trace.by_map2,
        })
    }

    /// What passes through the network for an image of 784 bytes; nothing has been passed back.
    pub(super) fn trace(&self, image: &[u8; PIXELS]) -> Box<Trace> {
        let mut trace = Box::<Trace>::default();
        normalize(image, &mut trace.image);
        self.run(&mut trace);
        trace
    }

    /// The forward pass of the trace's image.
    fn run(&self, trace: &mut Trace) {
        let t = trace;
        maps::<SIDE, SIDE1>(&self.forward.conv1, &t.image, &mut t.map1);
        pool::<SIDE1, POOLED1>(&t.map1, &mut t.pooled1, &mut t.winners1);
        maps::<POOLED1, SIDE2>(&self.forward.conv2, &t.pooled1, &mut t.map2);
        pool::<SIDE2, POOLED2>(&t.map2, &mut t.pooled2, &mut t.winners2);
        linear(&self.forward.fc1, &t.pooled2, &mut t.fc1);
        relu(&mut t.fc1);
        linear(&self.forward.fc2, &t.fc1, &mut t.fc2);
        relu(&mut t.fc2);
        t.fc3.resize(self.forward.classes(), 0.0);
        linear(&self.forward.fc3, &t.fc2, &mut t.fc3);
    }

    /// The backward pass after [`Self::run`], from the gradient with respect to the logits. Adds to the gradients of the
    /// parameters, if there are any to add to.
    fn run_back(
        &self,
        trace: &mut Trace,
        by_logits: &[f32],
        parameters: Option<&mut [LayerGradients; 5]>,
    ) {
        let t = trace;
        let [conv1, conv2, fc1, fc2, fc3] = match parameters {
            Some(gradients) => gradients.each_mut().map(Some),
            None => [const { None }; 5],
        };
        linear_back(&self.fc3, &t.fc2, by_logits, fc3, &mut t.by_fc2);
        relu_back(&t.fc2, &mut t.by_fc2);
        linear_back(&self.fc2, &t.fc1, &t.by_fc2, fc2, &mut t.by_fc1);
        relu_back(&t.fc1, &mut t.by_fc1);
        linear_back(&self.fc1, &t.pooled2, &t.by_fc1, fc1, &mut t.by_pooled2);
        pool_back(&t.winners2, &t.by_pooled2, &mut t.by_map2);
        let conv = (&self.forward.conv2, &t.pooled1, &t.map2, &t.by_map2);
        convolve_back::<POOLED1, SIDE2>(conv.0, conv.1, conv.2, conv.3, conv2, &mut t.by_pooled1);
        pool_back(&t.winners1, &t.by_pooled1, &mut t.by_map1);
        let conv = (&self.forward.conv1, &t.image, &t.map1, &t.by_map1);
        convolve_back::<SIDE, SIDE1>(conv.0, conv.1, conv.2, conv.3, conv1, &mut t.by_image);
    }
}

/// Convolution and ReLU; `input` is `[in, INPUT, INPUT]`, `output` `[out, OUTPUT, OUTPUT]`.
fn maps<const INPUT: usize, const OUTPUT: usize>(
    layer: &LayerWeights,
    input: &[f32],
    output: &mut [f32],
) {
    for ((kernels, bias), map) in layer.channels().zip(output.chunks_exact_mut(OUTPUT * OUTPUT)) {
        for (at, rows) in map.chunks_exact_mut(POOL * OUTPUT).enumerate() {
            let computed = pooling_rows::<INPUT, OUTPUT>(kernels, bias, input, at);
            rows.copy_from_slice(computed.as_flattened());
        }
    }
    relu(output);
}

/// Max pooling of maps, `[channels, INPUT, INPUT]` to `[channels, POOLED, POOLED]`; `winners` are where in `maps` the first
/// of the largest numbers of each window is, or the last NaN.
fn pool<const INPUT: usize, const POOLED: usize>(
    maps: &[f32],
    pooled: &mut [f32],
    winners: &mut [usize],
) {
    for (window, (pooled, winner)) in pooled.iter_mut().zip(winners).enumerate() {
        let (row, column) = (window / POOLED % POOLED, window % POOLED);
        let first = window / (POOLED * POOLED) * INPUT * INPUT + POOL * row * INPUT + POOL * column;
        *winner = first;
        for at in [first + 1, first + INPUT, first + INPUT + 1] {
            if maps[at] > maps[*winner] || maps[at].is_nan() {
                *winner = at;
            }
        }
        *pooled = maps[*winner];
    }
}

/// Hands each window's gradient to its winner.
fn pool_back(winners: &[usize], by_pooled: &[f32], by_map: &mut [f32]) {
    by_map.fill(0.0);
    for (&winner, &by) in winners.iter().zip(by_pooled) {
        by_map[winner] = by;
    }
}

/// Removes the gradient where the output of a ReLU is 0.
fn relu_back(output: &[f32], by: &mut [f32]) {
    for (by, &output) in by.iter_mut().zip(output) {
        *by = if output <= 0.0 { 0.0 } else { *by };
    }
}

/// The gradients of `weight · input + bias` with respect to its input and, added, its parameters; `weight` is `[out, in]`.
fn linear_back(
    weight: &[f32],
    input: &[f32],
    by_output: &[f32],
    parameters: Option<&mut LayerGradients>,
    by_input: &mut [f32],
) {
    by_input.fill(0.0);
    for (row, &by) in weight.chunks_exact(input.len()).zip(by_output) {
        for (sum, weight) in by_input.iter_mut().zip(row) {
            *sum += by * weight;
        }
    }
    if let Some(LayerGradients { weight, bias, .. }) = parameters {
        for (row, (bias, &by)) in
            weight.chunks_exact_mut(input.len()).zip(bias.iter_mut().zip(by_output))
        {
            *bias += by;
            for (sum, input) in row.iter_mut().zip(input) {
                *sum += by * input;
            }
        }
    }
}

/// The gradients of a convolution and its ReLU with respect to its input and, added, its parameters; from the gradient with
/// respect to the output of ReLU, `[out, OUTPUT, OUTPUT]`. Visits only outputs with a gradient, of which max pooling
/// leaves a quarter.
fn convolve_back<const INPUT: usize, const OUTPUT: usize>(
    layer: &LayerWeights,
    input: &[f32],
    output: &[f32],
    by_output: &[f32],
    mut parameters: Option<&mut LayerGradients>,
    by_input: &mut [f32],
) {
    by_input.fill(0.0);
    let maps = output.chunks_exact(OUTPUT * OUTPUT).zip(by_output.chunks_exact(OUTPUT * OUTPUT));
    for (channel, ((kernels, _), (map, by_map))) in layer.channels().zip(maps).enumerate() {
        for (at, (&value, &by)) in map.iter().zip(by_map).enumerate() {
            if value <= 0.0 || by == 0.0 {
                continue;
            }
            let corner = at / OUTPUT * INPUT + at % OUTPUT;
            // Where the kernel's rows begin in the input: `[in, 5]`.
            let starts = || {
                let channels = (0..input.len()).step_by(INPUT * INPUT);
                channels.flat_map(|first| (0..KERNEL).map(move |row| first + row * INPUT + corner))
            };
            for (start, weights) in starts().zip(kernels.chunks_exact(KERNEL)) {
                for (sum, weight) in by_input[start..start + KERNEL].iter_mut().zip(weights) {
                    *sum += by * weight;
                }
            }
            if let Some(LayerGradients { weight, bias, .. }) = parameters.as_deref_mut() {
                bias[channel] += by;
                let of_channel = weight.chunks_exact_mut(kernels.len()).skip(channel).take(1);
                let rows = of_channel.flat_map(|kernels| kernels.chunks_exact_mut(KERNEL));
                for (start, sums) in starts().zip(rows) {
                    for (sum, input) in sums.iter_mut().zip(&input[start..start + KERNEL]) {
                        *sum += by * input;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "backward_tests.rs"]
mod tests;
