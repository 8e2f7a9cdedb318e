//! A run in the terminal, from the first file read to the last one written.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::{Start, Wish};
use super::curves::{EventFiles, losses_json};
use super::{Outcome, TerminalError, clock, files, load_dataset};
use crate::checkpoint::{Checkpoint, Snapshot, write_checkpoint, write_weights};
use crate::dataset::Dataset;
use crate::engine::self_test::{prove, real_images};
use crate::engine::{Engine, native};
use crate::history::{Ending, EpochMetrics};
use crate::training::{Pace, Trainer, TrainingError};

/// A run under way, with where its results go.
struct Run {
    wish: Wish,
    name: String,
    trainer: Trainer,
    pace: Pace,
    engine: Engine,
    dataset: Dataset,
    events: Option<EventFiles>,
    bar: ProgressBar,
    /// Every step's loss is a result: given weights over given batches are for comparing.
    compares: bool,
    /// Where the newest good state lies.
    saved: Option<PathBuf>,
    /// What was saved at the run's rhythm, oldest first.
    kept: VecDeque<PathBuf>,
    interrupted: Arc<AtomicBool>,
}

/// Trains as wished.
pub(super) async fn run(wish: Wish) -> Result<Outcome, TerminalError> {
    let (name, snapshot) = beginning(&wish)?;
    let dataset = load_dataset(&wish.data)?;
    let mut engine = native::open(snapshot.config.engine).await?;
    let real = real_images(&dataset.train);
    let tested = prove(&mut engine, &snapshot.config, real.as_ref()).await?;
    eprintln!(
        "Engine: {}; self-test passed, gradients within {:.1e} of the CPU engine's.",
        engine.name, tested.gradient_difference
    );
    let trainer = Trainer::resume(snapshot, dataset.train.len(), engine.way.clone())?;
    let events = wish.tensorboard.as_deref();
    let events = events.map(|folder| EventFiles::create(folder, trainer.history())).transpose()?;
    let compares = matches!(&wish.start, Start::New { init: Some(_), order: Some(_), .. });
    let bar = ProgressBar::new(trainer.steps_in_run()).with_position(trainer.steps_taken());
    if let Ok(style) = ProgressStyle::with_template(
        "{wide_bar} step {human_pos} of {human_len}, loss {msg}, {eta} left",
    ) {
        bar.set_style(style);
    }
    let interrupted = listen_for_interrupts()?;
    let pace = Pace::new(&engine.way);
    let mut run = Run {
        wish,
        name,
        trainer,
        pace,
        engine,
        dataset,
        events,
        bar,
        compares,
        saved: None,
        kept: VecDeque::new(),
        interrupted,
    };
    let outcome = run.drive().await;
    run.bar.finish_and_clear();
    // The losses up to there are what shows why; a second failure must not hide the first.
    if outcome.is_err()
        && let Err(error) = run.write_losses()
    {
        run.say(&error.to_string());
    }
    outcome.map_err(|error| match error {
        TerminalError::Training { error, .. } => {
            TerminalError::Training { error, saved: run.saved }
        }
        other => other,
    })
}

/// The run's name and its state before the first step to be taken.
fn beginning(wish: &Wish) -> Result<(String, Snapshot), TerminalError> {
    match &wish.start {
        Start::Resume(path) => {
            let checkpoint = files::read_run(path)?;
            if checkpoint.snapshot.ending().is_some() {
                return Err(TerminalError::Over(path.clone()));
            }
            Ok((checkpoint.run, checkpoint.snapshot))
        }
        Start::New { config, init, order } => {
            let mut snapshot = Snapshot::beginning(config.as_ref().clone());
            if let Some(path) = init {
                snapshot.weights = files::read_weights(path)?;
            }
            snapshot.order = order.as_deref().map(files::read_order).transpose()?;
            Ok((clock::timestamp(), snapshot))
        }
    }
}

