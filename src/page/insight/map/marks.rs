//! The marks of the map: which images have which, on the canvas and in files.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

use super::plane::{Pixel, Point, View};
use crate::insight::Evaluation;
use crate::network::CLASSES;
use crate::page::insight::vector::{Anchor, Ink, Picture, Shape};

/// Colours for classes; each serves two, which have other marks.
const COLOURS: usize = 5;
/// Half of a mark's width, in pixels, where everything is shown.
const RADIUS: f64 = 2.0;
/// Half of it at most.
const LARGEST: f64 = 7.0;
/// So that what lies below another mark is seen.
const OPACITY: f64 = 0.75;

/// By what images are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Their class.
    #[default]
    Label,
    /// What is predicted.
    Prediction,
    /// Whether that is right.
    Error,
}

impl By {
    /// All.
    pub const ALL: [Self; 3] = [Self::Label, Self::Prediction, Self::Error];

    /// As the page's elements name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Prediction => "prediction",
            Self::Error => "error",
        }
    }

    /// The one with this name, or else the usual one.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|by| by.name() == name).unwrap_or_default()
    }

    /// How many groups there are.
    pub const fn groups(self) -> usize {
        match self {
            Self::Label | Self::Prediction => CLASSES,
            Self::Error => 2,
        }
    }

    /// The token of a group's colour, and whether its mark is a square.
    pub fn look(self, group: usize) -> (String, bool) {
        match self {
            Self::Label | Self::Prediction => {
                (format!("series-{}", group % COLOURS), group >= COLOURS)
            }
            Self::Error if group == 0 => ("ink-faint".to_owned(), false),
            Self::Error => ("series-1".to_owned(), true),
        }
    }

    /// The images of each group, in the order in which they are drawn. Of errors, the wrong ones are the second group.
    pub fn members(self, evaluation: &Evaluation) -> Vec<Vec<u32>> {
        let mut groups = vec![Vec::new(); self.groups()];
        for image in evaluation.images() {
            let group = match self {
                Self::Label => image.label,
                Self::Prediction => image.predicted,
                Self::Error => usize::from(!image.is_right()),
            };
            if let Some(members) = groups.get_mut(group) {
                members.push(image.index);
            }
        }
        groups
    }
}

/// Half of a mark's width.
fn radius(view: &View) -> f64 {
    (RADIUS * view.closeness().sqrt()).clamp(RADIUS * 0.75, LARGEST)
}

/// What is drawn over the points.
pub struct Over {
    /// The image that is pointed at.
    pub pointed: Option<Point>,
    /// The rectangle that is drawn, by two corners.
    pub rectangle: Option<(Pixel, Pixel)>,
    /// Whether the middle is marked, for who moves by keyboard.
    pub cross: bool,
}

/// Paints everything; `colours` are those of the groups, `ink` that of what is over them, `ratio` the canvas's pixels to one
/// of the screen.
pub fn paint(
    to: &CanvasRenderingContext2d,
    points: &[Point],
    groups: &[(String, bool, &[u32])],
    view: &View,
    ink: &str,
    ratio: f64,
    over: &Over,
) -> Result<(), JsValue> {
    to.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    let (width, height) = (2.0 * view.centre().0, 2.0 * view.centre().1);
    to.clear_rect(0.0, 0.0, width, height);
    let radius = radius(view);
    to.set_global_alpha(OPACITY);
    for (colour, is_square, members) in groups {
        to.set_fill_style_str(colour);
        to.begin_path();
        for at in members.iter().filter_map(|index| points.get(*index as usize)) {
            let (x, y) = view.pixel(*at);
            // What has no place is not seen either.
            if !view.sees((x, y)) {
                continue;
            }
            if *is_square {
                to.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
            } else {
                to.move_to(x + radius, y);
                to.arc(x, y, radius, 0.0, std::f64::consts::TAU)?;
            }
        }
        to.fill();
    }
    to.set_global_alpha(1.0);
    to.set_stroke_style_str(ink);
    to.set_line_width(1.5);
    if let Some(point) = over.pointed {
        let (x, y) = view.pixel(point);
        to.begin_path();
        to.arc(x, y, radius + 4.0, 0.0, std::f64::consts::TAU)?;
        to.stroke();
    }
    if over.cross {
        let (x, y) = view.centre();
        to.begin_path();
        to.move_to(x - 6.0, y);
        to.line_to(x + 6.0, y);
        to.move_to(x, y - 6.0);
        to.line_to(x, y + 6.0);
        to.stroke();
    }
    if let Some((one, other)) = over.rectangle {
        to.stroke_rect(one.0, one.1, other.0 - one.0, other.1 - one.1);
    }
    Ok(())
}

