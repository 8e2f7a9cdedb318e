//! Detects what a file is, and reads it.

use thiserror::Error;

use super::archive::{Archive, ArchiveError, is_archive};
use super::bundle::{self, Bundle, BundleError};
use super::experiment::ExperimentError;
use super::pytorch::{self, PytorchError, read_state_dict};
use super::tensorboard::{EventsError, ScriptRun, is_events, read_run};
use crate::checkpoint::file::{is_checkpoint, read_arrays};
use crate::checkpoint::{Checkpoint, CheckpointError, read_checkpoint};
use crate::network::{ModelError, check_weights, is_parameter};
use crate::state_dict::StateDict;

/// The content of a file.
#[derive(Debug)]
pub enum Contents {
    /// A run with its metrics and checkpoints.
    Run(Box<Bundle>),
    /// One of our checkpoints.
    Checkpoint(Box<Checkpoint>),
    /// Weights alone, ours or PyTorch's.
    Weights(StateDict),
    /// What a script of [`super::code`] has measured.
    Script(Box<ScriptRun>),
}

/// Why a file cannot be imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// None of the kinds of files that can be imported.
    #[error(
        "it is neither safetensors, nor a state dict that torch.save wrote, nor a run that Atelier exported, nor the events of its \
         script for PyTorch"
    )]
    Unknown,
    /// An archive whose index cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A run's archive that cannot be read.
    #[error(transparent)]
    Run(#[from] BundleError),
    /// An experiment's archive that cannot be read.
    #[error(transparent)]
    Experiment(#[from] Box<ExperimentError>),
    /// A safetensors file that cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A PyTorch file that cannot be read.
    #[error(transparent)]
    Pytorch(#[from] PytorchError),
    /// Events that are no run of the script.
    #[error(transparent)]
    Events(#[from] EventsError),
    /// Weights of another network.
    #[error(transparent)]
    Weights(#[from] ModelError),
    /// An array that is not part of the network.
    #[error("it holds {0}, which is not part of the network")]
    Extra(String),
}

/// Reads a file. Its kind is judged by its first bytes and, for an archive, by the names in it; never by
/// the file's own name.
///
/// # Errors
/// Any [`ImportError`].
pub async fn read(bytes: &[u8], turn: &impl AsyncFn(usize)) -> Result<Contents, ImportError> {
    if is_archive(bytes) {
        // Both PyTorch's files and ours are archives; the names in the index tell them apart without unpacking.
        let archive = Archive::open(bytes)?;
        return if bundle::is_run(&archive) {
            Ok(Contents::Run(Box::new(bundle::read(archive, turn).await?)))
        } else if archive.names().any(pytorch::is_pickle) {
            turn(bytes.len()).await;
            weights_of_pytorch(bytes)
        } else {
            Err(ImportError::Unknown)
        };
    }
    turn(bytes.len()).await;
    if is_safetensors(bytes) {
        if is_checkpoint(bytes) {
            return Ok(Contents::Checkpoint(Box::new(read_checkpoint(bytes)?)));
        }
        return Ok(Contents::Weights(network(read_arrays(bytes)?)?));
    }
    if is_events(bytes) {
        return Ok(Contents::Script(Box::new(read_run(bytes)?)));
    }
    match weights_of_pytorch(bytes) {
        Err(ImportError::Pytorch(PytorchError::NotPytorch)) => Err(ImportError::Unknown),
        read => read,
    }
}

fn weights_of_pytorch(bytes: &[u8]) -> Result<Contents, ImportError> {
    Ok(Contents::Weights(network(read_state_dict(bytes)?)?))
}

/// Checks that these are exactly the network's parameters, complete and finite.
fn network(arrays: StateDict) -> Result<StateDict, ImportError> {
    check_weights(&arrays)?;
    match arrays.keys().find(|name| !is_parameter(name)) {
        Some(name) => Err(ImportError::Extra(name.clone())),
        None => Ok(arrays),
    }
}

/// Whether bytes begin like a safetensors file: the header's length, then its JSON.
fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{') && bytes.get(6..8) == Some(&[0, 0])
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
