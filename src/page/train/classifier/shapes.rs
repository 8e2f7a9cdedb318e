//! Ready-made garments for those who do not draw: filled outlines as strokes.

use super::sheet::{Dot, Stroke};

/// The width of the outlines, in the pad's pixels.
const WIDTH: f64 = 14.0;

/// A ready-made garment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The stable hook of its button.
    pub hook: &'static str,
    /// The label of its class.
    pub label: usize,
    /// Its strokes: points as hundredths of the pad's edge, from the left and from the top.
    outlines: &'static [&'static [(u8, u8)]],
}

/// All of them.
pub const SHAPES: [Shape; 3] = [
    Shape {
        hook: "shape-tshirt",
        label: 0,
        outlines: &[&[
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
        ]],
    },
    Shape {
        hook: "shape-trouser",
        label: 1,
        outlines: &[&[(34, 8), (66, 8), (69, 92), (55, 92), (50, 36), (45, 92), (31, 92), (34, 8)]],
    },
    Shape {
        hook: "shape-bag",
        label: 8,
        outlines: &[
            &[(10, 42), (90, 42), (94, 86), (6, 86), (10, 42)],
            &[(30, 42), (36, 20), (64, 20), (70, 42)],
        ],
    },
];

impl Shape {
    /// Its strokes in this shade, on a pad of this edge.
    pub fn strokes(self, grey: u8, edge: f64) -> Vec<Stroke> {
        let at = |hundredths: u8| f64::from(hundredths) / 100.0 * edge;
        let dot = |&(x, y): &(u8, u8)| Dot { x: at(x), y: at(y), pressure: 1.0 };
        let stroke = |outline: &&[(u8, u8)]| Stroke {
            grey,
            width: WIDTH,
            fills: true,
            points: outline.iter().map(dot).collect(),
        };
        self.outlines.iter().map(stroke).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_each_shape_is_filled_and_on_the_pad() {
        for shape in SHAPES {
            let strokes = shape.strokes(230, 448.0);
            assert!(strokes.first().is_some_and(Stroke::is_area), "{}", shape.hook);
            let dots = strokes.iter().flat_map(|stroke| &stroke.points);
            assert!(dots.clone().all(|dot| (0.0..448.0).contains(&dot.x.max(dot.y))));
        }
    }

    #[test]
    fn a_bags_handle_is_a_line() {
        let [_, _, bag] = SHAPES;
        let strokes = bag.strokes(230, 448.0);
        assert!(strokes.last().is_some_and(|handle| !handle.is_area()));
    }
}