/// Pixels between the lines of the legend.
const LINE: f64 = 18.0;
/// The width of the legend.
const LEGEND: f64 = 130.0;

/// What is in view, with a legend, for files.
pub fn picture(
    points: &[Point],
    groups: &[(String, bool, &[u32])],
    names: &[String],
    view: &View,
) -> Picture {
    let (width, height) = (2.0 * view.centre().0, 2.0 * view.centre().1);
    let radius = radius(view);
    let mut shapes = Vec::new();
    let mark = |(x, y): Pixel, radius: f64, token: &str, is_square: bool, opacity: f64| {
        let shape = if is_square {
            Shape::Area(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8)
        } else {
            Shape::Dot(x, y, radius)
        };
        (shape, Ink { opacity, ..Ink::of(token) })
    };
    for (token, is_square, members) in groups {
        let seen = members.iter().filter_map(|index| points.get(*index as usize));
        let seen = seen
            .map(|point| view.pixel(*point))
            .filter(|at| (0.0..=width).contains(&at.0) && (0.0..=height).contains(&at.1));
        shapes.extend(seen.map(|at| mark(at, radius, token, *is_square, OPACITY)));
    }
    for (at, ((token, is_square, _), name)) in groups.iter().zip(names).enumerate() {
        let y = LINE * (at as f64 + 1.0);
        shapes.push(mark((width + 12.0, y), 4.0, token, *is_square, 1.0));
        let text = Shape::Text(width + 24.0, y + 4.0, Anchor::Start, name.clone());
        shapes.push((text, Ink::of("ink")));
    }
    let height = height.max(LINE * (names.len() as f64 + 1.0));
    Picture { size: (width + LEGEND, height), shapes, ground: None }
}

/// A group's mark, for its legend.
pub fn legend_mark(by: By, group: usize) -> impl IntoView + use<> {
    let (token, is_square) = by.look(group);
    let mut picture = Picture { size: (12.0, 12.0), ..Picture::default() };
    let shape = if is_square { Shape::Area(1.5, 1.5, 9.0, 9.0) } else { Shape::Dot(6.0, 6.0, 5.0) };
    picture.shapes.push((shape, Ink::of(&token)));
    view! {
        <svg class="map-mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            {picture.shown()}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation() -> Evaluation {
        Evaluation {
            labels: vec![0, 6, 9],
            predicted: vec![0, 0, 9],
            confidence: vec![0.5; 3],
            losses: vec![0.5; 3],
            ..Evaluation::default()
        }
    }

    #[test]
    fn images_are_grouped_by_label_by_prediction_or_by_error() {
        let of = |by: By| by.members(&evaluation());
        assert_eq!((of(By::Label)[0].clone(), of(By::Label)[6].clone()), (vec![0], vec![1]));
        assert_eq!(of(By::Prediction)[0], [0, 1]);
        assert_eq!(of(By::Error), [vec![0, 2], vec![1]]);
    }

    #[test]
    fn no_two_classes_look_the_same() {
        for by in By::ALL {
            let looks: std::collections::BTreeSet<_> =
                (0..by.groups()).map(|it| by.look(it)).collect();
            assert_eq!(looks.len(), by.groups(), "{by:?}");
            assert_eq!(By::named(by.name()), by);
        }
    }

    #[test]
    fn a_file_holds_what_is_in_view_and_a_legend() {
        let points = [[0.0, 0.0], [10.0, 10.0], [1000.0, 0.0]];
        let view = View::of(&points[..2], (100.0, 100.0));
        let groups =
            [("series-0".to_owned(), false, &[0, 2][..]), ("series-1".to_owned(), true, &[1][..])];
        let names = ["Bag".to_owned(), "Shirt".to_owned()];
        let picture = picture(&points, &groups, &names, &view);
        let count = |is: fn(&Shape) -> bool| picture.shapes.iter().filter(|(it, _)| is(it)).count();
        // A mark in view and one in the legend of each.
        assert_eq!(count(|shape| matches!(shape, Shape::Dot(..))), 2);
        assert_eq!(count(|shape| matches!(shape, Shape::Area(..))), 2);
        assert_eq!(count(|shape| matches!(shape, Shape::Text(..))), 2);
    }
}
