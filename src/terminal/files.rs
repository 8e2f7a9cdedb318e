//! Files in and out.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::TerminalError;
use crate::checkpoint::{self, Checkpoint, CheckpointError, read_checkpoint};
use crate::state_dict::StateDict;

/// Larger than any file that is read here.
const MOST_BYTES: u64 = 1 << 30;

pub(super) fn read(path: &Path) -> Result<Vec<u8>, TerminalError> {
    let attempt = || {
        if fs::metadata(path)?.len() > MOST_BYTES {
            return Err(io::Error::other("it is larger than a gigabyte"));
        }
        fs::read(path)
    };
    attempt().map_err(|error| TerminalError::Read { path: path.to_owned(), error })
}

/// A file name in the current folder that no other run has: this one, or one with our process's number.
pub(super) fn unclaimed(stem: &str, ending: &str) -> PathBuf {
    let path = PathBuf::from(format!("{stem}{ending}"));
    match fs::File::create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            PathBuf::from(format!("{stem}_{}{ending}", std::process::id()))
        }
        // Any other error will be told when the file is written.
        _ => path,
    }
}

/// Writes a file whole or not at all: a crash or a full disk leaves what was there.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), TerminalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let attempt = || {
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
        }
        // Its own name, should two runs write to one path.
        let mut partial = path.as_os_str().to_owned();
        partial.push(format!(".{}.partial", std::process::id()));
        let written = fs::write(&partial, bytes)
            .and_then(|()| fs::File::open(&partial)?.sync_all())
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            // The partial file is of no use, and may be what fills the disk.
            let _ = fs::remove_file(&partial);
        }
        written
    };
    attempt().map_err(|error| TerminalError::Write { path: path.to_owned(), error })
}

/// Removes a file of ours that another has replaced.
pub(super) fn remove(path: &Path) -> Result<(), TerminalError> {
    fs::remove_file(path).map_err(|error| TerminalError::Write { path: path.to_owned(), error })
}

/// Writes arrays, if they could be made a file of.
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
    serde_json::from_slice(&bytes)
        .map_err(|error| TerminalError::Order { path: path.to_owned(), error })
}
