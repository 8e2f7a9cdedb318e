//! Reads the data set from the shards on disk.

use std::io::ErrorKind;
use std::path::Path;

use super::TerminalError;
use super::files::read;
use crate::dataset::shard::MANIFEST_NAME;
use crate::dataset::{Dataset, Manifest};

/// Reads and verifies every shard of a folder.
///
/// # Errors
/// [`TerminalError::NoData`], [`TerminalError::Read`] or [`TerminalError::Data`].
pub fn load_dataset(folder: &Path) -> Result<Dataset, TerminalError> {
    let path = folder.join(MANIFEST_NAME);
    let json = read(&path).map_err(|error| match error {
        TerminalError::Read { error, .. } if error.kind() == ErrorKind::NotFound => {
            TerminalError::NoData(folder.to_owned())
        }
        other => other,
    })?;
    let manifest = Manifest::parse(&json).map_err(|error| TerminalError::Data { path, error })?;
    let network = manifest.network();
    let mut dataset = Dataset::new(&manifest);
    for (split, entries) in
        [(&mut dataset.train, &manifest.train), (&mut dataset.test, &manifest.test)]
    {
        for (index, entry) in entries.shards.iter().enumerate() {
            let path = folder.join(&entry.file);
            let stored = read(&path)?;
            let wrong = |error| TerminalError::Data { path: path.clone(), error };
            let bytes = entry.unpack(stored).map_err(wrong)?;
            let (pixels, labels) = entry.open(&bytes, network).map_err(wrong)?;
            split.insert(index, pixels, labels);
        }
    }
    Ok(dataset)
}
