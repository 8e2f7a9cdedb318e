//! A run in the terminal, from the first file read to the last one written.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::{Start, TrainOptions};
use super::curves::{EventFiles, losses_json};
use super::kept::KeptFiles;
use super::{FlagMistake, Outcome, TerminalError, clock, files, load, share, words};
use crate::checkpoint::{Snapshot, write_checkpoint, write_weights};
use crate::dataset::Dataset;
use crate::engine::native;
use crate::engine::self_test::{real_images, verify};
use crate::exchange::onnx::{self, RunModel};
use crate::history::{CheckpointRole, Ending, EpochMetrics, ResumeMistake};
use crate::training::{Driver, Host, RunEvent, StepsTaken, Trainer, TrainingError};

/// A run in progress, and where its results go.
struct Run {
    options: TrainOptions,
    name: String,
    /// The display name of the engine that it trains on.
    engine: String,
    driver: Driver<Terminal>,
    dataset: Dataset,
    events: Option<EventFiles>,
    bar: ProgressBar,
    /// Whether every step's loss is a result, since given weights and batches are for comparisons.
    compares: bool,
    /// The file with the newest good state.
    saved: Option<PathBuf>,
    /// The checkpoints kept at a fixed interval of steps.
    kept: Option<KeptFiles>,
    interrupted: Arc<AtomicBool>,
}

/// The driver's host: a clock, and a thread that may sleep.
pub(super) struct Terminal {
    /// The clock's origin.
    pub begun: Instant,
}

impl Host for Terminal {
    fn now_ms(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() * 1e3
    }

    async fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Trains with these options.
pub(super) async fn run(options: TrainOptions) -> Result<Outcome, TerminalError> {
    let begin = beginning(&options)?;
    let loaded = load(&options.data, options.validation)?;
    if let Some(told) = words::own_data(&loaded) {
        eprintln!("{told}");
    }
    let dataset = loaded.dataset;
    if let Some(folder) = &options.write_data {
        share::write(&dataset, folder)?;
        eprintln!("{}", words::data_written(folder));
        return Ok(Outcome::Ended);
    }
    let (name, snapshot) = begin(&dataset)?;
    snapshot.check_data(&dataset).map_err(TrainingError::Resume)?;
    let mut engine = native::open(snapshot.config.engine).await?;
    let real = real_images(&dataset.train);
    let tested =
        verify(&mut engine, (snapshot.network(), &snapshot.config), real.as_ref(), &|| {}).await?;
    eprintln!("{}", words::engine(&engine.name, tested.gradient_difference));
    if !snapshot.corrections.is_empty() {
        eprintln!("{}", words::corrections(&snapshot.corrections));
    }
    let trainer = Trainer::resume(snapshot, dataset.train.len(), engine.backend.clone())?;
    let events = options.tensorboard.as_deref();
    let events = events.map(|folder| EventFiles::create(folder, trainer.history())).transpose()?;
    let compares = matches!(&options.start, Start::New { init: Some(_), order: Some(_), .. });
    let bar = ProgressBar::new(trainer.steps_in_run()).with_position(trainer.steps_taken());
    if let Ok(style) = ProgressStyle::with_template(words::PROGRESS) {
        bar.set_style(style);
    }
    let interrupted = listen_for_interrupts()?;
    let kept = options.checkpoint.as_deref().map(|path| KeptFiles::of(&name, path)).transpose()?;
    let host = Terminal { begun: Instant::now() };
    let mut run = Run {
        options,
        name,
        driver: Driver::new(trainer, &engine.backend, engine.health, host),
        engine: engine.name,
        dataset,
        events,
        bar,
        compares,
        saved: None,
        kept,
        interrupted,
    };
    let outcome = run.drive().await;
    run.bar.finish_and_clear();
    // The losses so far may show why; a second failure must not hide the first.
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

/// Gives the run's name and its state before the first step, once the data set is there.
type Beginning<'a> = Box<dyn FnOnce(&Dataset) -> Result<(String, Snapshot), TerminalError> + 'a>;

/// Reads a checkpoint that is to be resumed before the data set, which takes longer; a new run depends on the data set.
fn beginning(options: &TrainOptions) -> Result<Beginning<'_>, TerminalError> {
    match &options.start {
        Start::Resume(path) => {
            let checkpoint = files::read_run(path)?;
            if checkpoint.snapshot.ending().is_some() {
                return Err(TerminalError::Ended(path.clone()));
            }
            Ok(Box::new(move |_| Ok((checkpoint.run, checkpoint.snapshot))))
        }
        Start::New { config, init, order, corrections } => {
            let weights = init.as_deref().map(files::read_weights).transpose()?;
            let order = order.as_deref().map(files::read_order).transpose()?;
            let corrections = corrections.as_deref().map(files::read_corrections).transpose()?;
            Ok(Box::new(move |dataset| {
                if corrections.is_some() && dataset.own.is_some() {
                    return Err(TerminalError::Flags(vec![FlagMistake::CorrectsOwnData]));
                }
                let beginning =
                    Snapshot::beginning_on(dataset.own.clone(), config.as_ref().clone());
                let snapshot = Snapshot {
                    weights: weights.unwrap_or(beginning.weights),
                    order,
                    corrections: corrections.unwrap_or_default(),
                    ..beginning
                };
                Ok((clock::timestamp(), snapshot))
            }))
        }
    }
}

/// A flag that the first interrupt sets; the second ends the program at once.
pub(super) fn listen_for_interrupts() -> Result<Arc<AtomicBool>, TerminalError> {
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
        loop {
            // A run that is already ending does so as it would without the interrupt.
            if self.interrupted.load(Ordering::SeqCst) && !self.driver.is_ending() {
                return self.interrupt().await;
            }
            match self.driver.advance(&self.dataset).await? {
                RunEvent::StepsTaken(steps) => self.report_steps(&steps)?,
                RunEvent::Validating { .. } => {}
                RunEvent::EpochEnded(epoch) => {
                    self.report_epoch(&epoch, begun.elapsed())?;
                    begun = Instant::now();
                }
                RunEvent::CheckpointDue(roles) => self.save(&roles).await?,
                RunEvent::ImagesAwaited => {
                    // All images were read before the first step.
                    return Err(TrainingError::Resume(ResumeMistake::ImagesMissing).into());
                }
                RunEvent::Over(ending) => {
                    self.finish(ending).await?;
                    return Ok(Outcome::Ended);
                }
            }
        }
    }

