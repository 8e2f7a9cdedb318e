//! Deleting, restoring and permanent removal.
//!
//! Deleted items are marked, and permanently removed once they can no longer be restored.

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

/// How long after the last possible restore deleted items are removed.
const AFTER_UNDO_MS: u64 = 500;

/// Deletes runs and checkpoints, and restores them.
pub struct Deletions {
    library: Rc<Library>,
    pending: Rc<PendingWrites>,
    notifier: Rc<Notifier>,
    complaints: Rc<Complaints>,
}

/// What was permanently removed.
struct Removed {
    runs: Vec<String>,
    /// Whether checkpoints of remaining runs were among them.
    checkpoints: bool,
}

impl Deletions {
    /// Deletions in this library. A deleted run's pending writes are dropped with it.
    pub fn new(
        library: Rc<Library>,
        pending: Rc<PendingWrites>,
        notifier: Rc<Notifier>,
        complaints: Rc<Complaints>,
    ) -> Self {
        Self { library, pending, notifier, complaints }
    }

    /// Deletes these; they can be restored for a while.
    pub async fn delete(self: &Rc<Self>, items: &[Item]) -> Result<Reply, Failure> {
        self.refuse_if_in_training(items).await?;
        let (deleted, reply) = match self.mark(items).await {
            // Marking takes space and removing frees it, so here the deletion cannot be undone.
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

    /// Restores these. If one can no longer be restored, the others still are, and the result is an error.
    pub async fn restore(&self, items: &[Item]) -> Result<(), Failure> {
        let mut restored = Ok(());
        for item in items {
            restored = restored.and(self.restore_one(item).await);
        }
        self.notifier.tell_runs(runs_of(items).iter().map(String::as_str)).await;
        Ok(restored?)
    }

    /// Permanently removes what can no longer be restored, before anything is sent to the page.
    pub async fn remove_leftovers(&self) {
        if let Err(error) = self.remove_deleted().await {
            self.complaints.complain(error);
        }
    }

    async fn refuse_if_in_training(&self, items: &[Item]) -> Result<(), Failure> {
        let training = runs_in_training(&self.library).await;
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
                // It has been permanently removed meanwhile, perhaps by another tab.
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

    /// Permanently removes what was deleted once it can no longer be restored, and then notifies of these
    /// runs: the page shows how much space there is.
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

    /// Permanently removes what was deleted, by any tab, so long ago that it can no longer be restored.
    async fn remove_deleted(&self) -> Result<Removed, StoreError> {
        // A deletion in the future is one from before the machine's clock was set back.
        let now = date_ms();
        let is_over = |at: f64| (now - at).abs() > UNDO_MS;
        let mut runs = Vec::new();
        for (record, labels) in self.library.runs().await? {
            if labels.deleted_at_ms.is_some_and(is_over)
                // A tab that resumes a run restores it under its lock.
                && let Some(_lock) = RunLock::take(&record.run, &self.library).await
            {
                self.library.remove_deleted_run(&record.run).await?;
                self.pending.forget(&record.run);
                runs.push(record.run);
            }
        }
        let checkpoints = self.library.remove_checkpoints_deleted(is_over).await?;
        Ok(Removed { runs, checkpoints })
    }
}

/// The runs that these items are or belong to, without repeats.
fn runs_of(items: &[Item]) -> BTreeSet<String> {
    items.iter().filter_map(Item::run).map(str::to_owned).collect()
}
