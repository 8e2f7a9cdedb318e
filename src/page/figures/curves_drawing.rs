//! Bands drawn over each other, and as tables.

use super::axis::Axis;
use super::curves::{Along, Band, Curves, Measure, nearest};
use super::drawing::{
    LEFT, Point, RIGHT, Shapes, cross, legend, level_axis, stroke, upright_axis, within_heights,
};
use super::palette::Look;
use super::table_view::TextTable;
use crate::experiment::{Failing, robust_range};
use crate::page::charts::plot::{Unit, ordinary_loss, ticks};
use crate::page::insight::table::{Cell, csv};
use crate::page::insight::vector::{Ink, Picture, Shape};
use crate::page::words::ExperimentFigureWords;

/// The drawing's height without a legend.
const HEIGHT: f64 = 300.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = HEIGHT - 36.0;
/// Lines of up to so many points have a dot at each.
const DOTTED_UP_TO: usize = 30;
/// Pixels within which a line counts as pointed at.
const NEAR: f64 = 24.0;
/// Of more groups, only the lines are drawn.
const MOST_BANDS: usize = 16;
/// The opacity of a band among few others.
const BAND: f64 = 0.16;

/// Where everything lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The drawing's width.
    width: f64,
    x: Axis,
    y: Axis,
    along: Along,
    measure: Measure,
}

impl Measure {
    /// What its values are.
    pub const fn unit(self) -> Unit {
        match self {
            Self::ValidationLoss | Self::TrainingLoss => Unit::Loss,
            Self::Accuracy => Unit::Share,
        }
    }
}

impl Frame {
    /// For these bands in a drawing of this width, with a logarithmic axis if wished for; `None` without a point.
    pub fn of(curves: &Curves, bands: &[Band], width: f64, is_log: bool) -> Option<Self> {
        let points = || bands.iter().flat_map(|band| &band.points);
        let first = points().map(|point| point.x).fold(f64::INFINITY, f64::min);
        let last = points().map(|point| point.x).fold(f64::NEG_INFINITY, f64::max);
        if !first.is_finite() {
            return None;
        }
        let is_log = is_log && curves.measure.is_loss();
        let is_drawn = |value: &f64| !is_log || *value > 0.0;
        let range = || {
            // What diverged sets the range only where there is nothing else.
            let has_failed = |band: &&Band| band.diverged.len() >= band.runs;
            let have_all_failed = bands.iter().all(|band| has_failed(&band));
            let counted = bands.iter().filter(|band| have_all_failed || !has_failed(band));
            let counted: Vec<_> = counted.flat_map(|band| &band.points).collect();
            let all = || counted.iter().flat_map(|point| [point.mean, point.low, point.high]);
            let is_loss = curves.measure.is_loss();
            let failing = if is_loss { Failing::Above } else { Failing::Below };
            let (low, high) = robust_range(all().filter(is_drawn), failing)?;
            if !is_loss {
                return Some((low, high));
            }
            // Every run begins near the loss of guessing, and falls steeply: its beginning is no failure.
            let limit = ordinary_loss(curves.classes);
            let ordinary = all().filter(|value| *value <= limit);
            Some((low, ordinary.fold(high, f64::max)))
        };
        let y = Axis::spanning(range().unwrap_or((0.0, 1.0)), is_log, (BOTTOM, TOP));
        let y = y.with_margin(0.05);
        // Neither losses nor shares are below 0.
        let y = if y.is_log() { y } else { y.at_least_zero() };
        let left = if curves.along == Along::Steps { first.min(0.0) } else { first };
        let right = (width - RIGHT).max(LEFT + 1.0);
        let x = Axis::spanning((left, last), false, (LEFT, right));
        Some(Self { width, x, y, along: curves.along, measure: curves.measure })
    }

    /// The position on the horizontal axis so many pixels from the left.
    pub fn x_at(&self, pixel: f64) -> f64 {
        let (from, to) = self.x.pixels;
        self.x.value((pixel - from) / (to - from))
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        let (from, to) = self.x.range;
        // Fractions of an epoch are named only where there are hardly any whole ones.
        let least = if to - from >= 2.0 { 1.0 } else { 0.0 };
        ticks((from, to), ((self.x.pixels.1 - LEFT) / 70.0).max(2.0), least)
    }

    fn line(&self, band: &Band) -> Vec<Point> {
        let point = |point: &super::curves::BandPoint| {
            (self.x.pixel(point.x), self.y.pixel_beyond(point.mean))
        };
        band.points.iter().map(point).collect()
    }
}

/// All bands, with axes and without a legend.
pub fn picture(
    frame: &Frame,
    bands: &[Band],
    looks: &[Look],
    words: &ExperimentFigureWords,
) -> Picture {
    let mut shapes = Vec::new();
    let (unit, right) = (frame.measure.unit(), frame.x.pixels.1);
    upright_axis(&mut shapes, &frame.y, right, unit, words.measure(frame.measure));
    level_axis(&mut shapes, &frame.x, BOTTOM, &frame.ticks(), words.along(frame.along));
    // Many bands over each other hide everything, or nobody sees them; the one that stands out has its own.
    if bands.len() <= MOST_BANDS {
        let opacity = BAND * (6.0 / bands.len().max(6) as f64);
        for (band, look) in bands.iter().zip(looks) {
            region(&mut shapes, frame, band, look, opacity);
        }
    }
    for (band, look) in bands.iter().zip(looks) {
        lines(&mut shapes, frame, band, look, 1.5);
    }
    Picture { size: (frame.width, HEIGHT), shapes, ground: None }
}

