//! Means by two settings, as a grid of cells: plain data.

use super::axis::Axis;
use super::data::{Compared, Metric, Scale, Setting, Summary};
use super::drawing::{HALF_TYPE, LINE_HEIGHT, hatch, shortened, text};
use super::places::{Place, place_of, places_of};
use super::table_view::TextTable;
use crate::page::charts::plot::text_width;
use crate::page::format::UNKNOWN;
use crate::page::insight::table::{Cell, csv};
use crate::page::insight::vector::{Anchor, Ink, Picture, Shape};
use crate::page::words::ExperimentFigureWords;

/// The opacity of the colour of the best cell: a number on it is still easy to read.
const DARKEST: f64 = 0.48;
/// The opacity of the colour of the worst cell.
const LIGHTEST: f64 = 0.04;
/// Pixels between the slanting lines of a cell that diverged.
const HATCH: f64 = 6.0;

/// The runs by their values of two settings.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatGrid {
    /// The setting whose values are the rows.
    pub down: Setting,
    /// The setting whose values are the columns.
    pub across: Setting,
    metric: Metric,
    /// The rows, from above.
    rows: Vec<Place>,
    /// The columns, from the left.
    columns: Vec<Place>,
    /// Row by row.
    cells: Vec<Summary>,
    /// From the lowest to the highest mean, without those far from the others.
    axis: Axis,
    /// The best mean of all.
    best: Option<f64>,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// The experiment has no such combination.
    None,
    /// No run has a value that counts.
    Pending,
    /// Every run that has ended diverged.
    Diverged,
    /// A mean.
    Measured,
}

impl CellState {
    /// Its name for tests, in English.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Diverged => "diverged",
            Self::Measured => "measured",
        }
    }
}

impl HeatGrid {
    /// The metric by two settings, with these indices. The means are over all other settings and over seeds. `None` if
    /// the settings are the same or there is no such setting or metric.
    pub fn of(compared: &Compared, down: usize, across: usize, metric: usize) -> Option<Self> {
        if down == across {
            return None;
        }
        let places = |setting: usize| {
            let of = compared.settings.get(setting)?;
            Some(places_of(of, &compared.values_of(setting)))
        };
        let (rows, columns) = (places(down)?, places(across)?);
        let mut outcomes = vec![Vec::new(); rows.len() * columns.len()];
        for combination in &compared.combinations {
            let place =
                |setting: usize, places: &[Place]| place_of(places, *combination.at.get(setting)?);
            let at = place(down, &rows).zip(place(across, &columns));
            let cell = at.and_then(|(row, column)| outcomes.get_mut(row * columns.len() + column));
            if let Some(cell) = cell {
                cell.extend(combination.runs.iter().map(|run| run.outcome(metric)));
            }
        }
        let cells = outcomes.into_iter().map(|outcomes| Summary::of(outcomes.into_iter()));
        let cells: Vec<_> = cells.collect();
        let of = compared.metrics.get(metric)?.clone();
        let means: Vec<_> = cells.iter().filter_map(|cell| cell.mean).collect();
        let best = means.iter().copied();
        let best = best.max_by(|one, other| of.worth(*one).total_cmp(&of.worth(*other)));
        Some(Self {
            down: compared.settings.get(down)?.clone(),
            across: compared.settings.get(across)?.clone(),
            axis: Axis::of_metric(&of, means, (0.0, 1.0)),
            metric: of,
            best,
            rows,
            columns,
            cells,
        })
    }

    /// The metric's name.
    pub fn metric(&self) -> &str {
        &self.metric.label
    }

