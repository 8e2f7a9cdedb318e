//! Stores a run as it grows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::clock::{date_ms, now_ms};
use super::library_service::LibraryService;
use super::write_queue::WriteQueue;
use crate::checkpoint::Checkpoint;
use crate::history::{CheckpointRole, History};
use crate::library::blocks::{block_of, blocks_from};
use crate::library::store::{RunWrite, StoreError};
use crate::library::{KnownRun, RunRecord, RunState, SeenRun, Timeline};

/// Closing the tab loses at most about this much of a run's curves.
const WRITE_EVERY_MS: f64 = 2000.0;

/// How much of a run the library holds.
#[derive(Clone, Copy)]
struct Written {
    /// The opening of the library that it was written to.
    incarnation: u32,
    steps: u64,
}

/// What is known of a run's stored state, shared with its writes.
struct Stored {
    service: Rc<LibraryService>,
    written: Cell<Option<Written>>,
    /// The run as stored, by this or an earlier recorder.
    known: RefCell<KnownRun>,
    /// Whether blocks may be stored for steps that this run has not taken.
    cut: Cell<bool>,
    /// Whether another tab has taken the run over.
    is_taken: Cell<bool>,
}

/// A checkpoint to be written, in these roles.
struct Save {
    checkpoint: Checkpoint,
    roles: Vec<CheckpointRole>,
    /// Is told the step once it is written.
    saved_step: Rc<Cell<Option<u64>>>,
}

/// Stores a run's record and metrics in the library during training: a write is queued and not awaited.
pub struct Recorder {
    stored: Rc<Stored>,
    queue: Rc<WriteQueue>,
    record: RunRecord,
    timeline: Timeline,
    /// When the run's own time was last at `record.trained_ms`; `None` while that time is stopped.
    running_since: Option<f64>,
    begun_at: f64,
}

impl Recorder {
    /// Starts storing a run that has reached the end of `timeline`, and whose stored state is `known`.
    pub fn new(
        service: Rc<LibraryService>,
        record: RunRecord,
        timeline: Timeline,
        known: KnownRun,
    ) -> Self {
        let stored = Stored {
            service,
            written: Cell::default(),
            known: RefCell::new(known),
            cut: Cell::new(true),
            is_taken: Cell::default(),
        };
        Self {
            stored: Rc::new(stored),
            queue: Rc::default(),
            record,
            timeline,
            running_since: None,
            begun_at: f64::NEG_INFINITY,
        }
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
            && self.queue.is_idle()
            && !self.stored.service.library.is_silent()
        {
            self.begin(history);
            let steps = history.losses.len() as u64;
            let incarnation = self.stored.service.library.incarnation();
            let write = self.stored.write_of(&self.record, history, &self.timeline);
            let stored = Rc::clone(&self.stored);
            self.queue.add(async move {
                if stored.try_to_write(&write, None, incarnation, steps).await {
                    stored.tell_of(write.record, None).await;
                }
            });
        }
    }

    /// Stores the run as it is, with this state.
    pub fn enter(&mut self, history: &History, state: RunState) {
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
        self.write_all(history, None, is_over);
    }

    /// Stores a checkpoint in its roles together with the current run, whose history includes the checkpoint's.
    pub fn save(
        &mut self,
        history: &History,
        checkpoint: Checkpoint,
        roles: &[CheckpointRole],
        saved_step: Rc<Cell<Option<u64>>>,
    ) {
        let roles = roles.to_vec();
        self.write_all(history, Some(Save { checkpoint, roles, saved_step }), false);
    }

    /// Whether so many writes wait that training must wait, too.
    pub fn is_behind(&self) -> bool {
        self.queue.is_full()
    }

    /// Whether another tab has taken the run over, so that this one must not go on.
    pub fn is_taken(&self) -> bool {
        self.stored.is_taken.get()
    }

    /// Completes once all that is to be written was written or has failed.
    pub fn emptied(&self) -> impl Future<Output = ()> + use<> {
        self.queue.emptied()
    }

