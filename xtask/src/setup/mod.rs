//! Installing what is missing, each thing with its reason, and remembering which compiler to use.

pub mod apt;
mod browser;
mod cargo_tools;
mod linked;
mod lockfile;
mod python;
mod wasm_target;

pub use browser::{Browser, node_packages};
pub use cargo_tools::cargo;

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use std::path::PathBuf;
use std::process::Command;
use thiserror::Error;

/// Why the set-up could not be finished. What it installed up to then stays.
#[derive(Debug, Error)]
pub enum SetupError {
    /// No way to a compiler for WebAssembly.
    #[error(transparent)]
    Wasm(#[from] wasm_target::WasmError),
    /// `Cargo.lock` does not tell which wasm-bindgen is needed.
    #[error(transparent)]
    Lockfile(#[from] lockfile::LockfileError),
    /// A program that `cargo install` makes could not be made.
    #[error(
        "{program} {version} is needed and could not be installed; when the cause is gone, this does \
         it by hand: cargo install {program} --version {version}"
    )]
    Tool {
        /// The package.
        program: &'static str,
        /// The version needed.
        version: String,
        /// What went wrong.
        source: ProcessError,
    },
    /// clippy or rustfmt is missing.
    #[error(
        "the tests need clippy and rustfmt: `rustup component add clippy rustfmt` did not work here"
    )]
    Components(#[source] ProcessError),
    /// No Chromium.
    #[error(
        "the browser tests need Chromium: install it, or set CHROMIUM to the path of Chromium or Chrome"
    )]
    Chromium(#[source] Option<apt::AptError>),
    /// `CHROMIUM` names no program.
    #[error("CHROMIUM is set to {0}, and there is no such file")]
    NoSuchChromium(PathBuf),
    /// No Node.
    #[error("the browser tests need Node 20 or newer with npm: `{0}` is not on PATH")]
    Node(&'static str),
    /// The tests' Node packages could not be installed.
    #[error("the browser tests' Node packages could not be installed in {folder}")]
    NodePackages {
        /// Where.
        folder: PathBuf,
        /// What went wrong.
        source: ProcessError,
    },
}

/// Everything that builds the site, ready for use.
#[derive(Clone, Debug)]
pub struct Tools {
    root: PathBuf,
    /// The rustup toolchain that has a standard library for wasm; none where rustup is not used.
    toolchain: Option<String>,
}

impl Tools {
    /// A command in the repository's root with the compiler that was chosen.
    pub fn command(&self, program: &str) -> Command {
        let mut command = process::clean(program);
        command.current_dir(&self.root);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }
}

/// What `serve` and `build` need. Afterwards a plain `trunk serve` in the repository works as well.
pub fn for_site(places: &Places) -> Result<Tools, SetupError> {
    say::heading("Set-up");
    let choice = wasm_target::choose(places)?;
    choice.keep_for(&places.root)?;
    let tools = Tools { root: places.root.clone(), toolchain: choice.toolchain() };
    cargo_tools::install_for_site(places, choice.base())?;
    Ok(tools)
}

/// What formatting, clippy, the native tests and, if asked for, the site's build need; the user's rustup settings
/// for this folder are left as they are.
pub fn for_tests(places: &Places, with_site: bool) -> Result<Tools, SetupError> {
    let choice = wasm_target::choose(places)?;
    let tools = Tools { root: places.root.clone(), toolchain: choice.toolchain() };
    cargo_tools::install_lints(&tools, choice.base())?;
    if with_site {
        cargo_tools::install_for_site(places, choice.base())?;
    }
    Ok(tools)
}

/// A Python that reads event files back, if there can be one.
pub fn python_for_tests(places: &Places) -> Option<PathBuf> {
    python::install(places)
}

/// What the browser tests need.
pub fn for_browser_tests(places: &Places) -> Result<Browser, SetupError> {
    browser::install(places)
}
