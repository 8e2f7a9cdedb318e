//! The worker's side: a state machine over the page's commands.
//!
//! One loop handles commands in order. During a run, the same loop takes steps between commands, a tenth to a
//! quarter of a second at a time, so that every command is handled soon. What may take long or hang runs
//! beside it: fetching the data set, opening a GPU, reading and writing the library, classifying without a run.

mod classifier;
mod classify;
mod clock;
mod cross_validation;
mod data_store;
mod dispatcher;
mod engine_manager;
mod failure;
mod in_time;
mod library_service;
mod pending_writes;
mod queue;
mod recorder;
mod run;
mod run_control;
mod run_inputs;
mod run_start;
mod write_queue;
mod yield_now;

use std::rc::Rc;

use futures::channel::mpsc;

use self::dispatcher::Dispatcher;
use self::port::Port;
use crate::protocol::Event;
use crate::worker_common::port;

/// Starts the worker. Called once, at load.
pub fn run() {
    let port = Rc::new(Port::new());
    port.report_panics();
    let (sender, inbox) = mpsc::unbounded();
    port.listen(sender);
    port.post(&Event::Listening);
    wasm_bindgen_futures::spawn_local(Dispatcher::new(port, inbox).work());
}
