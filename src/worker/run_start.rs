//! How a run starts: new, resumed, or as a branch of another.

use std::rc::Rc;
use std::time::Duration;

use gloo::timers::future::sleep;

use super::clock::date_ms;
use super::library_service::LibraryService;
use super::pending_writes::Unwritten;
use super::run_inputs;
use crate::checkpoint::{Checkpoint, Snapshot};
use crate::dataset::DataSetIdentity;
use crate::engine::Engine;
use crate::library::blocks::decode;
use crate::library::store::StoreError;
use crate::library::tabs::RunLock;
use crate::library::{
    CheckpointRole, CheckpointSummary, ExperimentRun, GivenFile, KnownRun, Origin, RunRecord,
    RunState, SeenRun, Timeline,
};
use crate::protocol::{Failure, NewRun};
use crate::settings::EngineChoice;
use crate::training::Trainer;

/// How many seconds a run that begins again waits for its former worker to be gone: a lease lasts 8.
const WAITS_FOR_FORMER: u32 = 30;

/// What a run starts from.
pub enum RunStart {
    New(Box<NewRun>),
    /// A run resumed from its newest checkpoint, already claimed.
    Again(Box<ClaimedRun>),
    /// Any other checkpoint: the run may have continued from there.
    Branch(Box<Checkpoint>),
}

impl RunStart {
    /// Resumes or branches from a checkpoint.
    ///
    /// A run that has ended, or that another tab trains, is refused here, where nothing has started yet and
    /// this tab is unchanged. Once it is locked, no other tab can resume the run.
    pub async fn from_checkpoint(
        name: &str,
        service: &Rc<LibraryService>,
    ) -> Result<Self, Failure> {
        let (summary, checkpoint) = service.library.load(name).await?;
        if summary.role == CheckpointRole::Last {
            let claim = ClaimedRun::again(&checkpoint.run, service).await?;
            return Ok(Self::Again(Box::new(claim)));
        }
        if checkpoint.snapshot.ending().is_some() {
            return Err(Failure::RunOver { run: checkpoint.run });
        }
        Ok(Self::Branch(Box::new(checkpoint)))
    }
}

impl RunStart {
    /// The engine to train on, instead of the one that the settings ask for.
    pub fn choose_engine(&mut self, engine: EngineChoice) {
        match self {
            Self::New(run) => run.config.engine = engine,
            Self::Again(claim) => claim.snapshot.config.engine = engine,
            Self::Branch(checkpoint) => checkpoint.snapshot.config.engine = engine,
        }
    }
}

/// A run that only this tab may train, before its engine is open.
pub struct ClaimedRun {
    pub run: String,
    pub lock: RunLock,
    pub snapshot: Snapshot,
    origin: Origin,
    /// The files that its history began with.
    given: Vec<GivenFile>,
    /// The experiment that it belongs to.
    experiment: Option<ExperimentRun>,
    /// The run's own time up to its snapshot.
    pub timeline: Timeline,
    started_at_ms: f64,
    /// The run as it is stored.
    pub known: KnownRun,
    /// The best checkpoint of the history that a branch shares, if it still exists.
    pub best: Option<Checkpoint>,
    /// Whether the state that it continues from is stored as a checkpoint of this run.
    is_stored: bool,
}

impl ClaimedRun {
    /// Claims the run that is about to start. The newest checkpoint resumes its run; any other becomes a
    /// branch with its own name, because the run may have continued from there.
    ///
    /// `data` is what the loaded data set is known by, if that is one of one's own.
    pub async fn of(
        start: RunStart,
        data: Option<DataSetIdentity>,
        service: &Rc<LibraryService>,
    ) -> Result<Self, Failure> {
        match start {
            RunStart::New(new) => Self::new_or_saved(*new, data, service).await,
            RunStart::Again(claim) => Ok(*claim),
            RunStart::Branch(checkpoint) => Self::branch(*checkpoint, service).await,
        }
    }

