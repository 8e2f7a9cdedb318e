#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::CheckpointRole::{Best, Kept, Last};
use super::*;

const RUN: &str = "20260102_030405";

fn checkpoint(role: CheckpointRole, epoch: u32, step: u64, label: &str) -> CheckpointSummary {
    CheckpointSummary {
        name: CheckpointSummary::name_of(RUN, role, epoch, step),
        run: RUN.to_owned(),
        role,
        label: label.to_owned(),
        epoch,
        step,
        finished: false,
        train_loss: None,
        metrics: None,
        bytes: 1,
        sha256: String::new(),
        saved_at_ms: 0.0,
    }
}

fn deleted(summary: CheckpointSummary) -> StoredCheckpoint {
    StoredCheckpoint { deleted_at_ms: Some(5.0), ..summary.into() }
}

/// A library with one run whose files are numbers.
#[derive(Clone, Debug, Default)]
struct Stored {
    entries: BTreeMap<String, (StoredCheckpoint, u32)>,
    files: u32,
}

impl Stored {
    fn of(entries: impl IntoIterator<Item = StoredCheckpoint>) -> Self {
        let mut stored = Self::default();
        for entry in entries {
            stored.files += 1;
            stored.entries.insert(entry.summary.name.clone(), (entry, stored.files));
        }
        stored
    }

    /// Saves as the store does; returns the number of the new file.
    fn save(&mut self, epoch: u32, step: u64, roles: &[CheckpointRole], keep: usize) -> u32 {
        let before = self.entries.values().map(|(entry, _)| entry.clone()).collect();
        let saved = checkpoint(Last, epoch, step, "");
        let Succession { moved, written, removed } = Succession::of(before, &saved, roles, keep);
        for Move { from, to } in moved {
            let file = self.entries[&from].1;
            self.entries.insert(to.summary.name.clone(), (to, file));
        }
        self.files += 1;
        for summary in written {
            self.entries.insert(summary.name.clone(), (summary.into(), self.files));
        }
        for name in removed {
            assert!(self.entries.remove(&name).is_some(), "{name} was not there");
        }
        for (name, (entry, _)) in &self.entries {
            assert_eq!(name, &entry.summary.name);
        }
        self.files
    }

    fn restore(&mut self, name: &str) {
        for (entry, _) in self.entries.values_mut().filter(|(entry, _)| entry.was_deleted_as(name))
        {
            entry.restore();
        }
    }

    /// Suffixes of names, and labels, of the checkpoints that are not deleted.
    fn live(&self) -> Vec<(&str, &str, u32)> {
        let live = self.entries.values().filter(|(entry, _)| entry.deleted_at_ms.is_none());
        let part = "model_20260102_030405_".len();
        live.map(|(entry, file)| (&entry.summary.name[part..], &*entry.summary.label, *file))
            .collect()
    }
}

#[test]
fn each_role_has_its_place_and_the_former_holder_goes() {
    let mut stored = Stored::of([
        checkpoint(Best, 1, 235, "").into(),
        checkpoint(Last, 1, 235, "").into(),
        checkpoint(Kept, 0, 100, "").into(),
    ]);
    stored.save(2, 470, &[Last, Best], 2);
    assert_eq!(stored.live(), [("2", "", 4), ("last", "", 4), ("step100", "", 3)]);
    stored.save(2, 500, &[Last, Kept], 2);
    stored.save(2, 600, &[Last, Kept], 2);
    let names: Vec<_> = stored.live().iter().map(|live| live.0).collect();
    assert_eq!(names, ["2", "last", "step500", "step600"], "the oldest kept one gave way");
}

#[test]
fn a_named_best_outlives_the_nameless_one_kept_of_its_step() {
    let mut stored = Stored::of([
        checkpoint(Best, 1, 235, "first try").into(),
        checkpoint(Kept, 0, 235, "").into(),
        checkpoint(Last, 1, 235, "").into(),
    ]);
    stored.save(1, 470, &[Last, Kept], 2);
    stored.save(2, 470, &[Last, Best], 2);
    assert_eq!(
        stored.live(),
        [("2", "", 5), ("last", "", 5), ("step235", "first try", 1), ("step470", "", 4)],
    );
    stored.save(2, 705, &[Last, Kept], 2);
    stored.save(3, 940, &[Last, Kept, Best], 2);
    assert!(stored.live().contains(&("step235", "first try", 1)), "{:?}", stored.live());
}

#[test]
fn of_two_with_names_for_one_step_both_stay() {
    let mut stored = Stored::of([
        checkpoint(Best, 1, 235, "the best").into(),
        checkpoint(Kept, 0, 235, "before validation").into(),
    ]);
    stored.save(2, 470, &[Last, Best], 1);
    let live = stored.live();
    assert!(live.contains(&("step235", "before validation", 2)), "{live:?}");
    assert!(live.contains(&("step235_2", "the best", 1)), "{live:?}");
}

#[test]
fn a_name_goes_over_to_the_same_step_saved_again() {
    let mut stored = Stored::of([checkpoint(Last, 0, 50, "before the storm").into()]);
    stored.save(0, 50, &[Last], 2);
    assert_eq!(stored.live(), [("last", "before the storm", 2)]);
    stored.save(0, 90, &[Last], 2);
    assert_eq!(stored.live(), [("last", "", 3), ("step50", "before the storm", 2)]);
}

#[test]
fn what_was_named_and_deleted_stays_away_and_can_be_brought_back() {
    let mut stored = Stored::of([deleted(checkpoint(Last, 0, 50, "unwanted"))]);
    stored.save(0, 90, &[Last], 2);
    assert_eq!(stored.live(), [("last", "", 2)]);
    stored.save(0, 120, &[Last, Kept], 2);
    assert_eq!(stored.live(), [("last", "", 3), ("step120", "", 3)]);
    stored.restore(&format!("model_{RUN}_last"));
    assert!(stored.live().contains(&("step50", "unwanted", 1)), "{:?}", stored.live());
}

