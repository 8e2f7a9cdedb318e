//! An experiment that is run twice: by one process, and in shares by what is tried.

use super::results::Results;
use super::{ScaleError, ScaleOptions};
use crate::data;
use crate::places::Places;
use crate::process;
use crate::say;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use tempfile::TempDir;

/// How many shares the experiment is divided into.
pub const SHARES: usize = 4;

/// The experiment, the trainer, and a folder for what they leave.
#[derive(Debug)]
pub struct Trial {
    /// Gone with everything in it when this is dropped.
    folder: TempDir,
    /// With the scripts.
    docs: PathBuf,
    /// The trainer.
    train: PathBuf,
    /// The data set's shards.
    data: PathBuf,
}

impl Trial {
    /// Builds the trainer, unless the options name one.
    ///
    /// # Errors
    /// If it cannot be built, if there is no data set, or if no temporary folder can be made.
    pub fn new(places: &Places, options: &ScaleOptions) -> Result<Self, ScaleError> {
        let train = trainer(places, options.train.as_deref(), false)?;
        data::make_if_missing(places)?;
        Ok(Self {
            folder: TempDir::with_prefix("atelier-").map_err(ScaleError::Temporary)?,
            docs: places.root.join("docs/scale"),
            train,
            data: places.shards(),
        })
    }

    /// A folder or file of the trial.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the shares leave their results.
    pub fn results(&self) -> PathBuf {
        self.at("results")
    }

    /// One of `docs/scale`.
    pub fn script(&self, name: &str) -> PathBuf {
        self.docs.join(name)
    }

    /// Makes a command one that runs a script of `docs/scale` over the experiment, its folder and the number of shares.
    pub fn over_experiment(&self, command: &mut Command, script: &str) {
        command.current_dir(self.folder.path());
        command.env("TRAIN", &self.train).env("DATA", &self.data);
        command.arg(self.script(script)).arg(self.script("experiment.json")).arg(self.results());
        command.arg(SHARES.to_string());
    }

    /// Runs the whole experiment in one process, for comparison.
    pub fn alone(&self) -> Result<Results, ScaleError> {
        say::heading("The experiment in one process");
        let folder = self.at("alone");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut sweep = self.sweep();
        sweep.arg(self.script("experiment.json")).args(["--jobs", &cores.to_string()]);
        process::run(sweep.arg("--data").arg(&self.data).arg("--out").arg(&folder))?;
        Results::of_whole(&folder)
    }

    /// How many runs of a share, counted from 1, have ended.
    pub fn ended(&self, share: usize) -> Result<usize, ScaleError> {
        let path = self.results().join(format!("results-{share}-of-{SHARES}.jsonl"));
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().count()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(ScaleError::File { path, source }),
        }
    }

    /// The process that trains a share, if one is running here.
    pub fn process_of(&self, share: usize) -> Option<u32> {
        let [share, results] =
            [format!("{share}/{SHARES}"), self.results().to_string_lossy().into_owned()];
        let processes = fs::read_dir("/proc").ok()?.filter_map(Result::ok);
        let trains = |folder: &Path| {
            let line = fs::read(folder.join("cmdline")).unwrap_or_default();
            let words: Vec<_> = line.split(|byte| *byte == 0).collect();
            // Whoever started it has them, if at all, within other words.
            [&share, &results].iter().all(|word| words.contains(&word.as_bytes()))
        };
        processes
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
            .find(|(_, folder)| trains(folder))
            .map(|(number, _)| number)
    }

    /// Kills the process that trains a share as a machine that fails would, without a warning.
    ///
    /// # Errors
    /// If there is none.
    pub fn kill(&self, share: usize) -> Result<(), ScaleError> {
        let number = self.process_of(share).ok_or(ScaleError::TooFast(share))?;
        say::step(&format!("killing process {number}, which trains share {share}"));
        process::capture(Command::new("kill").args(["-KILL", &number.to_string()]))?;
        Ok(())
    }

    /// Sends the script that started a share's program the signal of `--signal=B:USR1@120`, as Slurm does on the node. (Asked to send
    /// it, `scancel` tries again while the task is started again, and so sends it twice.)
    ///
    /// # Errors
    /// If there is none.
    pub fn say_time_is_up(&self, share: usize) -> Result<(), ScaleError> {
        let number = self.process_of(share).ok_or(ScaleError::TooFast(share))?;
        let told = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
        let script = told.lines().find_map(|line| line.strip_prefix("PPid:"));
        let script = script.ok_or(ScaleError::TooFast(share))?.trim();
        say::step(&format!(
            "telling process {script}, the script of share {share}, that its time is up"
        ));
        process::capture(Command::new("kill").args(["-USR1", script]))?;
        Ok(())
    }

    /// Gathers the results of all shares, and compares them with those of one process.
    pub fn compare(&self, alone: &Results) -> Result<(), ScaleError> {
        process::run(self.sweep().arg("--collect").arg(self.results()))?;
        let folder = self.results();
        for found in [Results::of_shares(&folder)?, Results::of_whole(&folder)?] {
            let differences = alone.differences(&found);
            if !differences.is_empty() {
                return Err(ScaleError::Differ(differences));
            }
        }
        let runs = alone.runs();
        say::step(&format!(
            "{runs} runs: none is lost, none doubled, and every result has the same bits"
        ));
        Ok(())
    }

    fn sweep(&self) -> Command {
        let mut sweep = Command::new(&self.train);
        sweep.current_dir(self.folder.path()).arg("sweep");
        sweep
    }
}

/// The trainer that is named, or one that is built now: for speed, or as the tests have it, so that nothing is built twice.
pub fn trainer(places: &Places, named: Option<&Path>, fast: bool) -> Result<PathBuf, ScaleError> {
    if let Some(named) = named {
        return std::path::absolute(named)
            .map_err(|source| ScaleError::File { path: named.to_path_buf(), source });
    }
    let cargo = || {
        let mut build = process::clean("cargo");
        build.current_dir(&places.root).args(["build", "--locked", "--bin", "train"]);
        build.args(fast.then_some("--release"));
        build
    };
    process::run(&mut cargo())?;
    // Built now; said once more, with where it is.
    let said = process::capture(cargo().arg("--message-format=json"))?;
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    programs.next_back().ok_or(ScaleError::NoProgram)
}
