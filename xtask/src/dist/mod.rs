//! `cargo xtask dist`: the site for publishing, small and precompressed.

mod compress;

use crate::docs;
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{self, SetupError};
use crate::site::{self, Minify, SiteError};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;
use thiserror::Error;

/// The most bytes that a first visit may fetch as brotli before the page is there: its wasm, scripts and style sheets, in
/// all languages.
const PAGE_BUDGET: u64 = 510_000;
/// The most bytes that the worker's wasm may have as brotli.
const WORKER_BUDGET: u64 = 3_000_000;

/// The most bytes that the wasm of the worker for files may have as brotli: archives, pictures, PyTorch's files and code,
/// experiments, in one program.
const FILES_BUDGET: u64 = 430_000;

/// The most bytes that the part of the page that looks into networks may have as brotli, with its scripts and style sheet: it
/// draws the figures of experiments, too, and looks into networks of one's own classes.
const INSIGHT_BUDGET: u64 = 625_000;

/// The most bytes that the wasm of its worker may have as brotli. Of these, t-SNE by a crate that brings a thread pool along
/// takes some 40 KB.
const INSIGHT_WORKER_BUDGET: u64 = 270_000;

/// The most bytes that the part of the page with the lesson may have as brotli, with its scripts and style sheet.
const LESSON_BUDGET: u64 = 360_000;

/// What makes wasm small. The page's functions are many and alike, since each component has its own.
const PAGE_PASSES: &[&str] = &["-Oz", "--merge-similar-functions", "-Oz"];
const WORKER_PASSES: &[&str] = &["-Oz"];

/// Why there is nothing to publish.
#[derive(Debug, Error)]
pub enum DistError {
    /// The site could not be built.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// wasm-opt cannot be installed.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// wasm-opt failed.
    #[error("a wasm file could not be made smaller")]
    Tool(#[from] ProcessError),
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Something is larger than visitors should download.
    #[error("{what} has {bytes} bytes as brotli; {budget} are the most")]
    TooLarge {
        /// The page or the worker.
        what: &'static str,
        /// Its size, compressed.
        bytes: u64,
        /// The largest size allowed.
        budget: u64,
    },
}

/// Builds the site, shrinks its wasm, finishes it, and writes `.br` and `.gz` next to every text that compresses well.
pub fn publish(places: &Places) -> Result<(), DistError> {
    site::prepare(places, Minify::Yes)?;
    say::heading("Smaller wasm");
    let wasm_opt = wasm_opt(places)?;
    let dist = places.dist();
    let mut sizes = BTreeMap::<Program, u64>::new();
    for file in files(&dist)?.iter().filter(|file| has_ending(file, "wasm")) {
        let program = program_of(file);
        let is_page = program.is_drawn();
        let passes = if is_page { PAGE_PASSES } else { WORKER_PASSES };
        shrink(&wasm_opt, file, passes)?;
        // Only a measure that stays comparable: visitors get gzip, which every browser can unpack by itself.
        let brotli = compress::brotli_size(file)?;
        say::step(&format!("{}: {brotli} bytes as brotli", file.display()));
        *sizes.entry(program).or_default() += brotli;
    }
    say::heading("Compression");
    let build = site::finish(&dist).map_err(SiteError::from)?;
    say::step(&format!("this build is {build}"));
    let pages = dist.join(docs::FOLDER);
    docs::build(&places.root, &pages).map_err(SiteError::from)?;
    for file in files(&dist)? {
        let Some(brotli) = compress::compress(&file)? else { continue };
        if file.starts_with(&pages) {
            continue;
        }
        let program = program_of(&file);
        let is_needed = program.is_drawn() && !is_fetched_afterwards(&file);
        if ["js", "css"].iter().any(|ending| has_ending(&file, ending)) && is_needed {
            *sizes.entry(program).or_default() += brotli;
        }
    }
    let (bytes, compressed) = totals(&dist)?;
    say::step(&format!(
        "everything but data and documentation: {bytes} bytes, {compressed} with brotli copies"
    ));
    for (program, bytes) in &sizes {
        say::step(&format!("{}: {bytes} as brotli", program.what().0));
    }
    sizes.iter().try_for_each(|(program, &bytes)| {
        let (what, budget) = program.what();
        within(what, bytes, budget)
    })
}

const fn within(what: &'static str, bytes: u64, budget: u64) -> Result<(), DistError> {
    if bytes > budget { Err(DistError::TooLarge { what, bytes, budget }) } else { Ok(()) }
}

/// Whether the page fetches this file once it is there (`www/first-view.js`), or never (`www/delete.html`).
fn is_fetched_afterwards(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    ["offline", "service-worker", "delete"].iter().any(|start| name.starts_with(start))
}

/// A program in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Program {
    Page,
    Worker,
    Files,
    Insight,
    InsightWorker,
    Lesson,
}

