//! Retries failed writes.

use std::rc::Rc;

use super::complaints::Complaints;
use super::notifier::Notifier;
use crate::library::store::{Library, StoreError};
use crate::worker::pending_writes::PendingWrites;

/// Retries the failed writes of runs that this tab has trained, once they have ended.
pub struct Retrier {
    library: Rc<Library>,
    pending: Rc<PendingWrites>,
    notifier: Rc<Notifier>,
    complaints: Rc<Complaints>,
}

impl Retrier {
    /// Retries pending writes to this library.
    pub fn new(
        library: Rc<Library>,
        pending: Rc<PendingWrites>,
        notifier: Rc<Notifier>,
        complaints: Rc<Complaints>,
    ) -> Self {
        Self { library, pending, notifier, complaints }
    }

    /// Retries once, and notifies of the runs that are now written. Reports the first error, and returns it.
    pub async fn try_again(&self) -> Option<StoreError> {
        let here = self.notifier.trained_here();
        let (written, error) = self.pending.try_again(&self.library, here.as_deref()).await;
        if !written.is_empty() {
            self.complaints.is_well();
        }
        self.notifier.tell_runs(written.iter().map(String::as_str)).await;
        if let Some(error) = &error {
            self.complaints.complain(error.clone());
        }
        error
    }
}
