//! A run of an experiment, from its first step or its newest checkpoint to its line among the results.
//!
//! It takes the way of a run by itself (`terminal/run.rs`): the same snapshot, the same self-test, the same driver. So it
//! measures the same bits.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::arguments::Keeps;
use super::pool::Shared;
use crate::checkpoint::{Checkpoint, Snapshot, write_checkpoint};
use crate::dataset::ImageBuffer;
use crate::engine::Engine;
use crate::engine::self_test::verify;
use crate::exchange::experiment::{EndedRun, write_run};
use crate::experiment::{PlannedRun, RunEnd, RunResult, Verdict};
use crate::history::{CheckpointRole, EpochMetrics, History, ResumeMistake};
use crate::library::Timeline;
use crate::network::Network;
use crate::settings::{OptimizerKind, TrainingConfig};
use crate::terminal::run::Terminal;
use crate::terminal::{TerminalError, clock, files};
use crate::training::{Backend, Driver, RunEvent, StepsTaken, Trainer, TrainingError};

/// An engine with what it has been tested for.
pub(super) struct TestedEngine {
    engine: Engine,
    /// Real images for the tests.
    real: Option<ImageBuffer>,
    /// The backends that passed, by what decides which kernels a run uses.
    passed: HashMap<Kernels, Backend>,
}

/// What decides which kernels a run uses: optimizer, batch size, whether gradients are clipped.
type Kernels = (OptimizerKind, usize, bool);

impl TestedEngine {
    /// An engine that has not been tested for anything.
    pub fn new(engine: Engine, real: Option<ImageBuffer>) -> Self {
        Self { engine, real, passed: HashMap::new() }
    }

    /// The backend for a run.
    ///
    /// # Errors
    /// [`TerminalError::Engine`] if it fails its self-test.
    async fn backend_for(
        &mut self,
        network: Network,
        config: &TrainingConfig,
    ) -> Result<Backend, TerminalError> {
        let kernels = (config.optimizer.kind(), config.batch_size, config.clip_norm.is_some());
        if let Some(backend) = self.passed.get(&kernels) {
            return Ok(backend.clone());
        }
        let mut engine = self.engine.clone();
        verify(&mut engine, (network, config), self.real.as_ref(), &|| {}).await?;
        self.passed.insert(kernels, engine.backend.clone());
        Ok(engine.backend)
    }
}

/// A run's own time, kept beside its checkpoint. Losing it costs nothing but the times.
#[derive(Default, Serialize, Deserialize)]
struct Times {
    /// When it began, in milliseconds since 1970 UTC.
    started_at_ms: f64,
    /// Milliseconds of training and validation up to the checkpoint.
    trained_ms: f64,
    timeline: Timeline,
}

/// A run under way.
pub(super) struct Job<'a> {
    shared: &'a Shared<'a>,
    planned: &'a PlannedRun,
    name: String,
    engine: String,
    driver: Driver<Terminal>,
    times: Times,
    /// Its own time before this process took it up, in milliseconds, and since when it has run here.
    before_ms: f64,
    begun: Instant,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobEnd {
    /// The run has ended, and its result is written.
    Ended,
    /// The run was saved before its end, since the program is to end.
    Saved,
}

