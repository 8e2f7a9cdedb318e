//! Keeps the screen on while a run is in progress, if the visitor asks for it and the browser can.

use js_sys::Reflect;
use leptos::ev::visibilitychange;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;

use crate::page::session::CurrentRun;
use crate::page::words::say;

#[wasm_bindgen]
extern "C" {
    /// `WakeLock` of <https://w3c.github.io/screen-wake-lock/>, which web-sys offers only behind a compiler flag.
    #[derive(Clone)]
    type WakeLock;

    #[wasm_bindgen(method, catch)]
    async fn request(this: &WakeLock) -> Result<Sentinel, JsValue>;

    /// A lock that is held: `WakeLockSentinel`.
    type Sentinel;

    /// Also of a lock that the browser has taken back already.
    #[wasm_bindgen(method)]
    fn release(this: &Sentinel);
}

/// The button, while a run is in progress; nothing in a browser that cannot keep the screen on.
#[component]
pub fn WakeLockToggle(run: CurrentRun) -> impl IntoView {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into()).ok();
    let lock = lock.filter(JsValue::is_object)?;
    let lock = StoredValue::new_local(lock.unchecked_into::<WakeLock>());
    let (wanted, refused) = (RwSignal::new(false), RwSignal::new(false));
    let is_running = Memo::new(move |_| run.is_busy());
    // Browsers take the lock back when the tab is hidden.
    let seen = Trigger::new();
    let listening = window_event_listener(visibilitychange, move |_| seen.notify());
    on_cleanup(move || listening.remove());
    let held = StoredValue::new_local(None::<Sentinel>);
    let is_due = move || is_running.get() && wanted.get() && !document().hidden();
    Effect::new(move |_| {
        seen.track();
        if let Some(former) = held.try_update_value(Option::take).flatten() {
            former.release();
        }
        if !is_due() {
            return;
        }
        spawn_local(async move {
            let answer = lock.get_value().request().await;
            refused.set(answer.is_err());
            if let Ok(sentinel) = answer {
                if untrack(is_due) {
                    let former = held.try_update_value(|held| held.replace(sentinel)).flatten();
                    former.inspect(Sentinel::release);
                } else {
                    sentinel.release();
                }
            }
        });
    });
    let switch = move |_| {
        refused.set(false);
        wanted.update(|wanted| *wanted = !*wanted);
    };
    Some(view! {
        <Show when=move || is_running.get()>
            <div class="wake-lock">
                <button type="button" class="quiet" data-testid="wake-lock"
                    aria-pressed=move || wanted.get().to_string()
                    title=say(|words| words.run.about_screen())
                    on:click=switch>
                    {say(|words| words.run.keep_screen_on())}
                </button>
                <p class="note" role="status" data-testid="wake-lock-state">
                    {move || refused.get().then(|| say(|words| words.run.screen_refused())())}
                </p>
            </div>
        </Show>
    })
}
