//! The folder of an experiment: what stands where, and who may write there.
//!
//! `experiment.json` and `data.json` say what the folder is for; `results.jsonl`, or `results-I-of-N.jsonl` for a part, has a
//! line for each run that has ended; `checkpoints/` holds the runs under way and `runs/` the archives of those that have
//! ended. Whoever runs the experiment holds a lock on `lock`, or with others of its parts a shared one, and then one on
//! `lock-I-of-N`; whoever gathers the results holds a shared one and `lock-collect`. The system releases them when the process
//! ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::Share;
use crate::dataset::Dataset;
use crate::experiment::Experiment;
use crate::terminal::{TerminalError, files};

const EXPERIMENT: &str = "experiment.json";
const DATA: &str = "data.json";
const LOCK: &str = "lock";
const COLLECTS: &str = "lock-collect";
/// What is missing behind the name of a file while it is written.
const PARTIAL: &str = ".partial";

/// What results depend on of the data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DataNote {
    /// How many classes it has.
    pub classes: usize,
    /// Training images.
    pub train: usize,
    /// Images to validate on.
    pub test: usize,
    /// The SHA-256 of a data set of one's own; `None` for the tutorial's.
    pub sha256: Option<String>,
}

impl DataNote {
    pub fn of(dataset: &Dataset) -> Self {
        Self {
            classes: dataset.class_names.len(),
            train: dataset.train.len(),
            test: dataset.test.len(),
            sha256: dataset.own.as_ref().map(|own| own.sha256().to_owned()),
        }
    }
}

/// The folder of an experiment, locked.
pub(super) struct Folder {
    path: PathBuf,
    share: Option<Share>,
    /// Closing them gives the locks back.
    _locks: Vec<File>,
}

impl Folder {
    /// Makes the folder if it is not there, and locks it for this part of this experiment.
    ///
    /// # Errors
    /// [`TerminalError::InUse`], [`TerminalError::OtherExperiment`], [`TerminalError::Experiment`],
    /// [`TerminalError::Lock`], [`TerminalError::Read`] or [`TerminalError::Write`].
    pub fn open(
        path: &Path,
        share: Option<Share>,
        experiment: &Experiment,
    ) -> Result<Self, TerminalError> {
        for folder in [path, &path.join("checkpoints"), &path.join("runs")] {
            fs::create_dir_all(folder)
                .map_err(|error| TerminalError::Write { path: folder.to_owned(), error })?;
        }
        let locks = match share {
            None => vec![locked(path, LOCK, true)?],
            Some(share) => {
                let own = format!("{LOCK}-{share}");
                let locks = vec![locked(path, LOCK, false)?, locked(path, &own, true)?];
                refuse_other_parts(path, share)?;
                locks
            }
        };
        let folder = Self { path: path.to_owned(), share, _locks: locks };
        let file = path.join(EXPERIMENT);
        if files::is_there(&file)? {
            if files::read_experiment(&file)?.identity() != experiment.identity() {
                return Err(TerminalError::OtherExperiment(path.to_owned()));
            }
        } else {
            files::write(&file, experiment.to_json().as_bytes())?;
        }
        Ok(folder)
    }

    /// The experiment of a folder whose results are gathered, locked against being run as a whole meanwhile.
    ///
    /// # Errors
    /// [`TerminalError::NoExperiment`], or as [`Self::open`].
    pub fn gather(path: &Path) -> Result<(Self, Experiment), TerminalError> {
        let file = path.join(EXPERIMENT);
        if !files::is_there(&file)? {
            return Err(TerminalError::NoExperiment(path.to_owned()));
        }
        // Another process that gathers would write the same archive.
        let locks = vec![locked(path, LOCK, false)?, locked(path, COLLECTS, true)?];
        let folder = Self { path: path.to_owned(), share: None, _locks: locks };
        Ok((folder, files::read_experiment(&file)?))
    }

    /// Checks that results so far are of this data set, or notes it.
    ///
    /// # Errors
    /// [`TerminalError::OtherData`], [`TerminalError::Read`] or [`TerminalError::Write`].
    pub fn check_data(&self, note: &DataNote) -> Result<(), TerminalError> {
        match self.data()? {
            Some(found) if found == *note => Ok(()),
            Some(_) => Err(TerminalError::OtherData(self.path.clone())),
            None => {
                let json = serde_json::to_vec_pretty(note).unwrap_or_default();
                files::write(&self.path.join(DATA), &json)
            }
        }
    }

