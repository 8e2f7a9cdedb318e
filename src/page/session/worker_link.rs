//! One worker as a typed connection. It ends the worker when it is dropped.

use gloo::events::EventListener;
use js_sys::{Array, Reflect, Uint8Array};
use thiserror::Error;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::page::browser::{address_of, start_worker, words_of};
use crate::protocol::{self, Event, ProtocolError, Request};

/// How long a worker may take to load before the visitor is told.
pub const PATIENCE_MS: u32 = 30_000;

/// What can go wrong between the page and its worker.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The browser refused to create a worker, in its own words.
    #[error("the browser refused to start the worker: {0}")]
    Refused(String),
    /// The worker's script did not load; the browser does not say why.
    #[error("its script failed: it could not be loaded")]
    NotLoaded,
    /// The worker's script did not load, or threw, in the browser's words.
    #[error("its script failed: {0}")]
    Script(String),
    /// The worker has been silent for too long, in seconds.
    #[error("it has been silent for {0} seconds")]
    Silent(u32),
    /// The run has not ended so many seconds after it was to.
    #[error("its run has not stopped for {0} seconds")]
    DoesNotStop(u32),
    /// The bytes of a message did not arrive.
    #[error("a message between page and worker was lost: its bytes did not arrive")]
    Lost,
    /// A message could not be transferred, in the browser's words.
    #[error("a message between page and worker was lost: {0}")]
    Carriage(String),
    /// A message that this page cannot read.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

/// The programs that run in workers, each of which has a connection of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Trains, classifies and keeps the library.
    Training,
    /// Imports and exports, adds data sets, finds garments in photos.
    Files,
    /// Looks into networks.
    Insight,
    /// Trains runs of an experiment: the program that trains, from a module that is compiled once for all of them.
    Experiment,
}

impl Program {
    /// The address of its script, which is the same for all, and loads what the query names.
    fn script(self) -> String {
        let script = address_of("worker_loader.js");
        match self {
            Self::Training => script,
            Self::Files => script + "?files",
            Self::Insight => script + "?insight",
            Self::Experiment => script + "?worker&compiled",
        }
    }
}

/// What a worker says: its script by itself, every second, or its program.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// It lives.
    Beat,
    /// So many bytes of its program have arrived.
    Loading(f64),
    /// An event.
    Event(Event),
}

/// A running worker.
pub struct WorkerLink {
    worker: Worker,
    _listeners: [EventListener; 3],
}

impl WorkerLink {
    /// Starts a worker with this program. Everything it sends goes to `hear`.
    pub fn spawn(
        program: Program,
        hear: impl Fn(Result<Heard, LinkError>) + Clone + 'static,
    ) -> Result<Self, LinkError> {
        let worker = start_worker(&program.script())
            .map_err(|error| LinkError::Refused(words_of(&error)))?;
        let on_message = {
            let hear = hear.clone();
            move |event: &web_sys::Event| {
                let data = event.unchecked_ref::<MessageEvent>().data();
                hear(read(&data));
            }
        };
        let on_error = {
            let hear = hear.clone();
            move |event: &web_sys::Event| {
                let said = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let words = said.filter(|words| !words.is_empty());
                hear(Err(words.map_or(LinkError::NotLoaded, LinkError::Script)));
            }
        };
        let on_message_error = move |_: &web_sys::Event| {
            hear(Err(LinkError::Lost));
        };
        let listeners = [
            EventListener::new(&worker, "message", on_message),
            EventListener::new(&worker, "error", on_error),
            EventListener::new(&worker, "messageerror", on_message_error),
        ];
        Ok(Self { worker, _listeners: listeners })
    }

    /// Ends the worker at once.
    pub fn end(&self) {
        self.worker.terminate();
    }

    /// Sends a request; its bytes move instead of being copied.
    pub fn send(&self, request: &Request) -> Result<(), LinkError> {
        let bytes = Uint8Array::from(protocol::encode(request)?.as_slice());
        let moved = Array::of1(&bytes.buffer());
        self.worker
            .post_message_with_transfer(&bytes, &moved)
            .map_err(|error| LinkError::Carriage(words_of(&error)))
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.end();
    }
}

/// The program sends bytes; its script, which `www/worker_loader.js` is, sends objects.
fn read(data: &JsValue) -> Result<Heard, LinkError> {
    if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
        return Ok(Heard::Event(protocol::decode(&bytes.to_vec())?));
    }
    let get = |from: &JsValue, key: &str| {
        Reflect::get(from, &key.into()).ok().filter(|value| !value.is_undefined())
    };
    if get(data, "beat").is_some() {
        return Ok(Heard::Beat);
    }
    if let Some(bytes) = get(data, "loading").and_then(|loading| get(&loading, "bytes")?.as_f64()) {
        return Ok(Heard::Loading(bytes));
    }
    let reason = get(data, "failed").and_then(|failed| get(&failed, "reason")?.as_string());
    Err(reason.map_or_else(|| ProtocolError::NoBytes.into(), LinkError::Script))
}