impl Program {
    /// Whether it is the page or a part of it, and no worker.
    const fn is_drawn(self) -> bool {
        matches!(self, Self::Page | Self::Insight | Self::Lesson)
    }

    /// What is measured of it, and how many bytes it may have.
    const fn what(self) -> (&'static str, u64) {
        match self {
            Self::Page => ("the page with its scripts and style sheets", PAGE_BUDGET),
            Self::Worker => ("the worker's wasm", WORKER_BUDGET),
            Self::Files => ("the wasm of the worker for files", FILES_BUDGET),
            Self::Insight => ("the page's part for insight with its style sheet", INSIGHT_BUDGET),
            Self::Lesson => ("the page's part with the lesson and its style sheet", LESSON_BUDGET),
            Self::InsightWorker => ("the wasm of the worker for insight", INSIGHT_WORKER_BUDGET),
        }
    }
}

/// Whose file it is.
fn program_of(file: &Path) -> Program {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("worker") {
        Program::Worker
    } else if name.starts_with("files") {
        Program::Files
    } else if name.starts_with("insight_worker") {
        Program::InsightWorker
    } else if name.starts_with("insight") {
        Program::Insight
    } else if name.starts_with("lesson") {
        Program::Lesson
    } else {
        Program::Page
    }
}

/// Binaryen's optimizer, installed if it is missing.
fn wasm_opt(places: &Places) -> Result<PathBuf, DistError> {
    let folder = places.root.join("xtask/node");
    setup::node_packages(&folder, "the tools of publishing")?;
    Ok(folder.join("node_modules/binaryen/bin/wasm-opt"))
}

fn shrink(wasm_opt: &Path, file: &Path, passes: &[&str]) -> Result<(), DistError> {
    let (begun, before) = (Instant::now(), size(file)?);
    let smaller = file.with_extension("smaller");
    let mut node = process::clean("node");
    // Only the features that the module declares, so that browsers need no others.
    node.arg(wasm_opt).args(passes).arg("--detect-features");
    // Visitors do not need names; our checks do, and they run on the plain build.
    node.args(["--strip-debug", "--strip-producers", "-o"]).arg(&smaller).arg(file);
    process::run(&mut node)?;
    std::fs::rename(&smaller, file).map_err(|source| DistError::File { path: smaller, source })?;
    let (after, took) = (size(file)?, say::took(begun.elapsed()));
    say::step(&format!("{}: {before} bytes, now {after} ({took})", file.display()));
    Ok(())
}

/// Bytes of everything but the data and the documentation: plain, and as brotli where there is a brotli copy.
fn totals(dist: &Path) -> Result<(u64, u64), DistError> {
    let mut totals = (0, 0);
    for file in files(dist)? {
        let is_copy = has_ending(&file, "br") || file.with_extension("br").exists();
        let is_other =
            ["data", docs::FOLDER].iter().any(|folder| file.starts_with(dist.join(folder)));
        if is_copy || is_other {
            continue;
        }
        let bytes = size(&file)?;
        totals.0 += bytes;
        totals.1 += size(&compress::beside(&file, "br")).unwrap_or(bytes);
    }
    Ok(totals)
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|found| found == ending)
}

fn size(file: &Path) -> Result<u64, DistError> {
    let found = file.metadata().map(|file| file.len());
    found.map_err(|source| DistError::File { path: file.to_owned(), source })
}

/// Every file below a folder, sorted by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, DistError> {
    let failed = |source| DistError::File { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
