//! The two principal components of activations: the plane in which images differ most.

use serde::{Deserialize, Serialize};

use crate::network::FC2;

/// Numbers of an image: the outputs of `fc2` after ReLU, before the last layer.
const WIDTH: usize = FC2.bias.len();
/// Rounds of rotations after which a matrix of this size has long converged; 6 to 10 are usual.
const MOST_ROUNDS: usize = 50;

/// Points in the plane of the two principal components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Principal {
    /// The place of each image along both components, in the activations' unit, around the mean. NaN for an image with
    /// activations that are not finite.
    pub points: Vec<[f32; 2]>,
    /// The share of the variance along each component, 0 to 1, the larger first. 0 if there is no variance.
    pub variance: [f64; 2],
}

/// The principal components of images by their 84 activations each, as scikit-learn's `PCA(n_components=2)` computes them,
/// the sign included: of the numbers of a component, the one that is largest without its sign is positive. Images with
/// activations that are not finite do not count.
#[must_use]
pub fn principal_components(images: &[[f32; WIDTH]]) -> Principal {
    let finite = || images.iter().filter(|image| image.iter().all(|value| value.is_finite()));
    let count = finite().count();
    if count == 0 {
        return Principal { points: vec![[f32::NAN; 2]; images.len()], variance: [0.0; 2] };
    }
    let mut mean = [0.0; WIDTH];
    for image in finite() {
        mean.iter_mut().zip(image).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    let mean = mean.map(|sum| sum / count as f64);
    // Sums of products instead of their mean: only directions and shares matter.
    let mut products = vec![[0.0; WIDTH]; WIDTH];
    for image in finite() {
        let centred: [f64; WIDTH] = std::array::from_fn(|at| f64::from(image[at]) - mean[at]);
        for (row, &one) in products.iter_mut().zip(&centred) {
            row.iter_mut().zip(&centred).for_each(|(sum, other)| *sum += one * other);
        }
    }
    let all: f64 = (0..WIDTH).map(|at| products[at][at]).sum();
    let [first, second] = largest_two(products);
    let share = |value: f64| if all > 0.0 { value.max(0.0) / all } else { 0.0 };
    let along = |component: &[f64; WIDTH], image: &[f32; WIDTH]| {
        let centred = image.iter().zip(&mean).map(|(value, mean)| f64::from(*value) - mean);
        let place: f64 = centred.zip(component).map(|(value, part)| value * part).sum();
        if place.is_finite() { place as f32 } else { f32::NAN }
    };
    Principal {
        points: images
            .iter()
            .map(|image| [&first, &second].map(|to| along(&to.1, image)))
            .collect(),
        variance: [share(first.0), share(second.0)],
    }
}

/// The two largest eigenvalues of a symmetric matrix with their eigenvectors, by Jacobi's method: each rotation makes one
/// number beside the diagonal 0 (Golub and Van Loan, "Matrix Computations", fourth edition, section 8.5).
fn largest_two(mut matrix: Vec<[f64; WIDTH]>) -> [(f64, [f64; WIDTH]); 2] {
    let unit = |at| std::array::from_fn(|column| f64::from(u8::from(at == column)));
    // A row is an eigenvector.
    let mut vectors: Vec<[f64; WIDTH]> = (0..WIDTH).map(unit).collect();
    for _ in 0..MOST_ROUNDS {
        let diagonal: f64 = (0..WIDTH).map(|at| matrix[at][at].powi(2)).sum();
        let beside = |row: usize| (0..row).map(move |column| (row, column));
        let beside: f64 = (0..WIDTH).flat_map(beside).map(|(y, x)| matrix[y][x].powi(2)).sum();
        if beside <= 1e-28 * diagonal {
            break;
        }
        for p in 0..WIDTH {
            for q in p + 1..WIDTH {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..WIDTH).collect();
    order.sort_by(|one, other| matrix[*other][*other].total_cmp(&matrix[*one][*one]));
    [order[0], order[1]].map(|at| {
        let largest = vectors[at].iter().fold(0.0_f64, |largest, part| {
            if part.abs() > largest.abs() { *part } else { largest }
        });
        (matrix[at][at], vectors[at].map(|part| if largest < 0.0 { -part } else { part }))
    })
}

/// Makes `matrix[p][q]` 0 by a rotation of both axes; `p` is below `q`.
fn rotate(matrix: &mut [[f64; WIDTH]], vectors: &mut [[f64; WIDTH]], p: usize, q: usize) {
    if matrix[p][q] == 0.0 {
        return;
    }
    let ratio = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let tangent = ratio.signum() / (ratio.abs() + ratio.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turned = |one: f64, other: f64| (cosine * one - sine * other, sine * one + cosine * other);
    for row in matrix.iter_mut() {
        (row[p], row[q]) = turned(row[p], row[q]);
    }
    for rows in [matrix, vectors] {
        let (before, from_q) = rows.split_at_mut(q);
        for (one, other) in before[p].iter_mut().zip(&mut from_q[0]) {
            (*one, *other) = turned(*one, *other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Activations by a formula that Python followed: multiples of 1/64.
    fn images(count: usize) -> Vec<[f32; WIDTH]> {
        let image = |at: usize| {
            std::array::from_fn(|unit| {
                let (a, b, c) = (at * 7 % 31, at * 5 % 17, (at * 13 + unit * 29) % 11);
                let sum = a * (unit % 5 + 1) + b * ((unit * 3) % 7) * 2 + c * 3;
                sum as f32 / 64.0
            })
        };
        (0..count).map(image).collect()
    }

    #[test]
    fn points_and_shares_are_scikit_learns() {
        // By scikit-learn 1.9.1 in float64: `PCA(n_components=2)`.
        let found = principal_components(&images(200));
        let expected = [
            (0, -14.3601948, -0.5854930),
            (1, -6.4199240, -0.7167797),
            (2, 1.5862428, -0.7858486),
            (57, 10.1762954, 0.8376860),
            (123, -1.0556964, 3.0760818),
            (199, 7.0468782, 2.3330776),
        ];
        for (at, x, y) in expected {
            let [found_x, found_y] = found.points[at].map(f64::from);
            assert!((found_x - x).abs() < 1e-5, "{at}: {found_x} instead of {x}");
            assert!((found_y - y).abs() < 1e-5, "{at}: {found_y} instead of {y}");
        }
        assert!((found.variance[0] - 0.861337784065).abs() < 1e-9, "{:?}", found.variance);
        assert!((found.variance[1] - 0.099192488093).abs() < 1e-9, "{:?}", found.variance);
    }

    #[test]
    fn images_with_activations_that_are_not_finite_do_not_count() {
        let mut with = images(50);
        with.insert(3, [f32::NAN; WIDTH]);
        with[20][83] = f32::INFINITY;
        let mut without = with.clone();
        without.remove(20);
        without.remove(3);
        let (with, without) = (principal_components(&with), principal_components(&without));
        assert_eq!(with.variance, without.variance);
        assert_eq!((with.points.len(), with.points[50]), (51, without.points[48]));
        assert!(
            [3, 20].iter().all(|at: &usize| with.points[*at].iter().all(|place| place.is_nan()))
        );
    }

    #[test]
    fn without_variance_every_image_is_in_the_middle() {
        let found = principal_components(&[[0.25; WIDTH]; 3]);
        assert_eq!((found.points, found.variance), (vec![[0.0; 2]; 3], [0.0; 2]));
        assert_eq!(principal_components(&[]), Principal::default());
        let found = principal_components(&[[f32::MAX; WIDTH], [f32::MIN; WIDTH]]);
        assert!((found.variance[0] - 1.0).abs() < 1e-9, "{found:?}");
    }
}
