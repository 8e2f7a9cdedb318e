//! A drawing's garment: what its outlines enclose is filled.

use super::background::{Background, quantile};
use super::{
    Prepared, Raster, STAGE_EDGE, Stage, StageKind, Wishes, face_left, finish, stretch, within,
};

/// The longest edge on which drawings are filled, in pixels.
const EDGE: usize = 2 * STAGE_EDGE;
/// From here on, 0 to 255, something is drawn.
const INK: f32 = 40.0;
/// The shade of a drawing's brightest strokes: the upper quartile of the medians of the data set's garments. A garment that
/// somebody draws in one shade is not meant to be as bright as the brightest place of another.
const USUAL: f32 = 204.0;

/// Fills in everything behind the picture itself.
pub(super) fn prepare(raster: &Raster, wishes: &Wishes, prepared: &mut Prepared) {
    let (width, height) = within(raster.width, raster.height, EDGE);
    let work = raster.shrunk(raster.area(), width, height);
    let background = Background::of(&work, wishes.tone);
    prepared.tone = wishes.tone.unwrap_or(background.tone());
    let Some(content) = background.content(&work) else { return };
    let ink = background.intensities(&work, &content, prepared.tone);
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
            false if cell.is_loop_above(body) => continue,
            false => own * FILL,
        };
        for at in &cell.places {
            values[*at] = values[*at].max(shade);
        }
    }
    values
}

/// A connected part of what is enclosed and has no ink.
struct Cell {
    places: Vec<usize>,
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

impl Cell {
    fn all(inside: &[bool], is_ink: &[bool], width: usize) -> Vec<Self> {
        let height = inside.len() / width.max(1);
        let mut is_done = vec![false; inside.len()];
        let is_cell = |at: usize| inside[at] && !is_ink[at];
        let mut cells = Vec::new();
        for start in 0..inside.len() {
            if is_done[start] || !is_cell(start) {
                continue;
            }
            is_done[start] = true;
            let mut places = vec![start];
            let mut next = 0;
            let mut cell =
                Self { places: Vec::new(), left: width, right: 0, top: height, bottom: 0 };
            while next < places.len() {
                let (x, y) = (places[next] % width, places[next] / width);
                cell.left = cell.left.min(x);
                cell.right = cell.right.max(x);
                cell.top = cell.top.min(y);
                cell.bottom = cell.bottom.max(y);
                for (x, y) in near(x, y, width, height) {
                    let at = y * width + x;
                    if is_cell(at) && !is_done[at] {
                        is_done[at] = true;
                        places.push(at);
                    }
                }
                next += 1;
            }
            cells.push(Self { places, ..cell });
        }
        cells
    }

    /// Whether this is what a handle or a strap encloses above a wide body.
    const fn is_loop_above(&self, body: &Self) -> bool {
        let (wide, high) = (body.right - body.left, body.bottom - body.top);
        let is_narrower = (self.right - self.left) * 10 < wide * 8;
        let is_above = self.bottom < body.top + high / 4 && self.top < body.top;
        wide * 5 > high * 4 && is_narrower && is_above && self.places.len() * 2 < body.places.len()
    }
}

/// How far each pixel is from ink, in pixels, by steps to the sides: exact enough for gaps.
fn distances(is_ink: &[bool], width: usize) -> Vec<usize> {
    let height = is_ink.len() / width.max(1);
    let mut far: Vec<usize> =
        is_ink.iter().map(|ink| if *ink { 0 } else { usize::MAX / 2 }).collect();
    for at in 0..far.len() {
        if at % width > 0 {
            far[at] = far[at].min(far[at - 1] + 1);
        }
        if at >= width {
            far[at] = far[at].min(far[at - width] + 1);
        }
    }
    for at in (0..far.len()).rev() {
        if at % width + 1 < width {
            far[at] = far[at].min(far[at + 1] + 1);
        }
        if at / width + 1 < height {
            far[at] = far[at].min(far[at + width] + 1);
        }
    }
    far
}

/// What cannot be reached from outside by something that reaches so far to each side.
fn enclosed(far: &[usize], is_ink: &[bool], width: usize, reach: usize) -> Vec<bool> {
    let height = far.len() / width.max(1);
    let (wide, high) = (width + 2, height + 2);
    // With a frame of one pixel, from which the flood starts.
    let at = |x: usize, y: usize| y * wide + x;
    let is_free = |x: usize, y: usize| {
        x == 0 || y == 0 || x > width || y > height || far[(y - 1) * width + x - 1] > reach
    };
    let mut outside = vec![usize::MAX; wide * high];
    let mut open = vec![(0, 0)];
    outside[0] = 0;
    while let Some((x, y)) = open.pop() {
        for (x, y) in near(x, y, wide, high) {
            if outside[at(x, y)] == usize::MAX && is_free(x, y) {
                outside[at(x, y)] = 0;
                open.push((x, y));
            }
        }
    }
    // Back to the line itself.
    let mut front: Vec<(usize, usize)> =
        (0..wide * high).filter(|at| outside[*at] == 0).map(|at| (at % wide, at / wide)).collect();
    for step in 1..=reach {
        let mut next = Vec::new();
        for (x, y) in front {
            for (x, y) in near(x, y, wide, high) {
                let is_in = (1..=width).contains(&x) && (1..=height).contains(&y);
                if is_in && outside[at(x, y)] == usize::MAX && !is_ink[(y - 1) * width + x - 1] {
                    outside[at(x, y)] = step;
                    next.push((x, y));
                }
            }
        }
        front = next;
    }
    (0..far.len()).map(|i| outside[at(i % width + 1, i / width + 1)] == usize::MAX).collect()
}

fn near(x: usize, y: usize, wide: usize, high: usize) -> impl Iterator<Item = (usize, usize)> {
    [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)]
        .into_iter()
        .filter(move |(x, y)| *x < wide && *y < high)
}
