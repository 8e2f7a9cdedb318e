//! What went wrong, as facts. The page makes sentences of them, in the visitor's language.
//!
//! Errors of rooms that compile without features are carried as they are. Of the others, this has what
//! reads differently to a person. Texts come from outside only: they are a browser's, a driver's, a
//! library's or a file's, whichever the field's doc names, and are shown as they are.

use serde::{Deserialize, Serialize};

use super::ProtocolError;
use super::file_failure::{CheckpointFailure, ExportFailure, ImportFailure, LinkedFileFailure};
use crate::benchmark::BenchmarkCase;
use crate::dataset::{FetchError, OrderMistake};
use crate::hardware::{GpuComplaint, NoWebGpu, WrongAnswer};
use crate::history::{Figure, ResumeMistake};
use crate::library::BlockError;
use crate::network::{EngineFault, ModelError};

/// What went wrong in the worker, a variant for each situation that reads differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The worker has panicked and cannot go on.
    WorkerPanicked {
        /// Rust's text of the panic.
        panic_text: String,
    },
    /// The worker could not read what the page sent.
    NotUnderstood(ProtocolError),
    /// A run is under way, and this has to wait for its end.
    Busy(Waiting),
    /// The visitor stopped a measurement.
    MeasurementStopped,
    /// There is no run to hold, continue or stop.
    NoRunUnderWay,
    /// A test image was asked for before it has come.
    NoTestImages,
    /// There are no weights to classify with.
    NoWeights,
    /// A picture to classify has another size.
    PictureSize {
        /// Its pixels.
        found: usize,
        /// The pixels of a garment.
        expected: usize,
    },
    /// WebGPU failed where the choice of the engine was left to Atelier.
    TrainsOnCpuInstead {
        /// How it failed.
        because: Box<Failure>,
    },
    /// The data set could not be loaded.
    Data(FetchError),
    /// An engine cannot be opened, or failed while it was tested or measured.
    Engine {
        /// Whether it is WebGPU, or the CPU.
        webgpu: bool,
        /// What happened.
        why: EngineFailure,
    },
    /// A case of fused kernels cannot be measured: they fail their self-test.
    NoFusedKernels {
        /// The case.
        case: BenchmarkCase,
    },
    /// A case could not be measured.
    NotMeasured {
        /// The case.
        case: BenchmarkCase,
        /// What happened.
        why: TrainingFailure,
    },
    /// A run could not begin or go on.
    Training(TrainingFailure),
    /// The run under way has diverged.
    RunDiverged {
        /// How.
        how: Divergence,
        /// The steps whose losses are kept.
        measured: u64,
        /// The step of its newest checkpoint, if it has one.
        saved: Option<u64>,
    },
    /// Weights cannot be used.
    Weights(ModelError),
    /// A checkpoint cannot be read or written.
    Checkpoint(CheckpointFailure),
    /// The library could not do what it was asked.
    Storage(StorageFailure),
    /// Somebody deleted the library behind the page.
    LibraryDeleted,
    /// A run was to be deleted while it is being trained.
    RunInTraining {
        /// The run's name.
        run: String,
    },
    /// A run was to go on that is over.
    RunOver {
        /// The run's name.
        run: String,
    },
    /// A run was to go on that another tab trains.
    RunElsewhere {
        /// The run's name.
        run: String,
    },
    /// A file that the link names cannot be used.
    LinkedFile {
        /// Its address.
        url: String,
        /// What is wrong with it.
        why: LinkedFileFailure,
    },
    /// A file was not taken into the library.
    NotImported {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        why: ImportFailure,
    },
    /// A file could not be made.
    NotExported(ExportFailure),
}

/// What has to wait for the run under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// Fetching the data set anew.
    Refetch,
    /// Starting another run.
    Start,
    /// Measuring a case.
    Measure,
}

/// How the numbers of a run have left what can be computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Divergence {
    /// A training loss.
    Loss {
        /// The first such step, from 1.
        step: u64,
        /// NaN or infinite.
        loss: Figure,
    },
    /// A validation loss.
    ValidationLoss {
        /// The epoch, from 1.
        epoch: u32,
        /// NaN or infinite.
        loss: Figure,
    },
    /// The weights.
    Weights {
        /// The last step before they were looked at, from 1.
        step: u64,
    },
}

/// Why training cannot begin or go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrainingFailure {
    /// Its numbers have diverged.
    Diverged(Divergence),
    /// The batches that the link gives cannot be trained on.
    Order(OrderMistake),
    /// The GPU has complained.
    Gpu(GpuComplaint),
    /// The engine failed.
    Engine(EngineFault),
    /// Weights or the optimizer's state do not fit the network.
    Weights(ModelError),
    /// What is to be resumed contradicts itself or the data set.
    Resume(ResumeMistake),
}

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineFailure {
    /// The browser has no WebGPU, or gives no adapter.
    NoWebGpu(NoWebGpu),
    /// The adapter gave no device.
    NoDevice {
        /// What wgpu or the browser says.
        detail: String,
    },
    /// The GPU has complained.
    Gpu(GpuComplaint),
    /// It answered wrongly in its self-test.
    WrongAnswer(WrongAnswer),
    /// It gave no answer in its self-test.
    NoAnswer(TrainingFailure),
}

/// Why the library could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageFailure {
    /// The browser refused.
    Refused {
        /// What the browser says.
        browser_text: String,
    },
    /// The browser never said whether the library opened.
    NeverOpened,
    /// The browser gave up a write without a reason.
    Aborted,
    /// No space is left for this site.
    NoSpace,
    /// A tab with an earlier build holds the library up.
    OlderTab,
    /// A later build has been here.
    NewerBuild,
    /// No run of this name.
    NoRun {
        /// The name.
        run: String,
    },
    /// No checkpoint of this name.
    NoCheckpoint {
        /// The name.
        checkpoint: String,
    },
    /// A deleted checkpoint whose place another has taken.
    Superseded {
        /// Its name.
        checkpoint: String,
    },
    /// A checkpoint is not what was written.
    Damaged {
        /// The checkpoint's name.
        checkpoint: String,
    },
    /// A record that this build cannot read.
    Unreadable {
        /// The name of the run or checkpoint.
        name: String,
    },
    /// A run's metrics cannot be read.
    Metrics(BlockError),
    /// A checkpoint's file cannot be written or read.
    Checkpoint(CheckpointFailure),
}
