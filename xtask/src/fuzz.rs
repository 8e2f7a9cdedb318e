//! `cargo xtask fuzz`: hands random files to whatever reads files from strangers.

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, io};
use thiserror::Error;

/// Seconds for one file, after which it counts as a hang.
const MOST_SECONDS_A_FILE: u32 = 10;
/// Memory of the whole process in MB; each target checks what its parser takes by itself.
const MOST_MEMORY: u32 = 2048;

/// The largest files in bytes for parsers of archives and checkpoints; the fuzzer would stop at its largest seed.
const MOST_BYTES: u32 = 1 << 20;

/// Which targets to fuzz, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct FuzzOptions {
    /// Seconds a target
    #[arg(long, default_value_t = 30)]
    pub seconds: u64,
    /// Files a target at most; 0 for no limit
    #[arg(long, default_value_t = 0)]
    pub files: u64,
    /// Targets of fuzz/targets; all if none is given
    pub targets: Vec<String>,
}

impl Default for FuzzOptions {
    fn default() -> Self {
        Self { seconds: 30, files: 0, targets: Vec::new() }
    }
}

/// Why fuzzing failed.
#[derive(Debug, Error)]
pub enum FuzzError {
    /// No nightly compiler.
    #[error("fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal")]
    Nightly(#[source] ProcessError),
    /// No cargo-fuzz.
    #[error("fuzzing needs cargo-fuzz: cargo install cargo-fuzz --locked")]
    CargoFuzz(#[source] ProcessError),
    /// The targets or their seeds cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// An unknown target.
    #[error("there is no target {name}; there are {}", known.join(", "))]
    NoTarget {
        /// As asked for.
        name: String,
        /// All there are.
        known: Vec<String>,
    },
    /// The targets do not compile.
    #[error("the targets cannot be built")]
    Build(#[source] ProcessError),
    /// Files that a parser does not survive; what happened is printed above.
    #[error(
        "files were found that {} does not survive: they are in fuzz/artifacts; make a test of each", .0.join(", ")
    )]
    Found(Vec<String>),
}

/// Fuzzes targets one after the other.
///
/// # Errors
/// Any [`FuzzError`].
pub fn run(places: &Places, options: &FuzzOptions) -> Result<(), FuzzError> {
    let folder = places.root.join("fuzz");
    let known = targets(&folder)?;
    if let Some(name) = options.targets.iter().find(|name| !known.contains(name)) {
        return Err(FuzzError::NoTarget { name: name.clone(), known });
    }
    process::capture(nightly(&folder).args(["--version"])).map_err(FuzzError::Nightly)?;
    process::capture(nightly(&folder).args(["fuzz", "--version"])).map_err(FuzzError::CargoFuzz)?;
    // Nothing that a sanitizer could find: the parsers have no unsafe code.
    process::run(nightly(&folder).args(["fuzz", "build", "--sanitizer", "none"]))
        .map_err(FuzzError::Build)?;
    let chosen = if options.targets.is_empty() { &known } else { &options.targets };
    let mut found = Vec::new();
    for target in chosen {
        say::heading(target);
        if let Err(error) = fuzz(&folder, target, options)? {
            say::failed(&error);
            found.push(target.clone());
        }
    }
    if found.is_empty() { Ok(()) } else { Err(FuzzError::Found(found)) }
}

fn fuzz(
    folder: &Path,
    target: &str,
    options: &FuzzOptions,
) -> Result<Result<(), ProcessError>, FuzzError> {
    // What is found is added to the first; the seeds stay as they are.
    let corpus = folder.join("corpus").join(target);
    fs::create_dir_all(&corpus)
        .map_err(|source| FuzzError::Unreadable { path: corpus.clone(), source })?;
    let mut command = nightly(folder);
    command.args(["fuzz", "run", "--sanitizer", "none", target]).arg(&corpus);
    command.arg(folder.join("seeds").join(target)).arg("--");
    command.arg(format!("-max_total_time={}", options.seconds));
    command.arg(format!("-runs={}", if options.files == 0 { -1 } else { options.files as i64 }));
    command.arg(format!("-timeout={MOST_SECONDS_A_FILE}"));
    command.arg(format!("-rss_limit_mb={MOST_MEMORY}"));
    if target.starts_with("exchange_") || target.starts_with("checkpoint_") {
        command.arg(format!("-max_len={MOST_BYTES}"));
    }
    command.args(["-print_final_stats=1", "-verbosity=0"]);
    // It ends by itself; half as long again, and a minute for what is in the corpus.
    let limit = Duration::from_secs(options.seconds + options.seconds / 2 + 60);
    Ok(process::run_within(&mut command, limit))
}

/// The names of all targets, in order.
fn targets(folder: &Path) -> Result<Vec<String>, FuzzError> {
    let folder = folder.join("targets");
    let unreadable = |source| FuzzError::Unreadable { path: folder.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let name = path.file_stem().and_then(|name| name.to_str());
        names.extend(name.map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// A nightly cargo in the fuzz folder, with its own target folder: other flags would rebuild everything that is shared.
fn nightly(folder: &Path) -> Command {
    let mut command = process::clean("cargo");
    command.arg("+nightly").current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
    }

    #[test]
    fn every_target_is_in_the_manifest_and_has_seeds() {
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
        let targets = targets(&folder()).unwrap();
        assert!(targets.len() > 10);
        for target in targets {
            assert!(manifest.contains(&format!("path = \"targets/{target}.rs\"")), "{target}");
            let seeds = fs::read_dir(folder().join("seeds").join(&target));
            assert!(seeds.is_ok_and(|mut seeds| seeds.next().is_some()), "{target}");
        }
    }

    #[test]
    fn a_target_that_does_not_exist_is_named_with_those_that_do() {
        let places = Places { root: folder().join(".."), cache: PathBuf::new() };
        let options = FuzzOptions { targets: vec!["nothing".to_owned()], ..FuzzOptions::default() };
        let error = run(&places, &options).unwrap_err().to_string();
        assert!(error.contains("nothing") && error.contains("settings_link"), "{error}");
    }
}
