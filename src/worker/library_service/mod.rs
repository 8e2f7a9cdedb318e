//! Opens and maintains the library for this tab, and answers the page's commands to it.
//!
//! The parts, each of which knows only those before it: `complaints` reports errors that no command waits
//! for, `notifier` passes messages between the library, the page and the other tabs, `deletions` deletes and
//! restores, `retrier` retries failed writes.

mod complaints;
mod deletions;
mod notifier;
mod retrier;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use std::time::Duration;

use gloo::timers::future::sleep;

use self::complaints::Complaints;
use self::deletions::Deletions;
use self::notifier::Notifier;
use self::retrier::Retrier;
use super::pending_writes::PendingWrites;
use super::port::Port;
use crate::library::store::{Library, StoreError};
use crate::library::tabs::RunLock;
use crate::library::{CheckpointSummary, RunRecord};
use crate::protocol::{Event, Failure, LibraryCommand, ProtocolError, Reply};
use crate::worker_common::claim::claim_new;

/// How often to check whether other tabs still train their runs, and whether writes are pending.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

const LOOK_AGAIN_FOR_END: Duration = Duration::from_millis(30);

/// The library as the worker's other parts use it.
pub struct LibraryService {
    /// The library itself. A task that changes it must notify the page and the other tabs.
    pub library: Rc<Library>,
    /// Failed writes of runs that this tab has trained.
    pub pending: Rc<PendingWrites>,
    port: Rc<Port>,
    complaints: Rc<Complaints>,
    notifier: Rc<Notifier>,
    deletions: Rc<Deletions>,
    retrier: Retrier,
    /// The runs that have ended here and are still being stored.
    ending: RefCell<BTreeSet<String>>,
}

