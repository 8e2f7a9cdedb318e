//! The command line.

use crate::bench::BenchOptions;
use crate::data::DataOptions;
use crate::docs::DocsOptions;
use crate::fuzz::FuzzOptions;
use crate::lighthouse::LighthouseOptions;
use crate::pictures::PicturesOptions;
use crate::release::ReleaseOptions;
use crate::scale::{CollectOptions, ScaleOptions};
use crate::serve::ServeOptions;
use crate::test::Stage;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Printed below the list of tasks.
const ENVIRONMENT: &str = "\
Environment: ATELIER_CACHE, where downloads and a wasm toolchain are kept (~/.cache/atelier);
ATELIER_TOOLCHAIN, the name of that toolchain in rustup (atelier); CHROMIUM and FIREFOX, the browsers of the tests;
ATELIER_PYTHON, the Python whose torch bench native compares with (python3).";

/// Atelier's tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = ENVIRONMENT)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// One task.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum Task {
    /// Set up what is missing, build, serve, open the page
    Serve(ServeOptions),
    /// Build the whole release site, data included, into dist/
    Build,
    /// Build the same, small and precompressed, for publishing
    Dist,
    /// Write the documentation as pages, into docs/ of the built site
    ///
    /// build and dist do so, too.
    Docs(DocsOptions),
    /// Make a release: its version, its changelog, and the published site as archives with checksums
    ///
    /// Sets the version, dates the changelog's section, builds the site as dist does, and writes
    /// atelier-VERSION-site.tar.gz, the same as .zip, and SHA256SUMS into release/. It commits nothing.
    Release(ReleaseOptions),
    /// Run every test, or only some stages
    Test {
        /// Run this stage; may be given several times
        #[arg(long, value_name = "STAGE")]
        only: Vec<Stage>,
        /// Run the browser tests' longer forms, too, fuzz for half a minute a target, and run an experiment by Slurm and GNU
        /// parallel
        #[arg(long)]
        long: bool,
    },
    /// Check the rules of CONTRIBUTING.md that no compiler checks
    Tidy,
    /// Hand random files to everything that reads files from strangers
    ///
    /// Needs a nightly compiler and cargo-fuzz. What a parser does not survive is kept in fuzz/artifacts/.
    Fuzz(FuzzOptions),
    /// Renew the pictures of places and states that the page no longer looks like
    ///
    /// Builds the site, takes every picture of tests/browser/pictures/ anew, replaces those that differ, removes those that
    /// nothing takes any more, and writes a report of what differed.
    Pictures(PicturesOptions),
    /// Measure Lighthouse's scores of the published site, as a phone on a slow line sees it
    ///
    /// Builds it as dist does, serves it as a static host does, and fails if the median of a score is below 95.
    Lighthouse(LighthouseOptions),
    /// Write Fashion-MNIST as shards into www/data/
    ///
    /// Takes the four official .gz files from DIR, else from Debian's dataset-fashion-mnist, else from an
    /// earlier download, else from upstream (or from URL, a folder with the same four files).
    Data(DataOptions),
    /// Train the tutorial's run with 9 seeds and compare with PyTorch's, into docs/
    Tutorial {
        /// Draw the runs of this folder instead of training
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
    },
    /// Compare training speed with other libraries
    #[command(subcommand)]
    Bench(BenchOptions),
    /// Run docs/scale's experiment as a job array of a real Slurm, and compare with one process
    ///
    /// Installs Debian's slurm-wlm, starts a controller and a node on 127.0.0.1, kills one task in the middle and has another
    /// started again, checks that no run is lost or doubled and that every result has the same bits, and stops it all.
    Slurm(ScaleOptions),
    /// The same by GNU parallel
    Parallel(ScaleOptions),
    /// Measure how long the results of 100,000 generated runs take to collect
    Collect(CollectOptions),
    /// Print what the worker's wasm consists of, by crate, as in docs/weight.md
    Weight,
    /// Only install what serve and build need
    Setup,
}

