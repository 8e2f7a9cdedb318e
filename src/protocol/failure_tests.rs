//! A failure of every kind, for the tests of their encoding and of the sentences about them.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::dataset::{
    DownloadError, FetchError, IdxError, ManifestMistake, OrderMistake, ShardError,
};
use crate::hardware::{GpuComplaint, NoWebGpu, TestedNumber, WrongAnswer};
use crate::history::{Figure, ResumeMistake};
use crate::library::BlockError;
use crate::network::{EngineFault, ModelError};
use crate::protocol::own_sets_tests;

const RUN: &str = "20260102_030405";

fn text(text: &str) -> String {
    text.to_owned()
}

fn downloads() -> Vec<DownloadError> {
    vec![
        DownloadError::Network(text("Failed to fetch")),
        DownloadError::NoStream,
        DownloadError::Missing,
        DownloadError::PageInstead,
        DownloadError::Status(503),
        DownloadError::Silence,
        DownloadError::Slow,
        DownloadError::TooLarge(3_925_000),
    ]
}

fn shards() -> Vec<ShardError> {
    let file = || text("train-04.bin");
    let idx = [
        IdxError::CutHeader(3),
        IdxError::Magic { dimensions: 3, magic: [0, 0, 8, 1] },
        IdxError::Size { rows: 32, columns: 32 },
        IdxError::Length { declared: 10, found: 9 },
        IdxError::Label { index: 7, label: 200, classes: 10 },
    ];
    let manifest = [
        ManifestMistake::ClassNames(9),
        ManifestMistake::Own(crate::dataset::IdentityMistake::Classes(1)),
        ManifestMistake::Own(crate::dataset::IdentityMistake::NoClassName(2)),
        ManifestMistake::Own(crate::dataset::IdentityMistake::SameClassName(text("cup"))),
        ManifestMistake::Own(crate::dataset::IdentityMistake::Sha256(text("abc"))),
        ManifestMistake::OwnVersion(2),
        ManifestMistake::Contents { expected: text("aa"), found: text("bb") },
        ManifestMistake::Images { train: true, images: 0 },
        ManifestMistake::Images { train: false, images: 0 },
        ManifestMistake::Sum { train: true, images: 60_000 },
        ManifestMistake::Sum { train: false, images: 60_000 },
        ManifestMistake::Shard { file: file(), images: 5_000, bytes: 1 },
        ManifestMistake::FileName(text("../secret")),
    ];
    let others = [
        ShardError::Manifest(text("EOF while parsing")),
        ShardError::Version { found: 9 },
        ShardError::Size { file: file(), expected: 3_925_000, found: 1_000_000 },
        ShardError::Altered { file: file(), expected: text("00ff"), found: text("ff00") },
        ShardError::Mismatch { pixels: 784, labels: 2 },
    ];
    let labels = idx.into_iter().map(|source| ShardError::Label { file: file(), source });
    let manifests = manifest.into_iter().map(ShardError::Inconsistent);
    labels.chain(manifests).chain(others).collect()
}

fn faults() -> Vec<EngineFault> {
    vec![
        EngineFault::Reported(text("Channel closed")),
        EngineFault::ReadBack(text("Buffer is not mapped")),
        EngineFault::Count { parameter: text("fc1.bias"), found: 3 },
        EngineFault::NoGradient,
        EngineFault::NotNumbers,
        EngineFault::LossesUnread,
        EngineFault::NoMemory,
        EngineFault::NotCompiled(text("Forward")),
        EngineFault::NoImages,
    ]
}

fn weights() -> Vec<ModelError> {
    let mut weights = vec![
        ModelError::Missing(text("fc3.bias")),
        ModelError::Shape { name: text("fc3.bias"), expected: vec![10], found: vec![2, 5] },
        ModelError::Classes(65),
        ModelError::NotFinite(text("fc3.bias")),
    ];
    weights.extend(faults().into_iter().map(ModelError::Engine));
    weights
}

fn complaints() -> Vec<GpuComplaint> {
    let (reason, message) = (text("Destroyed"), text("Device was destroyed."));
    vec![
        GpuComplaint::Reported(text("Invalid ShaderModule")),
        GpuComplaint::NoAnswer(60),
        GpuComplaint::Lost { reason, message },
    ]
}

fn divergences() -> Vec<Divergence> {
    vec![
        Divergence::Loss { step: 1_234, loss: Figure(f64::NAN) },
        Divergence::ValidationLoss { epoch: 2, loss: Figure(f64::INFINITY) },
        Divergence::Weights { step: 1_234 },
    ]
}

