//! `cargo xtask slurm`: an experiment as a job array of a real Slurm, with tasks that are killed in the middle.

mod cluster;
mod config;
#[cfg(test)]
mod script;

use super::results::Results;
use super::trial::{SHARES, Trial};
use super::{ScaleError, ScaleOptions};
use crate::places::Places;
use crate::process;
use crate::say;
use crate::setup::apt;
use cluster::Cluster;
use std::fs;
use std::thread;
use std::time::Duration;

/// Until a share has started, or until all are done.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// The share whose script is told that its time is nearly up; it has the run under way saved, and asks to be started again.
const OUT_OF_TIME: usize = 1;
/// The share whose program is killed; its script then asks to be started again.
const KILLED: usize = 2;
/// The share that Slurm stops and starts again, as it does when a node fails.
const REQUEUED: usize = 3;
/// The share that is cancelled, and submitted again by itself.
const CANCELLED: usize = 4;
/// What the program says once it has saved what was under way.
const SAVED: &str = "what was under way is saved";
/// A task that did what it should.
const DONE: &str = "COMPLETED";

/// Runs the experiment of `docs/scale` in one process and by Slurm, and compares the results.
///
/// Everything it starts listens on 127.0.0.1 only, keeps its files in a temporary folder, and is stopped before this
/// returns.
///
/// # Errors
/// If Slurm cannot be installed or started, or if a run is lost, doubled, or has other results.
pub fn run(places: &Places, options: &ScaleOptions) -> Result<(), ScaleError> {
    let why = "a real Slurm runs the job array of docs/scale, controller and node on this machine";
    apt::install(&["slurm-wlm", "munge"], why)?;
    let trial = Trial::new(places, options)?;
    let alone = trial.alone()?;
    say::heading("The same by Slurm");
    // At least two, so that one share waits while others are killed, even on a machine with one core.
    let cpus =
        thread::available_parallelism().map_or(2, |cores| usize::from(cores).clamp(2, SHARES));
    let folder = trial.at("slurm");
    fs::create_dir(&folder).map_err(|source| ScaleError::File { path: folder.clone(), source })?;
    let mut cluster = Cluster::start(&folder, cpus)?;
    let job = submit(&cluster, &trial, &format!("1-{SHARES}"))?;
    say::step(&format!("job {job}: {SHARES} shares, {cpus} at once"));
    disturb(&mut cluster, &trial, &job, &alone)?;
    for share in 1..=SHARES {
        let (state, restarts) = match share {
            OUT_OF_TIME | KILLED | REQUEUED => (DONE, 1),
            CANCELLED => ("CANCELLED", 0),
            _ => (DONE, 0),
        };
        wait_for(&mut cluster, &trial, &job, share, state, restarts)?;
    }
    let job = submit(&cluster, &trial, &CANCELLED.to_string())?;
    wait_for(&mut cluster, &trial, &job, CANCELLED, DONE, 0)?;
    drop(cluster);
    if !wrote(&trial, OUT_OF_TIME).contains(SAVED) {
        return Err(ScaleError::NotSaved(OUT_OF_TIME));
    }
    say::heading("The results of all shares");
    trial.compare(&alone)
}

/// Submits these shares as a job array, and returns its number.
fn submit(cluster: &Cluster, trial: &Trial, shares: &str) -> Result<String, ScaleError> {
    let mut submit = cluster.command("sbatch");
    submit.args(["--parsable", "--output=share-%a.txt"]).arg(format!("--array={shares}"));
    trial.over_experiment(&mut submit, "slurm.sbatch");
    Ok(process::capture(&mut submit)?.trim().to_owned())
}

/// Tells one share that its time is nearly up, kills one, has one started again and cancels one, each after some of its runs
/// and before the last of them.
fn disturb(
    cluster: &mut Cluster,
    trial: &Trial,
    job: &str,
    alone: &Results,
) -> Result<(), ScaleError> {
    for share in [OUT_OF_TIME, KILLED, REQUEUED, CANCELLED] {
        let what = "no run of the share that is to be stopped has ended";
        cluster.wait(what, PATIENCE, |_| Ok(trial.ended(share)? > 0))?;
        let ended = trial.ended(share)?;
        // With two runs to go, there is time until it ends by itself.
        if ended + 2 > alone.runs() / SHARES {
            return Err(ScaleError::TooFast(share));
        }
        say::step(&format!("share {share} has finished {ended} of its runs"));
        let task = format!("{job}_{share}");
        match share {
            OUT_OF_TIME => trial.say_time_is_up(share)?,
            KILLED => trial.kill(share)?,
            REQUEUED => process::run(cluster.command("scontrol").args(["requeue", &task]))?,
            _ => process::run(cluster.command("scancel").arg(&task))?,
        }
    }
    Ok(())
}

/// What a share's script and program have written.
fn wrote(trial: &Trial, share: usize) -> String {
    fs::read_to_string(trial.at(&format!("share-{share}.txt"))).unwrap_or_default()
}

/// Waits until the task of a share has ended, and checks how, and how often it was started again.
fn wait_for(
    cluster: &mut Cluster,
    trial: &Trial,
    job: &str,
    share: usize,
    state: &str,
    restarts: u32,
) -> Result<(), ScaleError> {
    let task = format!("{job}_{share}");
    cluster
        .wait("a task has not ended", PATIENCE, |cluster| Ok(cluster.task(&task)?.has_ended()))?;
    let told = cluster.task(&task)?;
    if told.state != state {
        let wrote = wrote(trial, share);
        let wrote = wrote.lines().map(|line| format!("\n    {line}")).collect();
        return Err(ScaleError::Task { task, state: told.state, exit: told.exit, wrote });
    }
    if told.restarts != restarts {
        return Err(ScaleError::Restarts { share, restarts: told.restarts });
    }
    let state = told.state.to_lowercase();
    say::step(&format!("share {share} is {state}; it was started again {restarts} times"));
    Ok(())
}
