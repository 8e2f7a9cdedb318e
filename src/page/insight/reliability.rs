//! The reliability diagram: accuracy by confidence, and below it how many images have which confidence. Plain data.

use super::table::{Cell, csv};
use super::vector::{Anchor, Ink, Picture, Shape};
use crate::insight::Calibration;
use crate::page::words::InsightWords;

/// The drawing's width and height.
pub const SIZE: (f64, f64) = (420.0, 372.0);
/// Left and right end of both parts.
const ACROSS: (f64, f64) = (44.0, 408.0);
/// Bottom and top of the curve's part.
const CURVE: (f64, f64) = (270.0, 22.0);
/// Bottom and top of the bars' part.
const BARS: (f64, f64) = (336.0, 296.0);
/// The height of letters above their baseline, halved.
const HALF_TYPE: f64 = 4.0;

fn between((from, to): (f64, f64), share: f64) -> f64 {
    from + (to - from) * share
}

fn x_of(confidence: f64) -> f64 {
    between(ACROSS, confidence)
}

fn y_of(accuracy: f64) -> f64 {
    between(CURVE, accuracy)
}

/// The drawing; `other` is the calibration of the weights that these are compared with.
pub fn picture(these: &Calibration, other: Option<&Calibration>, words: &InsightWords) -> Picture {
    let mut shapes = Vec::new();
    axes(&mut shapes, words);
    bars(&mut shapes, these, words);
    let diagonal = Ink { dashes: &[2.0, 3.0], ..Ink::of("ink-faint") };
    let corners = vec![(x_of(0.0), y_of(0.0)), (x_of(1.0), y_of(1.0))];
    shapes.push((Shape::Line(corners), diagonal));
    if let Some(other) = other {
        curve(&mut shapes, other, &Ink { width: 1.5, dashes: &[5.0, 3.0], ..Ink::of("ink") });
    }
    curve(&mut shapes, these, &Ink { width: 2.0, ..Ink::of("model") });
    legend(&mut shapes, other.is_some(), words);
    Picture { size: SIZE, shapes, ground: None }
}

type Shapes = Vec<(Shape, Ink)>;

fn text(shapes: &mut Shapes, (x, y): (f64, f64), anchor: Anchor, text: &str, token: &str) {
    shapes.push((Shape::Text(x, y, anchor, text.to_owned()), Ink::of(token)));
}

fn axes(shapes: &mut Shapes, words: &InsightWords) {
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = (x_of(tick), y_of(tick));
        let token = if tick > 0.0 { "rule" } else { "ink-faint" };
        shapes.push((Shape::Line(vec![(ACROSS.0, y), (ACROSS.1, y)]), Ink::of(token)));
        let label = format!("{:.0} %", tick * 100.0);
        text(shapes, (ACROSS.0 - 8.0, y + HALF_TYPE), Anchor::End, &label, "ink-faint");
        let anchor = if tick < 1.0 { Anchor::Middle } else { Anchor::End };
        text(shapes, (x, BARS.0 + 16.0), anchor, &label, "ink-faint");
    }
    text(shapes, (0.0, 10.0), Anchor::Start, words.accuracy(), "ink-soft");
    text(shapes, (ACROSS.1, SIZE.1 - 4.0), Anchor::End, words.confidence(), "ink-soft");
}

fn bars(shapes: &mut Shapes, these: &Calibration, words: &InsightWords) {
    let most = these.bins.iter().map(|bin| bin.images).max().unwrap_or_default().max(1);
    for bin in &these.bins {
        let (left, right) = (x_of(bin.from) + 0.5, x_of(bin.to) - 0.5);
        let top = between(BARS, f64::from(bin.images) / f64::from(most));
        if bin.images > 0 {
            // One image of thousands is still to be seen.
            let height = (BARS.0 - top).max(1.0);
            let area = Shape::Area(left, BARS.0 - height, right - left, height);
            shapes.push((area, Ink { opacity: 0.45, ..Ink::of("ink-faint") }));
        }
    }
    shapes.push((Shape::Line(vec![(ACROSS.0, BARS.0), (ACROSS.1, BARS.0)]), Ink::of("ink-faint")));
    let highest = words.highest_bar(most);
    text(shapes, (ACROSS.0, BARS.1 - 4.0), Anchor::Start, &highest, "ink-faint");
}

/// The bins' accuracy by their mean confidence, which is where the gap to the diagonal is their calibration error.
fn curve(shapes: &mut Shapes, of: &Calibration, ink: &Ink) {
    let points = of.bins.iter().filter_map(|bin| {
        let (confidence, accuracy) = bin.confidence.zip(bin.accuracy)?;
        Some((x_of(confidence), y_of(accuracy)))
    });
    let points: Vec<_> = points.collect();
    let dots = points.iter().map(|(x, y)| (Shape::Dot(*x, *y, 3.0), ink.clone()));
    let dots: Vec<_> = dots.collect();
    shapes.push((Shape::Line(points), ink.clone()));
    shapes.extend(dots);
}

