//! Installs what the browser tests need: Chromium, Firefox, Node, and the tests' own packages.

use super::{SetupError, apt};
use crate::places::{Places, on_path};
use crate::process;
use crate::say;
use std::env;
use std::path::{Path, PathBuf};

const CHROMIUM: Known = Known {
    variable: "CHROMIUM",
    names: &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"],
    package: "chromium",
    missing: SetupError::Chromium,
};
const FIREFOX: Known = Known {
    variable: "FIREFOX",
    names: &["firefox-esr", "firefox"],
    package: "firefox-esr",
    missing: SetupError::Firefox,
};

/// A browser that the tests know.
struct Known {
    /// The environment variable that may name its program.
    variable: &'static str,
    /// What its program may be called.
    names: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
    /// The error if there is none, and why none was installed.
    missing: fn(Option<apt::AptError>) -> SetupError,
}

/// The browser that the tests drive.
#[derive(Debug)]
pub struct Browser {
    /// Its program.
    pub chromium: PathBuf,
}

/// Finds or installs everything for the browser tests.
pub fn install(places: &Places) -> Result<Browser, SetupError> {
    let chromium = find_or_install(&CHROMIUM)?;
    say::step(&format!("Chromium: {}", chromium.display()));
    for program in ["node", "npm"] {
        if on_path(program).is_none() {
            return Err(SetupError::Node(program));
        }
    }
    node_packages(&places.browser_tests(), "the browser tests' Node packages")?;
    Ok(Browser { chromium })
}

/// Finds or installs Firefox, which one file of the browser tests needs.
pub fn firefox() -> Result<PathBuf, SetupError> {
    let firefox = find_or_install(&FIREFOX)?;
    say::step(&format!("Firefox: {}", firefox.display()));
    Ok(firefox)
}

fn find_or_install(browser: &Known) -> Result<PathBuf, SetupError> {
    let variable = browser.variable;
    if let Some(told) = env::var_os(variable).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(told);
        let missing = |path| SetupError::NoSuchBrowser { variable, path };
        return if path.is_file() { Ok(path) } else { Err(missing(path)) };
    }
    let find = || browser.names.iter().find_map(|name| on_path(name));
    if let Some(found) = find() {
        return Ok(found);
    }
    let reason = "the browser tests drive it";
    apt::install(&[browser.package], reason).map_err(|error| (browser.missing)(Some(error)))?;
    find().ok_or_else(|| (browser.missing)(None))
}

/// Installs the packages of a folder's lock file, if they are missing or of another version.
pub fn node_packages(folder: &Path, what: &str) -> Result<(), SetupError> {
    if !folder.join("package-lock.json").is_file() || are_installed(folder) {
        return Ok(());
    }
    say::step(&format!("installing {what}: they are missing or differ from the lock file"));
    let mut install = process::clean("npm");
    // No package runs a program of its own; `.npmrc` says the same to those who type `npm ci`.
    install.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    // The packages would download a browser of their own; the tests use the Chromium found above.
    install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut install)
        .map_err(|source| SetupError::NodePackages { folder: folder.to_path_buf(), source })
}

/// npm writes its own copy of the lock file when it is done.
fn are_installed(folder: &Path) -> bool {
    let time = |file: &str| folder.join(file).metadata().and_then(|file| file.modified()).ok();
    let installed = time("node_modules/.package-lock.json");
    installed.is_some() && installed >= time("package-lock.json")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    #[test]
    fn what_a_package_would_run_when_it_is_installed_does_not_run() {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "package.json",
            r#"{"name": "a", "version": "1.0.0", "scripts": {"postinstall": "echo > ran"}}"#,
        );
        let lock = r#"{"name": "a", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
            "packages": {"": {"name": "a", "version": "1.0.0", "hasInstallScript": true}}}"#;
        write("package-lock.json", lock);
        node_packages(folder.path(), "a package with an install script").unwrap();
        assert!(!folder.path().join("ran").exists());
    }

    #[test]
    fn packages_older_than_their_lock_file_are_installed_again() {
        let folder = tempfile::TempDir::new().unwrap();
        let lock = folder.path().join("package-lock.json");
        fs::write(&lock, "{}").unwrap();
        assert!(!are_installed(folder.path()));
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(are_installed(folder.path()));
        let later = SystemTime::now() + Duration::from_secs(60);
        File::options().write(true).open(&lock).unwrap().set_modified(later).unwrap();
        assert!(!are_installed(folder.path()));
    }
}
