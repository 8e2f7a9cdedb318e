//! Causes of failures in English, as they stand within a sentence: after a colon or "because".

use crate::dataset::shard::{FORMAT_VERSION, MANIFEST_NAME, OWN_VERSION};
use crate::dataset::{
    DownloadError, FetchError, IdentityMistake, IdxError, ManifestMistake, OrderMistake, ShardError,
};
use crate::hardware::{GpuComplaint, NoWebGpu, TestedNumber, WrongAnswer};
use crate::history::ResumeMistake;
use crate::network::{CLASSES, EngineFault, ModelError, Network, SIDE};
use crate::protocol::{
    Divergence, EngineFailure, PROTOCOL_VERSION, ProtocolError, TrainingFailure,
};

/// A text from outside where a sentence ends after it.
pub fn quoted(text: &str) -> &str {
    text.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace())
}

/// Why the page and the worker cannot read each other's messages.
pub fn understanding(error: &ProtocolError) -> String {
    match error {
        ProtocolError::Version { theirs } => {
            format!("one uses protocol version {PROTOCOL_VERSION}, the other {theirs}")
        }
        ProtocolError::Cut => "a message is too short to hold its version".to_owned(),
        ProtocolError::NoBytes => "a message is not a byte array".to_owned(),
        ProtocolError::WrongProgram => "a command went to the wrong worker".to_owned(),
        ProtocolError::Malformed(text) => format!("a message could not be read ({text})"),
    }
}

/// Why the data set could not be fetched.
pub fn fetch(error: &FetchError) -> String {
    match error {
        FetchError::Download { file, source } => format!("{file}: {}", download(source)),
        FetchError::Content(error) => shard(error),
        FetchError::NewVersion => "a new version of Atelier is on the site".to_owned(),
        FetchError::Replaced => "a newer request replaced this one".to_owned(),
    }
}

/// Why a file could not be downloaded.
pub fn download(error: &DownloadError) -> String {
    match error {
        DownloadError::Network(text) => {
            format!("the server could not be reached or the connection broke ({text})")
        }
        DownloadError::NoStream => "the browser does not stream the response".to_owned(),
        DownloadError::Missing => "the server does not have it (HTTP 404)".to_owned(),
        DownloadError::PageInstead => "the server returned a web page instead".to_owned(),
        DownloadError::Status(status) => format!("the server answered with HTTP {status}"),
        DownloadError::Silence => {
            format!("nothing arrived for {} seconds", DownloadError::SILENCE_S)
        }
        DownloadError::Slow => {
            format!("it took longer than {} minutes", DownloadError::TOTAL_S / 60)
        }
        DownloadError::TooLarge(bytes) => format!("it is larger than the {bytes} bytes expected"),
    }
}

fn shard(error: &ShardError) -> String {
    match error {
        ShardError::Manifest(text) => format!("{MANIFEST_NAME} cannot be read: {}", quoted(text)),
        ShardError::Version { found } => format!(
            "{MANIFEST_NAME} has version {found}, this build reads versions {FORMAT_VERSION} and {OWN_VERSION}"
        ),
        ShardError::Inconsistent(mistake) => {
            format!("{MANIFEST_NAME} contradicts itself: {}", manifest(mistake))
        }
        ShardError::Size { file, expected, found } => {
            format!("{file} has {found} bytes instead of {expected}")
        }
        ShardError::Altered { file, expected, found } => {
            format!("{file} has been altered: its SHA-256 is {found}, not {expected}")
        }
        ShardError::Label { file, source } => format!("{file}: {}", idx(source)),
        ShardError::Mismatch { pixels, labels } => {
            format!("{pixels} bytes of pixels do not fit {labels} labels")
        }
    }
}

fn manifest(mistake: &ManifestMistake) -> String {
    match mistake {
        ManifestMistake::ClassNames(found) => {
            format!("it has {found} class names for {CLASSES} classes")
        }
        ManifestMistake::Own(mistake) => data_set(mistake),
        ManifestMistake::OwnVersion(version) => {
            format!("version {version} does not go with what it says of its data set")
        }
        ManifestMistake::Contents { expected, found } => {
            format!("the SHA-256 of its images is {found}, not {expected}")
        }
        ManifestMistake::Images { train: true, images } => {
            format!("it cannot have {images} training images")
        }
        ManifestMistake::Images { train: false, images } => {
            format!("it cannot have {images} test images")
        }
        ManifestMistake::Sum { train: true, images } => {
            format!("the training shards do not add up to {images} images")
        }
        ManifestMistake::Sum { train: false, images } => {
            format!("the test shards do not add up to {images} images")
        }
        ManifestMistake::Shard { file, images, bytes } => {
            format!("{file} cannot have {images} images in {bytes} bytes")
        }
        ManifestMistake::FileName(name) => format!("{name:?} is not a plain file name"),
    }
}

