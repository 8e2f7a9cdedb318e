//! Runs in words.

use crate::history::Ending;
use crate::library::{Origin, RunOwner, RunState, RunSummary};
use crate::page::format::whole;
use crate::settings::{Field, Kind, SettingsDraft, TrainingConfig};

/// The settings that say all, the engine left out: `sgd, batch 64, epochs 2, lr 0.01, momentum 0.9, seed 3`.
pub fn settings_words(config: &TrainingConfig) -> String {
    let draft = SettingsDraft::from(config);
    // Said first and always, and nothing of the engine, which has a place of its own.
    let elsewhere = [Field::Engine, Field::Optimizer].map(Field::key);
    let said = draft.pairs().into_iter().filter(|pair| !elsewhere.contains(&pair.0));
    let words = said.map(|(key, text)| match Field::with_key(key).map(Field::kind) {
        Some(Kind::Flag) => key.to_owned(),
        Some(Kind::Choice(_)) => text.to_owned(),
        _ => format!("{key} {text}"),
    });
    let optimizer = draft.optimizer().as_str().to_owned();
    std::iter::once(optimizer).chain(words).collect::<Vec<_>>().join(", ")
}

/// How a run stands.
pub fn state_words(run: &RunSummary) -> String {
    let record = &run.record;
    let step = whole(record.steps);
    match (&record.state, run.owner) {
        (RunState::Paused, RunOwner::Here) => "paused".to_owned(),
        (RunState::Paused, RunOwner::OtherTab) => "paused in another tab".to_owned(),
        (_, RunOwner::Here) => "training".to_owned(),
        (_, RunOwner::OtherTab) => "training in another tab".to_owned(),
        (RunState::Training | RunState::Paused, RunOwner::AtRest) => {
            format!("interrupted at step {step}")
        }
        (RunState::Stopped, _) => format!("stopped at step {step}"),
        (RunState::Ended(Ending::Completed), _) => "completed".to_owned(),
        (RunState::Ended(Ending::EarlyStopped), _) => "stopped early".to_owned(),
        (RunState::Failed { .. }, _) => format!("failed after step {step}"),
        (RunState::Weights, _) => "weights only".to_owned(),
    }
}

/// The stable word of a run's state.
pub const fn state_word(run: &RunSummary) -> &'static str {
    match (&run.record.state, run.owner) {
        (RunState::Paused, RunOwner::Here | RunOwner::OtherTab) => "paused",
        (_, RunOwner::Here | RunOwner::OtherTab) => "training",
        (RunState::Training | RunState::Paused, RunOwner::AtRest) => "interrupted",
        (RunState::Stopped, _) => "stopped",
        (RunState::Ended(Ending::Completed), _) => "completed",
        (RunState::Ended(Ending::EarlyStopped), _) => "early-stopped",
        (RunState::Failed { .. }, _) => "failed",
        (RunState::Weights, _) => "weights",
    }
}

/// Where a run comes from, if there is something to say.
pub fn origin_words(origin: &Origin) -> Option<String> {
    match origin {
        Origin::New => None,
        Origin::Branch { run, step } => {
            Some(format!("Goes on from step {} of {run}.", whole(*step)))
        }
        Origin::Imported { file } => Some(format!("Taken in from {file}.")),
    }
}
