//! Python with the packages that read back what we write for other programs.

use crate::places::{Places, on_path};
use crate::process::{self, ProcessError};
use crate::say;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A Python with `tests/requirements.txt` installed, in an environment of its own that outlives the
/// clone; `None` where that cannot be had, and then the tests that need it say that they were left out.
pub fn install(places: &Places) -> Option<PathBuf> {
    match find_or_make(places) {
        Ok(python) => Some(python),
        Err(why) => {
            say::step(&format!("no Python for reading event files back: {why}"));
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
        "installing Python packages: the tests read TensorBoard's files back with its own package",
    );
    let told = |error: ProcessError| say::in_a_line(&error);
    process::run(Command::new(base).args(["-m", "venv", "--clear"]).arg(&folder)).map_err(told)?;
    let python = python().ok_or("`python3 -m venv` made no Python")?;
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&wanted);
    process::run(&mut install).map_err(told)?;
    // Last, so that an interrupted installation is begun anew.
    fs::write(&installed, wanted_text).map_err(|error| error.to_string())?;
    Ok(python)
}
