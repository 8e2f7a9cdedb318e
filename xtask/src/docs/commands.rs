//! Tests: every command in the documentation is one that a test runs, or one whose form a test checks.
//!
//! An indented block, or one behind ```` ```sh ````, holds commands and nothing else; whatever is no command stands behind a fence
//! with its language. So a command of a kind that nothing here knows fails a test, and cannot be passed over.

#![allow(clippy::unwrap_used)]

use super::markdown::Document;
use super::texts;
use crate::args;
use clap::error::ErrorKind;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// What carries a task of `cargo xtask` out, beyond the check of its line here: the first word of the line, a file, and words in
/// it that show it.
const TASKS: [(&str, &str, &str); 19] = [
    // Every other task begins with it.
    ("setup", "xtask/src/test/mod.rs", "setup::for_tests(places"),
    ("help", "xtask/src/args.rs", "mistakes_are_errors_and_nothing_is_help"),
    ("tidy", "xtask/src/test/mod.rs", "tidy::check(places)"),
    ("test", ".ci/run", "cargo xtask test"),
    ("data", "xtask/src/test/mod.rs", "data::make_if_missing(places)"),
    ("build", "xtask/src/test/mod.rs", "site::build(places, &tools)"),
    ("docs", "xtask/src/docs/tests.rs", "build(&root(), out.path())"),
    ("release", "xtask/src/release/tests.rs", "a_release_sets_the_version"),
    ("fuzz", "xtask/src/test/mod.rs", "fuzz::run(places"),
    ("slurm", "xtask/src/test/mod.rs", "scale::by_slurm(places"),
    ("parallel", "xtask/src/test/mod.rs", "scale::by_parallel(places"),
    ("pictures", "tests/browser/pictures.test.mjs", "ATELIER_PICTURES"),
    ("dist", ".github/workflows/ci.yml", "cargo xtask dist"),
    // Too long for every run of the tests, or it never ends; what it does in between has unit tests.
    ("serve", "xtask/src/args.rs", "serving_opens_the_page_on_8080"),
    ("tutorial", "xtask/src/tutorial/mod.rs", "#[test]"),
    ("collect", "xtask/src/scale/collect.rs", "#[test]"),
    ("weight", "xtask/src/weight.rs", "#[test]"),
    ("bench", "xtask/src/bench/browser.rs", "#[test]"),
    ("lighthouse", "xtask/src/args.rs", "lighthouse_slows_down_as_its_profile_says"),
];

/// Other programs: how a line begins, a file, and words in it that show what runs the line, or one like it.
const OTHERS: [(&str, &str, &str); 25] = [
    // The trainer's own parser reads these lines; short ones are run.
    ("train", "tests/documentation.rs", "every_line_of_the_documentation"),
    (
        "cargo run --release --bin train --",
        "tests/documentation.rs",
        "every_line_of_the_documentation",
    ),
    ("cargo build --release --bin train", "xtask/src/scale/trial.rs", "\"--bin\""),
    (
        "cargo run --release --package photographs --",
        "tests/photographs/tests/recorded.rs",
        "#[test]",
    ),
    ("cargo test --test parity", "xtask/src/test/mod.rs", "\"--package\", \"atelier\""),
    ("cargo test --test pytorch_code", "xtask/src/test/mod.rs", "\"--package\", \"atelier\""),
    // They need PyTorch for minutes; what they wrote is read by the tests of parity.
    ("python3 tests/fixtures/make_parity.py", "tests/parity/runs.rs", "parity.json"),
    ("python3 tests/fixtures/make_options.py", "tests/parity/options.rs", "options.json"),
    ("python tests/bench/pytorch.py", "tests/pytorch_bench.rs", "pytorch.py"),
    ("cargo test --package photographs", "xtask/src/test/mod.rs", "\"photographs\""),
    ("cargo test --package xtask", "xtask/src/test/mod.rs", "\"xtask\""),
    ("cargo test --package atelier", "xtask/src/test/mod.rs", "\"--package\", \"atelier\""),
    ("cargo install cargo-fuzz", "xtask/src/fuzz.rs", "cargo-fuzz"),
    ("cargo install cargo-mutants", "Cargo.toml", "cargo-mutants"),
    ("cargo mutants --profile mutants", "Cargo.toml", "[profile.mutants]"),
    ("rustup toolchain install nightly", "xtask/src/fuzz.rs", "nightly"),
    ("sbatch", "xtask/src/scale/slurm", ""),
    ("kubectl", "tests/python/check_kubernetes.py", "kubernetes"),
    ("sh parallel.sh", "xtask/src/scale/parallel.rs", "parallel.sh"),
    ("npm ci", "xtask/src/setup/browser.rs", "\"ci\""),
    ("npm test", "tests/browser/package.json", "\"test\": \"node all.mjs\""),
    ("node", "tests/browser", ""),
    ("cd release", "xtask/src/release/tests.rs", "release/SHA256SUMS"),
    (
        "sha256sum --check --ignore-missing SHA256SUMS",
        "xtask/src/release/tests.rs",
        "\"--ignore-missing\"",
    ),
    // What is said about it beside it: nothing runs it.
    ("podman", "docs/hosting.md", "The image has not been built in the tests."),
];

