//! Transactions that do not answer are given up after a limit, and later tried again.
//!
//! While the storage is known not to answer, every request fails at once instead of after the limit, and
//! from time to time a small transaction finds out whether it answers again.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, select};
use gloo::timers::future::sleep;
use idb::{Transaction, TransactionMode};
use wasm_bindgen::JsValue;

use super::connection::Shared;
use super::{Library, RUNS, STORES, StoreError, committed};

/// Of 1,100 transactions of two tabs that trained beside a compiler on two cores, which stored a checkpoint
/// every 50 steps, half took less than 80 ms and the slowest 907 ms; an opening took 18 ms.
pub(super) const LIMIT_S: u64 = 5;

/// What writing this many bytes may take on a slow disk.
const BYTES_A_SECOND: usize = 1 << 20;

/// A transaction that was aborted reports that at once, unless the browser does not answer at all.
const ABORTING: Duration = Duration::from_millis(500);

/// When to look whether the storage answers again, in seconds after it was last found silent.
const LOOK_AGAIN_S: [u64; 3] = [5, 10, 20];

/// Waits for this many seconds, in halves of one: neither a machine that slept nor a worker that was busy
/// itself uses up more than one of them before the browser's answer is heard.
pub(super) async fn wait_for_limit(seconds: u64) {
    for _ in 0..2 * seconds {
        sleep(Duration::from_millis(500)).await;
    }
}

/// Works on a transaction within the limit, which is longer where many `bytes` are written. One that is given
/// up is aborted; one that the browser is committing cannot be, and may still succeed.
pub(super) async fn within_limit<T>(
    transaction: Transaction,
    bytes: usize,
    work: impl AsyncFnOnce(Transaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let handle = JsValue::from(transaction);
    let mut outcome = Box::pin(work(Transaction::try_from(handle.clone())?));
    let limit = pin!(wait_for_limit(LIMIT_S + (bytes / BYTES_A_SECOND) as u64));
    if let Either::Left((outcome, _)) = select(outcome.as_mut(), limit).await {
        return outcome;
    }
    // It fails if the transaction is being committed.
    let _ = Transaction::try_from(handle)?.abort();
    match select(outcome.as_mut(), pin!(sleep(ABORTING))).await {
        Either::Left((Ok(late), _)) => Ok(late),
        Either::Left((Err(_), _)) => Err(StoreError::Silent),
        Either::Right(_) => {
            // The browser still holds callbacks into it.
            std::mem::forget(outcome);
            Err(StoreError::Silent)
        }
    }
}

impl Library {
    /// Works on a transaction over some of the stores, within the limit; opens the library if needed.
    pub(super) async fn within<T>(
        &self,
        stores: &[&str],
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.within_time_for(0, stores, mode, work).await
    }

    /// As [`Self::within`], with time for writing this many bytes.
    pub(super) async fn within_time_for<T>(
        &self,
        bytes: usize,
        stores: &[&str],
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = match self.database().await?.transaction(stores, mode) {
            Ok(transaction) => transaction,
            // The browser has closed it silently, so try once more.
            Err(_) => {
                self.shared.reset();
                self.database().await?.transaction(stores, mode)?
            }
        };
        let outcome = within_limit(transaction, bytes, work).await;
        if outcome.as_ref().err() == Some(&StoreError::Silent) {
            self.shared.fall_silent();
        }
        outcome
    }

    /// Whether the storage answers, or fails in another way than by silence.
    async fn answers(&self) -> bool {
        let look = async || {
            // Over all stores: it waits for whatever holds one of them.
            let mode = TransactionMode::ReadWrite;
            let transaction = self.reach(true).await?.transaction(&STORES, mode)?;
            let look = async |transaction: Transaction| {
                transaction.object_store(RUNS)?.get(JsValue::from(""))?.await?;
                committed(transaction).await
            };
            within_limit(transaction, 0, look).await
        };
        look().await != Err(StoreError::Silent)
    }
}

impl Shared {
    /// Notes that the storage does not answer, and looks again until it does.
    pub(super) fn fall_silent(self: &Rc<Self>) {
        if self.silent.replace(true) {
            return;
        }
        let library = Library { shared: Rc::clone(self) };
        wasm_bindgen_futures::spawn_local(async move {
            let mut pauses = LOOK_AGAIN_S.into_iter();
            let mut pause = LIMIT_S;
            while library.shared.silent.get() {
                pause = pauses.next().unwrap_or(pause);
                wait_for_limit(pause).await;
                if library.answers().await {
                    library.shared.silent.set(false);
                    (library.shared.on_late_opening)();
                } else {
                    // A new connection may be answered where this one is not.
                    library.shared.reset();
                }
            }
        });
    }
}
