//! Python with the packages that read and write our files.

use crate::places::{Places, on_path};
use crate::process::{self, ProcessError};
use crate::say;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Set this variable if PyTorch is worth its gigabytes.
const WITH_TORCH: &str = "ATELIER_TORCH";
const TORCH_PATIENCE: Duration = Duration::from_secs(20 * 60);

/// A Python with `tests/requirements.txt` installed, in a separate environment that outlives the clone;
/// `None` if that fails, in which case the tests that need it report that they were skipped.
pub fn install(places: &Places) -> Option<PathBuf> {
    match find_or_make(places) {
        Ok(python) => {
            if std::env::var_os(WITH_TORCH).is_some() {
                install_torch(places, &python);
            }
            Some(python)
        }
        Err(why) => {
            say::step(&format!("no Python for reading our files back: {why}"));
            None
        }
    }
}

fn find_or_make(places: &Places) -> Result<PathBuf, String> {
    let wanted = places.root.join("tests/requirements.txt");
    let wanted_text = fs::read_to_string(&wanted).map_err(|error| error.to_string())?;
    let folder = places.cache.join("python");
    let python = ["bin/python3", "Scripts/python.exe"].map(|name| folder.join(name));
    let python = || python.iter().find(|python| python.is_file()).cloned();
    let installed = folder.join("installed.txt");
    if let Some(python) = python()
        && fs::read_to_string(&installed).is_ok_and(|text| text == wanted_text)
    {
        return Ok(python);
    }
    let base = on_path("python3").or_else(|| on_path("python"));
    let base = base.ok_or("python3 is not on PATH")?;
    say::step(
        "installing Python packages: the tests read files for TensorBoard and ONNX back with their own",
    );
    let told = |error: ProcessError| say::in_a_line(&error);
    process::run(Command::new(base).args(["-m", "venv", "--clear"]).arg(&folder)).map_err(told)?;
    let python = python().ok_or("`python3 -m venv` made no Python")?;
    process::run(&mut pip_install(&python, &wanted)).map_err(told)?;
    // Last, so that an interrupted installation is started again.
    fs::write(&installed, wanted_text).map_err(|error| error.to_string())?;
    Ok(python)
}

/// Adds PyTorch. If that fails, the tests that need it report that they were skipped.
fn install_torch(places: &Places, python: &Path) {
    let mut known = Command::new(python);
    if process::capture(known.args(["-c", "import nbformat, torch, torchvision"])).is_ok() {
        return;
    }
    say::step("installing PyTorch: the tests load our weights with it, and take in what it saves");
    let mut install = pip_install(python, &places.root.join("tests/requirements-torch.txt"));
    install.arg("--no-cache-dir");
    if let Err(error) = process::run_within(&mut install, TORCH_PATIENCE) {
        say::step(&format!("no PyTorch: {}", say::in_a_line(&error)));
    }
}

/// Installs a list of packages, all of them built already: no package runs a program of its own to build itself.
fn pip_install(python: &Path, list: &Path) -> Command {
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.args(["--only-binary=:all:", "-r"]).arg(list);
    install
}
