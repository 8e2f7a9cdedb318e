//! From a drawing or a photo to the 28×28 garment that the network expects.
//!
//! The steps are those with which Zalando made Fashion-MNIST from its product photos
//! ([the paper](https://arxiv.org/abs/1708.07747), section 2): trim what is close to the background,
//! scale the longest edge to 28 pixels, sharpen, centre the garment in a square, negate, convert to
//! grey. What differs, because a visitor's picture is not a studio photo: the garment is separated from any
//! background (`photo`) or filled where it is only outlined (`drawing`), whether it is negated follows from
//! the picture, what is askew is put upright, and shrinking averages instead of skipping rows, which would lose a thin
//! pencil line. Two more steps follow the images of the data set rather than the paper: nearly all have a pixel at 255, and
//! every shoe points to the left. `docs/pictures.md` has the measurements.
//!
//! Products and sums are not fused (`mul_add`): neither the native target nor wasm has that instruction.

mod background;
mod cast;
mod contour;
mod drawing;
pub mod header;
mod mask;
mod model;
mod outline;
mod photo;
mod picture;
mod polarity;
mod raster;
mod resize;
mod segment;
mod shadow;
mod side;
mod stages;
mod surface;
mod upright;

pub use background::Tone;
pub use picture::Picture;
pub use stages::{BackgroundKind, Caution, Prepared, STAGE_EDGE, Stage, StageKind};

use crate::network::{PIXELS, SIDE};
use raster::{Area, Raster, within};
use resize::{sharpen, shrink};

/// 784 pixels, row by row, 0 background to 255 garment: what the network sees.
pub type Garment = [u8; PIXELS];

/// The garment in a photo; `None` if it shows only background. [`prepare_photo`] tells more.
#[must_use]
pub fn garment_in(picture: &Picture) -> Option<Garment> {
    prepare_photo(picture, None).garment
}

/// The way from a photo to a garment, stage by stage. `tone` says whether the background is light or dark; without it, the
/// picture decides.
#[must_use]
pub fn prepare_photo(picture: &Picture, tone: Option<Tone>) -> Prepared {
    let (raster, mut prepared) = begin(picture);
    photo::prepare(&raster, tone, &mut prepared);
    prepared
}

/// The way from a drawing to a garment, stage by stage: closed outlines are filled. `tone` is that of the sheet, which is
/// white or black all over.
#[must_use]
pub fn prepare_drawing(picture: &Picture, tone: Tone) -> Prepared {
    let (raster, mut prepared) = begin(picture);
    drawing::prepare(&raster, tone, &mut prepared);
    prepared
}

/// The first stage.
fn begin(picture: &Picture) -> (Raster, Prepared) {
    let raster = Raster::of(picture);
    let (width, height) = within(raster.width, raster.height, STAGE_EDGE);
    let shown = raster.shrunk(raster.area(), width, height).stage(StageKind::Picture, |_| 1.0);
    let prepared = Prepared {
        stages: vec![shown],
        garment: None,
        tone: Tone::Dark,
        degrees: 0.0,
        is_mirrored: false,
        background: BackgroundKind::Even,
        cautions: Vec::new(),
    };
    (raster, prepared)
}

/// The last stages, from a garment alone in its box: 0 background to 255, in rows of this width.
fn finish(values: &[f32], width: usize, level: impl Fn(&mut [f32]), prepared: &mut Prepared) {
    let height = values.len() / width.max(1);
    let (wide, high) = within(width, height, STAGE_EDGE);
    let shown = shrink(values, width, height, wide, high);
    prepared.stages.push(grey_stage(StageKind::Trimmed, &shown, wide));
    let (wide, high) = fitted(width, height);
    let small = shrink(values, width, height, wide, high);
    prepared.stages.push(grey_stage(StageKind::Small, &small, wide));
    let mut sharp = sharpen(&small, wide);
    level(&mut sharp);
    let garment = centred(&sharp, wide, high);
    let seen: Vec<f32> = garment.iter().copied().map(f32::from).collect();
    prepared.stages.push(grey_stage(StageKind::Network, &seen, SIDE));
    prepared.garment = Some(garment);
}

/// The strongest stretching: what is darker than a quarter of white is hardly a garment.
const MOST_GAIN: f32 = 4.0;

/// The brightest pixel at 255: of 5,000 test images, 99 in 100 have one of 254 or more.
fn stretch(values: &mut [f32]) {
    let most = values.iter().copied().fold(1.0, f32::max);
    let gain = (255.0 / most).min(MOST_GAIN);
    values.iter_mut().for_each(|value| *value *= gain);
}

/// Exchanges left and right of a garment in its box if it has the outline of a shoe that points to the right.
fn face_left(values: &mut [f32], mask: &[f32], width: usize, prepared: &mut Prepared) {
    if side::points_right(mask, width) {
        values.chunks_exact_mut(width).for_each(<[f32]>::reverse);
        prepared.is_mirrored = true;
    }
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
mod stage_tests;
#[cfg(test)]
mod tests;
