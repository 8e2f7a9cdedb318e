//! Sketches: strokes of a pen, and the sheet with them as the page paints it.

use std::path::Path;

use atelier::garment::Picture;
use serde::{Deserialize, Serialize};

use crate::HarnessError;
use crate::judge::read;

/// The sheet's edge in pixels.
pub const EDGE: usize = 448;

/// A drawing of a garment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// The class that it is meant for, 0 to 9.
    pub label: usize,
    /// How it was drawn.
    pub manner: String,
    /// The strokes, oldest first.
    pub strokes: Vec<Stroke>,
}

/// One stroke, from pen down to pen up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// 0 black to 255 white.
    pub grey: u8,
    /// Width of a line without pressure, in pixels.
    pub width: f32,
    /// Whether it fills what it encloses.
    pub fills: bool,
    /// From the left, from the top, in pixels, and the pressure, 0 to 100.
    pub points: Vec<[i16; 3]>,
}

/// The sketches of a file.
///
/// # Errors
/// If it cannot be read.
pub fn sketches(path: &Path) -> Result<Vec<Sketch>, HarnessError> {
    Ok(serde_json::from_slice(&read(path)?)?)
}

type Dot = [f32; 3];

impl Stroke {
    fn dots(&self) -> Vec<Dot> {
        let dot = |[x, y, pressure]: &[i16; 3]| {
            [f32::from(*x), f32::from(*y), f32::from(*pressure) / 100.0]
        };
        self.points.iter().map(dot).collect()
    }

    /// Whether it is a closed outline and fills it, by the page's rule.
    fn is_area(&self, dots: &[Dot]) -> bool {
        let (Some(start), Some(end)) = (dots.first(), dots.last()) else { return false };
        let from_start = |dot: &Dot| (dot[0] - start[0]).hypot(dot[1] - start[1]);
        let reach = dots.iter().map(from_start).fold(0.0, f32::max);
        self.fills && reach > 1.5 * self.width && from_start(end) < 0.25 * reach
    }
}

impl Sketch {
    /// The sheet: black, and on it the strokes with round ends.
    ///
    /// # Errors
    /// Never: the sheet has the size of a picture.
    pub fn picture(&self) -> Result<Picture, HarnessError> {
        let mut sheet = vec![0.0f32; EDGE * EDGE];
        for stroke in &self.strokes {
            let dots = stroke.dots();
            let covered = covered(stroke, &dots);
            for (grey, share) in sheet.iter_mut().zip(covered) {
                *grey += (f32::from(stroke.grey) - *grey) * share;
            }
        }
        let rgba = sheet.iter().map(|grey| grey.round() as u8);
        let rgba = rgba.flat_map(|grey| [grey, grey, grey, 255]).collect();
        Picture::new(EDGE, EDGE, rgba).ok_or(HarnessError::Picture)
    }
}

/// How much of each pixel a stroke covers, 0 to 1.
fn covered(stroke: &Stroke, dots: &[Dot]) -> Vec<f32> {
    let mut covered = vec![0.0f32; EDGE * EDGE];
    let width = |dot: &Dot| stroke.width * (0.25 + 0.75 * dot[2]);
    let pairs = dots.first().into_iter().map(|dot| (dot, dot));
    for (from, to) in pairs.chain(dots.iter().zip(dots.iter().skip(1))) {
        let half = width(to) / 2.0;
        let range = |one: f32, other: f32| {
            let first = (one.min(other) - half - 1.0).max(0.0) as usize;
            first..((one.max(other) + half + 2.0).max(0.0) as usize).min(EDGE)
        };
        for y in range(from[1], to[1]) {
            for x in range(from[0], to[0]) {
                let far = distance([x as f32 + 0.5, y as f32 + 0.5], from, to);
                let share = (half - far + 0.5).clamp(0.0, 1.0);
                let here = &mut covered[y * EDGE + x];
                *here = here.max(share);
            }
        }
    }
    if stroke.is_area(dots) {
        fill(&mut covered, dots);
    }
    covered
}

/// From a point to a line from one dot to the other.
fn distance(point: [f32; 2], from: &Dot, to: &Dot) -> f32 {
    let (along_x, along_y) = (to[0] - from[0], to[1] - from[1]);
    let length = along_x * along_x + along_y * along_y;
    let (x, y) = (point[0] - from[0], point[1] - from[1]);
    let part =
        if length > 0.0 { ((x * along_x + y * along_y) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - part * along_x).hypot(y - part * along_y)
}

/// By the canvas's rule for fills: where the outline winds around.
fn fill(covered: &mut [f32], dots: &[Dot]) {
    let edges: Vec<(&Dot, &Dot)> = dots.iter().zip(dots.iter().cycle().skip(1)).collect();
    for y in 0..EDGE {
        let level = y as f32 + 0.5;
        let mut crossings: Vec<(f32, i32)> = edges
            .iter()
            .filter(|(from, to)| (from[1] <= level) != (to[1] <= level))
            .map(|(from, to)| {
                let part = (level - from[1]) / (to[1] - from[1]);
                (from[0] + part * (to[0] - from[0]), if to[1] > from[1] { 1 } else { -1 })
            })
            .collect();
        crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            winding += pair[0].1;
            if winding != 0 {
                let first = (pair[0].0 - 0.5).ceil().max(0.0) as usize;
                let end = ((pair[1].0 - 0.5).ceil().max(0.0) as usize).min(EDGE);
                for x in first..end {
                    covered[y * EDGE + x] = 1.0;
                }
            }
        }
    }
}
