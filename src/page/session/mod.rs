//! The page's only access to the worker.
//!
//! The session keeps one worker alive that trains, another while it imports or exports files, a third while photos are looked at, and one more while a network is
//! looked into ([`InsightWorker`], in a program of its own, which also has the workers of an experiment, [`WorkerPool`]), sends them
//! commands, and holds everything that they have reported as signals. It has parts, so that a component takes only those that it uses, reads their signals and calls
//! their methods; nothing else on the page knows that there are workers. A part holds the parts that it needs,
//! each listed above it:
//!
//! | part | holds | needs |
//! |---|---|---|
//! | [`Notices`] | messages to the visitor | |
//! | [`Connection`] | the worker, requests and answers | notices |
//! | [`Machine`] | the engines and their measurements | connection |
//! | [`DataState`] | the data set | connection, notices |
//! | [`Photos`] | photos on their way to a garment, and another worker for files, which prepares them | notices |
//! | [`ClassifierState`] | the newest prediction | connection, notices |
//! | [`CurrentRun`] | the current or last run and its curves | connection, notices, machine |
//! | `FilesWorker` | the worker for files | notices |
//! | [`LibraryState`] | stored runs and checkpoints | connection, files worker, notices, classifier |
//! | [`ShownRun`] | the run that is shown: the current one, or one of the library | connection, notices, classifier, library, run |
//! | [`Replay`] | the replay of a run | |
//! | [`BenchmarkState`] | the round of measurements | connection, data, run |
//! | [`Remedies`] | the actions that messages offer | connection, notices, data, run, library, benchmark |
//!
//! [`Session`] is all of them. It passes the worker's events (`events`) to the part that they concern, and
//! handles what concerns several parts itself: a worker that starts, dies or is replaced.

mod background;
mod benchmark;
mod benchmark_run;
mod classifier;
mod connection;
mod curves;
mod data;
mod events;
mod figures;
mod files;
mod insight;
mod library;
mod machine;
mod notices;
mod own_sets;
mod photos;
mod pool;
mod recovery;
mod remedies;
mod replay;
mod run;
mod shown;
mod worker_link;

pub use background::BackgroundRate;
pub use benchmark::BenchmarkState;
pub use benchmark_run::{BenchmarkRunState, CASE_BUDGET_MS, CaseState};
pub use classifier::ClassifierState;
pub use connection::Connection;
pub use curves::{Curves, LossSeries, RECENT_STEPS};
pub use data::DataState;
pub use figures::{DeadUnits, RunFigures};
use files::FilesWorker;
pub use insight::InsightWorker;
pub use library::{DeletedThing, Drawing, ExperimentImport, LibraryState, StoredCurves};
pub use machine::{Machine, Measured};
pub use notices::{
    AfterDeath, Complaint, Death, Notice, Notices, PageFailure, Remedy, StoredWork, wrong_answer,
};
pub use own_sets::{OwnSets, Picked, address_of_own};
pub use photos::Photos;
pub use pool::{Activity, CommonInputs, Job, JobEnd, MOST_ATTEMPTS, PoolNews, WorkerPool};
pub use remedies::Remedies;
pub use replay::{PACES, Replay, ReplayState};
pub use run::CurrentRun;
pub use shown::ShownRun;
pub use worker_link::LinkError;
use worker_link::Program;

/// How long the worker for files is kept after its last answer, in milliseconds.
const FILES_IDLE_MS: u32 = 5_000;

/// The session with the worker. Copies of it and of its parts are the same session; only the
/// session's own methods write the signals.
#[derive(Clone, Copy)]
pub struct Session {
    /// Messages to the visitor.
    pub notices: Notices,
    /// The connection to the worker.
    pub connection: Connection,
    /// This machine and its measurements.
    pub machine: Machine,
    /// The data set.
    pub data: DataState,
    /// Data sets of one's own.
    pub own_sets: OwnSets,
    /// The classifier.
    pub classifier: ClassifierState,
    /// Photos on their way to a garment.
    pub photos: Photos,
    /// The current run, or the last one.
    pub run: CurrentRun,
    /// The stored runs and checkpoints.
    pub library: LibraryState,
    /// The run that is shown.
    pub shown: ShownRun,
    /// The replay of a run.
    pub replay: Replay,
    /// The benchmark.
    pub benchmark: BenchmarkState,
    /// The actions that messages offer.
    pub remedies: Remedies,
}

impl Session {
    /// Starts the worker and has it fetch the data.
    #[must_use]
    pub fn open() -> Self {
        let notices = Notices::new();
        let connection = Connection::new(Program::Training, notices);
        let machine = Machine::new(connection);
        let data = DataState::new(connection, notices);
        let files = FilesWorker::new(notices, FILES_IDLE_MS);
        let own_sets = OwnSets::new(connection, notices, files, data);
        let classifier = ClassifierState::new(connection, notices);
        let run = CurrentRun::new(connection, notices, machine);
        let library = LibraryState::new(connection, notices, files, classifier);
        let shown = ShownRun::new(connection, notices, classifier, library, run);
        let benchmark = BenchmarkState::new(connection, data, run);
        let remedies = Remedies { connection, machine, notices, data, run, library, benchmark };
        let session = Self {
            notices,
            connection,
            machine,
            data,
            own_sets,
            classifier,
            photos: Photos::new(notices),
            run,
            library,
            shown,
            replay: Replay::new(),
            benchmark,
            remedies,
        };
        run.watch_background();
        session.connection.open(move |news| session.hear(news));
        session
    }
}
