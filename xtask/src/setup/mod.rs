//! Installs what is missing, naming the reason, and chooses the compiler.

pub mod apt;
mod browser;
mod cargo_tools;
mod linked;
mod lockfile;
mod python;
mod wasm_target;

pub use browser::{Browser, firefox, node_packages};
pub use cargo_tools::cargo;

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use std::path::PathBuf;
use std::process::Command;
use thiserror::Error;

/// Why the set-up could not be finished. What it installed so far stays.
#[derive(Debug, Error)]
pub enum SetupError {
    /// No compiler for WebAssembly could be found or made.
    #[error(transparent)]
    Wasm(#[from] wasm_target::WasmError),
    /// `Cargo.lock` does not show which wasm-bindgen is needed.
    #[error(transparent)]
    Lockfile(#[from] lockfile::LockfileError),
    /// A program could not be installed by `cargo install`.
    #[error(
        "{program} {version} is needed and could not be installed; once the cause is fixed, this \
         installs it by hand: cargo install {program} --version {version}"
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
    /// No Firefox.
    #[error(
        "the browser tests need Firefox too: install it (Debian: firefox-esr), or set FIREFOX to its path"
    )]
    Firefox(#[source] Option<apt::AptError>),
    /// A variable names no program.
    #[error("{variable} is set to {}, and there is no such file", path.display())]
    NoSuchBrowser {
        /// The environment variable.
        variable: &'static str,
        /// Its value.
        path: PathBuf,
    },
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

/// The tools that build the site, ready for use.
#[derive(Clone, Debug)]
pub struct Tools {
    root: PathBuf,
    /// The rustup toolchain with a standard library for wasm; `None` without rustup.
    toolchain: Option<String>,
}

impl Tools {
    /// A command in the repository's root with the chosen compiler.
    pub fn command(&self, program: &str) -> Command {
        let mut command = process::clean(program);
        command.current_dir(&self.root);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }
}

/// Installs what `serve` and `build` need. Afterwards a plain `trunk serve` in the repository works too.
pub fn for_site(places: &Places) -> Result<Tools, SetupError> {
    say::heading("Set-up");
    let choice = wasm_target::choose(places)?;
    choice.keep_for(&places.root)?;
    let tools = Tools { root: places.root.clone(), toolchain: choice.toolchain() };
    cargo_tools::install_for_site(places, choice.base())?;
    Ok(tools)
}

/// Which stages of the tests need more than formatting, clippy and the native tests do.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The site is built.
    pub site: bool,
    /// Our crates are checked by cargo-deny.
    pub deny: bool,
}

/// Installs what formatting, clippy, the native tests and those further stages need. Leaves the user's rustup
/// settings for this folder unchanged.
pub fn for_tests(places: &Places, needs: Needs) -> Result<Tools, SetupError> {
    let choice = wasm_target::choose(places)?;
    let tools = Tools { root: places.root.clone(), toolchain: choice.toolchain() };
    cargo_tools::install_lints(&tools, choice.base())?;
    if needs.deny {
        cargo_tools::install_deny(choice.base())?;
    }
    if needs.site {
        cargo_tools::install_for_site(places, choice.base())?;
    }
    Ok(tools)
}

/// A Python that can read our files back, if one can be set up.
pub fn python_for_tests(places: &Places) -> Option<PathBuf> {
    python::install(places)
}

/// Installs what the browser tests need.
pub fn for_browser_tests(places: &Places) -> Result<Browser, SetupError> {
    browser::install(places)
}
