//! The terminal's trainer: the same core as in the browser, with flags in place of the form and files in
//! place of the library.
//!
//! Results (epochs, losses) go to standard output, everything else to standard error. Exit codes: 0 the
//! run ended, 1 it could not start or continue, 2 a flag or an input file is wrong, 3 it diverged, 4 runs of an
//! experiment are missing where its results are gathered, 130 it was interrupted and saved.

mod arguments;
mod bench;
mod clock;
mod curves;
mod data;
#[cfg(test)]
mod documentation_tests;
mod error;
mod files;
mod kept;
mod orientation;
mod pictures;
mod run;
mod share;
mod sources;
mod sweep;
mod words;

pub use data::{Loaded, load, load_dataset};
pub use error::{FlagMistake, TerminalError};

use std::process::ExitCode;

use crate::text;
use arguments::Task;

/// The longest message of a failure, in characters; a driver may have much to say.
const MOST_SHOWN: usize = 10_000;

/// How a run ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Ended,
    Interrupted,
    /// Runs are missing from the results that were gathered.
    Incomplete,
}

/// Does what the command line asks.
#[must_use]
pub fn main() -> ExitCode {
    let done = arguments::parse().and_then(|task| match task {
        Task::Train(options) => pollster::block_on(run::run(*options)),
        Task::Bench(options) => pollster::block_on(bench::run(options)),
        Task::Sweep(task) => sweep::run(task),
    });
    match done {
        Ok(Outcome::Ended) => ExitCode::SUCCESS,
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Ok(Outcome::Incomplete) => ExitCode::from(4),
        Err(error) => {
            // It may quote a file, and a terminal takes some characters for orders.
            eprintln!("{}", text::lines(&words::failure(&error), MOST_SHOWN));
            ExitCode::from(error.exit_code())
        }
    }
}
