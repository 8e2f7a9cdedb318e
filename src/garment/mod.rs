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
mod raster;
mod resize;
mod stages;

pub use background::Tone;
pub use picture::Picture;
pub use stages::{BackgroundKind, Caution, Crop, Prepared, STAGE_EDGE, Stage, StageKind, Wishes};

use crate::network::{PIXELS, SIDE};
use background::Background;
use raster::{Raster, within};
use resize::{sharpen, shrink};

/// 784 pixels, row by row, 0 background to 255 garment: what the network sees.
pub type Garment = [u8; PIXELS];

/// The garment in a picture; `None` if the picture shows only background.
///
/// With a `tone`, the picture is a drawing on white or black; without one, the picture's border decides. [`prepare`] tells
/// more, and can be told more.
#[must_use]
pub fn garment_in(picture: &Picture, tone: Option<Tone>) -> Option<Garment> {
    let wishes = Wishes { tone, is_drawing: tone.is_some(), ..Wishes::default() };
    prepare(picture, &wishes).garment
}

/// The way from a picture to a garment, stage by stage.
#[must_use]
pub fn prepare(picture: &Picture, wishes: &Wishes) -> Prepared {
    let raster = Raster::of(picture, wishes);
    let (width, height) = within(raster.width, raster.height, STAGE_EDGE);
    let shown = raster.shrunk(raster.area(), width, height);
    let mut stages = vec![shown.stage(StageKind::Picture, |_| 1.0)];
    let known = wishes.tone.filter(|_| wishes.is_drawing);
    let background = Background::of(&raster, known);
    let tone = wishes.tone.unwrap_or(background.tone());
    let mut prepared = Prepared {
        stages: Vec::new(),
        garment: None,
        tone,
        background: BackgroundKind::Even,
        cautions: Vec::new(),
    };
    if let Some(content) = background.content(&raster) {
        let values = background.intensities(&raster, &content, tone);
        let (width, height) = within(content.width, content.height, STAGE_EDGE);
        let shown = shrink(&values, content.width, content.height, width, height);
        stages.push(grey_stage(StageKind::Trimmed, &shown, width));
        let (width, height) = fitted(content.width, content.height);
        let small = shrink(&values, content.width, content.height, width, height);
        stages.push(grey_stage(StageKind::Small, &small, width));
        let garment = centred(&sharpen(&small, width), width, height);
        let network: Vec<f32> = garment.iter().copied().map(f32::from).collect();
        stages.push(grey_stage(StageKind::Network, &network, SIDE));
        prepared.garment = Some(garment);
    }
    prepared.stages = stages;
    prepared
}

fn grey_stage(kind: StageKind, values: &[f32], width: usize) -> Stage {
    let grey = |value: &f32| value.round().clamp(0.0, 255.0) as u8;
    let rgba = values.iter().map(grey).flat_map(|grey| [grey, grey, grey, 255]).collect();
    Stage { kind, width, height: values.len() / width.max(1), rgba }
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
