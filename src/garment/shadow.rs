//! Shadows are background.

use super::raster::sides;
use super::surface::Colour;

/// The darkest shadow: so much of the background's light is left.
const DARKEST: f32 = 0.35;
/// A shadow's outline is softer than this share of the garment's contrast from one pixel to the next…
const SOFT: f32 = 0.13;
/// …or than so many levels.
const SOFT_AT_LEAST: f32 = 8.0;

/// The mask without what is reached from outside through soft changes of light alone: there the background's colour is darker
/// but the same, and nothing is as abrupt as a garment's outline.
pub(super) fn without(
    mask: &[f32],
    colours: &[Colour],
    behind: &[f32],
    width: usize,
    height: usize,
) -> Vec<f32> {
    let mut depths: Vec<f32> = (0..mask.len())
        .filter(|at| mask[*at] > 0.5)
        .map(|at| behind[at] - colours[at][0])
        .collect();
    let contrast = super::background::quantile(&mut depths, 0.8);
    let before = depths.len();
    let soft = (SOFT * contrast).max(SOFT_AT_LEAST);
    let is_shadow = |at: usize| {
        let (x, y) = (at % width, at / width);
        let luma = |x: usize, y: usize| colours[y.min(height - 1) * width + x.min(width - 1)][0];
        let across = luma(x + 1, y) - luma(x.saturating_sub(1), y);
        let down = luma(x, y + 1) - luma(x, y.saturating_sub(1));
        let left = colours[at][0] / behind[at].max(1.0);
        let abrupt = across.hypot(down) / 2.0;
        left < 1.02 && left > DARKEST && abrupt < soft
    };
    let mut kept = mask.to_vec();
    let mut open: Vec<usize> = (0..mask.len()).filter(|at| mask[*at] <= 0.5).collect();
    let mut removed = 0;
    while let Some(at) = open.pop() {
        let (x, y) = (at % width, at / width);
        for (x, y) in sides(x, y, width, height) {
            let near = y * width + x;
            if kept[near] > 0.5 && is_shadow(near) {
                kept[near] = 0.0;
                removed += 1;
                open.push(near);
            }
        }
    }
    // A garment as soft as a shadow.
    if removed * 10 > before * 7 { mask.to_vec() } else { kept }
}
