//! Why a file cannot be used.

use thiserror::Error;

/// Why bytes are not a state dict. The texts follow "The file cannot be used: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PytorchError {
    /// Not written by any version of PyTorch.
    #[error("it is not a file that torch.save writes")]
    NotPytorch,
    /// The stream or the tar file of PyTorch before 1.6, or a pickle without an archive.
    #[error(
        "it is not the archive that PyTorch writes since version 1.6; load it with a current \
         PyTorch and save it again"
    )]
    OldFormat,
    /// The archive is truncated or altered.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The archive is encrypted, or compressed in a way that PyTorch does not know.
    #[error("its archive is not one that PyTorch writes: {0}")]
    Archive(String),
    /// The machine that wrote it was big-endian.
    #[error("it was written by a big-endian machine")]
    BigEndian,
    /// A part is larger than in any state dict of the network.
    #[error("its {0} is larger than what is accepted")]
    TooLarge(&'static str),
    /// The pickle is malformed, or makes a call that PyTorch does not make.
    #[error("its pickle cannot be read: {0}")]
    Pickle(String),
    /// The pickle refers to a Python object that is not on the allowlist.
    #[error("it holds {0}, which does not belong in a state dict")]
    Global(String),
    /// The pickle holds something else.
    #[error("its pickle is not a state dict")]
    NoStateDict,
    /// A tensor has another element type.
    #[error("{name} is of type {found}, not float32")]
    ElementType {
        /// The tensor.
        name: String,
        /// Its type as PyTorch names it.
        found: &'static str,
    },
    /// A tensor's description contradicts itself or the file.
    #[error("{name} cannot be read: {reason}")]
    Tensor {
        /// The tensor.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// A text from the file, shortened for an error: a name may be as long as the file.
pub(super) fn shortened(text: &str) -> String {
    const MOST_LETTERS: usize = 80;
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
