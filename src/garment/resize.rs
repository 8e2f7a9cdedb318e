//! Resizing, sharpening and blurring of single-channel images, row by row.

/// Resizes an image; each new pixel is the mean of the area that it covers.
pub(super) fn shrink(
    values: &[f32],
    width: usize,
    height: usize,
    new_width: usize,
    new_height: usize,
) -> Vec<f32> {
    let columns = coverage(width, new_width);
    let rows = coverage(height, new_height);
    let mut narrow = vec![0.0; new_width * height];
    for (row, new_row) in values.chunks_exact(width).zip(narrow.chunks_exact_mut(new_width)) {
        for (new, column) in new_row.iter_mut().zip(&columns) {
            *new = column.mean(|x| row[x]);
        }
    }
    let mut small = Vec::with_capacity(new_width * new_height);
    for row in &rows {
        for x in 0..new_width {
            small.push(row.mean(|y| narrow[y * new_width + x]));
        }
    }
    small
}

/// Which old pixels a new one covers, and how much of the first and last.
pub(super) struct Span {
    pub first: usize,
    pub weights: Vec<f32>,
}

impl Span {
    fn mean(&self, value: impl Fn(usize) -> f32) -> f32 {
        self.weights.iter().enumerate().map(|(i, weight)| weight * value(self.first + i)).sum()
    }
}

pub(super) fn coverage(old: usize, new: usize) -> Vec<Span> {
    let step = old as f64 / new as f64;
    (0..new)
        .map(|i| {
            let (start, end) = (i as f64 * step, ((i + 1) as f64 * step).min(old as f64));
            let first = (start.floor() as usize).min(old - 1);
            let last = (end.ceil() as usize).clamp(first + 1, old);
            let covered =
                |x: usize| (end.min((x + 1) as f64) - start.max(x as f64)).max(0.0) / (end - start);
            Span { first, weights: (first..last).map(|x| covered(x) as f32).collect() }
        })
        .collect()
}

/// How strongly [`sharpen`] pushes a pixel away from its surroundings.
const SHARPNESS: f32 = 0.5;

/// Sharpens with a Gaussian of radius and standard deviation 1, as the data set was made. Background stays 0.
pub(super) fn sharpen(values: &[f32], width: usize) -> Vec<f32> {
    let height = values.len() / width.max(1);
    let (near, far) = ((-0.5f32).exp(), (-1.0f32).exp());
    let total = 4.0 * (near + far) + 1.0;
    let at = |x: isize, y: isize| {
        let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        if inside { values[y as usize * width + x as usize] } else { 0.0 }
    };
    let mut sharp = Vec::with_capacity(values.len());
    for (i, &value) in values.iter().enumerate() {
        let (x, y) = ((i % width) as isize, (i / width) as isize);
        let sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
        let corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
        let blurred = (far * corners + near * sides + value) / total;
        let pushed = value + SHARPNESS * (value - blurred);
        sharp.push(if value == 0.0 { 0.0 } else { pushed.clamp(0.0, 255.0) });
    }
    sharp
}

/// The mean over squares that reach so many pixels to each side.
pub(super) fn blurred(values: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let mut across = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width) {
        for x in 0..width {
            let near = &row[x.saturating_sub(reach)..(x + reach + 1).min(width)];
            across.push(near.iter().sum::<f32>() / near.len() as f32);
        }
    }
    let mut blurred = vec![0.0; values.len()];
    for y in 0..height {
        let (first, end) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        let to = &mut blurred[y * width..(y + 1) * width];
        for row in across[first * width..end * width].chunks_exact(width) {
            to.iter_mut().zip(row).for_each(|(to, from)| *to += from);
        }
        to.iter_mut().for_each(|to| *to /= (end - first) as f32);
    }
    blurred
}
