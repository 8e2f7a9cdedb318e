//! Files of results: a line of JSON for each run that has ended, appended as it ends.
//!
//! A line names its experiment, so that results of different ones are never taken for one, and its settings, so that it can
//! be read without the experiment's file. A last line without its end was cut off while it was written: it is passed over,
//! and its run counts as not ended.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};

use serde::{Deserialize, Serialize};

use super::{CurvePoint, Mistake, PlannedRun, RunEnd, RunResult, Runs};
use crate::history::EpochMetrics;
use crate::text;

/// The longest line, in bytes: a thousand epochs take less.
const MOST_LINE: u64 = 1 << 20;

/// A line as it is written.
#[derive(Serialize)]
struct Written<'a> {
    experiment: &'a str,
    number: u32,
    seed: u64,
    settings: BTreeMap<&'a str, &'a str>,
    end: Option<&'a RunEnd>,
    steps: u64,
    trained_ms: f64,
    epochs: &'a [EpochMetrics],
    curve: &'a [CurvePoint],
}

/// A line as it is read. Seed and settings follow from the experiment and the number.
#[derive(Deserialize)]
struct ReadLine {
    experiment: String,
    number: u32,
    end: RunEnd,
    steps: u64,
    trained_ms: f64,
    epochs: Vec<EpochMetrics>,
    curve: Vec<CurvePoint>,
}

impl RunResult {
    /// The result as a line with its end, for a file of this experiment's results.
    #[must_use]
    pub fn to_line(&self, identity: &str, run: &PlannedRun) -> String {
        let settings = run.varied.iter().map(|(field, text)| (field.key(), text.as_str()));
        let line = Written {
            experiment: identity,
            number: self.number,
            seed: run.config.seed,
            settings: settings.collect(),
            end: self.end.as_ref(),
            steps: self.steps,
            trained_ms: self.trained_ms,
            epochs: &self.epochs,
            curve: &self.curve,
        };
        // Maps of texts and numbers cannot fail.
        let mut line = serde_json::to_string(&line).unwrap_or_default();
        line.push('\n');
        line
    }

    /// Whether what was read can be what a run measured.
    fn is_consistent(&self) -> bool {
        let numbers = |epoch: &EpochMetrics| {
            let EpochMetrics { train_loss, valid_loss, valid_accuracy, .. } = *epoch;
            train_loss.is_finite()
                && valid_loss.is_finite()
                && (0.0..=1.0).contains(&valid_accuracy)
        };
        let mut last = 0;
        let follows = |point: &CurvePoint| {
            point.loss.is_finite() && std::mem::replace(&mut last, point.step) < point.step
        };
        let steps = self.epochs.iter().map(|epoch| epoch.step);
        self.trained_ms >= 0.0
            && self.trained_ms.is_finite()
            && self.epochs.iter().zip(1..).all(|(epoch, number)| epoch.epoch == number)
            && self.epochs.iter().all(numbers)
            && steps.clone().is_sorted()
            && steps.max().unwrap_or(0) <= self.steps
            && self.curve.len() <= Self::MOST_POINTS
            && self.curve.iter().all(follows)
            && self.curve.last().is_none_or(|point| point.step <= self.steps)
    }
}

/// What files of results hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// The results, in the order of their lines, each run once.
    pub results: Vec<RunResult>,
    /// Bytes of the whole lines of the file that was read last; what follows them was cut off.
    pub whole: u64,
    /// Lines of runs that stood there already. The first one counts.
    pub doubled: u32,
    /// Which runs have a result, by their numbers less 1; as long as the highest needs.
    seen: Vec<bool>,
}

impl Lines {
    /// Adds what a file of results holds.
    ///
    /// # Errors
    /// The first line that is not one of this experiment's, or what the system says if the file cannot be read.
    pub fn read(
        &mut self,
        mut from: impl BufRead,
        identity: &str,
        runs: &Runs,
    ) -> Result<(), Mistake> {
        self.whole = 0;
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            let read = from.by_ref().take(MOST_LINE).read_until(b'\n', &mut bytes);
            let unreadable =
                |error: io::Error| Mistake::Unreadable { why: text::quote(&error.to_string()) };
            read.map_err(unreadable)?;
            if bytes.last() != Some(&b'\n') {
                if bytes.len() as u64 == MOST_LINE {
                    return Err(Mistake::Line { line, why: String::new() });
                }
                break;
            }
            let result = parse(&bytes, line, identity)?;
            let is_known = runs.get(result.number).is_some();
            if !is_known || !result.is_consistent() {
                return Err(Mistake::Contradiction { line });
            }
            if self.mark(result.number) {
                self.doubled += 1;
            } else {
                self.results.push(result);
            }
            self.whole += bytes.len() as u64;
        }
        Ok(())
    }

    /// Marks a run of the experiment, and says whether it was.
    fn mark(&mut self, number: u32) -> bool {
        let place = (number as usize).saturating_sub(1);
        if self.seen.len() <= place {
            self.seen.resize(place + 1, false);
        }
        self.seen.get_mut(place).is_some_and(|seen| std::mem::replace(seen, true))
    }
}

fn parse(bytes: &[u8], line: u64, identity: &str) -> Result<RunResult, Mistake> {
    let wrong = |error: serde_json::Error| {
        let why = text::quote(&error.to_string());
        Mistake::Line { line, why }
    };
    let ReadLine { experiment, number, end, steps, trained_ms, epochs, curve } =
        serde_json::from_slice(bytes).map_err(wrong)?;
    if experiment != identity {
        let found = text::line(&experiment, Mistake::MOST_REPEATED);
        return Err(Mistake::OtherExperiment { line, found });
    }
    let end = match end {
        RunEnd::Failed { why } => RunEnd::Failed { why: text::quote(&why) },
        other => other,
    };
    Ok(RunResult { number, end: Some(end), steps, trained_ms, epochs, curve })
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
