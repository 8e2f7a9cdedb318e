//! The worker for files: it imports files into the library, exports what is there, writes runs as code, adds data sets of the
//! visitor's own, and finds garments in photos, one after the other.
//!
//! It has no part in training, so a file that it dies of costs only that file. The page starts it for an import or
//! an export and ends it when nothing more is asked of it; another one for photos, which so wait for no import. What it writes, the worker that trains hears of as it
//! hears of other tabs.

mod code;
mod decode;
mod exports;
mod failure;
mod imports;
mod own_sets;
mod turns;

use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};

use self::exports::export;
use self::imports::{import, import_script};
use self::turns::Turns;
use crate::garment::prepare_photo;
use crate::library::store::Library;
use crate::library::tabs::{TabMessage, Tabs};
use crate::protocol::{Command, Event, Failure, LibraryCommand, ProtocolError, Reply, Request};
use crate::worker_common::port::Port;

/// Starts the worker. Called once, at load.
pub fn run() {
    let port = Rc::new(Port::new());
    port.report_panics();
    let (sender, inbox) = unbounded();
    port.listen(sender);
    port.post(&Event::Listening);
    wasm_bindgen_futures::spawn_local(work(port, inbox));
}

/// Receives commands for the lifetime of the worker.
async fn work(port: Rc<Port>, mut inbox: UnboundedReceiver<Request>) {
    // Whoever asks next opens the library again, so there is nothing to do when it opens late or is lost.
    let library = Library::new(Box::new(|| {}), Box::new(|| {}));
    let tabs = Tabs::join(|_| {});
    let turns = Turns::new(Rc::clone(&port));
    let turn = async |bytes| turns.before(bytes).await;
    while let Some(Request { id, command }) = inbox.next().await {
        port.answer(id, answer(&library, &tabs, &port, command, &turn).await);
    }
}

async fn answer(
    library: &Library,
    tabs: &Tabs,
    port: &Port,
    command: Command,
    turn: &impl AsyncFn(usize),
) -> Result<Reply, Failure> {
    match command {
        Command::Library(LibraryCommand::Import { name, url, weights }) => {
            let told = |run: &str| tabs.notify(&TabMessage::Run(run.to_owned()));
            if weights.is_empty() {
                import(library, &name, &url, turn, &told).await
            } else {
                import_script(library, &name, &url, weights, turn, &told).await
            }
        }
        Command::Library(LibraryCommand::WriteCode { of, exact }) => {
            code::write(library, of, exact).await
        }
        Command::Library(LibraryCommand::SaveCode { of, exact, file }) => {
            code::save(library, of, exact, file).await
        }
        Command::Library(LibraryCommand::Export(wanted)) => export(library, wanted, turn).await,
        Command::Library(LibraryCommand::AddOwnSet { base, name, files }) => {
            let added = own_sets::add(&base, &name, files, port, turn).await;
            let (set, (skipped, skipped_count)) = added.map_err(Failure::OwnSet)?;
            Ok(Reply::OwnSetAdded { set, skipped, skipped_count })
        }
        Command::PreparePhoto { picture, tone } => {
            Ok(Reply::Prepared(Box::new(prepare_photo(&picture, tone))))
        }
        // The worker that trains does this.
        _ => Err(ProtocolError::WrongProgram.into()),
    }
}
