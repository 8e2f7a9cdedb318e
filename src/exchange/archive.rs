//! ZIP archives in memory.

use std::io::{Cursor, Read as _, Write as _};

use thiserror::Error;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The most files in an archive: more than any of ours has.
const MOST_FILES: usize = 10_000;
/// The most bytes that an archive may unpack to: more than any of ours does.
const MOST_UNPACKED: u64 = 1 << 30;

/// Why bytes are not an archive, or not one that is accepted.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Truncated, damaged, or not an archive.
    #[error("it is not a complete archive: {0}")]
    Format(#[from] ZipError),
    /// A file in it is truncated or damaged.
    #[error("{name} in it cannot be unpacked: {source}")]
    File {
        /// The file's name.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// It holds far more than any archive of ours.
    #[error("it would unpack to more than any run has")]
    TooLarge,
}

/// A file's path, with `/` as separator, and its bytes.
pub type NamedFile = (String, Vec<u8>);

/// Bytes that are packed or unpacked between two turns.
const PIECE: usize = 1 << 20;

/// The archive of these files.
///
/// # Errors
/// [`ArchiveError::Format`] if two names are the same.
pub async fn write(
    files: &[NamedFile],
    turn: &impl AsyncFn(usize),
) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // Weights hardly compress.
        let method = if name.ends_with(".safetensors") {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        archive.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        for piece in bytes.chunks(PIECE) {
            turn(piece.len()).await;
            archive.write_all(piece).map_err(ZipError::Io)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}

/// An archive whose index has been read; files are unpacked on demand.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked of it.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Reads an archive's index.
    ///
    /// # Errors
    /// [`ArchiveError::Format`] or [`ArchiveError::TooLarge`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        // As for PyTorch's files, whose first bytes look like ours.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let zip = ZipArchive::with_config(config, Cursor::new(bytes))?;
        if zip.len() > MOST_FILES {
            return Err(ArchiveError::TooLarge);
        }
        Ok(Self { zip, left: MOST_UNPACKED })
    }

    /// Whether the index names this file.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name_raw(name.as_bytes()).is_some()
    }

    /// The names in the index, in its order, as bytes.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.zip.file_names_raw()
    }

    /// Unpacks a file of at most `most` bytes; `None` if there is no such file.
    ///
    /// # Errors
    /// Any [`ArchiveError`].
    pub async fn read(
        &mut self,
        name: &str,
        most: u64,
        turn: &impl AsyncFn(usize),
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(index) = self.zip.index_for_name_raw(name.as_bytes()) else { return Ok(None) };
        let file = self.zip.by_index(index)?;
        let most = most.min(self.left);
        if file.size() > most {
            return Err(ArchiveError::TooLarge);
        }
        // The declared size is not trusted either: reading stops one byte above the limit.
        let (mut unpacked, mut file) = (Vec::new(), file.take(most + 1));
        loop {
            turn(PIECE).await;
            let read = file.by_ref().take(PIECE as u64).read_to_end(&mut unpacked);
            let read =
                read.map_err(|source| ArchiveError::File { name: name.to_owned(), source })?;
            if read < PIECE {
                break;
            }
        }
        let size = unpacked.len() as u64;
        if size > most {
            return Err(ArchiveError::TooLarge);
        }
        self.left -= size;
        Ok(Some(unpacked))
    }
}

/// Whether bytes begin like an archive.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use pollster::block_on;

    async fn no_turn(_: usize) {}

    fn write(files: &[NamedFile]) -> Result<Vec<u8>, ArchiveError> {
        block_on(super::write(files, &no_turn))
    }

    fn file(
        archive: &mut Archive<'_>,
        name: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        block_on(archive.read(name, most, &no_turn))
    }

    /// Every file in an archive.
    fn read(bytes: &[u8]) -> Result<Vec<NamedFile>, ArchiveError> {
        let mut archive = Archive::open(bytes)?;
        let names: Vec<String> =
            archive.names().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let mut files = Vec::new();
        for name in names {
            let bytes = file(&mut archive, &name, 5000)?.unwrap();
            files.push((name, bytes));
        }
        Ok(files)
    }

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

    #[test]
    fn a_file_that_is_or_says_that_it_is_too_large_is_not_unpacked() {
        let name = "run.json".to_owned();
        let packed = write(&[(name.clone(), vec![7; 5000])]).unwrap();
        let unpack = |bytes: &[u8], most| file(&mut Archive::open(bytes).unwrap(), &name, most);
        assert_eq!(unpack(&packed, 5000).unwrap().unwrap().len(), 5000);
        assert!(matches!(unpack(&packed, 4999), Err(ArchiveError::TooLarge)));
        // The size in the index, 24 bytes into its entry.
        let entry = packed.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        let declaring = |size: u32| {
            let mut packed = packed.clone();
            packed[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
            packed
        };
        assert!(matches!(unpack(&declaring(1 << 31), 5000), Err(ArchiveError::TooLarge)));
        assert!(unpack(&declaring(10), 4000).is_err(), "more than it says");
    }

    #[test]
    fn no_piece_of_work_is_longer_than_it_was_said_to_be() {
        let pieces = std::cell::RefCell::new(Vec::new());
        let turn = async |bytes| pieces.borrow_mut().push(bytes);
        let files = [("large.json".to_owned(), vec![7; PIECE + 5]), ("b".to_owned(), vec![7; 50])];
        let packed = block_on(super::write(&files, &turn)).unwrap();
        assert_eq!(pieces.take(), [PIECE, 5, 50]);
        let mut archive = Archive::open(&packed).unwrap();
        let read = block_on(archive.read("large.json", 1 << 30, &turn)).unwrap();
        assert_eq!(read.as_ref(), Some(&files[0].1));
        assert_eq!(pieces.take(), [PIECE, PIECE]);
    }

    #[test]
    fn all_that_is_unpacked_together_is_limited() {
        let files = ["a", "b"].map(|name| (name.to_owned(), vec![7; 600]));
        let packed = write(&files).unwrap();
        let mut archive = Archive::open(&packed).unwrap();
        archive.left = 1000;
        assert!(file(&mut archive, "a", 5000).is_ok());
        assert!(matches!(file(&mut archive, "b", 5000), Err(ArchiveError::TooLarge)));
    }
}
