//! Experiments that were imported and that the part of the page with experiments has not yet seen. Only that part reads an
//! experiment's file, so that its reader weighs nothing elsewhere.

use leptos::prelude::window;
use web_sys::Storage;

/// In `localStorage`, one after the other: the SHA-256 of the data set of one's own or [`NONE`], the numbers of runs that had fallen
/// behind or [`NONE`], and the experiment's file, with spaces between.
const KEY: &str = "atelier.experiments.imported";
/// Between two experiments: a character that JSON never has.
const BETWEEN: char = '\u{1e}';
const NONE: &str = "-";

/// An experiment that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its file.
    pub json: String,
    /// The SHA-256 of the data set of one's own that its runs were trained on; `None` for the tutorial's.
    pub data: Option<String>,
    /// The numbers of its runs that were stopped because they had fallen behind.
    pub fell_behind: Vec<u32>,
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Keeps an experiment until it is taken, and says whether the browser has stored it. Its runs are in the library all the same.
pub fn keep(json: &str, data: Option<&str>, fell_behind: &[u32]) -> bool {
    let Some(storage) = storage() else { return false };
    let before = storage.get_item(KEY).ok().flatten().unwrap_or_default();
    storage.set_item(KEY, &joined(&before, json, data, fell_behind)).is_ok()
}

/// Takes all.
pub fn take() -> Vec<Imported> {
    let Some(storage) = storage() else { return Vec::new() };
    let all = storage.get_item(KEY).ok().flatten().unwrap_or_default();
    let _ = storage.remove_item(KEY);
    split(&all)
}

fn joined(before: &str, json: &str, data: Option<&str>, fell_behind: &[u32]) -> String {
    let numbers: Vec<String> = fell_behind.iter().map(u32::to_string).collect();
    let numbers = if numbers.is_empty() { NONE.to_owned() } else { numbers.join(",") };
    let one = format!("{} {numbers} {json}", data.unwrap_or(NONE));
    if before.is_empty() { one } else { format!("{before}{BETWEEN}{one}") }
}

/// What cannot be read is left out: its runs are in the library all the same.
fn split(all: &str) -> Vec<Imported> {
    let read = |one: &str| {
        let mut parts = one.splitn(3, ' ');
        let (data, numbers, json) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Imported {
            json: json.to_owned(),
            data: (data != NONE).then(|| data.to_owned()),
            fell_behind: numbers.split(',').filter_map(|number| number.parse().ok()).collect(),
        })
    };
    all.split(BETWEEN).filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn experiments_are_told_apart_with_their_data_sets_and_what_fell_behind() {
        let (sha256, json) = ("ab".repeat(32), "{\n  \"atelier-experiment\": 1\n}");
        let one = joined("", json, None, &[]);
        let all = joined(&one, json, Some(&sha256), &[3, 17]);
        let (json, fell_behind) = (json.to_owned(), vec![3, 17]);
        let first = Imported { json: json.clone(), data: None, fell_behind: Vec::new() };
        assert_eq!(split(&all), [first, Imported { json, data: Some(sha256), fell_behind }]);
        assert_eq!(split(""), []);
        assert_eq!(split("torn"), []);
    }
}