    /// What is noted of the data set; `None` before the first run.
    ///
    /// # Errors
    /// [`TerminalError::Read`].
    pub fn data(&self) -> Result<Option<DataNote>, TerminalError> {
        let path = self.path.join(DATA);
        if !files::is_there(&path)? {
            return Ok(None);
        }
        let note = serde_json::from_slice(&files::read(&path)?);
        let wrong = |error: serde_json::Error| TerminalError::Read { path, error: error.into() };
        note.map(Some).map_err(wrong)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of our own results.
    pub fn results(&self) -> PathBuf {
        self.path.join(match self.share {
            None => "results.jsonl".to_owned(),
            Some(share) => format!("results-{share}.jsonl"),
        })
    }

    /// Every file of results in the folder, by name: also those of other parts, and of the parts of another division.
    ///
    /// # Errors
    /// [`TerminalError::Read`].
    pub fn all_results(&self) -> Result<Vec<PathBuf>, TerminalError> {
        let is_results = |name: &str| {
            let part = name.strip_prefix("results").and_then(|it| it.strip_suffix(".jsonl"));
            part.is_some_and(|part| part.is_empty() || part_of("-", part).is_some())
        };
        let names = names_in(&self.path)?;
        let mut names: Vec<String> = names.into_iter().filter(|name| is_results(name)).collect();
        names.sort();
        Ok(names.into_iter().map(|name| self.path.join(name)).collect())
    }

    /// The newest state of a run under way.
    pub fn checkpoint(&self, number: u32) -> PathBuf {
        self.path.join(format!("checkpoints/{number:06}.safetensors"))
    }

    /// Its state with the lowest validation loss.
    pub fn best_checkpoint(&self, number: u32) -> PathBuf {
        self.path.join(format!("checkpoints/{number:06}-best.safetensors"))
    }

    /// Its own time so far.
    pub fn times(&self, number: u32) -> PathBuf {
        self.path.join(format!("checkpoints/{number:06}.json"))
    }

    /// The archive of a run that has ended.
    pub fn run_archive(&self, number: u32) -> PathBuf {
        self.path.join(format!("runs/{number:06}.zip"))
    }

    /// Removes what a run that has ended does not need any more.
    ///
    /// # Errors
    /// [`TerminalError::Write`].
    pub fn forget_state(&self, number: u32) -> Result<(), TerminalError> {
        let files = [self.checkpoint(number), self.best_checkpoint(number), self.times(number)];
        files.iter().filter(|path| path.exists()).try_for_each(|path| files::remove(path))
    }

    /// Removes what a process that was ended in the middle has left of runs that nobody else works at: files that were being
    /// written, and the state of runs whose result is there.
    ///
    /// # Errors
    /// [`TerminalError::Read`] or [`TerminalError::Write`].
    pub fn tidy(
        &self,
        is_ours: impl Fn(u32) -> bool,
        has_ended: impl Fn(u32) -> bool,
    ) -> Result<(), TerminalError> {
        for folder in ["checkpoints", "runs"] {
            let folder = self.path.join(folder);
            for name in names_in(&folder)? {
                let number = name.get(..6).and_then(|digits| digits.parse::<u32>().ok());
                let Some(number) = number.filter(|number| is_ours(*number)) else { continue };
                let is_state = folder.ends_with("checkpoints") && has_ended(number);
                if name.ends_with(PARTIAL) || is_state {
                    files::remove(&folder.join(name))?;
                }
            }
        }
        Ok(())
    }
}

fn names_in(folder: &Path) -> Result<Vec<String>, TerminalError> {
    let attempt = || -> io::Result<Vec<String>> {
        let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        let names = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(names.collect())
    };
    attempt().map_err(|error| TerminalError::Read { path: folder.to_owned(), error })
}

/// The part in a name like `lock-1-of-8`, given what stands before it.
fn part_of(before: &str, name: &str) -> Option<Share> {
    let (index, of) = name.strip_prefix(before)?.split_once("-of-")?;
    Share::parse(&format!("{index}/{of}"))
}

/// Locks a file of the folder, for us alone or for us and others.
fn locked(folder: &Path, name: &str, is_exclusive: bool) -> Result<File, TerminalError> {
    let path = folder.join(name);
    let broken = |error| TerminalError::Lock { path: path.clone(), error };
    let file = OpenOptions::new().create(true).append(true).read(true).open(&path);
    let file = file.map_err(broken)?;
    let tried = if is_exclusive { file.try_lock() } else { file.try_lock_shared() };
    match tried {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(TerminalError::InUse(path)),
        Err(TryLockError::Error(error)) => Err(broken(error)),
    }
}

/// Parts of another division have runs in common with ours.
fn refuse_other_parts(folder: &Path, share: Share) -> Result<(), TerminalError> {
    for name in names_in(folder)? {
        let part = part_of(&format!("{LOCK}-"), &name);
        if part.is_some_and(|part| part.of != share.of) {
            locked(folder, &name, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
