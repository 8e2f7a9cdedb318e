//! A rustup toolchain around Debian's compiler, for machines where rustup's servers are out of reach.
//!
//! Debian's `rustc-web` is a recent Rust with the standard library's source, but without that library
//! for wasm. So the library is built once, and a folder is laid out like a rustup toolchain: Debian's
//! compiler behind small scripts that set this folder as its system root, with cargo, rustfmt and the
//! wasm linker taken from the existing toolchain.

use super::apt::{self, AptError};
use super::wasm_target::TARGET;
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use thiserror::Error;

const PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "rust-web-clippy"];
const RUSTC: &str = "/usr/bin/rustc";
/// The file in the toolchain's folder that records what it was made from.
const RECORD: &str = "made-from";

/// Why the toolchain could not be made. An earlier one is untouched.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The packages are missing.
    #[error("a toolchain from Debian's packages needs {}", PACKAGES.join(", "))]
    Packages(#[from] AptError),
    /// A program failed.
    #[error("a step of making the toolchain failed")]
    Step(#[from] ProcessError),
    /// A file could not be written or found.
    #[error("{what} in {path} failed")]
    Files {
        /// The operation.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It does not work.
    #[error("the toolchain does not compile a trial program")]
    Useless(#[source] ProcessError),
    /// Only Unix is supported.
    #[cfg(not(unix))]
    #[error("a toolchain from Debian's packages works on Debian only")]
    NotUnix,
}

/// The toolchain's name in rustup.
pub fn name() -> String {
    std::env::var("ATELIER_TOOLCHAIN")
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "atelier".to_owned())
}

/// Makes the toolchain unless it exists and works.
pub fn ready(places: &Places, name: &str, base: &str) -> Result<(), LinkError> {
    apt::install(&PACKAGES, "a Rust compiler with the sources of its standard library")?;
    let folder = places.cache.join("toolchain");
    let made_from = process::capture(process::clean(RUSTC).arg("-vV"))?;
    let unfit = match outdated(&folder, &made_from) {
        Some(reason) => Some(reason),
        None => {
            // Linked only if necessary, since another build may be using it right now.
            let tried = trial(name).or_else(|_| link(name, &folder).and_then(|()| trial(name)));
            tried.err().map(|error| error.to_string())
        }
    };
    let Some(unfit) = unfit else {
        say::step(&format!("WebAssembly: toolchain `{name}`, made earlier, works"));
        return Ok(());
    };
    say::step(&format!("making toolchain `{name}` around Debian's compiler (1 min): {unfit}"));
    make(&folder, base, &made_from)?;
    link(name, &folder)?;
    trial(name)
}

/// The reason to remake it, if its files give one.
fn outdated(folder: &Path, made_from: &str) -> Option<String> {
    if !folder.join("bin/rustc").is_file() {
        return Some("there is none yet".to_owned());
    }
    match fs::read_to_string(folder.join(RECORD)) {
        Ok(record) if record != made_from => Some("the compiler has changed".to_owned()),
        // Without a record the trial decides: a compiler refuses another version's library.
        _ => None,
    }
}

fn link(name: &str, folder: &Path) -> Result<(), LinkError> {
    let mut link = process::clean("rustup");
    link.args(["toolchain", "link", name]).arg(folder);
    process::capture(&mut link)?;
    Ok(())
}

/// Compiles for wasm and for this machine, and asks for cargo and clippy.
fn trial(name: &str) -> Result<(), LinkError> {
    let folder = TempDir::new().map_err(files("making a folder", Path::new("/tmp")))?;
    let source = folder.path().join("trial.rs");
    let text = "pub fn answer() -> String { String::from(\"42\") }\nfn main() { answer(); }\n";
    fs::write(&source, text).map_err(files("writing", &source))?;
    let with = |program: &str, arguments: &[&str]| {
        let mut command = process::clean(program);
        command.env("RUSTUP_TOOLCHAIN", name).args(arguments).current_dir(folder.path());
        process::capture(&mut command).map_err(LinkError::Useless)
    };
    with("rustc", &["trial.rs", "--target", TARGET, "-o", "trial.wasm"])?;
    with("rustc", &["trial.rs", "-o", "trial"])?;
    with("cargo", &["clippy", "--version"])?;
    Ok(())
}

fn make(folder: &Path, base: &str, made_from: &str) -> Result<(), LinkError> {
    let cache = folder.parent().unwrap_or(folder);
    fs::create_dir_all(cache).map_err(files("making a folder", cache))?;
    let work = TempDir::new_in(cache).map_err(files("making a folder", cache))?;
    let library = build_library(work.path(), base)?;
    let fresh = work.path().join("toolchain");
    lay_out(&fresh, folder, &library, base, made_from)?;
    fs::write(fresh.join(RECORD), made_from).map_err(files("writing", &fresh))?;
    // The old one is removed last, when only a rename can still fail.
    if folder.exists() {
        fs::rename(folder, work.path().join("old")).map_err(files("setting aside", folder))?;
    }
    fs::rename(&fresh, folder).map_err(files("moving into place", folder))
}

/// Builds the standard library for wasm and returns the folder with its parts.
fn build_library(work: &Path, base: &str) -> Result<PathBuf, LinkError> {
    let package = work.join("std");
    fs::create_dir_all(package.join("src")).map_err(files("making a folder", &package))?;
    let manifest = "[package]\nname = \"nothing\"\nedition = \"2024\"\n\n[workspace]\n\n\
                    [profile.release]\npanic = \"abort\"\n";
    for (file, text) in [("Cargo.toml", manifest), ("src/lib.rs", "")] {
        fs::write(package.join(file), text).map_err(files("writing", &package))?;
    }
    let mut build = process::clean("cargo");
    build.current_dir(&package).env("RUSTUP_TOOLCHAIN", base).env("RUSTC", RUSTC);
    // -Zbuild-std is unstable, but the compiler's version is fixed here.
    build.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", work.join("target"));
    build.args(["build", "--release", "-Zbuild-std=std,panic_abort,proc_macro"]);
    build.args(["--target", TARGET]);
    process::run(&mut build)?;
    Ok(work.join("target").join(TARGET).join("release/deps"))
}

#[cfg(not(unix))]
fn lay_out(_: &Path, _: &Path, _: &Path, _: &str, _: &str) -> Result<(), LinkError> {
    Err(LinkError::NotUnix)
}

/// Lays the toolchain out in `fresh`, to be moved to `folder`.
#[cfg(unix)]
fn lay_out(
    fresh: &Path,
    folder: &Path,
    library: &Path,
    base: &str,
    made_from: &str,
) -> Result<(), LinkError> {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let host = made_from.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let sysroot = |command: &mut std::process::Command| {
        process::capture(command.args(["--print", "sysroot"])).map(|at| PathBuf::from(at.trim()))
    };
    let debian = sysroot(&mut process::clean(RUSTC))?;
    let stable = sysroot(process::clean("rustc").env("RUSTUP_TOOLCHAIN", base))?;
    let rustlib = fresh.join("lib/rustlib");
    let parts = rustlib.join(TARGET).join("lib");
    let bin = fresh.join("bin");
    for folder in [&parts, &rustlib.join(host), &bin] {
        fs::create_dir_all(folder).map_err(files("making a folder", folder))?;
    }
    for part in fs::read_dir(library).map_err(files("reading", library))?.flatten() {
        let name = part.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
            fs::copy(part.path(), parts.join(&name)).map_err(files("copying", &parts))?;
        }
    }
    let hosts = |root: &Path, part: &str| root.join("lib/rustlib").join(host).join(part);
    let links = [
        (hosts(&debian, "lib"), rustlib.join(host).join("lib")),
        // rust-lld, which links wasm.
        (hosts(&stable, "bin"), rustlib.join(host).join("bin")),
        (stable.join("bin/cargo"), bin.join("cargo")),
        (stable.join("bin/cargo-fmt"), bin.join("cargo-fmt")),
        (stable.join("bin/rustfmt"), bin.join("rustfmt")),
    ];
    for (there, here) in links {
        symlink(&there, &here).map_err(files("linking", &here))?;
    }
    // A copy: through a link it would look for clippy-driver in /usr/bin.
    let clippy = bin.join("cargo-clippy");
    fs::copy("/usr/bin/cargo-clippy", &clippy).map_err(files("copying", &clippy))?;
    let root = folder.display();
    let scripts = [
        ("rustc", format!("exec {RUSTC} --sysroot '{root}' \"$@\"")),
        ("rustdoc", format!("exec /usr/bin/rustdoc --sysroot '{root}' \"$@\"")),
        ("clippy-driver", format!("SYSROOT='{root}' exec /usr/bin/clippy-driver \"$@\"")),
    ];
    for (name, line) in scripts {
        let script = bin.join(name);
        fs::write(&script, format!("#!/bin/sh\n{line}\n")).map_err(files("writing", &script))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
            .map_err(files("making executable", &script))?;
    }
    Ok(())
}

fn files(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LinkError {
    let path = path.to_path_buf();
    move |source| LinkError::Files { what, path, source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_toolchain_is_made_anew_when_the_compiler_changed() {
        let folder = TempDir::new().unwrap();
        assert!(outdated(folder.path(), "rustc 1").is_some());
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(folder.path().join("bin/rustc"), "").unwrap();
        assert_eq!(outdated(folder.path(), "rustc 1"), None);
        fs::write(folder.path().join(RECORD), "rustc 1").unwrap();
        assert_eq!(outdated(folder.path(), "rustc 1"), None);
        assert!(outdated(folder.path(), "rustc 2").is_some());
    }
}
