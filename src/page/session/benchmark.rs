//! The benchmark: measures a round of cases one after the other.

use leptos::prelude::*;

use super::benchmark_run::{BenchmarkRun, BenchmarkRunState, CASE_BUDGET_MS};
use super::connection::Connection;
use super::data::DataState;
use super::machine::is_sound;
use super::notices::{self, Complaint};
use super::run::CurrentRun;
use crate::benchmark::BenchmarkCase;
use crate::protocol::{Command, Reply, Status};

/// The benchmark. Its measurements are stored in [`Machine`].
#[derive(Clone, Copy)]
pub struct BenchmarkState {
    connection: Connection,
    data: DataState,
    run: CurrentRun,
    /// The current round of measurements, or the last one of this visit.
    pub round: RwSignal<BenchmarkRun>,
}

impl BenchmarkState {
    pub(super) fn new(connection: Connection, data: DataState, run: CurrentRun) -> Self {
        Self { connection, data, run, round: RwSignal::new(BenchmarkRun::default()) }
    }

    /// Whether a measurement is in progress or about to start.
    pub fn is_measuring(self) -> bool {
        let running =
            self.round.with(|benchmark_run| benchmark_run.state() == BenchmarkRunState::Running);
        running || self.connection.status.get() == Status::Benchmark
    }

    /// Whether measuring may start: the worker is idle and has images.
    pub fn can_measure(self) -> bool {
        let at_leisure = self.connection.status.get().is_at_rest();
        let has_images = self.data.overview.with(Option::is_some);
        at_leisure
            && has_images
            && self.connection.alive.get()
            && !self.run.is_busy()
            && !self.is_measuring()
    }

    /// Measures these cases one after the other. A case that fails does not stop the others.
    pub fn measure(self, cases: Vec<BenchmarkCase>) {
        if untrack(move || self.can_measure()) {
            self.round.set(BenchmarkRun::of(cases));
            self.measure_next();
        }
    }

    /// Ends the round. Its measurements so far are kept.
    pub fn stop(self) {
        self.round.update(BenchmarkRun::stop);
        // If the last case has ended meanwhile, this is refused, with the same effect.
        self.connection.ask(Command::Stop, |_| {});
    }

    /// Continues the round, if there is one with a case left.
    pub(super) fn measure_next(self) {
        if self
            .round
            .with_untracked(|benchmark_run| benchmark_run.state() != BenchmarkRunState::Running)
        {
            return;
        }
        if !self.connection.alive.get_untracked() {
            self.round.update(|benchmark_run| {
                benchmark_run.give_up(&notices::no_worker());
            });
            return;
        }
        let Some(Some(case)) = self.round.try_update(BenchmarkRun::begin_next) else {
            return;
        };
        if case.webgpu {
            self.connection.replace_worker_without_gpu();
        }
        let command = Command::Measure { case, budget_ms: CASE_BUDGET_MS };
        self.connection.ask(command, move |outcome| {
            if outcome.as_ref().is_err_and(|failure| *failure == notices::worker_ended()) {
                // `lose_measurement` has noted why this case failed, and the round continues from there.
                return;
            }
            self.round.update(|benchmark_run| benchmark_run.finish(judged(outcome)));
            self.measure_next();
        });
    }

    /// The worker died. If it was measuring a case, that case has failed.
    pub(super) fn lose_measurement(self, why: &Complaint) {
        if self
            .round
            .with_untracked(|benchmark_run| benchmark_run.state() == BenchmarkRunState::Running)
        {
            self.round.update(|benchmark_run| benchmark_run.finish(Err(why.clone())));
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
