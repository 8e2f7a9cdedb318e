//! The table of rooms in `ARCHITECTURE.md`: which rooms there are, and who may import whom.

use super::source::SourceFile;
use super::{Failure, Reason};
use std::collections::BTreeMap;

/// The file that holds the table.
pub const ARCHITECTURE: &str = "ARCHITECTURE.md";
/// The beginning of the table's header.
const HEAD: &str = "| room in `src/` |";

/// The table.
pub struct Table {
    rows: Vec<Row>,
}

/// A row of the table.
struct Row {
    /// The room as written there: `room/` for a folder, `room.rs` for a file.
    entry: String,
    /// The rooms that it may import.
    may_import: Vec<String>,
    /// The row's line, counted from 1.
    line: usize,
}

impl Row {
    fn room(&self) -> &str {
        name(&self.entry)
    }
}

/// A room's name, without the suffix that distinguishes folders from files.
fn name(entry: &str) -> &str {
    entry.trim_end_matches('/').trim_end_matches(".rs")
}

impl Table {
    /// Finds the table in the text of `ARCHITECTURE.md`.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with(HEAD));
        let (_head, _rule) = (lines.next()?, lines.next()?);
        let rows = lines.take_while(|(_, line)| line.starts_with('|'));
        Some(Self { rows: rows.filter_map(|(line, text)| row(line, text)).collect() })
    }

    /// The rooms that `room` may import, if the table names it.
    pub fn may_import(&self, room: &str) -> Option<&[String]> {
        self.rows.iter().find(|row| row.room() == room).map(|row| &row.may_import[..])
    }

    /// Compares the rows with the rooms that exist.
    pub fn check(&self, files: &[SourceFile<'_>]) -> Vec<Failure> {
        let there: BTreeMap<String, &str> =
            files.iter().filter_map(|file| Some((entry(file)?, file.path))).collect();
        let mut failures = Vec::new();
        for (entry, file) in &there {
            if !self.rows.iter().any(|row| row.entry == *entry) {
                let what = format!("`{entry}` is no room of the table in {ARCHITECTURE}");
                failures.push(failure(file, 1, what));
            }
        }
        for (at, row) in self.rows.iter().enumerate() {
            if !there.contains_key(&row.entry) {
                let what = format!("the table names `{}`, which is not in src/", row.entry);
                failures.push(failure(ARCHITECTURE, row.line, what));
            }
            for room in &row.may_import {
                // A room is listed below all that it imports, so there are no cycles.
                if !self.rows[..at].iter().any(|above| above.room() == room) {
                    let what = format!("`{}` may import `{room}`, no room above it", row.room());
                    failures.push(failure(ARCHITECTURE, row.line, what));
                }
            }
        }
        failures
    }
}

/// The failure if the table is not found.
pub fn no_table() -> Failure {
    failure(ARCHITECTURE, 1, format!("no table begins with \"{HEAD}\""))
}

fn failure(file: &str, line: usize, what: String) -> Failure {
    Failure { file: file.to_owned(), line, what, reason: Reason::Arrows }
}

fn row(line: usize, text: &str) -> Option<Row> {
    let cells: Vec<&str> = text.trim_matches('|').split('|').collect();
    let entry = quoted(cells.first()?).next()?.to_owned();
    let may_import = quoted(cells.last()?).map(ToOwned::to_owned).collect();
    Some(Row { entry, may_import, line })
}

/// The parts in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The room of a file in `src/` as written in the table; the library's root belongs to none.
fn entry(file: &SourceFile<'_>) -> Option<String> {
    let path = file.in_src()?;
    match path.split_once('/') {
        Some((folder, _)) => Some(format!("{folder}/")),
        None => (path != "lib.rs").then(|| path.to_owned()),
    }
}

/// The name of a file's room.
pub fn room<'a>(file: &SourceFile<'a>) -> Option<&'a str> {
    let path = file.in_src().filter(|path| *path != "lib.rs")?;
    path.split('/').next().map(name)
}
