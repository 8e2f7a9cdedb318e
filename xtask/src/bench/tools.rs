//! Prepares what a comparison in the browser needs: the site, Chromium, Node, and the peers' packages.

use super::BenchError;
use crate::places::Places;
use crate::process;
use crate::say;
use crate::setup;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the harness.
pub fn folder(places: &Places) -> PathBuf {
    places.root.join("tests/bench")
}

/// A command for a script of the harness that writes its report to `out`; the caller adds its options.
pub fn script(places: &Places, name: &str, out: &Path) -> Result<Command, BenchError> {
    let site = places.dist();
    if !site.join("data/manifest.json").is_file() {
        return Err(BenchError::NoSite(site));
    }
    let browser = setup::for_browser_tests(places)?;
    let folder = folder(places);
    setup::node_packages(&folder, "the peers' packages")?;
    let mut node = process::clean("node");
    node.current_dir(&folder).env("CHROMIUM", &browser.chromium).arg(name);
    node.arg("--site").arg(site).arg("--out").arg(out);
    Ok(node)
}

/// Reads a JSON file that the harness wrote.
pub fn read(path: &Path) -> Result<Value, BenchError> {
    let file = |source| BenchError::File { path: path.to_owned(), source };
    let text = std::fs::read(path).map_err(file)?;
    serde_json::from_slice(&text).map_err(|_| BenchError::Content)
}

/// Writes a file and its folder.
pub fn write(path: &Path, text: &str) -> Result<(), BenchError> {
    std::fs::write(path, text)
        .map_err(|source| BenchError::File { path: path.to_owned(), source })?;
    say::step(&format!("written: {}", path.display()));
    Ok(())
}

/// The current commit, and whether files differ from it.
pub fn commit(places: &Places) -> String {
    let git = |arguments: &[&str]| {
        process::capture(process::clean("git").current_dir(&places.root).args(arguments)).ok()
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
    let changed = changed.is_some_and(|files| !files.trim().is_empty());
    format!("{}{}", commit.trim(), if changed { " with changes" } else { "" })
}