/// A band that stands out from the others, to be drawn over these.
pub fn standing_out(frame: &Frame, band: &Band, look: &Look) -> Picture {
    let mut shapes = Vec::new();
    region(&mut shapes, frame, band, look, 2.0 * BAND);
    lines(&mut shapes, frame, band, look, 3.0);
    Picture { size: (frame.width, HEIGHT), shapes, ground: None }
}

/// All bands, with axes and a legend, for a file.
pub fn for_file(
    frame: &Frame,
    bands: &[Band],
    looks: &[Look],
    words: &ExperimentFigureWords,
) -> Picture {
    let mut picture = picture(frame, bands, looks, words);
    let entries: Vec<_> = bands.iter().map(|band| band.label.as_str()).zip(looks).collect();
    picture.size.1 = legend(&mut picture.shapes, &entries, HEIGHT, frame.width);
    picture
}

fn region(shapes: &mut Shapes, frame: &Frame, band: &Band, look: &Look, opacity: f64) {
    if band.runs < 2 || band.points.len() < 2 {
        return;
    }
    let upper = band.points.iter().map(|point| (point.x, point.high));
    let lower = band.points.iter().rev().map(|point| (point.x, point.low));
    let outline = upper.chain(lower).map(|(x, y)| (frame.x.pixel(x), frame.y.pixel(y)));
    let ink = Ink { opacity, ..stroke(look, 0.0) };
    shapes.push((Shape::Region(outline.collect()), ink));
}

fn lines(shapes: &mut Shapes, frame: &Frame, band: &Band, look: &Look, width: f64) {
    let line = frame.line(band);
    let parts = within_heights(&line, (TOP, BOTTOM));
    // Where a line leaves upwards, a tip points there.
    let exits: Vec<_> = parts.iter().filter_map(|part| part.last()).collect();
    let exits = exits.into_iter().filter(|(_, y)| *y <= TOP).map(|(x, _)| *x);
    for x in exits.collect::<Vec<_>>() {
        let tip = vec![(x - 4.0, TOP), (x + 4.0, TOP), (x, TOP - 7.0)];
        shapes.push((Shape::Region(tip), stroke(look, 0.0)));
    }
    shapes.push((Shape::Lines(parts), stroke(look, width)));
    if line.len() <= DOTTED_UP_TO {
        let inside = line.into_iter().filter(|(_, y)| (TOP..=BOTTOM).contains(y));
        shapes.push((Shape::Dots(inside.collect(), 1.0 + width), stroke(look, 0.0)));
    }
    let ends = band.diverged.iter().map(|(x, y)| (frame.x.pixel(*x), frame.y.pixel(*y)));
    let crosses: Vec<_> = ends.flat_map(|end| cross(end, 4.5)).collect();
    if !crosses.is_empty() {
        let ink = Ink { dashes: &[], ..stroke(look, 2.0) };
        shapes.push((Shape::Lines(crosses), ink));
    }
}

/// The band that is pointed at: the nearest one above or below.
pub fn pointed_at(frame: &Frame, bands: &[Band], (x, y): Point) -> Option<usize> {
    let at = frame.x_at(x);
    let distance = |band: &Band| {
        let point = nearest(band, at)?;
        let pixel = (frame.x.pixel(point.x), frame.y.pixel(point.mean));
        // A band may have ended before.
        ((pixel.0 - x).abs() <= 2.0 * NEAR || band.points.len() < 2)
            .then_some((pixel.1 - y).abs())
            .filter(|distance| *distance <= NEAR)
    };
    let distances = bands.iter().enumerate().filter_map(|(at, band)| Some((at, distance(band)?)));
    distances.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(at, _)| at)
}

/// The last point of each band, as a table.
pub fn table(curves: &Curves, bands: &[Band], words: &ExperimentFigureWords) -> TextTable {
    let unit = curves.measure.unit();
    let row = |band: &Band| {
        let last = band.points.last();
        let value = |value: Option<f64>| {
            value.map_or_else(|| crate::page::format::UNKNOWN.to_owned(), |it| unit.text(it))
        };
        vec![
            band.label.clone(),
            band.runs.to_string(),
            band.diverged.len().to_string(),
            last.map(|point| super::data::number(point.x)).unwrap_or_default(),
            value(last.map(|point| point.mean)),
            value(last.map(|point| point.low)),
            value(last.map(|point| point.high)),
        ]
    };
    TextTable {
        heads: [
            words.group(),
            words.runs(),
            words.diverged(),
            words.last_at(curves.along),
            words.mean(),
            words.lowest(),
            words.highest(),
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: bands.iter().map(row).collect(),
    }
}

/// Every point of every band as CSV.
pub fn csv_of(curves: &Curves, bands: &[Band]) -> String {
    let rows = bands.iter().flat_map(|band| {
        band.points.iter().map(|point| {
            vec![
                Cell::text(&band.label),
                Cell::Number(Some(point.x)),
                Cell::Number(Some(point.mean)),
                Cell::Number(Some(point.low)),
                Cell::Number(Some(point.high)),
                Cell::Whole(point.runs as i64),
            ]
        })
    });
    let heads = ["group", curves.along.key(), "mean", "lowest", "highest", "runs"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
#[path = "curves_drawing_tests.rs"]
mod tests;
