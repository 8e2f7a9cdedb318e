//! The outcome of each stage.

use crate::say;
use std::error::Error;
use std::time::{Duration, Instant};

/// How a stage ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// A stage that it needs failed.
    NotRun,
}

/// The stages run so far.
#[derive(Debug, Default)]
pub struct Report {
    stages: Vec<(String, Outcome, Duration)>,
}

impl Report {
    /// Runs a stage under its heading, and returns whether it passed.
    pub fn stage<E: Error + 'static>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(), E>,
    ) -> bool {
        self.stage_that_gives(name, work).is_some()
    }

    /// Runs a stage under its heading, and returns its result if it passed.
    pub fn stage_that_gives<T, E: Error + 'static>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Option<T> {
        say::heading(name);
        let started = Instant::now();
        let (outcome, result) = match work() {
            Ok(result) => (Outcome::Passed, Some(result)),
            Err(error) => {
                say::failed(&error);
                (Outcome::Failed, None)
            }
        };
        let time = started.elapsed();
        say::step(&format!("{name}: {}", say::took(time)));
        self.stages.push((name.to_owned(), outcome, time));
        result
    }

    /// Runs a stage if the one that it needs has passed.
    pub fn after<E: Error + 'static>(
        &mut self,
        passed: bool,
        name: &str,
        work: impl FnOnce() -> Result<(), E>,
    ) -> bool {
        if passed {
            return self.stage(name, work);
        }
        self.stages.push((name.to_owned(), Outcome::NotRun, Duration::ZERO));
        false
    }

    /// Prints a line for each stage.
    pub fn print(&self) {
        say::heading("Summary");
        for (name, outcome, time) in &self.stages {
            let word = match outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "FAILED",
                Outcome::NotRun => "not run",
            };
            say::step(&format!("{word:8} {name:20} {}", say::took(*time)));
        }
        let total = self.stages.iter().map(|(_, _, time)| *time).sum();
        say::step(&format!("{:8} {:20} {}", "", "altogether", say::took(total)));
    }

    /// The stages that did not pass.
    pub fn failed(&self) -> Option<String> {
        let failed: Vec<&str> = self
            .stages
            .iter()
            .filter(|(_, outcome, _)| *outcome != Outcome::Passed)
            .map(|(name, _, _)| name.as_str())
            .collect();
        (!failed.is_empty()).then(|| failed.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Error as Trouble;

    #[test]
    fn a_stage_that_failed_holds_up_only_those_that_need_it() {
        let mut report = Report::default();
        let built = report.stage("site", || Err(Trouble));
        let ran = report.after(built, "browser", || Ok::<(), Trouble>(()));
        let other = report.stage("native", || Ok::<(), Trouble>(()));
        assert_eq!((built, ran, other), (false, false, true));
        assert_eq!(report.failed().as_deref(), Some("site; browser"));
    }

    #[test]
    fn a_set_up_that_failed_hides_no_stage_that_failed_before() {
        let mut report = Report::default();
        report.stage("tidy", || Err(Trouble));
        let tools = report.stage_that_gives("set-up", || Err::<u8, _>(Trouble));
        assert_eq!(tools, None);
        assert_eq!(report.failed().as_deref(), Some("tidy; set-up"));
        assert_eq!(report.stage_that_gives("set-up", || Ok::<_, Trouble>(7)), Some(7));
    }

    #[test]
    fn nothing_failed_when_all_passed() {
        let mut report = Report::default();
        report.stage("fmt", || Ok::<(), Trouble>(()));
        assert_eq!(report.failed(), None);
    }
}
