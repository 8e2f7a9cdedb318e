//! Several tabs sharing one library: which tab trains which run, and messages about changes.

use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use gloo::timers::future::sleep;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::lease::{Lease, RENEW_MS};
use super::locks::{self, Answer, HeldLock};
use super::store::Library;
use crate::checkpoint::file::is_timestamp;

const CHANNEL: &str = "atelier-library";
const LOCK_PREFIX: &str = "atelier-run-";
/// How often to look at another tab's lease.
const WATCH_AGAIN: Duration = Duration::from_millis(500);

/// The right to train a run, held until it is dropped or its tab ends.
pub enum RunLock {
    /// By a lock of the browser.
    Lock(HeldLock),
    /// By a lease in the library, where the browser has no locks.
    Lease {
        /// The run's name.
        run: String,
        /// Where the lease is stored.
        library: Library,
        /// Dropped with the lease, which ends its renewal.
        _held: Rc<()>,
    },
}

impl RunLock {
    /// The right to train this run; `None` if another tab has it.
    pub async fn take(run: &str, library: &Library) -> Option<Self> {
        match locks::request(&format!("{LOCK_PREFIX}{run}")).await {
            Answer::Granted(lock) => Some(Self::Lock(lock)),
            Answer::Taken => None,
            Answer::NoLocks => Self::lease(run, library).await,
        }
    }

    /// As [`Self::take`], by a lease. If another tab has one, waits until it is renewed or has expired. In a library
    /// that cannot be used, nothing can be overwritten, and the right is granted.
    async fn lease(run: &str, library: &Library) -> Option<Self> {
        // Like a lock, it is given once, to this tab as to others.
        if !library.reserve_lease(run) {
            return None;
        }
        let mut watched: Option<Lease> = None;
        let mut left_ms = 0.0;
        loop {
            let expired = watched.as_ref().filter(|_| left_ms <= 0.0);
            let Ok(Some(other)) = library.lease(run, expired).await else {
                return Some(Self::held(run, library));
            };
            match &watched {
                None => left_ms = other.watch_ms(js_sys::Date::now()),
                Some(watched) if *watched != other => {
                    library.forget_lease(run);
                    return None;
                }
                Some(_) => {}
            }
            watched = Some(other);
            sleep(WATCH_AGAIN).await;
            // Counted in waits, so that a jump of the clock does not count.
            left_ms -= WATCH_AGAIN.as_millis() as f64;
        }
    }

    /// Gives the right back, and waits until other tabs can have it.
    pub async fn give_back(self) {
        if let Self::Lease { run, library, .. } = &self {
            // One that cannot be given back expires.
            let _ = library.end_lease(run).await;
        }
    }

    /// A lease that is renewed as long as it is held.
    fn held(run: &str, library: &Library) -> Self {
        let held = Rc::new(());
        let (run, library, is_held) = (run.to_owned(), library.clone(), Rc::downgrade(&held));
        let (renewed, store) = (run.clone(), library.clone());
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                sleep(Duration::from_millis(RENEW_MS.into())).await;
                if is_held.upgrade().is_none() {
                    return;
                }
                // Whoever writes the run notices if it was taken over.
                let _ = store.renew_lease(&renewed).await;
            }
        });
        Self::Lease { run, library, _held: held }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        match self {
            // It gives itself back.
            Self::Lock(_) => {}
            Self::Lease { run, library, .. } => {
                let (run, library) = (std::mem::take(run), library.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    // One that cannot be given back expires.
                    let _ = library.end_lease(&run).await;
                });
            }
        }
    }
}

/// The runs that any tab is training now.
pub async fn runs_in_training(library: &Library) -> HashSet<String> {
    if let Some(held) = locks::held().await {
        let run = |name: &String| Some(name.strip_prefix(LOCK_PREFIX)?.to_owned());
        return held.iter().filter_map(run).collect();
    }
    let (leases, now) = (library.leases().await.unwrap_or_default(), js_sys::Date::now());
    leases.into_iter().filter(|lease| lease.is_live(now)).map(|lease| lease.run).collect()
}

/// A message from one tab to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabMessage {
    /// A run is new, has changed, was removed or restored, or its checkpoints have changed.
    Run(String),
    /// The whole library may be another one, so everything must be read again.
    Library,
}

/// The channel to the other tabs.
#[derive(Clone)]
pub struct Tabs {
    channel: Option<Rc<BroadcastChannel>>,
}

impl Tabs {
    /// Joins the other tabs; their messages go to `on_message`.
    pub fn join(on_message: impl Fn(TabMessage) + 'static) -> Self {
        // Without a channel, tabs see each other's runs only after a reload.
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return Self { channel: None } };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let run = message.data().as_string().unwrap_or_default();
            // Whatever else is said may concern anything.
            on_message(if is_timestamp(&run) { TabMessage::Run(run) } else { TabMessage::Library });
        });
        channel.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        // The listener lives as long as the worker.
        listen.forget();
        Self { channel: Some(Rc::new(channel)) }
    }

    /// Sends a message to the other tabs.
    pub fn notify(&self, message: &TabMessage) {
        let Some(channel) = &self.channel else { return };
        let text = match message {
            TabMessage::Run(run) => run.as_str(),
            TabMessage::Library => "",
        };
        // A closed channel has no receivers.
        let _ = channel.post_message(&JsValue::from(text));
    }
}