#[test]
fn what_was_deleted_takes_no_room_from_what_is_kept() {
    let mut stored = Stored::of([
        deleted(checkpoint(Kept, 0, 180, "")),
        checkpoint(Kept, 0, 60, "").into(),
        checkpoint(Kept, 0, 120, "").into(),
        deleted(checkpoint(Best, 1, 120, "unwanted")),
    ]);
    stored.save(2, 240, &[Best], 2);
    let names: Vec<_> = stored.live().iter().map(|live| live.0).collect();
    assert_eq!(names, ["2", "step120", "step60"]);
}

#[test]
fn what_a_build_without_these_words_has_stored_is_read() {
    let json = serde_json::to_value(checkpoint(Last, 1, 2, "old")).unwrap();
    let mut with_time = json.clone();
    with_time["deleted_at_ms"] = 7.0.into();
    let read = |json| serde_json::from_value::<StoredCheckpoint>(json).unwrap();
    assert_eq!(read(json), checkpoint(Last, 1, 2, "old").into());
    assert_eq!(read(with_time).deleted_at_ms, Some(7.0));
}

/// What may happen to a library during its run. Numbers select among the existing checkpoints.
#[derive(Clone, Debug)]
enum Happening {
    Save { steps: u64, ends_epoch: bool, roles: Vec<CheckpointRole> },
    Label(prop::sample::Index),
    Delete(prop::sample::Index),
    Restore(prop::sample::Index),
}

fn happening() -> impl Strategy<Value = Happening> {
    let roles = prop::sample::subsequence(vec![Last, Best, Kept], 1..=3);
    let save = (0..3_u64, any::<bool>(), roles).prop_map(|(steps, ends_epoch, roles)| {
        // An epoch ends after its last step, for which a state may already be stored.
        Happening::Save { steps: steps * 10, ends_epoch, roles }
    });
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => save,
        2 => index().prop_map(Happening::Label),
        1 => index().prop_map(Happening::Delete),
        1 => index().prop_map(Happening::Restore),
    ]
}

type Labelled = Vec<(String, u64, u32)>;

/// Label, step and file of the named checkpoints, deleted or not.
fn labelled(stored: &Stored, alive: bool) -> Labelled {
    let chosen = stored.entries.values().filter(|(entry, _)| {
        entry.deleted_at_ms.is_none() == alive && !entry.summary.label.is_empty()
    });
    let mut all: Labelled = chosen
        .map(|(entry, file)| (entry.summary.label.clone(), entry.summary.step, *file))
        .collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn named_checkpoints_never_vanish_and_deleted_ones_never_come_back(
        happenings in prop::collection::vec(happening(), 1..40),
        keep in 0..4_usize,
    ) {
        let (mut stored, mut step, mut epoch) = (Stored::default(), 10, 0);
        let mut deleted: Vec<(String, String)> = Vec::new();
        for (number, happening) in happenings.into_iter().enumerate() {
            let names: Vec<String> = stored.entries.keys().cloned().collect();
            match happening {
                Happening::Save { steps, ends_epoch, roles } => {
                    (step, epoch) = (step + steps, epoch + u32::from(ends_epoch));
                    let (alive, gone) = (labelled(&stored, true), labelled(&stored, false));
                    let saved = stored.save(epoch, step, &roles, keep);
                    let mut now = labelled(&stored, true);
                    prop_assert_eq!(&labelled(&stored, false), &gone);
                    prop_assert_eq!(now.len(), alive.len());
                    for (named, before) in now.iter_mut().zip(&alive) {
                        // The same state, saved again, may now have the name.
                        if named.2 == saved && before.1 == step {
                            named.2 = before.2;
                        }
                    }
                    prop_assert_eq!(now, alive);
                    let live = stored.entries.values().map(|(entry, file)| (&entry.summary, file))
                        .filter(|(summary, _)| stored.entries[&summary.name].0.deleted_at_ms.is_none());
                    for role in [Last, Best] {
                        let holders: Vec<_> =
                            live.clone().filter(|(summary, _)| summary.role == role).collect();
                        prop_assert!(holders.len() <= 1);
                        if roles.contains(&role) {
                            prop_assert_eq!(holders.first().map(|holder| *holder.1), Some(saved));
                        }
                    }
                    let nameless = live.filter(|(summary, _)| {
                        summary.role == Kept && summary.label.is_empty()
                    });
                    prop_assert!(nameless.count() <= keep);
                }
                Happening::Label(index) if !names.is_empty() => {
                    let (entry, _) = stored.entries.get_mut(index.get(&names)).unwrap();
                    if entry.deleted_at_ms.is_none() {
                        entry.summary.label = format!("label {number}");
                    }
                }
                Happening::Delete(index) if !names.is_empty() => {
                    let name = index.get(&names).clone();
                    let (entry, _) = stored.entries.get_mut(&name).unwrap();
                    if entry.deleted_at_ms.is_none() {
                        entry.deleted_at_ms = Some(number as f64);
                        deleted.push((name, entry.summary.label.clone()));
                    }
                }
                Happening::Restore(index) if !deleted.is_empty() => {
                    let at = index.index(deleted.len());
                    let (name, label) = deleted.swap_remove(at);
                    stored.restore(&name);
                    let live = stored.live();
                    let is_back = live.iter().any(|live| live.1 == label);
                    prop_assert!(label.is_empty() || is_back, "{} is not in {:?}", label, live);
                    deleted.retain(|(other, _)| *other != name);
                }
                _ => {}
            }
        }
    }
}
