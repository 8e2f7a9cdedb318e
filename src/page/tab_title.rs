//! The tab's title, for a visitor who does something else during the run.

use leptos::prelude::*;

use super::session::{BenchmarkState, Connection, CurrentRun};
use super::words::words;
use crate::protocol::Status;

/// Keeps the title in step with the run.
pub fn follow(connection: Connection, run: CurrentRun, benchmark: BenchmarkState) {
    let title = Memo::new(move |_| {
        let words = &words().page;
        if benchmark.is_measuring() {
            return words.title_measuring().to_owned();
        }
        let percent = (run.figures.share_done() * 100.0).floor();
        match connection.status.get() {
            Status::SelfTest | Status::Training | Status::Validating => {
                words.title_training(percent)
            }
            Status::Paused => words.title_paused(percent),
            Status::Done => words.title_trained().to_owned(),
            Status::Stopping | Status::Stopped | Status::Failed | Status::Error => {
                words.title_stopped().to_owned()
            }
            Status::Loading | Status::Ready | Status::Benchmark => words.title().to_owned(),
        }
    });
    Effect::new(move |_| document().set_title(&title.get()));
}
