//! A drawing's background, and colours as numbers.

use serde::{Deserialize, Serialize};

use super::raster::Area;

/// Whether a background is light, as in a shop's photo, or dark, as in the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Light: the garment is darker, and is negated.
    Light,
    /// Dark: the garment is brighter, as the network expects.
    Dark,
}

/// Distance in RGB within which a pixel counts as background: 5 % of the largest possible, as in
/// Zalando's trimming.
const CLOSE: f32 = 0.05 * 441.673;

/// The background of a drawing: white or black all over.
pub(super) struct Background {
    colour: [f32; 3],
    tone: Tone,
}

impl Background {
    /// The background of this tone.
    pub(super) const fn of(tone: Tone) -> Self {
        let colour = match tone {
            Tone::Light => [255.0; 3],
            Tone::Dark => [0.0; 3],
        };
        Self { colour, tone }
    }

    fn covers(&self, colour: &[f32; 3]) -> bool {
        // Squared, because this is computed for every pixel of a picture.
        distance_squared(&self.colour, colour) <= CLOSE * CLOSE
    }

    /// The bounding box of everything that is not background.
    pub(super) fn content(&self, colours: &[[f32; 3]], width: usize) -> Option<Area> {
        Area::around((0..colours.len()).filter(|at| !self.covers(&colours[*at])), width)
    }

    /// The garment's intensities, 0 to 255, bright on a background of exactly 0.
    pub(super) fn intensities(&self, colours: &[[f32; 3]]) -> Vec<f32> {
        let intensity = |colour: &[f32; 3]| match (self.covers(colour), self.tone) {
            (true, _) => 0.0,
            (false, Tone::Light) => 255.0 - luma(colour),
            (false, Tone::Dark) => luma(colour),
        };
        colours.iter().map(intensity).collect()
    }
}

/// Grey with the weights of ITU-R BT.601, like the tools that made the data set.
pub(super) fn luma(colour: &[f32; 3]) -> f32 {
    0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
}

fn distance_squared(one: &[f32; 3], other: &[f32; 3]) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The quantile at this share (0 to 1); 0 if there are no values.
pub(super) fn quantile(values: &mut [f32], share: f32) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let at = (values.len().saturating_sub(1) as f32 * share).round() as usize;
    values.get(at).copied().unwrap_or(0.0)
}
