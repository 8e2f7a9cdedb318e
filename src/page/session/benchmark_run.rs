//! A round of measurements: one case after the other, until the last or until the visitor stops it.

use leptos::prelude::*;

use super::measured::is_sound;
use super::{Complaint, Session, notices};
use crate::benchmark::BenchmarkCase;
use crate::protocol::{Command, Reply, Status};

/// How long each case is measured; opening its engine comes on top.
pub const CASE_BUDGET_MS: f64 = 2_000.0;

/// How far a case of a round has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseState {
    Waiting,
    Measuring,
    Measured,
    /// It could not be measured, and why.
    Failed(Complaint),
}

/// How far a round has come. The words are stable: pages and tests read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BenchmarkRunState {
    /// None was asked for, or it was stopped.
    Idle,
    Running,
    /// It is over, and something was measured.
    Done,
    /// It is over, and nothing could be measured.
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
    fn of(cases: Vec<BenchmarkCase>) -> Self {
        let waiting = cases.into_iter().map(|case| (case, CaseState::Waiting));
        Self { cases: waiting.collect(), stopped: false }
    }

    /// How far a case has come; `None` if it is not in the round.
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
    fn begin_next(&mut self) -> Option<BenchmarkCase> {
        if self.cases.iter().any(|(_, state)| *state == CaseState::Measuring) {
            return None;
        }
        let next = self.cases.iter_mut().find(|(_, state)| *state == CaseState::Waiting)?;
        next.1 = CaseState::Measuring;
        Some(next.0)
    }

    /// Takes the outcome of the case being measured; that of a stopped round is of no interest.
    fn finish(&mut self, outcome: Result<(), Complaint>) {
        let measuring =
            |(_, state): &&mut (BenchmarkCase, CaseState)| *state == CaseState::Measuring;
        if let Some((_, state)) = self.cases.iter_mut().find(measuring) {
            *state = outcome.map_or_else(CaseState::Failed, |()| CaseState::Measured);
        }
        if self.stopped {
            self.cases.retain(|(_, state)| !matches!(state, CaseState::Failed(_)));
        }
    }

    fn stop(&mut self) {
        self.stopped = true;
        self.cases.retain(|(_, state)| *state != CaseState::Waiting);
    }

    fn give_up(&mut self, why: &Complaint) {
        for (_, state) in &mut self.cases {
            if *state == CaseState::Waiting {
                *state = CaseState::Failed(why.clone());
            }
        }
    }
}

impl Session {
    /// Whether a measurement is under way, or about to be.
    pub fn is_measuring(self) -> bool {
        let running = self
            .benchmark_run
            .with(|benchmark_run| benchmark_run.state() == BenchmarkRunState::Running);
        running || self.status.get() == Status::Benchmark
    }

    /// [`Self::is_measuring`], for a moment's decision.
    pub fn is_measuring_untracked(self) -> bool {
        untrack(move || self.is_measuring())
    }

    /// Whether measuring may begin: the worker is at leisure and has images.
    pub fn can_measure(self) -> bool {
        let at_leisure = matches!(self.status.get(), Status::Ready | Status::Done | Status::Error);
        let has_images = self.overview.with(Option::is_some);
        at_leisure && has_images && self.alive.get() && !self.is_busy() && !self.is_measuring()
    }

    /// Measures these cases, one after the other. One that fails does not keep the others.
    pub fn measure(self, cases: Vec<BenchmarkCase>) {
        if untrack(move || self.can_measure()) {
            self.benchmark_run.set(BenchmarkRun::of(cases));
            self.measure_next();
        }
    }

    /// Ends the round. What it has measured is kept.
    pub fn stop_measuring(self) {
        self.benchmark_run.update(BenchmarkRun::stop);
        // It is refused if the last case ended meanwhile, which comes to the same.
        self.ask(Command::Stop, |_| {});
    }

    /// Goes on with the round, if there is one and a case of it is left.
    pub(super) fn measure_next(self) {
        if self
            .benchmark_run
            .with_untracked(|benchmark_run| benchmark_run.state() != BenchmarkRunState::Running)
        {
            return;
        }
        if !self.alive.get_untracked() {
            self.benchmark_run.update(|benchmark_run| {
                benchmark_run.give_up(&notices::no_worker());
            });
            return;
        }
        let Some(Some(case)) = self.benchmark_run.try_update(BenchmarkRun::begin_next) else {
            return;
        };
        if case.webgpu {
            self.replace_worker_without_gpu();
        }
        let command = Command::Measure { case, budget_ms: CASE_BUDGET_MS };
        self.ask(command, move |outcome| {
            if outcome.as_ref().is_err_and(|failure| *failure == notices::worker_ended()) {
                // Who noticed its death has noted why this case failed, and goes on with the round.
                return;
            }
            self.benchmark_run.update(|benchmark_run| benchmark_run.finish(judged(outcome)));
            self.measure_next();
        });
    }

    /// The worker died; if it was measuring, that case has failed.
    pub(super) fn lose_measurement(self, why: &Complaint) {
        if self
            .benchmark_run
            .with_untracked(|benchmark_run| benchmark_run.state() == BenchmarkRunState::Running)
        {
            self.benchmark_run.update(|benchmark_run| benchmark_run.finish(Err(why.clone())));
        }
    }
}

fn judged(outcome: Result<Reply, Complaint>) -> Result<(), Complaint> {
    match outcome {
        Ok(Reply::Measured(measurement)) if is_sound(&measurement) => Ok(()),
        Ok(_) => Err(notices::wrong_answer()),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
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
