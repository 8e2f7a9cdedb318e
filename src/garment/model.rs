//! Distributions of colours.

use super::surface::Colour;

/// Bins of a distribution of luma, each of `256 / BINS` levels, and as many below zero for differences.
const BINS: usize = 128;

/// A distribution of colours: luma freely, the differences of colour as a normal distribution that does not depend on it.
pub(super) struct Model {
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
    pub deviation: f32,
}

impl Model {
    /// Garments of which nothing is known: every luma, colours mostly dull.
    pub fn any() -> Self {
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

    /// The model of pixels with these weights. A share of `doubt` may have any colour; `blur` is in levels.
    pub fn of(colours: &[Colour], weights: &[f32], doubt: f32, blur: f32) -> Self {
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

    pub fn log(&self, colour: &Colour) -> f32 {
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