    /// A run that begins, or begins again because it was cut off: from where it was saved after all, if it was.
    async fn new_or_saved(
        new: NewRun,
        data: Option<DataSetIdentity>,
        service: &Rc<LibraryService>,
    ) -> Result<Self, Failure> {
        let Some(run) = new.again.clone() else { return Self::new(new, data, service).await };
        until_free(&run, service).await;
        let stored = service.library.checkpoints_of(&run).await.unwrap_or_default();
        if stored.iter().any(|it| it.role == CheckpointRole::Last) {
            let mut claim = Self::again(&run, service).await?;
            claim.snapshot.config.engine = new.config.engine;
            return Ok(claim);
        }
        if !stored.is_empty() {
            let last = CheckpointSummary::name_of(&run, CheckpointRole::Last, 0, 0);
            return Err(StoreError::NoCheckpoint(last).into());
        }
        Self::new(new, data, service).await
    }

    /// A run from its first step, which may have begun before.
    async fn new(
        new: NewRun,
        data: Option<DataSetIdentity>,
        service: &Rc<LibraryService>,
    ) -> Result<Self, Failure> {
        let (cut_off, experiment) = (new.again.clone(), new.experiment.clone());
        let (snapshot, given) = run_inputs::load(new, data).await?;
        let (run, lock, known) = match cut_off {
            None => {
                let (run, lock) = service.claim_new().await;
                (run, lock, None)
            }
            Some(run) => {
                let elsewhere = || Failure::RunElsewhere { run: run.clone() };
                let lock = RunLock::take(&run, &service.library).await.ok_or_else(elsewhere)?;
                service.pending.forget(&run);
                // Without it the run is merely stored as one that begins now.
                let known = service.library.run(&run).await.ok().flatten();
                if known.as_ref().is_some_and(|(_, labels)| labels.deleted_at_ms.is_some()) {
                    return Err(StoreError::NoRun(run).into());
                }
                (run, lock, known.map(|(record, _)| record))
            }
        };
        let incarnation = service.library.incarnation();
        let seen = known.clone().map(|record| SeenRun { record, incarnation });
        Ok(Self {
            run,
            lock,
            snapshot,
            origin: known.as_ref().map_or(Origin::New, |known| known.origin.clone()),
            given,
            experiment,
            timeline: Timeline::default(),
            started_at_ms: known.as_ref().map_or_else(date_ms, |known| known.started_at_ms),
            known: KnownRun { seen, ..KnownRun::default() },
            best: None,
            is_stored: false,
        })
    }

    /// A run resumed from its newest checkpoint.
    async fn again(run: &str, service: &Rc<LibraryService>) -> Result<Self, Failure> {
        let library = &service.library;
        service.until_ended(run).await;
        let claimed = service.pending.claim(run, library).await;
        let (lock, unwritten) =
            claimed.ok_or_else(|| Failure::RunElsewhere { run: run.to_owned() })?;
        // Read under the lock, because until now another tab may have resumed or deleted it.
        let known = library.run(run).await?;
        let is_deleted = known.as_ref().is_some_and(|(_, labels)| labels.deleted_at_ms.is_some());
        let known = known.map(|known| known.0);
        let incarnation = library.incarnation();
        let is_late = unwritten
            .as_ref()
            .is_some_and(|unwritten| unwritten.known.has_gone_on(known.as_ref(), incarnation));
        if is_late {
            service.pending.forget(run);
        }
        let unwritten = unwritten.filter(|_| !is_late);
        let is_stored = unwritten.is_none();
        let mut now_known =
            unwritten.as_ref().map(|unwritten| unwritten.known.clone()).unwrap_or_default();
        let (snapshot, blocks) = match unwritten {
            Some(Unwritten { checkpoint, blocks, .. }) => (checkpoint.snapshot, blocks),
            None => {
                let name = CheckpointSummary::name_of(run, CheckpointRole::Last, 0, 0);
                let loaded = library.load(&name).await?;
                (loaded.1.snapshot, Vec::new())
            }
        };
        let timeline = if blocks.is_empty() {
            timeline_to(&snapshot, run, service).await
        } else {
            let metrics = decode(blocks.iter().map(Vec::as_slice)).unwrap_or_default();
            cut_to(&snapshot, metrics.timeline)
        };
        if snapshot.ending().is_some() {
            return Err(Failure::RunOver { run: run.to_owned() });
        }
        if is_deleted {
            library.set_run_deleted(run, None).await?;
        }
        now_known.seen = known.clone().map(|record| SeenRun { record, incarnation });
        Ok(Self {
            run: run.to_owned(),
            lock,
            snapshot,
            timeline,
            started_at_ms: known.as_ref().map_or_else(date_ms, |known| known.started_at_ms),
            origin: known.as_ref().map_or(Origin::New, |known| known.origin.clone()),
            given: known.as_ref().map_or_else(Vec::new, |known| known.given.clone()),
            experiment: known.as_ref().and_then(|known| known.experiment.clone()),
            known: now_known,
            best: None,
            is_stored,
        })
    }

