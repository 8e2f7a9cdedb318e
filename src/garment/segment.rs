//! Which pixels of a picture are garment.
//!
//! Two models of colour, one of the background and one of the garment, say of each pixel which of them it fits better; the
//! outline that agrees best with all pixels while it is short, and where colours change, is the garment's. Both models are
//! then made anew from what that separates, as in GrabCut (Rother, Kolmogorov and Blake, 2004). The outline is the minimum
//! of a convex energy (Chan, Esedoglu and Nikolova, 2006; solved as by Chambolle and Pock, 2011).

use super::contour::{Flow, Steps};
use super::mask::solid;
use super::model::Model;
use super::raster::Raster;
use super::resize::blurred;
use super::surface::{Colour, Surface, opponent};
use super::{cast, shadow};

/// Rounds of separating and modelling.
const ROUNDS: usize = 3;
/// Deviation of luma below which a background is smooth enough for shadows to be seen on it.
const SMOOTH: f32 = 8.0;

/// What has been found out about a picture, pixel by pixel.
pub(super) struct Separation {
    /// 0 background to 1 garment.
    pub mask: Vec<f32>,
    /// The background's luma at each pixel.
    pub behind: Vec<f32>,
    /// The deviation of the background's luma from its surface.
    pub unevenness: f32,
    /// The range of the surface's luma.
    pub slope: f32,
    /// Whether the picture's own opacity separates.
    pub is_cut_out: bool,
}

/// What a picture's opacity separates: most of its border is transparent, and something in it is opaque.
pub(super) fn by_opacity(work: &Raster) -> Option<Separation> {
    let opacity = |at: &usize| work.pixels[*at][3] > 0.5;
    let border = band(work.width, work.height);
    let clear = border.iter().filter(|at| !opacity(at)).count();
    let solid = (0..work.pixels.len()).filter(opacity).count();
    let separates = clear * 2 > border.len() && solid * 100 > work.pixels.len();
    separates.then(|| Separation {
        mask: work.pixels.iter().map(|pixel| pixel[3]).collect(),
        behind: vec![255.0; work.pixels.len()],
        unevenness: 0.0,
        slope: 0.0,
        is_cut_out: true,
    })
}

