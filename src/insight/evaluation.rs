//! What a network says of every image of a split.

use serde::{Deserialize, Serialize};

use super::InsightError;
use super::forward::{Activations, ForwardPass};
use crate::network::{Network, PIXELS};

/// What a network says of images, beside what is true: the same index in every field is the same image, in the order of
/// the split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// How many classes the network has: the tutorial's ten by default.
    pub classes: u8,
    /// The true classes, each below `classes`.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// The class with the largest logit; the first of several.
    #[serde(with = "serde_bytes")]
    pub predicted: Vec<u8>,
    /// The probability of that class, 0 to 1.
    pub confidence: Vec<f32>,
    /// The cross-entropy with the true class, in nats.
    pub losses: Vec<f32>,
    /// `[images, 10]`: the cross-entropy with each class, for [`Self::relabelled`]. Empty for other networks than the tutorial's,
    /// whose labels alone are corrected.
    pub class_losses: Vec<f32>,
}

impl Default for Evaluation {
    fn default() -> Self {
        Self::of(Network::TUTORIAL)
    }
}

/// The label of an image that is left out, which is no class.
const LEFT_OUT: u8 = u8::MAX;

/// One image of an [`Evaluation`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluatedImage {
    /// Its index in the evaluation, from 0.
    pub index: u32,
    /// The true class, below [`Evaluation::classes`].
    pub label: usize,
    /// The predicted class, below [`Evaluation::classes`].
    pub predicted: usize,
    /// The probability of the predicted class, 0 to 1, or NaN.
    pub confidence: f32,
    /// The cross-entropy with the true class in nats: 0 and above, or NaN.
    pub loss: f32,
}

impl EvaluatedImage {
    /// Whether the predicted class is the true one.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.label == self.predicted
    }
}

impl Evaluation {
    /// No image yet, for networks like this one.
    #[must_use]
    pub const fn of(network: Network) -> Self {
        Self {
            // At most 64.
            classes: network.classes() as u8,
            labels: Vec::new(),
            predicted: Vec::new(),
            confidence: Vec::new(),
            losses: Vec::new(),
            class_losses: Vec::new(),
        }
    }