fn trainings() -> Vec<TrainingFailure> {
    let orders = [
        OrderMistake::NoBatches,
        OrderMistake::EmptyBatch { batch: 3 },
        OrderMistake::LargeBatch { batch: 3, images: 5_000, most: 4_096 },
        OrderMistake::NoImage { batch: 3, image: 70_000, images: 60_000 },
    ];
    let resumes = [
        ResumeMistake::NothingToTrainOn,
        ResumeMistake::NothingToValidateOn,
        ResumeMistake::Steps { steps: 40, epochs: 2, steps_per_epoch: 15 },
        ResumeMistake::LossesUnread,
        ResumeMistake::ImagesMissing,
        ResumeMistake::Classes { network: 10, data: 3 },
        ResumeMistake::CorrectedLabel { label: 7, classes: 3 },
        ResumeMistake::OtherDataSet { needed: Some(text("shapes")), found: None },
        ResumeMistake::OtherDataSet { needed: None, found: Some(text("shapes")) },
    ];
    let mut trainings: Vec<_> = orders.into_iter().map(TrainingFailure::Order).collect();
    trainings.extend(divergences().into_iter().map(TrainingFailure::Diverged));
    trainings.extend(complaints().into_iter().map(TrainingFailure::Gpu));
    trainings.extend(faults().into_iter().map(TrainingFailure::Engine));
    trainings.extend(weights().into_iter().map(TrainingFailure::Weights));
    trainings.extend(resumes.into_iter().map(TrainingFailure::Resume));
    trainings
}

fn engines() -> Vec<EngineFailure> {
    let numbers = [
        TestedNumber::Loss,
        TestedNumber::LossOfStep(2),
        TestedNumber::ValidationLoss,
        TestedNumber::ValidationAccuracy,
        TestedNumber::GradientNorm(text("fc1.bias")),
    ];
    let (found, expected) = (Figure(0.0), Figure(2.3));
    let mut answers: Vec<_> =
        numbers.into_iter().map(|what| WrongAnswer::Number { what, found, expected }).collect();
    answers.push(WrongAnswer::Kernel(text("error: expected ';'")));
    let relative_difference = Figure(0.01);
    answers.push(WrongAnswer::Gradient { parameter: text("fc1.bias"), relative_difference });
    let mut engines: Vec<_> = answers.into_iter().map(EngineFailure::WrongAnswer).collect();
    let none = [
        NoWebGpu::InsecureOrigin,
        NoWebGpu::Missing,
        NoWebGpu::NoAdapter,
        NoWebGpu::Refused(text("SecurityError")),
        NoWebGpu::RefusedWithoutReason,
        NoWebGpu::NoAnswer(5),
    ];
    engines.extend(none.into_iter().map(EngineFailure::NoWebGpu));
    engines.extend(complaints().into_iter().map(EngineFailure::Gpu));
    engines.extend(trainings().into_iter().map(EngineFailure::NoAnswer));
    engines.push(EngineFailure::NoDevice { detail: text("Not enough memory left.") });
    engines
}

fn checkpoints() -> Vec<CheckpointFailure> {
    let descriptions = [
        DescriptionFailure::Json { detail: text("EOF while parsing") },
        DescriptionFailure::Version { found: 9, newest: 2 },
        DescriptionFailure::NoLosses,
        DescriptionFailure::Standing,
        DescriptionFailure::DataSet,
        DescriptionFailure::Extra { array: text("fc4.bias") },
        DescriptionFailure::RunName { run: text("../../x") },
        DescriptionFailure::History,
    ];
    let mut checkpoints = vec![
        CheckpointFailure::TooLarge { bytes: 600_000_000 },
        CheckpointFailure::NotSafetensors { detail: text("HeaderTooSmall") },
        CheckpointFailure::NotWhole,
        CheckpointFailure::NoRun,
        CheckpointFailure::NoHistory { steps: 1200 },
        CheckpointFailure::NotFloats { array: text("fc1.bias") },
    ];
    checkpoints.extend(descriptions.into_iter().map(CheckpointFailure::Description));
    checkpoints.extend(weights().into_iter().map(CheckpointFailure::Weights));
    checkpoints
}

fn storages() -> Vec<StorageFailure> {
    let checkpoint = || format!("model_{RUN}_last");
    let mut storages = vec![
        StorageFailure::Refused { browser_text: text("UnknownError: Internal error.") },
        StorageFailure::NeverOpened,
        StorageFailure::Aborted,
        StorageFailure::Silent,
        StorageFailure::NoSpace,
        StorageFailure::OlderTab,
        StorageFailure::NewerBuild,
        StorageFailure::NoRun { run: text(RUN) },
        StorageFailure::NoCheckpoint { checkpoint: checkpoint() },
        StorageFailure::NoEpoch { run: text(RUN), epoch: 3 },
        StorageFailure::Superseded { checkpoint: checkpoint() },
        StorageFailure::Damaged { checkpoint: checkpoint() },
        StorageFailure::Unreadable { name: checkpoint() },
        StorageFailure::Metrics(BlockError::Unreadable(3)),
        StorageFailure::Metrics(BlockError::Inconsistent),
    ];
    storages.extend(checkpoints().into_iter().map(StorageFailure::Checkpoint));
    storages
}