    fn report_steps(&mut self, steps: &StepsTaken) -> Result<(), TerminalError> {
        if let Some(events) = &mut self.events {
            events.reports(&steps.reports)?;
        }
        if self.compares {
            // Like Python's print of the reference's numbers, which are 32-bit floats too.
            let lines = steps.losses.iter().map(|&loss| format!("{}\n", f64::from(loss)));
            self.print(&lines.collect::<String>());
        }
        if let Some(loss) = steps.losses.last() {
            self.bar.set_message(format!("{loss:.4}"));
        }
        self.bar.set_position(steps.step);
        Ok(())
    }

    /// Saves the current state to the files that were requested for these roles.
    async fn save(&mut self, roles: &[CheckpointRole]) -> Result<(), TerminalError> {
        let wanted = |role, path: &Option<PathBuf>| path.clone().filter(|_| roles.contains(&role));
        let best = wanted(CheckpointRole::Best, &self.options.best);
        let last = wanted(CheckpointRole::Last, &self.options.checkpoint);
        let is_kept = roles.contains(&CheckpointRole::Kept) && self.kept.is_some();
        if best.is_none() && last.is_none() && !is_kept {
            return Ok(());
        }
        let checkpoint =
            self.driver.checkpoint(&self.name, &self.engine, clock::seconds() * 1e3).await?;
        if let Some(path) = best {
            let weights = checkpoint.snapshot.inference_weights();
            files::write_arrays(&path, write_weights(&weights))?;
        }
        if let Some(path) = last {
            files::write_arrays(&path, write_checkpoint(&checkpoint))?;
            self.saved = Some(path);
        }
        if is_kept && let Some(kept) = &mut self.kept {
            kept.write(&checkpoint)?;
        }
        Ok(())
    }

    /// Prints a message above the progress bar.
    fn say(&self, message: &str) {
        self.bar.suspend(|| eprintln!("{message}"));
    }

    /// Prints results. If nobody reads them any more, the run is saved and ends.
    fn print(&self, results: &str) {
        let written = self.bar.suspend(|| {
            let mut out = std::io::stdout().lock();
            out.write_all(results.as_bytes()).and_then(|()| out.flush())
        });
        if written.is_err() {
            self.interrupted.store(true, Ordering::SeqCst);
        }
    }

    fn report_epoch(&mut self, epoch: &EpochMetrics, took: Duration) -> Result<(), TerminalError> {
        let line = words::epoch(epoch, took);
        if self.compares {
            self.say(&line);
        } else {
            self.print(&format!("{line}\n"));
        }
        if let Some(events) = &mut self.events {
            events.epoch(epoch)?;
        }
        Ok(())
    }

    /// Saves the current state and says how to continue.
    async fn interrupt(&mut self) -> Result<Outcome, TerminalError> {
        let due = self.driver.take_due();
        self.save(&due).await?;
        let path = match (&self.options.checkpoint, &self.options.start) {
            (Some(path), _) | (None, Start::Resume(path)) => path.clone(),
            _ => files::unclaimed(&format!("model_{}_last", self.name), ".safetensors"),
        };
        let checkpoint =
            self.driver.checkpoint(&self.name, &self.engine, clock::seconds() * 1e3).await?;
        files::write_arrays(&path, write_checkpoint(&checkpoint))?;
        self.write_losses()?;
        self.say(&words::interrupted(self.driver.trainer().steps_taken(), &path));
        Ok(Outcome::Interrupted)
    }

    async fn finish(&mut self, ending: Ending) -> Result<(), TerminalError> {
        if let Some(path) = self.options.save.clone() {
            let weights = self.driver.snapshot().await?.inference_weights();
            files::write_arrays(&path, write_weights(&weights))?;
        }
        if let Some(path) = self.options.onnx.clone() {
            let snapshot = self.driver.snapshot().await?;
            let name = format!("model_{}_last", self.name);
            let of = RunModel {
                name: &name,
                run: &self.name,
                step: self.driver.trainer().steps_taken(),
                config: &snapshot.config,
                data: snapshot.data.as_ref(),
            };
            let model = onnx::write_run_model(&snapshot.inference_weights(), &of);
            let model = model.map_err(|error| TerminalError::Onnx { path: path.clone(), error })?;
            files::write(&path, &model)?;
        }
        self.write_losses()?;
        if [&self.options.save, &self.options.onnx, &self.options.best, &self.options.checkpoint]
            .iter()
            .all(|path| path.is_none())
        {
            self.say(words::WEIGHTS_NOT_SAVED);
        }
        if ending == Ending::EarlyStopped {
            self.say(words::STOPPED_EARLY);
        }
        Ok(())
    }

    fn write_losses(&self) -> Result<(), TerminalError> {
        let Some(path) = &self.options.losses else { return Ok(()) };
        let json = losses_json(self.driver.trainer().config(), self.driver.trainer().history());
        files::write(path, json.as_bytes())
    }
}