impl<'a> Job<'a> {
    /// Takes up a run at its newest checkpoint or at its beginning, and trains it to its end or until the program is to end.
    ///
    /// # Errors
    /// [`TerminalError::Engine`] or [`TerminalError::Training`] if the engine cannot be trusted, [`TerminalError::Write`] or
    /// [`TerminalError::Pack`]. Whatever else happens to a run is its result.
    pub async fn run(
        shared: &'a Shared<'a>,
        planned: &'a PlannedRun,
        engine: &mut TestedEngine,
    ) -> Result<JobEnd, TerminalError> {
        let backend = engine.backend_for(shared.dataset.network(), &planned.config).await?;
        let (name, trainer) = match Self::begin(shared, planned, &backend) {
            Ok(begun) => begun,
            Err(error) => {
                let end = RunEnd::Failed { why: error.to_string() };
                let nothing = History::default();
                shared.record(RunResult::of(planned.number, Some(end), &nothing, 0.0))?;
                return Ok(JobEnd::Ended);
            }
        };
        let taken = trainer.steps_taken();
        shared.board.begins(planned, taken);
        let begun = Instant::now();
        let host = Terminal { begun };
        let health = engine.engine.health.clone();
        let mut times = Self::times(shared, planned, taken);
        if times.started_at_ms <= 0.0 {
            times.started_at_ms = clock::seconds() * 1e3;
        }
        let mut job = Self {
            shared,
            planned,
            name,
            engine: engine.engine.name.clone(),
            driver: Driver::new(trainer, &backend, health, host),
            before_ms: times.trained_ms,
            times,
            begun,
        };
        match job.drive().await {
            Ok(None) => Ok(JobEnd::Saved),
            Ok(Some(end)) => job.finish(end, "").await,
            Err(TerminalError::Training { error, .. })
                if !matches!(error, TrainingError::Gpu(_)) =>
            {
                let why = error.to_string();
                let step = job.driver.trainer().history().losses.len() as u64;
                let end = match error.is_divergence() {
                    true => RunEnd::Diverged { step },
                    false => RunEnd::Failed { why: why.clone() },
                };
                job.finish(end, &why).await
            }
            Err(error) => Err(error),
        }
    }

    /// The run's name, and the run at its newest checkpoint if it can go on from there, otherwise at its beginning.
    fn begin(
        shared: &Shared<'_>,
        planned: &PlannedRun,
        backend: &Backend,
    ) -> Result<(String, Trainer), TrainingError> {
        let (dataset, config) = (shared.dataset, &planned.config);
        let images = dataset.train.len();
        let path = shared.folder.checkpoint(planned.number);
        let found = path.exists().then(|| files::read_run(&path).ok()).flatten();
        if let Some(Checkpoint { run, snapshot, .. }) = found
            && snapshot.config == *config
            && snapshot.check_data(dataset).is_ok()
            && let Ok(trainer) = Trainer::resume(snapshot, images, backend.clone())
        {
            return Ok((run, trainer));
        }
        let snapshot = Snapshot::beginning_on(dataset.own.clone(), config.clone());
        Ok((shared.new_name(), Trainer::resume(snapshot, images, backend.clone())?))
    }

    fn times(shared: &Shared<'_>, planned: &PlannedRun, step: u64) -> Times {
        if step == 0 {
            return Times::default();
        }
        let file = fs::read(shared.folder.times(planned.number)).ok();
        let times = file.and_then(|json| serde_json::from_slice::<Times>(&json).ok());
        let mut times = times.unwrap_or_default();
        times.timeline.cut(step);
        times
    }

    /// Trains, and returns how the run ended; `None` if it was saved because the program is to end.
    async fn drive(&mut self) -> Result<Option<RunEnd>, TerminalError> {
        self.note_rungs_passed();
        if let Some(end) = self.judged() {
            return Ok(Some(end));
        }
        loop {
            // A run that is already ending does so as it would without the interrupt.
            if self.shared.is_to_end() && !self.driver.is_ending() {
                let mut due = self.driver.take_due();
                due.push(CheckpointRole::Last);
                self.save(&due).await?;
                return Ok(None);
            }
            match self.driver.advance(self.shared.dataset).await? {
                RunEvent::StepsTaken(steps) => self.take(&steps),
                RunEvent::Validating { .. } => {}
                RunEvent::EpochEnded(_) => {
                    if let Some(end) = self.judged() {
                        let due = self.driver.take_due();
                        self.save(&due).await?;
                        return Ok(Some(end));
                    }
                }
                RunEvent::CheckpointDue(roles) => self.save(&roles).await?,
                RunEvent::ImagesAwaited => {
                    // All images were read before the first step.
                    return Err(TrainingError::Resume(ResumeMistake::ImagesMissing).into());
                }
                RunEvent::Over(ending) => return Ok(Some(ending.into())),
            }
        }
    }

    fn take(&mut self, steps: &StepsTaken) {
        let now = self.trained_ms();
        self.times.timeline.note(steps.step, now);
        self.shared.board.steps(self.planned, steps.losses.len() as u64);
    }

    fn trained_ms(&self) -> f64 {
        self.before_ms + self.begun.elapsed().as_secs_f64() * 1e3
    }

