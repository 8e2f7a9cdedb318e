//! Files of results on disk.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use super::folder::Folder;
use crate::experiment::{Lines, RunResult, Runs};
use crate::terminal::TerminalError;

/// A file of results that is appended to.
pub(super) struct ResultsFile {
    path: PathBuf,
    file: File,
}

/// What is known of an experiment when it is run again.
pub(super) struct Known {
    /// The results in our own file, in their order.
    pub own: Vec<RunResult>,
    /// Those in others' files, of runs that ours does not have.
    pub others: Vec<RunResult>,
}

impl ResultsFile {
    /// Opens our file of results, without the line that was cut off at its end, and reads all that are in the folder.
    ///
    /// # Errors
    /// [`TerminalError::Results`], [`TerminalError::Read`] or [`TerminalError::Write`].
    pub fn open(
        folder: &Folder,
        identity: &str,
        runs: &Runs,
    ) -> Result<(Self, Known), TerminalError> {
        let path = folder.results();
        let unwritable = |error| TerminalError::Write { path: path.clone(), error };
        let file = OpenOptions::new().create(true).append(true).read(true).open(&path);
        let file = file.map_err(unwritable)?;
        let mut lines = Lines::default();
        read(&mut lines, &path, identity, runs)?;
        file.set_len(lines.whole).map_err(unwritable)?;
        let own = lines.results.len();
        for other in folder.all_results()?.into_iter().filter(|other| *other != path) {
            read(&mut lines, &other, identity, runs)?;
        }
        let others = lines.results.split_off(own);
        Ok((Self { path, file }, Known { own: lines.results, others }))
    }

    /// Appends a whole line, and returns once it is on the disk.
    ///
    /// # Errors
    /// [`TerminalError::Write`].
    pub fn append(&mut self, line: &str) -> Result<(), TerminalError> {
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| TerminalError::Write { path: self.path.clone(), error })
    }
}

/// Adds what a file of results holds.
///
/// # Errors
/// [`TerminalError::Read`] or [`TerminalError::Results`].
pub(super) fn read(
    lines: &mut Lines,
    path: &Path,
    identity: &str,
    runs: &Runs,
) -> Result<(), TerminalError> {
    let file = File::open(path);
    let file = file.map_err(|error| TerminalError::Read { path: path.to_owned(), error })?;
    let wrong = |mistake| TerminalError::Results { path: path.to_owned(), mistake };
    lines.read(BufReader::with_capacity(1 << 18, file), identity, runs).map_err(wrong)
}
