//! Which tab trains an experiment: only one at a time, by a lock of the browser.

use std::time::Duration;

use gloo::timers::future::sleep;
use wasm_bindgen_futures::spawn_local;

use crate::library::locks::{Answer, HeldLock, request};

const PREFIX: &str = "atelier-experiment-";
/// How often another tab's right is asked for again, and after how long.
const ATTEMPTS: u32 = 10;
const AGAIN: Duration = Duration::from_millis(300);

/// The right to train an experiment, until it is dropped or its tab ends.
#[derive(Debug)]
pub struct Alone {
    /// Absent where the browser has no locks, and each run's own lease alone keeps two tabs from training it at the same time.
    _lock: Option<HeldLock>,
}

impl Alone {
    /// Asks for the right to train this experiment; `then` is called once, with `None` if another tab has it. The page before
    /// a reload may have it a moment longer, so it is asked for several times.
    pub fn ask(id: &str, then: impl FnOnce(Option<Self>) + 'static) {
        let name = format!("{PREFIX}{id}");
        spawn_local(async move {
            let mut left = ATTEMPTS;
            let lock = loop {
                match request(&name).await {
                    Answer::Granted(lock) => break Some(lock),
                    Answer::NoLocks => break None,
                    Answer::Taken if left == 0 => return then(None),
                    Answer::Taken => {}
                }
                left -= 1;
                sleep(AGAIN).await;
            };
            then(Some(Self { _lock: lock }));
        });
    }
}