/// Parses the arguments after the program's name; without any, help is requested.
///
/// # Errors
///
/// If they are invalid, or if they request help; the error prints either.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, clap::Error> {
    let mut line = vec![OsString::from("cargo xtask")];
    line.extend(arguments);
    if line.len() == 1 {
        line.push("help".into());
    }
    Ok(Arguments::try_parse_from(line)?.task)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    fn parse_line(line: &str) -> Result<Task, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serving_opens_the_page_on_8080_unless_told_otherwise() {
        let plain = ServeOptions { port: 8080, no_open: false };
        assert_eq!(parse_line("serve"), Ok(Task::Serve(plain)));
        let told = ServeOptions { port: 9000, no_open: true };
        assert_eq!(parse_line("serve --port 9000 --no-open"), Ok(Task::Serve(told)));
        assert!(parse_line("serve --port 70000").is_err());
    }

    #[test]
    fn lighthouse_slows_down_as_its_profile_says_unless_told_otherwise() {
        let plain = LighthouseOptions { runs: 5, slowdown: "4".to_owned(), site: None };
        assert_eq!(parse_line("lighthouse"), Ok(Task::Lighthouse(plain)));
        let told = LighthouseOptions {
            runs: 3,
            slowdown: "calibrated".to_owned(),
            site: Some("dist".into()),
        };
        let line = "lighthouse --runs 3 --slowdown calibrated --site dist";
        assert_eq!(parse_line(line), Ok(Task::Lighthouse(told)));
    }

    #[test]
    fn data_comes_from_one_place() {
        assert_eq!(parse_line("data"), Ok(Task::Data(DataOptions::default())));
        let folder = DataOptions { from: Some("x".into()), url: None };
        assert_eq!(parse_line("data --from x"), Ok(Task::Data(folder)));
        assert!(parse_line("data --from x --url http://y").is_err());
        assert!(parse_line("data --from x --from y").is_err());
    }

    #[test]
    fn stages_can_be_picked_and_unknown_ones_are_refused() {
        let only = vec![Stage::Fmt, Stage::Native];
        assert_eq!(
            parse_line("test --only fmt --only native"),
            Ok(Task::Test { only, long: false })
        );
        assert_eq!(parse_line("test --long"), Ok(Task::Test { only: Vec::new(), long: true }));
        assert!(parse_line("test --only everything").unwrap_err().contains("clippy"));
    }

    #[test]
    fn pictures_are_renewed_unless_they_are_only_compared() {
        let renewed = PicturesOptions { check: false, site: None };
        assert_eq!(parse_line("pictures"), Ok(Task::Pictures(renewed)));
        let compared = PicturesOptions { check: true, site: Some("dist".into()) };
        assert_eq!(parse_line("pictures --check --site dist"), Ok(Task::Pictures(compared)));
    }

    #[test]
    fn fuzzing_takes_half_a_minute_a_target_unless_told_otherwise() {
        assert_eq!(parse_line("fuzz"), Ok(Task::Fuzz(FuzzOptions::default())));
        let targets = vec!["dataset_idx".to_owned()];
        let told = FuzzOptions { seconds: 300, files: 5_000_000, targets };
        let line = "fuzz --seconds 300 --files 5000000 dataset_idx";
        assert_eq!(parse_line(line), Ok(Task::Fuzz(told)));
    }

    #[test]
    fn mistakes_are_errors_and_nothing_is_help() {
        for help in ["", "help", "--help", "-h", "serve --help", "bench native -h"] {
            let error = parse(help.split_whitespace().map(OsString::from)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::DisplayHelp, "{help}");
            assert_eq!(error.exit_code(), 0);
        }
        assert!(parse_line("sevre").unwrap_err().contains("sevre"));
        assert!(parse_line("build now").is_err());
    }
}
