//! A round of measurements: one case after the other, until the last or until the visitor stops it.

use super::Complaint;
use crate::benchmark::BenchmarkCase;

/// How long each case is measured, not counting the time to open its engine.
pub const CASE_BUDGET_MS: f64 = 2_000.0;

/// The progress of a case in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseState {
    Waiting,
    Measuring,
    Measured,
    /// It could not be measured, with the reason.
    Failed(Complaint),
}

/// The progress of a round. The identifiers are stable: style sheets and tests read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BenchmarkRunState {
    /// No round was started, or it was stopped.
    Idle,
    Running,
    /// The round is over, and at least one case was measured.
    Done,
    /// The round is over, and no case could be measured.
    Failed,
}

impl BenchmarkRunState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// Cases in the order in which they are measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BenchmarkRun {
    cases: Vec<(BenchmarkCase, CaseState)>,
    stopped: bool,
}

impl BenchmarkRun {
    pub(super) fn of(cases: Vec<BenchmarkCase>) -> Self {
        let waiting = cases.into_iter().map(|case| (case, CaseState::Waiting));
        Self { cases: waiting.collect(), stopped: false }
    }

    /// The progress of a case; `None` if it is not in the round.
    pub fn state_of(&self, case: BenchmarkCase) -> Option<&CaseState> {
        self.cases.iter().find(|(known, _)| *known == case).map(|(_, state)| state)
    }

    pub fn state(&self) -> BenchmarkRunState {
        let any = |wanted: fn(&CaseState) -> bool| self.cases.iter().any(|(_, case)| wanted(case));
        if any(|case| matches!(case, CaseState::Waiting | CaseState::Measuring)) {
            BenchmarkRunState::Running
        } else if self.stopped || self.cases.is_empty() {
            BenchmarkRunState::Idle
        } else if any(|case| *case == CaseState::Measured) {
            BenchmarkRunState::Done
        } else {
            BenchmarkRunState::Failed
        }
    }

    /// Whether the visitor has stopped it.
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The next case to measure, unless one is being measured.
    pub(super) fn begin_next(&mut self) -> Option<BenchmarkCase> {
        if self.cases.iter().any(|(_, state)| *state == CaseState::Measuring) {
            return None;
        }
        let next = self.cases.iter_mut().find(|(_, state)| *state == CaseState::Waiting)?;
        next.1 = CaseState::Measuring;
        Some(next.0)
    }

    /// Records the outcome of the case being measured, unless the round was stopped.
    pub(super) fn finish(&mut self, outcome: Result<(), Complaint>) {
        let measuring =
            |(_, state): &&mut (BenchmarkCase, CaseState)| *state == CaseState::Measuring;
        if let Some((_, state)) = self.cases.iter_mut().find(measuring) {
            *state = outcome.map_or_else(CaseState::Failed, |()| CaseState::Measured);
        }
        if self.stopped {
            self.cases.retain(|(_, state)| !matches!(state, CaseState::Failed(_)));
        }
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.cases.retain(|(_, state)| *state != CaseState::Waiting);
    }

    pub(super) fn give_up(&mut self, why: &Complaint) {
        for (_, state) in &mut self.cases {
            if *state == CaseState::Waiting {
                *state = CaseState::Failed(why.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::notices;
    use super::*;

    fn case(words: &str) -> BenchmarkCase {
        words.parse().unwrap()
    }

    fn round() -> BenchmarkRun {
        BenchmarkRun::of(["cpu-fused-4", "cpu-fused-64", "cpu-fused-512"].map(case).to_vec())
    }

    #[test]
    fn cases_are_measured_one_after_the_other_and_a_failed_one_keeps_none() {
        let mut benchmark_run = round();
        assert_eq!(BenchmarkRun::default().state(), BenchmarkRunState::Idle);
        for (words, outcome) in [
            ("cpu-fused-4", Ok(())),
            ("cpu-fused-64", Err(notices::no_worker())),
            ("cpu-fused-512", Ok(())),
        ] {
            assert_eq!(benchmark_run.begin_next(), Some(case(words)));
            assert_eq!(benchmark_run.begin_next(), None, "one is being measured");
            assert_eq!(benchmark_run.state(), BenchmarkRunState::Running);
            benchmark_run.finish(outcome);
        }
        assert_eq!(benchmark_run.begin_next(), None);
        assert_eq!(benchmark_run.state(), BenchmarkRunState::Done);
        assert_eq!(
            benchmark_run.state_of(case("cpu-fused-64")),
            Some(&CaseState::Failed(notices::no_worker()))
        );
    }

    #[test]
    fn a_stopped_round_keeps_what_was_measured_and_forgets_the_rest() {
        let mut benchmark_run = round();
        benchmark_run.begin_next();
        benchmark_run.finish(Ok(()));
        benchmark_run.begin_next();
        benchmark_run.stop();
        assert_eq!(
            benchmark_run.state(),
            BenchmarkRunState::Running,
            "the case at hand has not ended yet"
        );
        benchmark_run.finish(Err(notices::worker_ended()));
        assert_eq!(benchmark_run.state(), BenchmarkRunState::Idle);
        assert_eq!(benchmark_run.begin_next(), None);
        assert_eq!(benchmark_run.state_of(case("cpu-fused-4")), Some(&CaseState::Measured));
        assert_eq!(benchmark_run.state_of(case("cpu-fused-64")), None);
    }

    #[test]
    fn a_round_in_which_all_fails_has_failed() {
        let mut benchmark_run = round();
        benchmark_run.begin_next();
        benchmark_run.finish(Err(notices::no_worker()));
        benchmark_run.give_up(&notices::no_worker());
        assert_eq!(benchmark_run.state(), BenchmarkRunState::Failed);
    }
}
