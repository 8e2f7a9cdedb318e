//! `cargo xtask collect`: how long it takes to gather the results of a large experiment, which are generated.

use super::ScaleError;
use super::trial::trainer;
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use atelier::experiment::{Axis, Choice, CurvePoint, Experiment, RunEnd, RunResult, Scale, Values};
use atelier::history::EpochMetrics;
use atelier::settings::{Field, TrainingConfig};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Settings that are varied: learning rates times momenta, each with so many seeds.
const SEEDS: u32 = 10;
/// Steps of the tutorial's run.
const STEPS: u64 = 75_000;
/// Its epochs.
const EPOCHS: u32 = 5;

/// How large the experiment is.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct CollectOptions {
    /// Learning rates, and as many momenta; each of their combinations has 10 seeds
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=100))]
    pub values: u32,
    /// Shares, a file of results each
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub shares: u32,
    /// Use this trainer instead of building one
    #[arg(long, value_name = "PROGRAM")]
    pub train: Option<PathBuf>,
}

/// Generates the results of an experiment, gathers them by `train sweep --collect`, and prints what that took.
///
/// # Errors
/// If the trainer cannot be built, or does not gather the results.
pub fn run(places: &Places, options: &CollectOptions) -> Result<(), ScaleError> {
    let train = trainer(places, options.train.as_deref(), true)?;
    let folder = TempDir::with_prefix("atelier-").map_err(ScaleError::Temporary)?;
    let CollectOptions { values, shares, .. } = *options;
    let runs = values * values * SEEDS;
    say::heading("Generating results");
    let bytes = generate(folder.path(), values, shares)?;
    let megabytes = bytes as f64 / 1e6;
    say::step(&format!("{runs} results of {shares} shares: {megabytes:.1} MB"));
    say::heading("Collecting them");
    let mut collect = Command::new(train);
    collect.current_dir(folder.path()).args(["sweep", "--collect"]).arg(folder.path());
    let shown = process::shown(&collect);
    let output = folder.path().join("said.txt");
    let file = File::create(&output).map_err(|source| ScaleError::File { path: output, source })?;
    let started = Instant::now();
    let start = |source| ProcessError::Start { command: shown.clone(), source };
    let mut child = collect.stdout(file).spawn().map_err(start)?;
    let (status, memory) = watch(&mut child).map_err(start)?;
    let seconds = started.elapsed().as_secs_f64();
    if !status.success() {
        return Err(ProcessError::Failed { command: shown, status, said: String::new() }.into());
    }
    let memory =
        memory.map_or_else(|| "unknown".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1000));
    say::step(&format!("{seconds:.2} s; most memory: {memory}"));
    Ok(())
}

/// Writes the experiment and the results of all its shares, and returns how many bytes the results have.
fn generate(folder: &Path, values: u32, shares: u32) -> Result<u64, ScaleError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| ScaleError::File { path, source }
    };
    let experiment = experiment(values);
    let path = folder.join("experiment.json");
    fs::write(&path, experiment.to_json()).map_err(failed(&path))?;
    let identity = experiment.identity();
    // Within the limits: the options see to that.
    let runs = experiment.runs().map_err(ScaleError::Experiment)?;
    let mut bytes = 0;
    for share in 1..=shares {
        let path = folder.join(format!("results-{share}-of-{shares}.jsonl"));
        let mut file = BufWriter::new(File::create(&path).map_err(failed(&path))?);
        let others = (shares - 1) as usize;
        for run in runs.runs.iter().skip((share - 1) as usize).step_by(others + 1) {
            let line = result(run.number).to_line(&identity, run);
            file.write_all(line.as_bytes()).map_err(failed(&path))?;
            bytes += line.len() as u64;
        }
        file.flush().map_err(failed(&path))?;
    }
    Ok(bytes)
}

fn experiment(values: u32) -> Experiment {
    let range = |field, from, to, scale| {
        let values = Values::Range { from, to, count: values, scale };
        Axis { field, values }
    };
    Experiment {
        name: "As large as experiments may be".to_owned(),
        base: TrainingConfig::default(),
        axes: vec![
            range(Field::LearningRate, 0.0001, 0.1, Scale::Logarithmic),
            range(Field::Momentum, 0.0, 0.99, Scale::Linear),
        ],
        seeds: (0..u64::from(SEEDS)).collect(),
        choice: Choice::Grid,
        halving: None,
    }
}

/// A result of the tutorial's size, whose numbers have as many digits as measured ones.
fn result(number: u32) -> RunResult {
    let noise = |at: u32| {
        f64::from(number.wrapping_mul(2_654_435_761).rotate_left(at)) / f64::from(u32::MAX)
    };
    let epoch = |epoch: u32| EpochMetrics {
        epoch,
        step: STEPS / u64::from(EPOCHS) * u64::from(epoch),
        train_loss: 0.3 + noise(epoch),
        valid_loss: 0.35 + noise(epoch + 5),
        valid_accuracy: 0.8 + noise(epoch + 10) / 10.0,
    };
    let points = RunResult::MOST_POINTS as u32;
    let point = |at: u32| CurvePoint {
        step: STEPS * u64::from(at) / u64::from(points),
        loss: (0.3 + noise(at)) as f32,
    };
    RunResult {
        number,
        end: Some(RunEnd::Completed),
        steps: STEPS,
        trained_ms: 20_000.0 + 1000.0 * noise(0),
        epochs: (1..=EPOCHS).map(epoch).collect(),
        curve: (1..=points).map(point).collect(),
    }
}

/// Waits until a process has ended; also returns the most memory that it had, in kilobytes, where the system says so.
fn watch(child: &mut Child) -> std::io::Result<(std::process::ExitStatus, Option<u64>)> {
    let path = format!("/proc/{}/status", child.id());
    let mut most = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, most));
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        most = most.max(kilobytes);
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use atelier::experiment::Lines;

    #[test]
    fn the_generated_experiment_has_as_many_runs_as_an_experiment_may_have() {
        let runs = experiment(100).runs().unwrap();
        assert_eq!((runs.runs.len(), runs.left_out.len()), (100_000, 0));
    }

    #[test]
    fn every_run_has_one_generated_result() {
        let folder = TempDir::new().unwrap();
        generate(folder.path(), 2, 3).unwrap();
        let json = fs::read(folder.path().join("experiment.json")).unwrap();
        let experiment = Experiment::read(&json).unwrap();
        let (identity, runs) = (experiment.identity(), experiment.runs().unwrap());
        let mut lines = Lines::default();
        for share in 1..=3 {
            let path = folder.path().join(format!("results-{share}-of-3.jsonl"));
            let text = fs::read(path).unwrap();
            lines.read(text.as_slice(), &identity, &runs).unwrap();
            let shares = lines.results.iter().rev().map(|result| result.number % 3);
            assert_eq!(shares.take(13).collect::<Vec<_>>(), [share % 3; 13]);
        }
        assert_eq!((lines.results.len(), lines.doubled), (40, 0));
    }
}
