//! Which part of a plane is seen, and what lies where: plain data.

/// A point of the plane.
pub type Point = [f32; 2];
/// A place on the screen, in pixels from the left and from the top.
pub type Pixel = (f64, f64);

/// The share of each side that stays free when everything is shown.
const MARGIN: f64 = 0.04;
/// The most pixels to one where everything is shown.
const CLOSEST: f64 = 400.0;
/// And the fewest.
const FARTHEST: f64 = 0.2;

/// The part of the plane that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// What is in the middle.
    middle: [f64; 2],
    /// Pixels to a unit.
    scale: f64,
    /// The scale at which everything is shown.
    whole: f64,
    /// Width and height in pixels.
    size: Pixel,
}

impl View {
    /// All points that have a place, as large as they fit.
    pub fn of(points: &[Point], size: Pixel) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points.iter().filter(|point| point.iter().all(|place| place.is_finite())) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis].into());
                high[axis] = high[axis].max(point[axis].into());
            }
        }
        let is_empty = low[0] > high[0];
        let middle =
            if is_empty { [0.0; 2] } else { [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0] };
        let free = 1.0 - 2.0 * MARGIN;
        let fits = |axis: usize, pixels: f64| pixels * free / (high[axis] - low[axis]);
        let scale = fits(0, size.0).min(fits(1, size.1));
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        Self { middle, scale, whole: scale, size }
    }

    /// Where a point is on the screen. The second axis goes up.
    pub fn pixel(&self, point: Point) -> Pixel {
        let [x, y] = [0, 1].map(|axis| (f64::from(point[axis]) - self.middle[axis]) * self.scale);
        (self.size.0 / 2.0 + x, self.size.1 / 2.0 - y)
    }

    /// Moved so that what was at a place is now so many pixels to the right of it and below.
    pub fn moved(mut self, (right, down): Pixel) -> Self {
        self.middle[0] -= right / self.scale;
        self.middle[1] += down / self.scale;
        self
    }

    /// Closer by this factor, while what is at this place stays there.
    pub fn closer(self, factor: f64, at: Pixel) -> Self {
        let scale = (self.scale * factor).clamp(self.whole * FARTHEST, self.whole * CLOSEST);
        let factor = scale / self.scale;
        let (x, y) = (at.0 - self.size.0 / 2.0, at.1 - self.size.1 / 2.0);
        Self { scale, ..self }.moved((x - x * factor, y - y * factor))
    }

    /// By how much closer this is than everything.
    pub fn closeness(&self) -> f64 {
        self.scale / self.whole
    }

    /// The middle of the screen.
    pub const fn centre(&self) -> Pixel {
        (self.size.0 / 2.0, self.size.1 / 2.0)
    }

    /// Whether a place is on the screen, or a mark there still reaches into it.
    pub fn sees(&self, (x, y): Pixel) -> bool {
        (-8.0..=self.size.0 + 8.0).contains(&x) && (-8.0..=self.size.1 + 8.0).contains(&y)
    }

    /// Of these points, the one that is nearest to a place and not farther than so many pixels.
    pub fn nearest(
        &self,
        points: &[Point],
        among: impl Iterator<Item = u32>,
        at: Pixel,
        within: f64,
    ) -> Option<u32> {
        let mut best = (within * within, None);
        for index in among {
            let Some(point) = points.get(index as usize) else { continue };
            let (x, y) = self.pixel(*point);
            let far = (x - at.0).powi(2) + (y - at.1).powi(2);
            if far <= best.0 {
                best = (far, Some(index));
            }
        }
        best.1
    }

    /// Those of these points that are within the rectangle of which these are two opposite corners, ascending.
    pub fn within(
        &self,
        points: &[Point],
        among: impl Iterator<Item = u32>,
        (one, other): (Pixel, Pixel),
    ) -> Vec<u32> {
        let (left, right) = (one.0.min(other.0), one.0.max(other.0));
        let (top, bottom) = (one.1.min(other.1), one.1.max(other.1));
        let is_within = |index: &u32| {
            points.get(*index as usize).is_some_and(|point| {
                let (x, y) = self.pixel(*point);
                (left..=right).contains(&x) && (top..=bottom).contains(&y)
            })
        };
        let mut found: Vec<_> = among.filter(is_within).collect();
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Pixel = (200.0, 100.0);
    const CORNERS: [Point; 4] = [[0.0, 0.0], [10.0, 0.0], [10.0, 5.0], [f32::NAN, 3.0]];

    #[test]
    fn everything_is_in_view_with_a_margin_and_the_second_axis_goes_up() {
        let view = View::of(&CORNERS, SIZE);
        // 10 units over 92 % of 200 pixels, 5 over 92 % of 100.
        let near = |found: Pixel, expected: Pixel| {
            assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9);
        };
        near(view.pixel(CORNERS[0]), (8.0, 96.0));
        near(view.pixel(CORNERS[2]), (192.0, 4.0));
        near(View::of(&[], SIZE).pixel([0.0, 0.0]), (100.0, 50.0));
        near(View::of(&[[3.0, 3.0]], SIZE).pixel([3.0, 3.0]), (100.0, 50.0));
    }

    #[test]
    fn moving_moves_every_point_and_zooming_keeps_what_is_under_the_pointer() {
        let view = View::of(&CORNERS, SIZE);
        let before = view.pixel(CORNERS[0]);
        let after = view.moved((30.0, -7.0)).pixel(CORNERS[0]);
        assert!(
            (after.0 - before.0 - 30.0).abs() < 1e-9 && (after.1 - before.1 + 7.0).abs() < 1e-9
        );
        let at = view.pixel(CORNERS[2]);
        let closer = view.closer(3.0, at);
        let stays = closer.pixel(CORNERS[2]);
        assert!((stays.0 - at.0).abs() < 1e-9 && (stays.1 - at.1).abs() < 1e-9);
        assert!((closer.closeness() - 3.0).abs() < 1e-9);
        let width = closer.pixel(CORNERS[1]).0 - closer.pixel(CORNERS[0]).0;
        assert!((width - 3.0 * 184.0).abs() < 1e-9);
        assert!((view.closer(1e9, at).closeness() - CLOSEST).abs() < 1e-6, "there is an end");
        assert!((view.closer(0.0, at).closeness() - FARTHEST).abs() < 1e-9);
    }

    #[test]
    fn the_nearest_point_is_found_within_reach_among_those_that_are_shown() {
        let view = View::of(&CORNERS, SIZE);
        assert_eq!(view.nearest(&CORNERS, 0..4, (186.0, 4.0), 10.0), Some(2));
        assert_eq!(view.nearest(&CORNERS, 0..4, (150.0, 50.0), 10.0), None);
        assert_eq!(view.nearest(&CORNERS, [0, 1].into_iter(), (186.0, 4.0), 10.0), None);
    }

    #[test]
    fn a_rectangle_holds_what_is_between_its_corners_whichever_they_are() {
        let view = View::of(&CORNERS, SIZE);
        let right = ((150.0, 100.0), (200.0, 0.0));
        assert_eq!(view.within(&CORNERS, 0..4, right), [1, 2]);
        assert_eq!(view.within(&CORNERS, 0..4, (right.1, right.0)), [1, 2]);
        assert_eq!(view.within(&CORNERS, 2..4, right), [2]);
    }
}
