//! Why a file cannot be used.

use thiserror::Error;

/// Why bytes are no state dict. The texts go after "The file cannot be used: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PytorchError {
    /// Nothing that any PyTorch writes.
    #[error("it is no file that torch.save writes")]
    NotPytorch,
    /// The stream or the tar file of PyTorch before 1.6, or a pickle without an archive.
    #[error(
        "it is not the archive that PyTorch writes since version 1.6; load it with a current \
         PyTorch and save it again"
    )]
    OldFormat,
    /// The archive is cut short or altered.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The archive is encrypted, or compressed in a way that PyTorch does not know.
    #[error("its archive is none of PyTorch's: {0}")]
    Archive(String),
    /// The machine that wrote it stored numbers the other way round.
    #[error("it was written by a big-endian machine")]
    BigEndian,
    /// A part is larger than any state dict of the network makes it.
    #[error("its {0} takes more bytes than are read")]
    TooLarge(&'static str),
    /// The pickle breaks the rules of pickles, or calls something as PyTorch does not.
    #[error("its pickle cannot be read: {0}")]
    Pickle(String),
    /// The pickle refers to something of Python's that is not on the short list.
    #[error("it holds {0}, which is no part of a state dict")]
    Global(String),
    /// A pickle of something else.
    #[error("it is a pickle that is no state dict")]
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

/// A text of the file's for an error: a name may be as long as the file.
pub(super) fn shortened(text: &str) -> String {
    const MOST_LETTERS: usize = 80;
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
