//! A run's name where people read it: the one that they gave it, or else what differs from the tutorial, or
//! else its start. Files and links name a run by its timestamp.

use std::sync::Arc;

use crate::library::RunSummary;
use crate::page::words::{Setting, Words, words};
use crate::settings::{Field, SettingsDraft, TrainingConfig};

/// How many settings a name tells if there are more than one further; one is told rather than counted.
const MOST_TOLD: usize = 4;

/// The settings that are told first. The others follow in the form's order.
const FIRST: [Field; 5] =
    [Field::Optimizer, Field::LearningRate, Field::BatchSize, Field::Schedule, Field::Epochs];

/// The settings in which a run differs from the tutorial's, the most important first. Options of another
/// optimizer or schedule count if they are not its defaults. The engine is not told: it is no part of a recipe.
pub fn differing(config: &TrainingConfig) -> Vec<Setting> {
    let (tutorial, draft) = (SettingsDraft::default(), SettingsDraft::from(config));
    let mut usual = tutorial.clone();
    for choice in [Field::Optimizer, Field::Schedule] {
        usual.set(choice, draft.get(choice));
    }
    let is_tutorials = |field| draft.get(field) == tutorial.get(field);
    let differs = |field: &Field| match field {
        Field::Engine => false,
        Field::Optimizer | Field::Schedule => !is_tutorials(*field),
        // A rate says little without its optimizer.
        Field::LearningRate => !is_tutorials(*field) || !is_tutorials(Field::Optimizer),
        field => draft.applies(*field) && draft.get(*field) != usual.get(*field),
    };
    let others = Field::ALL.into_iter().filter(|field| !FIRST.contains(field));
    FIRST
        .into_iter()
        .chain(others)
        .filter(differs)
        .map(|field| Setting::of(&draft, field))
        .collect()
}

/// A run's name in the language of these words.
pub fn name_of(run: &RunSummary, words: &Words) -> String {
    name_with(run, words, |at_ms| words.library.moment(at_ms))
}

/// A run's name in the visitor's language.
pub fn shown_name(run: &RunSummary) -> String {
    name_of(run, words())
}

/// The names of runs that are shown side by side. Runs with the same name are told apart by their start.
pub fn distinct_names(runs: &[Arc<RunSummary>], words: &Words) -> Vec<String> {
    distinct_with(runs, words, |at_ms| words.library.moment(at_ms))
}

/// `moment` writes a time in milliseconds since 1970 UTC.
fn name_with(run: &RunSummary, words: &Words, moment: impl Fn(f64) -> String) -> String {
    if !run.labels.title.is_empty() {
        return run.labels.title.clone();
    }
    let mut told = differing(&run.record.config);
    if told.is_empty() {
        return moment(run.record.started_at_ms);
    }
    let left_out = match told.len().saturating_sub(MOST_TOLD) {
        0 | 1 => 0,
        several => several,
    };
    told.truncate(told.len() - left_out);
    words.library.brief_settings(&told, left_out)
}

fn distinct_with(
    runs: &[Arc<RunSummary>],
    words: &Words,
    moment: impl Fn(f64) -> String,
) -> Vec<String> {
    let names: Vec<String> = runs.iter().map(|run| name_with(run, words, &moment)).collect();
    let is_one_of_several = |names: &[String], name: &str| {
        names.iter().filter(|other| other.as_str() == name).count() > 1
    };
    let begun = runs.iter().zip(&names).map(|(run, name)| {
        let start = moment(run.record.started_at_ms);
        if is_one_of_several(&names, name) && *name != start {
            words.library.told_apart(name, &start)
        } else {
            name.clone()
        }
    });
    let begun: Vec<String> = begun.collect();
    // Several may have the same start, such as copies that were imported.
    let named = runs.iter().zip(&names).zip(&begun).map(|((run, name), begun_name)| {
        if is_one_of_several(&begun, begun_name) {
            words.library.told_apart(name, &run.record.run)
        } else {
            begun_name.clone()
        }
    });
    named.collect()
}

#[cfg(test)]
#[path = "run_name_tests.rs"]
mod tests;
