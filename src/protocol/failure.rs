//! What went wrong, as facts. The page turns them into sentences in the visitor's language.
//!
//! Errors of rooms that compile without features are carried unchanged. Those of other rooms have a variant
//! for each situation that reads differently. Texts come only from outside: from a browser, a driver, a
//! library or a file, as the field's doc says, and are shown unchanged.

use serde::{Deserialize, Serialize};

use super::OwnSetFailure;
use super::ProtocolError;
use super::file_failure::{CheckpointFailure, ExportFailure, ImportFailure, LinkedFileFailure};
use crate::benchmark::BenchmarkCase;
use crate::dataset::{FetchError, OrderMistake};
use crate::hardware::{GpuComplaint, NoWebGpu, WrongAnswer};
use crate::history::{Figure, ResumeMistake};
use crate::library::BlockError;
use crate::network::{EngineFault, ModelError};

/// A failure in the worker, with a variant for each situation that reads differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The worker has panicked and cannot continue.
    WorkerPanicked {
        /// Rust's panic message.
        panic_text: String,
    },
    /// The worker could not read what the page sent.
    NotUnderstood(ProtocolError),
    /// A run is in progress, and this must wait until it ends.
    Busy(Waiting),
    /// The visitor stopped a measurement.
    MeasurementStopped,
    /// There is no run to pause, continue or stop.
    NoRunUnderWay,
    /// A test image was requested before it arrived.
    NoTestImages,
    /// A data set of one's own is not kept in this browser any more.
    OwnSetGone {
        /// What the visitor knew it by.
        title: String,
    },
    /// There are no weights to classify with.
    NoWeights,
    /// A picture to classify has the wrong size.
    PictureSize {
        /// Its number of pixels.
        found: usize,
        /// The number of pixels of a garment.
        expected: usize,
    },
    /// WebGPU failed, and Atelier was free to choose the engine.
    TrainsOnCpuInstead {
        /// How WebGPU failed.
        because: Box<Failure>,
    },
    /// The data set could not be loaded.
    Data(FetchError),
    /// A data set of one's own could not be added.
    OwnSet(OwnSetFailure),
    /// An engine cannot be opened, or failed while being tested or measured.
    Engine {
        /// WebGPU if true, otherwise the CPU.
        webgpu: bool,
        /// What happened.
        why: EngineFailure,
    },
    /// A case with fused kernels cannot be measured because they fail their self-test.
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
    /// A run could not start or continue.
    Training(TrainingFailure),
    /// The current run has diverged.
    RunDiverged {
        /// How it diverged.
        how: Divergence,
        /// How many steps have their losses kept.
        measured: u64,
        /// The step of its newest checkpoint, if it has one.
        saved: Option<u64>,
    },
    /// Weights cannot be used.
    Weights(ModelError),
    /// A checkpoint cannot be read or written.
    Checkpoint(CheckpointFailure),
    /// The library could not complete a request.
    Storage(StorageFailure),
    /// The library was deleted from outside the page.
    LibraryDeleted,
    /// A request to delete a run that is being trained.
    RunInTraining {
        /// The run's name.
        run: String,
    },
    /// A request to resume a run that has ended.
    RunOver {
        /// The run's name.
        run: String,
    },
    /// A request to resume a run that another tab trains.
    RunElsewhere {
        /// The run's name.
        run: String,
    },
    /// A file that the link names cannot be used.
    LinkedFile {
        /// Its URL.
        url: String,
        /// What is wrong with it.
        why: LinkedFileFailure,
    },
    /// A file was not imported.
    NotImported {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        why: ImportFailure,
    },
    /// A file could not be made.
    NotExported(ExportFailure),
}

/// What must wait for the current run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// Fetching the data set again.
    Refetch,
    /// Starting another run.
    Start,
    /// Measuring a case.
    Measure,
    /// Deleting the data set that the run trains on.
    ForgetOwnSet,
}

/// How a run's numbers have become NaN or infinite.
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
        /// The last step before they were checked, from 1.
        step: u64,
    },
}

/// Why training cannot start or continue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrainingFailure {
    /// Its numbers have diverged.
    Diverged(Divergence),
    /// The batches that the link gives cannot be trained on.
    Order(OrderMistake),
    /// The GPU reported an error or was lost.
    Gpu(GpuComplaint),
    /// The engine failed.
    Engine(EngineFault),
    /// Weights or the optimizer's state do not fit the network.
    Weights(ModelError),
    /// What was to be resumed contradicts itself or the data set.
    Resume(ResumeMistake),
}

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineFailure {
    /// The browser has no WebGPU or offers no adapter.
    NoWebGpu(NoWebGpu),
    /// The adapter gave no device.
    NoDevice {
        /// The message from wgpu or the browser.
        detail: String,
    },
    /// The GPU reported an error or was lost.
    Gpu(GpuComplaint),
    /// It gave a wrong answer in its self-test.
    WrongAnswer(WrongAnswer),
    /// It gave no answer in its self-test.
    NoAnswer(TrainingFailure),
}

/// Why the library could not complete a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageFailure {
    /// The browser refused access to its storage.
    Refused {
        /// The browser's message.
        browser_text: String,
    },
    /// The browser never reported whether the library opened.
    NeverOpened,
    /// The browser aborted a write without giving a reason.
    Aborted,
    /// The browser has not answered in time.
    Silent,
    /// No space is left for this site.
    NoSpace,
    /// A tab with an earlier build blocks the library's upgrade.
    OlderTab,
    /// A later build has upgraded the library.
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
    /// The weights of this epoch are not kept.
    NoEpoch {
        /// The run's name.
        run: String,
        /// The epoch, from 1.
        epoch: u32,
    },
    /// A deleted checkpoint that another has replaced.
    Superseded {
        /// Its name.
        checkpoint: String,
    },
    /// A checkpoint's bytes have changed since it was written.
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
