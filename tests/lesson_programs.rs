//! The lesson's programs, run by PyTorch one after the other in one process.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn the_lessons_programs_run_one_after_the_other() {
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: the programs were left out");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (runner, programs) =
        (root.join("tests/python/run_lesson.py"), root.join("src/page/lesson/programs"));
    let output = Command::new(python).arg(runner).arg(programs).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() == Some(77) {
        eprint!("{said}");
        assert!(std::env::var_os("ATELIER_NEEDS_TORCH").is_none(), "{said}");
        return;
    }
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
