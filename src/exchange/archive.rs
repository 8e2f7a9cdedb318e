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
/// How many times its own size an archive may unpack to, beyond [`ALWAYS_UNPACKED`]. Those of runs stay below five, and
/// the writer compresses nothing where they would not.
const MOST_TIMES: u64 = 8;
/// What any archive may unpack to, in bytes.
const ALWAYS_UNPACKED: u64 = 2 << 20;

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
    let packed = pack(files, CompressionMethod::Deflated, turn).await?;
    let unpacked: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    if unpacked as u64 <= most_unpacked(packed.len()) {
        return Ok(packed);
    }
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

/// The most bytes that an archive of this size may unpack to.
fn most_unpacked(size: usize) -> u64 {
    let times = (size as u64).saturating_mul(MOST_TIMES);
    times.saturating_add(ALWAYS_UNPACKED).min(MOST_UNPACKED)
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
        let zip = open_index(bytes)?;
        Ok(Self { zip, left: most_unpacked(bytes.len()) })
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
        // The declared size is not trusted either: reading stops one byte above it.
        let most = file.size();
        // Reserved at once, it is not copied as it grows.
        let mut unpacked = Vec::with_capacity(most as usize + 1);
        let mut file = file.take(most + 1);
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

/// Reads an archive's index, in which every name stands once.
///
/// # Errors
/// [`ArchiveError::Format`], or [`ArchiveError::TooLarge`] for more than [`MOST_FILES`] files.
pub(super) fn open_index(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ArchiveError> {
    // Before the index is read: it takes ten times its size in memory.
    if declares_too_many(bytes) {
        return Err(ArchiveError::TooLarge);
    }
    // Not detected automatically: PyTorch writes ZIP64 records before the end record, and zip 9.8
    // mistakes them for data before the archive if the first directory entry has the same length,
    // which it has if the file was saved under a name of 21 characters.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let zip = ZipArchive::with_config(config, Cursor::new(bytes))?;
    if zip.has_duplicate_names() {
        // Which of them counts differs from reader to reader.
        return Err(ZipError::InvalidArchive("a name stands in it twice".into()).into());
    }
    Ok(zip)
}

/// Whether anything that could be an archive's last record says that there are more than [`MOST_FILES`] files. There may be
/// several such records, and which of them is used is decided by whoever reads the index.
fn declares_too_many(bytes: &[u8]) -> bool {
    let too_many = |files: u64| files > MOST_FILES as u64;
    let is_end = |at: usize| {
        let record = bytes.get(at..).unwrap_or_default();
        let field = |at: usize, size: usize| {
            let bytes = record.get(at..at + size).unwrap_or_default();
            bytes.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte))
        };
        match record.get(..4) {
            // The largest number means that a ZIP64 record has the right one.
            Some(b"PK\x05\x06") => {
                let files = [field(8, 2), field(10, 2)];
                files.into_iter().any(|files| too_many(files) && files != u64::from(u16::MAX))
            }
            Some(b"PK\x06\x06") => too_many(field(24, 8)) || too_many(field(32, 8)),
            _ => false,
        }
    };
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'P');
    starts.map(|(at, _)| at).any(is_end)
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
    fn no_more_is_unpacked_than_the_index_says() {
        let files = [("run.json".to_owned(), vec![7; 5 * PIECE])];
        let mut packed = write(&files).unwrap();
        let entry = packed.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        packed[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
        let turns = std::cell::Cell::new(0);
        let turn = async |_| turns.set(turns.get() + 1);
        let mut archive = Archive::open(&packed).unwrap();
        let read = block_on(archive.read("run.json", 1 << 30, &turn));
        // Which of the two depends on how much the inflater gives at once, and so on what else is built with it.
        let refused = matches!(read, Err(ArchiveError::TooLarge | ArchiveError::File { .. }));
        assert!(refused, "{read:?}");
        assert_eq!(turns.get(), 1, "the five pieces are not all unpacked");
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
    fn an_archive_has_what_its_index_names_and_nothing_else_is_one() {
        let packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
        let archive = Archive::open(&packed).unwrap();
        assert!(archive.has("run.json"));
        assert!(!archive.has("run") && !archive.has("metrics.json"));
        assert!(is_archive(&write(&[]).unwrap()), "without a file");
        for other in [&b""[..], b"PK", b"PK\x01\x02", b"{\"format\": 1}", b" PK\x03\x04"] {
            assert!(!is_archive(other));
        }
    }

    #[test]
    fn a_small_archive_is_not_unpacked_to_gigabytes() {
        let zeros = vec![0; 8 << 20];
        let packed =
            block_on(pack(&[("a".to_owned(), zeros)], CompressionMethod::Deflated, &no_turn));
        let packed = packed.unwrap();
        assert!(packed.len() < 10_000);
        let read = file(&mut Archive::open(&packed).unwrap(), "a", 1 << 30);
        assert!(matches!(read, Err(ArchiveError::TooLarge)));
    }

    #[test]
    fn what_we_pack_can_be_unpacked_however_monotonous() {
        let files = [("metrics.json".to_owned(), b"2.3025851,".repeat(400_000))];
        let packed = write(&files).unwrap();
        let mut archive = Archive::open(&packed).unwrap();
        assert!(file(&mut archive, "metrics.json", 1 << 30).unwrap().as_ref() == Some(&files[0].1));
    }

    #[test]
    fn an_index_of_too_many_files_is_refused_before_it_is_read() {
        // As many as the index says are in it, whose size in memory follows from that.
        let mut packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
        let end = packed.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
        packed[end + 8..end + 12].copy_from_slice(&[0x11, 0x27, 0x11, 0x27]);
        assert!(matches!(Archive::open(&packed), Err(ArchiveError::TooLarge)));
        // A ZIP64 record is asked in place of the other if there is one.
        let zip64 = [b"PK\x06\x06".as_slice(), &[0; 20], &[0x40, 0x42, 0x0f, 0, 0, 0, 0, 0]];
        assert!(declares_too_many(&zip64.concat()));
        let many: Vec<_> = (0..MOST_FILES + 1).map(|at| (at.to_string(), Vec::new())).collect();
        assert!(matches!(Archive::open(&write(&many).unwrap()), Err(ArchiveError::TooLarge)));
        assert!(Archive::open(&write(&many[1..]).unwrap()).is_ok());
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let files = ["run.json", "ron.json"].map(|name| (name.to_owned(), b"{}".to_vec()));
        let mut packed = write(&files).unwrap();
        for at in 0..packed.len() - 8 {
            if &packed[at..at + 8] == b"ron.json" {
                packed[at + 1] = b'u';
            }
        }
        let error = Archive::open(&packed).err().unwrap().to_string();
        assert!(error.contains("twice"), "{error}");
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
