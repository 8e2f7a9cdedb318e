//! What the runs of an experiment have measured so far, as the pool tells of them and as the library knows them.

use std::collections::BTreeMap;

use crate::experiment::{CurvePoint, PlannedRun, RunEnd, RunResult, Runs};
use crate::history::Ending;
use crate::library::{RunRecord, RunState};
use crate::protocol::insight::MeasuredRun;
use crate::protocol::{EpochMetrics, Progress, RunOverview};
use crate::settings::{EngineChoice, TrainingConfig};

/// A gap between two messages of a run that is longer than so many milliseconds was a pause.
const MOST_GAP_MS: f64 = 5000.0;

/// A run of the experiment.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    /// What it has measured.
    result: RunResult,
    /// Its name in the library, once it has begun.
    run: Option<String>,
    /// How many steps a point of its curve has.
    steps_a_point: u64,
    /// The sum of the losses since the last point, and how many these are.
    since_point: (f64, u64),
    /// When it was last heard of, in milliseconds since the page was opened.
    heard_at_ms: Option<f64>,
}

impl Seen {
    const fn new(number: u32) -> Self {
        let result = RunResult {
            number,
            end: None,
            steps: 0,
            trained_ms: 0.0,
            epochs: Vec::new(),
            curve: Vec::new(),
        };
        Self { result, run: None, steps_a_point: 1, since_point: (0.0, 0), heard_at_ms: None }
    }

    fn is_heard(&mut self, at_ms: f64) {
        let gap = self.heard_at_ms.replace(at_ms).map_or(0.0, |before| at_ms - before);
        if (0.0..MOST_GAP_MS).contains(&gap) {
            self.result.trained_ms += gap;
        }
    }

    fn push(&mut self, losses: &[f32]) {
        for loss in losses {
            self.result.steps += 1;
            self.since_point.0 += f64::from(*loss);
            self.since_point.1 += 1;
            if self.since_point.1 >= self.steps_a_point {
                let (sum, count) = std::mem::take(&mut self.since_point);
                let loss = (sum / count as f64) as f32;
                if loss.is_finite() {
                    self.result.curve.push(CurvePoint { step: self.result.steps, loss });
                }
            }
        }
    }
}

/// What all runs have measured, by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results(BTreeMap<u32, Seen>);

impl Results {
    /// What the library knows of the runs: of several under one number, the one that has come furthest.
    pub fn restored(runs: &Runs, records: &[RunRecord]) -> Self {
        let mut all = Self::default();
        for record in records {
            let number = record.experiment.as_ref().map_or(0, |it| it.number);
            let planned = runs.get(number).filter(|planned| is_of(planned, record));
            let further = all.0.get(&number).is_none_or(|seen| {
                let rank = |end: &Option<RunEnd>, steps| (end.is_some(), steps);
                rank(&end_of(record), record.steps) > rank(&seen.result.end, seen.result.steps)
            });
            if planned.is_some() && further {
                all.0.insert(number, restored(number, record));
            }
        }
        all
    }

    /// The names of the runs that have begun.
    pub fn run_names(&self) -> Vec<String> {
        self.0.values().filter_map(|seen| seen.run.clone()).collect()
    }

    /// The name of a run in the library, once it has begun.
    pub fn run_of(&self, number: u32) -> Option<&str> {
        self.0.get(&number)?.run.as_deref()
    }

    /// What the library has of a run's curves.
    pub fn measured(&mut self, run: &str, measured: MeasuredRun) {
        let mut seen = self.0.values_mut();
        let Some(seen) = seen.find(|seen| seen.run.as_deref() == Some(run)) else { return };
        // What was heard meanwhile is newer.
        if measured.epochs.len() >= seen.result.epochs.len() {
            seen.result.epochs = measured.epochs;
        }
        if seen.result.curve.is_empty() {
            let point = |report: crate::history::LossReport| CurvePoint {
                step: report.step,
                loss: report.mean_loss as f32,
            };
            let points = measured.reports.into_iter().map(point);
            let every = points.len().div_ceil(RunResult::MOST_POINTS).max(1);
            seen.result.curve = points.filter(|it| it.loss.is_finite()).step_by(every).collect();
        }
    }

    /// A run begins or goes on.
    pub fn began(&mut self, number: u32, overview: &RunOverview, at_ms: f64) {
        let seen = self.0.entry(number).or_insert_with(|| Seen::new(number));
        seen.run = Some(overview.run.clone());
        seen.result.end = None;
        seen.result.epochs.clone_from(&overview.epochs);
        // All points are of as many steps, so that there are no more of them than a result has.
        seen.steps_a_point = overview.steps_in_run.div_ceil(RunResult::MOST_POINTS as u64).max(1);
        (seen.result.steps, seen.since_point) = (0, (0.0, 0));
        seen.result.curve.clear();
        seen.push(&overview.losses);
        seen.result.steps = overview.step;
        seen.heard_at_ms = Some(at_ms);
    }

