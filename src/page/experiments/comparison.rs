//! An experiment as its figures compare it: its table and its runs as plain data with texts in the visitor's language.

use std::collections::HashMap;

use super::plan::{Outcome, Plan};
use crate::experiment::{Axis, Counted, PlannedRun, Row, RunEnd, RunResult, Values};
use crate::page::figures::{
    Along, Combination, Compared, CurveGroup, CurveRun, Curves, Fate, Measure, Metric,
    RunResult as Run, Scale, Setting, Unit,
};
use crate::page::words::{experiments_words, words};
use crate::settings::{Field, Kind};

/// Listed numbers lie on a logarithmic axis if the greatest is so many times the least.
const WIDE: f64 = 50.0;
/// The curves of so many combinations can be told apart; of more, those with the lowest losses are drawn.
const MOST_CURVES: usize = 24;

/// Which combinations, and which of their numbers, the figures compare. What does not count in the table does not count here.
pub fn compared(plan: &Plan, outcome: &Outcome) -> Compared {
    let axes: Vec<Places> = plan.kept.experiment.axes.iter().map(Places::of).collect();
    let metric = |key: &str, label: &str, unit| Metric {
        key: key.to_owned(),
        label: label.to_owned(),
        unit,
    };
    let said = experiments_words();
    let metrics = vec![
        metric("valid_loss", said.valid_loss(), Unit::Loss),
        metric("valid_accuracy", said.valid_accuracy(), Unit::Share),
    ];
    let rows = &outcome.table.rows;
    let combination = |row: &Row| Combination {
        id: row.combination as usize,
        label: said.combination(&row.varied),
        at: axes.iter().map(|axis| axis.place(&row.varied)).collect(),
        runs: Vec::new(),
    };
    let mut combinations: Vec<Combination> = rows.iter().map(combination).collect();
    for planned in &plan.runs.runs {
        let at = planned.combination as usize;
        if let (Some(row), Some(combination)) = (rows.get(at), combinations.get_mut(at)) {
            let result = outcome.results.get(planned.number);
            combination.runs.push(run(planned.config.seed, &row.counted, result));
        }
    }
    let settings = axes.into_iter().map(|axis| axis.setting).collect();
    Compared { id: plan.id.clone(), settings, metrics, combinations }
}

/// A run as the figures compare it.
fn run(seed: u64, counted: &Counted, result: Option<&RunResult>) -> Run {
    let counts = result.is_some_and(|result| counted.has(result.number));
    let best = result.filter(|_| counts).and_then(RunResult::best);
    let fate = match result {
        Some(result) if has_diverged(result) => Fate::Diverged,
        Some(result) if !counts && result.end.is_some() => Fate::PassedOver,
        _ => Fate::Counts,
    };
    let measured = vec![best.map(|best| best.valid_loss), best.map(|best| best.valid_accuracy)];
    Run { seed, measured, fate }
}

/// The curves of the combinations that `passes` lets through, by epochs or by steps. `train_images` is 0 while it is not known.
pub fn curves(
    plan: &Plan,
    outcome: &Outcome,
    measure: Measure,
    along: Along,
    train_images: u64,
    passes: impl Fn(u32) -> bool,
) -> Curves {
    let mut rows: Vec<_> =
        outcome.table.rows.iter().filter(|row| passes(row.combination)).collect();
    if rows.len() > MOST_CURVES {
        let loss = |row: &&Row| row.valid_loss.map_or(f64::INFINITY, |spread| spread.mean);
        rows.sort_by(|one, other| loss(one).total_cmp(&loss(other)));
        rows.truncate(MOST_CURVES);
        rows.sort_by_key(|row| row.combination);
    }
    let ordered_by = match plan.kept.experiment.axes.as_slice() {
        [axis] if is_number(axis.field) => Some(Places::of(axis)),
        _ => None,
    };
    let group = |row: &Row| {
        let of_row = plan.runs.runs.iter().filter(|run| run.combination == row.combination);
        let runs = of_row.filter_map(|planned| {
            let result = outcome.results.get(planned.number)?;
            let unit = match along {
                Along::Steps => 1.0,
                Along::Epochs => steps_an_epoch(planned, result, train_images)?,
            };
            let points = points(result, measure, unit);
            Some(CurveRun { seed: planned.config.seed, points })
        });
        CurveGroup {
            label: experiments_words().combination(&row.varied),
            order: ordered_by.as_ref().map(|axis| axis.place(&row.varied)),
            runs: runs.collect(),
        }
    };
    let groups = rows.into_iter().map(group).filter(|group| !group.runs.is_empty()).collect();
    Curves { measure, along, classes: outcome.classes as usize, groups }
}

