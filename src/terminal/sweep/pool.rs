//! The training loops of an experiment: so many on the CPU, each on a thread of its own, and beside them one on the GPU.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::arguments::Keeps;
use super::board::Board;
use super::folder::Folder;
use super::job::{Job, JobEnd, TestedEngine};
use super::results::ResultsFile;
use crate::dataset::Dataset;
use crate::engine::Engine;
use crate::engine::self_test::real_images;
use crate::experiment::{PlannedRun, RunResult, Rungs, Runs, Verdict};
use crate::terminal::{TerminalError, clock};

/// What all training loops of an experiment have in common.
pub(super) struct Shared<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// Its identity.
    pub identity: &'a str,
    /// Its identity on the data set that it trains on, by which the library knows its runs.
    pub known_by: &'a str,
    /// Its runs.
    pub runs: &'a Runs,
    /// What they train on: in memory once.
    pub dataset: &'a Dataset,
    /// Where everything is written.
    pub folder: &'a Folder,
    /// What is kept of each run.
    pub keeps: Keeps,
    /// What is shown meanwhile.
    pub board: Board,
    /// Where results go.
    pub results: Mutex<ResultsFile>,
    /// The results of this process.
    pub done: Mutex<Vec<RunResult>>,
    /// Which runs stop early.
    pub rungs: Option<Mutex<Rungs>>,
    /// Set by an interrupt.
    pub interrupted: &'a AtomicBool,
    /// Set by an error after which nothing could be written.
    pub given_up: AtomicBool,
    /// The second, since 1970 UTC, after which the newest run was named.
    pub named_at: AtomicI64,
}

/// How a training loop ended. A panic has been told by the thread itself.
fn ended(joined: std::thread::Result<Result<(), TerminalError>>) -> Result<(), TerminalError> {
    joined.unwrap_or(Err(TerminalError::LoopPanicked))
}

/// What another thread left behind by a panic is still whole: every change is made by one call.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared<'_> {
    /// Whether runs are to be saved before their end.
    pub fn is_to_end(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst) || self.given_up.load(Ordering::SeqCst)
    }

    /// A name for a new run that none of this process has: runs are named after seconds, and several begin in one.
    pub fn new_name(&self) -> String {
        let now = clock::seconds() as i64;
        let next = |before: i64| Some(now.max(before.saturating_add(1)));
        let before = self.named_at.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        clock::timestamp_at(now.max(before.unwrap_or(now).saturating_add(1)))
    }

    /// Writes a result, after which its run counts as ended.
    ///
    /// # Errors
    /// [`TerminalError::Write`].
    pub fn record(&self, result: RunResult) -> Result<(), TerminalError> {
        let Some(planned) = self.runs.get(result.number) else { return Ok(()) };
        lock(&self.results).append(&result.to_line(self.identity, planned))?;
        self.board.ends(planned, &result);
        lock(&self.done).push(result);
        Ok(())
    }

    /// What a run does that has reached this epoch.
    pub fn judge(&self, number: u32, epochs: u32, valid_loss: f64) -> Verdict {
        let rungs = self.rungs.as_ref();
        rungs.map_or(Verdict::GoesOn, |rungs| lock(rungs).reached(number, epochs, valid_loss))
    }

    /// Counts a run at a rung where it was before.
    pub fn rungs_passed(&self, number: u32, epochs: u32, valid_loss: f64) {
        if let Some(rungs) = &self.rungs {
            lock(rungs).passed(number, epochs, valid_loss);
        }
    }

    /// Trains these runs: those on the CPU by so many loops, those on the GPU one after the other.
    ///
    /// # Errors
    /// The first error of a loop. The others have then saved their runs, or finished them if only the GPU failed or a loop
    /// panicked.
    pub fn train(
        &self,
        on_cpu: VecDeque<&PlannedRun>,
        on_gpu: Option<(Engine, VecDeque<&PlannedRun>)>,
        jobs: usize,
    ) -> Result<(), TerminalError> {
        let loops = jobs.min(on_cpu.len());
        let queue = Mutex::new(on_cpu);
        let mut ends = Vec::new();
        std::thread::scope(|scope| {
            let work = || self.work(Engine::cpu(), || lock(&queue).pop_front());
            let threads: Vec<_> = (0..loops).map(|_| scope.spawn(work)).collect();
            // On this thread, because the GPU's objects cannot leave the one that opened them.
            if let Some((engine, mut runs)) = on_gpu {
                ends.push(self.work(engine, || runs.pop_front()));
            }
            ends.extend(threads.into_iter().map(|thread| ended(thread.join())));
        });
        ends.into_iter().collect()
    }

    /// A training loop: takes one run after the other until there is none or the program is to end.
    fn work<'b>(
        &'b self,
        engine: Engine,
        mut next: impl FnMut() -> Option<&'b PlannedRun>,
    ) -> Result<(), TerminalError> {
        let mut engine = TestedEngine::new(engine, real_images(&self.dataset.train));
        while !self.is_to_end()
            && let Some(planned) = next()
        {
            match pollster::block_on(Job::run(self, planned, &mut engine)) {
                Ok(JobEnd::Ended) => {}
                Ok(JobEnd::Saved) => break,
                Err(error) => {
                    // What a GPU reports concerns its loop alone.
                    if !matches!(error, TerminalError::Training { .. } | TerminalError::Engine(_)) {
                        self.given_up.store(true, Ordering::SeqCst);
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_loop_that_panicked_is_an_error_and_no_interrupt() {
        let ended = ended(std::thread::spawn(|| panic!("tried on purpose")).join());
        assert!(matches!(ended, Err(TerminalError::LoopPanicked)));
    }
}
