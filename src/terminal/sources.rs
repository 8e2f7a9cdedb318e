//! The files of a data set: in a folder or in an archive.

use std::fs;
use std::path::{Path, PathBuf};

use super::TerminalError;
use crate::dataset::own::layout::MOST_FILES;
use crate::exchange::archive::{Archive, ArchiveError, Limits};

/// The most folders within folders.
const MOST_DEPTH: usize = 16;

/// Files by their paths, with `/` between folders, in the order of a list.
pub(super) trait Files {
    /// The paths.
    fn paths(&self) -> &[String];

    /// The bytes of the file at this place, at most so many.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&mut self, at: usize, most: u64) -> Result<Vec<u8>, String>;
}

/// The files in a folder and the folders in it.
pub(super) struct Folder {
    root: PathBuf,
    paths: Vec<String>,
}

impl Folder {
    /// Lists a folder's files.
    ///
    /// # Errors
    /// [`TerminalError::Read`].
    pub(super) fn list(root: &Path) -> Result<Self, TerminalError> {
        let mut paths = Vec::new();
        let mut folders = vec![(root.to_owned(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = folders.pop() {
            let unreadable = |error| TerminalError::Read { path: folder.clone(), error };
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?;
                // A name that is no Unicode could not be told from others.
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kind = fs::metadata(entry.path()).map_err(unreadable)?;
                if kind.is_file() {
                    paths.push(format!("{prefix}{name}"));
                } else if kind.is_dir() && depth < MOST_DEPTH && !name.starts_with('.') {
                    folders.push((entry.path(), format!("{prefix}{name}/"), depth + 1));
                }
                if paths.len() > MOST_FILES {
                    break;
                }
            }
        }
        Ok(Self { root: root.to_owned(), paths })
    }
}

impl Files for Folder {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&mut self, at: usize, most: u64) -> Result<Vec<u8>, String> {
        let path = self.root.join(self.paths.get(at).map_or("", String::as_str));
        let length = fs::metadata(&path).map_err(|error| error.to_string())?.len();
        if length > most {
            return Err(format!("it has {length} bytes"));
        }
        fs::read(&path).map_err(|error| error.to_string())
    }
}

/// The files in an archive.
pub(super) struct Zip<'a> {
    archive: Archive<'a>,
    /// The names as they stand in the archive.
    names: Vec<Vec<u8>>,
    paths: Vec<String>,
}

impl<'a> Zip<'a> {
    /// Reads an archive's index.
    ///
    /// # Errors
    /// As [`Archive::open_within`].
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        let archive = Archive::open_within(bytes, Limits::DATA_SET)?;
        let (names, paths) = archive.files();
        Ok(Self { archive, names, paths })
    }
}

impl Files for Zip<'_> {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&mut self, at: usize, most: u64) -> Result<Vec<u8>, String> {
        let name = self.names.get(at).map(Vec::as_slice).unwrap_or_default();
        let read = pollster::block_on(self.archive.read_raw(name, most, &async |_| ()));
        read.map_err(|error| error.to_string())?.ok_or_else(|| "it is missing".to_owned())
    }
}
