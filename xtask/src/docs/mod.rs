//! `cargo xtask docs`: the documentation as pages of HTML.
//!
//! Chapters are the Markdown files that `docs/SUMMARY.md` names; what they show from `docs/` comes along. The pages run no
//! script and ask nobody else for anything, so they can stand on any static host, at any path.

#[cfg(test)]
mod commands;
#[cfg(test)]
mod consistency;
pub mod links;
mod markdown;
mod render;
pub mod summary;
#[cfg(test)]
mod tests;
mod wide;

use crate::places::Places;
use crate::say;
use clap::Args;
use render::{ICON, RenderError, STYLE_SHEET};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The pages' folder within the site.
pub const FOLDER: &str = "docs";
/// Folders with Markdown of others, and with what is built.
const NOT_OURS: [&str; 6] = ["node_modules", "target", "dist", "release", "corpus", "artifacts"];
/// The look of the page.
const TOKENS: &str = include_str!("../../../www/styles/tokens.css");
const STYLES: &str = include_str!("docs.css");
const DRAWING: &str = include_str!("../../../www/icons/atelier.svg");

/// Where the pages go.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct DocsOptions {
    /// The folder to write them into [default: docs/ in the built site, dist/]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Why there are no pages.
#[derive(Debug, Error)]
pub enum DocsError {
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A chapter cannot be shown.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// Writes the pages.
pub fn make(places: &Places, options: &DocsOptions) -> Result<(), DocsError> {
    let out = options.out.clone().unwrap_or_else(|| places.dist().join(FOLDER));
    let pages = build(&places.root, &out)?;
    say::step(&format!("{pages} pages of documentation are in {}", out.display()));
    Ok(())
}

/// Writes the pages of the repository at `root` into a folder; returns how many there are.
pub fn build(root: &Path, out: &Path) -> Result<usize, DocsError> {
    let parts = summary::read(&read(&root.join(summary::SUMMARY))?);
    let mut files = BTreeSet::new();
    let mut pages = 0;
    for chapter in parts.iter().flat_map(|part| &part.chapters) {
        let text = read(&root.join(&chapter.file))?;
        let page = render::page(&parts, chapter, &text)?;
        write(&out.join(chapter.page()), page.html.as_bytes())?;
        files.extend(page.files);
        pages += 1;
    }
    for file in files {
        let from = root.join(&file);
        let bytes = fs::read(&from).map_err(failed(&from))?;
        write(&out.join(file.trim_start_matches("docs/")), &bytes)?;
    }
    write(&out.join(STYLE_SHEET), format!("{TOKENS}\n{STYLES}").as_bytes())?;
    write(&out.join(ICON), DRAWING.as_bytes())?;
    Ok(pages)
}

/// Every Markdown file of the repository, by its path from the root.
pub fn texts(root: &Path) -> Result<BTreeMap<String, String>, DocsError> {
    let mut texts = BTreeMap::new();
    collect(root, "", &mut texts)?;
    Ok(texts)
}

fn collect(
    root: &Path,
    folder: &str,
    texts: &mut BTreeMap<String, String>,
) -> Result<(), DocsError> {
    let path = root.join(folder);
    for entry in fs::read_dir(&path).map_err(failed(&path))? {
        let path = entry.map_err(failed(&path))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let is_hidden = name.starts_with('.') && name != ".github";
        if is_hidden || NOT_OURS.contains(&name) {
            continue;
        }
        let shown = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if path.is_dir() {
            collect(root, &shown, texts)?;
        } else if name.ends_with(".md") {
            texts.insert(shown, read(&path)?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, DocsError> {
    fs::read_to_string(path).map_err(failed(path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DocsError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    fs::write(path, bytes).map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> DocsError {
    let path = path.to_path_buf();
    move |source| DocsError::File { path, source }
}