    /// How many classes the network has.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.classes as usize
    }

    /// Evaluates images of 784 bytes each and appends what the network says of them. Calls with the parts of a split, one
    /// after the other, give the same as one call with the whole.
    ///
    /// Loss and confidence are those of PyTorch's `cross_entropy` and `softmax`. If a logit is NaN or positive infinity,
    /// or all are negative infinity, both are NaN. The predicted class is that of PyTorch's `argmax`, for which NaN is
    /// larger than any number: the first NaN, otherwise the first of the largest logits.
    ///
    /// # Errors
    /// [`InsightError::Images`] if the last image is not complete, [`InsightError::Labels`] if there are not as many labels
    /// as images, [`InsightError::Label`] if a label is not a class, [`InsightError::Classes`] if the network has another number
    /// of them. Nothing is appended then.
    pub fn add(
        &mut self,
        forward: &ForwardPass,
        pixels: &[u8],
        labels: &[u8],
    ) -> Result<(), InsightError> {
        let (images, rest) = pixels.as_chunks::<PIXELS>();
        if !rest.is_empty() {
            return Err(InsightError::Images { bytes: pixels.len(), image: PIXELS });
        }
        if images.len() != labels.len() {
            return Err(InsightError::Labels { images: images.len(), labels: labels.len() });
        }
        if let Some(&label) = labels.iter().find(|label| usize::from(**label) >= self.classes()) {
            return Err(InsightError::Label { label });
        }
        self.check(forward.classes())?;
        let mut activations = Box::<Activations>::default();
        for (image, &label) in images.iter().zip(labels) {
            forward.run(image, &mut activations);
            self.push(&activations.fc3, label)?;
        }
        Ok(())
    }

    /// Appends what follows from the logits of one image, as [`Self::add`] does.
    ///
    /// # Errors
    /// [`InsightError::Label`] if the label is not a class, [`InsightError::Classes`] if there are not as many logits as classes.
    pub fn push(&mut self, logits: &[f32], label: u8) -> Result<(), InsightError> {
        self.check(logits.len())?;
        let logs = LogSoftmax::new(logits);
        // Not `-log`, which would make −0 of 0.
        let loss = |logit: &f32| (0.0 - logs.of(*logit)) as f32;
        let own = logits.get(usize::from(label)).ok_or(InsightError::Label { label })?;
        let predicted = first_largest(logits);
        self.labels.push(label);
        self.predicted.push(predicted as u8);
        self.confidence.push(logs.of(logits[predicted]).exp() as f32);
        self.losses.push(loss(own));
        if self.classes() == Network::TUTORIAL.classes() {
            self.class_losses.extend(logits.iter().map(loss));
        }
        Ok(())
    }

    /// That a network, or its logits, has as many classes.
    const fn check(&self, found: usize) -> Result<(), InsightError> {
        let expected = self.classes();
        if found == expected { Ok(()) } else { Err(InsightError::Classes { found, expected }) }
    }

    /// Appends the evaluation of further images, by the same network.
    pub fn append(&mut self, mut others: Self) {
        self.labels.append(&mut others.labels);
        self.predicted.append(&mut others.predicted);
        self.confidence.append(&mut others.confidence);
        self.losses.append(&mut others.losses);
        self.class_losses.append(&mut others.class_losses);
    }

    /// The same answers judged by other labels: `judge` gives an image's label by its index and its label here; `None` leaves
    /// it out of [`Self::images`] and of all that follows from them. A loss that is not known is NaN.
    #[must_use]
    pub fn relabelled(&self, judge: impl Fn(u32, u8) -> Option<u8>) -> Self {
        let mut judged = self.clone();
        let images = judged.labels.iter_mut().zip(&mut judged.losses);
        for (index, (label, loss)) in (0..=u32::MAX).zip(images) {
            let other = judge(index, *label).unwrap_or(LEFT_OUT);
            if other != *label {
                let at = index as usize * self.classes() + usize::from(other);
                let known =
                    self.class_losses.get(at).filter(|_| usize::from(other) < self.classes());
                *loss = known.copied().unwrap_or(f32::NAN);
                *label = other;
            }
        }
        judged
    }

    /// How many images were evaluated: as many as every field has.
    #[must_use]
    pub fn len(&self) -> usize {
        let of_classes = self.labels.len().min(self.predicted.len());
        of_classes.min(self.confidence.len()).min(self.losses.len())
    }

    /// Whether no image was evaluated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The images in order, without those whose class is none of the network's, which can only come from outside.
    pub fn images(&self) -> impl Iterator<Item = EvaluatedImage> {
        let classes = self.labels.iter().zip(&self.predicted);
        let numbers = self.confidence.iter().zip(&self.losses);
        (0..=u32::MAX).zip(classes.zip(numbers)).filter_map(|(index, (classes, numbers))| {
            let (label, predicted) = (usize::from(*classes.0), usize::from(*classes.1));
            let (&confidence, &loss) = numbers;
            let is_class = label < self.classes() && predicted < self.classes();
            is_class.then_some(EvaluatedImage { index, label, predicted, confidence, loss })
        })
    }

    /// The image with this index, if it is one of [`Self::images`].
    #[must_use]
    pub fn image(&self, index: u32) -> Option<EvaluatedImage> {
        let at = index as usize;
        let (label, predicted) = (*self.labels.get(at)?, *self.predicted.get(at)?);
        let (label, predicted) = (usize::from(label), usize::from(predicted));
        let (confidence, loss) = (*self.confidence.get(at)?, *self.losses.get(at)?);
        let is_class = label < self.classes() && predicted < self.classes();
        is_class.then_some(EvaluatedImage { index, label, predicted, confidence, loss })
    }

    /// The share of [`Self::images`] whose predicted class is the true one, 0 to 1; `None` if there are none.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        mean(self.images().map(|image| f64::from(u8::from(image.is_right()))))
    }

    /// The mean cross-entropy of [`Self::images`] in nats, NaN if one of them is; `None` if there are none.
    #[must_use]
    pub fn mean_loss(&self) -> Option<f64> {
        mean(self.images().map(|image| f64::from(image.loss)))
    }
}

/// The mean, in f64; `None` of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

/// The index of the first NaN, otherwise of the first of the largest numbers.
pub(super) fn first_largest(values: &[f32]) -> usize {
    let mut largest = 0;
    for (at, value) in values.iter().enumerate() {
        let so_far = values[largest];
        if !so_far.is_nan() && (value.is_nan() || *value > so_far) {
            largest = at;
        }
    }
    largest
}

/// The logarithms of the classes' probabilities, by subtracting the largest logit first, so that nothing overflows.
#[derive(Clone, Copy)]
pub(super) struct LogSoftmax {
    largest: f64,
    log_sum: f64,
}

impl LogSoftmax {
    /// Of these logits.
    pub fn new(logits: &[f32]) -> Self {
        let logits = || logits.iter().copied().map(f64::from);
        let largest = logits().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits().map(|logit| (logit - largest).exp()).sum();
        Self { largest, log_sum: sum.ln() }
    }

    /// The logarithm of the probability of the class that has this one of the logits.
    pub fn of(self, logit: f32) -> f64 {
        f64::from(logit) - self.largest - self.log_sum
    }
}

/// The probabilities of logits, as PyTorch's `softmax` has them.
#[must_use]
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let logs = LogSoftmax::new(logits);
    logits.iter().map(|logit| logs.of(*logit).exp() as f32).collect()
}

#[cfg(test)]
#[path = "evaluation_tests.rs"]
mod tests;