    /// How many rows and columns there are.
    pub fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.columns.len())
    }

    /// The name of a row, from 0.
    pub fn row_name(&self, row: usize) -> String {
        self.rows.get(row).map(|place| place.text(&self.down)).unwrap_or_default()
    }

    /// The name of a column, from 0.
    pub fn column_name(&self, column: usize) -> String {
        self.columns.get(column).map(|place| place.text(&self.across)).unwrap_or_default()
    }

    /// Whether several values share a row or a column.
    pub fn has_shared(&self) -> bool {
        self.rows.iter().chain(&self.columns).any(Place::is_shared)
    }

    /// What the runs of a cell came to, by its row and column from 0.
    pub fn cell(&self, (row, column): (usize, usize)) -> Summary {
        let cell = self.cells.get(row * self.columns.len() + column);
        cell.copied().unwrap_or_default()
    }

    /// What a cell holds.
    pub fn state(&self, at: (usize, usize)) -> CellState {
        let cell = self.cell(at);
        match cell {
            _ if cell.all() == 0 => CellState::None,
            Summary { measured: 0, diverged: 0, .. } => CellState::Pending,
            _ if cell.has_only_diverged() => CellState::Diverged,
            _ => CellState::Measured,
        }
    }

    /// A cell's text.
    pub fn text(&self, at: (usize, usize), words: &ExperimentFigureWords) -> String {
        match self.state(at) {
            CellState::None => String::new(),
            CellState::Pending => UNKNOWN.to_owned(),
            CellState::Diverged => words.diverged().to_owned(),
            CellState::Measured => self.metric.text(self.cell(at).mean),
        }
    }

    /// The opacity of a cell's colour: the better its mean, the higher; 0 without a mean.
    pub fn opacity(&self, at: (usize, usize)) -> f64 {
        let Some(mean) = self.cell(at).mean else { return 0.0 };
        let share = self.axis.share(mean);
        // A lower loss is better.
        let worth = if self.metric.worth(1.0) > 0.0 { share } else { 1.0 - share };
        LIGHTEST + (DARKEST - LIGHTEST) * worth
    }

    /// Whether a cell has the best mean of all.
    pub fn is_best(&self, at: (usize, usize)) -> bool {
        self.best.is_some() && self.cell(at).mean == self.best
    }

    /// The drawing, for a file; cells are as wide as this at least.
    pub fn picture(&self, cell_width: f64, words: &ExperimentFigureWords) -> Picture {
        const HEIGHT: f64 = 34.0;
        let mut shapes = Vec::new();
        let rows: Vec<_> = (0..self.rows.len()).map(|row| self.row_name(row)).collect();
        let columns = 0..self.columns.len();
        let columns: Vec<_> = columns.map(|column| self.column_name(column)).collect();
        let widest = |texts: &[String]| texts.iter().map(|it| text_width(it)).fold(0.0, f64::max);
        let width = cell_width.max(widest(&columns).min(120.0) + 8.0);
        let corner = format!("{} ↓ {} →", self.down.label, self.across.label);
        // Fonts differ, and what stands at the edge must not be cut.
        let left = (1.2 * widest(&rows) + 12.0).clamp(48.0, 160.0);
        let top = 2.0 * LINE_HEIGHT + 8.0;
        text(&mut shapes, (0.0, LINE_HEIGHT - HALF_TYPE), Anchor::Start, &corner, "ink-soft");
        for (column, name) in columns.iter().enumerate() {
            let place = (left + width * (column as f64 + 0.5), top - 8.0);
            let name = shortened(name, width - 4.0);
            text(&mut shapes, place, Anchor::Middle, &name, "ink-soft");
        }
        for (row, name) in rows.iter().enumerate() {
            let y = top + HEIGHT * row as f64;
            let place = (left - 8.0, y + HEIGHT / 2.0 + HALF_TYPE);
            let name = shortened(name, left - 12.0);
            text(&mut shapes, place, Anchor::End, &name, "ink-soft");
            for column in 0..self.columns.len() {
                let (at, x) = ((row, column), left + width * column as f64);
                let (inner, state) = ((width - 2.0, HEIGHT - 2.0), self.state(at));
                let ink = Ink { opacity: self.opacity(at), ..Ink::of("model") };
                shapes.push((Shape::Area(x, y, inner.0, inner.1), ink));
                if state == CellState::Diverged {
                    let lines = Shape::Lines(hatch((x, y), inner, HATCH));
                    shapes.push((lines, Ink::of("rule")));
                }
                let place = (x + inner.0 / 2.0, y + inner.1 / 2.0 + HALF_TYPE);
                let told = self.text(at, words);
                text(&mut shapes, place, Anchor::Middle, &told, "ink");
                if self.is_best(at) {
                    let (right, bottom) = (x + inner.0, y + inner.1);
                    let frame = vec![(x, y), (right, y), (right, bottom), (x, bottom), (x, y)];
                    shapes.push((Shape::Line(frame), Ink { width: 2.0, ..Ink::of("ink") }));
                }
            }
        }
        let right = (left + width * self.columns.len() as f64).max(text_width(&corner) + 8.0);
        let size = (right, top + HEIGHT * self.rows.len() as f64 + 2.0);
        Picture { size, shapes, ground: None }
    }

    fn all(&self) -> impl Iterator<Item = ((usize, usize), Place, Place)> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(row, down)| {
            let columns = self.columns.iter().enumerate();
            columns.map(move |(column, across)| ((row, column), *down, *across))
        })
    }

    /// A row for each cell that the experiment has.
    pub fn table(&self, words: &ExperimentFigureWords) -> TextTable {
        let cells = self.all().filter(|(at, ..)| self.state(*at) != CellState::None);
        let row = |(at, down, across): ((usize, usize), Place, Place)| {
            let cell = self.cell(at);
            let unit = self.metric.unit;
            vec![
                down.text(&self.down),
                across.text(&self.across),
                cell.all().to_string(),
                cell.diverged.to_string(),
                self.metric.text(cell.mean),
                cell.deviation.map_or_else(|| UNKNOWN.to_owned(), |it| unit.text(it)),
            ]
        };
        let heads = [
            &self.down.label,
            &self.across.label,
            words.runs(),
            words.diverged(),
            words.mean(),
            words.deviation(),
        ];
        TextTable { heads: heads.map(str::to_owned).to_vec(), rows: cells.map(row).collect() }
    }

    /// A line for each cell that the experiment has.
    pub fn csv(&self) -> String {
        let value = |setting: &Setting, place: Place| match setting.scale {
            Scale::Linear | Scale::Logarithmic if !place.is_shared() => {
                Cell::Number(Some(place.low))
            }
            _ => Cell::Text(place.text(setting)),
        };
        let cells = self.all().filter(|(at, ..)| self.state(*at) != CellState::None);
        let rows = cells.map(|(at, down, across)| {
            let cell = self.cell(at);
            vec![
                value(&self.down, down),
                value(&self.across, across),
                Cell::Number(cell.mean),
                Cell::Number(cell.deviation),
                Cell::Whole(cell.measured as i64),
                Cell::Whole(cell.diverged as i64),
            ]
        });
        let mean = format!("mean {}", self.metric.key);
        let heads =
            [&self.down.key, &self.across.key, mean.as_str(), "deviation", "measured", "diverged"];
        csv(&heads, &rows.collect::<Vec<_>>())
    }
}

#[cfg(test)]
#[path = "heat_tests.rs"]
mod tests;
