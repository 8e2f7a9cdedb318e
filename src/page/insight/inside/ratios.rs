//! How far steps move each layer, as the ratio of update to weights, over the steps that were looked at.

use leptos::prelude::*;

use super::super::save::Save;
use super::super::table::{Cell, csv};
use super::super::vector::{Anchor, Ink, Picture, Shape};
use super::super::word;
use super::look::{Look, Point};
use crate::network::WEIGHTED_LAYERS;

/// The drawing's width and height.
const SIZE: (f64, f64) = (420.0, 200.0);
const ACROSS: (f64, f64) = (44.0, 362.0);
const DOWN: (f64, f64) = (176.0, 12.0);
/// The drawn ratios, as powers of ten.
const POWERS: (f64, f64) = (-6.0, 0.0);
/// Dashes tell the layers apart, beside their names at the end.
const DASHES: [&[f64]; 5] = [&[], &[6.0, 3.0], &[2.0, 2.0], &[8.0, 3.0, 2.0, 3.0], &[1.0, 4.0]];

/// The ratios over the steps that were looked at.
#[component]
pub fn Ratios(look: Look) -> impl IntoView {
    let drawn = move || look.points.with(|points| picture(points));
    let view_box = format!("0 0 {} {}", SIZE.0, SIZE.1);
    let is_known = move || look.points.with(|points| points.len() > 1);
    let file_name = |extension: &'static str| format!("atelier-update-ratios.{extension}");
    let saved = move |()| Some(untrack(drawn));
    let table = move |()| Some(look.points.with_untracked(|points| csv_of(points)));
    view! {
        <Show when=is_known>
            <section class="inside-ratios" aria-labelledby="inside-ratios-title" data-testid="update-ratios">
                <h3 id="inside-ratios-title">{word(|words| words.ratios())}</h3>
                <p class="note">{word(|words| words.about_ratios())}</p>
                <svg class="inside-drawing" viewBox=view_box.clone() role="img"
                    aria-labelledby="inside-ratios-title">
                    {move || drawn().shown()}
                </svg>
                <Save file_name name="update-ratios" title=|words| words.ratios() csv=table picture=saved />
            </section>
        </Show>
    }
}

fn ratio_of(point: &Point, layer: usize) -> Option<f64> {
    point.layers.get(layer)?.update.as_ref()?.ratio()
}

fn picture(points: &[Point]) -> Picture {
    let mut shapes = Vec::new();
    let y_of = |power: f64| {
        let share = (power.clamp(POWERS.0, POWERS.1) - POWERS.0) / (POWERS.1 - POWERS.0);
        DOWN.0 + (DOWN.1 - DOWN.0) * share
    };
    for power in -6..=0 {
        let y = y_of(f64::from(power));
        // About a thousandth is usual.
        let token = if power == -3 { "ink-faint" } else { "rule" };
        shapes.push((Shape::Line(vec![(ACROSS.0, y), (ACROSS.1, y)]), Ink::of(token)));
        let label = Shape::Text(ACROSS.0 - 6.0, y + 4.0, Anchor::End, format!("1e{power}"));
        shapes.push((label, Ink::of("ink-faint")));
    }
    let steps = points.first().zip(points.last()).map(|(first, last)| (first.step, last.step));
    let Some((first, last)) = steps else {
        return Picture { size: SIZE, shapes, ground: None };
    };
    let x_of = |step: u64| {
        let share = (step - first) as f64 / (last - first).max(1) as f64;
        ACROSS.0 + (ACROSS.1 - ACROSS.0) * share
    };
    let mut ends = Vec::new();
    for (layer, (name, dashes)) in WEIGHTED_LAYERS.iter().zip(DASHES).enumerate() {
        let line = points.iter().filter_map(|point| {
            let ratio = ratio_of(point, layer).filter(|ratio| *ratio > 0.0)?;
            Some((x_of(point.step), y_of(ratio.log10())))
        });
        let line: Vec<_> = line.collect();
        if let Some((_, y)) = line.last() {
            ends.push((*y, name.name));
        }
        shapes.push((Shape::Line(line), Ink { width: 1.5, dashes, ..Ink::of("model") }));
    }
    // Names that would lie upon each other are moved down.
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut lowest = f64::NEG_INFINITY;
    for (y, name) in ends {
        let at = (y + 4.0).max(lowest + 12.0);
        lowest = at;
        let label = Shape::Text(ACROSS.1 + 6.0, at, Anchor::Start, name.to_owned());
        shapes.push((label, Ink::of("ink-soft")));
    }
    for (step, anchor) in [(first, Anchor::Start), (last, Anchor::End)] {
        let label = Shape::Text(x_of(step), SIZE.1 - 6.0, anchor, step.to_string());
        shapes.push((label, Ink::of("ink-faint")));
    }
    Picture { size: SIZE, shapes, ground: None }
}

fn csv_of(points: &[Point]) -> String {
    let rows = points.iter().map(|point| {
        let ratios = (0..WEIGHTED_LAYERS.len()).map(|layer| Cell::Number(ratio_of(point, layer)));
        std::iter::once(Cell::Whole(point.step as i64)).chain(ratios).collect()
    });
    let heads: Vec<_> =
        std::iter::once("step").chain(WEIGHTED_LAYERS.iter().map(|layer| layer.name)).collect();
    csv(&heads, &rows.collect::<Vec<Vec<_>>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{LayerInside, LayerUpdate};

    fn point(step: u64, ratio: f64) -> Point {
        let layer = |name: &str| LayerInside {
            update: Some(LayerUpdate { layer: name.to_owned(), weights: 2.0, update: 2.0 * ratio }),
            ..LayerInside::default()
        };
        Point { step, layers: WEIGHTED_LAYERS.iter().map(|it| layer(it.name)).collect() }
    }

    #[test]
    fn a_ratio_stands_at_its_power_of_ten() {
        let drawn = picture(&[point(10, 1e-3), point(20, 1e-6), point(30, 10.0)]);
        let line = drawn.shapes.iter().find_map(|(shape, ink)| match shape {
            Shape::Line(points) if ink.colour.contains("model") => Some(points.clone()),
            _ => None,
        });
        // By hand: the middle of 12 to 176, the bottom, and the top for what is above the axis.
        assert_eq!(line, Some(vec![(44.0, 94.0), (203.0, 176.0), (362.0, 12.0)]));
    }

    #[test]
    fn names_do_not_lie_upon_each_other_and_the_file_has_a_line_for_each_step() {
        let points = [point(1, 1e-3), point(2, 1e-3)];
        let drawn = picture(&points);
        let names: Vec<_> = drawn
            .shapes
            .iter()
            .filter_map(|(shape, ink)| match shape {
                Shape::Text(_, y, ..) if ink.colour.contains("ink-soft") => Some(*y),
                _ => None,
            })
            .collect();
        assert!(names.len() == 5 && names.windows(2).all(|pair| pair[1] - pair[0] >= 12.0));
        assert_eq!(csv_of(&points).lines().nth(2), Some("2,0.001,0.001,0.001,0.001,0.001"));
        assert!(!picture(&[]).shapes.is_empty());
    }
}
