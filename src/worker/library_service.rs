//! The library on behalf of this tab: what the page asks of it, and word to and from other tabs.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use gloo::timers::future::sleep;

use super::clock::{date_ms, timestamp_at};
use super::pending_writes::PendingWrites;
use super::port::Port;
use super::{exports, imports};
use crate::library::store::{Library, StoreError};
use crate::library::tabs::{RunLock, TabMessage, Tabs, runs_in_training};
use crate::library::{RunLabels, RunOwner, RunRecord, RunSummary};
use crate::protocol::{CheckpointSummary, Event, Failure, Item, LibraryCommand, Reply, UNDO_MS};

/// How often to look whether another tab still trains what it trained.
const LOOK_AFTER_OTHERS: Duration = Duration::from_secs(3);

pub struct LibraryService {
    pub library: Library,
    port: Rc<Port>,
    tabs: Tabs,
    /// The run that this tab trains.
    here: RefCell<Option<String>>,
    /// What was told of the library last, so that it is not told again every few seconds.
    complaint: RefCell<Option<StoreError>>,
    /// The runs that other tabs were last seen training.
    elsewhere: RefCell<Vec<String>>,
    /// What could not be written of runs that this tab has trained.
    pub pending: PendingWrites,
}

impl LibraryService {
    /// Opens the library and joins the other tabs. A library that does not open is told of; everything
    /// else works without.
    pub async fn open(port: Rc<Port>) -> Rc<Self> {
        let service = Rc::new_cyclic(|this: &Weak<Self>| {
            let with = |act: fn(Rc<Self>)| {
                let this = this.clone();
                move || this.upgrade().map_or((), act)
            };
            let late = with(|this| {
                this.complaint.replace(None);
                if let Some(error) = this.library.take_migration_error() {
                    this.complain(error);
                }
                wasm_bindgen_futures::spawn_local(async move { this.post_all().await });
            });
            let loss = with(|this| this.notice_loss());
            let heard = this.clone();
            Self {
                library: Library::new(Box::new(late), Box::new(loss)),
                port,
                tabs: Tabs::join(move |message| {
                    if let Some(this) = heard.upgrade() {
                        wasm_bindgen_futures::spawn_local(
                            async move { this.on_event(message).await },
                        );
                    }
                }),
                here: RefCell::default(),
                complaint: RefCell::default(),
                elsewhere: RefCell::default(),
                pending: PendingWrites::default(),
            }
        });
        match service.library.open().await {
            Ok(()) => {
                if let Some(error) = service.library.take_migration_error() {
                    service.complain(error);
                }
                service.remove_deleted(UNDO_MS).await;
            }
            Err(error) => service.complain(error),
        }
        let this = Rc::downgrade(&service);
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                sleep(LOOK_AFTER_OTHERS).await;
                let Some(this) = this.upgrade() else { return };
                this.look_after_others().await;
                this.write_what_is_left().await;
            }
        });
        service
    }

    /// Tells the person of an error that no command waits for, once.
    pub fn complain(&self, error: StoreError) {
        if self.complaint.borrow().as_ref() != Some(&error) {
            self.port.post(&Event::Problem(error.clone().into()));
            self.complaint.replace(Some(error));
        }
    }

    /// A write has succeeded: the next error is news again.
    pub fn is_well(&self) {
        self.complaint.replace(None);
    }

    /// Tries again what could not be written, once its run is over.
    async fn write_what_is_left(&self) {
        let here = self.here.borrow().clone();
        let (written, error) = self.pending.try_again(&self.library, here.as_deref()).await;
        for run in written {
            self.is_well();
            self.post_run(&run).await;
            self.tabs.notify(&TabMessage::Run(run));
        }
        if let Some(error) = error {
            self.complain(error);
        }
    }

    fn notice_loss(self: Rc<Self>) {
        wasm_bindgen_futures::spawn_local(async move {
            // A later build's upgrade or a deletion: opening again tells which.
            match self.library.open().await {
                Ok(()) => {
                    self.port.post(&Event::Problem(Failure::LibraryDeleted));
                    self.post_all().await;
                }
                Err(error) => self.complain(error),
            }
        });
    }

    /// The name of a new run and the right to train it: the moment, or one of the next seconds if
    /// another run has that one.
    pub async fn claim_new(&self) -> (String, RunLock) {
        let mut seconds = 0.0;
        loop {
            let run = timestamp_at(date_ms() + 1000.0 * seconds);
            // A library that cannot be read holds nothing that could be overwritten.
            let is_taken = matches!(self.library.run(&run).await, Ok(Some(_)));
            if !is_taken && let Some(lock) = RunLock::take(&run).await {
                return (run, lock);
            }
            seconds += 1.0;
        }
    }

    /// From now on this tab trains a run, or none.
    pub fn train_here(&self, run: Option<String>) {
        self.here.replace(run);
    }

    fn trains_here(&self, run: &str) -> bool {
        self.here.borrow().as_deref() == Some(run)
    }

    fn summary(
        &self,
        (record, labels): (RunRecord, RunLabels),
        elsewhere: impl Fn(&str) -> bool,
    ) -> RunSummary {
        let owner = if self.trains_here(&record.run) {
            RunOwner::Here
        } else if elsewhere(&record.run) {
            RunOwner::OtherTab
        } else {
            RunOwner::AtRest
        };
        RunSummary { record, labels, owner }
    }

    /// Tells the page of the whole library.
    pub async fn post_all(&self) {
        match self.all().await {
            Ok((runs, checkpoints)) => self.port.post(&Event::Library { runs, checkpoints }),
            Err(error) => self.complain(error),
        }
    }

    async fn all(&self) -> Result<(Vec<RunSummary>, Vec<CheckpointSummary>), StoreError> {
        let runs = self.library.runs().await?;
        let mut checkpoints = self.library.checkpoints().await?;
        let training = runs_in_training().await;
        let kept = runs.into_iter().filter(|(_, labels)| labels.deleted_at_ms.is_none());
        let runs: Vec<_> =
            kept.map(|run| self.summary(run, |name| training.contains(name))).collect();
        let names: std::collections::HashSet<&str> =
            runs.iter().map(|run| run.record.run.as_str()).collect();
        checkpoints.retain(|checkpoint| names.contains(checkpoint.run.as_str()));
        let others = runs.iter().filter(|run| run.owner == RunOwner::OtherTab);
        self.elsewhere.replace(others.map(|run| run.record.run.clone()).collect());
        Ok((runs, checkpoints))
    }

    /// Tells the page of one run.
    pub async fn post_run(&self, run: &str) {
        let read = async {
            let found = self.library.run(run).await?;
            Ok::<_, StoreError>((found, self.library.checkpoints_of(run).await?))
        };
        match read.await {
            Ok((Some(found), checkpoints)) if found.1.deleted_at_ms.is_none() => {
                let elsewhere = !self.trains_here(run) && runs_in_training().await.contains(run);
                if elsewhere && !self.elsewhere.borrow().iter().any(|known| known == run) {
                    self.elsewhere.borrow_mut().push(run.to_owned());
                }
                let summary = self.summary(found, |_| elsewhere);
                self.port.post(&Event::Run(Box::new(summary)));
                self.port.post(&Event::Checkpoints { run: run.to_owned(), checkpoints });
            }
            Ok(_) => self.post_all().await,
            Err(error) => self.complain(error),
        }
    }

    /// Tells the page of the run that this tab trains, as it was just written, and the other tabs that
    /// it changed.
    pub async fn post_written(&self, record: RunRecord) {
        let run = record.run.clone();
        match self.library.labels(&run).await {
            Ok(labels) => {
                let summary = self.summary((record, labels), |_| false);
                self.port.post(&Event::Run(Box::new(summary)));
                self.tabs.notify(&TabMessage::Run(run));
            }
            Err(error) => self.complain(error),
        }
    }

    /// Tells page and other tabs of a run's checkpoints.
    pub async fn post_checkpoints(&self, run: &str) {
        match self.library.checkpoints_of(run).await {
            Ok(checkpoints) => {
                self.port.post(&Event::Checkpoints { run: run.to_owned(), checkpoints });
                self.tabs.notify(&TabMessage::Run(run.to_owned()));
            }
            Err(error) => self.complain(error),
        }
    }

    async fn on_event(&self, message: TabMessage) {
        match message {
            TabMessage::Run(run) => self.post_run(&run).await,
            TabMessage::Library => self.post_all().await,
        }
    }

    /// A tab that ended says nothing: its lock tells.
    async fn look_after_others(&self) {
        if self.elsewhere.borrow().is_empty() {
            return;
        }
        let training = runs_in_training().await;
        let gone = self.elsewhere.borrow().iter().any(|run| !training.contains(run));
        if gone {
            self.post_all().await;
        }
    }

    /// Does what the page asks.
    pub async fn answer(self: &Rc<Self>, command: LibraryCommand) -> Result<Reply, Failure> {
        match command {
            LibraryCommand::List => self.post_all().await,
            LibraryCommand::Metrics { run } => {
                let metrics = self.library.metrics(&run).await?;
                return Ok(Reply::Metrics(Box::new(metrics)));
            }
            LibraryCommand::Edit { run, edit } => {
                self.library.edit_run(&run, edit).await?;
                self.post_run(&run).await;
                self.tabs.notify(&TabMessage::Run(run));
            }
            LibraryCommand::Label { checkpoint, label } => {
                self.library.label_checkpoint(&checkpoint, &label).await?;
                self.tell_all().await;
            }
            LibraryCommand::Delete(items) => {
                self.refuse_if_in_training(&items).await?;
                match self.mark(&items, Some(date_ms())).await {
                    // Marking takes space, removing gives it: here it cannot be undone.
                    Err(StoreError::Quota) => {
                        self.remove(&items).await?;
                        self.tell_all().await;
                        return Ok(Reply::RemovedForGood);
                    }
                    marked => marked?,
                }
                self.tell_all().await;
                let this = Rc::clone(self);
                wasm_bindgen_futures::spawn_local(async move {
                    sleep(Duration::from_millis(UNDO_MS as u64 + 500)).await;
                    this.remove_deleted(UNDO_MS).await;
                });
            }
            LibraryCommand::Restore(items) => {
                self.mark(&items, None).await?;
                self.tell_all().await;
            }
            LibraryCommand::Export(export) => {
                return exports::export(&self.library, export).await;
            }
            LibraryCommand::Import { name, url } => {
                let run = imports::import(self, &name, &url).await?;
                self.tell_all().await;
                return Ok(Reply::Imported { run });
            }
        }
        Ok(Reply::Done)
    }

    async fn tell_all(&self) {
        self.post_all().await;
        self.tabs.notify(&TabMessage::Library);
    }

    async fn refuse_if_in_training(&self, items: &[Item]) -> Result<(), Failure> {
        let training = runs_in_training().await;
        for item in items {
            let Item::Run(run) = item else { continue };
            if self.trains_here(run) || training.contains(run) {
                return Err(Failure::RunInTraining { run: run.clone() });
            }
        }
        Ok(())
    }

    async fn mark(&self, items: &[Item], deleted_at_ms: Option<f64>) -> Result<(), StoreError> {
        for item in items {
            match item {
                Item::Run(run) => self.library.set_run_deleted(run, deleted_at_ms).await?,
                Item::Checkpoint(name) => match deleted_at_ms {
                    Some(at_ms) => self.library.delete_checkpoint(name, at_ms).await?,
                    None => self.library.restore_checkpoint(name).await?,
                },
            }
        }
        Ok(())
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

    /// Removes for good what was deleted more than this many milliseconds ago.
    async fn remove_deleted(&self, ago_ms: f64) {
        let before = date_ms() - ago_ms;
        let removed = async {
            let mut removed = false;
            for (record, labels) in self.library.runs().await? {
                if labels.deleted_at_ms.is_some_and(|at| at < before)
                    // Who goes on with a run brings it back, under its lock.
                    && let Some(_lock) = RunLock::take(&record.run).await
                {
                    self.library.remove_deleted_run(&record.run).await?;
                    self.pending.forget(&record.run);
                    removed = true;
                }
            }
            let checkpoints = self.library.remove_checkpoints_deleted_before(before).await?;
            Ok::<_, StoreError>(removed || checkpoints)
        };
        match removed.await {
            // The page tells how much space there is now.
            Ok(true) => self.post_all().await,
            Ok(false) => {}
            Err(error) => self.complain(error),
        }
    }
}
