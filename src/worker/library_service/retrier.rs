//! Writing later what could not be written.

use std::rc::Rc;

use super::complaints::Complaints;
use super::notifier::Notifier;
use crate::library::store::Library;
use crate::worker::pending_writes::PendingWrites;

/// Tries again what could not be written of the runs that this tab has trained, once they are over.
pub struct Retrier {
    library: Rc<Library>,
    pending: Rc<PendingWrites>,
    notifier: Rc<Notifier>,
    complaints: Rc<Complaints>,
}

impl Retrier {
    /// Writes what is pending into this library.
    pub fn new(
        library: Rc<Library>,
        pending: Rc<PendingWrites>,
        notifier: Rc<Notifier>,
        complaints: Rc<Complaints>,
    ) -> Self {
        Self { library, pending, notifier, complaints }
    }

    /// Tries once, and tells of the runs that are written now.
    pub async fn try_again(&self) {
        let here = self.notifier.trained_here();
        let (written, error) = self.pending.try_again(&self.library, here.as_deref()).await;
        if !written.is_empty() {
            self.complaints.is_well();
        }
        self.notifier.tell_runs(written.iter().map(String::as_str)).await;
        if let Some(error) = error {
            self.complaints.complain(error);
        }
    }
}
