//! Long work in pieces, so that the page sees that this worker lives.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo::timers::future::sleep;

use crate::worker_common::port::Port;

/// After this many bytes the worker's script has a turn, in which it beats.
const BYTES_A_TURN: usize = 1 << 20;
/// The slowest work that is not in small pieces is to write a run's table: on two cores of an AMD EPYC, twice as fast as
/// this.
const BYTES_A_MS: f64 = 20_000.0;

/// Gives turns, and announces what takes long without any.
pub struct Turns {
    port: Rc<Port>,
    /// Bytes gone through since the last turn.
    since: Cell<usize>,
}

impl Turns {
    /// Those of a worker with this connection to the page.
    pub fn new(port: Rc<Port>) -> Self {
        Self { port, since: Cell::new(0) }
    }

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
        // After that turn, since a beat ends what was announced before it.
        self.port.announce(bytes as f64 / BYTES_A_MS);
    }
}
