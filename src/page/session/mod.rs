//! The page's only door to the worker.
//!
//! A [`Session`] keeps one worker alive, sends it commands, and holds everything that the worker told
//! as signals. Components read the signals and call the methods; nothing else on the page knows that
//! a worker exists. A worker that dies is replaced, and the person is told.

mod benchmark;
mod benchmark_run;
mod classifier;
mod commands;
mod connection;
mod curves;
mod data;
mod events;
mod library;
mod machine;
mod notices;
mod run;
mod worker_link;

pub use benchmark::BenchmarkState;
pub use benchmark_run::{BenchmarkRunState, CASE_BUDGET_MS, CaseState};
pub use classifier::ClassifierState;
pub use connection::Connection;
pub use curves::{LossSeries, RECENT_STEPS};
pub use data::DataState;
pub use library::{LibraryState, StoredCurves};
pub use machine::{Machine, Measured};
pub use notices::{Notice, Notices, Remedy};
pub use run::CurrentRun;

/// The session with the worker. Copies are the same session; only its own methods write the signals.
#[derive(Clone, Copy)]
pub struct Session {
    /// To the worker.
    pub connection: Connection,
    /// This machine, and what was measured on it.
    pub machine: Machine,
    /// The benchmark.
    pub benchmark: BenchmarkState,
    /// The data set.
    pub data: DataState,
    /// The run at hand or the last one.
    pub run: CurrentRun,
    /// The stored runs and checkpoints.
    pub library: LibraryState,
    /// The classifier.
    pub classifier: ClassifierState,
    /// What the person should know.
    pub notices: Notices,
}

impl Session {
    /// Starts the worker and has it fetch the data.
    #[must_use]
    pub fn open() -> Self {
        let notices = Notices::new();
        let connection = Connection::new(notices);
        let machine = Machine::new(connection);
        let data = DataState::new(connection, notices);
        let run = CurrentRun::new(connection, notices, machine);
        let classifier = ClassifierState::new(connection, notices);
        let session = Self {
            connection,
            machine,
            benchmark: BenchmarkState::new(connection, data, run),
            data,
            run,
            library: LibraryState::new(connection, notices, classifier),
            classifier,
            notices,
        };
        session.connection.open(move |news| session.hear(news));
        session
    }
}
