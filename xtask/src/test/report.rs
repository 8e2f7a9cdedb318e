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
    /// It could not be done here, for this reason. Neither a pass nor a failure.
    Skipped(String),
}

/// What a stage comes to that can be skipped.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Passed,
    /// It could not be done here, for this reason.
    Skipped(String),
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
        self.run(name, || work().map(|result| (Outcome::Passed, result)))
    }

    /// Runs a stage that cannot be done everywhere.
    pub fn stage_or_skip<E: Error + 'static>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<Verdict, E>,
    ) {
        let outcome = |verdict| match verdict {
            Verdict::Passed => (Outcome::Passed, ()),
            Verdict::Skipped(why) => {
                say::step(&format!("skipped: {why}"));
                (Outcome::Skipped(why), ())
            }
        };
        self.run(name, || work().map(outcome));
    }

    fn run<T, E: Error + 'static>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(Outcome, T), E>,
    ) -> Option<T> {
        say::heading(name);
        let started = Instant::now();
        let (outcome, result) = match work() {
            Ok((outcome, result)) => (outcome, Some(result)),
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
        for line in self.lines() {
            say::step(&line);
        }
        let total = self.stages.iter().map(|(_, _, time)| *time).sum();
        say::step(&format!("{:8} {:20} {}", "", "altogether", say::took(total)));
    }

    fn lines(&self) -> Vec<String> {
        let line = |(name, outcome, time): &(String, Outcome, Duration)| {
            let (word, why) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed => ("FAILED", ""),
                Outcome::NotRun => ("not run", ""),
                Outcome::Skipped(why) => ("SKIPPED", &why[..]),
            };
            format!("{word:8} {name:20} {:10} {why}", say::took(*time)).trim_end().to_owned()
        };
        self.stages.iter().map(line).collect()
    }

    /// The stages that failed, or were not run because another did.
    pub fn failed(&self) -> Option<String> {
        let failed: Vec<&str> = self
            .stages
            .iter()
            .filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed | Outcome::NotRun))
            .map(|(name, _, _)| name.as_str())
            .collect();
        (!failed.is_empty()).then(|| failed.join("; "))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
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
    fn a_stage_that_was_skipped_is_no_pass_and_says_why() {
        let mut report = Report::default();
        let skipped = || Ok::<_, Trouble>(Verdict::Skipped("there is no network".to_owned()));
        report.stage_or_skip("advisories", skipped);
        report.stage_or_skip("others", || Ok::<_, Trouble>(Verdict::Passed));
        assert_eq!(report.failed(), None);
        let [first, second] = &report.lines()[..] else { panic!("two stages") };
        assert!(first.starts_with("SKIPPED  advisories "), "{first}");
        assert!(first.ends_with("there is no network"), "{first}");
        assert!(second.starts_with("passed   others "), "{second}");
        report.stage_or_skip("more", || Err::<Verdict, _>(Trouble));
        assert_eq!(report.failed().as_deref(), Some("more"));
    }

    #[test]
    fn nothing_failed_when_all_passed() {
        let mut report = Report::default();
        report.stage("fmt", || Ok::<(), Trouble>(()));
        assert_eq!(report.failed(), None);
    }
}
