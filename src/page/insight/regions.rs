//! Where in an image a saliency lies, for those who do not see it.

use crate::network::{PIXELS, SIDE};

/// Regions on each side of an image.
const ACROSS: usize = 3;

/// How a saliency is spread over an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// What share of all that speaks for the class lies in each of nine regions, row by row from the upper left; all 0 if
    /// nothing does.
    pub shares: [f64; ACROSS * ACROSS],
    /// The sum of what speaks against the class over the sum of all, 0 to 1.
    pub against: f64,
}

impl Regions {
    /// Of a saliency `[28, 28]`; numbers that are not finite count as 0.
    pub fn of(pixels: &[f32]) -> Self {
        let (mut sums, mut against) = ([0.0; ACROSS * ACROSS], 0.0);
        for (at, &pixel) in pixels.iter().take(PIXELS).enumerate().filter(|(_, it)| it.is_finite())
        {
            let pixel = f64::from(pixel);
            if pixel < 0.0 {
                against -= pixel;
            } else {
                let region = |along: usize| along * ACROSS / SIDE;
                sums[region(at / SIDE) * ACROSS + region(at % SIDE)] += pixel;
            }
        }
        let total: f64 = sums.iter().sum();
        let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 0.0 };
        Self { shares: sums.map(|sum| share(sum, total)), against: share(against, against + total) }
    }

    /// The two regions with the largest shares, as index and share; none if nothing speaks for the class.
    pub fn largest(&self) -> Vec<(usize, f64)> {
        let mut order: Vec<_> =
            self.shares.iter().copied().enumerate().filter(|(_, share)| *share > 0.0).collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1));
        order.truncate(2);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_the_thirds_of_the_image_and_what_speaks_against_the_class_counts_apart() {
        let mut pixels = [0.0; PIXELS];
        pixels[0] = 3.0;
        pixels[PIXELS - 1] = 1.0;
        pixels[9 * SIDE + 9] = 1.0;
        pixels[10 * SIDE + 10] = -5.0;
        pixels[30] = f32::NAN;
        let regions = Regions::of(&pixels);
        assert_eq!(regions.shares, [0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2]);
        assert_eq!(regions.against, 0.5);
        assert_eq!(regions.largest(), [(0, 0.8), (8, 0.2)]);
    }

    #[test]
    fn where_nothing_speaks_for_the_class_no_region_is_named() {
        assert_eq!(Regions::of(&[0.0; PIXELS]).largest(), []);
        assert_eq!(Regions::of(&[-1.0]).largest(), []);
        assert_eq!(Regions::of(&[]).against, 0.0);
    }
}
