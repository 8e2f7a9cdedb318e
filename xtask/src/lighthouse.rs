//! `cargo xtask lighthouse`: Lighthouse's scores of the published site, as a phone on a slow line sees it.

use crate::dist::{self, DistError};
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{self, SetupError};
use crate::site::{self, SiteError};
use clap::Args;
use std::path::PathBuf;
use thiserror::Error;

/// How often, and of what.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct LighthouseOptions {
    /// How many visits the medians are of
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub runs: u32,
    /// How many times as slow as this machine's the phone's processor is; `calibrated`: by Lighthouse's benchmark of this machine
    #[arg(long, value_name = "TIMES", default_value = "4")]
    pub slowdown: String,
    /// Visit this built site instead of building one as dist does
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
}

/// Why there are no scores, or not the wanted ones.
#[derive(Debug, Error)]
pub enum LighthouseError {
    /// The site could not be built.
    #[error(transparent)]
    Dist(#[from] DistError),
    /// No browser or no Node packages.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// `--site` names no folder.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Lighthouse failed, or a score is too low.
    #[error("the scores are not what they should be; the lines above say why")]
    Scores(#[source] ProcessError),
}

/// Builds the site as `cargo xtask dist` does, serves it, visits it with Lighthouse and prints the scores; fails if the median of
/// one is below 95.
pub fn score(places: &Places, options: &LighthouseOptions) -> Result<(), LighthouseError> {
    let site = match &options.site {
        Some(path) => site::given(path)?,
        None => {
            dist::publish(places)?;
            places.dist()
        }
    };
    say::heading("Lighthouse");
    let browser = setup::for_browser_tests(places)?;
    let folder = places.root.join("tests/lighthouse");
    setup::node_packages(&folder, "Lighthouse")?;
    let mut node = process::clean("node");
    node.current_dir(&folder).env("CHROMIUM", &browser.chromium);
    node.arg("scores.mjs").arg(site).arg(options.runs.to_string()).arg(&options.slowdown);
    process::run(&mut node).map_err(LighthouseError::Scores)
}
