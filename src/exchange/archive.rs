//! ZIP archives in memory.

use std::io::{Cursor, Read as _, Write as _};

use thiserror::Error;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// More files than any archive of ours has.
const MOST_FILES: usize = 10_000;
/// Larger than all that an archive of ours unpacks to, in bytes.
const MOST_UNPACKED: u64 = 1 << 30;

/// Why bytes are no archive, or none that is taken.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Cut, damaged, or no archive at all.
    #[error("it is no whole archive: {0}")]
    Format(#[from] ZipError),
    /// A file in it is cut or damaged.
    #[error("{name} in it cannot be unpacked: {source}")]
    File {
        /// The file's name.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// There is far more in it than in any archive of ours.
    #[error("it would unpack to more than any run has")]
    TooLarge,
}

/// A file with its name, whose parts are set apart by `/`.
pub type NamedFile = (String, Vec<u8>);

/// The archive of these files.
///
/// # Errors
/// [`ArchiveError::Format`] if two names are the same.
pub fn write(files: &[NamedFile]) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // Weights hardly become smaller.
        let method = if name.ends_with(".safetensors") {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        archive.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        archive.write_all(bytes).map_err(ZipError::Io)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The files in an archive, in its order.
///
/// # Errors
/// Any [`ArchiveError`].
pub fn read(bytes: &[u8]) -> Result<Vec<NamedFile>, ArchiveError> {
    // As for PyTorch's files, whose first bytes cannot be told from ours.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, Cursor::new(bytes))?;
    if archive.len() > MOST_FILES {
        return Err(ArchiveError::TooLarge);
    }
    let mut left = MOST_UNPACKED;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        if file.is_dir() {
            continue;
        }
        let name = file.name()?.into_owned();
        // What a file says of its size is not believed: one byte too many ends it.
        let mut unpacked = Vec::new();
        let read = file.take(left + 1).read_to_end(&mut unpacked);
        read.map_err(|source| ArchiveError::File { name: name.clone(), source })?;
        left = left.checked_sub(unpacked.len() as u64).ok_or(ArchiveError::TooLarge)?;
        files.push((name, unpacked));
    }
    Ok(files)
}

/// Whether bytes begin as an archive does.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_come_back_as_they_went_in() {
        let files = [
            ("a/run.json".to_owned(), b"{}".repeat(999)),
            ("b.safetensors".to_owned(), vec![7; 5]),
        ];
        let packed = write(&files).unwrap();
        assert!(packed.len() < 999 && is_archive(&packed));
        assert_eq!(read(&packed).unwrap(), files);
    }

    #[test]
    fn a_cut_archive_is_an_error_at_every_length() {
        let packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
        for length in 0..packed.len() {
            assert!(read(&packed[..length]).is_err(), "{length} bytes were taken");
        }
    }

    #[test]
    fn a_damaged_file_is_named() {
        let mut packed = write(&[("b.safetensors".to_owned(), vec![7; 50])]).unwrap();
        let at = packed.iter().position(|&byte| byte == 7).unwrap();
        packed[at] = 8;
        let error = read(&packed).unwrap_err();
        assert!(error.to_string().contains("b.safetensors"), "{error}");
    }
}
