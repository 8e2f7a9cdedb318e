//! How a run begins: anew, from where it was left, or as a branch of another.

use std::rc::Rc;

use super::clock::date_ms;
use super::failure::{Describe as _, failure};
use super::given;
use super::librarian::Librarian;
use crate::checkpoint::{Checkpoint, Snapshot};
use crate::engine::Engine;
use crate::library::tabs::RunLock;
use crate::library::{CheckpointRole, Origin, RunRecord, RunState, Timeline};
use crate::protocol::{Failure, NewRun};
use crate::training::Trainer;

/// What a run begins with.
pub enum Beginning {
    New(NewRun),
    /// A checkpoint, and why it was kept.
    Resumed(Box<Checkpoint>, CheckpointRole),
}

/// A run that this tab alone may train, before its engine is open.
pub struct Claim {
    pub run: String,
    pub lock: RunLock,
    pub snapshot: Snapshot,
    origin: Origin,
    /// The run's own time up to its snapshot.
    pub timeline: Timeline,
    started_at_ms: f64,
}

impl Claim {
    /// Claims the run that is to begin. The newest checkpoint goes on with its run; any other becomes a
    /// branch under a name of its own, for the run may have gone on from there.
    pub async fn of(beginning: Beginning, librarian: &Rc<Librarian>) -> Result<Self, Failure> {
        match beginning {
            Beginning::New(new) => {
                let snapshot = given::beginning(new).await?;
                let (run, lock) = librarian.claim_new().await;
                let (origin, timeline) = (Origin::New, Timeline::default());
                Ok(Self { run, lock, snapshot, origin, timeline, started_at_ms: date_ms() })
            }
            Beginning::Resumed(checkpoint, role) => {
                let Checkpoint { run, snapshot, .. } = *checkpoint;
                let step = snapshot.history.losses.len() as u64;
                // Curves by time are not worth refusing to go on.
                let metrics = librarian.library.metrics(&run).await.unwrap_or_default();
                let mut timeline = metrics.timeline;
                timeline.cut(step);
                if role == CheckpointRole::Last {
                    let lock = RunLock::take(&run).await.ok_or_else(|| elsewhere(&run))?;
                    let known = librarian.library.run(&run).await;
                    let known = known.map_err(|error| error.describe())?.map(|known| known.0);
                    let started_at_ms = known.as_ref().map_or_else(date_ms, |it| it.started_at_ms);
                    let origin = known.map_or(Origin::New, |known| known.origin);
                    return Ok(Self { run, lock, snapshot, origin, timeline, started_at_ms });
                }
                let origin = Origin::Branch { run, step };
                let (run, lock) = librarian.claim_new().await;
                Ok(Self { run, lock, snapshot, origin, timeline, started_at_ms: date_ms() })
            }
        }
    }

    /// The record of the run as it begins on this engine.
    pub fn record(&self, trainer: &Trainer, engine: &Engine) -> RunRecord {
        let mut record = RunRecord {
            run: self.run.clone(),
            config: trainer.config().clone(),
            engine: engine.name.clone(),
            origin: self.origin.clone(),
            state: RunState::Training,
            started_at_ms: self.started_at_ms,
            ended_at_ms: None,
            trained_ms: self.timeline.end().1,
            steps: 0,
            steps_in_run: trainer.steps_in_run(),
            steps_per_epoch: trainer.steps_per_epoch(),
            epochs: 0,
            best: None,
            newest: None,
            sparkline: Vec::new(),
        };
        record.follow(trainer.history());
        record
    }
}

fn elsewhere(run: &str) -> Failure {
    failure(
        format!("{run} is being trained in another tab."),
        "The run goes on there, and you see it in the library.",
        "Stop it there first, or resume another of its checkpoints as a branch.",
    )
}
