//! Failed writes of runs, kept to be retried.

use std::cell::RefCell;

use futures::lock::Mutex;

use crate::checkpoint::Checkpoint;
use crate::library::store::{Library, RunWrite, StoreError, UnfinishedWrite};
use crate::library::tabs::RunLock;
use crate::library::{CheckpointRole, KnownRun, SeenRun};

/// No more runs than this are kept: without any storage, memory would fill up.
const MOST_RUNS: usize = 4;

/// The pending writes, oldest first.
#[derive(Default)]
pub struct PendingWrites {
    left: RefCell<Vec<UnfinishedWrite>>,
    /// Locked while a pending write is retried, so that its run is not claimed meanwhile.
    writing: Mutex<()>,
}

impl PendingWrites {
    /// What is pending for a run, and the record that is known to be stored, if any.
    fn with(&self, run: &str, known: KnownRun, change: impl FnOnce(&mut UnfinishedWrite)) {
        let mut left = self.left.borrow_mut();
        if left.iter().all(|left| left.run != run) {
            left.push(UnfinishedWrite {
                run: run.to_owned(),
                known: KnownRun::default(),
                write: None,
                checkpoint: None,
            });
            let surplus = left.len().saturating_sub(MOST_RUNS);
            left.drain(..surplus);
        }
        if let Some(left) = left.iter_mut().find(|left| left.run == run) {
            left.known = known;
            change(left);
        }
    }

    /// Keeps a run that has ended.
    pub fn write(&self, write: RunWrite, known: KnownRun) {
        let run = write.record.run.clone();
        self.with(&run, known, |left| left.write = Some(write));
    }

    /// Keeps a checkpoint with all of its run's measurements, replacing earlier ones of the run.
    pub fn save(
        &self,
        checkpoint: Checkpoint,
        roles: &[CheckpointRole],
        write: RunWrite,
        known: KnownRun,
    ) {
        let run = checkpoint.run.clone();
        self.with(&run, known, |left| {
            left.write = Some(write);
            let steps = |checkpoint: &Checkpoint| checkpoint.snapshot.history.losses.len();
            let epochs = |checkpoint: &Checkpoint| checkpoint.snapshot.history.epochs.len();
            if left.checkpoint.as_ref().is_some_and(|(kept, _)| steps(kept) > steps(&checkpoint)) {
                // What the run can go on from is worth more.
                return;
            }
            let mut roles = roles.to_vec();
            // A state of the same epoch may be the best just as well.
            if let Some((former, former_roles)) = left.checkpoint.take()
                && former_roles.contains(&CheckpointRole::Best)
                && !roles.contains(&CheckpointRole::Best)
                && epochs(&former) == epochs(&checkpoint)
            {
                roles.push(CheckpointRole::Best);
            }
            left.checkpoint = Some((checkpoint, roles));
        });
    }

    /// A checkpoint of this run has been saved in these roles: an earlier one is now needed only in its other
    /// roles.
    pub fn is_saved(&self, run: &str, roles: &[CheckpointRole]) {
        if let Some(left) = self.left.borrow_mut().iter_mut().find(|left| left.run == run) {
            left.checkpoint = left.checkpoint.take().and_then(|(checkpoint, mut owed)| {
                owed.retain(|role| !roles.contains(role));
                (!owed.is_empty()).then_some((checkpoint, owed))
            });
        }
        self.drop_empty();
    }

    /// A run's current state has been written, so an earlier one is no longer needed.
    pub fn is_written(&self, seen: &SeenRun) {
        if let Some(left) =
            self.left.borrow_mut().iter_mut().find(|left| left.run == seen.record.run)
        {
            left.write = None;
            left.known = seen.clone().into();
        }
        self.drop_empty();
    }

    fn drop_empty(&self) {
        self.left.borrow_mut().retain(|left| left.write.is_some() || left.checkpoint.is_some());
    }

    /// A run was permanently deleted.
    pub fn forget(&self, run: &str) {
        self.left.borrow_mut().retain(|left| left.run != run);
    }

    /// Retries, except for runs in progress, which write themselves. Returns the runs that are now written,
    /// and the first error.
    pub async fn try_again(
        &self,
        library: &Library,
        under_way: Option<&str>,
    ) -> (Vec<String>, Option<StoreError>) {
        let _writing = self.writing.lock().await;
        let left = self.left.borrow().iter().map(|left| left.run.clone()).collect::<Vec<_>>();
        let (mut written, mut first_error) = (Vec::new(), None);
        for run in left.into_iter().filter(|run| Some(run.as_str()) != under_way) {
            // Whichever tab trains it continues from an older state or already has this one.
            let Some(_lock) = RunLock::take(&run, library).await else { continue };
            match self.write_left_of(&run, library).await {
                Ok(true) => written.push(run),
                Ok(false) => {}
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        (written, first_error)
    }

    /// The right to train a run, after its pending writes were written or dropped; `None` if another tab has
    /// that right. A state that still cannot be written is returned, since the run must continue from it.
    pub async fn claim(
        &self,
        run: &str,
        library: &Library,
    ) -> Option<(RunLock, Option<Unwritten>)> {
        let _writing = self.writing.lock().await;
        let lock = RunLock::take(run, library).await?;
        if self.write_left_of(run, library).await.is_ok() {
            return Some((lock, None));
        }
        let left = self.left.borrow();
        let left = left.iter().find(|left| left.run == run);
        let unwritten = left.and_then(|left| {
            let (checkpoint, _) = left.checkpoint.as_ref()?;
            let blocks = left.write.iter().flat_map(|write| &write.blocks);
            Some(Unwritten {
                checkpoint: checkpoint.clone(),
                known: left.known.clone(),
                blocks: blocks.map(|(_, block)| block.clone()).collect(),
            })
        });
        Some((lock, unwritten))
    }

    /// Writes a run's pending data, if any, under its lock, and returns whether something was written. If the
    /// run has been continued elsewhere, the data is dropped. After an error it is still pending.
    async fn write_left_of(&self, run: &str, library: &Library) -> Result<bool, StoreError> {
        let found = self.left.borrow_mut().extract_if(.., |left| left.run == run).next();
        let Some(mut left) = found else { return Ok(false) };
        let written = library.write_left(&left).await;
        if written.is_err() {
            if let Some(write) = &left.write {
                left.known.may_be_stored_as(write.record.clone());
            }
            self.left.borrow_mut().push(left);
        }
        written
    }
}

/// A state of a run that is newer than the stored one.
pub struct Unwritten {
    /// The state.
    pub checkpoint: Checkpoint,
    /// The run as it is known to be stored.
    pub known: KnownRun,
    /// Its blocks of metrics, if they are pending, too.
    pub blocks: Vec<Vec<u8>>,
}
