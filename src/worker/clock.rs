//! The browser's clocks.

use std::time::Duration;

use gloo::timers::future::sleep;
use wasm_bindgen::JsCast as _;
use web_sys::WorkerGlobalScope;

use crate::training::Host;
pub use crate::worker_common::clock::date_ms;

/// The browser as a driver's environment.
pub struct Browser;

impl Host for Browser {
    fn now_ms(&self) -> f64 {
        now_ms()
    }

    async fn sleep(&self, duration: Duration) {
        sleep(duration).await;
    }

    async fn lasts(&self, seconds: u32) {
        // One by one: those in which the machine sleeps do not count.
        for _ in 0..seconds {
            sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Milliseconds since the worker started, monotonic.
pub fn now_ms() -> f64 {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}
