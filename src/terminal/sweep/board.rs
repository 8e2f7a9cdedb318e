//! What is shown while an experiment runs: a bar in a terminal, a line a run elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use super::pool::lock;
use crate::experiment::{PlannedRun, RunResult};
use crate::terminal::words;

/// The progress of an experiment.
pub(super) struct Board {
    bar: ProgressBar,
    is_terminal: bool,
    /// Training images an epoch.
    train_images: u64,
    counts: Mutex<Counts>,
}

/// How many runs there are.
struct Counts {
    /// In the part that is run here, those that had ended before included.
    all: usize,
    ended: usize,
    under_way: usize,
}

impl Board {
    /// A board for so many runs, of which so many have ended, with those that are still to be run.
    pub fn new(all: usize, ended: usize, missing: &[&PlannedRun], train_images: u64) -> Self {
        let images = missing.iter().map(|run| run.images(train_images));
        let bar = ProgressBar::new(images.fold(0, u64::saturating_add));
        if let Ok(style) = ProgressStyle::with_template(words::sweep::PROGRESS) {
            bar.set_style(style);
        }
        let is_terminal = std::io::stderr().is_terminal();
        let counts = Mutex::new(Counts { all, ended, under_way: 0 });
        let board = Self { bar, is_terminal, train_images, counts };
        board.show(&lock(&board.counts));
        board
    }

    /// A run begins, or goes on after so many steps.
    pub fn begins(&self, run: &PlannedRun, steps: u64) {
        let mut counts = lock(&self.counts);
        counts.under_way += 1;
        self.show(&counts);
        drop(counts);
        self.steps(run, steps);
    }

    /// A run has taken so many more steps.
    pub fn steps(&self, run: &PlannedRun, steps: u64) {
        self.bar.inc(steps.saturating_mul(run.config.batch_size as u64));
    }

    /// A run has ended.
    pub fn ends(&self, run: &PlannedRun, result: &RunResult) {
        let planned = run.images(self.train_images);
        let seen = result.steps.saturating_mul(run.config.batch_size as u64);
        // What it will not see any more; or the surplus of last, smaller batches that were counted as whole ones.
        if seen < planned {
            self.bar.inc(planned - seen);
        } else {
            self.bar.dec(seen - planned);
        }
        let mut counts = lock(&self.counts);
        counts.under_way = counts.under_way.saturating_sub(1);
        counts.ended += 1;
        self.show(&counts);
        if !self.is_terminal {
            eprintln!("{}", words::sweep::ended(run, result, counts.ended, counts.all));
        }
    }

    /// Takes the bar away.
    pub fn close(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, counts: &Counts) {
        self.bar.set_message(words::sweep::counts(counts.ended, counts.all, counts.under_way));
    }
}
