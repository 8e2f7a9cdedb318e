//! Experiments past one machine, really run: what `docs/scale.md` says of Slurm and GNU parallel is checked here.

mod collect;
#[cfg(test)]
mod kubernetes;
mod parallel;
mod results;
mod slurm;
mod trial;

pub use collect::{CollectOptions, run as collect};
pub use parallel::run as by_parallel;
pub use slurm::run as by_slurm;

use crate::data::DataError;
use crate::process::ProcessError;
use crate::setup::apt::AptError;
use atelier::experiment::Mistake;
use results::Difference;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// What an experiment is run with.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct ScaleOptions {
    /// Use this trainer instead of building one
    #[arg(long, value_name = "PROGRAM")]
    pub train: Option<PathBuf>,
}

/// Why an experiment did not come out as it does on one machine.
#[derive(Debug, Error)]
pub enum ScaleError {
    /// What runs the shares cannot be installed.
    #[error(transparent)]
    Install(#[from] AptError),
    /// There is no data set.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A program failed.
    #[error(transparent)]
    Run(#[from] ProcessError),
    /// Cargo does not say where it built the trainer.
    #[error("cargo does not say where it built the trainer")]
    NoProgram,
    /// A file or folder cannot be read or written.
    #[error("{path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no temporary folder.
    #[error("a temporary folder cannot be created")]
    Temporary(#[source] io::Error),
    /// The experiment that is generated is none.
    #[error("the generated experiment is not valid: {0:?}")]
    Experiment(Vec<Mistake>),
    /// No port is free on the loopback address.
    #[error("no port is free on 127.0.0.1")]
    Ports(#[source] io::Error),
    /// A daemon ended by itself.
    #[error("{name} has ended; its last lines:{log}")]
    DaemonEnded {
        /// Its name.
        name: &'static str,
        /// What it wrote last.
        log: String,
    },
    /// Something did not happen in time.
    #[error("after {} s, {what}; the controller's last lines:{log}", limit.as_secs())]
    TooLong {
        /// What has not happened.
        what: &'static str,
        /// The time limit.
        limit: Duration,
        /// What the controller wrote last.
        log: String,
    },
    /// A task did not end well.
    #[error("task {task} is {state} with the exit code {exit}; it wrote:{wrote}")]
    Task {
        /// Its number, such as `1_2`.
        task: String,
        /// The controller's word for it.
        state: String,
        /// Its exit code and signal.
        exit: String,
        /// What it wrote.
        wrote: String,
    },
    /// A share was over before it could be killed, so that nothing was tried.
    #[error("share {0} was over before it could be killed: the experiment is too small")]
    TooFast(usize),
    /// A share's program was not waited for when its time was up.
    #[error("share {0} was started again without saving what was under way")]
    NotSaved(usize),
    /// A share was started again more or less often than it should have been.
    #[error("share {share} was started again {restarts} times")]
    Restarts {
        /// The share, counted from 1.
        share: usize,
        /// How often.
        restarts: u32,
    },
    /// The results are not those of one machine.
    #[error("the results differ from those of one process: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Differ(Vec<Difference>),
}
