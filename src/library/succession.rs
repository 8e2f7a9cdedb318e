//! What saving a checkpoint does to those that are stored: which it writes, which it succeeds, which
//! get another name and which give way. Decided here on plain data; the store carries it out in one
//! transaction.
//!
//! What the person has named never vanishes by itself, and what was deleted never comes back by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CheckpointRole, CheckpointSummary};

/// A checkpoint as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredCheckpoint {
    /// What is known of it.
    #[serde(flatten)]
    pub summary: CheckpointSummary,
    /// When it was deleted; it can be brought back for a while.
    #[serde(default)]
    pub deleted_at_ms: Option<f64>,
    /// The name under which it was deleted, if it has given that to another since: by this name it is
    /// brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_as: Option<String>,
}

impl StoredCheckpoint {
    /// It, if it is not deleted.
    #[must_use]
    pub fn unless_deleted(self) -> Option<CheckpointSummary> {
        self.deleted_at_ms.is_none().then_some(self.summary)
    }

    /// Whether it was deleted under this name and can be brought back by it.
    #[must_use]
    pub fn was_deleted_as(&self, name: &str) -> bool {
        let known_as = self.deleted_as.as_ref().unwrap_or(&self.summary.name);
        self.deleted_at_ms.is_some() && known_as == name
    }

    /// Brings it back.
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

/// A stored checkpoint that gets another name.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Its name so far, under which its file lies.
    pub from: String,
    /// How it is stored from now on.
    pub to: StoredCheckpoint,
}

/// What is to be done to save a checkpoint. Moves come first: what is written may take a moved one's
/// place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Succession {
    /// Stored checkpoints that get another name.
    pub moved: Vec<Move>,
    /// The saved checkpoint, once for each of its roles.
    pub written: Vec<CheckpointSummary>,
    /// Names under which nothing is stored any more.
    pub removed: Vec<String>,
}

/// Under a name, once all is done.
#[derive(Clone, Debug)]
struct Place {
    entry: StoredCheckpoint,
    /// The name under which its file lies now; `None` for the checkpoint being saved.
    from: Option<String>,
}

impl Succession {
    /// What saving a checkpoint in these roles does to its run's stored ones, of which at most `keep`
    /// stay of those kept at its rhythm. The roles and names in `saved` are of no interest.
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

/// Puts the saved checkpoint into its place in one role.
fn save(places: &mut BTreeMap<String, Place>, saved: &CheckpointSummary, role: CheckpointRole) {
    let name = CheckpointSummary::name_of(&saved.run, role, saved.epoch, saved.step);
    let mut label = String::new();
    let succeeds = |place: &Place| {
        let summary = &place.entry.summary;
        // There are many that are kept, but one best and one last.
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

/// What the person has named stays when another takes its place, as one of those kept on the way. What
/// was deleted stays so, and can be brought back as before.
fn set_aside(places: &mut BTreeMap<String, Place>, mut place: Place, taken: &str) {
    let StoredCheckpoint { summary, deleted_at_ms, deleted_as } = &mut place.entry;
    if deleted_at_ms.is_some() {
        deleted_as.get_or_insert_with(|| summary.name.clone());
    }
    summary.role = CheckpointRole::Kept;
    let is_deleted = deleted_at_ms.is_some();
    let gives_way = |there: &Place| {
        let is_nameless = there.from.is_some() && there.entry.summary.label.is_empty();
        // It was kept of the same step at the run's rhythm, and is the same state.
        is_nameless && (!is_deleted || there.entry.deleted_at_ms.is_some())
    };
    let is_free = |name: &str| name != taken && places.get(name).is_none_or(gives_way);
    summary.name = summary.kept_name(is_free);
    places.insert(summary.name.clone(), place);
}

#[cfg(test)]
#[path = "succession_tests.rs"]
mod tests;
