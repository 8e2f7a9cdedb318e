//! Which tab trains an experiment: only one at a time, by a lock of the browser.

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

const PREFIX: &str = "atelier-experiment-";
/// How often another tab's right is asked for again, and after how long.
const ATTEMPTS: u32 = 10;
const AGAIN_MS: u32 = 300;

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
}

/// The right to train an experiment, until it is dropped or its tab ends.
#[derive(Debug)]
pub struct Alone {
    /// Ends the promise that holds the lock; absent where the browser has no locks, and each run's own lease alone keeps
    /// two tabs from training it at the same time.
    release: Option<Function>,
}

/// Whoever waits for an answer, until it has one.
type Waits = Rc<Cell<Option<Box<dyn FnOnce(Option<Alone>)>>>>;

impl Alone {
    /// Asks for the right to train this experiment; `then` is called once, with `None` if another tab has it. The page before
    /// a reload may have it a moment longer, so it is asked for several times.
    pub fn ask(id: &str, then: impl FnOnce(Option<Self>) + 'static) {
        let then: Box<dyn FnOnce(Option<Self>)> = Box::new(then);
        ask(id.to_owned(), Rc::new(Cell::new(Some(then))), ATTEMPTS);
    }
}

fn ask(id: String, waits: Waits, left: u32) {
    let tell = |waits: &Waits, answer| {
        if let Some(then) = waits.take() {
            then(answer);
        }
    };
    let without = || Some(Alone { release: None });
    let Some(locks) = locks() else { return tell(&waits, without()) };
    let (name, asking) = (format!("{PREFIX}{id}"), Rc::clone(&waits));
    let answer = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() && left > 0 {
            Timeout::new(AGAIN_MS, move || ask(id, asking, left - 1)).forget();
            return JsValue::UNDEFINED;
        }
        if lock.is_null() {
            tell(&asking, None);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        tell(&asking, Some(Alone { release }));
        held.into()
    });
    let options = Object::new();
    // Setting a property of a new object does not fail.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    match locks.request(&name, &options, answer.unchecked_ref()) {
        // If locks are denied, the callback is never called and the promise is rejected.
        Ok(asked) => {
            wasm_bindgen_futures::spawn_local(async move {
                if JsFuture::from(asked).await.is_err() {
                    tell(&waits, without());
                }
            });
        }
        Err(_) => tell(&waits, without()),
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // It throws nothing.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// The browser's locks; `None` if it has none, as on an insecure origin.
fn locks() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
