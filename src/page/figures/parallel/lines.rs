//! Parallel axes and the lines between them, as plain shapes.

use std::collections::BTreeSet;

use super::super::axis::Axis;
use super::super::data::{Combination, Compared, Scale};
use super::super::drawing::{HALF_TYPE, Point, Shapes, shortened, text};
use super::super::palette::{STEPS, ramp, steps_of};
use super::super::table_view::TextTable;
use super::brush::{Limits, Track, passes};
use crate::page::charts::plot::text_width;
use crate::page::insight::table::{Cell, csv};
use crate::page::insight::vector::{Anchor, Ink, Picture, Shape};
use crate::page::words::ExperimentFigureWords;

/// The drawing's height.
const HEIGHT: f64 = 340.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = HEIGHT - 40.0;
/// Where the lines of what diverged end, and where lines pass the axis of a setting without effect.
const FAILED: f64 = HEIGHT - 14.0;
/// Axes are at least so far apart: their names stand in two rows.
const APART: f64 = 84.0;
/// Pixels beside the first and the last axis.
const BESIDE: (f64, f64) = (24.0, 62.0);
/// Pixels of an axis to one of its labels.
const LABEL_HEIGHT: f64 = 42.0;
/// Pixels within which a line counts as pointed at.
const NEAR: f64 = 8.0;

/// An axis: a setting, or behind those a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelAxis {
    /// Its name for the visitor.
    pub name: String,
    /// Its name for tests, in English.
    pub key: String,
    /// Pixels from the left.
    pub x: f64,
    /// Where its values lie, and where its limits stop.
    pub track: Track,
    ticks: Vec<(f64, String)>,
    /// Whether it is a setting's that has no effect in some combinations, whose lines pass below it.
    is_passed_below: bool,
}

/// The axes, and what lies between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The drawing's width and height.
    pub size: (f64, f64),
    /// From the left.
    pub axes: Vec<ParallelAxis>,
    /// For each combination, its id and where its line passes each axis; it ends before the first metric without a value.
    lines: Vec<(usize, Vec<Point>)>,
    /// How strong the colour of each line is, 0 to below [`STEPS`]; none without a value of the first metric.
    steps: Vec<Option<usize>>,
    has_failed: bool,
}

/// The value of a combination on the axis with this index; `None` if it has none (yet), or if the setting has no effect in
/// it.
pub fn value_on(compared: &Compared, combination: &Combination, axis: usize) -> Option<f64> {
    match axis.checked_sub(compared.settings.len()) {
        None => combination.at.get(axis).copied().filter(|value| value.is_finite()),
        Some(metric) => combination.summary(metric).mean,
    }
}

/// A value on the axis with this index, for the visitor.
pub fn text_on(compared: &Compared, axis: usize, value: f64) -> String {
    match axis.checked_sub(compared.settings.len()) {
        None => compared.settings.get(axis).map(|it| it.text(value)).unwrap_or_default(),
        Some(metric) => {
            compared.metrics.get(metric).map(|it| it.text(Some(value))).unwrap_or_default()
        }
    }
}

/// The combinations that pass all limits; `None` if there are no limits.
pub fn passing(compared: &Compared, limits: &[Option<Limits>]) -> Option<BTreeSet<usize>> {
    limits.iter().any(Option::is_some).then(|| {
        let passes_all = |combination: &&Combination| {
            let mut all = limits.iter().enumerate();
            all.all(|(axis, limits)| {
                limits.is_none() || passes(*limits, value_on(compared, combination, axis))
            })
        };
        compared.combinations.iter().filter(passes_all).map(|it| it.id).collect()
    })
}

