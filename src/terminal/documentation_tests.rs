//! The documentation's lines of the trainer, by the trainer's own parser, and the help that `docs/terminal.md` shows.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use super::arguments::{Task, command, task_of};

/// What a line may begin with.
const PROGRAMS: [&str; 2] = ["train ", "cargo run --release --bin train -- "];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown files of the root and of `docs/`.
fn files() -> Vec<PathBuf> {
    let of = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let all = [of(root()), of(root().join("docs"))].concat();
    all.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

/// The arguments of the lines in indented blocks, where `xtask/src/docs/commands.rs` has commands stand, with their places.
fn lines() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut is_fenced = false;
        for (number, line) in (1..).zip(text.lines()) {
            is_fenced ^= line.starts_with("```");
            if is_fenced || !line.starts_with("    ") {
                continue;
            }
            let line = line.split("  #").next().unwrap_or_default().trim();
            let arguments = PROGRAMS.iter().find_map(|program| line.strip_prefix(program));
            let name = path.strip_prefix(root()).unwrap().display();
            found.extend(arguments.map(|it| (format!("{name}:{number}"), it.trim().to_owned())));
        }
    }
    found
}

fn read(arguments: &str) -> Result<Task, String> {
    let words = std::iter::once("train").chain(arguments.split_whitespace());
    let matches = command().try_get_matches_from(words).map_err(|error| error.to_string())?;
    task_of(&matches).map_err(|error| super::words::failure(&error))
}

#[test]
fn every_line_of_the_documentation_is_understood() {
    let lines = lines();
    assert!(lines.len() > 12, "{lines:?}");
    let mut wrong = Vec::new();
    for (place, arguments) in &lines {
        // The example's file stands for the reader's.
        let experiment = root().join("docs/scale/experiment.json");
        let arguments =
            arguments.replace("sweep experiment.json", &format!("sweep {}", experiment.display()));
        if let Err(why) = read(&arguments) {
            wrong.push(format!("{place}: train {arguments}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read("--learning-rate 1").is_err() && read("--momentum 2").is_err());
}

#[test]
fn the_help_that_the_documentation_shows_is_that_of_the_program() {
    let page = std::fs::read_to_string(root().join("docs/terminal.md")).unwrap();
    for line in ["", "bench ", "sweep "] {
        let shown = format!("$ train {line}--help\n");
        let (_, block) = page.split_once(&shown).unwrap_or_else(|| panic!("no {shown}"));
        let (block, _) = block.split_once("\n```").unwrap();
        let words = format!("train {line}--help");
        let help =
            command().try_get_matches_from(words.split_whitespace()).unwrap_err().to_string();
        // A terminal may break lines; the page does not.
        assert!(
            help.trim_end() == block,
            "docs/terminal.md shows another help than {words}:\n{help}"
        );
    }
}

#[test]
fn every_exit_code_is_in_the_documentation() {
    let page = std::fs::read_to_string(root().join("docs/terminal.md")).unwrap();
    for code in ["0", "1", "2", "3", "4", "130"] {
        assert!(page.contains(&format!("\n| {code} | ")), "{code}");
    }
}
