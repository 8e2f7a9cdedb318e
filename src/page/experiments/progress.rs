//! What the pool tells of the runs, and the drawing of what they measured.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::plan::{Outcome, Plan, Trouble};
use super::state::Experiments;
use crate::experiment::{Findings, RunEnd, Table, Verdict};
use crate::network::CLASSES;
use crate::page::browser::now_ms;
use crate::page::session::{Complaint, JobEnd, PoolNews};
use crate::page::words::words;
use crate::protocol::Failure;

/// The shortest time between two drawings of what runs measure.
const REDRAW: Duration = Duration::from_millis(500);

impl Experiments {
    /// The pool tells of a run.
    pub(super) fn hear(self, news: PoolNews) {
        let at_ms = now_ms();
        match news {
            PoolNews::Began(number, overview) => {
                self.inner.update_value(|inner| inner.results.began(number, &overview, at_ms));
            }
            PoolNews::Progress(number, progress) => {
                self.inner.update_value(|inner| inner.results.progressed(number, &progress, at_ms));
            }
            PoolNews::EpochEnded(number, metrics) => {
                let falls = self.inner.try_update_value(|inner| {
                    inner.results.finished_epoch(number, metrics, at_ms);
                    let rungs = inner.rungs.as_mut()?;
                    let verdict = rungs.reached(number, metrics.epoch, metrics.valid_loss);
                    (verdict == Verdict::Stops).then(|| inner.falling.push(number))
                });
                if falls.flatten().is_some() {
                    self.pool.stop_run(number);
                }
            }
            PoolNews::Ended(number, end) => self.run_ended(number, end),
            PoolNews::WorkerLost(_, death) => {
                self.deaths.update(|(count, last)| {
                    *count += 1;
                    *last = Some(*death);
                });
            }
            PoolNews::Problem(failure) => self.trouble.set(Some(Trouble::Failed(failure))),
            PoolNews::Empty => {
                self.is_over();
                return self.redraw();
            }
        }
        self.redraw_soon();
    }

    fn run_ended(self, number: u32, end: JobEnd) {
        let fell_behind = self.inner.try_update_value(|inner| {
            let fell = inner.falling.iter().position(|it| *it == number);
            let fell = fell.map(|at| inner.falling.swap_remove(at)).is_some();
            let (steps, epochs) = inner
                .results
                .get(number)
                .map_or((0, 0), |result| (result.steps, result.epochs.len() as u32));
            let end = match end {
                JobEnd::Ended(ending) => ending.into(),
                JobEnd::Stopped if fell => RunEnd::Halved { epochs },
                JobEnd::Stopped => RunEnd::Stopped,
                JobEnd::WasOver => RunEnd::Completed,
                JobEnd::Failed(Complaint::Worker(Failure::RunDiverged { measured, .. })) => {
                    RunEnd::Diverged { step: measured.max(steps) }
                }
                JobEnd::Failed(why) => {
                    self.trouble.set(Some(Trouble::Failed(why.clone())));
                    RunEnd::Failed { why: words().failures.told(&why).happened }
                }
            };
            let is_behind = matches!(end, RunEnd::Halved { .. });
            inner.results.ended(number, end);
            is_behind
        });
        let plan = self.plan.get_untracked();
        if let Some(plan) = plan.filter(|_| fell_behind == Some(true)) {
            let mut plan = Plan::clone(&plan);
            plan.kept.fell_behind.push(number);
            self.remember(&plan.kept);
            self.plan.set(Some(Arc::new(plan)));
        }
    }

    /// Draws what was measured soon.
    fn redraw_soon(self) {
        let will =
            self.inner.try_update_value(|inner| std::mem::replace(&mut inner.will_redraw, true));
        if will == Some(false) {
            set_timeout(move || self.redraw(), REDRAW);
        }
    }

    /// Draws what was measured now.
    pub(super) fn redraw(self) {
        let Some(plan) = self.plan.get_untracked() else { return };
        let of_page = || self.inputs.with_untracked(|it| it.as_ref().map(|it| it.classes));
        let classes = plan.kept.classes.or_else(of_page).unwrap_or(CLASSES as u32);
        let outcome = self.inner.try_update_value(|inner| {
            inner.will_redraw = false;
            let all = inner.results.all();
            let table = Table::new(&plan.runs, &all);
            let findings = Findings::of(&plan.runs, &table, &all, classes);
            Outcome { table, findings, results: inner.results.clone(), classes }
        });
        self.outcome.set(outcome.map(Arc::new));
    }
}