/// The path of a checkpoint kept after so many steps, beside that of the newest.
fn beside(path: &Path, step: u64) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}_step{step}.safetensors"))
}

/// Raised by the first interrupt; the second ends the program at once.
fn listen_for_interrupts() -> Result<Arc<AtomicBool>, TerminalError> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&interrupted);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })?;
    Ok(interrupted)
}

impl Run {
    async fn drive(&mut self) -> Result<Outcome, TerminalError> {
        let mut begun = Instant::now();
        while self.trainer.ending().is_none() {
            if self.interrupted.load(Ordering::SeqCst) {
                return self.interrupt().await;
            }
            if self.trainer.next_batch().is_some() {
                self.train().await?;
                self.keep().await?;
                continue;
            }
            let Some((loss, accuracy)) = self.validate().await? else {
                return self.interrupt().await;
            };
            let epoch = self.trainer.finish_epoch(loss, accuracy)?;
            self.close_epoch(&epoch, begun.elapsed()).await?;
            begun = Instant::now();
        }
        self.finish().await?;
        Ok(Outcome::Ended)
    }

    /// A stretch of steps, up to the next checkpoint to be kept.
    async fn train(&mut self) -> Result<(), TerminalError> {
        let begun = Instant::now();
        let mut steps = 0;
        while steps < self.pace.steps() && self.trainer.step(&self.dataset.train)? {
            steps += 1;
            if self.trainer.config().keeps_at(self.trainer.steps_taken()) {
                break;
            }
        }
        let read = self.trainer.read_losses().await;
        let report = self.believed(read)?;
        self.pace.took(begun.elapsed().as_secs_f64() * 1e3, steps);
        if let Some(events) = &mut self.events {
            events.reports(&report.reports)?;
        }
        if self.compares {
            // As Python prints the reference's numbers, which were 32-bit floats as well.
            let lines = report.losses.iter().map(|&loss| format!("{}\n", f64::from(loss)));
            self.give(&lines.collect::<String>());
        }
        if let Some(loss) = report.losses.last() {
            self.bar.set_message(format!("{loss:.4}"));
        }
        self.bar.set_position(self.trainer.steps_taken());
        Ok(())
    }

    /// Saves a checkpoint if one is due at the run's rhythm, in the place of the oldest if there are
    /// enough.
    async fn keep(&mut self) -> Result<(), TerminalError> {
        let step = self.trainer.steps_taken();
        let Some(path) = self.wish.checkpoint.clone() else { return Ok(()) };
        if !self.trainer.config().keeps_at(step) {
            return Ok(());
        }
        let path = beside(&path, step);
        let snapshot = self.snapshot().await?;
        self.write_checkpoint(path.clone(), snapshot)?;
        self.kept.push_back(path);
        if self.kept.len() > self.trainer.config().keep
            && let Some(oldest) = self.kept.pop_front()
        {
            files::remove(&oldest)?;
        }
        Ok(())
    }

    /// Says something without the progress bar in its way.
    fn say(&self, words: &str) {
        self.bar.suspend(|| eprintln!("{words}"));
    }

    /// Prints results. Once nobody reads them any more, the run is saved and ends.
    fn give(&self, results: &str) {
        let written = self.bar.suspend(|| {
            let mut out = std::io::stdout().lock();
            out.write_all(results.as_bytes()).and_then(|()| out.flush())
        });
        if written.is_err() {
            self.interrupted.store(true, Ordering::SeqCst);
        }
    }

    /// Validation loss and accuracy; `None` if interrupted.
    async fn validate(&mut self) -> Result<Option<(f64, f64)>, TerminalError> {
        let mut validation = self.trainer.validation();
        while let Some(indices) = validation.next_batch(self.dataset.test.len()) {
            if self.interrupted.load(Ordering::SeqCst) {
                return Ok(None);
            }
            let measured = validation.measure(&self.dataset.test, &indices).await;
            self.believed(measured)?;
        }
        Ok(Some(validation.result()))
    }

