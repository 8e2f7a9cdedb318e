//! From a drawing or a photo to the 28×28 garment that the network expects.
//!
//! The steps are those with which Zalando made Fashion-MNIST from its product photos
//! ([the paper](https://arxiv.org/abs/1708.07747), section 2): trim what is close to the background,
//! scale the longest edge to 28 pixels, sharpen, centre the garment in a square, negate, convert to
//! grey. Two steps differ, because a visitor's picture is not a studio photo: the background is measured
//! along the whole border instead of assumed to be white, and shrinking averages instead of skipping
//! rows, which would lose a thin pencil line.

mod background;
mod drawing;
pub mod header;
mod mask;
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
pub use stages::{BackgroundKind, Caution, Crop, Prepared, STAGE_EDGE, Stage, StageKind, Wishes};

use crate::network::{PIXELS, SIDE};
use background::Background;
use raster::{Area, Raster, within};
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
    if wishes.is_drawing {
        return drawing(&raster, wishes);
    }
    photo(&raster, wishes)
}

fn work_size(area: Area) -> (usize, usize) {
    let longest = area.longest();
    let scaled = |edge: usize| ((edge * STAGE_EDGE + longest / 2) / longest).clamp(1, STAGE_EDGE);
    (scaled(area.width), scaled(area.height))
}

/// By opacity, if that separates anything; otherwise by colour.
fn separated(work: &Raster) -> segment::Separation {
    segment::by_opacity(work)
        .unwrap_or_else(|| segment::separate(&work.on_white(), work.width, work.height))
}

fn photo(raster: &Raster, wishes: &Wishes) -> Prepared {
    let mut area = raster.area();
    let (mut width, mut height) = work_size(area);
    let mut work = raster.resized(area, width, height);
    let mut found = separated(&work);
    let shown = work.stage(StageKind::Picture, |_| 1.0);
    let mut stages = vec![shown];
    let mut parts = mask::main_parts(&found.mask, width, height);
    let mut prepared = Prepared {
        stages: Vec::new(),
        garment: None,
        tone: Tone::Dark,
        degrees: 0.0,
        is_mirrored: false,
        background: BackgroundKind::Even,
        cautions: Vec::new(),
    };
    stages.push(work.stage(StageKind::Separated, |at| parts[at]));
    let Some(content) = mask::content(&parts, width) else {
        prepared.stages = stages;
        return prepared;
    };
    if content.longest() * 2 < STAGE_EDGE && raster.area().longest() > STAGE_EDGE {
        let share = |at: usize, whole: usize, work: usize| at * whole / work;
        let near = content.widened(content.longest() / 4 + 2, width, height);
        area = Area {
            left: share(near.left, raster.width, width),
            top: share(near.top, raster.height, height),
            width: share(near.width, raster.width, width).max(1),
            height: share(near.height, raster.height, height).max(1),
        };
        (width, height) = work_size(area);
        work = raster.resized(area, width, height);
        found = separated(&work);
        parts = mask::main_parts(&found.mask, width, height);
    }
    let Some(content) = mask::content(&parts, width) else {
        prepared.stages = stages;
        return prepared;
    };
    // Luma.
    let colours = if found.is_cut_out { work.opaque() } else { work.on_white() };
    let luma: Vec<f32> = colours.iter().map(background::luma).collect();
    let mean = |values: &[f32]| {
        let (mut sum, mut total) = (0.0f32, 1e-6f32);
        for (value, part) in values.iter().zip(&parts) {
            sum += value * part;
            total += part;
        }
        sum / total
    };
    let (own, behind) = (mean(&luma), mean(&found.behind));
    let tone = wishes.tone.unwrap_or_else(|| match found.is_cut_out {
        true => polarity::tone_alone(own),
        false => polarity::tone(own, behind),
    });
    prepared.tone = tone;
    let shade = |luma: f32| if tone == Tone::Light { 255.0 - luma } else { luma };
    let mut values: Vec<f32> =
        luma.iter().zip(&parts).map(|(luma, part)| shade(*luma) * part).collect();
    let mut content = content;
    if wishes.degrees.is_none() {
        let degrees = upright::angle(&parts, width, &content);
        if degrees != 0.0 {
            prepared.degrees = degrees;
            let turned = |values: &[f32]| upright::turned(values, width, &content, degrees);
            let frame;
            (values, frame) = turned(&values);
            parts = turned(&parts).0;
            width = frame;
            match mask::content(&parts, width) {
                Some(found) => content = found,
                None => {
                    prepared.stages = stages;
                    return prepared;
                }
            }
        }
    }
    let mut values = cut(&values, width, &content);
    if side::points_right(&cut(&parts, width, &content), content.width) {
        prepared.is_mirrored = true;
        values.chunks_exact_mut(content.width).for_each(<[f32]>::reverse);
    }
    stages.push(grey_stage(StageKind::Trimmed, &values, content.width));
    let (new_width, new_height) = fitted(content.width, content.height);
    let small = shrink(&values, content.width, content.height, new_width, new_height);
    stages.push(grey_stage(StageKind::Small, &small, new_width));
    let sharp = stretched(sharpen(&small, new_width));
    let garment = centred(&sharp, new_width, new_height);
    let network: Vec<f32> = garment.iter().copied().map(f32::from).collect();
    stages.push(grey_stage(StageKind::Network, &network, SIDE));
    prepared.garment = Some(garment);
    prepared.stages = stages;
    prepared
}

fn cut(values: &[f32], width: usize, area: &Area) -> Vec<f32> {
    let rows = values.chunks_exact(width).skip(area.top).take(area.height);
    rows.flat_map(|row| &row[area.left..area.left + area.width]).copied().collect()
}

/// The brightest pixel at 255, as in nearly every image of the data set.
fn stretched(mut values: Vec<f32>) -> Vec<f32> {
    let most = values.iter().copied().fold(1.0, f32::max);
    let gain = (255.0 / most).min(4.0);
    values.iter_mut().for_each(|value| *value *= gain);
    values
}

fn drawing(raster: &Raster, wishes: &Wishes) -> Prepared {
    let (width, height) = within(raster.width, raster.height, 2 * STAGE_EDGE);
    let work = raster.shrunk(raster.area(), width, height);
    let (width, height) = within(raster.width, raster.height, STAGE_EDGE);
    let shown = raster.shrunk(raster.area(), width, height);
    let mut stages = vec![shown.stage(StageKind::Picture, |_| 1.0)];
    let background = Background::of(&work, wishes.tone);
    let tone = wishes.tone.unwrap_or(background.tone());
    let mut prepared = Prepared {
        stages: Vec::new(),
        garment: None,
        tone,
        degrees: 0.0,
        is_mirrored: false,
        background: BackgroundKind::Even,
        cautions: Vec::new(),
    };
    if let Some(content) = background.content(&work) {
        let ink = background.intensities(&work, &content, tone);
        let mut values = drawing::filled(&ink, content.width);
        let mask: Vec<f32> = values.iter().map(|value| value / 128.0).collect();
        if side::points_right(&mask, content.width) {
            prepared.is_mirrored = true;
            values.chunks_exact_mut(content.width).for_each(<[f32]>::reverse);
        }
        let (width, height) = within(content.width, content.height, STAGE_EDGE);
        let shown = shrink(&values, content.width, content.height, width, height);
        stages.push(grey_stage(StageKind::Trimmed, &shown, width));
        let (width, height) = fitted(content.width, content.height);
        let small = shrink(&values, content.width, content.height, width, height);
        stages.push(grey_stage(StageKind::Small, &small, width));
        let garment = centred(&stretched(sharpen(&small, width)), width, height);
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
