//! The worker's side: a state machine over the page's commands.
//!
//! One loop takes commands in their order. While a run is under way, the same loop takes steps between
//! commands, a tenth to a quarter of a second at a time, so that every command is heard soon. Fetching
//! the data set, and opening a GPU before it is needed, are the only things that go on beside it.

mod beginning;
mod classifier;
mod clock;
mod data_room;
mod desk;
mod engine_room;
mod exports;
mod failure;
mod given;
mod imports;
mod later;
mod librarian;
mod port;
mod queue;
mod recorder;
mod run;
mod shelf;
mod turn;

use std::rc::Rc;

use futures::channel::mpsc;

use self::desk::Desk;
use self::port::Port;
use crate::protocol::Event;

/// Starts the worker. Called once, at load.
pub fn run() {
    let port = Rc::new(Port::new());
    port.report_panics();
    let (sender, inbox) = mpsc::unbounded();
    port.listen(sender);
    port.post(&Event::Listening);
    wasm_bindgen_futures::spawn_local(async move { Desk::open(port, inbox).await.work().await });
}
