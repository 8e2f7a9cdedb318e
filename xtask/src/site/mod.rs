//! `cargo xtask build`: builds the whole site in `dist/`.

mod finish;
mod offline;
pub mod policy;
mod styles;
mod wasm_sections;

pub use finish::{FinishError, finish};
pub use wasm_sections::without_names;

use crate::data::{self, DataError};
use crate::docs::{self, DocsError};
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{self, SetupError, Tools};
use std::path::{Path, PathBuf};
use std::process::Command;
use thiserror::Error;

/// Why the site could not be built.
#[derive(Debug, Error)]
pub enum SiteError {
    /// The set-up failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The data is missing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Trunk failed.
    #[error("the site could not be built; what was in dist/ before is still there")]
    Build(#[source] ProcessError),
    /// What Trunk built could not be finished.
    #[error(transparent)]
    Finish(#[from] FinishError),
    /// What is given as a built site is no folder.
    #[error("{path} is not a built site")]
    NoSite {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no documentation.
    #[error("the documentation has no pages")]
    Docs(#[from] DocsError),
}

/// The whole path of a built site that an option names, for programs that run in another folder.
pub fn given(path: &Path) -> Result<PathBuf, SiteError> {
    path.canonicalize().map_err(|source| SiteError::NoSite { path: path.to_owned(), source })
}

/// Whether comments and spaces of scripts, style sheets and the document are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Minify {
    /// As they are written, for whoever looks into them.
    No,
    /// For publishing.
    Yes,
}

/// Sets up, makes the shards if there are none, and builds; the site is complete.
pub fn build_from_scratch(places: &Places) -> Result<(), SiteError> {
    prepare(places, Minify::No)?;
    finish_in(places)?;
    say::step(&format!("the site is in {}, for any static server", places.dist().display()));
    Ok(())
}

/// Sets up, makes the shards if there are none, and builds what [`finish`] then completes.
pub fn prepare(places: &Places, minify: Minify) -> Result<(), SiteError> {
    let tools = setup::for_site(places)?;
    say::heading("Data");
    data::make_if_missing(places)?;
    say::heading("Site");
    run_trunk(&tools, minify)
}

/// Builds the complete site, for which everything is set up.
pub fn build(places: &Places, tools: &Tools) -> Result<(), SiteError> {
    run_trunk(tools, Minify::No)?;
    finish_in(places)
}

fn finish_in(places: &Places) -> Result<(), SiteError> {
    let build = finish(&places.dist())?;
    say::step(&format!("this build is {build}"));
    // Afterwards: the documentation is no part of what visitors keep for use without a network.
    docs::build(&places.root, &places.dist().join(docs::FOLDER))?;
    Ok(())
}

fn run_trunk(tools: &Tools, minify: Minify) -> Result<(), SiteError> {
    let mut trunk = trunk(tools, "build");
    trunk.arg("--release");
    if minify == Minify::Yes {
        trunk.arg("--minify");
    }
    process::run(&mut trunk).map_err(SiteError::Build)
}

/// Trunk, on whose behaviour in CI and without colour we have no wishes.
pub fn trunk(tools: &Tools, task: &str) -> Command {
    let mut command = tools.command("trunk");
    // Trunk parses NO_COLOR as a boolean and rejects NO_COLOR=1, which other programs use.
    command.env_remove("NO_COLOR");
    command.arg(task);
    command
}
