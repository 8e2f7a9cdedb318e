//! The network that names garments.

use std::path::Path;

use atelier::checkpoint::file::read_arrays;
use atelier::dataset::Manifest;
use atelier::dataset::shard::MANIFEST_NAME;
use atelier::insight::{Activations, ForwardPass};
use atelier::network::PIXELS;

use crate::HarnessError;

/// A trained network.
pub struct Judge {
    forward: ForwardPass,
}

impl Judge {
    /// The network of a file with weights or a checkpoint.
    ///
    /// # Errors
    /// If the file cannot be read or holds no such network.
    pub fn open(path: &Path) -> Result<Self, HarnessError> {
        Ok(Self { forward: ForwardPass::new(&read_arrays(&read(path)?)?)? })
    }

    /// The labels of the classes, the likeliest first.
    #[must_use]
    pub fn ranked(&self, garment: &[u8; PIXELS]) -> Vec<usize> {
        let mut activations = Box::<Activations>::default();
        self.forward.run(garment, &mut activations);
        let logits = &activations.fc3;
        let mut labels: Vec<usize> = (0..logits.len()).collect();
        labels.sort_by(|one, other| logits[*other].total_cmp(&logits[*one]));
        labels
    }
}

/// Images of 28×28 pixels and their labels.
pub type Images = Vec<([u8; PIXELS], usize)>;

/// The data set's test images.
///
/// # Errors
/// If the shards cannot be read.
pub fn test_images(folder: &Path) -> Result<Images, HarnessError> {
    let manifest = Manifest::parse(&read(&folder.join(MANIFEST_NAME))?)?;
    let mut images = Images::new();
    for entry in &manifest.test.shards {
        let bytes = entry.unpack(read(&folder.join(&entry.file))?)?;
        let (pixels, labels) = entry.open(&bytes)?;
        let pixels = pixels.as_chunks().0.iter().copied();
        images.extend(pixels.zip(labels.iter().copied().map(usize::from)));
    }
    Ok(images)
}

/// A file's bytes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, HarnessError> {
    std::fs::read(path).map_err(|error| HarnessError::Read { path: path.to_owned(), error })
}
