//! The archive around a state dict, whose entries are read within limits.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipReadOptions;
use zip::result::ZipError;

use super::error::{Part, PytorchError};
use crate::exchange::archive::{ArchiveError, open_index};

/// The most bytes of numbers in a file, counted once for its storages and once for its tensors: far more
/// than the network's 178 KB, and little enough for a phone.
pub(super) const MOST_BYTES: usize = 64 << 20;
/// The most bytes of numbers beyond the file's own size: PyTorch compresses nothing.
const MORE_THAN_FILE: usize = 4 << 20;

/// The most bytes of a pickle; that of the network's state dict has 1 KB. An opcode of one byte makes objects of up to sixty.
const MOST_PICKLE_BYTES: usize = 512 << 10;

/// How a ZIP archive's first entry starts.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// A tar file has this at [`TAR_MAGIC_AT`].
const TAR_MAGIC: &[u8] = b"ustar";
const TAR_MAGIC_AT: usize = 257;
/// The opcode that starts every pickle of protocol 2 and later, and thus a stream of PyTorch before 1.6.
const PICKLE_MAGIC: u8 = 0x80;

/// The archive, and the folder that holds everything in it.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    root: Vec<u8>,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, PytorchError> {
        if !bytes.starts_with(ZIP_MAGIC) {
            let is_tar = bytes.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(TAR_MAGIC));
            let is_old = is_tar || bytes.first() == Some(&PICKLE_MAGIC);
            return Err(if is_old { PytorchError::OldFormat } else { PytorchError::NotPytorch });
        }
        let zip = open_index(bytes)?;
        let root = zip.file_names_raw().find_map(root_of).map(<[u8]>::to_owned);
        let mut archive = Self { root: root.ok_or(PytorchError::NotPytorch)?, zip };
        archive.check_byte_order()?;
        Ok(archive)
    }

    fn check_byte_order(&mut self) -> Result<(), PytorchError> {
        // Older versions of PyTorch omitted it, and ran on little-endian machines.
        match self.read("byteorder", Part::ByteOrder, 16)?.as_deref() {
            None | Some(b"little") => Ok(()),
            Some(b"big") => Err(PytorchError::BigEndian),
            Some(_) => Err(PytorchError::ByteOrder),
        }
    }

    pub(super) fn pickle(&mut self) -> Result<Vec<u8>, PytorchError> {
        let pickle = self.read("data.pkl", Part::Pickle, MOST_PICKLE_BYTES)?;
        pickle.ok_or(PytorchError::NotPytorch)
    }

    /// An entry of at most `limit` bytes; `None` if there is no such entry.
    fn read(
        &mut self,
        name: &str,
        part: Part,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, PytorchError> {
        let path = [&self.root, b"/".as_slice(), name.as_bytes()].concat();
        let Some(index) = self.zip.index_for_name_raw(&path) else { return Ok(None) };
        // PyTorch writes 0 if it was told not to compute checksums (`compute_crc32 = False`).
        let has_checksum = self.zip.by_index_data(index)?.crc32() != 0;
        let options = ZipReadOptions::new().ignore_crc32(!has_checksum);
        let entry = self.zip.by_index_with_options(index, options)?;
        if entry.size() > limit as u64 {
            return Err(PytorchError::TooLarge(part));
        }
        // Reserved at once, it is not copied as it grows.
        let mut bytes = Vec::with_capacity(entry.size() as usize + 1);
        // One byte more: the checksum is verified only at the end of the entry, also if it just meets the limit.
        let read = entry.take(limit as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| PytorchError::Damaged(error.to_string()))?;
        if bytes.len() > limit {
            return Err(PytorchError::TooLarge(part));
        }
        Ok(Some(bytes))
    }
}

/// The folder that holds everything in an archive, if this is the name of its pickle.
fn root_of(name: &[u8]) -> Option<&[u8]> {
    let root = name.strip_suffix(b"/data.pkl")?;
    (!root.contains(&b'/')).then_some(root)
}

/// Whether this name in an archive is that of the pickle that identifies PyTorch's files.
pub(in crate::exchange) fn is_pickle(name: &[u8]) -> bool {
    root_of(name).is_some()
}

/// The storages read so far, since tensors may share one.
pub(super) struct Storages<'a, 'p> {
    archive: Archive<'a>,
    read: BTreeMap<&'p str, Vec<u8>>,
    budget: usize,
}

impl<'a, 'p> Storages<'a, 'p> {
    pub(super) fn new(archive: Archive<'a>, budget: usize) -> Self {
        Self { archive, read: BTreeMap::new(), budget }
    }

    /// The bytes of a storage, if the archive has it.
    pub(super) fn read(&mut self, key: &'p str) -> Result<Option<&[u8]>, PytorchError> {
        let bytes = match self.read.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let name = format!("data/{key}");
                let Some(bytes) = self.archive.read(&name, Part::TensorData, self.budget)? else {
                    return Ok(None);
                };
                self.budget -= bytes.len();
                place.insert(bytes)
            }
        };
        Ok(Some(bytes))
    }
}

/// The most bytes of numbers in a file of this size.
pub(super) fn most_numbers(size: usize) -> usize {
    size.saturating_add(MORE_THAN_FILE).min(MOST_BYTES)
}

impl From<ArchiveError> for PytorchError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Format(error) => error.into(),
            ArchiveError::File { .. } | ArchiveError::Twice => Self::Damaged(error.to_string()),
            ArchiveError::TooLarge => Self::TooLarge(Part::Index),
        }
    }
}

impl From<ZipError> for PytorchError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::UnsupportedArchive(_)
            | ZipError::CompressionMethodNotSupported(_)
            | ZipError::InvalidPassword => Self::Archive(error.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}
