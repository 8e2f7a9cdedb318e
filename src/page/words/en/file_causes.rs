//! What is wrong with files in English, as it stands within a sentence.

use super::causes::{download, weights};
use crate::dataset::DownloadError;
use crate::page::format::whole;
use crate::protocol::{
    ArchiveFailure, BundleFailure, CheckpointFailure, DescriptionFailure, EventsFailure,
    ExportFailure, ImportFailure, LinkedFileFailure, MOST_LINKED_S, PickleFailure, PytorchFailure,
    PytorchPart, TensorFailure,
};

/// Why a checkpoint cannot be read or written.
pub fn checkpoint(why: &CheckpointFailure) -> String {
    match why {
        CheckpointFailure::TooLarge { bytes } => {
            format!("at {bytes} bytes it is larger than any checkpoint")
        }
        CheckpointFailure::NotSafetensors { detail } => {
            format!("it is not a complete safetensors file ({detail})")
        }
        CheckpointFailure::NotWhole => "it is not a complete safetensors file".to_owned(),
        CheckpointFailure::NoRun => "it contains only arrays and no run".to_owned(),
        CheckpointFailure::Description(why) => description(why),
        CheckpointFailure::NotFloats { array } => format!("{array} does not hold 32-bit floats"),
        CheckpointFailure::Weights(error) => weights(error),
        CheckpointFailure::NoHistory { steps } => {
            format!("the run's measurements up to step {} are missing", whole(*steps))
        }
    }
}

fn description(why: &DescriptionFailure) -> String {
    match why {
        DescriptionFailure::Json { detail } => {
            format!("its description of the run cannot be read ({detail})")
        }
        DescriptionFailure::Version { found, newest } => format!(
            "its description of the run has version {found}, but this build reads versions up to {newest}"
        ),
        DescriptionFailure::Standing => "it does not say how far its run has got".to_owned(),
        DescriptionFailure::DataSet => {
            "it does not say which data set its run is trained on".to_owned()
        }
        DescriptionFailure::NoLosses => "it lacks the losses of its run".to_owned(),
        DescriptionFailure::Extra { array } => {
            format!("it contains {array}, which is not part of the network")
        }
        DescriptionFailure::RunName { run } => format!("{run:?} is not the name of a run"),
        DescriptionFailure::History => {
            "its run's reports and epochs contradict the losses".to_owned()
        }
    }
}

/// What is wrong with a file that a link names.
pub fn linked_file(why: &LinkedFileFailure) -> String {
    match why {
        LinkedFileFailure::Download(error @ DownloadError::Network(_)) => {
            format!("{}; redirects to other sites are not followed", download(error))
        }
        LinkedFileFailure::Download(error) => download(error),
        LinkedFileFailure::TooSlow => {
            format!("it had not arrived after {MOST_LINKED_S} seconds")
        }
        LinkedFileFailure::Weights(why) => checkpoint(why),
        LinkedFileFailure::Order { detail } => format!("it is not a list of batches ({detail})"),
        LinkedFileFailure::Changed => "it has changed since the run began".to_owned(),
        LinkedFileFailure::NoOrder => "it is not a list of batches".to_owned(),
        LinkedFileFailure::LongOrder { most } => {
            format!("it has more than {} batches", whole(*most as u64))
        }
    }
}

/// Why a file was not imported.
pub fn import(why: &ImportFailure) -> String {
    match why {
        ImportFailure::Download(error) => download(error),
        ImportFailure::Unknown => {
            "it is neither a safetensors file, nor a state dict saved by torch.save, nor a run exported \
             from Atelier, nor the events of its script for PyTorch"
                .to_owned()
        }
        ImportFailure::Archive(why) => archive(why),
        ImportFailure::Run(why) => bundle(why),
        ImportFailure::Experiment { file } => {
            format!("its {file} is missing, or is not that of an experiment of this build")
        }
        ImportFailure::OtherSettings { number } => {
            format!("run {number} in it has other settings than its experiment says")
        }
        ImportFailure::OtherData { number } => {
            format!("run {number} in it was trained on another data set than the runs before it")
        }
        ImportFailure::ManyRuns { runs, most } => {
            let [runs, most] = [runs, most].map(|count| whole(*count as u64));
            format!("it has {runs} runs, and at most {most} can be imported at once")
        }
        ImportFailure::Checkpoint(why) => checkpoint(why),
        ImportFailure::Pytorch(why) => pytorch(why),
        ImportFailure::Events(why) => events(*why),
        ImportFailure::NoEpoch { epoch, epochs } => format!(
            "its name says that it was saved after epoch {epoch}, but the events are of {epochs} epochs"
        ),
        ImportFailure::NoWeights => {
            "together with events, only weights saved by torch.save can be imported".to_owned()
        }
        ImportFailure::Weights(error) => weights(error),
        ImportFailure::Extra { array } => {
            format!("it contains {array}, which is not part of the network")
        }
    }
}

