//! ZIP archives in memory.

use std::io::{Cursor, Read as _, Write as _};

use thiserror::Error;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::dataset::own::layout::MOST_FILES as MOST_DATA_FILES;

/// What an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most files.
    files: usize,
    /// The most bytes that it may unpack to.
    unpacked: u64,
    /// How many times its own size it may unpack to, beyond `always`.
    times: u64,
    /// What any archive may unpack to, in bytes.
    always: u64,
}

impl Limits {
    /// Those of our own archives: more files than any of them has.
    const OWN: Self =
        Self { files: 10_000, unpacked: MOST_UNPACKED, times: MOST_TIMES, always: ALWAYS_UNPACKED };
    /// Those of a data set: as many files as are looked at. Pictures hardly compress, and IDX files of garments and digits to a
    /// sixth; drawings in few colours may do better.
    pub const DATA_SET: Self =
        Self { files: MOST_DATA_FILES, unpacked: MOST_UNPACKED, times: 40, always: 64 << 20 };
}

/// No last record begins further from the end, in bytes: its comment has at most 65,535, and zip looks a little further.
const MOST_END: usize = (1 << 16) + 64;
/// The most bytes that an archive may unpack to: more than any of ours does.
const MOST_UNPACKED: u64 = 1 << 30;
/// How many times its own size an archive may unpack to, beyond [`ALWAYS_UNPACKED`]. Those of runs stay below five, and
/// the writer compresses nothing where they would not.
const MOST_TIMES: u64 = 6;
/// What any archive may unpack to, in bytes: earlier builds compressed also what compresses very well. Losses take up to six
/// times their JSON while they are read, and the fuzzer's limit leaves no more.
const ALWAYS_UNPACKED: u64 = 4 << 20;

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
    /// Which file a name means would differ from reader to reader.
    #[error("a name stands in it twice")]
    Twice,
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
    let packed = pack(files, CompressionMethod::Deflated, turn).await?;
    let unpacked: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    // Stored, a run that is too large for any archive would be too large as well.
    if !(most_unpacked(packed.len(), Limits::OWN)..=MOST_UNPACKED).contains(&(unpacked as u64)) {
        return Ok(packed);
    }
    drop(packed);
    // The same loss at every step, for example, of a network that has died.
    pack(files, CompressionMethod::Stored, turn).await
}

async fn pack(
    files: &[NamedFile],
    usual: CompressionMethod,
    turn: &impl AsyncFn(usize),
) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // Weights hardly compress.
        let is_weights = name.ends_with(".safetensors");
        let method = if is_weights { CompressionMethod::Stored } else { usual };
        archive.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        for piece in bytes.chunks(PIECE) {
            turn(piece.len()).await;
            archive.write_all(piece).map_err(ZipError::Io)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}

