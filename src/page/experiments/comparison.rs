//! An experiment as its figures compare it: its table and its runs as plain data with texts in the visitor's language.

use super::plan::{Outcome, Plan};
use crate::experiment::{Axis, RunEnd, RunResult};
use crate::page::figures::{
    Along, Combination, Compared, CurveGroup, CurveRun, Curves, Measure, Metric, RunResult as Run,
    Scale, Setting, Unit,
};
use crate::page::words::{experiments_words, words};
use crate::settings::{Field, Kind};

/// Listed numbers lie on a logarithmic axis if the greatest is so many times the least.
const WIDE: f64 = 50.0;
/// The curves of so many combinations can be told apart; of more, those with the lowest losses are drawn.
const MOST_CURVES: usize = 24;

/// Which combinations, and which of their numbers, the figures compare.
pub fn compared(plan: &Plan, outcome: &Outcome) -> Compared {
    let axes = &plan.kept.experiment.axes;
    let settings: Vec<Setting> = axes.iter().map(setting).collect();
    let metric = |key: &str, label: &str, unit| Metric {
        key: key.to_owned(),
        label: label.to_owned(),
        unit,
        is_log: false,
    };
    let said = experiments_words();
    let metrics = vec![
        metric("valid_loss", said.valid_loss(), Unit::Loss),
        metric("valid_accuracy", said.valid_accuracy(), Unit::Share),
    ];
    let rows = outcome.table.rows.iter();
    let mut combinations: Vec<Combination> = rows
        .map(|row| Combination {
            id: row.combination as usize,
            label: said.combination(&row.varied),
            at: axes.iter().map(|axis| place(axis, &row.varied)).collect(),
            runs: Vec::new(),
        })
        .collect();
    for planned in &plan.runs.runs {
        let Some(combination) = combinations.get_mut(planned.combination as usize) else {
            continue;
        };
        let result = outcome.results.get(planned.number);
        let best = result.and_then(RunResult::best);
        combination.runs.push(Run {
            seed: planned.config.seed,
            measured: vec![best.map(|best| best.valid_loss), best.map(|best| best.valid_accuracy)],
            has_diverged: result.is_some_and(has_diverged),
        });
    }
    Compared { settings, metrics, combinations }
}

/// The curves of the combinations that `passes` lets through, by epochs or by steps.
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
        let loss = |row: &&crate::experiment::Row| {
            row.valid_loss.map_or(f64::INFINITY, |spread| spread.mean)
        };
        rows.sort_by(|one, other| loss(one).total_cmp(&loss(other)));
        rows.truncate(MOST_CURVES);
        rows.sort_by_key(|row| row.combination);
    }
    let axes = &plan.kept.experiment.axes;
    let group = |row: &crate::experiment::Row| {
        let of_row = plan.runs.runs.iter().filter(|run| run.combination == row.combination);
        let runs = of_row.filter_map(|planned| {
            let result = outcome.results.get(planned.number)?;
            let batch = planned.config.batch_size as u64;
            let steps_an_epoch = train_images.div_ceil(batch.max(1)).max(1);
            let points = points(result, measure, along, steps_an_epoch as f64);
            Some(CurveRun { seed: planned.config.seed, points })
        });
        CurveGroup {
            label: experiments_words().combination(&row.varied),
            order: match axes.as_slice() {
                [axis] if is_number(axis.field) => Some(place(axis, &row.varied)),
                _ => None,
            },
            runs: runs.collect(),
        }
    };
    let groups = rows.into_iter().map(group).filter(|group| !group.runs.is_empty()).collect();
    Curves { measure, along, groups, range: None }
}

/// The points of a run's curve; one that diverged ends with a point that is not finite.
fn points(
    result: &RunResult,
    measure: Measure,
    along: Along,
    steps_an_epoch: f64,
) -> Vec<(f64, f64)> {
    let at = |step: u64| match along {
        Along::Steps => step as f64,
        Along::Epochs => step as f64 / steps_an_epoch,
    };
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

fn setting(axis: &Axis) -> Setting {
    let values = axis.values();
    let numbers = || values.iter().filter_map(|text| text.parse::<f64>().ok());
    // An empty value means that the setting is off, which lies on no axis of numbers.
    let are_numbers = is_number(axis.field) && numbers().count() == values.len();
    let (least, most) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(0.0, f64::max));
    let scale = match () {
        () if !are_numbers => {
            let name = |text: &String| experiments_words().value(axis.field, text);
            Scale::Categories(values.iter().map(name).collect())
        }
        () if axis.is_logarithmic() || (least > 0.0 && most / least >= WIDE) => Scale::Logarithmic,
        () => Scale::Linear,
    };
    let label = words().settings.label(axis.field).to_owned();
    Setting { key: axis.field.key().to_owned(), label, scale }
}

/// Where a combination lies along an axis: nowhere if the setting has no effect in it.
fn place(axis: &Axis, varied: &[(Field, String)]) -> f64 {
    let Some((_, text)) = varied.iter().find(|it| it.0 == axis.field) else { return f64::NAN };
    match setting(axis).scale {
        Scale::Categories(_) => {
            let index = axis.values().iter().position(|value| value == text);
            index.map_or(f64::NAN, |index| index as f64)
        }
        Scale::Linear | Scale::Logarithmic => text.parse().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