fn archives() -> Vec<ArchiveFailure> {
    let detail = || text("Invalid checksum");
    vec![
        ArchiveFailure::NotWhole { detail: detail() },
        ArchiveFailure::File { name: text("run.json"), detail: detail() },
        ArchiveFailure::Twice,
        ArchiveFailure::TooLarge,
    ]
}

fn bundles() -> Vec<BundleFailure> {
    let checkpoint = || format!("model_{RUN}_last");
    let mut bundles = vec![
        BundleFailure::Missing { file: text("metrics.json") },
        BundleFailure::Json { file: text("run.json"), detail: text("EOF while parsing") },
        BundleFailure::Version {
            format: text("atelier-run"),
            version: 2,
            our_format: text("atelier-run"),
            newest: 1,
        },
        BundleFailure::Metrics,
        BundleFailure::Damaged { checkpoint: checkpoint() },
    ];
    bundles.extend(archives().into_iter().map(BundleFailure::Archive));
    let why = checkpoints().into_iter();
    bundles.extend(why.map(|why| BundleFailure::Checkpoint { checkpoint: checkpoint(), why }));
    bundles
}

fn pytorches() -> Vec<PytorchFailure> {
    let (detail, tensor) = (|| text("Invalid checksum"), || text("fc1.bias"));
    let mut pytorches = vec![
        PytorchFailure::NotPytorch,
        PytorchFailure::OldFormat,
        PytorchFailure::Damaged { detail: detail() },
        PytorchFailure::ByteOrder,
        PytorchFailure::Archive { detail: detail() },
        PytorchFailure::BigEndian,
        PytorchFailure::Global { name: text("os.system") },
        PytorchFailure::NoStateDict,
        PytorchFailure::ElementType { tensor: tensor(), found: text("float64") },
    ];
    let parts =
        [PytorchPart::ByteOrder, PytorchPart::Index, PytorchPart::Pickle, PytorchPart::TensorData];
    pytorches.extend(parts.map(PytorchFailure::TooLarge));
    let pickles = [
        PickleFailure::Cut,
        PickleFailure::Protocol(9),
        PickleFailure::Opcode(0x69),
        PickleFailure::Call,
        PickleFailure::Malformed,
    ];
    pytorches.extend(pickles.map(PytorchFailure::Pickle));
    let tensors = [
        TensorFailure::Shape,
        TensorFailure::BeyondStorage,
        TensorFailure::NoNumbers,
        TensorFailure::StorageLength,
    ];
    pytorches.extend(tensors.map(|why| PytorchFailure::Tensor { tensor: tensor(), why }));
    pytorches
}

fn imports() -> Vec<ImportFailure> {
    let mut imports =
        vec![ImportFailure::Unknown, ImportFailure::Extra { array: text("fc4.bias") }];
    imports.push(ImportFailure::Experiment { file: text("experiment.json") });
    imports.push(ImportFailure::OtherSettings { number: 7 });
    imports.push(ImportFailure::OtherData { number: 7 });
    imports.push(ImportFailure::ManyRuns { runs: 9_001, most: 9_000 });
    imports.push(ImportFailure::NoEpoch { epoch: 9, epochs: 5 });
    imports.push(ImportFailure::NoWeights);
    let events = [
        EventsFailure::Damaged { at: 40 },
        EventsFailure::NoSettings,
        EventsFailure::DataSet,
        EventsFailure::NoLoss { step: 3 },
        EventsFailure::NotFinite { step: 3 },
        EventsFailure::Epochs,
    ];
    imports.extend(events.map(ImportFailure::Events));
    imports.extend(downloads().into_iter().map(ImportFailure::Download));
    imports.extend(archives().into_iter().map(ImportFailure::Archive));
    imports.extend(bundles().into_iter().map(ImportFailure::Run));
    imports.extend(checkpoints().into_iter().map(ImportFailure::Checkpoint));
    imports.extend(pytorches().into_iter().map(ImportFailure::Pytorch));
    imports.extend(weights().into_iter().map(ImportFailure::Weights));
    imports
}

