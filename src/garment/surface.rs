//! The background's colour as a smooth function of the place, fitted to a picture's border.

/// Luma and two differences of colour, in the units of luma (0 to 255): ITU-R BT.601.
pub(super) type Colour = [f32; 3];

/// Terms of a polynomial of second degree in two variables.
const TERMS: usize = 6;
/// Rounds of reweighting. The fit to a border with a garment on it no longer changes after so many.
const ROUNDS: usize = 6;

/// A polynomial of second degree in x and y for each part of a colour.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Surface {
    coefficients: [[f32; TERMS]; 3],
    width: f32,
    height: f32,
}

/// Luma and two differences of colour.
pub(super) fn opponent([red, green, blue]: [f32; 3]) -> Colour {
    let luma = super::background::luma(&[red, green, blue]);
    [luma, 0.713 * (red - luma), 0.564 * (blue - luma)]
}

impl Surface {
    /// The surface through these places, most of which are background, and how well each fits, 0 to 1.
    ///
    /// Weighted least squares with Tukey's biweight, whose scale is the residuals' median: up to half of the places may be
    /// something else. Degrees 0, 1 and 2 in turn, so that outliers are known before the surface can bend to them.
    pub fn fitted(
        colours: &[Colour],
        places: &[usize],
        width: usize,
        height: usize,
    ) -> (Self, Vec<f32>) {
        let mut surface = Self {
            coefficients: [0, 1, 2].map(|part| {
                let mut values: Vec<f32> = places.iter().map(|at| colours[*at][part]).collect();
                [super::background::quantile(&mut values, 0.5), 0.0, 0.0, 0.0, 0.0, 0.0]
            }),
            width: width as f32,
            height: height as f32,
        };
        let mut weights = surface.weights(colours, places, width);
        for round in 0..ROUNDS {
            // A surface that bends needs places to tell it how.
            let terms = if places.len() < 40 { 1 } else { [3, 3, 6, 6, 6, 6][round] };
            surface.fit(colours, places, &weights, width, terms);
            weights = surface.weights(colours, places, width);
        }
        (surface, weights)
    }

    /// The background's colour at a pixel.
    pub fn at(&self, x: usize, y: usize) -> Colour {
        let terms = self.terms(x, y);
        self.coefficients.map(|own| own.iter().zip(terms).map(|(own, term)| own * term).sum())
    }

    fn terms(&self, x: usize, y: usize) -> [f32; TERMS] {
        let x = (x as f32 + 0.5) / self.width * 2.0 - 1.0;
        let y = (y as f32 + 0.5) / self.height * 2.0 - 1.0;
        [1.0, x, y, x * x, x * y, y * y]
    }

    fn weights(&self, colours: &[Colour], places: &[usize], width: usize) -> Vec<f32> {
        let strays: Vec<f32> = places
            .iter()
            .map(|&at| {
                let here = self.at(at % width, at / width);
                let apart = colours[at].iter().zip(here).map(|(own, here)| (own - here).powi(2));
                apart.sum::<f32>().sqrt()
            })
            .collect();
        let scale = super::background::quantile(&mut strays.clone(), 0.5).max(1.0) * 4.0;
        strays.iter().map(|stray| (1.0 - (stray / scale).powi(2)).max(0.0).powi(2)).collect()
    }

    fn fit(
        &mut self,
        colours: &[Colour],
        places: &[usize],
        weights: &[f32],
        width: usize,
        terms: usize,
    ) {
        let mut left = [[0.0f64; TERMS]; TERMS];
        let mut right = [[0.0f64; 3]; TERMS];
        for (&at, &weight) in places.iter().zip(weights) {
            let here = self.terms(at % width, at / width);
            for row in 0..terms {
                let weighted = f64::from(weight * here[row]);
                for column in 0..terms {
                    left[row][column] += weighted * f64::from(here[column]);
                }
                for part in 0..3 {
                    right[row][part] += weighted * f64::from(colours[at][part]);
                }
            }
        }
        // A little ridge on all but the constant: what the border does not determine stays flat.
        let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
        for (at, row) in left.iter_mut().enumerate().skip(1) {
            row[at] += 1e-3 * total + 1e-6;
        }
        left[0][0] += 1e-6;
        for row in terms..TERMS {
            left[row] = [0.0; TERMS];
            left[row][row] = 1.0;
            right[row] = [0.0; 3];
        }
        let solved = solved(left, right);
        for part in 0..3 {
            self.coefficients[part] = solved.map(|row| row[part] as f32);
        }
    }
}

/// Gauss and Jordan's elimination with pivots.
fn solved(mut left: [[f64; TERMS]; TERMS], mut right: [[f64; 3]; TERMS]) -> [[f64; 3]; TERMS] {
    for column in 0..TERMS {
        let largest = |row: &usize| left[*row][column].abs();
        let pivot =
            (column..TERMS).max_by(|a, b| largest(a).total_cmp(&largest(b))).unwrap_or(column);
        left.swap(column, pivot);
        right.swap(column, pivot);
        let divisor = left[column][column];
        if divisor.abs() < 1e-12 {
            continue;
        }
        let (left_pivot, right_pivot) = (left[column], right[column]);
        let rows = left.iter_mut().zip(&mut right).enumerate();
        for (_, (left, right)) in rows.filter(|(row, _)| *row != column) {
            let factor = left[column] / divisor;
            left.iter_mut().zip(left_pivot).for_each(|(to, from)| *to -= factor * from);
            right.iter_mut().zip(right_pivot).for_each(|(to, from)| *to -= factor * from);
        }
    }
    let mut solution = right;
    for (row, values) in solution.iter_mut().enumerate() {
        let divisor = left[row][row];
        values
            .iter_mut()
            .for_each(|value| *value = if divisor.abs() < 1e-12 { 0.0 } else { *value / divisor });
    }
    solution
}
