//! Ready-made garments for those who do not draw: each a filled outline, and one stroke.

use super::sheet::{Dot, Stroke};

/// The width of an outline, in the pad's pixels.
const WIDTH: f64 = 14.0;

/// A ready-made garment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The stable hook of its button.
    pub hook: &'static str,
    /// The label of its class.
    pub label: usize,
    /// Its outline: points as hundredths of the pad's edge, from the left and from the top.
    outline: &'static [(u8, u8)],
}

/// All of them.
pub const SHAPES: [Shape; 3] = [
    Shape {
        hook: "shape-tshirt",
        label: 0,
        outline: &[
            (38, 12),
            (50, 17),
            (62, 12),
            (76, 18),
            (94, 42),
            (82, 50),
            (72, 38),
            (72, 90),
            (28, 90),
            (28, 38),
            (18, 50),
            (6, 42),
            (24, 18),
            (38, 12),
        ],
    },
    Shape {
        hook: "shape-trouser",
        label: 1,
        outline: &[(34, 8), (66, 8), (69, 92), (55, 92), (50, 36), (45, 92), (31, 92), (34, 8)],
    },
    Shape {
        hook: "shape-bag",
        label: 8,
        // The handle is drawn there and back, so that it encloses nothing and stays a line.
        outline: &[
            (10, 42),
            (30, 42),
            (36, 20),
            (64, 20),
            (70, 42),
            (64, 20),
            (36, 20),
            (30, 42),
            (90, 42),
            (94, 86),
            (6, 86),
            (10, 42),
        ],
    },
];

impl Shape {
    /// The stroke that draws it in this shade, on a pad of this edge.
    pub fn stroke(self, grey: u8, edge: f64) -> Stroke {
        let at = |hundredths: u8| f64::from(hundredths) / 100.0 * edge;
        let dot = |&(x, y): &(u8, u8)| Dot { x: at(x), y: at(y), pressure: 1.0 };
        let points = self.outline.iter().map(dot).collect();
        Stroke { grey, width: WIDTH, fills: true, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_filled_and_on_the_pad() {
        for shape in SHAPES {
            let stroke = shape.stroke(230, 448.0);
            assert!(stroke.is_area(), "{}", shape.hook);
            let on_pad = |dot: &Dot| (0.0..448.0).contains(&dot.x) && (0.0..448.0).contains(&dot.y);
            assert!(stroke.points.iter().all(on_pad), "{}", shape.hook);
        }
    }
}
