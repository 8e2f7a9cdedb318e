//! Shadows are background.

use super::background::quantile;
use super::outline::distances;
use super::raster::sides;
use super::resize::blurred;
use super::surface::Colour;

/// The darkest shadow: so much of the background's light is left.
const DARKEST: f32 = 0.35;
/// So much brighter than its surface noise may make a background in shadow.
const BRIGHTEST: f32 = 1.02;
/// How many levels a shadow's differences of colour may stray from the background's: JPEG blurs colours.
const SAME_DYE: f32 = 6.0;
/// A shadow's outline is softer than this share of the garment's contrast from one pixel to the next…
const SOFT: f32 = 0.13;
/// …or than so many levels.
const SOFT_AT_LEAST: f32 = 8.0;
/// Of ten pixels, so many at most may be shadow: otherwise the garment is as soft as one.
const MOST_OF_TEN: usize = 7;

/// The mask without what is reached from outside through soft changes of light alone: there the background's colour is darker
/// but the same, and nothing is as abrupt as a garment's outline. `None` if there is no shadow.
pub(super) fn without(
    mask: &[f32],
    colours: &[Colour],
    behind: &[Colour],
    width: usize,
) -> Option<Vec<f32>> {
    let slopes = slopes(colours, width);
    let is_in: Vec<bool> = mask.iter().map(|mask| *mask > 0.5).collect();
    let inside = || (0..mask.len()).filter(|at| is_in[*at]);
    let mut depths: Vec<f32> = inside().map(|at| behind[at][0] - colours[at][0]).collect();
    let soft = (SOFT * quantile(&mut depths, 0.8)).max(SOFT_AT_LEAST);
    let may_be: Vec<bool> = (0..mask.len())
        .map(|at| is_in[at] && slopes[at] < soft && is_darker_background(&colours[at], &behind[at]))
        .collect();
    let is_soft = reached(&may_be, &light_left(colours, behind, width), &is_in, width);
    let size = is_soft.iter().filter(|is_soft| **is_soft).count();
    if size == 0 || size * 10 > depths.len() * MOST_OF_TEN {
        return None;
    }
    let is_cloth = nearer_inside(&is_in, &is_soft, &slopes, width);
    let kept = |at: usize| if is_soft[at] && !is_cloth[at] { 0.0 } else { mask[at] };
    Some((0..mask.len()).map(kept).collect())
}

/// Whether a colour is the background's with less light.
fn is_darker_background(own: &Colour, behind: &Colour) -> bool {
    let left = own[0] / behind[0].max(1.0);
    let has_dye = |part: usize| (own[part] - left * behind[part]).abs() < SAME_DYE;
    left > DARKEST && left < BRIGHTEST && has_dye(1) && has_dye(2)
}

/// How abruptly luma changes at each pixel, in levels from one pixel to the next; at the picture's border, half of that.
fn slopes(colours: &[Colour], width: usize) -> Vec<f32> {
    let height = colours.len() / width.max(1);
    let luma = |x: usize, y: usize| colours[y.min(height - 1) * width + x.min(width - 1)][0];
    let slope = |at: usize| {
        let (x, y) = (at % width, at / width);
        let across = luma(x + 1, y) - luma(x.saturating_sub(1), y);
        let down = luma(x, y + 1) - luma(x, y.saturating_sub(1));
        across.hypot(down) / 2.0
    };
    (0..colours.len()).map(slope).collect()
}

/// The share of the background's light at each pixel, at most 1, without noise.
fn light_left(colours: &[Colour], behind: &[Colour], width: usize) -> Vec<f32> {
    let lumas: Vec<f32> = colours.iter().map(|colour| colour[0]).collect();
    let calm = blurred(&lumas, width, lumas.len() / width.max(1), 1);
    calm.iter().zip(behind).map(|(own, behind)| (own / behind[0].max(1.0)).min(1.0)).collect()
}

/// By how much of the background's light a shadow may become lighter again on the way into it.
const LIGHTER: f32 = 0.03;
/// Shares of light are told apart to so many parts of 1.
const LIGHTS: usize = 256;

/// What may be entered and is reached from outside on a way on which it never becomes lighter again.
fn reached(may_be: &[bool], left: &[f32], is_in: &[bool], width: usize) -> Vec<bool> {
    let height = is_in.len() / width.max(1);
    let mut is_reached = vec![false; is_in.len()];
    // By the least light on the way, the lightest way first.
    let mut waiting: Vec<Vec<(usize, f32)>> = vec![Vec::new(); LIGHTS + 1];
    waiting[LIGHTS].extend((0..is_in.len()).filter(|at| !is_in[*at]).map(|at| (at, 1.0)));
    for level in (0..=LIGHTS).rev() {
        while let Some((at, least)) = waiting[level].pop() {
            for (x, y) in sides(at % width, at / width, width, height) {
                let near = y * width + x;
                if may_be[near] && !is_reached[near] && left[near] <= least + LIGHTER {
                    is_reached[near] = true;
                    let least = least.min(left[near]);
                    waiting[((least * LIGHTS as f32) as usize).min(level)].push((near, least));
                }
            }
        }
    }
    is_reached
}

/// Pixels that are so far from what is soft are the garment's inside, beyond its outline.
const INSIDE: usize = 3;
/// Slopes are told apart to a quarter of a level, and up to this many quarters.
const SLOPES: usize = 256;

/// What is reached from a garment's inside over lesser slopes than from outside: a pale garment's soft edge lets the outside in,
/// but what is behind that edge goes over into the rest of the garment more softly still. A watershed by flooding from both
/// (Meyer and Beucher, 1990).
fn nearer_inside(is_in: &[bool], is_soft: &[bool], slopes: &[f32], width: usize) -> Vec<bool> {
    let height = is_in.len() / width.max(1);
    let far = distances(is_soft, width);
    let mut waiting: Vec<Vec<(usize, bool)>> = vec![Vec::new(); SLOPES];
    let is_core = |at: usize| is_in[at] && far[at] > INSIDE;
    let starts = (0..is_in.len()).filter(|at| !is_in[*at] || is_core(*at));
    waiting[0].extend(starts.map(|at| (at, is_in[at])));
    let mut owner: Vec<Option<bool>> = vec![None; is_in.len()];
    for level in 0..SLOPES {
        let mut front = std::mem::take(&mut waiting[level]);
        while !front.is_empty() {
            let mut next = Vec::new();
            for (at, is_inner) in front {
                if owner[at].is_some() {
                    continue;
                }
                owner[at] = Some(is_inner);
                for (x, y) in sides(at % width, at / width, width, height) {
                    let near = y * width + x;
                    if is_in[near] && owner[near].is_none() {
                        let slope = ((4.0 * slopes[near]) as usize).min(SLOPES - 1);
                        match slope > level {
                            true => waiting[slope].push((near, is_inner)),
                            false => next.push((near, is_inner)),
                        }
                    }
                }
            }
            front = next;
        }
    }
    owner.iter().map(|owner| *owner == Some(true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_keeps_the_colour_of_what_it_falls_on() {
        let behind = [200.0, 20.0, -10.0];
        assert!(is_darker_background(&[140.0, 14.0, -7.0], &behind));
        assert!(!is_darker_background(&[140.0, 14.0, 7.0], &behind), "another colour");
        assert!(!is_darker_background(&[215.0, 21.5, -10.7], &behind), "lighter");
        assert!(!is_darker_background(&[60.0, 6.0, -3.0], &behind), "too dark");
    }
}
