//! From a drawing or a photo to the 28×28 garment that the network expects.
//!
//! The steps are those with which Zalando made Fashion-MNIST from its product photos
//! ([the paper](https://arxiv.org/abs/1708.07747), section 2): trim what is close to the background,
//! scale the longest edge to 28 pixels, sharpen, centre the garment in a square, negate, convert to
//! grey. Two steps differ, because a visitor's picture is not a studio photo: the background is measured
//! along the whole border instead of assumed to be white, and shrinking averages instead of skipping
//! rows, which would lose a thin pencil line.

mod background;
pub mod header;
mod picture;
mod resize;

pub use background::Tone;
pub use picture::Picture;

use crate::network::{PIXELS, SIDE};
use background::Background;
use resize::{sharpen, shrink};

/// 784 pixels, row by row, 0 background to 255 garment: what the network sees.
pub type Garment = [u8; PIXELS];

/// The garment in a picture; `None` if the picture shows only background.
///
/// With a `tone`, the background is known to be light or dark (a drawing pad); without one, the picture's
/// border decides.
#[must_use]
pub fn garment_in(picture: &Picture, tone: Option<Tone>) -> Option<Garment> {
    let background = Background::of(picture, tone);
    let content = background.content(picture)?;
    let shape = background.intensities(picture, &content);
    let (width, height) = fitted(content.width(), content.height());
    let small = sharpen(&shrink(&shape, content.width(), content.height(), width, height), width);
    Some(centred(&small, width, height))
}

/// The size with the longest edge scaled to [`SIDE`] at the same proportions, at least 1 pixel.
fn fitted(width: usize, height: usize) -> (usize, usize) {
    let longest = width.max(height).max(1) as f64;
    let scaled = |edge: usize| {
        let pixels = (edge as f64 * SIDE as f64 / longest).round() as usize;
        pixels.clamp(1, SIDE)
    };
    (scaled(width), scaled(height))
}

fn centred(small: &[f32], width: usize, height: usize) -> Garment {
    let (left, top) = ((SIDE - width) / 2, (SIDE - height) / 2);
    let mut garment = [0; PIXELS];
    for (y, row) in small.chunks_exact(width).enumerate() {
        for (x, value) in row.iter().enumerate() {
            garment[(top + y) * SIDE + left + x] = value.round().clamp(0.0, 255.0) as u8;
        }
    }
    garment
}

#[cfg(test)]
mod tests;