    /// Counts a resumed run at the rungs that it was at before.
    fn note_rungs_passed(&self) {
        let history = self.driver.trainer().history();
        let Some((newest, before)) = history.epochs.split_last() else { return };
        let has_gone_on = history.losses.len() as u64 > newest.step;
        let passed = before.iter().chain(Some(newest).filter(|_| has_gone_on));
        for EpochMetrics { epoch, valid_loss, .. } in passed {
            self.shared.rungs_passed(self.planned.number, *epoch, *valid_loss);
        }
    }

    /// The end of a run that has just finished an epoch, would go on by itself, and has fallen behind.
    fn judged(&self) -> Option<RunEnd> {
        let trainer = self.driver.trainer();
        let history = trainer.history();
        let newest = history.epochs.last()?;
        let has_gone_on = history.losses.len() as u64 > newest.step;
        if has_gone_on || trainer.ending().is_some() {
            return None;
        }
        let verdict = self.shared.judge(self.planned.number, newest.epoch, newest.valid_loss);
        (verdict == Verdict::Stops).then_some(RunEnd::Halved { epochs: newest.epoch })
    }

    /// Saves the current state in these roles.
    async fn save(&mut self, roles: &[CheckpointRole]) -> Result<(), TerminalError> {
        let wants = |role| roles.contains(&role);
        let is_best = wants(CheckpointRole::Best) && self.shared.keeps == Keeps::Weights;
        let is_last = wants(CheckpointRole::Last);
        if !is_best && !is_last {
            return Ok(());
        }
        let date_ms = clock::seconds() * 1e3;
        let checkpoint = self.driver.checkpoint(&self.name, &self.engine, date_ms).await?;
        let (folder, number) = (&self.shared.folder, self.planned.number);
        if is_best {
            let path = folder.best_checkpoint(number);
            files::write_arrays(&path, write_checkpoint(&checkpoint))?;
        }
        if is_last {
            self.times.trained_ms = self.trained_ms();
            let json = serde_json::to_vec(&self.times).unwrap_or_default();
            files::write_arrays(&folder.checkpoint(number), write_checkpoint(&checkpoint))?;
            files::write(&folder.times(number), &json)?;
        }
        Ok(())
    }

    /// Writes the run's archive and then its result, which makes it count; its state is not needed any more.
    async fn finish(self, end: RunEnd, why: &str) -> Result<JobEnd, TerminalError> {
        let (folder, number) = (&self.shared.folder, self.planned.number);
        let trained_ms = self.trained_ms();
        let trainer = self.driver.trainer();
        if self.shared.keeps != Keeps::Nothing {
            let now_ms = clock::seconds() * 1e3;
            let run = EndedRun {
                planned: self.planned,
                experiment: self.shared.name,
                name: &self.name,
                engine: &self.engine,
                data: self.shared.dataset.own.as_ref(),
                end: &end,
                why,
                from_to_ms: (self.times.started_at_ms, now_ms),
                trained_ms,
                steps: (trainer.steps_per_epoch(), trainer.steps_in_run()),
                history: trainer.history(),
                timeline: &self.times.timeline,
                checkpoints: self.checkpoints(),
            };
            let path = folder.run_archive(number);
            let packed = write_run(run, &async |_| ()).await;
            let wrong = |error| TerminalError::Pack { path: path.clone(), error };
            files::write(&path, &packed.map_err(wrong)?)?;
        }
        let result = RunResult::of(number, Some(end), trainer.history(), trained_ms);
        self.shared.record(result)?;
        folder.forget_state(number)?;
        Ok(JobEnd::Ended)
    }

    /// The states that go into the archive, as far as they can be read.
    fn checkpoints(&self) -> Vec<(CheckpointRole, Checkpoint)> {
        if self.shared.keeps != Keeps::Weights {
            return Vec::new();
        }
        let (folder, number) = (&self.shared.folder, self.planned.number);
        let read = |role, path: &Path| {
            let found = path.exists().then(|| files::read_run(path).ok()).flatten();
            found.map(|checkpoint| (role, checkpoint))
        };
        let best = read(CheckpointRole::Best, &folder.best_checkpoint(number));
        let last = read(CheckpointRole::Last, &folder.checkpoint(number));
        last.into_iter().chain(best).collect()
    }
}
