//! The results of an experiment, as `train sweep` leaves them: a line of JSON for each run that has ended.

use super::ScaleError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

/// What a run's line says that differs from machine to machine and from time to time.
const OF_THE_MOMENT: [&str; 1] = ["trained_ms"];

/// All lines of a folder, by the number of their run, which counts from 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results(BTreeMap<u64, Vec<Value>>);

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A run has no result.
    Lost(u64),
    /// A run has this many results.
    Doubled(u64, usize),
    /// A run's result has other numbers, here.
    Other(u64, String),
    /// There is no such run.
    Unknown(u64),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(number) => write!(f, "run {number} is lost"),
            Self::Doubled(number, times) => write!(f, "run {number} is there {times} times"),
            Self::Other(number, field) => write!(f, "run {number} has another {field}"),
            Self::Unknown(number) => write!(f, "run {number} is none of the experiment's"),
        }
    }
}

impl Results {
    /// Reads the results of all shares in a folder.
    ///
    /// A line that is no JSON is left out: a process that is killed may leave half of one, and its run is then run again.
    pub fn of_shares(folder: &Path) -> Result<Self, ScaleError> {
        Self::of_files(folder, |name| name.starts_with("results-") && name.ends_with(".jsonl"))
    }

    /// Reads the results of a whole experiment, which one process wrote or gathered.
    pub fn of_whole(folder: &Path) -> Result<Self, ScaleError> {
        Self::of_files(folder, |name| name == "results.jsonl")
    }

    fn of_files(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Result<Self, ScaleError> {
        let unreadable = |path: &Path| {
            let path = path.to_path_buf();
            move |source| ScaleError::File { path, source }
        };
        let mut results = Self::default();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.file_name().and_then(|name| name.to_str()).is_some_and(&is_meant) {
                results.add(&fs::read_to_string(&path).map_err(unreadable(&path))?);
            }
        }
        Ok(results)
    }

    fn add(&mut self, text: &str) {
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for line in lines {
            if let Some(number) = line["number"].as_u64() {
                self.0.entry(number).or_default().push(line);
            }
        }
    }

    /// How many runs have a result.
    pub fn runs(&self) -> usize {
        self.0.len()
    }

    /// What is lost, doubled or other than in `self`, where every run has one result.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let numbers: BTreeSet<_> = self.0.keys().chain(found.0.keys()).copied().collect();
        let of = |results: &Self, number| results.0.get(&number).cloned().unwrap_or_default();
        numbers
            .into_iter()
            .filter_map(|number| match (&of(self, number)[..], &of(found, number)[..]) {
                ([], _) => Some(Difference::Unknown(number)),
                (_, []) => Some(Difference::Lost(number)),
                ([expected], [found]) => {
                    other_field(expected, found).map(|field| Difference::Other(number, field))
                }
                (_, found) => Some(Difference::Doubled(number, found.len())),
            })
            .collect()
    }
}

/// The first field in which two results differ. Numbers are compared by their bits: they are written so that they are read
/// back as they were.
fn other_field(expected: &Value, found: &Value) -> Option<String> {
    let (Some(one), Some(other)) = (expected.as_object(), found.as_object()) else {
        return (expected != found).then(|| "form".to_owned());
    };
    let fields: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let mut fields = fields.into_iter().filter(|field| !OF_THE_MOMENT.contains(&field.as_str()));
    fields.find(|field| one.get(*field) != other.get(*field)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(text: &str) -> Results {
        let mut results = Results::default();
        results.add(text);
        results
    }

    const ALONE: &str =
        "{\"number\":1,\"loss\":0.1}\n{\"number\":2,\"loss\":0.30000000000000004}\n";

    #[test]
    fn the_same_results_in_another_order_do_not_differ() {
        let found =
            "{\"number\":2,\"loss\":0.30000000000000004}\n{\"number\":1,\"loss\":0.1}\n{\"numb";
        assert_eq!(results(ALONE).differences(&results(found)), []);
    }

    #[test]
    fn what_is_lost_doubled_unknown_or_off_by_one_bit_is_found() {
        let found = "{\"number\":2,\"loss\":0.3}\n{\"number\":3}\n";
        let expected =
            [Difference::Lost(1), Difference::Other(2, "loss".into()), Difference::Unknown(3)];
        assert_eq!(results(ALONE).differences(&results(found)), expected);
        let twice = [ALONE, ALONE].concat();
        let expected = [Difference::Doubled(1, 2), Difference::Doubled(2, 2)];
        assert_eq!(results(ALONE).differences(&results(&twice)), expected);
    }
}
