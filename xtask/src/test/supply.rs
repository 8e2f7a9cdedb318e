//! `cargo deny`, whose rules and exceptions stand in `deny.toml`.

use super::StageError;
use super::report::Verdict;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::{Tools, cargo};
use std::process::Command;
use std::time::Duration;

/// The database of advisories comes within seconds or, where it cannot be reached, not at all.
const FETCH_LIMIT: Duration = Duration::from_secs(60);
/// How cargo-deny ends if it has looked at every crate and found something.
const FOUND: &str = "advisories FAILED";

/// Checks the licences, the sources and the versions of all crates, for which the crates themselves are enough.
pub fn check(tools: &Tools) -> Result<(), StageError> {
    Ok(process::run(deny(tools).args(["check", "bans", "licenses", "sources"]))?)
}

/// Checks whether anything is known against one of the crates.
///
/// That stands in a database, which is fetched each time. Where it cannot be reached, a copy that was fetched in the last
/// 90 days serves as well (cargo-deny refuses an older one), and without such a copy nothing is known.
pub fn check_advisories(tools: &Tools) -> Result<Verdict, StageError> {
    let fetched = process::run_within(deny(tools).args(["fetch", "db"]), FETCH_LIMIT);
    let mut check = deny(tools);
    check.args(["--offline", "check", "advisories"]);
    if let Err(error) = fetched {
        say::step(&say::in_a_line(&error));
        return Ok(with_old_copy(process::capture(&mut check))?);
    }
    process::run(&mut check)?;
    Ok(Verdict::Passed)
}

fn deny(tools: &Tools) -> Command {
    let mut command = cargo(tools);
    command.args(["deny", "--locked", "--workspace"]);
    command
}

/// What a check comes to that had no newer database than the copy on this machine, if there is one.
fn with_old_copy(outcome: Result<String, ProcessError>) -> Result<Verdict, ProcessError> {
    match outcome {
        Ok(_) => {
            say::step("checked with the copy of the database that was fetched before");
            Ok(Verdict::Passed)
        }
        Err(ProcessError::Failed { said, .. }) if !said.contains(FOUND) => Ok(Verdict::Skipped(
            "the advisory database cannot be reached, and no copy of the last 90 days is here"
                .into(),
        )),
        Err(error) => Err(error),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What comes of a check that says this, and fails.
    fn after(said: &str) -> Result<Verdict, ProcessError> {
        let script = format!("echo '{said}' >&2; exit 1");
        with_old_copy(process::capture(Command::new("sh").args(["-c", &script])))
    }

    #[test]
    fn without_a_database_the_check_is_skipped_and_not_passed() {
        for said in ["failed to get 'FETCH_HEAD' metadata", "repository is stale", ""] {
            assert!(matches!(after(said), Ok(Verdict::Skipped(_))), "{said}");
        }
    }

    #[test]
    fn what_an_old_copy_knows_against_a_crate_is_a_failure() {
        assert!(after("error[vulnerability]: a fault\nadvisories FAILED").is_err());
        let passed = with_old_copy(process::capture(Command::new("true").args(["-x"])));
        assert!(matches!(passed, Ok(Verdict::Passed)));
    }

    #[test]
    fn a_cargo_deny_that_is_missing_is_a_failure() {
        let missing = process::capture(&mut Command::new("atelier-has-no-such-program"));
        assert!(with_old_copy(missing).is_err());
    }
}
