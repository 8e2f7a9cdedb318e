//! `cargo xtask parallel`: an experiment by GNU parallel, with a share that is killed in the middle.

use super::trial::{SHARES, Trial};
use super::{ScaleError, ScaleOptions};
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use crate::setup::apt;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// Until everything is done.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// The share that is killed.
const KILLED: usize = 2;

/// Runs the experiment of `docs/scale` in one process and by GNU parallel, and compares the results.
///
/// # Errors
/// If GNU parallel cannot be installed, or if a run is lost, doubled, or has other results.
pub fn run(places: &Places, options: &ScaleOptions) -> Result<(), ScaleError> {
    apt::install(&["parallel"], "GNU parallel runs the script of docs/scale")?;
    let trial = Trial::new(places, options)?;
    let alone = trial.alone()?;
    say::heading("The same by GNU parallel");
    let mut command = Command::new("sh");
    trial.over_experiment(&mut command, "parallel.sh");
    let shown = process::shown(&command);
    say::step(&format!("$ {shown}"));
    let start = |source| ProcessError::Start { command: shown.clone(), source };
    let mut parallel = Running(command.spawn().map_err(start)?);
    let started = Instant::now();
    let mut is_killed = false;
    let status = loop {
        if let Some(status) = parallel.0.try_wait().map_err(start)? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            return Err(ProcessError::Slow { command: shown, limit: PATIENCE }.into());
        }
        let ended = trial.ended(KILLED)?;
        if !is_killed && ended > 0 {
            if ended + 2 > alone.runs() / SHARES {
                return Err(ScaleError::TooFast(KILLED));
            }
            trial.kill(KILLED)?;
            is_killed = true;
        }
        thread::sleep(Duration::from_millis(100));
    };
    if !status.success() {
        return Err(ProcessError::Failed { command: shown, status, said: String::new() }.into());
    }
    if !is_killed {
        return Err(ScaleError::TooFast(KILLED));
    }
    say::heading("The results of all shares");
    trial.compare(&alone)
}

/// GNU parallel, which is asked to end with everything that it runs when this is dropped.
#[derive(Debug)]
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let number = self.0.id().to_string();
            // If it cannot be asked, waiting for it is all that is left.
            let _ = process::capture(Command::new("kill").args(["-TERM", &number]));
            let _ = self.0.wait();
        }
    }
}
