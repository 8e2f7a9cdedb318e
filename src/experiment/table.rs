//! What came of an experiment: a row for each combination.

use super::{Counted, RunEnd, RunResult, Runs, Varied};

/// A row for each combination, by its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The rows; the one of combination `c` stands at place `c`.
    pub rows: Vec<Row>,
}

/// What came of a combination.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The combination, from 0.
    pub combination: u32,
    /// What distinguishes it.
    pub varied: Varied,
    /// Its runs.
    pub seeds_planned: u32,
    /// Those of them that have ended.
    pub seeds_done: u32,
    /// How it stands.
    pub state: RowState,
    /// Which of its runs count.
    pub counted: Counted,
    /// The validation losses of the runs that count, each at the epoch where it is lowest.
    pub valid_loss: Option<Spread>,
    /// The accuracies, 0 to 1, of the same runs at the same epochs.
    pub valid_accuracy: Option<Spread>,
    /// How its runs ended.
    pub ended: Ends,
}

/// How a combination stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// At least one of its runs has begun, and at least one has not ended.
    Running,
    /// None of its runs has begun.
    #[default]
    Waiting,
    /// All of its runs have ended, at least one of them as its settings say.
    Done,
    /// All have ended, the best of them at a rung.
    Halved,
    /// All have ended, the best of them by a person.
    Stopped,
    /// All have ended, and those that did not fail diverged.
    Diverged,
    /// All failed.
    Failed,
}

/// How many runs ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Took all of their steps.
    pub completed: u32,
    /// Ended because their validation loss no longer fell.
    pub early_stopped: u32,
    /// Fell behind at a rung.
    pub halved: u32,
    /// Diverged.
    pub diverged: u32,
    /// Were stopped by a person.
    pub stopped: u32,
    /// Could not start or go on.
    pub failed: u32,
}

impl Ends {
    /// Counts one more.
    pub fn count(&mut self, end: &RunEnd) {
        let count = match end {
            RunEnd::Completed => &mut self.completed,
            RunEnd::EarlyStopped => &mut self.early_stopped,
            RunEnd::Halved { .. } => &mut self.halved,
            RunEnd::Diverged { .. } => &mut self.diverged,
            RunEnd::Stopped => &mut self.stopped,
            RunEnd::Failed { .. } => &mut self.failed,
        };
        *count += 1;
    }

    /// All that ended.
    #[must_use]
    pub const fn all(&self) -> u32 {
        self.completed
            + self.early_stopped
            + self.halved
            + self.diverged
            + self.stopped
            + self.failed
    }

    /// Those that ended as their settings say.
    #[must_use]
    pub const fn whole(&self) -> u32 {
        self.completed + self.early_stopped
    }
}

/// Numbers of several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
    /// Their sample standard deviation (the squares' sum divided by one less than their number); `None` of a single one.
    pub deviation: Option<f64>,
    /// How many there are, at least 1.
    pub count: u32,
}

impl Spread {
    /// The spread of these numbers, those left out that are not finite; `None` of none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let count = finite().count();
        if count == 0 {
            return None;
        }
        let mean = finite().sum::<f64>() / count as f64;
        let squares: f64 = finite().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            mean,
            least: finite().fold(f64::INFINITY, f64::min),
            most: finite().fold(f64::NEG_INFINITY, f64::max),
            deviation: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
            count: count as u32,
        })
    }
}

impl Table {
    /// The table of these results. Of several results of a run, the last counts; results of other runs are passed over.
    #[must_use]
    pub fn new<'a>(runs: &Runs, results: impl IntoIterator<Item = &'a RunResult>) -> Self {
        let mut found: Vec<Option<&RunResult>> = vec![None; runs.runs.len()];
        for result in results {
            let place = (result.number as usize).checked_sub(1);
            if let Some(place) = place.and_then(|place| found.get_mut(place)) {
                *place = Some(result);
            }
        }
        let mut of_rows: Vec<Vec<&RunResult>> = vec![Vec::new(); runs.combinations as usize];
        let mut rows: Vec<Row> = vec![Row::default(); runs.combinations as usize];
        for (run, result) in runs.runs.iter().zip(&found) {
            let at = run.combination as usize;
            let (Some(row), Some(results)) = (rows.get_mut(at), of_rows.get_mut(at)) else {
                continue;
            };
            if row.seeds_planned == 0 {
                row.combination = run.combination;
                row.varied.clone_from(&run.varied);
            }
            row.seeds_planned += 1;
            results.extend(*result);
        }
        for (row, results) in rows.iter_mut().zip(&of_rows) {
            row.take(results);
        }
        Self { rows }
    }

    /// The row of a combination.
    #[must_use]
    pub fn get(&self, combination: u32) -> Option<&Row> {
        self.rows.get(combination as usize)
    }

    /// How all runs ended.
    #[must_use]
    pub fn ended(&self) -> Ends {
        let mut all = Ends::default();
        for Row { ended, .. } in &self.rows {
            all.completed += ended.completed;
            all.early_stopped += ended.early_stopped;
            all.halved += ended.halved;
            all.diverged += ended.diverged;
            all.stopped += ended.stopped;
            all.failed += ended.failed;
        }
        all
    }
}

impl Row {
    fn take(&mut self, results: &[&RunResult]) {
        let ends = results.iter().filter_map(|result| result.end.as_ref());
        ends.for_each(|end| self.ended.count(end));
        self.seeds_done = self.ended.all();
        self.state = self.state_of(results.len());
        self.counted = Counted::of(results);
        let counting = results.iter().filter(|result| self.counted.has(result.number));
        let best: Vec<_> = counting.filter_map(|result| result.best()).collect();
        let losses: Vec<f64> = best.iter().map(|epoch| epoch.valid_loss).collect();
        let accuracies: Vec<f64> = best.iter().map(|epoch| epoch.valid_accuracy).collect();
        self.valid_loss = Spread::of(&losses);
        self.valid_accuracy = Spread::of(&accuracies);
    }

    /// The state of a combination with so many results.
    const fn state_of(&self, results: usize) -> RowState {
        let Ends { halved, stopped, diverged, .. } = self.ended;
        match () {
            () if results == 0 => RowState::Waiting,
            () if self.seeds_done < self.seeds_planned => RowState::Running,
            () if self.ended.whole() > 0 => RowState::Done,
            () if halved > 0 => RowState::Halved,
            () if stopped > 0 => RowState::Stopped,
            () if diverged > 0 => RowState::Diverged,
            () => RowState::Failed,
        }
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
