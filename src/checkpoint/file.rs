//! The checkpoint file, in the open format safetensors (<https://huggingface.co/docs/safetensors>).
//!
//! The weights have PyTorch's names and layouts. With them are the optimizer's slots as
//! `optimizer.<slot>.<parameter>` and every step's loss as `history.losses`; settings and metrics are JSON in
//! the header's metadata under `atelier`, settings with the same keys and words as in links.

use std::collections::BTreeMap;

use ::safetensors::tensor::{Dtype, TensorView};
use ::safetensors::{SafeTensorError, serialize};
use serde::{Deserialize, Serialize};

use super::error::{CheckpointError, DescriptionError};
use super::safetensors::FileMistake;
use super::{Checkpoint, Snapshot, safetensors};
use crate::dataset::{Corrections, DataSetIdentity, order};
use crate::history::{EpochMetrics, History, LossReport};
use crate::network::{check_weights, is_parameter};
use crate::settings::TrainingConfig;
use crate::state_dict::{Array, StateDict};
use crate::text;

/// The version of the metadata written here. Version 1 had only SGD with momentum, its settings under other
/// keys, and no given order; it can still be read.
const PLAIN_VERSION: u32 = 2;
/// The version of a checkpoint without its history, which never leaves the library.
const STORED_VERSION: u32 = 3;
/// What the two above are for a run with corrections: a build that does not know them would go on without them.
const CORRECTED_VERSION: u32 = 4;
/// See [`CORRECTED_VERSION`].
const CORRECTED_STORED_VERSION: u32 = 5;
/// What the first two are for a run on a data set of one's own, corrected or not: a build that does not know any would go on
/// with the tutorial's.
const OWN_VERSION: u32 = 6;
/// See [`OWN_VERSION`].
const OWN_STORED_VERSION: u32 = 7;
/// The newest version that is read here.
pub const NEWEST_VERSION: u32 = OWN_STORED_VERSION;
const METADATA_KEY: &str = "atelier";
const OPTIMIZER_PREFIX: &str = "optimizer.";
const LOSSES: &str = "history.losses";

/// Larger than any checkpoint of the longest possible run.
const MOST_BYTES: usize = 512 << 20;

/// The file's description of the run, as JSON in the header's metadata.
#[derive(Serialize, Deserialize)]
struct Description {
    version: u32,
    run: String,
    #[serde(deserialize_with = "text::name")]
    engine: String,
    saved_at_ms: f64,
    config: TrainingConfig,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "order::deserialize_optional"
    )]
    order: Option<Vec<Vec<u32>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<DataSetIdentity>,
    #[serde(default, skip_serializing_if = "Corrections::is_empty")]
    corrections: Corrections,
    #[serde(default)]
    reports: Vec<LossReport>,
    #[serde(default)]
    epochs: Vec<EpochMetrics>,
    /// How far the run has got, in a checkpoint without its history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
}

/// How far a run has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    /// Steps taken.
    steps: u64,
    /// Epochs finished.
    epochs: u32,
}

/// A checkpoint as the library stores it: complete, or without the run's metrics, which are stored once for
/// the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredState {
    /// Has no history if `standing` is present.
    checkpoint: Checkpoint,
    standing: Option<Standing>,
}

impl StoredState {
    /// Steps taken, if the history must come from elsewhere; `None` for a checkpoint that has its own.
    #[must_use]
    pub fn steps_missing(&self) -> Option<u64> {
        self.standing.map(|standing| standing.steps)
    }

    /// The weights for classifying and export.
    #[must_use]
    pub fn inference_weights(&self) -> StateDict {
        self.checkpoint.snapshot.inference_weights()
    }

    /// The data set of one's own that the run trains on.
    #[must_use]
    pub const fn data(&self) -> Option<&DataSetIdentity> {
        self.checkpoint.snapshot.data.as_ref()
    }

    /// The state, without the run's metrics if those must come from elsewhere.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.checkpoint.snapshot
    }

    /// The run and its settings.
    #[must_use]
    pub fn run(&self) -> (&str, &TrainingConfig) {
        (&self.checkpoint.run, &self.checkpoint.snapshot.config)
    }

    /// The whole checkpoint, given its run's history up to now or up to the checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::NoHistory`] if the checkpoint has no history and the given one does not reach it.
    pub fn with_history(mut self, history: &History) -> Result<Checkpoint, CheckpointError> {
        if let Some(Standing { steps, epochs }) = self.standing {
            let history = history.up_to(steps, epochs);
            self.checkpoint.snapshot.history =
                history.ok_or(CheckpointError::NoHistory { steps })?;
        }
        Ok(self.checkpoint)
    }
}

/// The file of a whole checkpoint.
///
/// # Errors
/// [`CheckpointError::Format`] if an array's shape does not fit its values.
pub fn write_checkpoint(checkpoint: &Checkpoint) -> Result<Vec<u8>, CheckpointError> {
    let History { losses, reports, epochs } = &checkpoint.snapshot.history;
    let description = Description {
        reports: reports.clone(),
        epochs: epochs.clone(),
        ..describe(checkpoint, [PLAIN_VERSION, CORRECTED_VERSION, OWN_VERSION])
    };
    let losses = Array { shape: vec![losses.len()], values: losses.clone() };
    write_described(checkpoint, &description, Some(losses))
}

