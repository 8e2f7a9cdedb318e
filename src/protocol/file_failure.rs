//! What is wrong with files: checkpoints, what others wrote, and what was to be written for others.

use serde::{Deserialize, Serialize};

use crate::dataset::DownloadError;
use crate::network::ModelError;

/// Why a checkpoint cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckpointFailure {
    /// The file is far larger than any checkpoint.
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not a safetensors file, or a cut one.
    NotSafetensors {
        /// What the reader of safetensors says.
        detail: String,
    },
    /// Weights without what resuming needs.
    NoRun,
    /// Its description of the run cannot be used.
    Description(DescriptionFailure),
    /// An array is not of 32-bit floats.
    NotFloats {
        /// The array's name in the file.
        array: String,
    },
    /// The weights are not this network's.
    Weights(ModelError),
    /// What the run measured up to the checkpoint is not known.
    NoHistory {
        /// The checkpoint's step.
        steps: u64,
    },
}

/// What is wrong with a checkpoint's description of its run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DescriptionFailure {
    /// It is no JSON of the right shape.
    Json {
        /// What the JSON reader says.
        detail: String,
    },
    /// From a later version of Atelier.
    Version {
        /// Its version.
        found: u32,
        /// The newest version that this build reads.
        newest: u32,
    },
    /// There are no losses beside it.
    NoLosses,
    /// It does not say where the run stands, or says so beside its losses.
    Standing,
    /// An array lies beside it that is no part of the network.
    Extra {
        /// The array's name in the file.
        array: String,
    },
    /// A run cannot be called this.
    RunName {
        /// The name in the file.
        run: String,
    },
    /// Its measurements contradict each other.
    History,
}

/// What is wrong with a file that the link names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkedFileFailure {
    /// It did not arrive.
    Download(DownloadError),
    /// It holds no weights of this network.
    Weights(CheckpointFailure),
    /// It is no list of batches.
    Order {
        /// What the JSON reader says.
        detail: String,
    },
}

/// Why a file is not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportFailure {
    /// It did not arrive.
    Download(DownloadError),
    /// Neither of the kinds that are taken.
    Unknown,
    /// An archive whose index cannot be read.
    Archive(ArchiveFailure),
    /// A run's archive that cannot be read.
    Run(BundleFailure),
    /// A checkpoint that cannot be read.
    Checkpoint(CheckpointFailure),
    /// A file of PyTorch's that cannot be read.
    Pytorch(PytorchFailure),
    /// Weights of another network.
    Weights(ModelError),
    /// An array that belongs to no part of the network.
    Extra {
        /// The array's name in the file.
        array: String,
    },
}

/// Why bytes are no archive, or cannot be made one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArchiveFailure {
    /// Cut, damaged, or no archive at all.
    NotWhole {
        /// What the reader of archives says.
        detail: String,
    },
    /// A file in it is cut or damaged.
    File {
        /// The file's name.
        name: String,
        /// What the reader of archives says.
        detail: String,
    },
    /// There is far more in it than in any archive of ours.
    TooLarge,
}

/// Why an archive is no run, or a run cannot be made one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BundleFailure {
    /// It cannot be packed or unpacked.
    Archive(ArchiveFailure),
    /// A file that belongs to it is not there, or there twice.
    Missing {
        /// The file's name.
        file: String,
    },
    /// A description in it cannot be read.
    Json {
        /// The file's name.
        file: String,
        /// What the JSON reader says.
        detail: String,
    },
    /// From a later build, or something else of the same shape.
    Version {
        /// What it calls itself.
        format: String,
        /// Its version.
        version: u32,
        /// What ours call themselves.
        our_format: String,
        /// The newest version that this build takes.
        newest: u32,
    },
    /// Its metrics contradict themselves.
    Metrics,
    /// A checkpoint in it is not the one that was packed.
    Damaged {
        /// The checkpoint's name.
        checkpoint: String,
    },
    /// A checkpoint in it cannot be used.
    Checkpoint {
        /// The checkpoint's name.
        checkpoint: String,
        /// What is wrong with it.
        why: CheckpointFailure,
    },
}

/// Why bytes are no state dict that PyTorch wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PytorchFailure {
    /// Nothing that any PyTorch writes.
    NotPytorch,
    /// Written as by PyTorch before 1.6.
    OldFormat,
    /// The archive is cut short or altered.
    Damaged {
        /// What the reader of archives says.
        detail: String,
    },
    /// Its byte order is none.
    ByteOrder,
    /// The archive is encrypted, or compressed as PyTorch does not.
    Archive {
        /// What the reader of archives says.
        detail: String,
    },
    /// Written by a machine that stores numbers the other way round.
    BigEndian,
    /// A part is larger than any state dict of the network makes it.
    TooLarge(PytorchPart),
    /// The pickle cannot be read.
    Pickle(PickleFailure),
    /// It refers to something of Python's that no state dict needs.
    Global {
        /// Its name in Python, perhaps shortened.
        name: String,
    },
    /// A pickle of something else.
    NoStateDict,
    /// A tensor has another element type.
    ElementType {
        /// The tensor's name in the file, perhaps shortened.
        tensor: String,
        /// Its type as PyTorch names it.
        found: String,
    },
    /// A tensor contradicts itself or the file.
    Tensor {
        /// The tensor's name in the file, perhaps shortened.
        tensor: String,
        /// How.
        why: TensorFailure,
    },
}

/// A part of a file of PyTorch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PytorchPart {
    /// What says in which order numbers are stored.
    ByteOrder,
    /// The pickle.
    Pickle,
    /// The numbers.
    TensorData,
}

/// How a pickle breaks the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PickleFailure {
    /// It ends before it is done.
    Cut,
    /// It has a protocol in which no state dict is written.
    Protocol(u8),
    /// It has an opcode that no state dict needs.
    Opcode(u8),
    /// It calls something as no state dict does.
    Call,
    /// It contradicts itself.
    Malformed,
}

/// How a tensor contradicts itself or its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TensorFailure {
    /// Its sizes, strides or offset are none that a tensor can have.
    Shape,
    /// It lies partly outside its storage.
    BeyondStorage,
    /// Its numbers are not in the file.
    NoNumbers,
    /// Its storage is shorter or longer than it should be.
    StorageLength,
}

/// Why a file could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFailure {
    /// Its archive cannot be packed.
    Archive(ArchiveFailure),
    /// A run's archive cannot be made.
    Run(BundleFailure),
    /// Weights cannot be written.
    Checkpoint(CheckpointFailure),
    /// A table cannot be written.
    Table {
        /// What the writer of tables says.
        detail: String,
    },
    /// JSON cannot be written.
    Json {
        /// What the JSON writer says.
        detail: String,
    },
    /// The weights are not the network's.
    Weights(ModelError),
    /// There is not a name for each class.
    ClassNames {
        /// How many names there are.
        found: usize,
    },
    /// The model's notes would have a key twice.
    RepeatedNote {
        /// The key.
        key: String,
    },
}
