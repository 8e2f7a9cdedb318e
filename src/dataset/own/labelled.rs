//! Images with their labels, divided into what is trained on and what is validated on.

use sha2::{Digest as _, Sha256};

use super::{FEWEST_OF_A_CLASS, MOST_IMAGES, OwnMistake};
use crate::checksum::hex;
use crate::dataset::identity::fitting_class_names;
use crate::dataset::sampler::shuffle;
use crate::dataset::{DataSetIdentity, Dataset, Split};
use crate::network::random::{Purpose, seeded_generator};
use crate::network::{Network, PIXELS};

/// Images and their labels: [`PIXELS`] bytes for each label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelled {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

/// Which images are validated on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Validation {
    /// Their share of each class, above 0 and below 1.
    pub share: f64,
    /// What they are drawn by.
    pub seed: u64,
}

impl Default for Validation {
    /// A seventh, as Fashion-MNIST's 10,000 of 70,000.
    fn default() -> Self {
        Self { share: 1.0 / 7.0, seed: 0 }
    }
}

/// The first part of the generators that draw images to validate on; the class is added.
const DRAWN_OF_CLASS: u64 = 0;
/// The generator of the training images' order.
const ORDER: u64 = 1 << 32;

impl Labelled {
    /// Images of [`PIXELS`] bytes for each label; `None` if their numbers do not match.
    #[must_use]
    pub fn new(pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        (pixels.len() == labels.len() * PIXELS).then_some(Self { pixels, labels })
    }

    /// Adds an image.
    pub fn push(&mut self, image: &[u8; PIXELS], label: u8) {
        self.pixels.extend_from_slice(image);
        self.labels.push(label);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The labels, in the images' order.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Gives each image the label at its own one's place.
    #[cfg(feature = "exchange")]
    pub(super) fn relabel(&mut self, labels: &[u8; 256]) {
        for label in &mut self.labels {
            *label = labels[usize::from(*label)];
        }
    }

    fn take(&self, indices: &[u32]) -> Self {
        let mut taken = Self::default();
        for index in indices.iter().map(|index| *index as usize) {
            taken.pixels.extend_from_slice(&self.pixels[index * PIXELS..(index + 1) * PIXELS]);
            taken.labels.push(self.labels[index]);
        }
        taken
    }

    /// The data set of these images, of each class the same share of which is validated on, at least one image. The training
    /// images are shuffled, so that the first of them are of all classes.
    ///
    /// # Errors
    /// [`OwnMistake::Identity`], [`OwnMistake::FewImages`], [`OwnMistake::TooManyImages`] or [`OwnMistake::Share`].
    pub fn divided(
        &self,
        name: &str,
        class_names: &[String],
        validation: Validation,
    ) -> Result<Dataset, OwnMistake> {
        let Validation { share, seed } = validation;
        if !(share > 0.0 && share < 1.0) {
            return Err(OwnMistake::Share(share.to_string()));
        }
        let class_names = fitting_class_names(class_names)?;
        let (mut train, mut test) = (Vec::new(), Vec::new());
        for (class, name) in (0_u8..).zip(&class_names) {
            let labels = (0_u32..).zip(&self.labels);
            let mut of_class: Vec<u32> =
                labels.filter(|(_, label)| **label == class).map(|(index, _)| index).collect();
            let images = of_class.len();
            if images < FEWEST_OF_A_CLASS {
                return Err(OwnMistake::FewImages { class: name.clone(), images });
            }
            let part = DRAWN_OF_CLASS + u64::from(class);
            shuffle(&mut of_class, &mut seeded_generator(seed, Purpose::Validation, part));
            let validated = ((images as f64 * share).round() as usize).clamp(1, images - 1);
            test.extend_from_slice(&of_class[..validated]);
            train.extend_from_slice(&of_class[validated..]);
        }
        // Their places in the files, so that the order of validation says nothing of the draw.
        test.sort_unstable();
        train.sort_unstable();
        shuffle(&mut train, &mut seeded_generator(seed, Purpose::Validation, ORDER));
        data_set(name, &class_names, self.take(&train), self.take(&test))
    }

    /// The data set with these images to train on and those to validate on. The training images are shuffled by the seed.
    ///
    /// # Errors
    /// [`OwnMistake::Identity`], [`OwnMistake::NoImages`], [`OwnMistake::TooManyImages`], or [`OwnMistake::FewImages`] for a
    /// class that has no image to train on.
    pub fn with_validation(
        &self,
        test: Self,
        name: &str,
        class_names: &[String],
        seed: u64,
    ) -> Result<Dataset, OwnMistake> {
        let class_names = fitting_class_names(class_names)?;
        for (class, name) in (0_u8..).zip(&class_names) {
            if !self.labels.contains(&class) {
                return Err(OwnMistake::FewImages { class: name.clone(), images: 0 });
            }
        }
        let mut train: Vec<u32> = (0..self.len() as u32).collect();
        shuffle(&mut train, &mut seeded_generator(seed, Purpose::Validation, ORDER));
        data_set(name, &class_names, self.take(&train), test)
    }
}

fn data_set(
    name: &str,
    class_names: &[String],
    train: Labelled,
    test: Labelled,
) -> Result<Dataset, OwnMistake> {
    for (split, is_train) in [(&train, true), (&test, false)] {
        if split.is_empty() {
            return Err(OwnMistake::NoImages { train: is_train });
        }
    }
    if train.len() + test.len() > MOST_IMAGES {
        return Err(OwnMistake::TooManyImages);
    }
    let parts = [&train, &test].map(|split| (&split.pixels[..], &split.labels[..]));
    let sha256 = contents_sha256(class_names, parts);
    let own = DataSetIdentity::new(name, &sha256, class_names)?;
    let network = own.network();
    let split = |split: Labelled| {
        let label = split.labels.iter().copied().max().unwrap_or_default();
        let whole = Split::whole_for(network, split.pixels, split.labels);
        whole.ok_or(OwnMistake::UnknownLabel(label))
    };
    Ok(Dataset {
        class_names: own.class_names().to_vec(),
        own: Some(own),
        train: split(train)?,
        test: split(test)?,
    })
}

/// What the SHA-256 of a data set begins with.
const TITLE: &str = "atelier-data-set 1";

/// The SHA-256 of a data set's contents, in lower-case hexadecimal digits: of `atelier-data-set 1`, a line feed, the names of
/// the classes as a JSON array without spaces, a line feed, and for the training split and then the validation split the
/// number of images as eight bytes, least first, all pixels and all labels. Each split is `(pixels, labels)`.
#[must_use]
pub fn contents_sha256(class_names: &[String], splits: [(&[u8], &[u8]); 2]) -> String {
    let names = serde_json::Value::from(class_names).to_string();
    let mut sum = Sha256::new();
    sum.update(format!("{TITLE}\n{names}\n"));
    for (pixels, labels) in splits {
        sum.update((labels.len() as u64).to_le_bytes());
        sum.update(pixels);
        sum.update(labels);
    }
    hex(&sum.finalize())
}

impl Dataset {
    /// The network that is trained on it.
    #[must_use]
    pub fn network(&self) -> Network {
        DataSetIdentity::network_for(self.own.as_ref())
    }

    /// The SHA-256 of its contents, once they have arrived: see [`contents_sha256`].
    #[must_use]
    pub fn sha256(&self) -> String {
        let parts = [&self.train, &self.test].map(|split| (split.pixels(), split.labels()));
        contents_sha256(&self.class_names, parts)
    }
}

#[cfg(test)]
#[path = "labelled_tests.rs"]
mod tests;