fn exports() -> Vec<ExportFailure> {
    let detail = || text("disk full");
    let mut exports = vec![
        ExportFailure::Table { detail: detail() },
        ExportFailure::Json { detail: detail() },
        ExportFailure::ClassNames { found: 9, classes: 10 },
        ExportFailure::RepeatedNote { key: text("class_names") },
        ExportFailure::LinkedFile {
            from: text("init.safetensors"),
            why: LinkedFileFailure::NoOrder,
        },
        ExportFailure::LongOrder { most: 32 << 20 },
        ExportFailure::Order,
        ExportFailure::NoBeginning,
    ];
    exports.extend(archives().into_iter().map(ExportFailure::Archive));
    exports.extend(bundles().into_iter().map(ExportFailure::Run));
    exports.extend(checkpoints().into_iter().map(ExportFailure::Checkpoint));
    exports.extend(weights().into_iter().map(ExportFailure::Weights));
    exports
}

/// A failure of every kind, with every kind of cause.
pub(crate) fn samples() -> Vec<Failure> {
    let case = "webgpu-fused-64".parse().unwrap();
    let (url, file) = (|| text("https://example.org/gone.safetensors"), || text("file.pt"));
    let why = EngineFailure::NoWebGpu(NoWebGpu::Missing);
    let because = Box::new(Failure::Engine { webgpu: true, why });
    let mut samples = vec![
        Failure::WorkerPanicked { panic_text: text("panicked at src/worker/run.rs:1:1:\nboom") },
        Failure::NotUnderstood(ProtocolError::Version { theirs: 5 }),
        Failure::NotUnderstood(ProtocolError::Cut),
        Failure::NotUnderstood(ProtocolError::NoBytes),
        Failure::NotUnderstood(ProtocolError::WrongProgram),
        Failure::NotUnderstood(ProtocolError::Malformed(text("Hit the end of buffer"))),
        Failure::Busy(Waiting::Refetch),
        Failure::Busy(Waiting::Start),
        Failure::Busy(Waiting::Measure),
        Failure::MeasurementStopped,
        Failure::NoRunUnderWay,
        Failure::NoTestImages,
        Failure::OwnSetGone { title: text("Kitchen (0123456789ab…)") },
        Failure::NoWeights,
        Failure::PictureSize { found: 3, expected: 784 },
        Failure::TrainsOnCpuInstead { because },
        Failure::Data(FetchError::Replaced),
        Failure::Data(FetchError::NewVersion),
        Failure::NoFusedKernels { case },
        Failure::Busy(Waiting::ForgetOwnSet),
        Failure::LibraryDeleted,
        Failure::RunInTraining { run: text(RUN) },
        Failure::RunOver { run: text(RUN) },
        Failure::RunElsewhere { run: text(RUN) },
        Failure::LinkedFile {
            url: url(),
            why: LinkedFileFailure::Order { detail: text("expected value at line 1") },
        },
        Failure::LinkedFile { url: url(), why: LinkedFileFailure::NoOrder },
        Failure::LinkedFile { url: url(), why: LinkedFileFailure::Changed },
        Failure::LinkedFile { url: url(), why: LinkedFileFailure::LongOrder { most: 4_194_304 } },
    ];
    let downloads_of_data =
        downloads().into_iter().map(|source| FetchError::Download { file: text("a.bin"), source });
    samples.extend(downloads_of_data.map(Failure::Data));
    samples.extend(own_sets_tests::samples().into_iter().map(Failure::OwnSet));
    samples.extend(shards().into_iter().map(FetchError::Content).map(Failure::Data));
    for webgpu in [true, false] {
        samples.extend(engines().into_iter().map(|why| Failure::Engine { webgpu, why }));
    }
    samples.extend(trainings().into_iter().map(|why| Failure::NotMeasured { case, why }));
    samples.extend(trainings().into_iter().map(Failure::Training));
    for saved in [None, Some(1_000)] {
        let diverged = |how| Failure::RunDiverged { how, measured: 1_233, saved };
        samples.extend(divergences().into_iter().map(diverged));
    }
    samples.extend(weights().into_iter().map(Failure::Weights));
    samples.extend(checkpoints().into_iter().map(Failure::Checkpoint));
    samples.extend(storages().into_iter().map(Failure::Storage));
    let linked = downloads().into_iter().map(LinkedFileFailure::Download);
    let linked = linked.chain([LinkedFileFailure::TooSlow]);
    let linked = linked.chain(checkpoints().into_iter().map(LinkedFileFailure::Weights));
    samples.extend(linked.map(|why| Failure::LinkedFile { url: url(), why }));
    let imports = imports().into_iter();
    samples.extend(imports.map(|why| Failure::NotImported { file: file(), why }));
    samples.extend(exports().into_iter().map(Failure::NotExported));
    samples
}

#[test]
fn a_failure_equals_itself_whatever_its_figures_are() {
    for (one, other) in samples().into_iter().zip(samples()) {
        assert_eq!(one, other);
    }
}
