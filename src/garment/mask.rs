//! Which parts of a mask count.

use super::raster::Area;

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

/// The bounding box of what is more garment than background.
pub(super) fn content(mask: &[f32], width: usize) -> Option<Area> {
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for at in (0..mask.len()).filter(|at| mask[*at] > 0.5) {
        let (x, y) = (at % width, at / width);
        (left, right) = (left.min(x), right.max(x));
        (top, bottom) = (top.min(y), y);
    }
    (left <= right).then(|| Area { left, top, width: right - left + 1, height: bottom - top + 1 })
}

/// The values in an area, row by row.
pub(super) fn cut(values: &[f32], width: usize, area: &Area) -> Vec<f32> {
    let rows = values.chunks_exact(width).skip(area.top).take(area.height);
    rows.flat_map(|row| &row[area.left..area.left + area.width]).copied().collect()
}
