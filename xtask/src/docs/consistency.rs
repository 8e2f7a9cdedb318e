//! Tests: what the documentation says in two places, or says of the program, is the same in both.

#![allow(clippy::unwrap_used)]

use super::texts;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// A table's row that something was put into no longer ends where it should.
fn broken_rows(file: &str, text: &str) -> Vec<String> {
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
    rows.filter(|(_, line)| !line.ends_with('|'))
        .map(|(at, _)| format!("{file}:{}", at + 1))
        .collect()
}

#[test]
fn every_row_of_a_table_is_whole() {
    let texts = texts(&root()).unwrap();
    let broken: Vec<_> = texts.iter().flat_map(|(file, text)| broken_rows(file, text)).collect();
    assert!(broken.is_empty(), "no bar at the end of {}", broken.join(", "));
    assert_eq!(broken_rows("a.md", "| a |\n|---|\n| b\n"), ["a.md:3"]);
}

/// The cells of a row, without the space around them.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// The first cells of those rows that begin with code: a setting's keys.
fn keys(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("| `")).map(|line| cells(line)[0]).collect()
}

#[test]
fn the_chinese_guide_has_every_setting() {
    let separators = |key: &str| key.replace('、', ", ");
    let [english, chinese] = ["docs/settings.md", "docs/guide.zh.md"].map(read);
    let chinese: Vec<_> = keys(&chinese).into_iter().map(separators).collect();
    assert!(keys(&english).len() > 20);
    assert_eq!(chinese, keys(&english));
}

#[test]
fn the_chinese_guide_has_the_same_measurements() {
    let [english, chinese] = ["docs/performance.md", "docs/guide.zh.md"].map(read);
    let rows = |text: &str| -> Vec<String> {
        let is_measured = |cells: &&[&str]| {
            cells.len() == 4
                && cells[1..].iter().all(|cell| cell.replace(',', "").parse::<f64>().is_ok())
        };
        text.lines()
            .filter(|line| line.starts_with('|'))
            .map(cells)
            .filter(|cells| is_measured(&&cells[..]) && cells[1] != "4")
            .map(|cells| cells[1..].join(" "))
            .collect()
    };
    let measured = rows(&english);
    let repeated = rows(&chinese);
    assert!(repeated.len() >= 14, "{repeated:?}");
    let other: Vec<_> = repeated.iter().filter(|row| !measured.contains(row)).collect();
    assert!(other.is_empty(), "not in docs/performance.md: {other:?}");
}

/// The addresses of the lesson's steps that a text has, without what is before them.
fn steps(text: &str) -> BTreeSet<&str> {
    let is_end = |c: char| !(c.is_ascii_lowercase() || c == '-');
    let after = text.split("#/lesson/").skip(1);
    after.filter_map(|rest| rest.split(is_end).next()).filter(|step| !step.is_empty()).collect()
}

#[test]
fn teachers_find_a_link_to_every_step_of_the_lesson() {
    let program = read("src/page/lesson/step.rs");
    let lines = program.lines().filter(|line| line.trim().starts_with("Self::"));
    let keys = lines.filter_map(|line| line.split_once("=> \"")?.1.split('"').next());
    let keys: BTreeSet<_> = keys.collect();
    assert_eq!(keys.len(), 8, "{keys:?}");
    for file in ["docs/classroom.md", "docs/guide.zh.md"] {
        assert_eq!(steps(&read(file)), keys, "{file}");
    }
    for (file, text) in texts(&root()).unwrap() {
        assert!(steps(&text).is_subset(&keys), "{file}: {:?}", steps(&text));
    }
}

/// Names that begin like keys and under which nothing is kept: an event, a lock.
const NOT_KEPT: [&str; 2] = ["atelier-corrections", "atelier-experiment-"];

/// The names that a folder's constants give to what the browser keeps.
fn kept_names(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            kept_names(&path, into);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        if !["local_storage()", "session_storage()"].iter().any(|storage| text.contains(storage)) {
            continue;
        }
        let constants = text.lines().filter(|line| line.trim_start().starts_with("const "));
        let names =
            constants.filter_map(|line| line.split_once(": &str = \"")?.1.split('"').next());
        into.extend(names.filter(|name| name.starts_with("atelier")).map(str::to_owned));
    }
}

#[test]
fn every_key_of_the_browsers_storage_is_listed() {
    let mut names = BTreeSet::new();
    kept_names(&root().join("src/page"), &mut names);
    names.retain(|name| !NOT_KEPT.contains(&name.as_str()) && name != "atelierCorrections");
    assert!(names.len() >= 13, "{names:?}");
    let list = read("docs/offline.md");
    let missing: Vec<_> = names.iter().filter(|name| !list.contains(&format!("`{name}"))).collect();
    assert!(missing.is_empty(), "docs/offline.md does not list {missing:?}");
}
