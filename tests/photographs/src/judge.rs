//! The network that names garments.

use std::path::{Path, PathBuf};

use atelier::checkpoint::file::read_arrays;
use atelier::dataset::Manifest;
use atelier::dataset::shard::MANIFEST_NAME;
use atelier::garment::Picture;
use atelier::insight::{Activations, ForwardPass};
use atelier::network::PIXELS;

use image::{ImageFormat, load_from_memory_with_format};

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
        let (pixels, labels) = entry.open(&bytes, manifest.network())?;
        let pixels = pixels.as_chunks().0.iter().copied();
        images.extend(pixels.zip(labels.iter().copied().map(usize::from)));
    }
    Ok(images)
}

/// The PNG files in a folder's folders, in the order of their names: the labels that are right, as the inner folder's name
/// lists them (`8`, `0+6`), the picture, and its path.
///
/// # Errors
/// If a folder or a file cannot be read.
pub fn pictures(folder: &Path) -> Result<Vec<(Vec<usize>, Picture, String)>, HarnessError> {
    let mut files = Vec::new();
    for class in entries(folder)? {
        let name = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let labels: Vec<usize> = name.split('+').filter_map(|label| label.parse().ok()).collect();
        for file in entries(&class)? {
            let image = load_from_memory_with_format(&read(&file)?, ImageFormat::Png)?.into_rgba8();
            let (width, height) = (image.width() as usize, image.height() as usize);
            let picture = Picture::new(width, height, image.into_raw());
            let picture = picture.ok_or(HarnessError::Picture)?;
            files.push((labels.clone(), picture, file.display().to_string()));
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, HarnessError> {
    let wrong = |error| HarnessError::Read { path: folder.to_owned(), error };
    let entries = std::fs::read_dir(folder).map_err(wrong)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(wrong)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// A file's bytes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, HarnessError> {
    std::fs::read(path).map_err(|error| HarnessError::Read { path: path.to_owned(), error })
}
