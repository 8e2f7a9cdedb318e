//! `cargo xtask bench`: how quick Atelier is, beside others.

mod bars;
mod browser;
mod figures;
mod memory;
mod native;
mod options;
mod plot;
mod table;
mod tools;

pub use options::BenchOptions;

use crate::places::Places;
use crate::process::ProcessError;
use crate::setup::SetupError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no comparison.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The browser or Node is missing.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A contestant did not end well.
    #[error(transparent)]
    Run(#[from] ProcessError),
    /// Nothing was built to measure.
    #[error("there is no built site in {0}: `cargo xtask build` makes it")]
    NoSite(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no place for a report.
    #[error("no temporary folder can be made")]
    Temporary(#[source] io::Error),
    /// A contestant printed something else than figures.
    #[error("what was measured is not in the form that was agreed on")]
    Content,
    /// The plot cannot be drawn.
    #[error("the plot cannot be drawn: {0}")]
    Plot(String),
}

/// Measures what was asked for.
pub fn run(places: &Places, options: &BenchOptions) -> Result<(), BenchError> {
    match options {
        BenchOptions::Browser(options) if options.memory => memory::watch(places, options),
        BenchOptions::Browser(options) => browser::compare(places, options),
        BenchOptions::Native(options) => native::compare(places, options),
    }
}
