//! `train sweep`: an experiment on every core, in one process or in parts that share a folder.
//!
//! [`folder`] says what stands where and who may write there, [`pool`] has the training loops, [`job`] is one run, and
//! [`collect`] tells what came of it all. Called again with the same folder, a sweep runs what is missing: a run counts as
//! ended once its line stands whole among the results, and until then it goes on from its newest checkpoint.

mod arguments;
mod board;
mod collect;
mod folder;
mod job;
mod pace;
mod pool;
mod results;
mod share;

pub(super) use arguments::{SweepTask, command, task};
pub(super) use pace::Estimate;
pub(super) use share::Share;

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64};

use self::arguments::SweepOptions;
use self::board::Board;
use self::collect::Gathered;
use self::folder::{DataNote, Folder};
use self::pool::{Shared, lock};
use self::results::{Known, ResultsFile};
use super::run::listen_for_interrupts;
use super::{Outcome, TerminalError, load, words};
use crate::engine::{Engine, native};
use crate::experiment::{PlannedRun, RunResult, Rungs, Runs};
use crate::settings::EngineChoice;

/// Does what `train sweep` is asked for.
pub(super) fn run(task: SweepTask) -> Result<Outcome, TerminalError> {
    match task {
        SweepTask::Run(options) => sweep(*options),
        SweepTask::Collect(folder) => collect::collect(&folder),
    }
}

fn sweep(options: SweepOptions) -> Result<Outcome, TerminalError> {
    let experiment = &options.experiment;
    let wrong = |mistakes| TerminalError::Experiment { path: None, mistakes };
    let runs = experiment.runs().map_err(wrong)?;
    let folder = Folder::open(&options.out, options.share, experiment)?;
    eprintln!("{}", words::sweep::plan(experiment, &runs));
    let identity = experiment.identity();
    let (file, known) = ResultsFile::open(&folder, &identity, &runs)?;
    let plan = Plan::new(&runs, options.share, &known);
    folder.tidy(|number| plan.is_ours(number), |number| plan.has_ended(number))?;
    let loaded = load(&options.data, options.validation)?;
    if let Some(told) = words::own_data(&loaded) {
        eprintln!("{told}");
    }
    let dataset = loaded.dataset;
    folder.check_data(&DataNote::of(&dataset))?;
    let missing = plan.missing();
    let (on_cpu, on_gpu) = divided(&missing)?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = options.jobs.unwrap_or(processors);
    eprintln!("{}", words::sweep::begins(plan.ours, missing.len(), jobs.min(on_cpu.len())));
    if !missing.is_empty() {
        let on_gpu = on_gpu.as_ref().map(|(engine, runs)| (engine, runs.iter().copied()));
        // More loops than processors take turns.
        let loops = jobs.min(processors);
        let estimate = pace::estimate(&dataset, on_cpu.iter().copied(), loops, on_gpu);
        let may_stop =
            experiment.halving.is_some() || missing.iter().any(|run| run.config.patience.is_some());
        eprintln!("{}", words::sweep::takes(estimate.as_ref(), may_stop));
    }
    if experiment.base.keep_every.is_some() {
        eprintln!("{}", words::sweep::KEEPS_NO_INTERVAL);
    }
    let interrupted = listen_for_interrupts()?;
    let images = dataset.train.len() as u64;
    let own = dataset.own.as_ref().map(|own| own.sha256());
    let known_by = experiment.identity_on(own);
    let shared = Shared {
        name: &experiment.name,
        identity: &identity,
        known_by: &known_by,
        runs: &runs,
        dataset: &dataset,
        folder: &folder,
        keeps: options.keeps,
        board: Board::new(plan.ours, plan.ours - missing.len(), &missing, images),
        results: Mutex::new(file),
        done: Mutex::new(Vec::new()),
        rungs: experiment.halving.map(|halving| Mutex::new(rungs(halving, &runs, &known.own))),
        interrupted: &interrupted,
        given_up: AtomicBool::new(false),
        named_at: AtomicI64::new(0),
    };
    let trained = shared.train(on_cpu, on_gpu, jobs);
    shared.board.close();
    let done = std::mem::take(&mut *lock(&shared.done));
    trained?;
    if done.len() < missing.len() {
        eprintln!("{}", words::sweep::interrupted(missing.len() - done.len(), folder.path()));
        return Ok(Outcome::Interrupted);
    }
    let mut results = known.own;
    if options.share.is_some() {
        results.extend(done);
        eprintln!("{}", words::sweep::part_done(results.len(), folder.path()));
        return Ok(Outcome::Ended);
    }
    results.extend(known.others.into_iter().chain(done));
    results.sort_unstable_by_key(|result| result.number);
    let classes = dataset.class_names.len() as u32;
    let experiment = options.experiment;
    Gathered { experiment, runs: runs.clone(), results, classes }.conclude(&folder)
}