/// The most bytes that an archive of this size may unpack to within these limits.
fn most_unpacked(size: usize, limits: Limits) -> u64 {
    let times = (size as u64).saturating_mul(limits.times);
    times.saturating_add(limits.always).min(limits.unpacked)
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
    /// [`ArchiveError::Format`], [`ArchiveError::Twice`] or [`ArchiveError::TooLarge`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        Self::open_within(bytes, Limits::OWN)
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_within(bytes: &'a [u8], limits: Limits) -> Result<Self, ArchiveError> {
        let zip = open_index_within(bytes, limits.files)?;
        Ok(Self { zip, left: most_unpacked(bytes.len(), limits) })
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

    /// The files by the names that stand in the archive, and by their paths. Some programs for Windows part folders by
    /// backslashes, which the format forbids.
    #[must_use]
    pub fn files(&self) -> (Vec<Vec<u8>>, Vec<String>) {
        let files = self.names().filter(|name| !name.ends_with(b"/")).map(<[u8]>::to_vec);
        let names: Vec<Vec<u8>> = files.collect();
        let path = |name: &Vec<u8>| String::from_utf8_lossy(name).replace('\\', "/");
        let paths = names.iter().map(path).collect();
        (names, paths)
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
        self.read_raw(name.as_bytes(), most, turn).await
    }

    /// The same for a name as it stands in the index, which need not be Unicode.
    ///
    /// # Errors
    /// Any [`ArchiveError`].
    pub async fn read_raw(
        &mut self,
        name: &[u8],
        most: u64,
        turn: &impl AsyncFn(usize),
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(index) = self.zip.index_for_name_raw(name) else { return Ok(None) };
        let file = self.zip.by_index(index)?;
        let most = most.min(self.left);
        if file.size() > most {
            return Err(ArchiveError::TooLarge);
        }
        // The declared size is not trusted either: reading stops one byte above it.
        let most = file.size();
        // Reserved at once, it is not copied as it grows.
        let mut unpacked = Vec::with_capacity(most as usize + 1);
        let mut file = file.take(most + 1);
        loop {
            turn(PIECE).await;
            let read = file.by_ref().take(PIECE as u64).read_to_end(&mut unpacked);
            let read = read.map_err(|source| ArchiveError::File {
                name: String::from_utf8_lossy(name).into_owned(),
                source,
            })?;
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

/// Reads an archive's index, in which every name stands once.
///
/// # Errors
/// [`ArchiveError::Format`], [`ArchiveError::Twice`], or [`ArchiveError::TooLarge`] for more files than any of ours has.
pub(super) fn open_index(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ArchiveError> {
    open_index_within(bytes, Limits::OWN.files)
}

fn open_index_within(
    bytes: &[u8],
    most_files: usize,
) -> Result<ZipArchive<Cursor<&[u8]>>, ArchiveError> {
    // Before the index is read: it takes ten times its size in memory.
    if declares_too_many(bytes, most_files) {
        return Err(ArchiveError::TooLarge);
    }
    // Not detected automatically: PyTorch writes ZIP64 records before the end record, and zip 9.8
    // mistakes them for data before the archive if the first directory entry has the same length,
    // which it has if the file was saved under a name of 21 characters.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let zip = ZipArchive::with_config(config, Cursor::new(bytes))?;
    if zip.len() > most_files {
        return Err(ArchiveError::TooLarge);
    }
    if zip.has_duplicate_names() {
        return Err(ArchiveError::Twice);
    }
    Ok(zip)
}

/// Whether a record that zip would take for the archive's last one says that there are more than so many files. It
/// takes the last that is consistent, and an earlier one if that leads nowhere; what only looks like the beginning of one
/// stands in any compressed data by chance.
fn declares_too_many(bytes: &[u8], most_files: usize) -> bool {
    let from = bytes.len().saturating_sub(MOST_END);
    let last = bytes.get(from..).unwrap_or_default();
    let ends = last.windows(4).enumerate().filter(|(_, bytes)| bytes == b"PK\x05\x06");
    ends.map(|(at, _)| declared_files(bytes, from + at)).any(|files| files > most_files as u64)
}

/// How many files there are by the record at this place; 0 if it contradicts itself.
fn declared_files(bytes: &[u8], at: usize) -> u64 {
    let number = |record: &[u8], at: usize, size: usize| {
        let bytes = record.get(at..at + size).unwrap_or_default();
        bytes.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte))
    };
    let end = bytes.get(at..).unwrap_or_default();
    let [here, files] = [8, 10].map(|at| number(end, at, 2));
    let [size, place] = [12, 16].map(|at| number(end, at, 4));
    let begins = |record: &&[u8], with: &[u8]| record.starts_with(with);
    let locator = at.checked_sub(20).and_then(|at| bytes.get(at..));
    let locator = locator.filter(|record| begins(record, b"PK\x06\x07"));
    let (disk, here, files) = match locator {
        // The largest numbers mean that a ZIP64 record has the right ones.
        Some(locator)
            if files == u64::from(u16::MAX) || [size, place].contains(&u64::from(u32::MAX)) =>
        {
            let at = usize::try_from(number(locator, 8, 8)).ok();
            let record = at.and_then(|at| bytes.get(at..));
            let record = record.filter(|record| begins(record, b"PK\x06\x06")).unwrap_or_default();
            (number(record, 16, 4), number(record, 24, 8), number(record, 32, 8))
        }
        _ => (number(end, 4, 4), here, files),
    };
    // Nothing is read of an archive in several volumes.
    if disk == 0 && here == files { files } else { 0 }
}

/// Whether bytes begin like an archive.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
