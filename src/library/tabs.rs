//! Several tabs sharing one library: which tab trains which run, and messages about changes.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "atelier-library";
const LOCK_PREFIX: &str = "atelier-run-";

#[wasm_bindgen]
extern "C" {
    /// `LockManager` of <https://w3c.github.io/web-locks/>, which web-sys offers only behind a compiler flag.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// The browser's locks; `None` if it has none, as on an insecure origin.
fn locks() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// Whether only one tab can train a run at a time; not so on an insecure address.
#[must_use]
pub fn has_locks() -> bool {
    locks().is_some()
}

/// The right to train a run, held until it is dropped or its tab ends.
pub struct RunLock {
    /// Keeps the promise that holds the lock open.
    release: Option<Function>,
}

impl RunLock {
    /// The right to train this run; `None` if another tab has it. Without locks in the browser, the right is
    /// granted unchecked.
    pub async fn take(run: &str) -> Option<Self> {
        let Some(locks) = locks() else { return Some(Self { release: None }) };
        let options = Object::new();
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
        let (granted, answer) = oneshot::channel();
        let granted = Cell::new(Some(granted));
        let hold = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let Some(granted) = granted.take() else { return JsValue::UNDEFINED };
            if lock.is_null() {
                let _ = granted.send(None);
                return JsValue::UNDEFINED;
            }
            let mut release = None;
            let held = Promise::new(&mut |resolve, _| release = Some(resolve));
            let _ = granted.send(release);
            held.into()
        });
        let name = format!("{LOCK_PREFIX}{run}");
        let Ok(request) = locks.request(&name, &options, hold.unchecked_ref()) else {
            return Some(Self { release: None });
        };
        // If locks are denied, the callback is never called and the promise is rejected.
        match select(answer, JsFuture::from(request)).await {
            Either::Left((Ok(Some(release)), _)) => Some(Self { release: Some(release) }),
            Either::Left((Ok(None), _)) => None,
            _ => Some(Self { release: None }),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // The call only resolves a promise.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// The runs that any tab is training now.
pub async fn runs_in_training() -> HashSet<String> {
    let held = async {
        let snapshot = JsFuture::from(locks()?.query().ok()?).await.ok()?;
        Some(Array::from(&Reflect::get(&snapshot, &"held".into()).ok()?))
    };
    let name = |lock: JsValue| {
        let name = Reflect::get(&lock, &"name".into()).ok()?.as_string()?;
        Some(name.strip_prefix(LOCK_PREFIX)?.to_owned())
    };
    held.await.map(|held| held.iter().filter_map(name).collect()).unwrap_or_default()
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
            on_message(if run.is_empty() { TabMessage::Library } else { TabMessage::Run(run) });
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
