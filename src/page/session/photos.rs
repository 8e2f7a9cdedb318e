//! Photos on their way to a garment, in a worker of their own: what finds a garment takes longer than the page may be busy.

use leptos::prelude::*;

use super::files::FilesWorker;
use super::notices::{Complaint, Notices, PageFailure, wrong_answer};
use crate::garment::{Picture, Prepared, Tone};
use crate::protocol::{Command, Reply};

/// How long the worker is kept after its last photo, in milliseconds: as long as a visitor may look at one before they change
/// something about it.
const IDLE_MS: u32 = 60_000;

/// A closure that receives what became of a photo; `None` if that failed, which the visitor has been told.
type Then = Box<dyn FnOnce(Option<Prepared>)>;

/// One photo is prepared at a time; of those that come meanwhile, only the newest is.
#[derive(Clone, Copy)]
pub struct Photos {
    worker: FilesWorker,
    notices: Notices,
    inner: StoredValue<Inner, LocalStorage>,
}

/// The photos at hand: the one that is being prepared, and the one that waits.
#[derive(Default)]
struct Inner {
    /// How often what was being prepared has been forgotten.
    forgotten: u32,
    is_busy: bool,
    waiting: Option<(Picture, Option<Tone>, Then)>,
}

impl Photos {
    /// None so far.
    pub(super) fn new(notices: Notices) -> Self {
        let worker = FilesWorker::new(notices, IDLE_MS);
        Self { worker, notices, inner: StoredValue::new_local(Inner::default()) }
    }

    /// Finds the garment in a photo. `then` is called once with it, unless [`Self::forget`] or, before its turn has come, a later
    /// call makes it superfluous. It may be called at once, if there can be no worker.
    pub fn prepare(
        self,
        picture: Picture,
        tone: Option<Tone>,
        then: impl FnOnce(Option<Prepared>) + 'static,
    ) {
        let is_busy = self.inner.try_update_value(|inner| {
            inner.waiting = Some((picture, tone, Box::new(then)));
            inner.is_busy
        });
        if is_busy == Some(false) {
            self.go_on();
        }
    }

    /// Whether a photo is being prepared.
    pub fn is_busy(self) -> bool {
        self.inner.with_value(|inner| inner.is_busy)
    }

    /// What is being prepared, and what waits, does not matter any more.
    pub fn forget(self) {
        self.inner.update_value(|inner| {
            inner.forgotten += 1;
            inner.waiting = None;
        });
    }

    fn go_on(self) {
        let next = self.inner.try_update_value(|inner| {
            inner.is_busy = inner.waiting.is_some();
            inner.waiting.take().map(|waiting| (inner.forgotten, waiting))
        });
        let Some(Some((forgotten, (picture, tone, then)))) = next else { return };
        let answered = move |outcome| {
            let prepared = match outcome {
                Ok(Reply::Prepared(prepared)) => Ok(*prepared),
                Ok(_) => Err(wrong_answer()),
                Err(failure) => Err(failure),
            };
            if self.inner.with_value(|inner| inner.forgotten == forgotten) {
                then(prepared.map_err(|failure| self.tell(failure)).ok());
            }
            self.go_on();
        };
        self.worker.ask(Command::PreparePhoto { picture, tone }, Box::new(answered));
    }

    fn tell(self, failure: Complaint) {
        let failure = self.worker.told(failure, |how| PageFailure::PhotoWorkerLost { how });
        self.notices.notify(failure, None);
    }
}
