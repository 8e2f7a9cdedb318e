//! How saving a checkpoint affects the stored ones: which are written, replaced, renamed or deleted. Decided
//! here on plain data; the store executes it in one transaction.
//!
//! A checkpoint that the person has named never disappears by itself, and a deleted one never returns by
//! itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CheckpointRole, CheckpointSummary};

/// A checkpoint as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredCheckpoint {
    /// Its summary.
    #[serde(flatten)]
    pub summary: CheckpointSummary,
    /// When it was deleted; it can be restored for a while.
    #[serde(default)]
    pub deleted_at_ms: Option<f64>,
    /// The name under which it was deleted, if another checkpoint has taken that name since; it is restored
    /// by this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_as: Option<String>,
}

impl StoredCheckpoint {
    /// Its summary, if it is not deleted.
    #[must_use]
    pub fn unless_deleted(self) -> Option<CheckpointSummary> {
        self.deleted_at_ms.is_none().then_some(self.summary)
    }

    /// Whether it was deleted under this name and can be restored by it.
    #[must_use]
    pub fn was_deleted_as(&self, name: &str) -> bool {
        let known_as = self.deleted_as.as_ref().unwrap_or(&self.summary.name);
        self.deleted_at_ms.is_some() && known_as == name
    }

    /// Restores it.
    pub fn restore(&mut self) {
        self.deleted_at_ms = None;
        self.deleted_as = None;
    }
}

impl From<CheckpointSummary> for StoredCheckpoint {
    fn from(summary: CheckpointSummary) -> Self {
        Self { summary, deleted_at_ms: None, deleted_as: None }
    }
}

/// A stored checkpoint that is renamed.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Its old name, under which its file is stored.
    pub from: String,
    /// How it is stored afterwards.
    pub to: StoredCheckpoint,
}

/// The changes that save a checkpoint. Moves come first, because a written checkpoint may take a moved one's
/// name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Succession {
    /// Stored checkpoints that are renamed.
    pub moved: Vec<Move>,
    /// The saved checkpoint, once for each of its roles.
    pub written: Vec<CheckpointSummary>,
    /// Names under which nothing is stored afterwards.
    pub removed: Vec<String>,
}

/// What is stored under a name afterwards.
#[derive(Clone, Debug)]
struct Place {
    entry: StoredCheckpoint,
    /// The name under which its file is stored now; `None` for the checkpoint being saved.
    from: Option<String>,
}

impl Succession {
    /// How saving a checkpoint in these roles changes its run's stored ones; at most `keep` of those saved at
    /// intervals stay. The roles and names in `saved` are ignored.
    #[must_use]
    pub fn of(
        stored: Vec<StoredCheckpoint>,
        saved: &CheckpointSummary,
        roles: &[CheckpointRole],
        keep: usize,
    ) -> Self {
        let names: Vec<String> = stored.iter().map(|entry| entry.summary.name.clone()).collect();
        let place = |entry: StoredCheckpoint| {
            let name = entry.summary.name.clone();
            (name.clone(), Place { entry, from: Some(name) })
        };
        let mut places: BTreeMap<String, Place> = stored.into_iter().map(place).collect();
        for &role in roles {
            save(&mut places, saved, role);
        }
        let live: Vec<CheckpointSummary> =
            places.values().filter_map(|place| place.entry.clone().unless_deleted()).collect();
        for gone in CheckpointSummary::pruned(&live, keep) {
            places.remove(&gone.name);
        }
        let removed = names.into_iter().filter(|name| !places.contains_key(name)).collect();
        let (mut moved, mut written) = (Vec::new(), Vec::new());
        for (name, Place { entry, from }) in places {
            match from {
                None => written.push(entry.summary),
                Some(from) if from != name => moved.push(Move { from, to: entry }),
                Some(_) => {}
            }
        }
        Self { moved, written, removed }
    }
}

/// Adds the saved checkpoint in one role.
fn save(places: &mut BTreeMap<String, Place>, saved: &CheckpointSummary, role: CheckpointRole) {
    let name = CheckpointSummary::name_of(&saved.run, role, saved.epoch, saved.step);
    let mut label = String::new();
    let succeeds = |place: &Place| {
        let summary = &place.entry.summary;
        // There may be many kept ones, but only one best and one last.
        summary.name == name || role != CheckpointRole::Kept && summary.role == role
    };
    let former: Vec<String> =
        places.iter().filter(|(_, place)| succeeds(place)).map(|(name, _)| name.clone()).collect();
    for former in former.iter().filter_map(|name| places.remove(name)).collect::<Vec<_>>() {
        let Place { entry: StoredCheckpoint { summary, deleted_at_ms, .. }, .. } = &former;
        if summary.label.is_empty() {
            continue;
        }
        if deleted_at_ms.is_none() && summary.step == saved.step {
            label.clone_from(&summary.label);
        } else {
            set_aside(places, former, &name);
        }
    }
    let summary = CheckpointSummary { name: name.clone(), role, label, ..saved.clone() };
    places.insert(name, Place { entry: summary.into(), from: None });
}

/// A checkpoint that the person has named stays when another takes its place, as a kept one. A deleted one
/// stays deleted and can be restored as before.
fn set_aside(places: &mut BTreeMap<String, Place>, mut place: Place, taken: &str) {
    let StoredCheckpoint { summary, deleted_at_ms, deleted_as } = &mut place.entry;
    if deleted_at_ms.is_some() {
        deleted_as.get_or_insert_with(|| summary.name.clone());
    }
    summary.role = CheckpointRole::Kept;
    let is_deleted = deleted_at_ms.is_some();
    let gives_way = |there: &Place| {
        let is_nameless = there.from.is_some() && there.entry.summary.label.is_empty();
        // It was saved at the same step at the run's interval, so it is the same state.
        is_nameless && (!is_deleted || there.entry.deleted_at_ms.is_some())
    };
    let is_free = |name: &str| name != taken && places.get(name).is_none_or(gives_way);
    summary.name = summary.kept_name(is_free);
    places.insert(summary.name.clone(), place);
}

#[cfg(test)]
#[path = "succession_tests.rs"]
mod tests;
