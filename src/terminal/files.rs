//! Reads and writes files.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{TerminalError, words};
use crate::checkpoint::{self, Checkpoint, CheckpointError, read_checkpoint};
use crate::dataset::{Corrections, order};
use crate::experiment::Experiment;
use crate::state_dict::StateDict;

/// The largest file that is read, in bytes: more than any has that belongs here.
const MOST_BYTES: u64 = 1 << 30;

pub(super) fn read(path: &Path) -> Result<Vec<u8>, TerminalError> {
    let attempt = || {
        if fs::metadata(path)?.len() > MOST_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, words::FILE_TOO_LARGE));
        }
        fs::read(path)
    };
    attempt().map_err(|error| TerminalError::Read { path: path.to_owned(), error })
}

/// Whether a file is there. A file server that does not answer is no file that is missing.
pub(super) fn is_there(path: &Path) -> Result<bool, TerminalError> {
    let found = path.try_exists();
    found.map_err(|error| TerminalError::Read { path: path.to_owned(), error })
}

/// How many bytes a file has; `None` if there is none.
pub(super) fn size(path: &Path) -> Result<Option<u64>, TerminalError> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some(file.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TerminalError::Read { path: path.to_owned(), error }),
    }
}

/// A name for a file in the current folder that no other run uses: `{stem}{ending}`, or one with our
/// process's number.
pub(super) fn unclaimed(stem: &str, ending: &str) -> PathBuf {
    let path = PathBuf::from(format!("{stem}{ending}"));
    match fs::File::create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            PathBuf::from(format!("{stem}_{}{ending}", std::process::id()))
        }
        // Any other error is reported when the file is written.
        _ => path,
    }
}

/// Writes a file completely or not at all: after a crash or with a full disk, the old file is still there.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), TerminalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let attempt = || {
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
        }
        // A name of its own, in case two runs write to the same path: on other machines, or in other containers, their
        // processes may have the same number.
        let mut partial = path.as_os_str().to_owned();
        let chance = RandomState::new().build_hasher().finish();
        partial.push(format!(".{}-{chance:016x}.partial", std::process::id()));
        let written = fs::write(&partial, bytes)
            .and_then(|()| fs::File::open(&partial)?.sync_all())
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            // The partial file is useless, and may be what fills the disk.
            let _ = fs::remove_file(&partial);
        }
        written
    };
    attempt().map_err(|error| TerminalError::Write { path: path.to_owned(), error })
}

/// Removes one of our files that a newer one has replaced.
pub(super) fn remove(path: &Path) -> Result<(), TerminalError> {
    fs::remove_file(path).map_err(|error| TerminalError::Write { path: path.to_owned(), error })
}

/// Writes arrays, or returns the error from serializing them.
pub(super) fn write_arrays(
    path: &Path,
    made: Result<Vec<u8>, CheckpointError>,
) -> Result<(), TerminalError> {
    let bytes = made.map_err(|error| unusable(path, error))?;
    write(path, &bytes)
}

fn unusable(path: &Path, error: CheckpointError) -> TerminalError {
    TerminalError::Checkpoint { path: path.to_owned(), error }
}

/// The weights in a safetensors file, PyTorch's or our own.
pub(super) fn read_weights(path: &Path) -> Result<StateDict, TerminalError> {
    checkpoint::file::read_weights(&read(path)?).map_err(|error| unusable(path, error))
}

/// The run in a checkpoint's file.
pub(super) fn read_run(path: &Path) -> Result<Checkpoint, TerminalError> {
    read_checkpoint(&read(path)?).map_err(|error| unusable(path, error))
}

/// The batches in a JSON file.
pub(super) fn read_order(path: &Path) -> Result<Vec<Vec<u32>>, TerminalError> {
    let bytes = read(path)?;
    order::read(&bytes).map_err(|error| TerminalError::Order { path: path.to_owned(), error })
}

/// The corrections in a JSON file.
pub(super) fn read_corrections(path: &Path) -> Result<Corrections, TerminalError> {
    let bytes = read(path)?;
    Corrections::read(&bytes)
        .map_err(|error| TerminalError::Corrections { path: path.to_owned(), error })
}

/// The experiment in a JSON file, checked.
pub(super) fn read_experiment(path: &Path) -> Result<Experiment, TerminalError> {
    let wrong = |mistakes| TerminalError::Experiment { path: Some(path.to_owned()), mistakes };
    let experiment = Experiment::read(&read(path)?).map_err(|mistake| wrong(vec![mistake]))?;
    experiment.check().map_err(wrong)?;
    Ok(experiment)
}