    fn begin(&mut self, history: &History) {
        self.begun_at = now_ms();
        self.record.follow(history);
    }

    /// Queues a write that owns all of the run's measurements: what the one before it leaves to be written is
    /// only known once that has ended.
    fn write_all(&mut self, history: &History, save: Option<Save>, is_over: bool) {
        self.begin(history);
        let (record, history) = (self.record.clone(), history.clone());
        let (timeline, stored) = (self.timeline.clone(), Rc::clone(&self.stored));
        self.queue.add(async move {
            let steps = history.losses.len() as u64;
            // Twice, if the first time reopened the library: it may be another one.
            for _ in 0..2 {
                // A library that has to be opened may be another one, without the earlier blocks.
                let opened = stored.service.library.open().await;
                let incarnation = stored.service.library.incarnation();
                let write = stored.write_of(&record, &history, &timeline);
                let is_written = match opened {
                    Ok(()) => stored.try_to_write(&write, save.as_ref(), incarnation, steps).await,
                    Err(error) => stored.has_failed(error),
                };
                if !is_written {
                    let whole = RunWrite::whole(record, &history, &timeline);
                    return stored.leave(whole, save, is_over);
                }
                if incarnation == stored.service.library.incarnation() {
                    break;
                }
            }
            stored.tell_of(record, save.as_ref()).await;
        });
    }
}

impl Stored {
    /// The write of what the library lacks of a run.
    fn write_of(&self, record: &RunRecord, history: &History, timeline: &Timeline) -> RunWrite {
        let incarnation = self.service.library.incarnation();
        let earlier = self.written.get().filter(|written| written.incarnation == incarnation);
        // The newest block that was written may have been only partly full.
        let first = earlier.map_or(0, |written| block_of(written.steps));
        RunWrite {
            record: record.clone(),
            blocks: blocks_from(history, timeline, first),
            cut: self.cut.get() || first == 0,
        }
    }

    /// Writes, into the library's opening `incarnation` as far as is known, and returns whether it did.
    async fn try_to_write(
        &self,
        write: &RunWrite,
        save: Option<&Save>,
        incarnation: u32,
        steps: u64,
    ) -> bool {
        let library = &self.service.library;
        let outcome = match save {
            Some(Save { checkpoint, roles, .. }) => library.save(checkpoint, roles, write).await,
            None => library.write_run(write).await,
        };
        if let Err(error) = outcome {
            if error == StoreError::Silent {
                self.known.borrow_mut().may_be_stored_as(write.record.clone());
            }
            return self.has_failed(error);
        }
        // If the library was opened for this write, it may be another one, and the next write is of everything.
        self.written.set(Some(Written { incarnation, steps }));
        self.cut.set(false);
        let seen = SeenRun { record: write.record.clone(), incarnation: library.incarnation() };
        self.service.pending.is_written(&seen);
        self.known.replace(seen.into());
        self.service.is_well();
        true
    }

    /// Reports why nothing was written; everything has to be written again.
    fn has_failed(&self, error: StoreError) -> bool {
        self.written.set(None);
        self.is_taken.set(self.is_taken.get() || matches!(error, StoreError::TakenOver(_)));
        self.service.complain(error);
        false
    }

    /// Leaves what could not be written to be tried again later.
    fn leave(&self, whole: RunWrite, save: Option<Save>, is_over: bool) {
        let (pending, known) = (&self.service.pending, self.known.borrow().clone());
        match save {
            _ if self.is_taken.get() => {}
            Some(Save { checkpoint, roles, .. }) => pending.save(checkpoint, &roles, whole, known),
            None if is_over => pending.write(whole, known),
            None => {}
        }
    }

    /// Tells of what was written.
    async fn tell_of(&self, record: RunRecord, save: Option<&Save>) {
        let Some(Save { checkpoint, roles, saved_step }) = save else {
            return self.service.post_written(record).await;
        };
        saved_step.set(Some(checkpoint.snapshot.history.losses.len() as u64));
        self.service.pending.is_saved(&checkpoint.run, roles);
        self.service.tell_run(&checkpoint.run).await;
    }
}
