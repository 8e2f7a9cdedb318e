//! What goes through many images: part by part, in turns, so that other commands are answered meanwhile.

use std::ops::Range;
use std::time::Duration;

use gloo::timers::future::sleep;

use super::Insight;
use super::images::ImageSet;
use crate::dataset::Folds;
use crate::insight::{
    Activations, CrossValidation, Doubted, Evaluation, ForwardPass, HeldOut, ImageIndex,
    InsightError, principal_components, softmax,
};
use crate::library::epoch_weights;
use crate::network::{CLASSES, PIXELS};
use crate::protocol::insight::{
    Embedding, Fold, InsightReply, NearPair, PART_IMAGES, SplitName, WeightsAt,
};
use crate::protocol::{Failure, ProtocolError};
use crate::state_dict::StateDict;

/// Images that are evaluated before other commands have their turn: some 20 ms.
pub const IMAGES_A_TURN: usize = 200;
/// Images whose nearest one is looked for in a turn.
const SEARCHES_A_TURN: usize = 10;

/// The activations before the last layer.
pub type Features = [f32; 84];

impl Insight {
    pub(super) async fn evaluate_part(
        &self,
        at: &WeightsAt,
        split: SplitName,
        from: u32,
    ) -> Result<Evaluation, Failure> {
        let forward = tutorials(&self.weights.read(at).await?)?;
        let images = self.images.tutorial();
        images.load(split).await?;
        evaluate(&forward, &images, split, part(&images, split, from)).await
    }

    pub(super) async fn nearest(&self, from: u32, within: f32) -> Result<InsightReply, Failure> {
        let images = self.images.tutorial();
        images.load(SplitName::Train).await?;
        images.load(SplitName::Test).await?;
        if self.index.borrow().is_none() {
            let index = images.with(SplitName::Train, |train| ImageIndex::new(train.pixels()));
            self.index.replace(index.transpose()?);
        }
        let part = part(&images, SplitName::Test, from);
        let searched = part.len() as u32;
        let mut pairs = Vec::new();
        for turn in turns(part, SEARCHES_A_TURN) {
            let first = turn.start as u32;
            let (pixels, labels) = images.slice(SplitName::Test, turn);
            let test_images = pixels.as_chunks::<PIXELS>().0.iter().zip(&labels);
            images.with(SplitName::Train, |train| {
                let index = self.index.borrow();
                pairs.extend((first..).zip(test_images).filter_map(|(test, (image, label))| {
                    let near = index.as_ref()?.nearest(train.pixels(), image, within)?;
                    let (_, its) = train.image(near.index as usize)?;
                    let (train, labels, distance) = (near.index, [*label, its], near.distance);
                    Some(NearPair { test, train, labels, distance })
                }));
            });
            sleep(Duration::ZERO).await;
        }
        Ok(InsightReply::Nearest { searched, pairs })
    }

    pub(super) async fn held_out(
        &self,
        weights: &[u8],
        fold: Fold,
    ) -> Result<Option<Doubted>, Failure> {
        let weights = epoch_weights::decode(weights).ok_or(Failure::NoWeights)?;
        let forward = tutorials(&weights)?;
        let images = self.images.tutorial();
        images.load(SplitName::Train).await?;
        images.load(SplitName::Test).await?;
        let folds = Folds::new(fold.seed, images.count(SplitName::Train), fold.parts.into());
        let indices = folds.map(|folds| folds.held_out(fold.part.into())).unwrap_or_default();
        let test: Vec<_> = (0..images.count(SplitName::Test) as u32).collect();
        let (labels, probabilities) =
            probabilities_of(&forward, &images, SplitName::Train, &indices).await;
        let (test_labels, test) = probabilities_of(&forward, &images, SplitName::Test, &test).await;
        let part = HeldOut { indices, labels, probabilities, test_labels, test };
        let mut all = self.cross_validation.borrow_mut();
        if fold.part == 0 {
            *all = CrossValidation::default();
        }
        if all.networks() != u32::from(fold.part) {
            // Another worker has judged those before it, and is gone.
            let told = format!("part {} of a cross-validation without those before it", fold.part);
            return Err(ProtocolError::Malformed(told).into());
        }
        all.add(&part);
        let is_last = fold.part + 1 == fold.parts;
        // On the page's thread, this would hold up whatever a person does.
        Ok(is_last.then(|| std::mem::take(&mut *all).doubted()))
    }

