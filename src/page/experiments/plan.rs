//! The experiment at hand, what it has come to and how it stands: plain data.

use super::kept::KeptExperiment;
use super::results::Results;
use crate::experiment::{Experiment, Findings, Mistake, Runs, Table};
use crate::page::session::Complaint;

/// A tab shows and trains no experiment with more runs: planning them would hold up the page, and they would take days.
pub const MOST_RUNS_HERE: u64 = 2000;

/// Whether an experiment may be too large for a tab, and how many runs it then has at most.
pub fn too_many(experiment: &Experiment) -> Option<u64> {
    Some(experiment.most_runs()).filter(|most| *most > MOST_RUNS_HERE)
}

/// Why an experiment does not go on, or what else went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Something failed.
    Failed(Complaint),
    /// Another tab trains it.
    Elsewhere,
    /// It trains on another data set than the one that is chosen.
    OtherData,
    /// Its runs were trained with other corrections of the data set.
    OtherCorrections,
    /// It has up to so many runs, more than [`MOST_RUNS_HERE`].
    TooMany(u64),
    /// The link's experiment is not understood.
    Link(Vec<Mistake>),
}

/// The experiment at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The experiment as it is remembered.
    pub kept: KeptExperiment,
    /// What it is known by.
    pub id: String,
    /// Its runs.
    pub runs: Runs,
}

impl Plan {
    /// The plan of an experiment; `None` if it has no runs.
    pub fn of(kept: KeptExperiment) -> Option<Self> {
        let (id, runs) = (kept.id(), kept.experiment.runs().ok()?);
        Some(Self { kept, id, runs })
    }
}

/// What the experiment at hand has come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// A row for each combination.
    pub table: Table,
    /// What is true of them.
    pub findings: Findings,
    /// Runs that have begun, with what they measured.
    pub results: Results,
    /// How many classes the data set has.
    pub classes: u32,
}

/// How the experiment at hand stands. The words are stable: tests read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun, or was stopped.
    Idle,
    /// Its runs are trained.
    Running,
    /// Its runs are held.
    Paused,
    /// Its runs end at the visitor's request.
    Stopping,
    /// No run is left.
    Done,
}

impl Standing {
    /// The stable word of this standing.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Done => "done",
        }
    }
}
