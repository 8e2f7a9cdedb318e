//! The browser's clocks.

use std::cell::RefCell;
use std::time::Duration;

use gloo::timers::callback::Interval;
use gloo::timers::future::sleep;
use wasm_bindgen::JsCast as _;
use web_sys::WorkerGlobalScope;

use crate::engine::browser;
use crate::training::{Awake, Host};
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
        browser::wait(seconds).await;
    }
}

/// How often the clock is read at least, while the worker is awake.
const READ_EVERY_MS: u32 = 1000;

thread_local! {
    static AWAKE: RefCell<Awake> = RefCell::new(Awake::default());
    /// Reads the clock even if nothing else does, so that only sleep leaves a gap.
    static READING: Interval = Interval::new(READ_EVERY_MS, || {
        now_ms();
    });
}

/// Milliseconds that the worker has been awake: never backwards, and without the time in which the machine slept or
/// the browser had frozen the tab.
pub fn now_ms() -> f64 {
    READING.with(|_| {});
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let read = scope.performance().map_or_else(js_sys::Date::now, |performance| performance.now());
    AWAKE.with_borrow_mut(|awake| awake.at(read))
}
