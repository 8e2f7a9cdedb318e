//! `cargo xtask tidy`: checks rules that no compiler checks, each with its reason in `CONTRIBUTING.md`.
//!
//! | rule | module |
//! |---|---|
//! | rooms import only what `ARCHITECTURE.md` allows | [`imports`] |
//! | the table of `ARCHITECTURE.md` names every room, and no other | [`rooms`] |
//! | a file has at most 400 lines, or a reason | [`length`] |
//! | every type says what it is | [`docs`] |
//! | `unsafe` stands in two files | [`unsafe_code`] |
//! | packages of npm and Python have exact versions, and run nothing when installed | [`packages`] |
//! | whatever repeats the page's policy has the same | [`policy`] |
//! | every link of a Markdown file leads somewhere, and every file of `docs/` is a chapter | [`crate::docs`] |
//!
//! Rules see a file's tokens ([`lexer`], [`source`]) without its tests ([`test_files`]).

mod docs;
mod imports;
mod length;
mod lexer;
mod packages;
mod policy;
mod rooms;
mod source;
mod test_files;
#[cfg(test)]
mod tests;
mod unsafe_code;

use crate::docs::links::{self, DeadLink};
use crate::docs::{DocsError, summary, texts};
use crate::places::Places;
use crate::say;
use source::SourceFile;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Folders with our Rust code.
const FOLDERS: [&str; 4] = ["src", "xtask/src", "tests", "fuzz"];
/// Folders with code of others or generated files.
const NOT_OURS: [&str; 5] = ["node_modules", "target", "fixtures", "corpus", "artifacts"];

/// Why the repository is not tidy.
#[derive(Debug, Error)]
pub enum TidyError {
    /// A file or folder cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A Markdown file cannot be read.
    #[error(transparent)]
    Docs(#[from] DocsError),
    /// This many rules are broken; the places are printed above.
    #[error("rules broken: {0}")]
    Untidy(usize),
}

/// A section of `CONTRIBUTING.md` that gives the reason for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Arrows,
    Length,
    Docs,
    Unsafe,
    Packages,
    Policy,
    Links,
}

impl Reason {
    /// The section's heading.
    fn section(self) -> &'static str {
        match self {
            Self::Arrows => "Arrows between rooms",
            Self::Length => "File length",
            Self::Docs => "Docs",
            Self::Unsafe => "Unsafe code",
            Self::Packages => "Dependencies",
            Self::Policy => "One policy",
            Self::Links => "Documentation",
        }
    }

    /// The section's anchor, as GitHub generates it.
    fn anchor(self) -> String {
        self.section().to_lowercase().replace(' ', "-")
    }
}

/// A place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
struct Failure {
    /// The file, from the repository's root, with `/` on every system.
    file: String,
    /// The line, counted from 1.
    line: usize,
    /// What is wrong.
    what: String,
    /// The section with the reason for the rule.
    reason: Reason,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, reason } = self;
        let (section, anchor) = (reason.section(), reason.anchor());
        writeln!(f, "{file}:{line}: {what}")?;
        write!(f, "    see CONTRIBUTING.md, section \"{section}\" (CONTRIBUTING.md#{anchor})")
    }
}

/// Prints every place where a rule is broken.
///
/// # Errors
///
/// If there is such a place, or if a file cannot be read.
pub fn check(places: &Places) -> Result<(), TidyError> {
    let mut failures = failures(&places.root)?;
    failures.extend(policy::check(|name| read(&places.root.join(name)))?);
    failures.extend(documentation(&places.root)?);
    for failure in &failures {
        say::finding(failure);
    }
    match failures.len() {
        0 => Ok(()),
        count => Err(TidyError::Untidy(count)),
    }
}

/// Links that lead nowhere, and files of the documentation that no reader would find.
fn documentation(root: &Path) -> Result<Vec<Failure>, TidyError> {
    let texts = texts(root)?;
    let dead = links::check(root, &texts).into_iter();
    let mut failures: Vec<_> = dead
        .map(|DeadLink { file, line, what }| Failure { file, line, what, reason: Reason::Links })
        .collect();
    let parts = summary::read(texts.get(summary::SUMMARY).map_or("", String::as_str));
    let files: Vec<_> = texts.into_keys().collect();
    failures.extend(summary::unlisted(&parts, &files).into_iter().map(|file| Failure {
        what: format!("{} does not name it", summary::SUMMARY),
        file,
        line: 1,
        reason: Reason::Links,
    }));
    Ok(failures)
}

/// Every broken rule of the repository at `root`, by file and line.
fn failures(root: &Path) -> Result<Vec<Failure>, TidyError> {
    let mut texts = Vec::new();
    for folder in FOLDERS {
        let path = root.join(folder);
        if path.is_dir() {
            collect(&path, folder, &mut texts)?;
        }
    }
    let mut files: Vec<SourceFile<'_>> =
        texts.iter().map(|(path, text)| SourceFile::read(path, text)).collect();
    test_files::leave_out(&mut files);
    let architecture = read(&root.join(rooms::ARCHITECTURE))?;
    let mut failures = Vec::new();
    match rooms::Table::read(&architecture) {
        Some(table) => {
            failures.extend(table.check(&files));
            failures.extend(files.iter().flat_map(|file| imports::check(file, &table)));
        }
        None => failures.push(rooms::no_table()),
    }
    failures.extend(files.iter().filter_map(length::check));
    failures.extend(files.iter().flat_map(docs::check));
    failures.extend(files.iter().flat_map(unsafe_code::check));
    failures.extend(packages::check(root)?);
    failures.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(failures)
}

/// Adds the path from the root and the text of every Rust file in `folder`.
fn collect(folder: &Path, shown: &str, texts: &mut Vec<(String, String)>) -> Result<(), TidyError> {
    let unreadable = |source| TidyError::Unreadable { path: folder.to_path_buf(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let shown = format!("{shown}/{name}");
        if path.is_dir() {
            if !NOT_OURS.contains(&name) {
                collect(&path, &shown, texts)?;
            }
        } else if name.ends_with(".rs") {
            texts.push((shown, read(&path)?));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, TidyError> {
    let unreadable = |source| TidyError::Unreadable { path: path.to_path_buf(), source };
    fs::read_to_string(path).map_err(unreadable)
}
