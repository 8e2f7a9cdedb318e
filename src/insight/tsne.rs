//! The place of images among each other by t-SNE: van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms" (2014),
//! <https://jmlr.org/papers/v15/vandermaaten14a.html>, as the crate `bhtsne` computes it.

use bhtsne::tSNE;

use crate::network::FC2;

/// Numbers of an image: the outputs of `fc2` after ReLU, before the last layer.
const WIDTH: usize = FC2.bias.len();
/// How many neighbours count, roughly, as in scikit-learn.
const PERPLEXITY: f32 = 30.0;
/// How coarse the repulsion of far points is, as in scikit-learn.
const THETA: f32 = 0.5;
/// The spread of the first places, as in scikit-learn: so small that neighbours find each other.
const FIRST_SPREAD: f32 = 1e-4;
/// For fewer images there is no neighbourhood of [`PERPLEXITY`].
const FEWEST: usize = 100;
/// The callback hears every so many rounds.
const HEARD_EVERY: usize = 5;

/// The places of images by their activations `[n, 84]`, after so many rounds, from these first places (those of
/// [`super::principal_components`]); NaN for images with activations or a first place that are not finite. The first places
/// themselves if there are too few images. The unit has no meaning: only who is near whom. `told` is called with the
/// number of rounds done, every few rounds and at the end.
#[must_use]
pub fn neighbours(
    images: &[[f32; WIDTH]],
    start: &[[f32; 2]],
    rounds: usize,
    mut told: impl FnMut(u32) + 'static,
) -> Vec<[f32; 2]> {
    let is_finite = |numbers: &[f32]| numbers.iter().all(|number| number.is_finite());
    let pairs = || images.iter().zip(start).enumerate();
    let finite: Vec<usize> = pairs()
        .filter(|(_, (image, place))| is_finite(*image) && is_finite(*place))
        .map(|(at, _)| at)
        .collect();
    if finite.len() < FEWEST {
        return start.to_vec();
    }
    let features: Vec<[f32; WIDTH]> = finite.iter().map(|at| images[*at]).collect();
    let count = finite.len() as f32;
    let along = finite.iter().map(|at| start[*at][0]);
    let spread = (along.map(|place| place * place).sum::<f32>() / count).sqrt();
    let scale = if spread > 0.0 { FIRST_SPREAD / spread } else { 0.0 };
    let first: Vec<f32> = finite.iter().flat_map(|at| start[*at].map(|it| it * scale)).collect();
    let mut embedding: tSNE<'_, f32, [f32; WIDTH], 2> = tSNE::new(&features);
    embedding.perplexity(PERPLEXITY).epochs(rounds).initial_embedding(first);
    embedding.epoch_callback(move |round, _| {
        if (round + 1).is_multiple_of(HEARD_EVERY) || round + 1 == rounds {
            told(round as u32 + 1);
        }
    });
    embedding.barnes_hut(THETA, distance);
    let found = embedding.embedding();
    let mut places = vec![[f32::NAN; 2]; images.len()];
    for (at, place) in finite.into_iter().zip(found.as_chunks::<2>().0) {
        places[at] = *place;
    }
    places
}

/// The Euclidean distance.
fn distance(one: &[f32; WIDTH], other: &[f32; WIDTH]) -> f32 {
    let squares = one.iter().zip(other).map(|(one, other)| (one - other) * (one - other));
    squares.sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::insight::principal_components;

    /// Images of three kinds, far from each other.
    fn images(count: usize) -> Vec<[f32; WIDTH]> {
        let image = |at: usize| {
            std::array::from_fn(|unit| {
                let kind = if unit % 3 == at % 3 { 10.0 } else { 0.0 };
                kind + ((at * 13 + unit * 29) % 31) as f32 / 31.0
            })
        };
        (0..count).map(image).collect()
    }

    #[test]
    fn images_of_a_kind_come_to_lie_together_and_progress_is_told() {
        let images = images(300);
        let told = Rc::new(Cell::new(0));
        let heard = Rc::clone(&told);
        let start = principal_components(&images).points;
        let places = neighbours(&images, &start, 300, move |round| heard.set(round));
        assert_eq!(told.get(), 300);
        // The nearest other image of each is of its kind.
        for (at, place) in places.iter().enumerate() {
            let far = |other: &usize| {
                let [x, y] = places[*other];
                (x - place[0]).hypot(y - place[1])
            };
            let others = (0..300).filter(|other| *other != at);
            let nearest = others.min_by(|one, other| far(one).total_cmp(&far(other)));
            assert_eq!(nearest.map(|other| other % 3), Some(at % 3), "{at}");
        }
    }

    #[test]
    fn what_is_not_finite_has_no_place_and_few_images_stay() {
        let mut images = images(150);
        images[7][3] = f32::NAN;
        let start = principal_components(&images).points;
        let places = neighbours(&images, &start, 20, |_| {});
        let lost: Vec<_> = (0..150).filter(|at| places[*at][0].is_nan()).collect();
        assert_eq!(lost, [7]);
        let few = [[1.0, 2.0]; 3];
        assert_eq!(neighbours(&images[..3], &few, 20, |_| {}), few);
    }
}
