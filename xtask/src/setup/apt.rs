//! Installs Debian packages where `apt-get` exists and may be used.

use crate::places::on_path;
use crate::process::{self, ProcessError};
use crate::say;
use std::process::Command;
use thiserror::Error;

/// Why packages were not installed.
#[derive(Debug, Error)]
pub enum AptError {
    /// The system has no `apt-get`.
    #[error("there is no apt-get here to install {0} with")]
    NotDebian(String),
    /// No permission to install.
    #[error("installing needs root; by hand: sudo apt-get install --no-install-recommends {0}")]
    NotRoot(String),
    /// `apt-get` tried and failed.
    #[error("apt-get could not install {packages}")]
    Failed {
        /// The packages.
        packages: String,
        /// What went wrong.
        source: ProcessError,
    },
}

/// Installs those of the packages that are missing.
pub fn install(packages: &[&str], reason: &str) -> Result<(), AptError> {
    let missing: Vec<&str> = packages.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if on_path("apt-get").is_none() {
        return Err(AptError::NotDebian(names));
    }
    let rights = Rights::find().ok_or_else(|| AptError::NotRoot(names.clone()))?;
    say::step(&format!("installing {names}: {reason}"));
    // Old package lists may suffice, so a failed update alone is not an error.
    if let Err(error) = process::run(rights.apt_get().args(["-qq", "update"])) {
        say::step(&format!(
            "{}; continuing with the existing package lists",
            say::in_a_line(&error)
        ));
    }
    let mut install = rights.apt_get();
    install.args(["-qq", "install", "-y", "--no-install-recommends"]).args(&missing);
    process::run(&mut install).map_err(|source| AptError::Failed { packages: names, source })
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}", package]);
    process::capture(&mut query).is_ok_and(|status| status == "installed")
}

/// How packages can be installed without a prompt.
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn find() -> Option<Self> {
        if process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
            return Some(Self::Root);
        }
        process::capture(Command::new("sudo").args(["-n", "true"])).is_ok().then_some(Self::Sudo)
    }

    fn apt_get(&self) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command.args(["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]);
        command
    }
}
