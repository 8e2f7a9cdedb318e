//! `cargo xtask pictures`: renews the pictures with which a browser test compares the page's places and states.

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{self, SetupError};
use crate::site::{self, SiteError};
use crate::test;
use clap::Args;
use std::path::PathBuf;
use thiserror::Error;

/// The test that takes the pictures.
const TEST: &str = "pictures.test.mjs";
/// Whether that test replaces what differs, or fails even if another version of the browser took the pictures.
const HOW: &str = "ATELIER_PICTURES";

/// What to do with pictures that differ.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct PicturesOptions {
    /// Only compare, and fail if a picture differs: the test itself
    #[arg(long)]
    pub check: bool,
    /// Take the pictures of this built site instead of building one
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
}

/// Why the pictures are not those of the site.
#[derive(Debug, Error)]
pub enum PicturesError {
    /// Set-up, data or build.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// No browser or no Node packages.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The test failed.
    #[error(
        "the pictures are not those of the site; the lines above say which differ, and name a report"
    )]
    Test(#[source] ProcessError),
}

/// Builds the site and compares it with its pictures; unless `check` is set, replaces those that differ and removes those
/// of states that no longer exist.
pub fn renew(places: &Places, options: &PicturesOptions) -> Result<(), PicturesError> {
    let dist = match &options.site {
        Some(path) => site::given(path)?,
        None => {
            site::build_from_scratch(places)?;
            places.dist()
        }
    };
    say::heading("Pictures");
    let browser = setup::for_browser_tests(places)?;
    let mut node = test::in_browser(process::clean("node"), places, &browser);
    let how = if options.check { "check" } else { "renew" };
    node.args(["--test", TEST]).env("ATELIER_DIST", dist).env(HOW, how);
    process::run(&mut node).map_err(PicturesError::Test)
}
