//! What outlines enclose.

use super::raster::{Area, sides};

/// A connected part of what is enclosed and has no ink.
pub(super) struct Cell {
    pub places: Vec<usize>,
    /// What holds them.
    pub area: Area,
}

impl Cell {
    pub fn all(inside: &[bool], is_ink: &[bool], width: usize) -> Vec<Self> {
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
            while next < places.len() {
                let (x, y) = (places[next] % width, places[next] / width);
                for (x, y) in sides(x, y, width, height) {
                    let at = y * width + x;
                    if is_cell(at) && !is_done[at] {
                        is_done[at] = true;
                        places.push(at);
                    }
                }
                next += 1;
            }
            let area = Area::around(places.iter().copied(), width);
            cells.extend(area.map(|area| Self { places, area }));
        }
        cells
    }
}

/// How far each pixel is from ink, in pixels, by steps to the sides: exact enough for gaps.
pub(super) fn distances(is_ink: &[bool], width: usize) -> Vec<usize> {
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
pub(super) fn enclosed(far: &[usize], is_ink: &[bool], width: usize, reach: usize) -> Vec<bool> {
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
        for (x, y) in sides(x, y, wide, high) {
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
            for (x, y) in sides(x, y, wide, high) {
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
