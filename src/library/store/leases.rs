//! Leases of runs. With each write of a leased run, the same transaction makes sure that the lease is still this
//! tab's, so that a tab that was suspended cannot write over what another one has measured since.

use idb::Transaction;
use idb::TransactionMode::{ReadOnly, ReadWrite};
use wasm_bindgen::JsValue;

use super::{LEASES, Library, Objects, StoreError, committed};
use crate::library::lease::Lease;

impl Library {
    /// Takes a run's lease unless another tab has one, which is then returned; `expired` is one that may be taken
    /// over if it is still the same.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn lease(
        &self,
        run: &str,
        expired: Option<&Lease>,
    ) -> Result<Option<Lease>, StoreError> {
        let taken = self
            .within(&[LEASES], ReadWrite, async |transaction| {
                let store = Objects::of(&transaction, LEASES)?;
                let stored: Option<Lease> = store.get(run).await?;
                if let Some(other) = stored
                    && other.tab != self.shared.tab
                    && expired != Some(&other)
                {
                    return Ok(Some(other));
                }
                store.put(run, &self.next_lease(run, 0)).await?;
                committed(transaction).await?;
                Ok(None)
            })
            .await;
        match &taken {
            Ok(Some(_)) => {}
            Ok(None) => self.note_lease(run, Some(self.incarnation())),
            // Nothing can be overwritten, and the first write takes it.
            Err(_) => self.note_lease(run, None),
        }
        taken
    }

    /// Renews this tab's lease of a run.
    ///
    /// # Errors
    /// As [`Library::open`], or [`StoreError::TakenOver`].
    pub async fn renew_lease(&self, run: &str) -> Result<(), StoreError> {
        let renew = async |transaction| {
            self.keep_lease(&transaction, run).await?;
            committed(transaction).await
        };
        self.within(&[LEASES], ReadWrite, renew).await
    }

    /// Gives this tab's lease of a run back.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn end_lease(&self, run: &str) -> Result<(), StoreError> {
        if self.shared.leases.borrow_mut().remove(run).is_none() {
            return Ok(());
        }
        self.within(&[LEASES], ReadWrite, async |transaction| {
            let store = Objects::of(&transaction, LEASES)?;
            let stored: Option<Lease> = store.get(run).await?;
            if stored.is_some_and(|lease| lease.tab == self.shared.tab) {
                store.0.delete(JsValue::from(run))?;
            }
            committed(transaction).await
        })
        .await
    }

    /// All leases, except those that this tab is giving back.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn leases(&self) -> Result<Vec<Lease>, StoreError> {
        let read = async |transaction| Objects::of(&transaction, LEASES)?.all(None).await;
        let mut leases: Vec<Lease> = self.within(&[LEASES], ReadOnly, read).await?;
        let held = self.shared.leases.borrow();
        leases.retain(|lease| lease.tab != self.shared.tab || held.contains_key(&lease.run));
        Ok(leases)
    }

    /// The stores for a write of a run: where it is leased, also that of leases.
    pub(super) fn stores_for(&self, run: &str, stores: &[&'static str]) -> Vec<&'static str> {
        let leases = self.shared.leases.borrow().contains_key(run).then_some(LEASES);
        stores.iter().copied().chain(leases).collect()
    }

    /// Renews the lease of a run that this tab leases, within a transaction over leases; does nothing for a run that
    /// is not leased.
    pub(super) async fn keep_lease(
        &self,
        transaction: &Transaction,
        run: &str,
    ) -> Result<(), StoreError> {
        let Some(seen) = self.shared.leases.borrow().get(run).copied() else { return Ok(()) };
        let store = Objects::of(transaction, LEASES)?;
        let stored: Option<Lease> = store.get(run).await?;
        let renewals = match stored {
            Some(lease) if lease.tab == self.shared.tab => lease.renewals + 1,
            // It was never stored, or with the whole library deleted.
            None if seen != Some(self.incarnation()) => 0,
            // Another tab has it, or had it and gave it back.
            _ => return Err(StoreError::TakenOver(run.to_owned())),
        };
        store.put(run, &self.next_lease(run, renewals)).await?;
        if self.shared.leases.borrow().contains_key(run) {
            self.note_lease(run, Some(self.incarnation()));
        }
        Ok(())
    }

    /// Notes that this tab is about to take a run's lease; whether it does not have it yet.
    pub(in crate::library) fn reserve_lease(&self, run: &str) -> bool {
        let is_free = !self.shared.leases.borrow().contains_key(run);
        if is_free {
            self.note_lease(run, None);
        }
        is_free
    }

    /// This tab does not get a run's lease.
    pub(in crate::library) fn forget_lease(&self, run: &str) {
        self.shared.leases.borrow_mut().remove(run);
    }

    fn next_lease(&self, run: &str, renewals: u64) -> Lease {
        let (run, tab) = (run.to_owned(), self.shared.tab.clone());
        Lease { run, tab, renewals, renewed_at_ms: js_sys::Date::now() }
    }

    fn note_lease(&self, run: &str, incarnation: Option<u32>) {
        self.shared.leases.borrow_mut().insert(run.to_owned(), incarnation);
    }
}
