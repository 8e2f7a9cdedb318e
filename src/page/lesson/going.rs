//! Which of the lesson's runs train in this tab, so that they go on after a reload.
//!
//! The runs themselves are in the library, like those of an experiment; the tab's storage has their settings and names.

use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::exercise::Exercise;
use crate::page::session::PoolNews;
use crate::settings::TrainingConfig;

/// Where the runs of an exercise are noted, before what the exercise is known by.
const KEY: &str = "atelier-lesson-going-";

/// A run that trains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoingRun {
    /// Its settings.
    pub config: TrainingConfig,
    /// Its name in the library; `None` before it has begun.
    pub name: Option<String>,
}

/// Notes the runs that an exercise begins, in the order of their numbers. Where the browser keeps nothing, a reload ends
/// them, and the library has what they came to.
pub fn begin(exercise: Exercise, runs: &[GoingRun]) {
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(runs)) {
        let _ = storage.set_item(&key(exercise), &json);
    }
}

/// The runs that were training when the page was closed; none if they had ended, or were stopped.
pub fn cut_off(exercise: Exercise) -> Vec<GoingRun> {
    let json = storage().and_then(|storage| storage.get_item(&key(exercise)).ok().flatten());
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// Forgets the runs of an exercise, which go on no more.
pub fn forget(exercise: Exercise) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(exercise));
    }
}

/// Notes what has become of the runs.
pub fn note(exercise: Exercise, news: &PoolNews) {
    match news {
        PoolNews::Began(number, overview) => {
            let mut runs = cut_off(exercise);
            let at = (*number as usize).checked_sub(1);
            if let Some(run) = at.and_then(|at| runs.get_mut(at)) {
                run.name = Some(overview.run.clone());
                begin(exercise, &runs);
            }
        }
        PoolNews::Empty => forget(exercise),
        _ => {}
    }
}

fn key(exercise: Exercise) -> String {
    format!("{KEY}{}", exercise.id())
}

/// That of this tab: a run goes on where it was trained, and in no other tab.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
