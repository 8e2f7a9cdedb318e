//! IDX files as a data set: a pair to train on and one to validate on, or one that is divided.
//!
//! Labels may be any from 0 to 63. Those that occur in the training pair are the classes, in their order; a class is named
//! after its label, or by a list of names.

use std::io::Read as _;

use serde::Deserialize;

use super::{Labelled, MOST_IMAGES, OwnMistake, Validation};
use crate::dataset::idx::{parse_images, parse_labels};
use crate::dataset::{Dataset, IdxError};
use crate::network::{Network, PIXELS};
use crate::text;

/// A file's name, for errors, and its bytes, compressed by gzip or not.
pub type IdxFile<'a> = (&'a str, &'a [u8]);

/// More than a file of as many images as are taken has, in bytes.
const MOST_BYTES: usize = MOST_IMAGES * PIXELS + 1024;

/// A list of names: a JSON array, by label, or an object with such an array as `classes` and a `name` of the data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The data set's name.
    pub name: Option<String>,
    /// The names by label, of which there may be more than labels.
    pub classes: Vec<String>,
}

impl Names {
    /// Reads a list of names.
    ///
    /// # Errors
    /// [`OwnMistake::Names`].
    pub fn read((file, json): IdxFile<'_>) -> Result<Self, OwnMistake> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            List(Vec<String>),
            Object { name: Option<String>, classes: Vec<String> },
        }
        match serde_json::from_slice(json) {
            Ok(Form::List(classes)) => Ok(Self { name: None, classes }),
            Ok(Form::Object { name, classes }) => Ok(Self { name, classes }),
            Err(error) => {
                let (file, why) = (text::quote(file), text::quote(&error.to_string()));
                Err(OwnMistake::Names { file, why })
            }
        }
    }

    /// The name of the class with this label.
    fn of(&self, label: u8) -> Result<String, OwnMistake> {
        if self.classes.is_empty() {
            return Ok(label.to_string());
        }
        let named = self.classes.get(usize::from(label)).cloned();
        named.ok_or(OwnMistake::MissingName { names: self.classes.len(), label })
    }
}

/// The data set of these pairs, images first. Without a second pair, the first is divided by `validation`.
///
/// # Errors
/// [`OwnMistake::Idx`], [`OwnMistake::Gzip`], [`OwnMistake::Count`], [`OwnMistake::Label`], [`OwnMistake::UnknownLabel`],
/// [`OwnMistake::MissingName`]; or as [`Labelled::divided`] and [`Labelled::with_validation`].
pub fn data_set(
    name: &str,
    names: &Names,
    train: (IdxFile<'_>, IdxFile<'_>),
    test: Option<(IdxFile<'_>, IdxFile<'_>)>,
    validation: Validation,
) -> Result<Dataset, OwnMistake> {
    let mut train = pair(train)?;
    let mut test = test.map(pair).transpose()?;
    let mut occurs = [false; Network::MOST_CLASSES];
    for label in train.labels() {
        occurs[usize::from(*label)] = true;
    }
    let used: Vec<u8> =
        (0_u8..).zip(occurs).filter(|(_, occurs)| *occurs).map(|(label, _)| label).collect();
    let class_names: Vec<_> =
        used.iter().map(|label| names.of(*label)).collect::<Result<_, _>>()?;
    let mut classes = [0; 256];
    for (class, label) in (0_u8..).zip(&used) {
        classes[usize::from(*label)] = class;
    }
    if let Some(test) = &test
        && let Some(label) = test.labels().iter().find(|label| !used.contains(label))
    {
        return Err(OwnMistake::UnknownLabel(*label));
    }
    train.relabel(&classes);
    let name = names.name.as_deref().unwrap_or(name);
    match test.take() {
        None => train.divided(name, &class_names, validation),
        Some(mut test) => {
            test.relabel(&classes);
            train.with_validation(test, name, &class_names, validation.seed)
        }
    }
}

fn pair((images, labels): (IdxFile<'_>, IdxFile<'_>)) -> Result<Labelled, OwnMistake> {
    let most = Network::new(Network::MOST_CLASSES).unwrap_or(Network::TUTORIAL);
    let wrong = |file: &str, why: IdxError| {
        let file = text::quote(file);
        match why {
            IdxError::Label { label, .. } => OwnMistake::Label { file, label },
            why => OwnMistake::Idx { file, why },
        }
    };
    let (image_file, label_file) = (images.0, labels.0);
    let pixels = parse_images(&unpacked(images)?).map_err(|why| wrong(image_file, why))?;
    let labels = parse_labels(&unpacked(labels)?, most).map_err(|why| wrong(label_file, why))?;
    let (found, expected) = (pixels.len() / PIXELS, labels.len());
    Labelled::new(pixels, labels).ok_or_else(|| OwnMistake::Count {
        images: text::quote(image_file),
        found,
        labels: text::quote(label_file),
        expected,
    })
}

/// A file's content, decompressed if it is gzip.
fn unpacked((file, bytes): IdxFile<'_>) -> Result<Vec<u8>, OwnMistake> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return if bytes.len() > MOST_BYTES {
            Err(OwnMistake::TooManyImages)
        } else {
            Ok(bytes.to_vec())
        };
    }
    let mut content = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes).take(MOST_BYTES as u64 + 1);
    let read = decoder.read_to_end(&mut content);
    if read.is_err() {
        return Err(OwnMistake::Gzip { file: text::quote(file) });
    }
    if content.len() > MOST_BYTES {
        return Err(OwnMistake::TooManyImages);
    }
    Ok(content)
}

#[cfg(test)]
#[path = "idx_files_tests.rs"]
mod tests;
