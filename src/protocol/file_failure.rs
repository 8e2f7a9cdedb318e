//! Failures of files: checkpoints, imports and exports.

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
    /// Not a safetensors file, or a truncated one.
    NotSafetensors {
        /// The safetensors reader's message.
        detail: String,
    },
    /// The same, by what we ask of one beyond JSON.
    NotWhole,
    /// Weights without what resuming needs.
    NoRun,
    /// Its description of the run cannot be used.
    Description(DescriptionFailure),
    /// An array does not hold 32-bit floats.
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
    /// It is not JSON of the right shape.
    Json {
        /// The JSON reader's message.
        detail: String,
    },
    /// From a later version of Atelier.
    Version {
        /// Its version.
        found: u32,
        /// The newest version that this build reads.
        newest: u32,
    },
    /// The file has no losses.
    NoLosses,
    /// It does not say how far the run has got, or says so although it has losses.
    Standing,
    /// It does not say which data set the run is trained on, or says so in a version that knows only the tutorial's.
    DataSet,
    /// The file has an array that is not part of the network.
    Extra {
        /// The array's name in the file.
        array: String,
    },
    /// Its run has an invalid name.
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
    /// It had not arrived after [`MOST_LINKED_S`](super::MOST_LINKED_S) seconds.
    TooSlow,
    /// It holds no weights of this network.
    Weights(CheckpointFailure),
    /// It is not JSON.
    Order {
        /// The JSON reader's message.
        detail: String,
    },
    /// It is JSON, but not a list of batches.
    NoOrder,
    /// It is not the file that the run began with.
    Changed,
    /// It has too many batches.
    LongOrder {
        /// The most that are read.
        most: usize,
    },
}

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportFailure {
    /// It did not arrive.
    Download(DownloadError),
    /// Not one of the supported formats.
    Unknown,
    /// An archive whose index cannot be read.
    Archive(ArchiveFailure),
    /// A run's archive that cannot be read.
    Run(BundleFailure),
    /// An experiment's archive in which this file is missing or cannot be used.
    Experiment {
        /// The file's name in it.
        file: String,
    },
    /// An experiment's archive in which a run has other settings than the experiment says.
    OtherSettings {
        /// The run's number.
        number: u32,
    },
    /// An experiment's archive in which a run was trained on another data set than those before it.
    OtherData {
        /// The run's number.
        number: u32,
    },
    /// An experiment's archive with more runs than are imported at once.
    ManyRuns {
        /// How many it has.
        runs: usize,
        /// The most that are imported.
        most: usize,
    },
    /// A checkpoint that cannot be read.
    Checkpoint(CheckpointFailure),
    /// A PyTorch file that cannot be read.
    Pytorch(PytorchFailure),
    /// Events that are no run of the script for PyTorch.
    Events(EventsFailure),
    /// Weights of another network.
    Weights(ModelError),
    /// An array that is not part of the network.
    Extra {
        /// The array's name in the file.
        array: String,
    },
    /// It belongs to a run whose events say nothing of its epoch.
    NoEpoch {
        /// The epoch in its name.
        epoch: u32,
        /// The epochs of the run.
        epochs: u32,
    },
    /// It was chosen together with events, but holds no weights.
    NoWeights,
}

/// Why events are no run of the script for PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventsFailure {
    /// A record is damaged.
    Damaged {
        /// Where it begins, in bytes.
        at: u64,
    },
    /// They have no settings of ours.
    NoSettings,
    /// They do not say on which data set of one's own the run was trained.
    DataSet,
    /// The loss of a batch is missing.
    NoLoss {
        /// The batch, from 1.
        step: u64,
    },
    /// A number is not finite.
    NotFinite {
        /// The last batch whose loss is finite; 0 if there is none.
        step: u64,
    },
    /// What they say of epochs contradicts itself.
    Epochs,
}