fn data_set(mistake: &IdentityMistake) -> String {
    let (least, most) = (Network::FEWEST_CLASSES, Network::MOST_CLASSES);
    match mistake {
        IdentityMistake::Classes(found) => {
            format!("it has {found} classes, but {least} to {most} are possible")
        }
        IdentityMistake::NoClassName(label) => format!("class {label} has no name"),
        IdentityMistake::SameClassName(name) => format!("two classes are named {name:?}"),
        IdentityMistake::Sha256(found) => format!("{found:?} is not a SHA-256"),
    }
}

pub fn idx(error: &IdxError) -> String {
    match error {
        IdxError::CutHeader(bytes) => format!("the IDX header is cut short after {bytes} bytes"),
        IdxError::Magic { dimensions, magic } => format!(
            "it is not an IDX file of unsigned bytes in {dimensions} dimensions, because it starts with {magic:02x?}"
        ),
        IdxError::Size { rows, columns } => {
            format!("its images are {rows}×{columns}, not {SIDE}×{SIDE}")
        }
        IdxError::Length { declared, found } => {
            format!("its header promises {declared} bytes of data, but it has {found}")
        }
        IdxError::Label { index, label, classes } => {
            format!("label {label} of image {index} is not below {classes}")
        }
    }
}

/// Why there is no WebGPU.
pub fn no_webgpu(why: &NoWebGpu) -> String {
    match why {
        NoWebGpu::InsecureOrigin => {
            "this page was loaded over plain http, and browsers offer WebGPU only to https and to localhost"
                .to_owned()
        }
        NoWebGpu::Missing => "this browser has no WebGPU".to_owned(),
        NoWebGpu::NoAdapter => "this browser supports WebGPU but has no adapter for it".to_owned(),
        NoWebGpu::NoAnswer(seconds) => {
            format!("the browser did not name an adapter within {seconds} seconds")
        }
        NoWebGpu::RefusedWithoutReason => {
            "the browser gave no WebGPU adapter and did not say why".to_owned()
        }
        NoWebGpu::Refused(text) => {
            format!("the browser gave no WebGPU adapter: {}", quoted(text))
        }
    }
}

/// Why an engine cannot be used.
pub fn engine(why: &EngineFailure) -> String {
    match why {
        EngineFailure::NoWebGpu(why) => no_webgpu(why),
        EngineFailure::NoDevice { detail } => {
            format!("the adapter gave no device: {}", quoted(detail))
        }
        EngineFailure::Gpu(complaint) => gpu(complaint),
        EngineFailure::WrongAnswer(answer) => {
            format!("the engine gave a wrong answer in its self-test: {}", wrong_answer(answer))
        }
        EngineFailure::NoAnswer(why) => {
            format!("the engine gave a wrong answer in its self-test: {}", training(why))
        }
    }
}

pub fn gpu(complaint: &GpuComplaint) -> String {
    match complaint {
        GpuComplaint::Reported(text) => format!("WebGPU reported an error: {}", quoted(text)),
        GpuComplaint::NoAnswer(seconds) => {
            format!("the GPU has not answered for {seconds} seconds")
        }
        GpuComplaint::Lost { reason, message } => {
            format!("the GPU device was lost ({reason}): {}", quoted(message))
        }
    }
}

fn wrong_answer(answer: &WrongAnswer) -> String {
    match answer {
        WrongAnswer::Kernel(text) => format!("a kernel does not compile: {}", quoted(text)),
        WrongAnswer::Number { what, found, expected } => match what {
            TestedNumber::Loss => format!("the loss is {found} instead of {expected}"),
            TestedNumber::LossOfStep(step) => {
                format!("the loss of step {step} is {found} instead of {expected}")
            }
            TestedNumber::ValidationLoss => {
                format!("the validation loss is {found} instead of {expected}")
            }
            TestedNumber::ValidationAccuracy => {
                format!("the validation accuracy is {found} instead of {expected}")
            }
            TestedNumber::GradientNorm(parameter) => {
                format!("the gradient of {parameter} has norm {found} instead of {expected}")
            }
        },
        WrongAnswer::Gradient { parameter, relative_difference } => format!(
            "the gradient of {parameter} differs by {:.1e} from the CPU engine's",
            relative_difference.0
        ),
    }
}

