//! Starts other programs and reports how they ended.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use thiserror::Error;

/// Why another program failed.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// It could not be started.
    #[error("`{command}` could not be started")]
    Start {
        /// The command.
        command: String,
        /// Why not.
        source: io::Error,
    },
    /// It ran and failed.
    #[error("`{command}` failed ({status}){said}")]
    Failed {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// Its output, if it was not already shown.
        said: String,
    },
    /// It did not end in time, and was stopped.
    #[error("`{command}` did not end within {} s, and was stopped", limit.as_secs())]
    Slow {
        /// The command.
        command: String,
        /// The time limit.
        limit: Duration,
    },
}

/// A command without the variables that `cargo run` and rustup set in our environment.
///
/// They would pin every child to the toolchain and package that started us;
/// `RUSTFLAGS` would silently replace the wasm flags of `.cargo/config.toml`.
pub fn clean(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_cargos_own) {
            command.env_remove(&name);
        }
    }
    if let Some(path) = path_with_cargo_bin() {
        command.env("PATH", path);
    }
    command
}

fn is_cargos_own(name: &str) -> bool {
    matches!(
        name,
        "CARGO" | "RUSTUP_TOOLCHAIN" | "RUST_RECURSION_COUNT" | "RUSTFLAGS" | "RUSTC" | "RUSTDOC"
    ) || name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
}

/// The folder in which `cargo install` puts programs.
pub fn cargo_bin() -> Option<PathBuf> {
    let home = |variable: &str| env::var_os(variable).map(PathBuf::from);
    home("CARGO_INSTALL_ROOT")
        .or_else(|| home("CARGO_HOME"))
        .or_else(|| home("HOME").map(|home| home.join(".cargo")))
        .or_else(|| home("USERPROFILE").map(|home| home.join(".cargo")))
        .map(|root| root.join("bin"))
}

fn path_with_cargo_bin() -> Option<std::ffi::OsString> {
    let bin = cargo_bin()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let others = env::split_paths(&path).filter(|folder| *folder != bin);
    // First, so that `rustc` is rustup's even if the system has its own compiler.
    env::join_paths(std::iter::once(bin.clone()).chain(others)).ok()
}

/// Runs a command with its output shown.
pub fn run(command: &mut Command) -> Result<(), ProcessError> {
    println!("    $ {}", shown(command));
    let status = command.status().map_err(|source| unstarted(command, source))?;
    ended(command, status, String::new())
}

/// Runs a command with its output shown, for at most `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<(), ProcessError> {
    println!("    $ {}", shown(command));
    let mut child = command.spawn().map_err(|source| unstarted(command, source))?;
    let started = Instant::now();
    loop {
        match child.try_wait().map_err(|source| unstarted(command, source))? {
            Some(status) => return ended(command, status, String::new()),
            None if started.elapsed() > limit => {
                // It may have ended by itself meanwhile; either way, it is gone after the wait.
                let _ = child.kill();
                let _ = child.wait();
                return Err(ProcessError::Slow { command: shown(command), limit });
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Runs a command and returns its standard output.
pub fn capture(command: &mut Command) -> Result<String, ProcessError> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|source| unstarted(command, source))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let said =
        if errors.trim().is_empty() { String::new() } else { format!(": {}", errors.trim()) };
    ended(command, output.status, said)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as it would be typed.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn unstarted(command: &Command, source: io::Error) -> ProcessError {
    ProcessError::Start { command: shown(command), source }
}

fn ended(command: &Command, status: ExitStatus, said: String) -> Result<(), ProcessError> {
    if status.success() {
        Ok(())
    } else {
        Err(ProcessError::Failed { command: shown(command), status, said })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let limit = Duration::from_millis(100);
        let started = Instant::now();
        let outcome = run_within(Command::new("sleep").arg("30"), limit);
        assert!(matches!(outcome, Err(ProcessError::Slow { .. })));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_failure_tells_what_the_program_said() {
        let outcome = capture(Command::new("sh").args(["-c", "echo no such luck >&2; exit 3"]));
        let text = outcome.map_err(|error| error.to_string());
        assert!(text.is_err_and(|text| text.contains("no such luck") && text.contains('3')));
    }

    #[test]
    fn children_do_not_inherit_cargos_own_variables() {
        assert!(is_cargos_own("RUSTUP_TOOLCHAIN") && is_cargos_own("CARGO_PKG_NAME"));
        assert!(!is_cargos_own("CARGO_TARGET_DIR") && !is_cargos_own("CARGO_HOME"));
    }
}
