//! Why a file cannot be used.

use thiserror::Error;

use crate::text::line;

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
    /// Its byte order is neither of the two.
    #[error("it is damaged: its byte order is unknown")]
    ByteOrder,
    /// The machine that wrote it was big-endian.
    #[error("it was written by a big-endian machine")]
    BigEndian,
    /// A part is larger than in any state dict of the network.
    #[error("its {0} is larger than what is accepted")]
    TooLarge(Part),
    /// The pickle is malformed, or makes a call that PyTorch does not make.
    #[error("its pickle cannot be read: {0}")]
    Pickle(PickleMistake),
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
        reason: TensorMistake,
    },
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Part {
    /// What says in which order numbers are stored.
    #[error("byte order")]
    ByteOrder,
    /// The archive's index.
    #[error("index")]
    Index,
    /// The pickle.
    #[error("pickle")]
    Pickle,
    /// The numbers.
    #[error("tensor data")]
    TensorData,
}

/// How a pickle is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PickleMistake {
    /// It ends before it is done.
    #[error("it ends too early")]
    Cut,
    /// It has a protocol in which no state dict is written.
    #[error("it has protocol {0}")]
    Protocol(u8),
    /// It has an opcode that no state dict needs.
    #[error("no state dict needs its opcode {0:#04x}")]
    Opcode(u8),
    /// It calls something as no state dict does.
    #[error("no state dict needs one of its calls")]
    Call,
    /// It contradicts itself; for whoever writes such files, how.
    #[error("{0}")]
    Malformed(&'static str),
}

/// How a tensor's description contradicts itself or the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TensorMistake {
    /// More dimensions than any layer's, or not a stride for each.
    #[error("it has too many dimensions, or not one stride for each")]
    Dimensions,
    /// A size that is not a count.
    #[error("a size is not a count")]
    Size,
    /// A stride that is not a count.
    #[error("a stride is not a count")]
    Stride,
    /// An offset that is not a count.
    #[error("its offset is not a count")]
    Offset,
    /// More elements than can be counted.
    #[error("it has more elements than can be counted")]
    Elements,
    /// It lies partly outside its storage.
    #[error("it reaches beyond its storage")]
    BeyondStorage,
    /// Its storage is not in the archive.
    #[error("the archive lacks its numbers")]
    NoNumbers,
    /// Its storage is shorter or longer than it should be.
    #[error("its storage has another length than declared")]
    StorageLength,
}

/// A text from the file for an error: a name may be as long as the file.
pub(super) fn shortened(text: &str) -> String {
    const MOST_LETTERS: usize = 80;
    line(text, MOST_LETTERS)
}