impl LibraryService {
    /// Joins the other tabs, opens the library and tells the page of it; nobody waits for that. If the library does not
    /// open, that is reported; everything else works without it.
    pub fn begin(port: Rc<Port>) -> Rc<Self> {
        let service = Rc::new_cyclic(|this| Self::new(this, port));
        let opening = Rc::clone(&service);
        wasm_bindgen_futures::spawn_local(async move {
            match opening.library.open().await {
                Ok(()) => {
                    opening.tell_of_migration();
                    opening.deletions.remove_leftovers().await;
                }
                Err(error) => opening.complain(error),
            }
            opening.post_all().await;
        });
        let this = Rc::downgrade(&service);
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                sleep(LOOK_AGAIN).await;
                let Some(this) = this.upgrade() else { return };
                this.notifier.look_after_others().await;
                this.retrier.try_again().await;
            }
        });
        service
    }

    fn new(this: &Weak<Self>, port: Rc<Port>) -> Self {
        let hook = |act: fn(Rc<Self>)| {
            let this = this.clone();
            Box::new(move || this.upgrade().map_or((), act))
        };
        let library = Rc::new(Library::new(hook(Self::opened_late), hook(Self::lost)));
        let pending = Rc::new(PendingWrites::default());
        let complaints = Rc::new(Complaints::new(Rc::clone(&port)));
        let notifier =
            Notifier::join(Rc::clone(&library), Rc::clone(&port), Rc::clone(&complaints));
        let deletions = Rc::new(Deletions::new(
            Rc::clone(&library),
            Rc::clone(&pending),
            Rc::clone(&notifier),
            Rc::clone(&complaints),
        ));
        let retrier = Retrier::new(
            Rc::clone(&library),
            Rc::clone(&pending),
            Rc::clone(&notifier),
            Rc::clone(&complaints),
        );
        Self {
            library,
            pending,
            port,
            complaints,
            notifier,
            deletions,
            retrier,
            ending: RefCell::default(),
        }
    }

    fn opened_late(self: Rc<Self>) {
        self.is_well();
        self.tell_of_migration();
        wasm_bindgen_futures::spawn_local(async move { self.notifier.tell_all().await });
    }

    fn lost(self: Rc<Self>) {
        wasm_bindgen_futures::spawn_local(async move {
            // A later build's upgrade, or a deletion; opening it again shows which.
            match self.library.open().await {
                Ok(()) => {
                    self.port.post(&Event::Problem(Failure::LibraryDeleted));
                    self.notifier.tell_all().await;
                }
                Err(error) => self.complain(error),
            }
        });
    }

    fn tell_of_migration(&self) {
        if let Some(error) = self.library.take_migration_error() {
            self.complain(error);
        }
    }

    /// Reports an error that no command waits for, once.
    pub fn complain(&self, error: StoreError) {
        self.complaints.complain(error);
    }

    /// A write has succeeded, so the next error is reported again.
    pub fn is_well(&self) {
        self.complaints.is_well();
    }

    /// The name of a new run and the right to train it. The name is the current time, or one of the next
    /// seconds if another run has that name.
    pub async fn claim_new(&self) -> (String, RunLock) {
        claim_new(&self.library).await
    }

    /// From now on this tab trains a run, or none.
    pub fn train_here(&self, run: Option<String>) {
        self.notifier.train_here(run);
    }

    /// Ends a run of this tab once its last state is stored, or could not be. Until then the tab keeps the right to
    /// train it.
    pub async fn end_run(
        self: Rc<Self>,
        run: String,
        lock: RunLock,
        stored: impl Future<Output = ()>,
    ) {
        self.ending.borrow_mut().insert(run.clone());
        stored.await;
        self.notifier.train_no_longer(&run);
        lock.give_back().await;
        self.ending.borrow_mut().remove(&run);
        self.post_run(&run).await;
    }

    /// Waits until the last state of a run that has just ended here is stored, or could not be.
    pub async fn until_ended(&self, run: &str) {
        while self.ending.borrow().contains(run) {
            sleep(LOOK_AGAIN_FOR_END).await;
        }
    }

    /// Waits until all runs that have ended here are stored, trying once more what has failed.
    ///
    /// # Errors
    /// What prevents it.
    pub async fn finish_writing(&self) -> Result<(), StoreError> {
        while !self.ending.borrow().is_empty() {
            sleep(LOOK_AGAIN_FOR_END).await;
        }
        self.retrier.try_again().await.map_or(Ok(()), Err)
    }

    /// From now on the page hears of the library from another worker.
    pub fn be_quiet(&self) {
        self.notifier.be_quiet();
    }

    /// Tells the page of the whole library.
    pub async fn post_all(&self) {
        self.notifier.post_all().await;
    }

    /// Tells the page of one run with its checkpoints, or that it is gone.
    pub async fn post_run(&self, run: &str) {
        self.notifier.post_run(run).await;
    }

    /// Sends the page the run that this tab trains, as just written, and notifies the other tabs.
    pub async fn post_written(&self, record: RunRecord) {
        self.notifier.tell_written(record).await;
    }

    /// Tells page and other tabs of a run with its checkpoints.
    pub async fn tell_run(&self, run: &str) {
        self.notifier.tell_runs([run]).await;
    }

    /// Answers the page's command with this id, concurrently with everything else.
    pub fn answer_meanwhile(self: &Rc<Self>, id: u32, command: LibraryCommand) {
        let this = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            this.port.answer(id, this.answer(command).await);
        });
    }

    /// Executes the page's command. Its changes are sent before its answer.
    async fn answer(&self, command: LibraryCommand) -> Result<Reply, Failure> {
        match command {
            LibraryCommand::List => self.post_all().await,
            LibraryCommand::Metrics { run } => {
                let metrics = self.library.metrics(&run).await?;
                return Ok(Reply::Metrics(Box::new(metrics)));
            }
            LibraryCommand::Describe { checkpoint } => {
                let (summary, _) = self.library.file(&checkpoint).await?;
                return Ok(Reply::Described(Box::new(summary)));
            }
            LibraryCommand::Edit { run, edit } => {
                self.library.edit_run(&run, edit).await?;
                self.notifier.tell_runs([run.as_str()]).await;
            }
            LibraryCommand::Label { checkpoint, label } => {
                self.library.label_checkpoint(&checkpoint, &label).await?;
                self.notifier.tell_runs(CheckpointSummary::run_of(&checkpoint)).await;
            }
            LibraryCommand::Delete(items) => return self.deletions.delete(&items).await,
            LibraryCommand::Restore(items) => self.deletions.restore(&items).await?,
            // The worker for files does this.
            LibraryCommand::Export(_)
            | LibraryCommand::Import { .. }
            | LibraryCommand::WriteCode { .. }
            | LibraryCommand::SaveCode { .. }
            | LibraryCommand::AddOwnSet { .. } => {
                return Err(ProtocolError::WrongProgram.into());
            }
        }
        Ok(Reply::Done)
    }
}