impl Layout {
    /// In this width, or a larger one if the axes need it; `None` without a combination.
    pub fn of(compared: &Compared, width: f64) -> Option<Self> {
        let axes = compared.settings.len() + compared.metrics.len();
        if compared.combinations.is_empty() || axes < 2 {
            return None;
        }
        let gaps = (axes - 1) as f64;
        let apart = ((width - BESIDE.0 - BESIDE.1) / gaps).max(APART);
        let x_of = |at: usize| BESIDE.0 + apart * at as f64;
        let pixels = (BOTTOM, TOP);
        let most = ((BOTTOM - TOP) / LABEL_HEIGHT).max(2.0);
        let settings = compared.settings.iter().enumerate().map(|(at, setting)| {
            let values = compared.values_of(at);
            let axis = Axis::of_setting(setting, &values, pixels);
            let ticks = axis.ticks_of(setting, &values, most);
            let stops = match &setting.scale {
                Scale::Categories(names) => (0..names.len()).map(|it| it as f64).collect(),
                _ => values,
            };
            let (name, key) = (setting.label.clone(), setting.key.clone());
            let track = Track { axis, stops };
            let mut all = compared.combinations.iter();
            let is_passed_below = all.any(|it| value_on(compared, it, at).is_none());
            ParallelAxis { name, key, x: x_of(at), track, ticks, is_passed_below }
        });
        let metrics = compared.metrics.iter().enumerate().map(|(metric, of)| {
            let at = compared.settings.len() + metric;
            let means = compared.combinations.iter().filter_map(|it| it.summary(metric).mean);
            let means: Vec<_> = means.collect();
            let axis = Axis::of_metric(of, means, pixels);
            let ticks = axis.ticks(Some(of.unit), most);
            let (name, key) = (of.label.clone(), of.key.clone());
            let track = Track { axis, stops: Vec::new() };
            ParallelAxis { name, key, x: x_of(at), track, ticks, is_passed_below: false }
        });
        let mut layout = Self {
            size: (BESIDE.0 + apart * gaps + BESIDE.1, HEIGHT),
            axes: settings.chain(metrics).collect(),
            lines: Vec::new(),
            steps: Vec::new(),
            has_failed: false,
        };
        layout.lines = compared
            .combinations
            .iter()
            .map(|combination| (combination.id, layout.line(compared, combination)))
            .collect();
        let settings = compared.settings.len();
        let mut of_metrics = layout.lines.iter().flat_map(|(_, line)| line.iter().skip(settings));
        layout.has_failed = of_metrics.any(|point| point.1 == FAILED);
        let firsts = compared.combinations.iter().map(|it| it.summary(0).mean);
        layout.steps = match compared.metrics.first() {
            Some(first) => steps_of(first, &firsts.collect::<Vec<_>>()),
            None => vec![None; compared.combinations.len()],
        };
        Some(layout)
    }

    fn line(&self, compared: &Compared, combination: &Combination) -> Vec<Point> {
        let point = |(at, axis): (usize, &ParallelAxis)| {
            let y = match value_on(compared, combination, at) {
                Some(value) => axis.track.axis.pixel(value),
                None => match at.checked_sub(compared.settings.len()) {
                    // The setting has no effect: at an end of the axis, it would seem to have that value.
                    None => FAILED,
                    // All of its runs diverged, or none has a value that counts.
                    Some(metric) => {
                        let has_failed = combination.summary(metric).has_only_diverged();
                        has_failed.then_some(FAILED)?
                    }
                },
            };
            Some((axis.x, y))
        };
        self.axes.iter().enumerate().map_while(point).collect()
    }