    pub(super) async fn embedding(&self, at: &WeightsAt) -> Result<Embedding, Failure> {
        let (features, evaluation) = self.features(at).await?;
        Ok(Embedding { evaluation, principal: principal_components(&features) })
    }

    /// The activations before the last layer of every test image, and what the network says of it.
    pub(super) async fn features(
        &self,
        at: &WeightsAt,
    ) -> Result<(Vec<Features>, Evaluation), Failure> {
        let forward = tutorials(&self.weights.read(at).await?)?;
        let images = self.images.tutorial();
        images.load(SplitName::Test).await?;
        let mut activations = Box::<Activations>::default();
        let (mut features, mut evaluation) = (Vec::new(), Evaluation::of(forward.network()));
        for turn in turns(0..images.count(SplitName::Test), IMAGES_A_TURN) {
            let (pixels, labels) = images.slice(SplitName::Test, turn);
            for (image, label) in pixels.as_chunks::<PIXELS>().0.iter().zip(labels) {
                forward.run(image, &mut activations);
                features.push(activations.fc2);
                evaluation.push(&activations.fc3, label)?;
            }
            sleep(Duration::ZERO).await;
        }
        Ok((features, evaluation))
    }
}

/// A range in pieces of this length, the last of which may be shorter.
pub fn turns(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range.step_by(length).map(move |first| first..end.min(first + length))
}

/// The forward pass of a network with the tutorial's classes, of whose images everything here is but [`evaluate`].
fn tutorials(weights: &StateDict) -> Result<ForwardPass, InsightError> {
    let forward = ForwardPass::new(weights)?;
    let (found, expected) = (forward.classes(), CLASSES);
    if found == expected { Ok(forward) } else { Err(InsightError::Classes { found, expected }) }
}

/// What a network says of these images of a split, which must have been loaded.
pub async fn evaluate(
    forward: &ForwardPass,
    images: &ImageSet,
    split: SplitName,
    range: Range<usize>,
) -> Result<Evaluation, Failure> {
    let mut evaluation = Evaluation::of(forward.network());
    for turn in turns(range, IMAGES_A_TURN) {
        let (pixels, labels) = images.slice(split, turn);
        evaluation.add(forward, &pixels, &labels)?;
        sleep(Duration::ZERO).await;
    }
    Ok(evaluation)
}

/// The part of a split that begins with this image.
fn part(images: &ImageSet, split: SplitName, from: u32) -> Range<usize> {
    let from = from as usize;
    from..images.count(split).min(from.saturating_add(PART_IMAGES as usize))
}

/// The labels of these images of the tutorial's, and their probabilities by a network of its classes.
async fn probabilities_of(
    forward: &ForwardPass,
    images: &ImageSet,
    split: SplitName,
    indices: &[u32],
) -> (Vec<u8>, Vec<[f32; CLASSES]>) {
    let mut activations = Box::<Activations>::default();
    let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
    for turn in indices.chunks(IMAGES_A_TURN) {
        images.with(split, |images| {
            for (pixels, label) in turn.iter().filter_map(|index| images.image(*index as usize)) {
                let Ok(pixels) = pixels.try_into() else { continue };
                forward.run(pixels, &mut activations);
                let Ok(these) = softmax(&activations.fc3).try_into() else { continue };
                labels.push(label);
                probabilities.push(these);
            }
        });
        sleep(Duration::ZERO).await;
    }
    (labels, probabilities)
}