    /// A new run that shares another's history up to a checkpoint.
    async fn branch(checkpoint: Checkpoint, service: &Rc<LibraryService>) -> Result<Self, Failure> {
        let Checkpoint { run: parent, snapshot, .. } = checkpoint;
        let timeline = timeline_to(&snapshot, &parent, service).await;
        // A record that cannot be read is no reason to refuse the branch.
        let stored = service.library.run(&parent).await.ok().flatten();
        let given = stored.map_or_else(Vec::new, |(record, _)| record.given);
        let (run, lock) = service.claim_new().await;
        let best = best_up_to(&snapshot, &parent, service).await;
        let step = snapshot.history.losses.len() as u64;
        Ok(Self {
            best: best.map(|best| Checkpoint { run: run.clone(), ..best }),
            run,
            lock,
            snapshot,
            origin: Origin::Branch { run: parent, step },
            given,
            // A branch is nobody's but the visitor's.
            experiment: None,
            timeline,
            started_at_ms: date_ms(),
            known: KnownRun::default(),
            is_stored: false,
        })
    }

    /// The step of its newest checkpoint in the library, if it has one.
    pub fn saved_step(&self) -> Option<u64> {
        self.is_stored.then_some(self.snapshot.history.losses.len() as u64)
    }

    /// Whether it is a branch, of which nothing is stored in the library yet.
    pub const fn is_branch(&self) -> bool {
        matches!(self.origin, Origin::Branch { .. })
    }

    /// Every engine that it was trained on, in order.
    fn engines(&self, now: &str) -> String {
        match self.known.seen.as_ref().map(|seen| &seen.record.engine) {
            Some(former) if !former.is_empty() && !former.ends_with(now) => {
                format!("{former} → {now}")
            }
            _ => now.to_owned(),
        }
    }

    /// The record of the run as it starts on this engine.
    pub fn record(&self, trainer: &Trainer, engine: &Engine) -> RunRecord {
        let mut record = RunRecord {
            run: self.run.clone(),
            config: trainer.config().clone(),
            engine: self.engines(&engine.name),
            origin: self.origin.clone(),
            given: self.given.clone(),
            data: trainer.data().cloned(),
            corrections: trainer.corrections().len() as u32,
            experiment: self.experiment.clone(),
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

/// Waits until no worker holds the right to train a run, but not for ever: one that was ended may hold it a moment longer.
async fn until_free(run: &str, service: &LibraryService) {
    for _ in 0..WAITS_FOR_FORMER {
        if let Some(lock) = RunLock::take(run, &service.library).await {
            lock.give_back().await;
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Missing curves by time are no reason to refuse to resume: without them, the run's own time starts again at
/// zero.
async fn timeline_to(snapshot: &Snapshot, run: &str, service: &LibraryService) -> Timeline {
    let metrics = service.library.metrics(run).await.unwrap_or_default();
    cut_to(snapshot, metrics.timeline)
}

fn cut_to(snapshot: &Snapshot, mut timeline: Timeline) -> Timeline {
    timeline.cut(snapshot.history.losses.len() as u64);
    timeline
}

/// The best checkpoint of a run, if it belongs to the history up to a snapshot.
async fn best_up_to(
    snapshot: &Snapshot,
    run: &str,
    service: &LibraryService,
) -> Option<Checkpoint> {
    let best = snapshot.history.best_epoch()?.epoch;
    let name = CheckpointSummary::name_of(run, CheckpointRole::Best, best, 0);
    // A later one may have replaced it, or it may have been deleted.
    let best = service.library.load(&name).await.ok().map(|(_, checkpoint)| checkpoint)?;
    // It may have been saved later in its epoch than where the branch begins.
    snapshot.history.goes_on_from(&best.snapshot.history).then_some(best)
}
