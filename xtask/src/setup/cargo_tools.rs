//! The programs that cargo itself installs: trunk, wasm-bindgen and cargo-deny, and clippy and rustfmt.

use super::{SetupError, Tools, lockfile};
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use std::env;
use std::process::Command;

/// The trunk that `Trunk.toml` is written for.
pub const TRUNK_VERSION: &str = "0.22.0-beta.1";

/// The cargo-deny that `deny.toml` is written for.
const DENY_VERSION: &str = "0.20.2";

/// Cargo with the compiler that the set-up chose.
pub fn cargo(tools: &Tools) -> Command {
    tools.command("cargo")
}

/// Installs trunk and the wasm-bindgen of `Cargo.lock`, if they are missing or of other versions.
///
/// `base` is the rustup toolchain to compile them with.
pub fn install_for_site(places: &Places, base: Option<&str>) -> Result<(), SetupError> {
    let trunk = ["--locked", "--no-default-features", "--features", "rustls"];
    install(
        "trunk",
        "trunk",
        TRUNK_VERSION,
        &trunk,
        "it puts page, worker and data together",
        base,
    )?;
    // Not --locked: the tool's own lock file may name versions that have been yanked since.
    let version = lockfile::version_of("wasm-bindgen", &places.root)?;
    let reason = "its version must be that of wasm-bindgen in Cargo.lock";
    install("wasm-bindgen-cli", "wasm-bindgen", &version, &[], reason, base)?;
    if !env::var_os("PATH").is_some_and(|path| contains_cargo_bin(&path)) {
        say::step("cargo's bin folder is not on PATH: add it to call trunk by hand");
    }
    Ok(())
}

/// Installs cargo-deny, if it is missing or of another version.
pub fn install_deny(base: Option<&str>) -> Result<(), SetupError> {
    let reason = "it checks the licences, the sources and the known faults of our crates";
    // Its own settings make it fast by minutes of linking; it needs seconds as it is.
    let built = ["profile.release.lto=\"off\"", "profile.release.codegen-units=16"];
    let options = ["--locked", "--config", built[0], "--config", built[1]];
    install("cargo-deny", "cargo-deny", DENY_VERSION, &options, reason, base)
}

/// Installs clippy and rustfmt, which a minimal rustup lacks.
pub fn install_lints(tools: &Tools, base: Option<&str>) -> Result<(), SetupError> {
    let works = |name: &str| process::capture(cargo(tools).args([name, "--version"]));
    let Err(error) = works("clippy").and_then(|_| works("fmt")) else { return Ok(()) };
    let Some(base) = base else { return Err(SetupError::Components(error)) };
    say::step("installing clippy and rustfmt: the tests run both");
    let mut add = process::clean("rustup");
    add.args(["component", "add", "clippy", "rustfmt", "--toolchain", base]);
    process::run(&mut add).map_err(SetupError::Components)
}

fn contains_cargo_bin(path: &std::ffi::OsStr) -> bool {
    process::cargo_bin().is_some_and(|bin| env::split_paths(path).any(|folder| folder == bin))
}

fn install(
    package: &'static str,
    program: &str,
    version: &str,
    options: &[&str],
    reason: &str,
    base: Option<&str>,
) -> Result<(), SetupError> {
    let found = installed_version(program);
    if found.as_deref() == Some(version) {
        say::step(&format!("{program} {version} is there"));
        return Ok(());
    }
    let instead = found.map_or_else(|| "none is there".to_owned(), |old| format!("{old} is there"));
    say::step(&format!("installing {package} {version} ({instead}): {reason}"));
    let mut install = process::clean("cargo");
    if let Some(base) = base {
        install.env("RUSTUP_TOOLCHAIN", base);
    }
    // The tool's own build would otherwise fill our shared target folder.
    install.env_remove("CARGO_TARGET_DIR");
    install.args(["install", package, "--version", version]).args(options);
    let failed = |source| SetupError::Tool { program: package, version: version.into(), source };
    process::run(&mut install).map_err(failed)
}

fn installed_version(program: &str) -> Option<String> {
    let answer: Result<String, ProcessError> =
        process::capture(process::clean(program).arg("--version"));
    version_in(&answer.ok()?)
}

/// `wasm-bindgen 0.2.130 (abcdef)` says its version in the second word.
fn version_in(answer: &str) -> Option<String> {
    answer.split_whitespace().nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_version_is_its_second_word() {
        assert_eq!(version_in("trunk 0.22.0-beta.1\n").as_deref(), Some("0.22.0-beta.1"));
        assert_eq!(version_in("wasm-bindgen 0.2.130 (1a2b)").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(""), None);
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(installed_version("atelier-has-no-such-program"), None);
    }
}
