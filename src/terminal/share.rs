//! Writes a data set as a folder that any static host can serve: see `docs/own-classes.md`.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{FlagMistake, TerminalError, files};
use crate::dataset::Dataset;
use crate::dataset::shard::{MANIFEST_NAME, write_own_shards};

/// Writes a data set of one's own into a folder, its manifest last.
///
/// # Errors
/// [`TerminalError::Write`], or [`TerminalError::Flags`] for the tutorial's data set.
pub(super) fn write(dataset: &Dataset, folder: &Path) -> Result<(), TerminalError> {
    let Some(own) = &dataset.own else {
        return Err(TerminalError::Flags(vec![FlagMistake::WritesTutorialData]));
    };
    let [train, test] =
        [&dataset.train, &dataset.test].map(|split| (split.pixels(), split.labels()));
    let made = write_own_shards(own, train, test, &gzip);
    let manifest_file = folder.join(MANIFEST_NAME);
    let wrong = |error| TerminalError::Data { path: manifest_file.clone(), error };
    let (manifest, shards) = made.map_err(wrong)?;
    for (name, bytes) in shards {
        files::write(&folder.join(name), &bytes)?;
    }
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| TerminalError::Write {
        path: manifest_file.clone(),
        error: error.into(),
    })?;
    files::write(&manifest_file, &json)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
