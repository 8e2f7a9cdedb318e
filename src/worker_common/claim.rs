//! Names for runs that begin here.

use super::clock::{date_ms, timestamp_at};
use crate::library::store::Library;
use crate::library::tabs::RunLock;

/// The name of a new run and the right to write it. The name is the current time, or one of the next seconds if
/// another run has that name.
pub async fn claim_new(library: &Library) -> (String, RunLock) {
    // All at once: whoever starts several runs a second has many names ahead of the clock. In a library that cannot be
    // read, nothing can be overwritten.
    let mut taken = library.names_from(&timestamp_at(date_ms())).await.unwrap_or_default();
    let mut seconds = 0.0;
    loop {
        let run = timestamp_at(date_ms() + 1000.0 * seconds);
        if !taken.contains(&run)
            && let Some(lock) = RunLock::take(&run, library).await
        {
            // Another tab may have written it since, and given its right back.
            taken = library.names_from(&run).await.unwrap_or_default();
            if !taken.contains(&run) {
                return (run, lock);
            }
            lock.give_back().await;
        }
        seconds += 1.0;
    }
}