/// Separates a garment from what is around it; colours are red, green and blue, 0 to 255.
pub(super) fn separate(colours: &[[f32; 3]], width: usize, height: usize) -> Separation {
    let colours: Vec<Colour> = colours.iter().copied().map(opponent).collect();
    let places = band(width, height);
    let (mut surface, fits) = Surface::fitted(&colours, &places, width, height);
    let mut fitting = vec![0.0f32; colours.len()];
    for (&at, fit) in places.iter().zip(&fits) {
        fitting[at] = if *fit > 0.0 { 1.0 } else { 0.0 };
    }
    let steps = Steps::of(&colours, width, height);
    let place = middle(width, height);
    let mut cloth = Model::any();
    let rough = Roughness::of(&colours, width, height);
    let mut texture = rough.evidence(&fitting, None);
    let mut flow = Flow::new(width, height);
    let mut residuals = residuals(&colours, &surface, width);
    let mut behind = Model::of(&residuals, &fitting, 0.02, 1.0);
    for round in 0..ROUNDS {
        let mut evidence = by_colour(&cloth, &colours, &behind, &residuals);
        for ((odds, texture), place) in evidence.iter_mut().zip(&texture).zip(&place) {
            *odds = (*odds + texture).clamp(-4.0, 4.0) + place;
        }
        flow.settle(&evidence, &steps, if round == 0 { 60 } else { 40 });
        if round + 1 < ROUNDS {
            let is_cloth = solid(&flow.mask);
            let is_behind = is_behind(&flow.mask);
            let others = (0..colours.len()).filter(|at| flow.mask[*at] < 0.1);
            let others: Vec<usize> = others.step_by((colours.len() / 2048).max(1)).collect();
            if others.len() > 100 {
                surface = Surface::fitted(&colours, &others, width, height).0;
                residuals = self::residuals(&colours, &surface, width);
                behind = Model::of(&residuals, &is_behind, 0.02, 1.0);
            }
            cloth = Model::of(&colours, &is_cloth, 0.3, 4.0);
            texture = rough.evidence(&is_behind, Some(&is_cloth));
        }
    }
    let surface: Vec<Colour> =
        (0..colours.len()).map(|at| surface.at(at % width, at / width)).collect();
    let luma: Vec<f32> = surface.iter().map(|colour| colour[0]).collect();
    let (least, most) = luma.iter().fold((f32::MAX, f32::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let is_smooth = behind.deviation < SMOOTH;
    if let Some(lit) =
        is_smooth.then(|| shadow::without(&flow.mask, &colours, &surface, width)).flatten()
    {
        flow.start_from(lit);
        if let Some(left) = cast::light_left(&flow.mask, &colours, &surface, width) {
            let shaded = |(own, (behind, left)): (&Colour, (&Colour, &f32))| {
                [0, 1, 2].map(|part| own[part] - left * behind[part])
            };
            let residuals: Vec<Colour> =
                colours.iter().zip(surface.iter().zip(&left)).map(shaded).collect();
            let behind = Model::of(&residuals, &is_behind(&flow.mask), 0.02, 1.0);
            let cloth = Model::of(&colours, &solid(&flow.mask), 0.3, 4.0);
            let mut evidence = by_colour(&cloth, &colours, &behind, &residuals);
            for (odds, place) in evidence.iter_mut().zip(&place) {
                *odds = odds.clamp(-4.0, 4.0) + place;
            }
            let lit = flow.mask.clone();
            flow.settle(&evidence, &steps, 60);
            if flow.mask.iter().all(|mask| *mask <= 0.5) {
                flow.mask = lit;
            }
        }
    }
    Separation {
        mask: flow.mask,
        unevenness: behind.deviation,
        slope: most - least,
        behind: luma,
        is_cut_out: false,
    }
}

/// 1 where a mask leaves hardly any doubt that there is background, 0 elsewhere.
fn is_behind(mask: &[f32]) -> Vec<f32> {
    mask.iter().map(|mask| if *mask < 0.1 { 1.0 } else { 0.0 }).collect()
}

/// Log odds for garment by each pixel's colour.
fn by_colour(cloth: &Model, colours: &[Colour], behind: &Model, residuals: &[Colour]) -> Vec<f32> {
    let odds = |(own, apart): (&Colour, &Colour)| cloth.log(own) - behind.log(apart);
    colours.iter().zip(residuals).map(odds).collect()
}

fn residuals(colours: &[Colour], surface: &Surface, width: usize) -> Vec<Colour> {
    let apart = |(at, own): (usize, &Colour)| {
        let here = surface.at(at % width, at / width);
        [0, 1, 2].map(|part| own[part] - here[part])
    };
    colours.iter().enumerate().map(apart).collect()
}

/// The pixels along the border, within a sixteenth of the shorter edge.
fn band(width: usize, height: usize) -> Vec<usize> {
    let wide = (width.min(height) / 16).max(1);
    let is_band = |at: &usize| {
        let (x, y) = (at % width, at / width);
        x.min(y).min(width - 1 - x).min(height - 1 - y) < wide
    };
    (0..width * height).filter(is_band).collect()
}

/// Log odds for garment by the place alone: people put it near the middle.
fn middle(width: usize, height: usize) -> Vec<f32> {
    let share = |at: usize, whole: usize| ((at as f32 + 0.5) / whole as f32 * 2.0 - 1.0).abs();
    (0..width * height)
        .map(|at| {
            let far = share(at % width, width).max(share(at / width, height));
            0.5 - 3.0 * far.powi(4)
        })
        .collect()
}

/// How much luma changes from pixel to pixel around each one, in classes: a smooth garment before a textured background.
struct Roughness {
    class: Vec<u8>,
}

/// Classes of roughness, each a third of a power of two.
const CLASSES: usize = 20;

impl Roughness {
    fn of(colours: &[Colour], width: usize, height: usize) -> Self {
        let mut jumps = vec![0.0f32; colours.len()];
        for at in 0..colours.len() {
            let (x, y) = (at % width, at / width);
            let right = if x + 1 < width { at + 1 } else { at };
            let below = if y + 1 < height { at + width } else { at };
            let here = colours[at][0];
            jumps[at] = (colours[right][0] - here).abs() + (colours[below][0] - here).abs();
        }
        let calm = blurred(&jumps, width, height, 2);
        let class = |jump: &f32| (3.0 * (1.0 + jump).log2()).min(CLASSES as f32 - 1.0) as u8;
        Self { class: calm.iter().map(class).collect() }
    }

    fn shares(&self, weights: &[f32]) -> [f32; CLASSES] {
        let mut counts = [0.5f32; CLASSES];
        for (class, weight) in self.class.iter().zip(weights) {
            counts[usize::from(*class)] += weight;
        }
        let total: f32 = counts.iter().sum();
        let share = |at: usize| counts.get(at).copied().unwrap_or(0.0) / total;
        let mut shares = [0.0; CLASSES];
        for (at, to) in shares.iter_mut().enumerate() {
            *to = 0.5 * share(at) + 0.25 * (share(at.wrapping_sub(1)) + share(at + 1));
        }
        shares
    }

    /// Log odds for garment; none where the background is smooth, for then only outlines are rough.
    fn evidence(&self, behind: &[f32], cloth: Option<&[f32]>) -> Vec<f32> {
        let behind = self.shares(behind);
        let rough: f32 = behind[ROUGH..].iter().sum();
        if rough < 0.5 {
            return vec![0.0; self.class.len()];
        }
        let cloth = match cloth {
            Some(cloth) => self.shares(cloth),
            None => behind.map(|share| 0.5 * share + 0.5 / CLASSES as f32),
        };
        let mut odds = [0.0f32; CLASSES];
        for (at, odds) in odds.iter_mut().enumerate() {
            let unsure = 0.1 / CLASSES as f32;
            *odds =
                ((0.9 * cloth[at] + unsure) / (0.9 * behind[at] + unsure)).ln().clamp(-2.0, 2.0);
        }
        self.class.iter().map(|class| odds[usize::from(*class)]).collect()
    }
}

/// The class from which on a background counts as rough: jumps of some seven levels.
const ROUGH: usize = 9;