    /// The axes with their names and values; drawn over the lines.
    pub fn axes_picture(&self, words: &ExperimentFigureWords) -> Picture {
        let mut shapes = Vec::new();
        let last = self.axes.len().saturating_sub(1);
        let apart = self.axes.get(1).zip(self.axes.first()).map_or(APART, |it| it.0.x - it.1.x);
        for (at, axis) in self.axes.iter().enumerate() {
            let (x, axis_of) = (axis.x, &axis.track.axis);
            let upright = vec![(x, BOTTOM), (x, TOP)];
            shapes.push((Shape::Line(upright), Ink { width: 1.5, ..Ink::of("ink-soft") }));
            for (value, label) in &axis.ticks {
                let y = axis_of.pixel(*value);
                shapes.push((Shape::Line(vec![(x, y), (x + 4.0, y)]), Ink::of("ink-soft")));
                let label = shortened(label, apart - 14.0);
                // What lies below a label would make it hard to read.
                let ground = Shape::Area(x + 5.0, y - 7.0, text_width(&label) + 4.0, 14.0);
                shapes.push((ground, Ink { opacity: 0.8, ..Ink::of("paper") }));
                text(&mut shapes, (x + 7.0, y + HALF_TYPE), Anchor::Start, &label, "ink-soft");
            }
            if axis.is_passed_below {
                let label = shortened(words.no_effect(), apart - 14.0);
                let place = (x + 7.0, FAILED + HALF_TYPE);
                let ground = Shape::Area(x + 5.0, FAILED - 7.0, text_width(&label) + 4.0, 14.0);
                shapes.push((ground, Ink { opacity: 0.8, ..Ink::of("paper") }));
                text(&mut shapes, place, Anchor::Start, &label, "ink-soft");
            }
            // In two rows, so that each has the room of two.
            let row = if at % 2 == 0 { 12.0 } else { 28.0 };
            let name = shortened(&axis.name, 2.0 * apart - 12.0);
            let half = text_width(&name) / 2.0;
            let (place, anchor) = if x - half < 0.0 {
                (0.0, Anchor::Start)
            } else if at == last && x + half > self.size.0 {
                (self.size.0, Anchor::End)
            } else {
                (x, Anchor::Middle)
            };
            text(&mut shapes, (place, row), anchor, &name, "ink");
            let stem = vec![(x, row + 4.0), (x, TOP - 4.0)];
            shapes.push((Shape::Line(stem), Ink { dashes: &[1.0, 3.0], ..Ink::of("ink-faint") }));
        }
        if self.has_failed {
            let place = (self.size.0, FAILED + HALF_TYPE);
            text(&mut shapes, place, Anchor::End, words.diverged(), "ink-soft");
        }
        Picture { size: self.size, shapes, ground: None }
    }

    /// The lines: those that pass in a colour as strong as they are good, the others faint below them.
    pub fn lines_picture(&self, passing: Option<&BTreeSet<usize>>) -> Picture {
        let does_pass = |id: usize| passing.is_none_or(|passing| passing.contains(&id));
        let mut others = Vec::new();
        let mut unmeasured = Vec::new();
        let mut by_step = vec![Vec::new(); STEPS];
        for ((id, line), step) in self.lines.iter().zip(&self.steps) {
            let lines = match step {
                _ if !does_pass(*id) => &mut others,
                None => &mut unmeasured,
                Some(step) => match by_step.get_mut(*step) {
                    Some(lines) => lines,
                    None => continue,
                },
            };
            lines.push(line.clone());
        }
        let mut shapes: Shapes = Vec::new();
        let mut add = |lines: Vec<Vec<Point>>, ink: Ink| {
            if !lines.is_empty() {
                shapes.push((Shape::Lines(lines), ink));
            }
        };
        add(others, Ink { opacity: 0.7, ..Ink::of("rule") });
        add(unmeasured, Ink { width: 1.25, dashes: &[4.0, 3.0], ..Ink::of("ink-faint") });
        // The more lines, the finer.
        let width = if self.lines.len() > 100 { 1.0 } else { 1.5 };
        for (step, lines) in by_step.into_iter().enumerate() {
            let share = step as f64 / (STEPS - 1) as f64;
            let ink = Ink { colour: ramp(share), width, dashes: &[], opacity: 0.45 + 0.55 * share };
            add(lines, ink);
        }
        Picture { size: self.size, shapes, ground: None }
    }

    /// A line that stands out.
    pub fn standing_out(&self, id: usize) -> Picture {
        let line = self.lines.iter().find(|(other, _)| *other == id);
        let shapes = line.map(|(_, line)| {
            let ink = || Ink { width: 3.0, ..Ink::of("accent") };
            vec![(Shape::Line(line.clone()), ink()), (Shape::Dots(line.clone(), 4.0), ink())]
        });
        Picture { size: self.size, shapes: shapes.unwrap_or_default(), ground: None }
    }

    /// Lines, axes and limits, for a file.
    pub fn for_file(
        &self,
        passing: Option<&BTreeSet<usize>>,
        limits: &[Option<Limits>],
        words: &ExperimentFigureWords,
    ) -> Picture {
        let mut picture = self.lines_picture(passing);
        for (axis, limits) in self.axes.iter().zip(limits) {
            if let Some((low, high)) = limits {
                let [low, high] = [low, high].map(|value| axis.track.axis.pixel(*value));
                let area = Shape::Area(axis.x - 6.0, high, 12.0, low - high);
                picture.shapes.push((area, Ink { opacity: 0.25, ..Ink::of("accent") }));
            }
        }
        picture.shapes.extend(self.axes_picture(words).shapes);
        picture
    }

