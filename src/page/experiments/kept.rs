//! The experiments that this browser remembers. Their runs are in the library; here is what makes them one.

use leptos::prelude::window;
use serde::{Deserialize, Serialize};

use crate::checksum::sha256_hex;
use crate::dataset::Corrections;
use crate::experiment::Experiment;
use crate::page::imported_experiments::{self, Imported};

const KEY: &str = "atelier.experiments";
/// The tab's experiment that goes on after a reload.
const RUNNING: &str = "atelier.experiment";
/// The tab's experiment that its link has begun.
const FOLLOWED: &str = "atelier.experiment-link";
/// The oldest are forgotten; their runs are not.
const MOST_KEPT: usize = 50;

/// An experiment that was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptExperiment {
    /// The experiment.
    pub experiment: Experiment,
    /// When it was started first, in milliseconds since 1970 UTC.
    pub started_at_ms: f64,
    /// The numbers of its runs that were stopped because they had fallen behind.
    #[serde(default)]
    pub fell_behind: Vec<u32>,
    /// The SHA-256 of the data set of one's own that it trains on; `None` for the tutorial's.
    #[serde(default)]
    pub data: Option<String>,
    /// The engine that `auto` was found to mean.
    #[serde(default)]
    pub on_gpu: bool,
    /// The SHA-256 of the corrections of the data set that its runs are trained with; `None` without any.
    #[serde(default)]
    pub corrections: Option<String>,
    /// The classes of the data set; `None` if an earlier build or another program began it.
    #[serde(default)]
    pub classes: Option<u32>,
}

impl KeptExperiment {
    /// What it is known by: its settings, and the data set that its runs are trained on, with its corrections.
    pub fn id(&self) -> String {
        let of_data = self.experiment.identity_on(self.data.as_deref());
        let Some(corrections) = &self.corrections else { return of_data };
        let mut digits = sha256_hex(format!("{of_data}{corrections}").as_bytes());
        digits.truncate(of_data.len());
        digits
    }
}

/// What corrections are known by; `None` without any.
pub fn corrections_sha256(corrections: &Corrections) -> Option<String> {
    (!corrections.is_empty()).then(|| sha256_hex(corrections.write().as_bytes()))
}

/// Remembers experiments that were imported, as the newest.
pub fn take_imported() {
    for Imported { json, data, fell_behind } in imported_experiments::take() {
        // The worker that imported it wrote it.
        let Ok(experiment) = Experiment::read(json.as_bytes()) else { continue };
        let (started_at_ms, on_gpu) = (js_sys::Date::now(), false);
        let (corrections, classes) = (None, None);
        let imported = KeptExperiment {
            experiment,
            started_at_ms,
            fell_behind,
            data,
            on_gpu,
            corrections,
            classes,
        };
        let id = imported.id();
        let known = recall().into_iter().find(|known| known.id() == id);
        remember(&imported_again(imported, known));
    }
}

/// An experiment that is imported, with what is known of it here: when it was started, what `auto` was found to mean, and which
/// of its runs have fallen behind here.
fn imported_again(imported: KeptExperiment, known: Option<KeptExperiment>) -> KeptExperiment {
    let Some(mut known) = known else { return imported };
    let is_new = |number: &u32| !known.fell_behind.contains(number);
    let new: Vec<u32> = imported.fell_behind.into_iter().filter(is_new).collect();
    known.fell_behind.extend(new);
    known
}

/// All that are remembered, newest first. What cannot be read counts as nothing: the runs stay in the library.
pub fn recall() -> Vec<KeptExperiment> {
    let storage = window().local_storage().ok().flatten();
    let text = storage.and_then(|storage| storage.get_item(KEY).ok().flatten());
    text.map_or_else(Vec::new, |text| read(&text))
}

fn read(text: &str) -> Vec<KeptExperiment> {
    // One by one: a later build may have written some of them.
    let all: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    let read = all.into_iter().filter_map(|it| serde_json::from_value::<KeptExperiment>(it).ok());
    read.filter(|it| it.experiment.check().is_ok()).take(MOST_KEPT).collect()
}

