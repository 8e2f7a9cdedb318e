//! Stores a run as it grows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures::lock::{Mutex, OwnedMutexGuard};

use super::clock::{date_ms, now_ms};
use super::library_service::LibraryService;
use crate::checkpoint::Checkpoint;
use crate::history::{CheckpointRole, History};
use crate::library::blocks::{block_of, blocks_from};
use crate::library::store::RunWrite;
use crate::library::tabs::has_locks;
use crate::library::{RunRecord, RunState, SeenRun, Timeline};

/// Closing the tab loses at most about this much of a run's curves.
const WRITE_EVERY_MS: f64 = 2000.0;

/// How much of a run the library holds.
#[derive(Clone, Copy)]
struct Written {
    /// The opening of the library that it was written to.
    incarnation: u32,
    steps: u64,
}

/// Stores a run's record and metrics in the library during training: a write is started and not awaited, and
/// only one is in progress at a time.
pub struct Recorder {
    service: Rc<LibraryService>,
    record: RunRecord,
    timeline: Timeline,
    /// When the run's own time was last at `record.trained_ms`; `None` while that time is stopped.
    running_since: Option<f64>,
    written: Rc<Cell<Option<Written>>>,
    /// The run as stored, by this or an earlier recorder.
    known: Rc<RefCell<Option<SeenRun>>>,
    /// Locked while the run is being written.
    writing: Arc<Mutex<()>>,
    begun_at: f64,
    /// Whether blocks may be stored for steps that this run has not taken.
    cut: Rc<Cell<bool>>,
}

impl Recorder {
    /// Starts storing a run that has reached the end of `timeline`, and whose stored state is `known`.
    pub fn new(
        service: Rc<LibraryService>,
        record: RunRecord,
        timeline: Timeline,
        known: Option<SeenRun>,
    ) -> Self {
        Self {
            service,
            record,
            timeline,
            running_since: None,
            written: Rc::default(),
            known: Rc::new(RefCell::new(known)),
            writing: Arc::default(),
            begun_at: f64::NEG_INFINITY,
            cut: Rc::new(Cell::new(true)),
        }
    }

    /// The run as stored, for callers that keep part of it for later.
    pub fn known(&self) -> Rc<RefCell<Option<SeenRun>>> {
        Rc::clone(&self.known)
    }

    /// Starts the run's own time.
    fn tick(&mut self) {
        let now = now_ms();
        if let Some(since) = self.running_since.replace(now) {
            self.record.trained_ms += now - since;
        }
    }

    /// Notes that the run has reached the end of its history, and stores it if that is due.
    pub fn follow(&mut self, history: &History) {
        self.tick();
        self.timeline.note(history.losses.len() as u64, self.record.trained_ms);
        self.record.state = RunState::Training;
        if now_ms() - self.begun_at >= WRITE_EVERY_MS
            && let Some(writing) = self.writing.try_lock_owned()
        {
            let write = self.next_write(history, None, writing);
            wasm_bindgen_futures::spawn_local(async move {
                write.await;
            });
        }
    }

    /// Stores the run as it is, with this state, and waits until it is written.
    pub async fn enter(&mut self, history: &History, state: RunState) {
        if matches!(state, RunState::Training) {
            self.tick();
        } else {
            if self.running_since.is_some() {
                self.tick();
            }
            self.running_since = None;
        }
        let is_over = !matches!(state, RunState::Training | RunState::Paused);
        // The machine's clock may have been set back.
        self.record.ended_at_ms = is_over.then(|| date_ms().max(self.record.started_at_ms));
        self.record.state = state;
        // Twice, if the first write reopened the library: it may be another one.
        for _ in 0..2 {
            let writing = Arc::clone(&self.writing).lock_owned().await;
            self.next_write(history, None, writing).await;
            let incarnation = self.service.library.incarnation();
            match self.written.get() {
                Some(written) if written.incarnation == incarnation => return,
                _ => {}
            }
        }
        if is_over {
            let write = RunWrite::whole(self.record.clone(), history, &self.timeline);
            self.service.pending.write(write, self.known.borrow().clone());
        }
    }

    /// The write of a checkpoint in its roles together with the current run, whose history includes the
    /// checkpoint's. The write owns copies of all that it needs, and returns whether it succeeded.
    pub async fn save(
        &mut self,
        history: &History,
        checkpoint: Checkpoint,
        roles: &[CheckpointRole],
    ) -> impl Future<Output = bool> + use<> {
        let writing = Arc::clone(&self.writing).lock_owned().await;
        self.next_write(history, Some((checkpoint, roles.to_vec())), writing)
    }

    /// The next write; it owns copies of all that it needs, and its place in the queue.
    fn next_write(
        &mut self,
        history: &History,
        checkpoint: Option<(Checkpoint, Vec<CheckpointRole>)>,
        writing: OwnedMutexGuard<()>,
    ) -> impl Future<Output = bool> + use<> {
        self.begun_at = now_ms();
        self.record.follow(history);
        let service = Rc::clone(&self.service);
        let incarnation = service.library.incarnation();
        let earlier = self.written.get().filter(|written| written.incarnation == incarnation);
        // The newest block that was written may have been only partly full. Without locks another tab may train
        // the same run, and only a write of all measurements cannot contradict its blocks.
        let first = earlier.filter(|_| has_locks()).map_or(0, |written| block_of(written.steps));
        let steps = history.losses.len() as u64;
        let mut write = RunWrite {
            record: self.record.clone(),
            blocks: blocks_from(history, &self.timeline, first),
            cut: self.cut.get() || first == 0,
        };
        let all = checkpoint.is_some().then(|| (history.clone(), self.timeline.clone()));
        let known = self.known();
        let (written, cut) = (Rc::clone(&self.written), Rc::clone(&self.cut));
        async move {
            let whole = |record: &RunRecord| {
                let (history, timeline) = all.as_ref()?;
                Some(RunWrite::whole(record.clone(), history, timeline))
            };
            // A library that has to be opened for this write may be another one, without the earlier blocks.
            if service.library.open().await.is_ok()
                && service.library.incarnation() != incarnation
                && let Some(whole) = whole(&write.record)
            {
                write = whole;
            }
            let outcome = match &checkpoint {
                Some((checkpoint, roles)) => service.library.save(checkpoint, roles, &write).await,
                None => service.library.write_run(&write).await,
            };
            let is_written = outcome.is_ok();
            match outcome {
                Ok(()) => {
                    // A library that was opened for this write may be another one, so everything is written
                    // again.
                    written.set(Some(Written { incarnation, steps }));
                    cut.set(false);
                    let incarnation = service.library.incarnation();
                    let seen = SeenRun { record: write.record.clone(), incarnation };
                    service.pending.is_written(&seen);
                    known.replace(Some(seen));
                    service.is_well();
                    // What follows only reads; the next write need not wait for it.
                    drop(writing);
                    match &checkpoint {
                        Some((checkpoint, roles)) => {
                            service.pending.is_saved(&checkpoint.run, roles);
                            service.tell_run(&checkpoint.run).await;
                        }
                        None => service.post_written(write.record).await,
                    }
                }
                Err(error) => {
                    written.set(None);
                    service.complain(error);
                    let whole = whole(&write.record);
                    if let (Some((checkpoint, roles)), Some(whole)) = (checkpoint, whole) {
                        service.pending.save(checkpoint, &roles, whole, known.borrow().clone());
                    }
                }
            }
            is_written
        }
    }
}
