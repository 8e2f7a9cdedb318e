//! The data set in memory: bytes as published, normalised for the network batch by batch.

use super::shard::{Manifest, SplitManifest};
use super::{DataSetIdentity, SplitCorrections};
use crate::network::{Network, PIXELS};

/// Both splits and the classes' names.
#[derive(Debug)]
pub struct Dataset {
    /// What it is known by; `None` for the tutorial's.
    pub own: Option<DataSetIdentity>,
    /// A name for each class, by label.
    pub class_names: Vec<String>,
    /// The training split.
    pub train: Split,
    /// The test split.
    pub test: Split,
}

impl Dataset {
    /// An empty data set with room for everything that the manifest lists.
    #[must_use]
    pub fn new(manifest: &Manifest) -> Self {
        let own = manifest.own();
        let network = manifest.network();
        Self {
            own,
            class_names: manifest.class_names.clone(),
            train: Split::new(&manifest.train, network),
            test: Split::new(&manifest.test, network),
        }
    }
}

/// Images and labels of one split, filled shard by shard in any order.
#[derive(Debug)]
pub struct Split {
    /// Every label is below the number of its classes.
    network: Network,
    pixels: Vec<u8>,
    labels: Vec<u8>,
    /// The index of each shard's first image, followed by the number of images.
    bounds: Vec<usize>,
    present: Vec<bool>,
}

impl Split {
    fn new(manifest: &SplitManifest, network: Network) -> Self {
        let mut bounds = vec![0];
        for entry in &manifest.shards {
            bounds.push(bounds[bounds.len() - 1] + entry.images as usize);
        }
        let images = bounds[bounds.len() - 1];
        Self {
            network,
            pixels: vec![0; images * PIXELS],
            labels: vec![0; images],
            present: vec![false; manifest.shards.len()],
            bounds,
        }
    }

    /// A complete split of the tutorial's classes: `PIXELS` bytes for each label.
    ///
    /// `None` if pixels and labels do not match in number or a label is not a class.
    #[must_use]
    pub fn whole(pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        Self::whole_for(Network::TUTORIAL, pixels, labels)
    }

    /// The same for a network with any number of classes.
    #[must_use]
    pub fn whole_for(network: Network, pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        let fits = pixels.len() == labels.len() * PIXELS
            && labels.iter().all(|&label| usize::from(label) < network.classes());
        let bounds = vec![0, labels.len()];
        fits.then(|| Self { network, pixels, labels, bounds, present: vec![true] })
    }

    /// The network whose classes its labels name.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// Images in the split, whether they have arrived or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether the split has no images at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Inserts a shard at its index (from 0).
    ///
    /// # Panics
    /// If the shard is not in the manifest or has another size; `ShardEntry::open` has checked both.
    pub fn insert(&mut self, shard: usize, pixels: &[u8], labels: &[u8]) {
        let images = self.bounds[shard]..self.bounds[shard + 1];
        self.pixels[images.start * PIXELS..images.end * PIXELS].copy_from_slice(pixels);
        self.labels[images].copy_from_slice(labels);
        self.present[shard] = true;
    }

    /// Whether every shard has arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.present.iter().all(|&present| present)
    }

    /// How many images, counted from the first, are present without a gap.
    #[must_use]
    pub fn leading(&self) -> usize {
        let shards = self.present.iter().take_while(|&&present| present).count();
        self.bounds[shards]
    }

    /// Whether the shards of all these images have arrived.
    #[must_use]
    pub fn has(&self, indices: &[u32]) -> bool {
        self.is_complete() || indices.iter().all(|&index| self.has_image(index as usize))
    }

    fn has_image(&self, index: usize) -> bool {
        let shard = self.bounds.partition_point(|&bound| bound <= index);
        shard > 0 && self.present.get(shard - 1) == Some(&true)
    }

    /// One image's pixels and label, if its shard has arrived.
    #[must_use]
    pub fn image(&self, index: usize) -> Option<(&[u8], u8)> {
        self.has_image(index).then(|| self.at(index))
    }

    /// All pixels, [`PIXELS`] bytes an image; those of missing shards are 0.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The network's inputs and targets for these images, in this order.
    ///
    /// # Panics
    /// If an index is not below [`Self::len`].
    #[must_use]
    pub fn batch(&self, indices: &[u32]) -> Batch {
        Images::of(self, indices).batch()
    }

    /// All labels; those of missing shards are 0.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The first image's index and the pixels of each shard that has arrived and was not `seen`, which this
    /// updates. For callers that keep a copy.
    #[cfg(feature = "training")]
    pub(crate) fn arrived(&self, seen: &mut Vec<bool>) -> impl Iterator<Item = (usize, &[u8])> {
        seen.resize(self.present.len(), false);
        let mut new = Vec::new();
        for (shard, seen) in seen.iter_mut().enumerate() {
            if self.present[shard] && !*seen {
                *seen = true;
                new.push(shard);
            }
        }
        new.into_iter().map(|shard| {
            let (from, to) = (self.bounds[shard], self.bounds[shard + 1]);
            (from, &self.pixels[from * PIXELS..to * PIXELS])
        })
    }

    /// One image's pixels and label; its shard must have arrived.
    ///
    /// # Panics
    /// If the index is not below [`Self::len`].
    fn at(&self, index: usize) -> (&[u8], u8) {
        (&self.pixels[index * PIXELS..(index + 1) * PIXELS], self.labels[index])
    }
}

