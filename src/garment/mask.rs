//! Which parts of a mask count.

use super::background::quantile;
use super::outline::{Cell, distances, enclosed};
use super::raster::Area;
use super::segment::Separation;

/// The largest connected part and those that are not much smaller; 0 or the mask's own value.
pub(super) fn main_parts(mask: &[f32], width: usize, height: usize) -> Vec<f32> {
    let mut labels = vec![0usize; mask.len()];
    let mut sizes = vec![0usize];
    let mut open = Vec::new();
    for start in 0..mask.len() {
        if mask[start] <= 0.5 || labels[start] != 0 {
            continue;
        }
        let label = sizes.len();
        sizes.push(0);
        open.push(start);
        labels[start] = label;
        while let Some(at) = open.pop() {
            sizes[label] += 1;
            let (x, y) = (at % width, at / width);
            for dy in 0..3 {
                for dx in 0..3 {
                    let (x, y) = ((x + dx).wrapping_sub(1), (y + dy).wrapping_sub(1));
                    if x < width && y < height {
                        let near = y * width + x;
                        if mask[near] > 0.5 && labels[near] == 0 {
                            labels[near] = label;
                            open.push(near);
                        }
                    }
                }
            }
        }
    }
    let largest = sizes.iter().copied().max().unwrap_or(0);
    let kept = |label: usize| label != 0 && sizes[label] * 12 >= largest;
    labels.iter().zip(mask).map(|(label, mask)| if kept(*label) { *mask } else { 0.0 }).collect()
}

/// 1 where there is more garment than background, 0 elsewhere.
pub(super) fn solid(mask: &[f32]) -> Vec<f32> {
    mask.iter().map(|mask| if *mask > 0.5 { 1.0 } else { 0.0 }).collect()
}

/// The bounding box of what is more garment than background.
pub(super) fn content(mask: &[f32], width: usize) -> Option<Area> {
    Area::around((0..mask.len()).filter(|at| mask[*at] > 0.5), width)
}

/// The values in an area, row by row.
pub(super) fn cut<T: Copy>(values: &[T], width: usize, area: &Area) -> Vec<T> {
    let rows = values.chunks_exact(width).skip(area.top).take(area.height);
    rows.flat_map(|row| &row[area.left..area.left + area.width]).copied().collect()
}

/// Gaps in an outline up to twice this share of the picture's longest edge count as closed.
const GAP: f32 = 0.03;
/// What is enclosed is background only if its luma is within so many levels of it…
const SAME: f32 = 3.0;
/// …and if it is no larger than this many times what encloses it: a handle is, the rest of a pale shirt is not.
const LARGEST: f32 = 0.8;

/// The mask with what it encloses and what is not the background seen through a hole.
pub(super) fn with_pale_parts(mask: &mut [f32], found: &Separation, luma: &[f32], width: usize) {
    let longest = width.max(mask.len() / width.max(1)) as f32;
    let is_cloth: Vec<bool> = mask.iter().map(|mask| *mask > 0.5).collect();
    let size = is_cloth.iter().filter(|is_cloth| **is_cloth).count();
    let far = distances(&is_cloth, width);
    let inside = enclosed(&far, &is_cloth, width, (GAP * longest) as usize);
    for cell in Cell::all(&inside, &is_cloth, width) {
        let mut apart: Vec<f32> =
            cell.places.iter().map(|at| luma[*at] - found.behind[*at]).collect();
        let is_same = quantile(&mut apart, 0.5).abs() < SAME.max(found.unevenness);
        if !is_same || cell.places.len() as f32 > LARGEST * size as f32 {
            cell.places.iter().for_each(|at| mask[*at] = 1.0);
        }
    }
}
