//! Chooses the compiler for WebAssembly: rustup's own target if possible, otherwise Debian's packages.

use super::linked::{self, LinkError};
use crate::places::{Places, on_path};
use crate::process::{self, ProcessError};
use crate::say;
use std::env;
use std::path::Path;
use std::time::Duration;
use thiserror::Error;

/// The target of page and worker.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// rustup downloads about 25 MB; if it hangs, the fallback should not wait long.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Why there is no compiler for WebAssembly.
#[derive(Debug, Error)]
pub enum WasmError {
    /// There is no rustup, and the compiler lacks the target.
    #[error(
        "this Rust has no standard library for {TARGET}, and there is no rustup to add it with; \
         install rustup (https://rustup.rs), or your system's package of that library"
    )]
    NoRustup,
    /// Both ways failed.
    #[error(
        "there is no standard library for {TARGET}: both `rustup target add {TARGET}` and Debian's \
         packages failed; doing either by hand is enough"
    )]
    BothWaysFailed(#[source] LinkError),
    /// rustup's answer could not be parsed.
    #[error("rustup does not answer as expected")]
    Rustup(#[source] ProcessError),
}

/// The chosen compiler.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice {
    /// Rust without rustup, which has the target.
    Plain,
    /// A rustup toolchain with the target.
    Rustup(String),
    /// Our own toolchain around Debian's compiler.
    Linked {
        /// Its name in rustup.
        name: String,
        /// The toolchain that it borrows cargo and the linker from.
        base: String,
    },
}

impl Choice {
    /// The value of `RUSTUP_TOOLCHAIN` for whatever builds the site.
    pub fn toolchain(&self) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Rustup(name) | Self::Linked { name, .. } => Some(name.clone()),
        }
    }

    /// The ordinary toolchain, for everything that only runs on this machine.
    pub fn base(&self) -> Option<&str> {
        match self {
            Self::Plain => None,
            Self::Rustup(base) | Self::Linked { base, .. } => Some(base),
        }
    }

    /// Applies the choice to plain `cargo` and `trunk` in this folder too.
    pub fn keep_for(&self, root: &Path) -> Result<(), WasmError> {
        let set = |arguments: &[&str]| {
            let mut command = process::clean("rustup");
            command.arg("override").args(arguments).arg("--path").arg(root);
            process::capture(&mut command).map(drop).map_err(WasmError::Rustup)
        };
        match self {
            Self::Plain => Ok(()),
            Self::Linked { name, .. } => {
                say::step(&format!("rustup will use `{name}` in this folder from now on"));
                set(&["set", name])
            }
            // Removes an override from a time when the target was not available.
            Self::Rustup(_) if overridden(root)?.as_deref() == Some(&linked::name()) => {
                say::step("the override for Debian's compiler is no longer needed and is removed");
                set(&["unset"])
            }
            Self::Rustup(_) => Ok(()),
        }
    }
}

/// Finds or installs a compiler with a standard library for wasm, and says which and why.
pub fn choose(places: &Places) -> Result<Choice, WasmError> {
    if on_path("rustup").is_none() {
        return match has_target(None) {
            true => Ok(Choice::Plain),
            false => Err(WasmError::NoRustup),
        };
    }
    let base = base_toolchain()?;
    if has_target(Some(&base)) {
        say::step(&format!("WebAssembly: {base} has {TARGET}"));
        return Ok(Choice::Rustup(base));
    }
    say::step(&format!("WebAssembly: {base} lacks {TARGET}, which page and worker are built for"));
    let mut add = process::clean("rustup");
    // Failure is expected on some machines, where rustup's own backtrace would only confuse.
    add.env("RUST_BACKTRACE", "0");
    add.args(["target", "add", TARGET, "--toolchain", &base]);
    let refused = match process::run_within(&mut add, RUSTUP_LIMIT) {
        Ok(()) if has_target(Some(&base)) => return Ok(Choice::Rustup(base)),
        Ok(()) => "rustup reports success, but the target is missing".to_owned(),
        Err(error) => say::in_a_line(&error),
    };
    say::step(&format!("{refused}; falling back to Debian's packages"));
    let name = linked::name();
    linked::ready(places, &name, &base).map_err(WasmError::BothWaysFailed)?;
    Ok(Choice::Linked { name, base })
}

/// The toolchain that started us, or rustup's default if that is our own linked one.
fn base_toolchain() -> Result<String, WasmError> {
    let own = linked::name();
    if let Some(started_with) = env::var("RUSTUP_TOOLCHAIN").ok().filter(|name| *name != own) {
        return Ok(started_with);
    }
    let answer = process::capture(process::clean("rustup").arg("default"));
    let default = answer.map_err(WasmError::Rustup)?;
    let first = default.split_whitespace().next().unwrap_or_default();
    Ok(if first.is_empty() || first == own { "stable".to_owned() } else { first.to_owned() })
}

fn has_target(toolchain: Option<&str>) -> bool {
    let mut ask = process::clean("rustc");
    if let Some(toolchain) = toolchain {
        ask.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    ask.args(["--print", "target-libdir", "--target", TARGET]);
    let Ok(folder) = process::capture(&mut ask) else { return false };
    let Ok(files) = std::fs::read_dir(folder.trim()) else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

fn overridden(root: &Path) -> Result<Option<String>, WasmError> {
    let list = process::capture(process::clean("rustup").args(["override", "list"]));
    Ok(override_in(&list.map_err(WasmError::Rustup)?, root))
}

/// rustup prints a line for each folder: its path, spaces, the toolchain.
fn override_in(list: &str, root: &Path) -> Option<String> {
    list.lines().find_map(|line| {
        let toolchain = line.strip_prefix(&root.to_string_lossy().into_owned())?;
        toolchain.starts_with(char::is_whitespace).then(|| toolchain.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_override_of_this_very_folder_is_read() {
        let list = "/home/a-b   \tother\n/home/a     \tatelier\n";
        assert_eq!(override_in(list, Path::new("/home/a")).as_deref(), Some("atelier"));
        assert_eq!(override_in(list, Path::new("/home")), None);
        assert_eq!(override_in("no overrides\n", Path::new("/home/a")), None);
    }
}
