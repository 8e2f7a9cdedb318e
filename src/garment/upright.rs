//! How far a garment is askew.
//!
//! Hems, waists and soles are level in the data set. The sums of a level garment's rows change most abruptly from row to row,
//! as those of a page whose lines are level (Postl, "Detection of linear oblique structures and skew scan in digitized
//! documents", 1986).

use super::raster::Area;

/// The largest turn that is looked for, in degrees.
const MOST: i32 = 12;

/// The turn in degrees, clockwise, that makes the garment level; 0 where it is as good as level.
pub(super) fn angle(mask: &[f32], width: usize, content: &Area) -> f32 {
    let centre = centre(content);
    let mut points = Vec::with_capacity(content.width * content.height);
    for y in content.top..content.top + content.height {
        for x in content.left..content.left + content.width {
            let part = mask[y * width + x];
            if part > 0.0 {
                points.push([x as f32 - centre[0], y as f32 - centre[1], part]);
            }
        }
    }
    let middle = content.width + content.height;
    let mut sums = [vec![0.0f32; 2 * middle + 2], vec![0.0f32; 2 * middle + 2]];
    let scores: Vec<f32> = (-MOST..=MOST)
        .map(|degrees| {
            let (sin, cos) = (degrees as f32).to_radians().sin_cos();
            sums.iter_mut().for_each(|sums| sums.fill(0.0));
            for [x, y, part] in &points {
                let places = [cos * y + sin * x, cos * x - sin * y];
                for (sums, place) in sums.iter_mut().zip(places) {
                    let place = place + middle as f32;
                    let first = place as usize;
                    let share = place - first as f32;
                    sums[first] += part * (1.0 - share);
                    sums[first + 1] += part * share;
                }
            }
            let jumps = |sums: &[f32]| -> f32 {
                sums.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum()
            };
            jumps(&sums[0]) + SIDES * jumps(&sums[1])
        })
        .collect();
    let score = |at: &usize| scores[*at];
    let best = (0..scores.len()).max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or(0);
    let level = scores[MOST as usize];
    let degrees = best as f32 - MOST as f32;
    if degrees.abs() < LEAST || scores[best] < level * GAIN { 0.0 } else { degrees }
}

/// What upright sides count beside level edges.
const SIDES: f32 = 0.25;
/// Turns below this are not worth another sampling, in degrees.
const LEAST: f32 = 1.5;
/// How much more abrupt the sums have to become.
const GAIN: f32 = 1.03;

fn centre(content: &Area) -> [f32; 2] {
    let middle = |first: usize, length: usize| first as f32 + (length as f32 - 1.0) / 2.0;
    [middle(content.left, content.width), middle(content.top, content.height)]
}

/// The content turned clockwise into a square that holds it, and that square's edge.
pub(super) fn turned(
    values: &[f32],
    width: usize,
    content: &Area,
    degrees: f32,
) -> (Vec<f32>, usize) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let centre = centre(content);
    let edge = (content.width as f32).hypot(content.height as f32).ceil() as usize + 2;
    let middle = (edge as f32 - 1.0) / 2.0;
    let at = |x: f32, y: f32| {
        let (right, bottom) = (content.left + content.width, content.top + content.height);
        let is_in = (content.left as f32..right as f32).contains(&x)
            && (content.top as f32..bottom as f32).contains(&y);
        if is_in { values[y as usize * width + x as usize] } else { 0.0 }
    };
    let mut turned = Vec::with_capacity(edge * edge);
    for y in 0..edge {
        for x in 0..edge {
            let (x, y) = (x as f32 - middle, y as f32 - middle);
            let from_x = cos * x + sin * y + centre[0];
            let from_y = cos * y - sin * x + centre[1];
            let (left, top) = (from_x.floor(), from_y.floor());
            let (u, v) = (from_x - left, from_y - top);
            let row = |y: f32| (at(left + 1.0, y) - at(left, y)) * u + at(left, y);
            turned.push((row(top + 1.0) - row(top)) * v + row(top));
        }
    }
    (turned, edge)
}
