//! Files of results on disk.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use super::folder::Folder;
use crate::experiment::{Lines, RunResult, Runs};
use crate::terminal::{TerminalError, words};

/// A file of results that is appended to.
pub(super) struct ResultsFile<F = File> {
    path: PathBuf,
    file: F,
    /// Bytes of its whole lines.
    whole: u64,
    /// Whether a line could not be written. What follows it could stand behind its beginning.
    has_failed: bool,
}

/// What a file of results is written to.
pub(super) trait Durable: Write {
    /// Waits until everything that was written is on the disk.
    fn sync(&self) -> io::Result<()>;
    /// Cuts it off after so many bytes.
    fn cut(&self, bytes: u64) -> io::Result<()>;
}

impl Durable for File {
    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)
    }
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
        let whole = lines.whole;
        file.set_len(whole).map_err(unwritable)?;
        let own = lines.results.len();
        for other in folder.all_results()?.into_iter().filter(|other| *other != path) {
            read(&mut lines, &other, identity, runs)?;
        }
        let others = lines.results.split_off(own);
        Ok((Self { path, file, whole, has_failed: false }, Known { own: lines.results, others }))
    }
}

impl<F: Durable> ResultsFile<F> {
    /// Appends a whole line, and returns once it is on the disk. If that fails, what was written of it is cut off again, and
    /// no other line is taken: on a full disk, a short one could still fit behind the beginning of a long one.
    ///
    /// # Errors
    /// [`TerminalError::Write`].
    pub fn append(&mut self, line: &str) -> Result<(), TerminalError> {
        let written = match self.has_failed {
            true => Err(io::Error::other(words::sweep::AFTER_A_FAILED_LINE)),
            false => self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync()),
        };
        match written {
            Ok(()) => {
                self.whole += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                if !std::mem::replace(&mut self.has_failed, true) {
                    // If not even that is possible, it is a last line without its end, which the next start cuts off.
                    let _ = self.file.cut(self.whole);
                }
                Err(TerminalError::Write { path: self.path.clone(), error })
            }
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::cell::RefCell;

    use super::*;

    /// A file on a disk with little space, which some other program later makes free.
    #[derive(Default)]
    struct SmallDisk {
        file: RefCell<Vec<u8>>,
        space: usize,
        can_be_cut: bool,
    }

    impl Write for SmallDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.space);
            if fits == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.space -= fits;
            self.file.borrow_mut().extend_from_slice(&bytes[..fits]);
            Ok(fits)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Durable for SmallDisk {
        fn sync(&self) -> io::Result<()> {
            Ok(())
        }

        fn cut(&self, bytes: u64) -> io::Result<()> {
            if !self.can_be_cut {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            self.file.borrow_mut().truncate(bytes as usize);
            Ok(())
        }
    }

    fn file(can_be_cut: bool) -> ResultsFile<SmallDisk> {
        let disk = SmallDisk { space: 8, can_be_cut, ..SmallDisk::default() };
        ResultsFile { path: PathBuf::from("results"), file: disk, whole: 0, has_failed: false }
    }

    #[test]
    fn a_line_that_could_not_be_written_whole_leaves_nothing_and_none_follows_it() {
        for (can_be_cut, left) in [(true, "one\n"), (false, "one\nlong")] {
            let mut file = file(can_be_cut);
            file.append("one\n").unwrap();
            assert!(matches!(file.append("longer\n"), Err(TerminalError::Write { .. })));
            file.file.space = 100;
            let refused = file.append("two\n").unwrap_err();
            assert!(refused.to_string().contains("an earlier line"), "{refused}");
            assert_eq!(*file.file.file.borrow(), left.as_bytes());
        }
    }
}