fn events(why: EventsFailure) -> String {
    match why {
        EventsFailure::Damaged { at } => {
            format!("it is damaged: the checksum of the record at byte {} differs", whole(at))
        }
        EventsFailure::NoSettings => {
            "it does not hold the settings of a run; choose the file that Atelier's script for PyTorch writes directly in the \
             run's folder"
                .to_owned()
        }
        EventsFailure::DataSet => "it does not say which data set it was trained on".to_owned(),
        EventsFailure::NoLoss { step } => {
            format!("the loss of batch {} is missing from it", whole(step))
        }
        EventsFailure::NotFinite { step } => {
            format!("what was measured after batch {} is not a finite number", whole(step))
        }
        EventsFailure::Epochs => "its epochs contradict each other".to_owned(),
    }
}

pub(super) fn archive(why: &ArchiveFailure) -> String {
    match why {
        ArchiveFailure::NotWhole { detail } => format!("it is not a complete archive ({detail})"),
        ArchiveFailure::File { name, detail } => {
            format!("{name} in it cannot be unpacked ({detail})")
        }
        ArchiveFailure::Twice => "two files in it have the same name".to_owned(),
        ArchiveFailure::TooLarge => "it would unpack to more data than any run has".to_owned(),
    }
}

fn bundle(why: &BundleFailure) -> String {
    match why {
        BundleFailure::Archive(why) => archive(why),
        BundleFailure::Missing { file } => format!("it lacks {file}"),
        BundleFailure::Json { file, detail } => format!("its {file} cannot be read ({detail})"),
        BundleFailure::Version { format, version, our_format, newest } => format!(
            "it is {format:?} version {version}, but this build reads {our_format:?} up to {newest}"
        ),
        BundleFailure::Metrics => "its measurements contradict each other".to_owned(),
        BundleFailure::Damaged { checkpoint } => {
            format!("{checkpoint} in it is damaged: its checksum differs")
        }
        BundleFailure::Checkpoint { checkpoint: name, why } => {
            format!("{name} in it cannot be used: {}", checkpoint(why))
        }
    }
}

fn pytorch(why: &PytorchFailure) -> String {
    match why {
        PytorchFailure::NotPytorch => "it was not written by torch.save".to_owned(),
        PytorchFailure::OldFormat => {
            "it is not in the archive format that PyTorch has written since version 1.6; load it with a current \
             PyTorch and save it again"
                .to_owned()
        }
        PytorchFailure::Damaged { detail } => format!("it is damaged ({detail})"),
        PytorchFailure::ByteOrder => "it is damaged: its byte order is not valid".to_owned(),
        PytorchFailure::Archive { detail } => {
            format!("its archive was not written by PyTorch ({detail})")
        }
        PytorchFailure::BigEndian => "it was written by a big-endian machine".to_owned(),
        PytorchFailure::TooLarge(part) => match part {
            PytorchPart::ByteOrder => "its byte order entry is too large",
            PytorchPart::Index => "it holds too many files",
            PytorchPart::Pickle => "its pickle is too large",
            PytorchPart::TensorData => "its tensor data is too large",
        }
        .to_owned(),
        PytorchFailure::Pickle(why) => match why {
            PickleFailure::Cut => "its pickle ends too early".to_owned(),
            PickleFailure::Protocol(protocol) => {
                format!("its pickle uses protocol {protocol}, which no state dict uses")
            }
            PickleFailure::Opcode(opcode) => {
                format!("its pickle uses opcode {opcode:#04x}, which no state dict needs")
            }
            PickleFailure::Call => "its pickle makes a call that no state dict needs".to_owned(),
            PickleFailure::Malformed => "its pickle contradicts itself".to_owned(),
        },
        PytorchFailure::Global { name } => {
            format!("it contains {name}, which does not belong in a state dict")
        }
        PytorchFailure::NoStateDict => "it is a pickle, but not a state dict".to_owned(),
        PytorchFailure::ElementType { tensor, found } => {
            format!("{tensor} is of type {found}, not float32")
        }
        PytorchFailure::Tensor { tensor, why } => match why {
            TensorFailure::Shape => {
                format!("{tensor} cannot be read: its sizes, strides or offset are not valid")
            }
            TensorFailure::BeyondStorage => {
                format!("{tensor} cannot be read: it reaches beyond its storage")
            }
            TensorFailure::NoNumbers => {
                format!("{tensor} cannot be read: the archive lacks its data")
            }
            TensorFailure::StorageLength => {
                format!("{tensor} cannot be read: its storage does not have the declared length")
            }
        },
    }
}

/// Why a file could not be made.
pub fn export(why: &ExportFailure) -> String {
    match why {
        ExportFailure::Archive(why) => archive(why),
        ExportFailure::Run(why) => bundle(why),
        ExportFailure::Checkpoint(why) => checkpoint(why),
        ExportFailure::Table { detail } => format!("the table cannot be written ({detail})"),
        ExportFailure::Json { detail } => format!("the JSON cannot be written ({detail})"),
        ExportFailure::Weights(error) => weights(error),
        ExportFailure::ClassNames { found, classes } => {
            format!("there are {found} class names for {classes} classes")
        }
        ExportFailure::RepeatedNote { key } => {
            format!("the model's metadata would have {key:?} twice")
        }
        ExportFailure::LinkedFile { from, why } => {
            format!("{from} cannot be used: {}", linked_file(why))
        }
        ExportFailure::LongOrder { most } => {
            format!("its epochs have more than {} images together", whole(*most))
        }
        ExportFailure::Order => "its batches name images that the training set lacks".to_owned(),
        ExportFailure::NoBeginning => "the library no longer has what it began with".to_owned(),
    }
}
