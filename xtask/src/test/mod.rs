//! `cargo xtask test`: runs every test and shows the time of each stage.

mod report;
mod stage;
mod supply;
mod wasm_check;
pub mod wasm_module;
mod workflows;

pub use stage::Stage;

use crate::data;
use crate::fuzz;
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::scale::{self, ScaleError, ScaleOptions};
use crate::setup::{self, Browser, Needs, SetupError, Tools, cargo};
use crate::site;
use crate::tidy;
use report::{Report, Verdict};
use std::path::PathBuf;
use std::process::Command;
use thiserror::Error;
use wasm_check::WasmCheckError;

const WASM: [&str; 3] = ["--target", "wasm32-unknown-unknown", "--no-default-features"];

/// Why the tests did not pass.
#[derive(Debug, Error)]
pub enum TestError {
    /// Some stages failed; their errors are printed above.
    #[error("failed: {0}")]
    Failed(String),
}

/// Why one stage did not pass.
#[derive(Debug, Error)]
pub enum StageError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Wasm(#[from] WasmCheckError),
    #[error("`cargo metadata` does not name the target folder")]
    NoTargetFolder,
    #[error("the workflows cannot be read")]
    Workflows(#[source] std::io::Error),
    #[error("there are no browser tests in {0}")]
    NoBrowserTests(PathBuf),
}

/// Runs these stages, or all if empty, and with `long` the browser tests' longer forms, fuzzing, Slurm and GNU parallel, too; a stage that fails does not prevent independent ones from running.
pub fn run(places: &Places, only: &[Stage], long: bool) -> Result<(), TestError> {
    let wanted = |stage| only.is_empty() || only.contains(&stage);
    let mut report = Report::default();
    if wanted(Stage::Tidy) {
        report.stage("tidy", || tidy::check(places));
    }
    if only != [Stage::Tidy] {
        run_with_tools(places, wanted, long, &mut report);
    }
    report.print();
    report.failed().map_or(Ok(()), |stages| Err(TestError::Failed(stages)))
}

/// Runs those stages that need more than the repository; none of them if the set-up fails.
fn run_with_tools(
    places: &Places,
    wanted: impl Fn(Stage) -> bool,
    long: bool,
    report: &mut Report,
) {
    let wants_site = wanted(Stage::Site) || wanted(Stage::Browser);
    let needs = Needs { site: wants_site, deny: wanted(Stage::Supply) };
    let set_up = || setup::for_tests(places, needs);
    let Some(tools) = report.stage_that_gives("set-up", set_up) else { return };
    if wanted(Stage::Fmt) {
        report.stage("formatting", || format(&tools));
    }
    if wanted(Stage::Clippy) {
        report.stage("clippy, native", || clippy(&tools, &["--workspace", "--all-targets"]));
        // The programs of one feature are built with the same features, so that they share the library.
        let programs = [
            ("page", "page", &["page", "insight", "lesson"][..]),
            ("worker", "worker", &["worker"]),
            ("files", "files-worker,insight-worker", &["files", "insight_worker"]),
        ];
        for (name, features, programs) in programs {
            let mut arguments = [&WASM[..], &["--features", features, "--lib"]].concat();
            arguments.extend(programs.iter().flat_map(|program| ["--bin", program]));
            report.stage(&format!("clippy, {name}"), || clippy(&tools, &arguments));
        }
    }
    if wanted(Stage::Workflows) {
        report.stage("workflows", || workflows::check(places));
    }
    if wanted(Stage::Docs) {
        report.stage("rustdoc", || rustdoc(&tools));
    }
    if wanted(Stage::Supply) {
        report.stage("supply", || supply::check(&tools));
        report.stage_or_skip("advisories", || supply::check_advisories(&tools));
    }
    let has_data = (wanted(Stage::Native) || wants_site)
        && report.stage("data", || data::make_if_missing(places));
    if wanted(Stage::Native) {
        report.stage("native tests", || native_tests(places, &tools));
    }
    if long && wanted(Stage::Native) {
        report.stage("fuzzing", || fuzz::run(places, &fuzz::FuzzOptions::default()));
        report
            .stage_or_skip("Slurm", || or_skip(scale::by_slurm(places, &ScaleOptions::default())));
        let parallel = || or_skip(scale::by_parallel(places, &ScaleOptions::default()));
        report.stage_or_skip("GNU parallel", parallel);
    }
    if wants_site {
        let is_built = report.after(has_data, "site", || site::build(places, &tools));
        report.after(is_built, "names in the wasm", || names_in_wasm(&tools));
        if wanted(Stage::Browser) {
            report.after(is_built, "browser tests", || browser_tests(places, &tools, long));
        }
    }
}

/// What runs an experiment's shares is a package of Debian's, so this can be done there only.
fn or_skip(outcome: Result<(), ScaleError>) -> Result<Verdict, ScaleError> {
    match outcome {
        Ok(()) => Ok(Verdict::Passed),
        Err(ScaleError::Install(why)) => Ok(Verdict::Skipped(why.to_string())),
        Err(error) => Err(error),
    }
}

fn format(tools: &Tools) -> Result<(), StageError> {
    process::run(cargo(tools).args(["fmt", "--all", "--check"]))?;
    // A workspace of its own.
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
    Ok(process::run(cargo(tools).args(fuzz))?)
}

fn clippy(tools: &Tools, arguments: &[&str]) -> Result<(), StageError> {
    let mut command = cargo(tools);
    command.args(["clippy", "--locked"]).args(arguments).args(["--", "-D", "warnings"]);
    Ok(process::run(&mut command)?)
}

/// The library's documentation, of plain data alone and with all that is native. Its examples run with the native tests.
fn rustdoc(tools: &Tools) -> Result<(), StageError> {
    for features in [&["--no-default-features"][..], &[]] {
        let mut doc = cargo(tools);
        doc.args(["doc", "--locked", "--no-deps", "--lib", "--package", "atelier"]).args(features);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        process::run(&mut doc)?;
    }
    Ok(())
}

fn native_tests(places: &Places, tools: &Tools) -> Result<(), StageError> {
    // One package at a time: together, xtask's dependencies would enable further features of shared
    // crates, and all of Burn would be built a second time, besides what `cargo test` builds.
    let mut tests = cargo(tools);
    tests.args(["test", "--locked", "--no-fail-fast", "--package", "atelier"]);
    let python = setup::python_for_tests(places);
    if let Some(python) = &python {
        tests.env("ATELIER_PYTHON", python);
    }
    process::run(&mut tests)?;
    for package in ["photographs", "xtask"] {
        let mut tests = cargo(tools);
        tests.args(["test", "--locked", "--no-fail-fast", "--package", package]);
        if let Some(python) = &python {
            tests.env("ATELIER_PYTHON", python);
        }
        process::run(&mut tests)?;
    }
    // What the page computes (curves, formats, the drawing) can be tested without a browser, and so can t-SNE.
    let features = "page,neighbours";
    let mut page = cargo(tools);
    page.args(["test", "--locked", "--no-default-features", "--features", features, "--lib"]);
    // They run for seconds, so our own package takes longer to optimize than to run as it is.
    page.env("CARGO_PROFILE_DEV_OPT_LEVEL", "0");
    Ok(process::run(&mut page)?)
}

/// Inspects the linker's output, since the names may be stripped in `dist/`.
fn names_in_wasm(tools: &Tools) -> Result<(), StageError> {
    // Each has its own Cargo profile.
    let folder = target_folder(tools)?.join("wasm32-unknown-unknown");
    let small = ["page", "files", "insight", "insight_worker", "lesson"]
        .map(|program| (program, folder.join(format!("page/{program}.wasm"))));
    for line in wasm_check::check(&small, &folder.join("release/worker.wasm"))? {
        say::step(&line);
    }
    Ok(())
}

/// Where cargo builds.
pub fn target_folder(tools: &Tools) -> Result<PathBuf, StageError> {
    let mut ask = cargo(tools);
    ask.args(["metadata", "--no-deps", "--format-version", "1"]);
    let answer: serde_json::Value = serde_json::from_str(&process::capture(&mut ask)?)
        .map_err(|_| StageError::NoTargetFolder)?;
    answer["target_directory"].as_str().map(PathBuf::from).ok_or(StageError::NoTargetFolder)
}

fn browser_tests(places: &Places, tools: &Tools, long: bool) -> Result<(), StageError> {
    let folder = places.browser_tests();
    if !folder.join("package.json").is_file() {
        return Err(StageError::NoBrowserTests(folder));
    }
    let browser = setup::for_browser_tests(places)?;
    let mut tests = in_browser(tools.command("node"), places, &browser);
    tests.env("FIREFOX", setup::firefox()?).arg("all.mjs");
    if long {
        tests.env("ATELIER_LONG", "1");
    }
    Ok(process::run(&mut tests)?)
}

/// Makes a command that starts Node one that tests the built site in the browser; what to run is added as arguments.
pub fn in_browser(mut node: Command, places: &Places, browser: &Browser) -> Command {
    node.current_dir(places.browser_tests());
    node.env("ATELIER_DIST", places.dist()).env("CHROMIUM", &browser.chromium);
    node
}