/// How many steps an epoch of a run has: as its own epochs show, otherwise by the images of the data set; `None` while
/// neither is known.
fn steps_an_epoch(planned: &PlannedRun, result: &RunResult, train_images: u64) -> Option<f64> {
    // The last epoch may have been cut short by a limit on steps.
    if let [first, _, ..] = result.epochs.as_slice() {
        return Some(first.step as f64 / f64::from(first.epoch)).filter(|steps| *steps > 0.0);
    }
    let batch = planned.config.batch_size as u64;
    (train_images > 0).then(|| train_images.div_ceil(batch.max(1)).max(1) as f64)
}

/// The points of a run's curve, of which so many steps are one along the axis; one that diverged ends with a point that is
/// not finite.
fn points(result: &RunResult, measure: Measure, steps: f64) -> Vec<(f64, f64)> {
    let at = |step: u64| step as f64 / steps;
    let mut points: Vec<(f64, f64)> = match measure {
        Measure::TrainingLoss => {
            result.curve.iter().map(|point| (at(point.step), f64::from(point.loss))).collect()
        }
        Measure::ValidationLoss => {
            result.epochs.iter().map(|epoch| (at(epoch.step), epoch.valid_loss)).collect()
        }
        Measure::Accuracy => {
            result.epochs.iter().map(|epoch| (at(epoch.step), epoch.valid_accuracy)).collect()
        }
    };
    if has_diverged(result) {
        points.push((at(result.steps), f64::NAN));
    }
    points
}

const fn has_diverged(result: &RunResult) -> bool {
    matches!(result.end, Some(RunEnd::Diverged { .. }))
}

fn is_number(field: Field) -> bool {
    matches!(field.kind(), Kind::Whole { .. } | Kind::Real { .. })
}

/// A varied setting, and where its values lie along its axis.
struct Places {
    field: Field,
    setting: Setting,
    /// The indices of choices; `None` where values lie at their numbers.
    choices: Option<HashMap<String, f64>>,
}

impl Places {
    fn of(axis: &Axis) -> Self {
        let field = axis.field;
        let label = words().settings.label(field).to_owned();
        let setting = |scale| Setting { key: field.key().to_owned(), label, scale };
        let scale = |least: f64, most: f64| match () {
            () if axis.is_logarithmic() => Scale::Logarithmic,
            () if least > 0.0 && most / least >= WIDE => Scale::Logarithmic,
            () => Scale::Linear,
        };
        if let Values::Range { from, to, .. } = axis.values {
            return Self { field, setting: setting(scale(from, to)), choices: None };
        }
        let values = axis.values();
        // An empty value means that the setting is off, which lies on no axis of numbers.
        let numbers: Option<Vec<f64>> = values.iter().map(|text| text.parse().ok()).collect();
        if let Some(numbers) = numbers.filter(|_| is_number(field)) {
            let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
            let most = numbers.iter().copied().fold(0.0, f64::max);
            return Self { field, setting: setting(scale(least, most)), choices: None };
        }
        let names = values.iter().map(|text| experiments_words().value(field, text)).collect();
        let choices = values.into_iter().zip((0..).map(f64::from)).collect();
        Self { field, setting: setting(Scale::Categories(names)), choices: Some(choices) }
    }

    /// Where a combination lies: nowhere (not a number) if the setting has no effect in it.
    fn place(&self, varied: &[(Field, String)]) -> f64 {
        let text = varied.iter().find(|it| it.0 == self.field).map(|it| it.1.as_str());
        let place = text.and_then(|text| match &self.choices {
            Some(choices) => choices.get(text).copied(),
            None => text.parse().ok(),
        });
        place.unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
