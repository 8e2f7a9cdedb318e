//! Where the official files come from: a given place, or the first of several that has them.

use super::DataOptions;
use super::download::{DownloadError, Downloader, Patience};
use super::official::{FILES, NotOfficial};
use crate::places::Places;
use crate::say;
use crate::setup::apt::{self, AptError};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

const UPSTREAM: &str =
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";
const DEBIAN_PACKAGE: &str = "dataset-fashion-mnist";
const DEBIAN_FOLDER: &str = "/usr/share/datasets/fashion-mnist";

/// Why the official files could not be found.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A file of a folder cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not what was published.
    #[error("{place} does not have the official files")]
    NotOfficial {
        /// Its location.
        place: String,
        /// What is wrong.
        source: NotOfficial,
    },
    /// The download failed.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// Neither upstream nor Debian has them.
    #[error(
        "Fashion-MNIST was found nowhere (and {apt}); install Debian's {DEBIAN_PACKAGE}, or fetch the \
         four .gz files from {UPSTREAM} in another way and give their folder: \
         cargo xtask data --from DIR"
    )]
    Nowhere {
        /// Why Debian's package could not be taken.
        apt: AptError,
        /// Why upstream's files could not be taken.
        source: Box<DownloadError>,
    },
}

/// The unpacked content of the four files, in the order of [`FILES`].
pub fn official(places: &Places, options: &DataOptions) -> Result<[Vec<u8>; 4], SourceError> {
    match options {
        DataOptions { from: Some(folder), .. } => {
            say::step(&format!("from {}", folder.display()));
            from_folder(folder)
        }
        DataOptions { url: Some(url), .. } => from_web(places, url),
        DataOptions { from: None, url: None } => from_anywhere(places),
    }
}

fn from_anywhere(places: &Places) -> Result<[Vec<u8>; 4], SourceError> {
    let debian = Path::new(DEBIAN_FOLDER);
    if debian.is_dir() {
        match from_folder(debian) {
            Ok(files) => {
                say::step(&format!("from Debian's {DEBIAN_PACKAGE} in {DEBIAN_FOLDER}"));
                return Ok(files);
            }
            Err(error) => {
                say::step(&format!("not from {DEBIAN_FOLDER}: {}", say::in_a_line(&error)));
            }
        }
    }
    match from_web(places, UPSTREAM) {
        Err(SourceError::Download(source)) => {
            let failed = say::in_a_line(&source);
            say::step(&format!("{failed}; trying Debian's {DEBIAN_PACKAGE} instead"));
            match apt::install(&[DEBIAN_PACKAGE], "the same files, packaged") {
                Ok(()) => from_folder(debian),
                Err(apt) => Err(SourceError::Nowhere { apt, source: Box::new(source) }),
            }
        }
        other => other,
    }
}

fn from_web(places: &Places, url: &str) -> Result<[Vec<u8>; 4], SourceError> {
    let folder = places.downloads();
    let downloader = Downloader::new(Patience::default());
    for file in &FILES {
        downloader.fetch(url, file, &folder)?;
    }
    from_folder(&folder)
}

fn from_folder(folder: &Path) -> Result<[Vec<u8>; 4], SourceError> {
    let mut contents = [const { Vec::new() }; 4];
    for (file, content) in FILES.iter().zip(&mut contents) {
        let path = folder.join(file.name);
        let gz = fs::read(&path)
            .map_err(|source| SourceError::Unreadable { path: path.clone(), source })?;
        *content = file.unpack(&gz).map_err(|source| SourceError::NotOfficial {
            place: folder.display().to_string(),
            source,
        })?;
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_given_folder_without_the_files_is_an_error_that_names_the_first() {
        let folder = tempfile::TempDir::new().unwrap();
        let error = from_folder(folder.path()).unwrap_err();
        assert!(error.to_string().contains("train-images-idx3-ubyte.gz"));
    }

    #[test]
    fn a_given_folder_with_other_files_is_an_error() {
        let folder = tempfile::TempDir::new().unwrap();
        for file in &FILES {
            fs::write(folder.path().join(file.name), "something else").unwrap();
        }
        assert!(matches!(from_folder(folder.path()), Err(SourceError::NotOfficial { .. })));
    }
}
