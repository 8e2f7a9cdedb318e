//! The order of a table's rows.

use std::cmp::Ordering;

use super::{Row, Table};
use crate::settings::Field;

/// A column by which rows can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// A varied setting: by numbers if both are, otherwise by letters.
    Varied(Field),
    /// The mean validation loss.
    ValidLoss,
    /// The mean accuracy.
    ValidAccuracy,
    /// Seeds that have ended.
    Seeds,
    /// The state.
    State,
}

impl Table {
    /// The rows in ascending or descending order of a column. Rows that have nothing in it come last either way; equal ones
    /// stand by their combinations.
    #[must_use]
    pub fn sorted(&self, column: Column, is_descending: bool) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        let turned = |order: Ordering| if is_descending { order.reverse() } else { order };
        rows.sort_by(|one, other| match (has(one, column), has(other, column)) {
            (true, true) => turned(compared(one, other, column)),
            (one, other) => other.cmp(&one),
        });
        rows
    }
}

fn text(row: &Row, field: Field) -> Option<&str> {
    row.varied.iter().find(|varied| varied.0 == field).map(|varied| varied.1.as_str())
}

fn number(row: &Row, column: Column) -> Option<f64> {
    match column {
        Column::ValidLoss => row.valid_loss.map(|spread| spread.mean),
        Column::ValidAccuracy => row.valid_accuracy.map(|spread| spread.mean),
        Column::Seeds => Some(f64::from(row.seeds_done)),
        Column::State => Some(f64::from(row.state as u8)),
        Column::Varied(_) => None,
    }
}

fn has(row: &Row, column: Column) -> bool {
    match column {
        Column::Varied(field) => text(row, field).is_some(),
        _ => number(row, column).is_some(),
    }
}

fn compared(one: &Row, other: &Row, column: Column) -> Ordering {
    if let Column::Varied(field) = column {
        let [one, other] = [one, other].map(|row| text(row, field).unwrap_or_default());
        return match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => one.total_cmp(&other),
            _ => one.cmp(other),
        };
    }
    let [one, other] = [one, other].map(|row| number(row, column).unwrap_or(f64::INFINITY));
    one.total_cmp(&other)
}
