//! The shadow that a garment casts on what it lies on: its own outline, shifted, blurred and dark.

use super::mask::{content, solid};
use super::resize::blurred;
use super::surface::Colour;

/// How far the search for a shadow's shift begins at most, as a share of the garment's longest edge.
const FARTHEST: f32 = 0.16;
/// How many pixels each of an outline's three blurs reaches.
const REACHES: [usize; 5] = [1, 2, 3, 4, 6];
/// What departs from a first fit by more than this share of the background's light counts no more in the second.
const STRAY: f32 = 0.06;
/// A shadow takes at least this share of the light where it is darkest…
const LEAST_MISSING: f32 = 0.05;
/// …and at most this one.
const MOST_MISSING: f32 = 0.8;
/// A shadow explains at least this share of what makes the surroundings darker, by their squares and without strays.
const EXPLAINED: f32 = 0.5;
/// So many pixels around the garment, up to twice as many, say which shadow it casts.
const PLACES: usize = 1000;

/// How much of the background's light is left at each pixel, 0 to 1; `None` if it is no such shadow that makes the garment's
/// surroundings darker.
pub(super) fn light_left(
    mask: &[f32],
    colours: &[Colour],
    behind: &[Colour],
    width: usize,
) -> Option<Vec<f32>> {
    let height = mask.len() / width.max(1);
    let garment = content(mask, width)?;
    let solid = solid(mask);
    let around: Vec<usize> = (0..mask.len()).filter(|at| mask[*at] <= 0.5).collect();
    let places = around.iter().step_by((around.len() / PLACES).max(1)).map(|&at| {
        let dark = 1.0 - colours[at][0] / behind[at][0].max(1.0);
        Place { x: at % width, y: at / width, dark: dark.clamp(-0.1, MOST_MISSING) }
    });
    let mut surroundings = Surroundings {
        outlines: REACHES.map(|reach| {
            (0..3).fold(solid.clone(), |soft, _| blurred(&soft, width, height, reach))
        }),
        width,
        height,
        places: places.collect(),
    };
    let first = surroundings.widely((garment.longest() as f32 * FARTHEST).ceil() as isize);
    surroundings.forget_strays(&first);
    let found = surroundings.nearby(first);
    let left = |at: usize| 1.0 - surroundings.shade(&found, at % width, at / width);
    let is_cast = found.explained > EXPLAINED && found.darkness > LEAST_MISSING;
    is_cast.then(|| (0..mask.len()).map(left).collect())
}

/// A pixel beside the garment.
struct Place {
    x: usize,
    y: usize,
    /// The share of the background's light that is missing.
    dark: f32,
}

/// A shadow.
#[derive(Clone, Copy)]
struct Cast {
    /// Which of the blurred outlines.
    outline: usize,
    /// To the right, in pixels.
    right: isize,
    /// Downwards, in pixels.
    down: isize,
    /// The share of the light that is missing where the outline is whole.
    darkness: f32,
    /// How much of the surroundings' darkness this is, by the squares: at most 1.
    explained: f32,
}

/// A garment and what lies around it.
struct Surroundings {
    outlines: [Vec<f32>; REACHES.len()],
    width: usize,
    height: usize,
    places: Vec<Place>,
}

impl Surroundings {
    /// How whole the shifted outline is at a pixel, 0 to 1.
    fn solidity(&self, outline: usize, right: isize, down: isize, x: usize, y: usize) -> f32 {
        match (x.checked_add_signed(-right), y.checked_add_signed(-down)) {
            (Some(x), Some(y)) if x < self.width && y < self.height => {
                self.outlines[outline][y * self.width + x]
            }
            _ => 0.0,
        }
    }

    fn shade(&self, cast: &Cast, x: usize, y: usize) -> f32 {
        cast.darkness * self.solidity(cast.outline, cast.right, cast.down, x, y)
    }

    /// The shadow of this form, as dark as fits best: least squares.
    fn fitted(&self, outline: usize, right: isize, down: isize) -> Cast {
        let (mut product, mut square, mut all) = (0.0f32, 1e-6f32, 1e-6f32);
        for place in &self.places {
            let solid = self.solidity(outline, right, down, place.x, place.y);
            product += place.dark * solid;
            square += solid * solid;
            all += place.dark * place.dark;
        }
        let darkness = (product / square).clamp(0.0, MOST_MISSING);
        let explained = (2.0 * darkness * product - darkness * darkness * square) / all;
        Cast { outline, right, down, darkness, explained }
    }

    /// The best of a grid that reaches so far to each side, and of what is near it.
    fn widely(&self, farthest: isize) -> Cast {
        let step = (farthest / 4).max(1) as usize;
        let shifts = || (-farthest..=farthest).step_by(step);
        let mut best = self.fitted(0, 0, 0);
        for outline in 0..self.outlines.len() {
            for (down, right) in shifts().flat_map(|down| shifts().map(move |right| (down, right)))
            {
                best = better(best, self.fitted(outline, right, down));
            }
        }
        self.nearby(best)
    }

    /// The best that is reached in small steps, each to something better.
    fn nearby(&self, from: Cast) -> Cast {
        let mut best = self.fitted(from.outline, from.right, from.down);
        for step in [2, 1] {
            let centre = best;
            let softer = (centre.outline + 1).min(self.outlines.len() - 1);
            for outline in centre.outline.saturating_sub(1)..=softer {
                for (down, right) in (0..9).map(|at| (at / 3 - 1, at % 3 - 1)) {
                    let (right, down) = (centre.right + step * right, centre.down + step * down);
                    best = better(best, self.fitted(outline, right, down));
                }
            }
        }
        best
    }

    /// Leaves out what this shadow does not explain: parts of the garment, or other shadows.
    fn forget_strays(&mut self, cast: &Cast) {
        let places = std::mem::take(&mut self.places);
        let fits = |place: &Place| (place.dark - self.shade(cast, place.x, place.y)).abs() < STRAY;
        self.places = places.into_iter().filter(fits).collect();
    }
}

fn better(one: Cast, other: Cast) -> Cast {
    if other.explained > one.explained { other } else { one }
}
