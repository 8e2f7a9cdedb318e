//! `cargo xtask dist`: the site for publishing, small and precompressed.

mod compress;

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{self, SetupError};
use crate::site::{self, SiteError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;
use thiserror::Error;

/// The most bytes that the page and the worker may have as brotli.
const PAGE_BUDGET: u64 = 395_000;
const WORKER_BUDGET: u64 = 3_000_000;

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
    /// A file is larger than visitors should download.
    #[error("{file} has {bytes} bytes as brotli; {budget} are the most")]
    TooLarge {
        /// The file's name.
        file: String,
        /// Its size, compressed.
        bytes: u64,
        /// The largest size allowed.
        budget: u64,
    },
}

/// Builds the site, shrinks its wasm, and writes `.br` and `.gz` next to every file that compresses well.
pub fn publish(places: &Places) -> Result<(), DistError> {
    site::build_from_scratch(places)?;
    say::heading("Smaller wasm");
    let wasm_opt = wasm_opt(places)?;
    let dist = places.dist();
    for file in files(&dist)?.iter().filter(|file| has_ending(file, "wasm")) {
        shrink(&wasm_opt, file)?;
    }
    say::heading("Compression");
    let mut too_large = None;
    for file in files(&dist)? {
        let Some(brotli) = compress::compress(&file)? else { continue };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let budget = match name.as_str() {
            name if !name.ends_with(".wasm") => continue,
            name if name.starts_with("worker") => WORKER_BUDGET,
            _ => PAGE_BUDGET,
        };
        say::step(&format!("{name}: {} bytes, {brotli} as brotli", size(&file)?));
        if brotli > budget {
            too_large = Some(DistError::TooLarge { file: name, bytes: brotli, budget });
        }
    }
    let (bytes, compressed) = totals(&dist)?;
    say::step(&format!("everything but the data: {bytes} bytes, {compressed} as brotli"));
    too_large.map_or(Ok(()), Err)
}

/// Binaryen's optimizer, installed if it is missing.
fn wasm_opt(places: &Places) -> Result<PathBuf, DistError> {
    let folder = places.root.join("xtask/node");
    setup::node_packages(&folder, "the tools of publishing")?;
    Ok(folder.join("node_modules/binaryen/bin/wasm-opt"))
}

fn shrink(wasm_opt: &Path, file: &Path) -> Result<(), DistError> {
    let (begun, before) = (Instant::now(), size(file)?);
    let smaller = file.with_extension("smaller");
    let mut node = process::clean("node");
    // Only the features that the module declares, so that browsers need no others.
    node.arg(wasm_opt).args(["-Oz", "--detect-features"]);
    // Visitors do not need names; our checks do, and they run on the plain build.
    node.args(["--strip-debug", "--strip-producers", "-o"]).arg(&smaller).arg(file);
    process::run(&mut node)?;
    std::fs::rename(&smaller, file).map_err(|source| DistError::File { path: smaller, source })?;
    let (after, took) = (size(file)?, say::took(begun.elapsed()));
    say::step(&format!("{}: {before} bytes, now {after} ({took})", file.display()));
    Ok(())
}

/// Bytes of everything but the data: plain, and as brotli where there is a brotli copy.
fn totals(dist: &Path) -> Result<(u64, u64), DistError> {
    let mut totals = (0, 0);
    for file in files(dist)? {
        let is_copy = has_ending(&file, "br") || has_ending(&file, "gz");
        if is_copy || file.starts_with(dist.join("data")) {
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