/// Why bytes are not an archive, or cannot be packed into one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArchiveFailure {
    /// Truncated, damaged, or not an archive at all.
    NotWhole {
        /// The archive reader's message.
        detail: String,
    },
    /// A file in it is truncated or damaged.
    File {
        /// The file's name.
        name: String,
        /// The archive reader's message.
        detail: String,
    },
    /// A name occurs twice in it.
    Twice,
    /// It holds far more than any of our archives.
    TooLarge,
}

/// Why an archive is not a run, or a run cannot be packed into one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BundleFailure {
    /// It cannot be packed or unpacked.
    Archive(ArchiveFailure),
    /// A required file is missing or occurs twice.
    Missing {
        /// The file's name.
        file: String,
    },
    /// A description in it cannot be read.
    Json {
        /// The file's name.
        file: String,
        /// The JSON reader's message.
        detail: String,
    },
    /// From a later build, or something else of the same shape.
    Version {
        /// The format that it names.
        format: String,
        /// Its version.
        version: u32,
        /// The format that our files name.
        our_format: String,
        /// The newest version that this build reads.
        newest: u32,
    },
    /// Its metrics contradict each other.
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

/// Why bytes are not a state dict written by PyTorch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PytorchFailure {
    /// Not in any format that PyTorch writes.
    NotPytorch,
    /// Written in the format of PyTorch before 1.6.
    OldFormat,
    /// The archive is truncated or altered.
    Damaged {
        /// The archive reader's message.
        detail: String,
    },
    /// Its byte order is invalid.
    ByteOrder,
    /// The archive is encrypted or compressed, which PyTorch never does.
    Archive {
        /// The archive reader's message.
        detail: String,
    },
    /// Written by a big-endian machine.
    BigEndian,
    /// A part is larger than in any state dict of the network.
    TooLarge(PytorchPart),
    /// The pickle cannot be read.
    Pickle(PickleFailure),
    /// It refers to a Python global that no state dict needs.
    Global {
        /// Its name in Python, perhaps shortened.
        name: String,
    },
    /// A pickle of something else.
    NoStateDict,
    /// A tensor has the wrong element type.
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
        /// What is wrong with it.
        why: TensorFailure,
    },
}

/// A part of a PyTorch file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PytorchPart {
    /// The entry that gives the byte order.
    ByteOrder,
    /// The archive's index.
    Index,
    /// The pickle.
    Pickle,
    /// The tensors' data.
    TensorData,
}

/// How a pickle breaks the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PickleFailure {
    /// It ends too early.
    Cut,
    /// It uses a protocol that no state dict uses.
    Protocol(u8),
    /// It uses an opcode that no state dict needs.
    Opcode(u8),
    /// It makes a call that no state dict makes.
    Call,
    /// It contradicts itself.
    Malformed,
}

/// How a tensor contradicts itself or its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TensorFailure {
    /// Its sizes, strides or offset are invalid.
    Shape,
    /// It lies partly outside its storage.
    BeyondStorage,
    /// Its data is not in the file.
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
        /// The table writer's message.
        detail: String,
    },
    /// JSON cannot be written.
    Json {
        /// The JSON writer's message.
        detail: String,
    },
    /// The weights are not the network's.
    Weights(ModelError),
    /// The number of class names is wrong.
    ClassNames {
        /// How many names there are.
        found: usize,
        /// How many classes the network has.
        classes: usize,
    },
    /// The model's metadata would have a key twice.
    RepeatedNote {
        /// The key.
        key: String,
    },
    /// A file that the link names could not be read.
    LinkedFile {
        /// Its address, or the name of a chosen file.
        from: String,
        /// Why.
        why: LinkedFileFailure,
    },
    /// A run has more images than a file of its order is made for.
    LongOrder {
        /// The most images, all epochs together.
        most: u64,
    },
    /// The batches are not of the run's training set.
    Order,
    /// The library no longer has what the run began with.
    NoBeginning,
}
