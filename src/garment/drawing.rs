//! A drawing's garment: what its outlines enclose is filled.

use super::background::{Background, quantile};
use super::mask::cut;
use super::outline::{Cell, distances, enclosed};
use super::{
    Prepared, Raster, STAGE_EDGE, Stage, StageKind, Tone, face_left, finish, stretch, within,
};

/// The longest edge on which drawings are filled, in pixels.
const EDGE: usize = 2 * STAGE_EDGE;
/// From here on, 0 to 255, something is drawn.
const INK: f32 = 40.0;
/// The shade of a drawing's brightest strokes: the upper quartile of the medians of the data set's garments. A garment that
/// somebody draws in one shade is not meant to be as bright as the brightest place of another.
const USUAL: f32 = 204.0;

/// Fills in everything behind the picture itself.
pub(super) fn prepare(raster: &Raster, tone: Tone, prepared: &mut Prepared) {
    let (width, height) = within(raster.width, raster.height, EDGE);
    let work = raster.shrunk(raster.area(), width, height);
    let colours = work.on_white();
    let background = Background::of(tone);
    prepared.tone = tone;
    let Some(content) = background.content(&colours, width) else { return };
    let ink = background.intensities(&cut(&colours, width, &content));
    let mut values = filled(&ink, content.width);
    let mask: Vec<f32> = values.iter().map(|value| value / 255.0 * 2.0).collect();
    prepared.stages.push(separated(&mask, content.width, &values));
    face_left(&mut values, &mask, content.width, prepared);
    finish(&values, content.width, level, prepared);
}

/// What the outlines enclose, as far as it counts, on nothing.
fn separated(mask: &[f32], width: usize, values: &[f32]) -> Stage {
    let height = mask.len() / width.max(1);
    let pixels = mask.iter().zip(values).map(|(mask, value)| {
        let opacity = mask.min(1.0);
        [value * opacity, value * opacity, value * opacity, opacity]
    });
    let whole = Raster { width, height, pixels: pixels.collect() };
    let (width, height) = within(width, height, STAGE_EDGE);
    whole.shrunk(whole.area(), width, height).stage(StageKind::Separated, |_| 1.0)
}

fn level(values: &mut [f32]) {
    stretch(values);
    values.iter_mut().for_each(|value| *value *= USUAL / 255.0);
}

/// The shade of what is only enclosed, as a share of the strokes' own.
const FILL: f32 = 0.6;

/// The drawing with what its outlines enclose; `ink` is its box, 0 background to 255.
///
/// An outline need not be closed: gaps up to a twentieth of the drawing's longest edge count as closed if that encloses
/// much more than the outline does by itself.
fn filled(ink: &[f32], width: usize) -> Vec<f32> {
    let height = ink.len() / width.max(1);
    let longest = width.max(height) as f32;
    let most = (longest * 0.05).round() as usize;
    let is_ink: Vec<bool> = ink.iter().map(|ink| *ink > INK).collect();
    let far = distances(&is_ink, width);
    let widest = enclosed(&far, &is_ink, width, most);
    let size = |inside: &[bool]| inside.iter().filter(|inside| **inside).count();
    let wanted = size(&widest) * 8 / 10;
    let inside = (0..most)
        .map(|reach| enclosed(&far, &is_ink, width, reach))
        .find(|inside| size(inside) >= wanted)
        .unwrap_or(widest);
    let mut greys: Vec<f32> = ink.iter().copied().filter(|ink| *ink > INK).collect();
    let own = quantile(&mut greys, 0.75);
    let cells = Cell::all(&inside, &is_ink, width);
    let largest = cells.iter().max_by_key(|cell| cell.places.len());
    let Some(body) = largest else { return ink.to_vec() };
    // Who fills what is solid leaves holes on purpose.
    let wide = (longest * 0.025).max(1.0) as usize;
    let is_wide = |cell: &Cell| cell.places.iter().any(|at| far[*at] > wide);
    let open: usize = cells.iter().filter(|cell| is_wide(cell)).map(|cell| cell.places.len()).sum();
    let is_solid = open * 10 < size(&inside) * 3;
    let mut values = ink.to_vec();
    for cell in &cells {
        let shade = match is_solid {
            true if is_wide(cell) => continue,
            true => own,
            false if is_loop_above(cell, body) => continue,
            false => own * FILL,
        };
        for at in &cell.places {
            values[*at] = values[*at].max(shade);
        }
    }
    values
}

/// Whether this is what a handle or a strap encloses above a wide body.
const fn is_loop_above(cell: &Cell, body: &Cell) -> bool {
    let (wide, high) = (body.area.width - 1, body.area.height - 1);
    let is_narrower = (cell.area.width - 1) * 10 < wide * 8;
    let bottom = cell.area.top + cell.area.height - 1;
    let is_above = bottom < body.area.top + high / 4 && cell.area.top < body.area.top;
    wide * 5 > high * 4 && is_narrower && is_above && cell.places.len() * 2 < body.places.len()
}
