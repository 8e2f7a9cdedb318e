//! The connection to the page: bytes out, requests in.

use futures::channel::mpsc::UnboundedSender;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::protocol::{Event, Failure, Reply, Request, decode, encode};

/// The page allows a silence of three seconds; a machine may suddenly be a few times slower.
const WORTH_ANNOUNCING_MS: f64 = 500.0;

/// The worker's end of the connection to the page.
pub struct Port {
    scope: DedicatedWorkerGlobalScope,
}

impl Port {
    pub fn new() -> Self {
        Self { scope: js_sys::global().unchecked_into() }
    }

    /// Sends an event; its bytes are transferred without a copy.
    pub fn post(&self, event: &Event) {
        let Ok(bytes) = encode(event) else { return };
        let bytes = Uint8Array::from(&bytes[..]);
        let transfer = Array::of1(&bytes.buffer());
        if let Err(error) = self.scope.post_message_with_transfer(&bytes, &transfer) {
            web_sys::console::error_1(&error);
        }
    }

    /// Announces a task that held the thread for so many milliseconds the last time, if the page could otherwise take this
    /// worker for dead meanwhile.
    pub fn announce(&self, ms: f64) {
        if ms > WORTH_ANNOUNCING_MS {
            self.post(&Event::LongTask { ms: ms as u32 });
        }
    }

    pub fn answer(&self, id: u32, outcome: Result<Reply, Failure>) {
        self.post(&Event::Answer { id, outcome });
    }

    /// Passes every request from the page to `inbox`.
    pub fn listen(&self, inbox: UnboundedSender<Request>) {
        let port = Self { scope: self.scope.clone() };
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let bytes = message.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
            match decode(&bytes.unwrap_or_default()) {
                // The receiver lives as long as the worker.
                Ok(request) => drop(inbox.unbounded_send(request)),
                Err(error) => port.post(&Event::Died(error.into())),
            }
        });
        self.scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
    }

    /// A panic poisons the whole module, so the page must be told and start another worker.
    pub fn report_panics(&self) {
        std::panic::set_hook(Box::new(|panic| {
            web_sys::console::error_1(&JsValue::from(panic.to_string()));
            // The hook must be `Send`, so it looks up the connection to the page again.
            let panic_text = panic.to_string();
            Self::new().post(&Event::Died(Failure::WorkerPanicked { panic_text }));
        }));
    }
}
