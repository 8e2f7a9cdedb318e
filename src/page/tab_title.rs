//! The tab's title, for the visitor who does something else while the run goes on.

use leptos::prelude::*;

use super::session::{BenchmarkState, Connection, CurrentRun};
use crate::protocol::Status;

const NAME: &str = "Atelier: train a garment classifier in this tab";

/// Keeps the title in step with the run.
pub fn follow(connection: Connection, run: CurrentRun, benchmark: BenchmarkState) {
    let title = Memo::new(move |_| {
        if benchmark.is_measuring() {
            return "Measuring · Atelier".to_owned();
        }
        let percent = (run.share_done() * 100.0).floor();
        match connection.status.get() {
            Status::SelfTest | Status::Training | Status::Validating => {
                format!("{percent} % trained · Atelier")
            }
            Status::Paused => format!("Paused at {percent} % · Atelier"),
            Status::Done => "Trained · Atelier".to_owned(),
            Status::Error => "Stopped · Atelier".to_owned(),
            Status::Loading | Status::Ready | Status::Benchmark => NAME.to_owned(),
        }
    });
    Effect::new(move |_| document().set_title(&title.get()));
}
