//! Long work in pieces, so that the page sees that this worker lives.

use std::cell::Cell;
use std::time::Duration;

use gloo::timers::future::sleep;

/// After this many bytes the worker's script has a turn, in which it beats.
const BYTES_A_TURN: usize = 8 << 20;

/// Gives turns.
#[derive(Default)]
pub struct Turns {
    /// Bytes gone through since the last turn.
    since: Cell<usize>,
}

impl Turns {
    /// Called before work that goes through so many bytes without a turn.
    pub async fn before(&self, bytes: usize) {
        let since = self.since.get() + bytes;
        self.since.set(since);
        if since < BYTES_A_TURN {
            return;
        }
        self.since.set(bytes);
        // Timers have a turn as well, the beat's among them.
        sleep(Duration::ZERO).await;
    }
}
