//! A run with its metrics and checkpoints in one file, which another browser can import.
//!
//! The file is a ZIP archive: `run.json` holds the run's record, the person's labels and the list of
//! checkpoints; `metrics.json` holds all measurements; `checkpoints/{name}.safetensors` are the files that
//! [`crate::checkpoint`] describes.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::archive::{self, Archive, ArchiveError, NamedFile};
use crate::checkpoint::{Checkpoint, CheckpointError, read_checkpoint};
use crate::checksum::sha256_hex;
use crate::library::{CheckpointSummary, RunLabels, RunMetrics, RunRecord};

/// What such an archive says it is.
pub const FORMAT: &str = "atelier-run";
/// The version of the format that is written and read here.
pub const VERSION: u32 = 1;
/// The file that identifies such an archive.
const MANIFEST: &str = "run.json";
const METRICS: &str = "metrics.json";
/// In bytes: more than the description of two thousand checkpoints takes.
const MOST_MANIFEST: u64 = 2 << 20;
/// In bytes: far more than the measurements of ten million steps take.
const MOST_METRICS: u64 = 512 << 20;
/// As JSON, roughly.
const BYTES_A_LOSS: usize = 20;
/// In bytes: the same for a checkpoint, which also holds measurements.
const MOST_CHECKPOINT: u64 = 128 << 20;

/// Why an archive is not a run.
#[derive(Debug, Error)]
pub enum BundleError {
    /// It cannot be packed or unpacked.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file of the run is missing.
    #[error("{0} is missing from it")]
    Missing(String),
    /// A description in it cannot be read.
    #[error("its {file} cannot be read: {source}")]
    Json {
        /// The file.
        file: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// From a later build, or something else of the same shape.
    #[error("it is {format:?} version {version}; this build reads {FORMAT:?} up to {VERSION}")]
    Version {
        /// Its format, as it declares.
        format: String,
        /// Its version.
        version: u32,
    },
    /// Its metrics contradict themselves.
    #[error("its measurements contradict themselves")]
    Metrics,
    /// A checkpoint in it differs from the one that was packed.
    #[error("{0} in it is damaged: its checksum differs")]
    Damaged(String),
    /// A checkpoint in it cannot be used.
    #[error("{name} in it cannot be used: {source}")]
    Checkpoint {
        /// Its name.
        name: String,
        /// Why.
        source: CheckpointError,
    },
}

/// A run with its labels, metrics and checkpoints.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The run.
    pub record: RunRecord,
    /// The person's name, note and tags for it.
    pub labels: RunLabels,
    /// All of its measurements.
    pub metrics: RunMetrics,
    /// Its checkpoints.
    pub checkpoints: Vec<(CheckpointSummary, Checkpoint)>,
}

/// The content of `run.json`.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    record: RunRecord,
    labels: RunLabels,
    checkpoints: Vec<CheckpointSummary>,
}

/// The bytes of a run's archive, given the files of its checkpoints.
///
/// # Errors
/// [`BundleError::Archive`] or [`BundleError::Json`].
pub async fn write(
    record: &RunRecord,
    labels: &RunLabels,
    metrics: &RunMetrics,
    checkpoints: Vec<(CheckpointSummary, Vec<u8>)>,
    turn: &impl AsyncFn(usize),
) -> Result<Vec<u8>, BundleError> {
    let (summaries, files): (Vec<_>, Vec<_>) = checkpoints.into_iter().unzip();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        record: record.clone(),
        labels: labels.clone(),
        checkpoints: summaries,
    };
    let json = |file, source| BundleError::Json { file, source };
    turn(metrics.history.losses.len() * BYTES_A_LOSS).await;
    let metrics = serde_json::to_vec(metrics).map_err(|source| json(METRICS, source))?;
    let described =
        serde_json::to_vec_pretty(&manifest).map_err(|source| json(MANIFEST, source))?;
    let mut packed: Vec<NamedFile> =
        vec![(MANIFEST.to_owned(), described), (METRICS.to_owned(), metrics)];
    let names = manifest.checkpoints.iter().map(|summary| path_of(&summary.name));
    packed.extend(names.zip(files));
    Ok(archive::write(&packed, turn).await?)
}

/// Whether an archive is a run, judged by the names in it.
#[must_use]
pub fn is_run(archive: &Archive<'_>) -> bool {
    archive.has(MANIFEST)
}

/// Reads a run from its archive. Everything in it is checked, and files that do not belong to the run are
/// not unpacked.
///
/// # Errors
/// Any [`BundleError`].
pub async fn read(
    mut archive: Archive<'_>,
    turn: &impl AsyncFn(usize),
) -> Result<Bundle, BundleError> {
    let mut take = async |name: &str, most| {
        let file = archive.read(name, most, turn).await?;
        let file = file.ok_or_else(|| BundleError::Missing(name.to_owned()))?;
        turn(file.len()).await;
        Ok::<_, BundleError>(file)
    };
    #[derive(Deserialize)]
    struct Version {
        format: String,
        version: u32,
    }
    let json = |source| BundleError::Json { file: MANIFEST, source };
    let described = take(MANIFEST, MOST_MANIFEST).await?;
    // First, because a later version may look different otherwise.
    let Version { format, version } = serde_json::from_slice(&described).map_err(json)?;
    if format != FORMAT || version != VERSION {
        return Err(BundleError::Version { format, version });
    }
    let manifest: Manifest = serde_json::from_slice(&described).map_err(json)?;
    let metrics: RunMetrics = serde_json::from_slice(&take(METRICS, MOST_METRICS).await?)
        .map_err(|source| BundleError::Json { file: METRICS, source })?;
    if !metrics.history.is_consistent() {
        return Err(BundleError::Metrics);
    }
    let mut checkpoints: Vec<(CheckpointSummary, Checkpoint)> = Vec::new();
    let mut unpacked = HashSet::new();
    for summary in manifest.checkpoints {
        let path = path_of(&summary.name);
        // A file named many times would be unpacked as often.
        if !unpacked.insert(path.clone()) {
            return Err(BundleError::Missing(path));
        }
        let bytes = take(&path, MOST_CHECKPOINT).await?;
        if sha256_hex(&bytes) != summary.sha256 {
            return Err(BundleError::Damaged(summary.name));
        }
        let name = summary.name.clone();
        let checkpoint =
            read_checkpoint(&bytes).map_err(|source| BundleError::Checkpoint { name, source })?;
        checkpoints.push((summary, checkpoint));
    }
    Ok(Bundle { record: manifest.record, labels: manifest.labels, metrics, checkpoints })
}

fn path_of(checkpoint: &str) -> String {
    format!("checkpoints/{checkpoint}.safetensors")
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
