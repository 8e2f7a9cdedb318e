//! The picture of samples that the page shows before its first wasm has arrived.

use atelier::network::{CLASS_NAMES, PIXELS, SIDE};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Images of each class: sixty in all.
const ROWS: usize = 6;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum SamplesError {
    /// A class has too few images.
    #[error("the training set has fewer than {ROWS} images of class {0}")]
    TooFew(&'static str),
    /// The file could not be written.
    #[error("the picture of samples could not be written to {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The encoder failed.
    #[error("the picture of samples could not be encoded")]
    Png(#[from] png::EncodingError),
}

/// Writes the picture, or leaves the old one.
pub fn write(path: &Path, images: &[u8], labels: &[u8]) -> Result<(), SamplesError> {
    let png = samples(images, labels)?;
    fs::write(path, png).map_err(|source| SamplesError::Write { path: path.to_path_buf(), source })
}

/// The first images of each class as a PNG in grey: a column for each class, in the order of the labels.
fn samples(images: &[u8], labels: &[u8]) -> Result<Vec<u8>, SamplesError> {
    let (width, height) = (CLASS_NAMES.len() * SIDE, ROWS * SIDE);
    let mut pixels = vec![0; width * height];
    for (class, name) in CLASS_NAMES.into_iter().enumerate() {
        let of_class = labels.iter().zip(images.chunks_exact(PIXELS));
        let of_class = of_class.filter(|(label, _)| usize::from(**label) == class).take(ROWS);
        let mut rows = 0;
        for (row, (_, image)) in of_class.enumerate() {
            for (y, line) in image.chunks_exact(SIDE).enumerate() {
                let start = (row * SIDE + y) * width + class * SIDE;
                pixels[start..start + SIDE].copy_from_slice(line);
            }
            rows += 1;
        }
        if rows < ROWS {
            return Err(SamplesError::TooFew(name));
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_class_has_a_column_of_its_first_images() {
        let labels: Vec<u8> = (0..70).map(|at| at % 10).collect();
        let images: Vec<u8> = (0..70_u8).flat_map(|at| vec![at; PIXELS]).collect();
        let png = samples(&images, &labels).unwrap();
        let mut reader = png::Decoder::new(io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (280, 168));
        let at = |row: usize, class: usize| pixels[(row * SIDE + 5) * 280 + class * SIDE + 5];
        for (row, class) in [(0, 0), (0, 9), (5, 3)] {
            assert_eq!(usize::from(at(row, class)), row * 10 + class);
        }
    }

    #[test]
    fn a_class_without_enough_images_is_named() {
        let missing = samples(&[0; 3 * PIXELS], &[0, 0, 0]);
        assert!(matches!(missing, Err(SamplesError::TooFew("T-shirt/top"))), "{missing:?}");
    }
}