/// A command with its place.
#[derive(Debug)]
struct Command {
    /// `file:line`.
    place: String,
    line: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The commands in a text's blocks, and what stands in blocks of neither kind.
fn commands(file: &str, text: &str) -> Result<Vec<Command>, String> {
    let mut commands = Vec::new();
    for block in Document::read(text).blocks {
        match block.language.as_deref() {
            None | Some("sh") => {}
            Some("") => return Err(format!("{file}:{}: a fence without a language", block.line)),
            Some(_) => continue,
        }
        let mut line = String::new();
        for (at, part) in block.text.lines().enumerate() {
            let part = part.split("  #").next().unwrap_or_default().trim();
            if let Some(part) = part.strip_suffix('\\') {
                line.push_str(part);
                continue;
            }
            line.push_str(part);
            // Parentheses keep a change of folder to themselves.
            let whole = std::mem::take(&mut line);
            let inside = whole.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            if inside.is_none() && whole.starts_with("cd ") && whole.contains(" && ") {
                return Err(format!("{file}:{}: the next line begins elsewhere", block.line + at));
            }
            for command in inside.unwrap_or(&whole).split(" && ").map(str::trim) {
                if !command.is_empty() && !command.starts_with('#') {
                    let place = format!("{file}:{}", block.line + at);
                    commands.push(Command { place, line: without_variables(command).to_owned() });
                }
            }
        }
    }
    Ok(commands)
}

/// A command without the variables that are set in front of it.
fn without_variables(command: &str) -> &str {
    match command.split_once(' ') {
        Some((first, rest)) if first.contains('=') && !first.starts_with('-') => {
            without_variables(rest)
        }
        _ => command,
    }
}

/// What is wrong with a command; `None` if it is one that some test answers for.
fn mistake(line: &str) -> Option<String> {
    if let Some(arguments) = line.strip_prefix("cargo xtask ") {
        let words = arguments.split_whitespace().map(OsString::from);
        match args::parse(words) {
            Err(error) if error.kind() != ErrorKind::DisplayHelp => return Some(error.to_string()),
            _ => {}
        }
        let task = arguments.split_whitespace().next()?;
        let known = TASKS.iter().any(|(name, ..)| *name == task) || task.starts_with('-');
        return (!known).then(|| format!("nothing is said to carry {task} out: add it to TASKS"));
    }
    let is_there = |program: &str| {
        line.strip_prefix(program).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    if !OTHERS.iter().any(|(program, ..)| is_there(program)) {
        return Some("no test is said to run it: add it to OTHERS".to_owned());
    }
    // Files of tests that are named.
    let tests = line.split_whitespace().filter(|word| word.ends_with(".test.mjs"));
    let missing = tests.filter(|name| !root().join("tests/browser").join(name).is_file());
    let missing: Vec<_> = missing.collect();
    (!missing.is_empty()).then(|| format!("{} is not there", missing.join(", ")))
}

#[test]
fn every_command_of_the_documentation_is_run_or_checked_by_a_test() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, text) in texts(&root()).unwrap() {
        match commands(&file, &text) {
            Ok(commands) => {
                count += commands.len();
                wrong.extend(commands.iter().filter_map(|Command { place, line }| {
                    Some(format!("{place}: {line}: {}", mistake(line)?))
                }));
            }
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "only {count} commands were found");
}

/// A word in a sentence is no whole command, but what there is of it must be right.
#[test]
fn every_task_and_flag_in_a_sentence_exists() {
    let mut wrong = Vec::new();
    for (file, text) in texts(&root()).unwrap() {
        for code in Document::read(&text).codes {
            let line = code.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let Some(arguments) = line.strip_prefix("cargo xtask ") else { continue };
            // As help shows it.
            let arguments = arguments.replace(['[', ']'], "");
            let words = arguments.split_whitespace().map(OsString::from);
            if let Err(error) = args::parse(words)
                && matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand)
            {
                wrong.push(format!("{file}:{}: {line}", code.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_said_to_run_commands_is_there() {
    for (_, file, words) in TASKS.iter().chain(&OTHERS) {
        let path = root().join(file);
        if words.is_empty() {
            assert!(path.exists(), "{file}");
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(words), "{file} has no {words:?}");
    }
    let names: BTreeSet<_> = TASKS.iter().map(|(name, ..)| name).collect();
    assert_eq!(names.len(), TASKS.len());
}

#[test]
fn a_wrong_command_is_found() {
    for wrong in [
        "cargo xtask sevre",
        "cargo xtask serve --prot 80",
        "cargo xtask setup --prot",
        "cargo run --bin other",
        "trainer --help",
        "make install",
        "node --test nothing.test.mjs",
    ] {
        assert!(mistake(wrong).is_some(), "{wrong}");
    }
    for right in ["cargo xtask serve --port 80", "cargo xtask help", "train --lr 1", "npm ci"] {
        assert_eq!(mistake(right), None, "{right}");
    }
}

#[test]
fn commands_stand_in_blocks_of_their_own() {
    let text = "# A\n\n    A=1 one two  # why\n    three \\\n      four && five\n\n```json\n{}\n```\n\n```sh\nsix\n```\n";
    let found = commands("a.md", text).unwrap();
    let lines: Vec<_> = found.iter().map(|found| found.line.as_str()).collect();
    assert_eq!(lines, ["one two", "three four", "five", "six"]);
    assert_eq!(found[0].place, "a.md:3");
    assert!(commands("a.md", "```\nseven\n```\n").is_err());
    let found = commands("a.md", "# A\n\n    (cd a && one)\n    two\n").unwrap();
    let lines: Vec<_> = found.iter().map(|found| found.line.as_str()).collect();
    assert_eq!(lines, ["cd a", "one", "two"]);
    assert!(commands("a.md", "# A\n\n    cd a && one\n    two\n").is_err());
}
