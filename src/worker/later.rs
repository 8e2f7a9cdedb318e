//! What could not be written of runs, kept for when it can.

use std::cell::RefCell;

use crate::checkpoint::Checkpoint;
use crate::library::CheckpointRole;
use crate::library::store::{Library, RunWrite, StoreError};

/// More runs than this are not kept for later: without any storage, memory would fill.
const MOST_RUNS: usize = 4;

/// What is still to be written, the oldest first.
#[derive(Default)]
pub struct Later {
    left: RefCell<Vec<Left>>,
}

/// What is still to be written of a run.
struct Left {
    run: String,
    write: Option<RunWrite>,
    checkpoint: Option<(Checkpoint, Vec<CheckpointRole>)>,
}

impl Later {
    fn with<T>(&self, run: &str, change: impl FnOnce(&mut Left) -> T) -> Option<T> {
        let mut left = self.left.borrow_mut();
        if left.iter().all(|left| left.run != run) {
            left.push(Left { run: run.to_owned(), write: None, checkpoint: None });
            let surplus = left.len().saturating_sub(MOST_RUNS);
            left.drain(..surplus);
        }
        left.iter_mut().find(|left| left.run == run).map(change)
    }

    /// Keeps a run that is over.
    pub fn write(&self, write: RunWrite) {
        let run = write.record.run.clone();
        self.with(&run, |left| left.write = Some(write));
    }

    /// Keeps a checkpoint, in the place of earlier ones of its run.
    pub fn save(&self, checkpoint: Checkpoint, roles: &[CheckpointRole]) {
        let run = checkpoint.run.clone();
        self.with(&run, |left| {
            let epochs = |checkpoint: &Checkpoint| checkpoint.snapshot.history.epochs.len();
            let mut roles = roles.to_vec();
            // A state of the same epoch has the same claim to be the best.
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

    /// A checkpoint of this run has been saved: earlier ones are of no use any more.
    pub fn is_saved(&self, run: &str) {
        if let Some(left) = self.left.borrow_mut().iter_mut().find(|left| left.run == run) {
            left.checkpoint = None;
        }
    }

    /// Tries again, but for the run under way, which writes by itself. Gives the runs that are written
    /// now, and the first error.
    pub async fn try_again(
        &self,
        library: &Library,
        under_way: Option<&str>,
    ) -> (Vec<String>, Option<StoreError>) {
        let is_due = |left: &mut Left| Some(left.run.as_str()) != under_way;
        let due: Vec<Left> = self.left.borrow_mut().extract_if(.., is_due).collect();
        let (mut written, mut first_error) = (Vec::new(), None);
        for left in due {
            match left.write_to(library).await {
                Ok(false) => {}
                Ok(true) => written.push(left.run),
                Err(error) => {
                    first_error.get_or_insert(error);
                    self.left.borrow_mut().push(left);
                }
            }
        }
        (written, first_error)
    }
}

impl Left {
    /// Whether there was something to write.
    async fn write_to(&self, library: &Library) -> Result<bool, StoreError> {
        if let Some((checkpoint, roles)) = &self.checkpoint {
            library.save(checkpoint, roles).await?;
        }
        if let Some(write) = &self.write {
            library.write_run(write).await?;
        }
        Ok(self.checkpoint.is_some() || self.write.is_some())
    }
}
