//! Deleting, bringing back and removing for good.
//!
//! What is deleted is marked, and removed for good once it can no longer be brought back.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use gloo::timers::future::sleep;

use super::complaints::Complaints;
use super::notifier::Notifier;
use crate::library::store::{Library, StoreError};
use crate::library::tabs::{RunLock, runs_in_training};
use crate::protocol::{Failure, Item, Reply, UNDO_MS};
use crate::worker::clock::date_ms;
use crate::worker::pending_writes::PendingWrites;

/// What was deleted is looked for so much later than it can be brought back at the latest.
const AFTER_UNDO_MS: u64 = 500;

/// Deletes runs and checkpoints, and brings them back.
pub struct Deletions {
    library: Rc<Library>,
    pending: Rc<PendingWrites>,
    notifier: Rc<Notifier>,
    complaints: Rc<Complaints>,
}

/// What was removed for good.
struct Removed {
    runs: Vec<String>,
    /// Whether there were checkpoints of runs that stay.
    checkpoints: bool,
}

impl Deletions {
    /// Deletions of this library. What is left to be written of a run goes with it.
    pub fn new(
        library: Rc<Library>,
        pending: Rc<PendingWrites>,
        notifier: Rc<Notifier>,
        complaints: Rc<Complaints>,
    ) -> Self {
        Self { library, pending, notifier, complaints }
    }

    /// Deletes these, so that they can be brought back for a while.
    pub async fn delete(self: &Rc<Self>, items: &[Item]) -> Result<Reply, Failure> {
        self.refuse_if_in_training(items).await?;
        let (deleted, reply) = match self.mark(items).await {
            // Marking takes space, removing gives it: here it cannot be undone.
            Err(StoreError::Quota) => (self.remove(items).await, Reply::RemovedForGood),
            marked => (marked, Reply::Done),
        };
        // Also after an error: some of them may have been deleted before it.
        let runs = runs_of(items);
        self.notifier.tell_runs(runs.iter().map(String::as_str)).await;
        deleted?;
        if reply == Reply::Done {
            self.remove_in_time(runs);
        }
        Ok(reply)
    }

    /// Brings these back. One that cannot be brought back any more keeps no other away, and is an error.
    pub async fn restore(&self, items: &[Item]) -> Result<(), Failure> {
        let mut restored = Ok(());
        for item in items {
            restored = restored.and(self.restore_one(item).await);
        }
        self.notifier.tell_runs(runs_of(items).iter().map(String::as_str)).await;
        Ok(restored?)
    }

    /// Removes for good what can no longer be brought back, before the page is told of anything.
    pub async fn remove_leftovers(&self) {
        if let Err(error) = self.remove_deleted().await {
            self.complaints.complain(error);
        }
    }

    async fn refuse_if_in_training(&self, items: &[Item]) -> Result<(), Failure> {
        let training = runs_in_training().await;
        let here = self.notifier.trained_here();
        for item in items {
            let Item::Run(run) = item else { continue };
            if here.as_ref() == Some(run) || training.contains(run) {
                return Err(Failure::RunInTraining { run: run.clone() });
            }
        }
        Ok(())
    }

    async fn mark(&self, items: &[Item]) -> Result<(), StoreError> {
        let now = date_ms();
        for item in items {
            match item {
                Item::Run(run) => self.library.set_run_deleted(run, Some(now)).await?,
                Item::Checkpoint(name) => self.library.delete_checkpoint(name, now).await?,
            }
        }
        Ok(())
    }

    async fn restore_one(&self, item: &Item) -> Result<(), StoreError> {
        match item {
            Item::Run(run) => match self.library.run(run).await? {
                Some(_) => self.library.set_run_deleted(run, None).await,
                // It was removed for good meanwhile, perhaps by another tab.
                None => Err(StoreError::NoRun(run.clone())),
            },
            Item::Checkpoint(name) => self.library.restore_checkpoint(name).await,
        }
    }

    async fn remove(&self, items: &[Item]) -> Result<(), StoreError> {
        for item in items {
            match item {
                Item::Run(run) => {
                    self.pending.forget(run);
                    self.library.remove_run(run).await?;
                }
                Item::Checkpoint(name) => self.library.remove_checkpoint(name).await?,
            }
        }
        Ok(())
    }

    /// Removes for good what was deleted, once it can no longer be brought back, and tells of these runs
    /// then: the page shows how much space there is.
    fn remove_in_time(self: &Rc<Self>, mut runs: BTreeSet<String>) {
        let this = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            sleep(Duration::from_millis(UNDO_MS as u64 + AFTER_UNDO_MS)).await;
            match this.remove_deleted().await {
                Ok(removed) if removed.checkpoints || !removed.runs.is_empty() => {
                    runs.extend(removed.runs);
                    this.notifier.tell_runs(runs.iter().map(String::as_str)).await;
                }
                Ok(_) => {}
                Err(error) => this.complaints.complain(error),
            }
        });
    }

    /// Removes for good what was deleted so long ago that it can no longer be brought back, by any tab.
    async fn remove_deleted(&self) -> Result<Removed, StoreError> {
        let before = date_ms() - UNDO_MS;
        let mut runs = Vec::new();
        for (record, labels) in self.library.runs().await? {
            if labels.deleted_at_ms.is_some_and(|at| at < before)
                // Who goes on with a run brings it back, under its lock.
                && let Some(_lock) = RunLock::take(&record.run).await
            {
                self.library.remove_deleted_run(&record.run).await?;
                self.pending.forget(&record.run);
                runs.push(record.run);
            }
        }
        let checkpoints = self.library.remove_checkpoints_deleted_before(before).await?;
        Ok(Removed { runs, checkpoints })
    }
}

/// The runs that these are or belong to, each once.
fn runs_of(items: &[Item]) -> BTreeSet<String> {
    items.iter().filter_map(Item::run).map(str::to_owned).collect()
}