/// Remembers an experiment as the newest, in place of one that is known by the same. Returns all, and whether the browser
/// took them.
pub fn remember(kept: &KeptExperiment) -> (Vec<KeptExperiment>, bool) {
    let mut all = recall();
    let id = kept.id();
    all.retain(|known| known.id() != id);
    all.insert(0, kept.clone());
    all.truncate(MOST_KEPT);
    let stored = store(&all);
    (all, stored)
}

/// Forgets an experiment; returns the others.
pub fn forget(id: &str) -> Vec<KeptExperiment> {
    let mut all = recall();
    all.retain(|known| known.id() != id);
    store(&all);
    all
}

fn store(all: &[KeptExperiment]) -> bool {
    let Ok(text) = serde_json::to_string(all) else { return false };
    let kept = window().local_storage().map(|storage| storage.map(|it| it.set_item(KEY, &text)));
    matches!(kept, Ok(Some(Ok(()))))
}

/// Whether this tab has begun what its link names before, so that a reload does not begin it again; from now on it has.
pub fn has_followed(link: &str) -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let before = storage.get_item(FOLLOWED).ok().flatten();
    let _ = storage.set_item(FOLLOWED, link);
    before.as_deref() == Some(link)
}

/// What the experiment is known by that this tab was running when it was reloaded.
pub fn running() -> Option<String> {
    let storage = window().session_storage().ok()??;
    storage.get_item(RUNNING).ok()?.filter(|id| !id.is_empty())
}

/// Whether this tab was running an experiment when it was reloaded.
pub fn was_running() -> bool {
    running().is_some()
}

/// This tab runs this experiment, or none any more. Where the browser keeps nothing, a reload does not go on with it.
pub fn note_running(id: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(RUNNING, id);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::Preset;
    use crate::settings::TrainingConfig;

    fn kept(preset: Preset) -> KeptExperiment {
        KeptExperiment {
            experiment: preset.experiment(&TrainingConfig::default()),
            started_at_ms: 1.5,
            fell_behind: vec![3],
            data: None,
            on_gpu: false,
            corrections: None,
            classes: Some(10),
        }
    }

    #[test]
    fn experiments_survive_storage_and_one_that_cannot_be_read_spoils_no_other() {
        let all: Vec<KeptExperiment> = Preset::ALL.map(kept).into();
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(read(&text), all);
        let mut values: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        values[1] = serde_json::json!({ "experiment": 7 });
        let text = serde_json::to_string(&values).unwrap();
        assert_eq!(read(&text), [all[0].clone(), all[2].clone()]);
        assert_eq!(read("[{]"), []);
    }

    #[test]
    fn importing_again_keeps_what_is_known_here() {
        let imported = kept(Preset::Momenta);
        assert_eq!(imported_again(imported.clone(), None), imported);
        let known = KeptExperiment {
            started_at_ms: 0.5,
            fell_behind: vec![9, 3],
            on_gpu: true,
            ..imported.clone()
        };
        let expected = KeptExperiment { fell_behind: vec![9, 3, 7], ..known.clone() };
        let imported = KeptExperiment { fell_behind: vec![3, 7], ..imported };
        assert_eq!(imported_again(imported, Some(known)), expected);
    }

    #[test]
    fn the_same_settings_on_another_data_set_are_another_experiment() {
        let one = kept(Preset::Momenta);
        let other = KeptExperiment { data: Some("ab".repeat(32)), ..one.clone() };
        let again = KeptExperiment { started_at_ms: 9.0, fell_behind: Vec::new(), ..one.clone() };
        assert_ne!(one.id(), other.id());
        let corrected = KeptExperiment { corrections: Some("cd".repeat(32)), ..other.clone() };
        assert_ne!(corrected.id(), other.id(), "nor are its results with other labels");
        assert_eq!(corrected.id().len(), other.id().len());
        assert_eq!(one.id(), again.id());
        assert_eq!(one.id().len(), other.id().len());
    }
}
