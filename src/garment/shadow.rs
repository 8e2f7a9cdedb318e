//! Shadows are background.

use super::outline::distances;
use super::raster::sides;
use super::surface::Colour;

/// The darkest shadow: so much of the background's light is left.
const DARKEST: f32 = 0.35;
/// A shadow's outline is softer than this share of the garment's contrast from one pixel to the next…
const SOFT: f32 = 0.13;
/// …or than so many levels.
const SOFT_AT_LEAST: f32 = 8.0;
/// A way through soft changes is one only if it reaches further than so many pixels to each side: a garment's outline on its
/// own shadow has gaps as wide as a pixel or two, behind which all of a smooth garment would count as shadow.
const REACH: usize = 1;
/// A shadow covers less of a picture than this share of what it and its garment cover: what would be larger is a garment as
/// soft as a shadow.
const LARGEST: f32 = 0.5;

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
    let is_abrupt: Vec<bool> = (0..mask.len()).map(|at| mask[at] > 0.5 && !is_shadow(at)).collect();
    let far = distances(&is_abrupt, width);
    let mut kept = mask.to_vec();
    let mut open: Vec<usize> = (0..mask.len()).filter(|at| mask[*at] <= 0.5).collect();
    let mut removed = 0;
    while let Some(at) = open.pop() {
        for (x, y) in sides(at % width, at / width, width, height) {
            let near = y * width + x;
            if kept[near] > 0.5 && !is_abrupt[near] {
                kept[near] = 0.0;
                removed += 1;
                // What is too narrow to lead on is shadow all the same.
                if far[near] > REACH {
                    open.push(near);
                }
            }
        }
    }
    if removed as f32 > LARGEST * before as f32 { mask.to_vec() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGE: usize = 84;

    /// A garment from row 20 to row 70 whose upper part ends at a row, pale; the outline of that part is soft along so many
    /// columns. What remains of the pale part in its middle, and of the dark part.
    fn remains(end: usize, gap: usize) -> (f32, f32) {
        let luma = |x: usize, y: usize| match y {
            12..24 if (38..38 + gap).contains(&x) => 220.0 - 7.5 * (y - 12) as f32,
            20..70 if (15..70).contains(&x) => {
                if y < end {
                    130.0
                } else {
                    40.0
                }
            }
            _ => 220.0,
        };
        let colours: Vec<Colour> =
            (0..EDGE * EDGE).map(|at| [luma(at % EDGE, at / EDGE), 0.0, 0.0]).collect();
        let mask: Vec<f32> =
            colours.iter().map(|colour| if colour[0] < 215.0 { 1.0 } else { 0.0 }).collect();
        let kept = without(&mask, &colours, &vec![220.0; EDGE * EDGE], EDGE, EDGE);
        (kept[28 * EDGE + 25], kept[60 * EDGE + 25])
    }

    #[test]
    fn a_narrow_gap_in_an_outline_does_not_make_a_garment_a_shadow() {
        assert_eq!(remains(36, 4), (1.0, 1.0));
        // What is as open as this may be one.
        assert_eq!(remains(36, 12), (0.0, 1.0));
    }

    #[test]
    fn what_would_be_most_of_a_garment_is_no_shadow() {
        assert_eq!(remains(52, 12), (1.0, 1.0));
    }
}
