//! Where the classes lie on the map, for those who do not see it: plain data.

use super::plane::Point;
use crate::insight::Evaluation;
use crate::network::CLASSES;
use crate::page::class_names::ClassNames;
use crate::page::insight::table::{Cell, csv};

/// Where a class lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its label.
    pub class: usize,
    /// How many images have the label and a place.
    pub images: usize,
    /// The mean of their places.
    pub centre: [f64; 2],
    /// The root of the mean squared distance from there.
    pub spread: f64,
    /// The class whose centre is nearest; `None` if there is no other.
    pub nearest: Option<usize>,
}

/// The classes that have images, by their labels.
pub fn places_of(points: &[Point], evaluation: &Evaluation) -> Vec<Place> {
    let of_class = |class: usize| {
        let both = points.iter().zip(&evaluation.labels);
        let own = both.filter(move |(_, label)| usize::from(**label) == class);
        own.map(|(point, _)| point.map(f64::from)).filter(|[x, y]| x.is_finite() && y.is_finite())
    };
    let mut places: Vec<Place> = Vec::new();
    for class in 0..CLASSES {
        let images = of_class(class).count();
        if images == 0 {
            continue;
        }
        let mean =
            |of: &dyn Fn([f64; 2]) -> f64| of_class(class).map(of).sum::<f64>() / images as f64;
        let centre = [mean(&|[x, _]| x), mean(&|[_, y]| y)];
        let squares = mean(&|[x, y]| (x - centre[0]).powi(2) + (y - centre[1]).powi(2));
        places.push(Place { class, images, centre, spread: squares.sqrt(), nearest: None });
    }
    let centres: Vec<_> = places.iter().map(|place| (place.class, place.centre)).collect();
    for place in &mut places {
        let far = |[x, y]: [f64; 2]| (x - place.centre[0]).hypot(y - place.centre[1]);
        let others = centres.iter().filter(|(class, _)| *class != place.class);
        let nearest = others.min_by(|one, other| far(one.1).total_cmp(&far(other.1)));
        place.nearest = nearest.map(|(class, _)| *class);
    }
    places
}

/// Every image with its place, as CSV.
pub fn points_csv(points: &[Point], evaluation: &Evaluation) -> String {
    let rows = evaluation.images().map(|image| {
        let [x, y] = points.get(image.index as usize).copied().unwrap_or([f32::NAN; 2]);
        vec![
            Cell::Whole(image.index.into()),
            Cell::class(&ClassNames::default(), image.label),
            Cell::class(&ClassNames::default(), image.predicted),
            Cell::Number(Some(image.confidence.into())),
            Cell::Number(Some(image.loss.into())),
            Cell::Number(Some(x.into())),
            Cell::Number(Some(y.into())),
        ]
    });
    let heads = ["index", "true", "predicted", "confidence", "loss", "x", "y"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation() -> Evaluation {
        Evaluation {
            labels: vec![0, 0, 6, 9, 6],
            predicted: vec![0, 6, 6, 9, 6],
            confidence: vec![0.5; 5],
            losses: vec![0.25; 5],
            ..Evaluation::default()
        }
    }

    const POINTS: [Point; 5] =
        [[0.0, 0.0], [2.0, 0.0], [4.0, 0.0], [100.0, 0.0], [f32::NAN, f32::NAN]];

    #[test]
    fn classes_have_a_centre_a_spread_and_a_nearest_class() {
        let places = places_of(&POINTS, &evaluation());
        let expected = [
            Place { class: 0, images: 2, centre: [1.0, 0.0], spread: 1.0, nearest: Some(6) },
            Place { class: 6, images: 1, centre: [4.0, 0.0], spread: 0.0, nearest: Some(0) },
            Place { class: 9, images: 1, centre: [100.0, 0.0], spread: 0.0, nearest: Some(6) },
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn without_another_class_none_is_near() {
        let places = places_of(&POINTS[..1], &evaluation());
        assert_eq!(places.iter().map(|place| place.nearest).collect::<Vec<_>>(), [None]);
        assert_eq!(places_of(&[], &evaluation()), []);
    }

    #[test]
    fn the_file_has_a_line_for_every_image() {
        let told = points_csv(&POINTS, &evaluation());
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[2], "1,T-shirt/top,Shirt,0.5,0.25,2,0");
        assert_eq!(lines[5], "4,Shirt,Shirt,0.5,0.25,,");
    }
}