/// A checkpoint without its history, which the library stores once for the whole run: its size does not
/// depend on the length of the run.
///
/// # Errors
/// [`CheckpointError::Format`] if an array's shape does not fit its values.
pub fn write_state(checkpoint: &Checkpoint) -> Result<Vec<u8>, CheckpointError> {
    let History { losses, epochs, .. } = &checkpoint.snapshot.history;
    let versions = [STORED_VERSION, CORRECTED_STORED_VERSION, OWN_STORED_VERSION];
    let standing = Standing { steps: losses.len() as u64, epochs: epochs.len() as u32 };
    let description = Description { standing: Some(standing), ..describe(checkpoint, versions) };
    write_described(checkpoint, &description, None)
}

/// A file's description of a checkpoint, without its history; the versions are those without and with corrections, and on a
/// data set of one's own.
fn describe(checkpoint: &Checkpoint, [plain, corrected, own]: [u32; 3]) -> Description {
    let Checkpoint { run, engine, saved_at_ms, snapshot } = checkpoint;
    Description {
        version: match (&snapshot.data, snapshot.corrections.is_empty()) {
            (Some(_), _) => own,
            (None, true) => plain,
            (None, false) => corrected,
        },
        data: snapshot.data.clone(),
        run: run.clone(),
        engine: engine.clone(),
        saved_at_ms: *saved_at_ms,
        config: snapshot.config.clone(),
        order: snapshot.order.clone(),
        corrections: snapshot.corrections.clone(),
        reports: Vec::new(),
        epochs: Vec::new(),
        standing: None,
    }
}

fn write_described(
    checkpoint: &Checkpoint,
    description: &Description,
    losses: Option<Array>,
) -> Result<Vec<u8>, CheckpointError> {
    let description = serde_json::to_string(description)
        .map_err(|error| DescriptionError::Json(error.to_string()))?;
    let mut arrays = checkpoint.snapshot.weights.clone();
    for (name, array) in &checkpoint.snapshot.optimizer {
        arrays.insert(format!("{OPTIMIZER_PREFIX}{name}"), array.clone());
    }
    arrays.extend(losses.map(|losses| (LOSSES.to_owned(), losses)));
    write_arrays(&arrays, [(METADATA_KEY.to_owned(), description)])
}

/// A file with only the weights, which `model.load_state_dict(safetensors.torch.load_file(f))` takes.
///
/// # Errors
/// [`CheckpointError::Format`] if an array's shape does not fit its values.
pub fn write_weights(weights: &StateDict) -> Result<Vec<u8>, CheckpointError> {
    write_arrays(weights, [])
}