fn legend(shapes: &mut Shapes, is_compared: bool, words: &InsightWords) {
    let mut entries = vec![(words.these_weights(), Ink { width: 2.0, ..Ink::of("model") })];
    if is_compared {
        let ink = Ink { width: 1.5, dashes: &[5.0, 3.0], ..Ink::of("ink") };
        entries.push((words.other_weights(), ink));
    }
    entries.push((words.perfect(), Ink { dashes: &[2.0, 3.0], ..Ink::of("ink-faint") }));
    for (at, (name, ink)) in entries.into_iter().enumerate() {
        let y = CURVE.1 + 16.0 + 17.0 * at as f64;
        shapes.push((Shape::Line(vec![(ACROSS.0 + 10.0, y), (ACROSS.0 + 32.0, y)]), ink));
        text(shapes, (ACROSS.0 + 40.0, y + HALF_TYPE), Anchor::Start, name, "ink-soft");
    }
}

/// The bins as CSV.
pub fn csv_of(these: &Calibration) -> String {
    let rows = these.bins.iter().map(|bin| {
        vec![
            Cell::Number(Some(bin.from)),
            Cell::Number(Some(bin.to)),
            Cell::Whole(bin.images.into()),
            Cell::Number(bin.confidence),
            Cell::Number(bin.accuracy),
            Cell::Number(bin.gap()),
        ]
    });
    let heads = ["from", "to", "images", "mean confidence", "accuracy", "gap"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::insight::Evaluation;
    use crate::page::words::insight_words;

    /// Four images with confidence 0.9, of which three are right, and one with 0.2, which is wrong.
    fn calibration() -> Calibration {
        let evaluation = Evaluation {
            labels: vec![3; 5],
            predicted: vec![3, 3, 3, 4, 5],
            confidence: vec![0.875, 0.875, 0.875, 0.875, 0.25],
            losses: vec![1.0; 5],
            ..Evaluation::default()
        };
        Calibration::new(&evaluation, 4)
    }

    fn lines(picture: &Picture, token: &str) -> Vec<Vec<(f64, f64)>> {
        let lines = picture.shapes.iter().filter_map(|(shape, ink)| match shape {
            Shape::Line(points) if ink.colour == format!("var(--{token})") => Some(points.clone()),
            _ => None,
        });
        lines.collect()
    }

    #[test]
    fn a_bin_stands_at_its_mean_confidence_and_its_accuracy() {
        let drawn = picture(&calibration(), None, insight_words());
        // By hand: 44 + 364 · 0.25 and 270 − 248 · 0; 44 + 364 · 0.875 and 270 − 248 · 0.75.
        assert_eq!(lines(&drawn, "model")[0], [(135.0, 270.0), (362.5, 84.0)]);
        let inside = |(x, y): &(f64, f64)| (0.0..=SIZE.0).contains(x) && (0.0..=SIZE.1).contains(y);
        assert!(drawn.shapes.iter().all(|(shape, _)| match shape {
            Shape::Line(points) | Shape::Region(points) | Shape::Dots(points, _) => {
                points.iter().all(inside)
            }
            Shape::Lines(lines) => lines.iter().flatten().all(inside),
            Shape::Area(x, y, width, height) =>
                inside(&(*x, *y)) && inside(&(x + width, y + height)),
            Shape::Dot(x, y, _) | Shape::Text(x, y, ..) => inside(&(*x, *y)),
        }));
    }

    #[test]
    fn the_other_weights_have_a_curve_of_their_own() {
        let alone = picture(&calibration(), None, insight_words());
        let compared = picture(&calibration(), Some(&calibration()), insight_words());
        assert!(lines(&alone, "ink").is_empty());
        // The curve and its entry in the legend.
        assert_eq!(lines(&compared, "ink").len(), 2);
        assert_eq!(lines(&compared, "ink")[0], lines(&compared, "model")[0]);
    }

    #[test]
    fn bars_are_as_high_as_their_bins_have_images() {
        let drawn = picture(&calibration(), None, insight_words());
        let heights = drawn.shapes.iter().filter_map(|(shape, _)| match shape {
            Shape::Area(.., height) => Some(*height),
            _ => None,
        });
        assert_eq!(heights.collect::<Vec<_>>(), [10.0, 40.0]);
    }

    #[test]
    fn the_file_has_a_row_for_each_bin() {
        let told = csv_of(&calibration());
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines[0], "from,to,images,mean confidence,accuracy,gap");
        assert_eq!(lines[1], "0,0.25,1,0.25,0,0.25");
        assert_eq!(lines[2], "0.25,0.5,0,,,");
        assert_eq!(lines[4], "0.75,1,4,0.875,0.75,0.125");
    }

    #[test]
    fn without_images_the_axes_are_drawn() {
        let empty = Calibration::new(&Evaluation::default(), 15);
        let drawn = picture(&empty, Some(&Calibration::default()), insight_words());
        assert!(lines(&drawn, "rule").len() > 3 && drawn.svg().contains("polyline"));
    }
}