    /// Tells of an epoch, and saves what is to be saved after each.
    async fn close_epoch(
        &mut self,
        epoch: &EpochMetrics,
        took: Duration,
    ) -> Result<(), TerminalError> {
        let EpochMetrics { epoch: number, train_loss, valid_loss, valid_accuracy, .. } = epoch;
        let line = format!(
            "EPOCH {number}: LOSS train {train_loss:.4} valid {valid_loss:.4}, accuracy \
             {valid_accuracy:.4}, {:.1} s",
            took.as_secs_f64()
        );
        if self.compares {
            self.say(&line);
        } else {
            self.give(&format!("{line}\n"));
        }
        if let Some(events) = &mut self.events {
            events.epoch(epoch)?;
        }
        let best = self.wish.best.clone().filter(|_| self.trainer.history().newest_is_best());
        let checkpoint = self.wish.checkpoint.clone();
        if best.is_some() || checkpoint.is_some() {
            let snapshot = self.snapshot().await?;
            if let Some(path) = best {
                files::write_arrays(&path, write_weights(&snapshot.inference_weights()))?;
            }
            if let Some(path) = checkpoint {
                self.write_checkpoint(path, snapshot)?;
            }
        }
        Ok(())
    }

    async fn snapshot(&self) -> Result<Snapshot, TerminalError> {
        let snapshot = self.trainer.snapshot().await;
        self.believed(snapshot)
    }

    /// What a computation gave, unless the GPU complained meanwhile: that explains more than the numbers
    /// or the error that follow from it.
    fn believed<T>(&self, computed: Result<T, TrainingError>) -> Result<T, TerminalError> {
        self.engine.health.check()?;
        Ok(computed?)
    }

    fn write_checkpoint(&mut self, path: PathBuf, snapshot: Snapshot) -> Result<(), TerminalError> {
        let checkpoint = Checkpoint {
            run: self.name.clone(),
            engine: self.engine.name.clone(),
            saved_at_ms: clock::seconds() * 1e3,
            snapshot,
        };
        files::write_arrays(&path, write_checkpoint(&checkpoint))?;
        self.saved = Some(path);
        Ok(())
    }

    /// Saves the run as it stands and says how to go on with it.
    async fn interrupt(&mut self) -> Result<Outcome, TerminalError> {
        let snapshot = self.snapshot().await?;
        let path = match (&self.wish.checkpoint, &self.wish.start) {
            (Some(path), _) | (None, Start::Resume(path)) => path.clone(),
            _ => files::unclaimed(&format!("model_{}_last", self.name), ".safetensors"),
        };
        self.write_checkpoint(path.clone(), snapshot)?;
        self.write_losses()?;
        let (step, shown) = (self.trainer.steps_taken(), path.display());
        self.say(&format!(
            "Interrupted after step {step}; everything is in {shown}.\nGo on with: train --resume {shown}"
        ));
        Ok(Outcome::Interrupted)
    }

    async fn finish(&mut self) -> Result<(), TerminalError> {
        if let Some(path) = self.wish.save.clone() {
            let weights = self.snapshot().await?.inference_weights();
            files::write_arrays(&path, write_weights(&weights))?;
        }
        self.write_losses()?;
        if [&self.wish.save, &self.wish.best, &self.wish.checkpoint]
            .iter()
            .all(|path| path.is_none())
        {
            self.say("The weights are gone with this run; --save F keeps them.");
        }
        if self.trainer.ending() == Some(Ending::EarlyStopped) {
            self.say("Stopped early: the validation loss no longer fell.");
        }
        Ok(())
    }

    fn write_losses(&self) -> Result<(), TerminalError> {
        let Some(path) = &self.wish.losses else { return Ok(()) };
        let json = losses_json(self.trainer.config(), self.trainer.history());
        files::write(path, json.as_bytes())
    }
}