fn write_arrays(
    arrays: &StateDict,
    metadata: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<u8>, CheckpointError> {
    let format = |error: SafeTensorError| CheckpointError::Format(error.to_string());
    // PyTorch's tools write this key, and some readers require it.
    let mut header = BTreeMap::from([("format".to_owned(), "pt".to_owned())]);
    header.extend(metadata);
    let bytes: Vec<Vec<u8>> = arrays
        .values()
        .map(|array| array.values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let mut views = Vec::with_capacity(arrays.len());
    for ((name, array), bytes) in arrays.iter().zip(&bytes) {
        let view = TensorView::new(Dtype::F32, array.shape.clone(), bytes).map_err(format)?;
        views.push((name, view));
    }
    with_metadata(&serialize(views, None).map_err(format)?, &header)
}

/// A safetensors file without metadata, with this metadata at the beginning of its header. The crate takes
/// metadata as a hash map, whose order changes from call to call, and so would the file's checksum.
fn with_metadata(
    file: &[u8],
    metadata: &BTreeMap<String, String>,
) -> Result<Vec<u8>, CheckpointError> {
    let cut = || CheckpointError::Header(FileMistake::Cut);
    let (length, rest) = file.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
    let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
    let entries = header.trim_ascii_end().strip_prefix(b"{").ok_or_else(cut)?;
    let metadata = serde_json::to_string(metadata)
        .map_err(|error| DescriptionError::Json(error.to_string()))?;
    let mut header = format!("{{\"__metadata__\":{metadata}").into_bytes();
    if entries != b"}" {
        header.push(b',');
    }
    header.extend_from_slice(entries);
    // The data begins at a multiple of eight bytes.
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut whole = (header.len() as u64).to_le_bytes().to_vec();
    whole.extend(header);
    whole.extend_from_slice(data);
    Ok(whole)
}

/// Reads a whole checkpoint; nothing in the file is trusted unchecked.
///
/// ```
/// use atelier::checkpoint::{Checkpoint, CheckpointError, Snapshot, read_checkpoint, write_checkpoint};
/// use atelier::settings::TrainingConfig;
///
/// let checkpoint = Checkpoint {
///     run: "20260102_030405".to_owned(),
///     engine: "CPU".to_owned(),
///     saved_at_ms: 1_767_323_045_000.0,
///     snapshot: Snapshot::beginning(TrainingConfig::default()),
/// };
/// let mut file = write_checkpoint(&checkpoint)?;
/// assert_eq!(read_checkpoint(&file)?, checkpoint);
/// file.truncate(1000);
/// assert!(read_checkpoint(&file).is_err());
/// # Ok::<(), CheckpointError>(())
/// ```
///
/// # Errors
/// Any [`CheckpointError`]; [`CheckpointError::NoHistory`] for one without its history.
pub fn read_checkpoint(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    read_state(bytes)?.with_history(&History::default())
}

/// Reads a checkpoint with or without its history; nothing in the file is trusted unchecked.
///
/// # Errors
/// Any [`CheckpointError`].
pub fn read_state(bytes: &[u8]) -> Result<StoredState, CheckpointError> {
    let safetensors::File { mut arrays, entry } = read_file(bytes)?;
    let description = parse_description(&entry.ok_or(CheckpointError::NoRun)?)?;
    let Description { version, run, engine, saved_at_ms, config, order, reports, epochs, .. } =
        description;
    let Description { data, corrections, standing, .. } = description;
    let is_stored =
        matches!(version, STORED_VERSION | CORRECTED_STORED_VERSION | OWN_STORED_VERSION);
    if matches!(version, OWN_VERSION | OWN_STORED_VERSION) != data.is_some() {
        return Err(DescriptionError::DataSet.into());
    }
    if is_stored != standing.is_some() {
        return Err(DescriptionError::Standing.into());
    }
    let losses = match (arrays.remove(LOSSES), standing) {
        (Some(array), None) if array.shape.len() == 1 => array.values,
        (None, Some(_)) => Vec::new(),
        _ => return Err(DescriptionError::NoLosses.into()),
    };
    let (mut weights, mut optimizer) = (StateDict::new(), StateDict::new());
    for (name, array) in arrays {
        match name.strip_prefix(OPTIMIZER_PREFIX) {
            Some(slot) => optimizer.insert(slot.to_owned(), array),
            None => weights.insert(name, array),
        };
    }
    DataSetIdentity::network_for(data.as_ref()).check(&weights)?;
    if let Some(name) = weights.keys().find(|name| !is_parameter(name)) {
        return Err(DescriptionError::Extra(name.clone()).into());
    }
    if !is_timestamp(&run) {
        return Err(DescriptionError::RunName(run).into());
    }
    let history = History { losses, reports, epochs };
    if !history.is_consistent() {
        return Err(DescriptionError::History.into());
    }
    let snapshot = Snapshot { config, order, data, corrections, weights, optimizer, history };
    Ok(StoredState { checkpoint: Checkpoint { run, engine, saved_at_ms, snapshot }, standing })
}

/// Whether this is a valid name for a run: `YYYYMMDD_HHMMSS`. Names become part of file names and keys, so
/// nothing else is allowed.
#[must_use]
pub fn is_timestamp(run: &str) -> bool {
    let fits = |(at, letter): (usize, u8)| {
        if at == 8 { letter == b'_' } else { letter.is_ascii_digit() }
    };
    run.len() == 15 && run.bytes().enumerate().all(fits)
}

fn parse_description(json: &str) -> Result<Description, DescriptionError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let unreadable = |error: serde_json::Error| DescriptionError::Json(error.to_string());
    // Checked first, because the rest of a later version may look different.
    let Version { version } = serde_json::from_str(json).map_err(unreadable)?;
    if !(1..=NEWEST_VERSION).contains(&version) {
        return Err(DescriptionError::Version(version));
    }
    serde_json::from_str(json).map_err(unreadable)
}

/// Whether a safetensors file claims to hold a run.
#[must_use]
pub fn is_checkpoint(bytes: &[u8]) -> bool {
    safetensors::has_entry(bytes, METADATA_KEY)
}

/// The weights in a safetensors file, PyTorch's or our own; everything else in it is ignored.
///
/// # Errors
/// As [`read_arrays`], or [`CheckpointError::Weights`].
pub fn read_weights(bytes: &[u8]) -> Result<StateDict, CheckpointError> {
    let mut arrays = read_arrays(bytes)?;
    check_weights(&arrays)?;
    arrays.retain(|name, _| is_parameter(name));
    Ok(arrays)
}

/// The arrays of a safetensors file of 32-bit floats.
///
/// # Errors
/// [`CheckpointError::TooLarge`], [`CheckpointError::Format`], [`CheckpointError::Header`] or
/// [`CheckpointError::NotFloats`].
pub fn read_arrays(bytes: &[u8]) -> Result<StateDict, CheckpointError> {
    Ok(read_file(bytes)?.arrays)
}

fn read_file(bytes: &[u8]) -> Result<safetensors::File, CheckpointError> {
    if bytes.len() > MOST_BYTES {
        return Err(CheckpointError::TooLarge(bytes.len()));
    }
    safetensors::read(bytes, METADATA_KEY)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
