//! What is true of an experiment's results, as facts for a sentence.

use super::{Ends, Row, RunEnd, RunResult, Runs, Spread, Table, Varied};
use crate::history::is_near_chance;

/// What is true of the results at hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The combinations planned.
    pub combinations: u32,
    /// The runs planned.
    pub runs: u32,
    /// How those ended that have.
    pub ended: Ends,
    /// Those that have not.
    pub missing: u32,
    /// The combination with the lowest mean validation loss, among those with runs that ended as their settings say; only
    /// these count ([`super::Counted`]).
    pub best: Option<Standing>,
    /// The one after it.
    pub next: Option<Standing>,
    /// By how much the best leads; `None` without a next.
    pub lead: Option<Lead>,
    /// Runs that count, that nobody stopped, and whose best accuracy is about that of guessing.
    pub learnt_nothing: u32,
    /// The combinations of these, ascending.
    pub learnt_nothing_in: Vec<u32>,
    /// The combinations in which at least one run diverged, ascending.
    pub diverged_in: Vec<u32>,
    /// The combinations in which at least one run failed, ascending.
    pub failed_in: Vec<u32>,
}

/// A combination with what it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The combination, from 0.
    pub combination: u32,
    /// What distinguishes it.
    pub varied: Varied,
    /// The validation losses of its seeds.
    pub valid_loss: Spread,
    /// Their accuracies, 0 to 1.
    pub valid_accuracy: Option<Spread>,
}

/// By how much the best combination leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// The next one's mean validation loss less the best one's, at least 0.
    pub difference: f64,
    /// The greater of the two sample standard deviations over the seeds; `None` if either has fewer than two.
    pub deviation: Option<f64>,
    /// What that tells.
    pub told: Told,
}

/// What a lead tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The difference is greater than the spread over the seeds.
    Apart,
    /// It is not: with other seeds, another combination may be the best.
    NotApart,
    /// Nothing: at least one of the two has a single run, so the spread is unknown.
    SpreadUnknown,
}

impl Findings {
    /// What is true of these results, on a data set with so many classes.
    #[must_use]
    pub fn of<'a>(
        runs: &Runs,
        table: &Table,
        results: impl IntoIterator<Item = &'a RunResult>,
        classes: u32,
    ) -> Self {
        let (ended, all) = (table.ended(), runs.runs.len() as u32);
        let mut standings: Vec<Standing> = table.rows.iter().filter_map(Standing::of).collect();
        standings.sort_by(|one, other| one.valid_loss.mean.total_cmp(&other.valid_loss.mean));
        let mut standings = standings.into_iter();
        let (best, next) = (standings.next(), standings.next());
        let lead = best.as_ref().zip(next.as_ref()).map(|(best, next)| Lead::of(best, next));
        let learns_nothing = |result: &&RunResult| {
            let row = runs.get(result.number).and_then(|run| table.get(run.combination));
            let counts = row.is_some_and(|row| row.counted.has(result.number));
            let is_done = !matches!(result.end, None | Some(RunEnd::Stopped));
            let best = result.epochs.iter().map(|epoch| epoch.valid_accuracy).reduce(f64::max);
            counts
                && is_done
                && best.is_some_and(|accuracy| is_near_chance(accuracy, classes as usize))
        };
        // Of several results of a run, the table takes the last; here each run counts once, too.
        let mut numbers: Vec<u32> =
            results.into_iter().filter(learns_nothing).map(|result| result.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let known = numbers.iter().filter_map(|number| runs.get(*number));
        let mut learnt_nothing_in: Vec<u32> = known.map(|run| run.combination).collect();
        let learnt_nothing = learnt_nothing_in.len() as u32;
        learnt_nothing_in.sort_unstable();
        learnt_nothing_in.dedup();
        let rows_with = |has: fn(&Ends) -> bool| {
            let rows = table.rows.iter().filter(|row| has(&row.ended));
            rows.map(|row| row.combination).collect()
        };
        Self {
            combinations: runs.combinations,
            runs: all,
            ended,
            missing: all.saturating_sub(ended.all()),
            best,
            next,
            lead,
            learnt_nothing,
            learnt_nothing_in,
            diverged_in: rows_with(|ended| ended.diverged > 0),
            failed_in: rows_with(|ended| ended.failed > 0),
        }
    }
}

impl Standing {
    /// The standing of a combination with runs that ended as their settings say.
    fn of(row: &Row) -> Option<Self> {
        let valid_loss = row.valid_loss.filter(|_| row.counted.are_whole())?;
        Some(Self {
            combination: row.combination,
            varied: row.varied.clone(),
            valid_loss,
            valid_accuracy: row.valid_accuracy,
        })
    }
}

impl Lead {
    fn of(best: &Standing, next: &Standing) -> Self {
        let difference = next.valid_loss.mean - best.valid_loss.mean;
        let deviations = best.valid_loss.deviation.zip(next.valid_loss.deviation);
        let deviation = deviations.map(|(best, next)| best.max(next));
        let told = match deviation {
            None => Told::SpreadUnknown,
            Some(deviation) if difference > deviation => Told::Apart,
            Some(_) => Told::NotApart,
        };
        Self { difference, deviation, told }
    }
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;