/// Which runs are ours, and which of them have ended.
struct Plan<'a> {
    runs: &'a Runs,
    share: Option<Share>,
    /// By number.
    ended: Vec<bool>,
    /// How many runs are ours.
    ours: usize,
}

impl<'a> Plan<'a> {
    fn new(runs: &'a Runs, share: Option<Share>, known: &Known) -> Self {
        let mut ended = vec![false; runs.runs.len() + 1];
        for RunResult { number, .. } in known.own.iter().chain(&known.others) {
            if let Some(ended) = ended.get_mut(*number as usize) {
                *ended = true;
            }
        }
        let mut plan = Self { runs, share, ended, ours: 0 };
        plan.ours = plan.runs.runs.iter().filter(|run| plan.is_ours(run.number)).count();
        plan
    }

    fn is_ours(&self, number: u32) -> bool {
        let planned = self.runs.get(number);
        planned.is_some_and(|run| self.share.is_none_or(|share| share.has(run)))
    }

    fn has_ended(&self, number: u32) -> bool {
        self.ended.get(number as usize).copied().unwrap_or_default()
    }

    /// Our runs that have not ended, in their order.
    fn missing(&self) -> Vec<&'a PlannedRun> {
        let runs = self.runs.runs.iter();
        runs.filter(|run| self.is_ours(run.number) && !self.has_ended(run.number)).collect()
    }
}

/// Runs that wait for the same engine.
type Queue<'a> = VecDeque<&'a PlannedRun>;

/// Which runs are trained on the CPU, and which on the GPU, if any is: `auto` means the same for all of them.
///
/// # Errors
/// [`TerminalError::Engine`] if a run asks for a GPU and none can be opened.
fn divided<'a>(
    missing: &[&'a PlannedRun],
) -> Result<(Queue<'a>, Option<(Engine, Queue<'a>)>), TerminalError> {
    let asks = |choice| missing.iter().any(|run| run.config.engine == choice);
    let choice = match () {
        () if asks(EngineChoice::WebGpu) => EngineChoice::WebGpu,
        () if asks(EngineChoice::Auto) => EngineChoice::Auto,
        () => EngineChoice::Cpu,
    };
    let engine = pollster::block_on(native::open(choice))?;
    // A software adapter is opened on request, and is not what `auto` means.
    let auto = match choice {
        EngineChoice::WebGpu if asks(EngineChoice::Auto) => {
            pollster::block_on(native::open(EngineChoice::Auto))?.webgpu
        }
        _ => engine.webgpu,
    };
    let is_on_gpu = |run: &&PlannedRun| match run.config.engine {
        EngineChoice::WebGpu => true,
        EngineChoice::Auto => auto,
        EngineChoice::Cpu => false,
    };
    let (on_gpu, on_cpu): (Queue<'_>, Queue<'_>) = missing.iter().copied().partition(is_on_gpu);
    Ok((on_cpu, (!on_gpu.is_empty()).then_some((engine, on_gpu))))
}

/// Rungs with the runs that were there before, in the order in which they ended.
fn rungs(halving: crate::experiment::Halving, runs: &Runs, ended: &[RunResult]) -> Rungs {
    let mut rungs = Rungs::new(halving);
    for result in ended {
        let planned = runs.get(result.number).map_or(0, |run| run.config.epochs);
        // The last epoch of a run is no rung for it.
        for epoch in result.epochs.iter().take_while(|epoch| (epoch.epoch as usize) < planned) {
            rungs.passed(result.number, epoch.epoch, epoch.valid_loss);
        }
    }
    rungs
}
