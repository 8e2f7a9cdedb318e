//! Locks of the browser, by which only one tab at a time does something.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

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

/// A lock, held until it is dropped or its tab ends.
#[derive(Debug)]
pub struct HeldLock {
    /// Ends the promise that holds the lock.
    release: Function,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // The call only resolves a promise.
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// The browser's answer to a request for a lock.
#[derive(Debug)]
pub enum Answer {
    /// This tab has it now.
    Granted(HeldLock),
    /// Another tab has it, or another part of this one.
    Taken,
    /// The browser has no locks, as on an insecure address, or denies them.
    NoLocks,
}

/// Requests the lock with this name, and waits for none that is taken.
pub async fn request(name: &str) -> Answer {
    let Some(locks) = locks() else { return Answer::NoLocks };
    let options = Object::new();
    // Setting a property of a new object does not fail.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    let mut tell = None;
    let told = Promise::new(&mut |resolve, _| tell = Some(resolve));
    let hold = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let release = release.filter(|_| !lock.is_null());
        let (answer, until) = match release {
            Some(release) => (release.into(), held.into()),
            None => (JsValue::NULL, JsValue::UNDEFINED),
        };
        // The call only resolves a promise.
        let _ = tell.map(|tell| tell.call1(&JsValue::NULL, &answer));
        until
    });
    let Ok(asked) = locks.request(name, &options, hold.unchecked_ref()) else {
        return Answer::NoLocks;
    };
    // If locks are denied, the callback is never called and the promise of the request is rejected.
    match JsFuture::from(Promise::race(&Array::of2(&told, &asked))).await {
        Ok(release) if release.is_function() => {
            Answer::Granted(HeldLock { release: release.unchecked_into() })
        }
        Ok(_) => Answer::Taken,
        Err(_) => Answer::NoLocks,
    }
}

/// The names of all locks that are held in any tab; `None` if the browser does not say.
pub async fn held() -> Option<Vec<String>> {
    let snapshot = JsFuture::from(locks()?.query().ok()?).await.ok()?;
    let held = Array::from(&Reflect::get(&snapshot, &"held".into()).ok()?);
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Some(held.iter().filter_map(name).collect())
}
