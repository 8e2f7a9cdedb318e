//! Telling what a file is, and reading it.

use thiserror::Error;

use super::archive::{Archive, ArchiveError, is_archive};
use super::bundle::{self, Bundle, BundleError};
use super::pytorch::{self, PytorchError, read_state_dict};
use crate::checkpoint::file::{is_checkpoint, read_arrays};
use crate::checkpoint::{Checkpoint, CheckpointError, read_checkpoint};
use crate::network::{ModelError, PARAMETERS, check_weights};
use crate::state_dict::StateDict;

/// What a file holds.
#[derive(Debug)]
pub enum Contents {
    /// A run with all that belongs to it.
    Run(Box<Bundle>),
    /// A checkpoint of ours.
    Checkpoint(Box<Checkpoint>),
    /// Weights alone, ours or PyTorch's.
    Weights(StateDict),
}

/// Why a file is not taken in.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Neither of the kinds that are taken.
    #[error(
        "it is neither safetensors, nor a state dict that torch.save wrote, nor a run that Atelier exported"
    )]
    Unknown,
    /// An archive whose index cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A run's archive that cannot be read.
    #[error(transparent)]
    Run(#[from] BundleError),
    /// A safetensors file that cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A file of PyTorch's that cannot be read.
    #[error(transparent)]
    Pytorch(#[from] PytorchError),
    /// Weights of another network.
    #[error(transparent)]
    Weights(#[from] ModelError),
    /// An array that belongs to no part of the network.
    #[error("it holds {0}, which belongs to no part of the network")]
    Extra(String),
}

/// What a file holds, told by its first bytes and by the names in it if it is an archive, not by its own.
///
/// # Errors
/// Any [`ImportError`].
pub fn read(bytes: &[u8]) -> Result<Contents, ImportError> {
    if is_archive(bytes) {
        // Both PyTorch's files and ours are archives: the names in one tell, before anything is unpacked.
        let archive = Archive::open(bytes)?;
        return if bundle::is_run(&archive) {
            Ok(Contents::Run(Box::new(bundle::read(archive)?)))
        } else if archive.names().any(pytorch::is_pickle) {
            weights_of_pytorch(bytes)
        } else {
            Err(ImportError::Unknown)
        };
    }
    if is_safetensors(bytes) {
        if is_checkpoint(bytes) {
            return Ok(Contents::Checkpoint(Box::new(read_checkpoint(bytes)?)));
        }
        return Ok(Contents::Weights(network(read_arrays(bytes)?.0)?));
    }
    match weights_of_pytorch(bytes) {
        Err(ImportError::Pytorch(PytorchError::NotPytorch)) => Err(ImportError::Unknown),
        read => read,
    }
}

fn weights_of_pytorch(bytes: &[u8]) -> Result<Contents, ImportError> {
    Ok(Contents::Weights(network(read_state_dict(bytes)?)?))
}

/// Exactly the network's parameters, whole and finite.
fn network(arrays: StateDict) -> Result<StateDict, ImportError> {
    check_weights(&arrays)?;
    let known = |name: &str| PARAMETERS.iter().any(|parameter| parameter.name == name);
    match arrays.keys().find(|name| !known(name)) {
        Some(name) => Err(ImportError::Extra(name.clone())),
        None => Ok(arrays),
    }
}

/// Whether bytes begin as a safetensors file does: the header's length, then its JSON.
fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{') && bytes.get(6..8) == Some(&[0, 0])
}