    /// The combination whose line is nearest to a place, of those that pass.
    pub fn pointed_at(&self, passing: Option<&BTreeSet<usize>>, (x, y): Point) -> Option<usize> {
        let does_pass = |id: usize| passing.is_none_or(|passing| passing.contains(&id));
        let distance = |line: &[Point]| {
            let at = line.partition_point(|point| point.0 < x);
            let (one, other) = (line.get(at.checked_sub(1)?)?, line.get(at)?);
            let share = (x - one.0) / (other.0 - one.0);
            // Across a steep line, not upright.
            let slope = (other.1 - one.1) / (other.0 - one.0);
            let upright = (one.1 + share * (other.1 - one.1) - y).abs();
            Some(upright / slope.hypot(1.0)).filter(|distance| *distance <= NEAR)
        };
        let passing = self.lines.iter().filter(|(id, _)| does_pass(*id));
        let near = passing.filter_map(|(id, line)| Some((*id, distance(line)?)));
        near.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(id, _)| id)
    }
}

/// The height of every axis and pixels above it.
pub const SPAN: (f64, f64) = (TOP, BOTTOM - TOP);

/// A row for each combination, and whether it passes.
pub fn table(
    compared: &Compared,
    passing: Option<&BTreeSet<usize>>,
    words: &ExperimentFigureWords,
) -> TextTable {
    let settings = compared.settings.iter().map(|setting| setting.label.clone());
    let metrics = compared.metrics.iter().map(|metric| metric.label.clone());
    let mut heads = vec![words.combination().to_owned()];
    heads.extend(settings.chain(metrics));
    heads.push(words.passes().to_owned());
    let axes = compared.settings.len() + compared.metrics.len();
    let row = |combination: &Combination| {
        let cell = |axis: usize| match value_on(compared, combination, axis) {
            Some(value) => text_on(compared, axis, value),
            None => match axis.checked_sub(compared.settings.len()) {
                None => words.no_effect().to_owned(),
                Some(metric) if combination.summary(metric).has_only_diverged() => {
                    words.diverged().to_owned()
                }
                Some(_) => crate::page::format::UNKNOWN.to_owned(),
            },
        };
        let does_pass = passing.is_none_or(|passing| passing.contains(&combination.id));
        let mut row = vec![combination.label.clone()];
        row.extend((0..axes).map(cell));
        row.push(if does_pass { words.yes() } else { words.no() }.to_owned());
        row
    };
    TextTable { heads, rows: compared.combinations.iter().map(row).collect() }
}

/// A row for each combination, as CSV.
pub fn csv_of(compared: &Compared, passing: Option<&BTreeSet<usize>>) -> String {
    let settings = compared.settings.iter().map(|setting| setting.key.as_str());
    let metrics = compared.metrics.iter().map(|metric| metric.key.as_str());
    let mut heads = vec!["combination"];
    heads.extend(settings.chain(metrics));
    heads.extend(["runs", "diverged", "passes"]);
    let row = |combination: &Combination| {
        let mut row = vec![Cell::text(&combination.label)];
        for (at, setting) in compared.settings.iter().enumerate() {
            let value = value_on(compared, combination, at);
            row.push(match (&setting.scale, value) {
                (Scale::Categories(_), Some(value)) => Cell::Text(setting.text(value)),
                _ => Cell::Number(value),
            });
        }
        let metrics = 0..compared.metrics.len();
        row.extend(metrics.map(|metric| Cell::Number(combination.summary(metric).mean)));
        row.push(Cell::Whole(combination.runs.len() as i64));
        row.push(Cell::Whole(combination.summary(0).diverged as i64));
        let does_pass = passing.is_none_or(|passing| passing.contains(&combination.id));
        row.push(Cell::text(if does_pass { "yes" } else { "no" }));
        row
    };
    csv(&heads, &compared.combinations.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