/// How a run diverged.
pub fn divergence(how: &Divergence) -> String {
    match how {
        Divergence::Loss { step, loss } => format!("the loss of step {step} is {loss}"),
        Divergence::ValidationLoss { epoch, loss } => {
            format!("the validation loss of epoch {epoch} is {loss}")
        }
        Divergence::Weights { step } => {
            format!("after step {step} the weights are no longer finite numbers")
        }
    }
}

/// Why training cannot begin or continue.
pub fn training(why: &TrainingFailure) -> String {
    match why {
        TrainingFailure::Diverged(how) => divergence(how),
        TrainingFailure::Order(mistake) => {
            format!("the order of batches cannot be used, because {}", order(mistake))
        }
        TrainingFailure::Gpu(complaint) => gpu(complaint),
        TrainingFailure::Engine(fault) => format!("the engine failed: {}", engine_fault(fault)),
        TrainingFailure::Weights(error) => weights(error),
        TrainingFailure::Resume(mistake) => resume(mistake),
    }
}

fn order(mistake: &OrderMistake) -> String {
    match mistake {
        OrderMistake::NoBatches => "it has no batches".to_owned(),
        OrderMistake::EmptyBatch { batch } => format!("batch {batch} is empty"),
        OrderMistake::LargeBatch { batch, images, most } => {
            format!("batch {batch} has {images} images, but the limit is {most}")
        }
        OrderMistake::NoImage { batch, image, images } => {
            format!("batch {batch} names image {image} of {images}")
        }
    }
}

fn resume(mistake: &ResumeMistake) -> String {
    match mistake {
        ResumeMistake::NothingToTrainOn => "there are no images to train on".to_owned(),
        ResumeMistake::NothingToValidateOn => "there are no images to validate on".to_owned(),
        ResumeMistake::Steps { steps, epochs, steps_per_epoch } => {
            format!("{steps} steps do not belong to {epochs} epochs of {steps_per_epoch} steps")
        }
        ResumeMistake::LossesUnread => "its newest losses are still on the device".to_owned(),
        ResumeMistake::ImagesMissing => "the data set lacks images that it needs".to_owned(),
        ResumeMistake::Classes { network, data } => {
            format!("its network has {network} classes, but the data set has {data}")
        }
        ResumeMistake::CorrectedLabel { label, classes } => {
            format!("a correction gives an image label {label}, which is not below {classes}")
        }
        ResumeMistake::OtherDataSet { needed, found } => {
            let named = |title: &Option<String>| {
                title.clone().unwrap_or_else(|| "Fashion-MNIST".to_owned())
            };
            format!(
                "it was trained on the data set {}, but {} is loaded",
                named(needed),
                named(found)
            )
        }
    }
}

fn engine_fault(fault: &EngineFault) -> String {
    match fault {
        EngineFault::Reported(text) => quoted(text).to_owned(),
        EngineFault::ReadBack(text) => {
            format!("numbers could not be read back ({})", quoted(text))
        }
        EngineFault::Count { parameter, found } => {
            format!("{found} numbers came back for {parameter}")
        }
        EngineFault::NoGradient => "a parameter has no gradient".to_owned(),
        EngineFault::NotNumbers => "the probabilities are not numbers".to_owned(),
        EngineFault::LossesUnread => "losses were left unread for too long".to_owned(),
        EngineFault::NoMemory => "there is not enough memory".to_owned(),
        EngineFault::NotCompiled(kernel) => {
            format!("the kernel {kernel} was not compiled in advance")
        }
        EngineFault::NoImages => "the self-test has no images".to_owned(),
    }
}

/// Why these weights are not the network's.
pub fn weights(error: &ModelError) -> String {
    match error {
        ModelError::Missing(parameter) => format!("{parameter} is missing"),
        ModelError::Shape { name, expected, found } => {
            format!("{name} has shape {found:?}, the network needs {expected:?}")
        }
        ModelError::Classes(found) => {
            let (least, most) = (Network::FEWEST_CLASSES, Network::MOST_CLASSES);
            format!("the network has {found} classes, but {least} to {most} are possible")
        }
        ModelError::NotFinite(parameter) => {
            format!("{parameter} holds numbers that are not finite")
        }
        ModelError::Engine(fault) => {
            format!("the engine failed while weights were read: {}", engine_fault(fault))
        }
    }
}
