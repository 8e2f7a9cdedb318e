//! IDX files, the format in which MNIST and Fashion-MNIST are published.
//!
//! A file is a magic number (two zero bytes, the element type, the number of dimensions), each
//! dimension as a big-endian `u32`, then the elements, row by row
//! (<http://yann.lecun.com/exdb/mnist/>, "THE IDX FILE FORMAT").

use crate::network::{Network, PIXELS, SIDE};
use serde::{Deserialize, Serialize};
use thiserror::Error;

const UNSIGNED_BYTES: u8 = 0x08;

/// Why bytes are not an IDX file of 28×28 images or of their labels.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum IdxError {
    /// The file ends inside its header.
    #[error("the IDX header is cut short: {0} bytes")]
    CutHeader(usize),
    /// The first four bytes are not the magic number of this kind of file.
    #[error(
        "not an IDX file of unsigned bytes in {dimensions} dimensions: it starts with {magic:02x?}"
    )]
    Magic {
        /// Dimensions expected.
        dimensions: u8,
        /// Bytes found.
        magic: [u8; 4],
    },
    /// The images have another size.
    #[error("images are {rows}×{columns}, not {SIDE}×{SIDE}")]
    Size {
        /// Rows declared.
        rows: u32,
        /// Columns declared.
        columns: u32,
    },
    /// The header declares a different number of bytes than the file has.
    #[error("the header declares {declared} bytes of data, the file has {found}")]
    Length {
        /// Bytes that the header's dimensions amount to.
        declared: u64,
        /// Bytes after the header.
        found: u64,
    },
    /// A label is not a class.
    #[error("label {label} of image {index} is not below {classes}")]
    Label {
        /// Index of the image, from 0.
        index: usize,
        /// The label found.
        label: u8,
        /// How many classes there are.
        classes: usize,
    },
}

/// The pixels of an IDX file of 28×28 images, [`PIXELS`] bytes an image.
///
/// # Errors
/// Any [`IdxError`] but [`IdxError::Label`].
pub fn parse_images(bytes: &[u8]) -> Result<Vec<u8>, IdxError> {
    let ([count, rows, columns], pixels) = split_header::<3>(bytes)?;
    if (rows, columns) != (SIDE as u32, SIDE as u32) {
        return Err(IdxError::Size { rows, columns });
    }
    check_length(u64::from(count) * PIXELS as u64, pixels)?;
    Ok(pixels.to_vec())
}

/// The labels of an IDX file, one byte an image, each a class of this network.
///
/// # Errors
/// Any [`IdxError`] but [`IdxError::Size`].
pub fn parse_labels(bytes: &[u8], network: Network) -> Result<Vec<u8>, IdxError> {
    let ([count], labels) = split_header::<1>(bytes)?;
    check_length(u64::from(count), labels)?;
    check_labels(labels, network)?;
    Ok(labels.to_vec())
}

/// Checks that all labels are classes.
pub(super) fn check_labels(labels: &[u8], network: Network) -> Result<(), IdxError> {
    let classes = network.classes();
    match labels.iter().zip(0..).find(|(label, _)| usize::from(**label) >= classes) {
        Some((&label, index)) => Err(IdxError::Label { index, label, classes }),
        None => Ok(()),
    }
}

fn split_header<const D: usize>(bytes: &[u8]) -> Result<([u32; D], &[u8]), IdxError> {
    let cut = || IdxError::CutHeader(bytes.len());
    let (&magic, mut rest) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
    if magic != [0, 0, UNSIGNED_BYTES, D as u8] {
        return Err(IdxError::Magic { dimensions: D as u8, magic });
    }
    let mut dimensions = [0; D];
    for dimension in &mut dimensions {
        let (&word, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        *dimension = u32::from_be_bytes(word);
        rest = after;
    }
    Ok((dimensions, rest))
}

fn check_length(declared: u64, data: &[u8]) -> Result<(), IdxError> {
    let found = data.len() as u64;
    if declared == found { Ok(()) } else { Err(IdxError::Length { declared, found }) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn images(count: u32, side: u32, data: usize) -> Vec<u8> {
        let mut file = vec![0, 0, 8, 3];
        for dimension in [count, side, side] {
            file.extend(dimension.to_be_bytes());
        }
        file.extend((0..data).map(|at| at as u8));
        file
    }

    fn labels(count: u32, data: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, 8, 1];
        file.extend(count.to_be_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn images_and_labels_come_out_as_written() {
        let pixels = parse_images(&images(2, 28, 2 * PIXELS)).unwrap();
        assert_eq!(pixels.len(), 2 * PIXELS);
        assert_eq!(pixels[255], 255);
        assert_eq!(parse_labels(&labels(3, &[0, 9, 4]), Network::TUTORIAL), Ok(vec![0, 9, 4]));
    }

    #[test]
    fn a_file_of_the_other_kind_is_refused() {
        assert!(matches!(parse_images(&labels(1, &[1])), Err(IdxError::Magic { .. })));
        assert!(matches!(
            parse_labels(&images(1, 28, PIXELS), Network::TUTORIAL),
            Err(IdxError::Magic { .. })
        ));
    }

    #[test]
    fn declared_sizes_are_not_trusted() {
        let huge = parse_images(&images(u32::MAX, 28, 10));
        assert_eq!(huge, Err(IdxError::Length { declared: u64::from(u32::MAX) * 784, found: 10 }));
        assert!(matches!(parse_images(&images(1, 28, PIXELS + 1)), Err(IdxError::Length { .. })));
        assert!(matches!(parse_images(&images(1, 32, 1024)), Err(IdxError::Size { .. })));
    }

    #[test]
    fn a_header_cut_anywhere_is_an_error() {
        let file = images(1, 28, PIXELS);
        for length in 0..16 {
            let cut = parse_images(&file[..length]);
            assert_eq!(cut, Err(IdxError::CutHeader(length)));
        }
    }

    #[test]
    fn a_label_beyond_the_classes_is_named() {
        let parse = |network| parse_labels(&labels(2, &[3, 10]), network);
        let wrong = |index, label, classes| Err(IdxError::Label { index, label, classes });
        assert_eq!(parse(Network::TUTORIAL), wrong(1, 10, 10));
        assert_eq!(parse(Network::new(3).unwrap()), wrong(0, 3, 3));
        assert_eq!(parse(Network::new(11).unwrap()), Ok(vec![3, 10]));
    }
}
