//! `cargo xtask bench`: compares Atelier's speed with other libraries.

mod bars;
mod browser;
mod figures;
mod memory;
mod native;
mod options;
mod plot;
mod table;
mod tools;
mod workers;

pub use options::BenchOptions;

use crate::places::Places;
use crate::process::ProcessError;
use crate::setup::SetupError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why no comparison could be made.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The browser or Node is missing.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A contestant failed.
    #[error(transparent)]
    Run(#[from] ProcessError),
    /// The site has not been built.
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
    /// There is no folder for the report.
    #[error("a temporary folder cannot be created")]
    Temporary(#[source] io::Error),
    /// A contestant's output is not in the expected format.
    #[error("the measurements are not in the expected format")]
    Content,
    /// The plot cannot be drawn.
    #[error("the plot cannot be drawn: {0}")]
    Plot(String),
}

/// Runs the requested comparison.
pub fn run(places: &Places, options: &BenchOptions) -> Result<(), BenchError> {
    match options {
        BenchOptions::Browser(options) if options.memory => memory::watch(places, options),
        BenchOptions::Browser(options) if !options.workers.is_empty() => {
            workers::compare(places, options)
        }
        BenchOptions::Browser(options) => browser::compare(places, options),
        BenchOptions::Native(options) => native::compare(places, options),
    }
}
