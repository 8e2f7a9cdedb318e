//! Notifications about the library: to this tab's page, and to and from the other tabs.
//!
//! What the page is told is read again each time. A run and its checkpoints are read one after the other, and
//! another task may write in between. Every writer notifies afterwards, and later reads are sent later, so
//! the page always ends up with what is stored.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::{Rc, Weak};

use futures::lock::Mutex;

use super::complaints::Complaints;
use crate::library::owners::Owners;
use crate::library::store::{Library, StoreError};
use crate::library::tabs::{TabMessage, Tabs, runs_in_training};
use crate::library::{RunRecord, RunSummary};
use crate::protocol::Event;
use crate::worker::port::Port;

/// Notifies the page and the other tabs of changes, and receives the other tabs' messages.
pub struct Notifier {
    library: Rc<Library>,
    port: Rc<Port>,
    complaints: Rc<Complaints>,
    tabs: Tabs,
    owners: RefCell<Owners>,
    /// The opening of the library that the page was last sent as a whole.
    told: Cell<Option<u32>>,
    /// Locked from reading to posting.
    posting: Mutex<()>,
    /// Whether the page hears of the library from another worker.
    is_quiet: Cell<bool>,
}

impl Notifier {
    /// Joins the other tabs.
    pub fn join(library: Rc<Library>, port: Rc<Port>, complaints: Rc<Complaints>) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let this = this.clone();
            let tabs = Tabs::join(move |message| {
                if let Some(this) = this.upgrade() {
                    wasm_bindgen_futures::spawn_local(async move { this.hear(message).await });
                }
            });
            Self {
                library,
                port,
                complaints,
                tabs,
                owners: RefCell::default(),
                told: Cell::default(),
                posting: Mutex::default(),
                is_quiet: Cell::default(),
            }
        })
    }

    /// From now on the page is told nothing of the library, which it hears from another worker.
    pub fn be_quiet(&self) {
        self.is_quiet.set(true);
    }

    async fn hear(&self, message: TabMessage) {
        match message {
            TabMessage::Run(run) => self.post_run(&run).await,
            TabMessage::Library => self.post_all().await,
        }
    }

    /// From now on this tab trains a run, or none.
    pub fn train_here(&self, run: Option<String>) {
        self.owners.borrow_mut().train_here(run);
    }

    /// This tab no longer trains this run; it may train another by now.
    pub fn train_no_longer(&self, run: &str) {
        let mut owners = self.owners.borrow_mut();
        if owners.trains_here(run) {
            owners.train_here(None);
        }
    }

    /// The run that this tab trains.
    pub fn trained_here(&self) -> Option<String> {
        self.owners.borrow().here().map(str::to_owned)
    }

    /// Sends the page the whole library.
    pub async fn post_all(&self) {
        if self.is_quiet.get() {
            return;
        }
        let posted = {
            let _posting = self.posting.lock().await;
            self.read_all().await
        };
        self.complain_of(posted);
    }

    /// Sends the page one run with its checkpoints, or tells it that the run is gone.
    pub async fn post_run(&self, run: &str) {
        let posted = self.post_unless_all(async || self.read_run(run).await).await;
        self.complain_of(posted);
    }

    /// Notifies the page and the other tabs of the whole library, which may be another one.
    pub async fn tell_all(&self) {
        self.post_all().await;
        self.tabs.notify(&TabMessage::Library);
    }

    /// Notifies the page and the other tabs of runs that have changed, or whose checkpoints have.
    pub async fn tell_runs(&self, runs: impl IntoIterator<Item = &str>) {
        for run in runs {
            self.post_run(run).await;
            self.tabs.notify(&TabMessage::Run(run.to_owned()));
        }
    }

    /// Notifies the page and the other tabs of a run that was just written.
    pub async fn tell_written(&self, record: RunRecord) {
        let run = record.run.clone();
        let read = async || {
            let labels = self.library.labels(&record.run).await?;
            let owner = self.owners.borrow_mut().owner_of(&record.run, &HashSet::new());
            self.port.post(&Event::Run(Box::new(RunSummary { record, labels, owner })));
            Ok(())
        };
        let posted = self.post_unless_all(read).await;
        self.complain_of(posted);
        self.tabs.notify(&TabMessage::Run(run));
    }

    /// A tab that has ended sends nothing; its released lock shows it.
    pub async fn look_after_others(&self) {
        if self.is_quiet.get() || !self.owners.borrow().has_others() {
            return;
        }
        let in_training = runs_in_training(&self.library).await;
        let ended = self.owners.borrow().no_longer_trained(&in_training);
        for run in ended {
            self.post_run(&run).await;
        }
    }

    fn complain_of(&self, posted: Result<(), StoreError>) {
        if let Err(error) = posted {
            self.complaints.complain(error);
        }
    }

    /// Posts a part of the library, or all of it if it was opened again since the page was last sent all: it
    /// may be another library, or the first one that opens.
    async fn post_unless_all(
        &self,
        post_part: impl AsyncFnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.is_quiet.get() {
            return Ok(());
        }
        let _posting = self.posting.lock().await;
        self.library.open().await?;
        if self.told.get() == Some(self.library.incarnation()) {
            post_part().await
        } else {
            self.read_all().await
        }
    }

    async fn read_all(&self) -> Result<(), StoreError> {
        self.library.open().await?;
        let incarnation = self.library.incarnation();
        // First, so that each checkpoint belongs to a run that is still there afterwards.
        let mut checkpoints = self.library.checkpoints().await?;
        let runs = self.library.runs().await?;
        let in_training = runs_in_training(&self.library).await;
        let mut owners = self.owners.borrow_mut();
        let kept = runs.into_iter().filter(|(_, labels)| labels.deleted_at_ms.is_none());
        let runs: Vec<RunSummary> = kept
            .map(|(record, labels)| {
                let owner = owners.owner_of(&record.run, &in_training);
                RunSummary { record, labels, owner }
            })
            .collect();
        let names: HashSet<&str> = runs.iter().map(|run| run.record.run.as_str()).collect();
        checkpoints.retain(|checkpoint| names.contains(checkpoint.run.as_str()));
        self.port.post(&Event::Library { runs, checkpoints });
        self.told.set(Some(incarnation));
        Ok(())
    }

    async fn read_run(&self, run: &str) -> Result<(), StoreError> {
        let checkpoints = self.library.checkpoints_of(run).await?;
        let found = self.library.run(run).await?;
        let Some((record, labels)) = found.filter(|found| found.1.deleted_at_ms.is_none()) else {
            self.owners.borrow_mut().forget(run);
            self.port.post(&Event::RunRemoved { run: run.to_owned() });
            return Ok(());
        };
        // A run of this tab is written every few seconds, and the browser need not be asked about it.
        let is_here = self.owners.borrow().trains_here(run);
        let in_training =
            if is_here { HashSet::new() } else { runs_in_training(&self.library).await };
        let owner = self.owners.borrow_mut().owner_of(run, &in_training);
        self.port.post(&Event::Run(Box::new(RunSummary { record, labels, owner })));
        self.port.post(&Event::Checkpoints { run: run.to_owned(), checkpoints });
        Ok(())
    }
}
