//! Which pixels of a picture are garment.
//!
//! Two models of colour, one of the background and one of the garment, say of each pixel which of them it fits better; the
//! outline that agrees best with all pixels while it is short, and where colours change, is the garment's. Both models are
//! then made anew from what that separates, as in GrabCut (Rother, Kolmogorov and Blake, 2004). The outline is the minimum
//! of a convex energy (Chan, Esedoglu and Nikolova, 2006; solved as by Chambolle and Pock, 2011).

use super::contour::{Flow, Steps};
use super::raster::Raster;
use super::shadow;
use super::surface::{Colour, Surface, opponent};

/// Bins of a distribution of luma, each of `256 / BINS` levels, and as many below zero for differences.
const BINS: usize = 128;
/// Rounds of separating and modelling.
const ROUNDS: usize = 3;

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
    let mut is_behind = vec![0.0f32; colours.len()];
    for (&at, fit) in places.iter().zip(&fits) {
        is_behind[at] = if *fit > 0.0 { 1.0 } else { 0.0 };
    }
    let steps = Steps::of(&colours, width, height);
    let place = middle(width, height);
    let mut cloth = Model::any();
    let rough = Roughness::of(&colours, width, height);
    let mut texture = rough.evidence(&is_behind, None);
    let mut flow = Flow::new(width, height);
    let mut residuals = residuals(&colours, &surface, width);
    let mut behind = Model::of(&residuals, &is_behind, 0.02, 1.0);
    for round in 0..ROUNDS {
        let evidence: Vec<f32> = (0..colours.len())
            .map(|at| {
                let odds = cloth.log(&colours[at]) - behind.log(&residuals[at]);
                (odds + texture[at]).clamp(-4.0, 4.0) + place[at]
            })
            .collect();
        flow.settle(&evidence, &steps, if round == 0 { 60 } else { 40 });
        if round + 1 < ROUNDS {
            let is_cloth: Vec<f32> =
                flow.mask.iter().map(|mask| if *mask > 0.5 { 1.0 } else { 0.0 }).collect();
            let others = (0..colours.len()).filter(|at| flow.mask[*at] < 0.1);
            let others: Vec<usize> = others.step_by((colours.len() / 2048).max(1)).collect();
            if others.len() > 100 {
                surface = Surface::fitted(&colours, &others, width, height).0;
                residuals = self::residuals(&colours, &surface, width);
                let behind_now: Vec<f32> =
                    flow.mask.iter().map(|mask| if *mask < 0.1 { 1.0 } else { 0.0 }).collect();
                behind = Model::of(&residuals, &behind_now, 0.02, 1.0);
            }
            cloth = Model::of(&colours, &is_cloth, 0.3, 4.0);
            let behind_now: Vec<f32> =
                flow.mask.iter().map(|mask| if *mask < 0.1 { 1.0 } else { 0.0 }).collect();
            texture = rough.evidence(&behind_now, Some(&is_cloth));
        }
    }
    let luma: Vec<f32> =
        (0..colours.len()).map(|at| surface.at(at % width, at / width)[0]).collect();
    let (least, most) = luma.iter().fold((f32::MAX, f32::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let mask = if behind.deviation < 8.0 {
        shadow::without(&flow.mask, &colours, &luma, width, height)
    } else {
        flow.mask
    };
    Separation {
        mask,
        unevenness: behind.deviation,
        slope: most - least,
        behind: luma,
        is_cut_out: false,
    }
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

/// The mean over squares that reach so many pixels to each side.
fn blurred(values: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let mut across = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width) {
        for x in 0..width {
            let near = &row[x.saturating_sub(reach)..(x + reach + 1).min(width)];
            across.push(near.iter().sum::<f32>() / near.len() as f32);
        }
    }
    let mut blurred = vec![0.0; values.len()];
    for y in 0..height {
        let (first, end) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        let to = &mut blurred[y * width..(y + 1) * width];
        for row in across[first * width..end * width].chunks_exact(width) {
            to.iter_mut().zip(row).for_each(|(to, from)| *to += from);
        }
        to.iter_mut().for_each(|to| *to /= (end - first) as f32);
    }
    blurred
}

/// A distribution of colours: luma freely, the differences of colour as a normal distribution that does not depend on it.
struct Model {
    /// Densities per level of luma, for lumas or differences of luma from −256 to 255.
    luma: Vec<f32>,
    mean: [f32; 2],
    /// The inverse of the covariance: of the first, of both, of the second.
    inverse: [f32; 3],
    /// The density at the mean.
    top: f32,
    /// The share of pixels that may have any colour.
    doubt: f32,
    /// Of luma.
    deviation: f32,
}

impl Model {
    /// Garments of which nothing is known: every luma, colours mostly dull.
    fn any() -> Self {
        let spread = 30.0f32;
        Self {
            luma: vec![1.0f32 / 256.0; 2 * BINS],
            doubt: 0.0,
            mean: [0.0; 2],
            inverse: [1.0 / (spread * spread), 0.0, 1.0 / (spread * spread)],
            top: 1.0 / (std::f32::consts::TAU * spread * spread),
            deviation: 0.0,
        }
    }

    /// The model of pixels with these weights. A share of `doubt` may have any luma; `blur` is in levels.
    fn of(colours: &[Colour], weights: &[f32], doubt: f32, blur: f32) -> Self {
        let per_bin = 256.0 / BINS as f32;
        let mut counts = vec![0.0f32; 2 * BINS];
        let mut total = 0.0f32;
        let mut sums = [0.0f32; 3];
        for (colour, &weight) in colours.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
            let at = ((colour[0] + 256.0) / per_bin).clamp(0.0, 2.0 * BINS as f32 - 1.0);
            counts[at as usize] += weight;
            total += weight;
            (0..3).for_each(|part| sums[part] += weight * colour[part]);
        }
        if total < 1.0 {
            return Self::any();
        }
        let mean = sums.map(|sum| sum / total);
        let mut variances = [0.0f32; 4];
        for (colour, &weight) in colours.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
            let [y, p, q] = [0, 1, 2].map(|part| colour[part] - mean[part]);
            for (sum, product) in variances.iter_mut().zip([p * p, p * q, q * q, y * y]) {
                *sum += weight * product / total;
            }
        }
        let [pp, pq, qq, yy] = variances;
        // No camera and no JPEG is more exact than this.
        let (pp, qq) = (pp + 4.0, qq + 4.0);
        let determinant = (pp * qq - pq * pq).max(1.0);
        // Silverman's rule for the width of a kernel, and the least that JPEG needs.
        let width = (1.06 * yy.sqrt() * total.powf(-0.2)).min(12.0) + 1.5 * blur;
        let luma = smoothed(&counts, width / per_bin)
            .iter()
            .map(|count| (1.0 - doubt) * count / total / per_bin)
            .collect();
        Self {
            luma,
            mean: [mean[1], mean[2]],
            inverse: [qq / determinant, -pq / determinant, pp / determinant],
            top: 1.0 / (std::f32::consts::TAU * determinant.sqrt()),
            doubt,
            deviation: yy.sqrt(),
        }
    }

    fn log(&self, colour: &Colour) -> f32 {
        let at = ((colour[0] + 256.0) * (BINS as f32 / 256.0)).clamp(0.0, 2.0 * BINS as f32 - 1.0);
        let (p, q) = (colour[1] - self.mean[0], colour[2] - self.mean[1]);
        let far = self.inverse[0] * p * p + 2.0 * self.inverse[1] * p * q + self.inverse[2] * q * q;
        // Tails as heavy as Student's: an unusual colour is possible.
        let dyed = self.top / (1.0 + far / 4.0).powi(2);
        (self.luma[at as usize] * dyed + self.doubt * ANYTHING).ln()
    }
}

/// The density of a colour of which nothing is known.
const ANYTHING: f32 = 1.0 / (512.0 * std::f32::consts::TAU * 900.0);

/// Blurred by a Gaussian of this deviation.
fn smoothed(values: &[f32], deviation: f32) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil() as usize;
    let weights: Vec<f32> =
        (0..=reach).map(|far| (-0.5 * (far as f32 / deviation).powi(2)).exp()).collect();
    let total = 1.0 + 2.0 * weights[1..].iter().sum::<f32>();
    (0..values.len())
        .map(|at| {
            let mut sum = values[at];
            for (far, weight) in weights.iter().enumerate().skip(1) {
                sum += weight
                    * (values.get(at.wrapping_sub(far)).unwrap_or(&0.0)
                        + values.get(at + far).unwrap_or(&0.0));
            }
            sum / total
        })
        .collect()
}