/// The images of a step, as bytes.
#[derive(Clone, Copy, Debug)]
pub enum Images<'a> {
    /// Images of a split, in this order; each index is below its length.
    Of {
        /// The split that holds them.
        split: &'a Split,
        /// Their indices.
        indices: &'a [u32],
        /// The corrections of their labels.
        corrections: &'a SplitCorrections,
    },
    /// Images outside any split: [`PIXELS`] bytes for each label, which is a class of the network.
    Loose {
        /// Their pixels, one image after the other.
        pixels: &'a [u8],
        /// Their labels.
        labels: &'a [u8],
    },
}

impl<'a> Images<'a> {
    /// Images of a split as it was published.
    #[must_use]
    pub const fn of(split: &'a Split, indices: &'a [u32]) -> Self {
        Self::Of { split, indices, corrections: SplitCorrections::none() }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Of { indices, .. } => indices.len(),
            Self::Loose { labels, .. } => labels.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels and the label of the image at this place, from 0.
    ///
    /// # Panics
    /// If `at` is not below [`Self::len`].
    #[must_use]
    pub fn get(&self, at: usize) -> (&'a [u8], u8) {
        match *self {
            Self::Of { split, indices, corrections } => {
                let index = indices[at];
                let (pixels, published) = split.at(index as usize);
                (pixels, corrections.label(index, published))
            }
            Self::Loose { pixels, labels } => (&pixels[at * PIXELS..(at + 1) * PIXELS], labels[at]),
        }
    }

    /// The network's inputs and targets.
    #[must_use]
    pub fn batch(&self) -> Batch {
        let mut batch = Batch {
            inputs: Vec::with_capacity(self.len() * PIXELS),
            targets: Vec::with_capacity(self.len()),
        };
        for at in 0..self.len() {
            let (pixels, label) = self.get(at);
            normalize_into(&mut batch.inputs, pixels);
            batch.targets.push(i32::from(label));
        }
        batch
    }
}

/// Copies of images in a reusable buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageBuffer {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl ImageBuffer {
    /// Removes all images.
    pub fn clear(&mut self) {
        self.pixels.clear();
        self.labels.clear();
    }

    /// Adds an image of [`PIXELS`] bytes and its label.
    pub fn push(&mut self, pixels: &[u8], label: u8) {
        self.pixels.extend_from_slice(pixels);
        self.labels.push(label);
    }

    /// The images' bytes, [`PIXELS`] each, and their labels.
    #[must_use]
    pub fn bytes(&self) -> (&[u8], &[u8]) {
        (&self.pixels, &self.labels)
    }

    /// The buffer's images.
    #[must_use]
    pub fn images(&self) -> Images<'_> {
        Images::Loose { pixels: &self.pixels, labels: &self.labels }
    }
}

impl From<Images<'_>> for ImageBuffer {
    fn from(images: Images<'_>) -> Self {
        let mut buffer = Self::default();
        for at in 0..images.len() {
            let (pixels, label) = images.get(at);
            buffer.push(pixels, label);
        }
        buffer
    }
}

/// The inputs and targets of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// `[images, 1, 28, 28]`, normalised.
    pub inputs: Vec<f32>,
    /// `[images]`, each below the number of classes.
    pub targets: Vec<i32>,
}

/// `(x/255 - 0.5)/0.5` in `f32` for every byte, in torchvision's order of operations
/// (`ToTensor`, then `Normalize((0.5,), (0.5,))`), so that the inputs are the same bits.
static NORMALIZED: [f32; 256] = {
    let mut table = [0.0; 256];
    let mut pixel = 0;
    while pixel < 256 {
        table[pixel] = (pixel as f32 / 255.0 - 0.5) / 0.5;
        pixel += 1;
    }
    table
};

/// The network's input for one image's bytes.
#[must_use]
pub fn normalize(pixels: &[u8]) -> Vec<f32> {
    let mut inputs = Vec::with_capacity(pixels.len());
    normalize_into(&mut inputs, pixels);
    inputs
}

/// Writes the network's input for one image's bytes to the beginning of `inputs`.
#[cfg(feature = "training")]
pub(crate) fn normalize_to(inputs: &mut [f32], pixels: &[u8]) {
    for (input, &pixel) in inputs.iter_mut().zip(pixels) {
        *input = NORMALIZED[usize::from(pixel)];
    }
}

/// Appends the network's input for one image's bytes.
fn normalize_into(inputs: &mut Vec<f32>, pixels: &[u8]) {
    inputs.extend(pixels.iter().map(|&pixel| NORMALIZED[usize::from(pixel)]));
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