    /// A run has taken steps.
    pub fn progressed(&mut self, number: u32, progress: &Progress, at_ms: f64) {
        if let Some(seen) = self.0.get_mut(&number) {
            seen.is_heard(at_ms);
            seen.push(&progress.losses);
            seen.result.steps = progress.step;
        }
    }

    /// A run has finished an epoch.
    pub fn finished_epoch(&mut self, number: u32, metrics: EpochMetrics, at_ms: f64) {
        if let Some(seen) = self.0.get_mut(&number) {
            seen.is_heard(at_ms);
            seen.result.epochs.push(metrics);
        }
    }

    /// A run has ended like this.
    pub fn ended(&mut self, number: u32, end: RunEnd) {
        let seen = self.0.entry(number).or_insert_with(|| Seen::new(number));
        seen.result.end = Some(end);
        seen.heard_at_ms = None;
    }

    /// These runs were stopped because they had fallen behind, which the library does not know.
    pub fn fell_behind(&mut self, numbers: &[u32]) {
        for number in numbers {
            let seen = self.0.get_mut(number).filter(|it| it.result.end == Some(RunEnd::Stopped));
            if let Some(Seen { result, .. }) = seen {
                result.end = Some(RunEnd::Halved { epochs: result.epochs.len() as u32 });
            }
        }
    }

    /// A run waits again, to go on from where it was stopped.
    pub fn reopened(&mut self, number: u32) {
        if let Some(seen) = self.0.get_mut(&number) {
            seen.result.end = None;
        }
    }

    /// What a run has measured, if it has begun.
    pub fn get(&self, number: u32) -> Option<&RunResult> {
        self.0.get(&number).map(|seen| &seen.result)
    }

    /// What every run has measured that has begun, by its number.
    pub fn all(&self) -> Vec<RunResult> {
        self.0.values().map(|seen| seen.result.clone()).collect()
    }

    /// Whether a run has left the pool for good: it was not stopped by the visitor.
    fn is_over(&self, number: u32) -> bool {
        let end = self.get(number).and_then(|result| result.end.as_ref());
        end.is_some_and(|end| *end != RunEnd::Stopped)
    }

    /// Whether a run is trained once more when the experiment goes on. What failed for another reason than its settings is.
    pub fn is_open(&self, number: u32) -> bool {
        let end = self.get(number).and_then(|result| result.end.as_ref());
        matches!(end, None | Some(RunEnd::Stopped | RunEnd::Failed { .. }))
    }

    /// How many runs have taken steps and are not over.
    pub fn begun(&self) -> usize {
        let open = self.0.iter().filter(|(number, _)| !self.is_over(**number));
        open.filter(|(_, seen)| seen.result.steps > 0).count()
    }

    /// How many runs need not be trained any more.
    pub fn over(&self) -> usize {
        self.0.keys().filter(|number| self.is_over(**number)).count()
    }
}

/// Whether a record is of this run: its settings are the plan's, on whichever engine.
fn is_of(planned: &PlannedRun, record: &RunRecord) -> bool {
    let on =
        |config: &TrainingConfig| TrainingConfig { engine: EngineChoice::Auto, ..config.clone() };
    on(&planned.config) == on(&record.config)
}

/// How a run has ended, as far as its record says: a run that was cut off or is paused has not.
fn end_of(record: &RunRecord) -> Option<RunEnd> {
    match &record.state {
        RunState::Training | RunState::Paused | RunState::Weights => None,
        RunState::Stopped => Some(RunEnd::Stopped),
        RunState::Ended(Ending::Completed) => Some(RunEnd::Completed),
        RunState::Ended(Ending::EarlyStopped) => Some(RunEnd::EarlyStopped),
        RunState::Failed { diverged: true, .. } => Some(RunEnd::Diverged { step: record.steps }),
        RunState::Failed { why, .. } => Some(RunEnd::Failed { why: why.clone() }),
    }
}

fn restored(number: u32, record: &RunRecord) -> Seen {
    let mut seen = Seen::new(number);
    // All that the record knows of its epochs.
    let mut epochs: Vec<EpochMetrics> = record.best.into_iter().chain(record.newest).collect();
    epochs.dedup_by_key(|metrics| metrics.epoch);
    seen.result = RunResult {
        end: end_of(record),
        steps: record.steps,
        trained_ms: record.trained_ms,
        epochs,
        ..seen.result
    };
    seen.run = Some(record.run.clone());
    seen
}

#[cfg(test)]
#[path = "results_tests.rs"]
mod tests;
