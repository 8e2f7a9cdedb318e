//! Separates a garment from its background.

use super::raster::Area;

/// Whether a background is light, as in a shop's photo, or dark, as in the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Light: the garment is darker, and is negated.
    Light,
    /// Dark: the garment is brighter, as the network expects.
    Dark,
}

/// Distance in RGB within which a pixel counts as background: 5 % of the largest possible, as in
/// Zalando's trimming.
const CLOSE: f32 = 0.05 * 441.673;
/// A noisy border widens that distance, but not beyond this, where garments would be trimmed away.
const CLOSE_AT_MOST: f32 = 0.2 * 441.673;

/// The background of a picture.
pub(super) struct Background {
    colour: [f32; 3],
    close: f32,
    tone: Tone,
}

impl Background {
    /// That of a picture with these colours, in rows of this width.
    pub(super) fn of(colours: &[[f32; 3]], width: usize, tone: Option<Tone>) -> Self {
        match tone {
            Some(Tone::Light) => Self { colour: [255.0; 3], close: CLOSE, tone: Tone::Light },
            Some(Tone::Dark) => Self { colour: [0.0; 3], close: CLOSE, tone: Tone::Dark },
            None => Self::from_border(&border(colours, width)),
        }
    }

    /// The border's median colour, and how far the border deviates from it.
    fn from_border(border: &[[f32; 3]]) -> Self {
        let colour = [0, 1, 2].map(|channel| {
            let mut values: Vec<f32> = border.iter().map(|colour| colour[channel]).collect();
            quantile(&mut values, 0.5)
        });
        let mut strays: Vec<f32> = border.iter().map(|other| distance(&colour, other)).collect();
        // Not the maximum: a garment that extends beyond the picture covers part of the border.
        let close = (1.6 * quantile(&mut strays, 0.7)).clamp(CLOSE, CLOSE_AT_MOST);
        let tone = if luma(&colour) >= 128.0 { Tone::Light } else { Tone::Dark };
        Self { colour, close, tone }
    }

    fn covers(&self, colour: &[f32; 3]) -> bool {
        // Squared, because this is computed for every pixel of a picture.
        distance_squared(&self.colour, colour) <= self.close * self.close
    }

    /// The bounding box of everything that is not background.
    pub(super) fn content(&self, colours: &[[f32; 3]], width: usize) -> Option<Area> {
        Area::around((0..colours.len()).filter(|at| !self.covers(&colours[*at])), width)
    }

    /// The garment's intensities, 0 to 255, bright on a background of exactly 0.
    pub(super) fn intensities(&self, colours: &[[f32; 3]], tone: Tone) -> Vec<f32> {
        let intensity = |colour: &[f32; 3]| match (self.covers(colour), tone) {
            (true, _) => 0.0,
            (false, Tone::Light) => 255.0 - luma(colour),
            (false, Tone::Dark) => luma(colour),
        };
        colours.iter().map(intensity).collect()
    }

    pub(super) const fn tone(&self) -> Tone {
        self.tone
    }
}

/// The colours along the border, each pixel once.
fn border(colours: &[[f32; 3]], width: usize) -> Vec<[f32; 3]> {
    let (right, bottom) = (width - 1, colours.len() / width - 1);
    let is_border = |at: usize| {
        let (x, y) = (at % width, at / width);
        x == 0 || y == 0 || x == right || y == bottom
    };
    (0..colours.len()).filter(|at| is_border(*at)).map(|at| colours[at]).collect()
}

/// Grey with the weights of ITU-R BT.601, like the tools that made the data set.
pub(super) fn luma(colour: &[f32; 3]) -> f32 {
    0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
}

fn distance(one: &[f32; 3], other: &[f32; 3]) -> f32 {
    distance_squared(one, other).sqrt()
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
