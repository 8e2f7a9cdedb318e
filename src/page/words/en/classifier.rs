//! The classifier, in English.

use super::causes::quoted;
use crate::garment::header::HeaderMistake;
use crate::garment::{Caution, StageKind, Tone};
use crate::network::CLASS_NAMES;
use crate::page::format::{UNKNOWN, percent, whole};
use crate::page::train::classifier::{CameraFailure, Complaint};
use crate::page::words::ClassifierWords;
use crate::text::{MOST_QUOTE, line};

/// The classifier's sentences.
pub const WORDS: ClassifierWords = ClassifierWords {
    class_name,
    title: "Classify",
    pad: "Drawing pad. Draw with a mouse, a finger, a pen or keys; Shift with an arrow moves farther, Escape lifts the pen; press Control+Z to undo.",
    pad_keys: "Arrows move, Space draws, Delete clears",
    pen: |is_down, across, down| {
        let pen = if is_down { "Pen down" } else { "Pen up" };
        format!("{pen}, {across}% from the left, {down}% from the top")
    },
    shapes: "Ready-made shapes",
    // "T-shirt" rather than "T-shirt/top".
    shape: |label| class_name(label).split('/').next().unwrap_or(UNKNOWN),
    pad_hint: "Draw, drop or paste a garment",
    brush: "Brush",
    shade: "Shade",
    fill: "Fill closed shapes",
    undo: "Undo",
    clear: "Clear",
    test_image: "Test image",
    upload: "Upload a picture",
    webcam: "Webcam",
    webcam_waits: "Waiting for the camera. Your browser asks you whether this page may use it.",
    webcam_keep: "Keep this picture",
    webcam_stop: "Stop the webcam",
    webcam_rate: |a_second| format!("{a_second:.0} pictures a second"),
    photo_tools: "Tools for the picture",
    crop: "Crop",
    crop_how: "Draw a rectangle around the garment. By keys: Space at one corner, arrows, Space at the other.",
    whole_picture: "Whole picture",
    turn: "Turn",
    background: "Background",
    tone_found: |tone| match tone {
        None => "found by itself".to_owned(),
        Some(tone) => format!("found: {}", tone_name(tone)),
    },
    tone: tone_name,
    stages: "How it becomes a garment",
    stage: |stage| match stage {
        StageKind::Picture => "The picture",
        StageKind::Separated => "Without its background",
        StageKind::Trimmed => "Trimmed, grey, bright on black",
        StageKind::Small => "28 pixels long",
        StageKind::Network => "Sharpened and centred",
    },
    caution: |caution| match caution {
        Caution::PaleOnLight => {
            "A pale garment on a light background. The data set has hardly any of these, so do not expect much of the answer; try a dark background."
        }
        Caution::LittleContrast => {
            "The garment hardly stands out from its background, so its outline may be wrong. Try another background, or crop."
        }
        Caution::CutOff => {
            "The garment reaches beyond the picture. The data set shows whole garments, so the answer may be wrong."
        }
        Caution::SmallInPicture => {
            "The garment is small in this picture, so the network sees little of it. Crop the picture."
        }
    },
    complaint: |complaint| match complaint {
        Complaint::NoPicture => "That was not a picture file.".to_owned(),
        Complaint::TooLarge { file } => refused(file, "it has more than 40 MB", SMALLER),
        Complaint::Header { file, why: HeaderMistake::TooLarge { width, height } } => {
            refused(file, &format!("at {width}×{height} pixels it is too large"), SMALLER)
        }
        Complaint::Header { file, why: HeaderMistake::Unknown } => {
            refused(file, "it is not a PNG, JPEG, GIF, WebP, BMP, AVIF or HEIC file", ANOTHER)
        }
        Complaint::Header { file, why: HeaderMistake::Cut } => {
            refused(file, "it is incomplete or damaged", ANOTHER)
        }
        Complaint::Header { file, why: HeaderMistake::Empty } => {
            refused(file, "it has no pixels", ANOTHER)
        }
        Complaint::Unreadable { file, why } => {
            refused(file, &line(quoted(why), MOST_QUOTE), ANOTHER)
        }
        Complaint::Camera(failure) => camera(failure),
        Complaint::NoGarment => {
            "No garment stands out from the background of this picture.".to_owned()
        }
        Complaint::NotDrawn { why } => format!("The pad cannot be drawn: {why}"),
    },
    preview: "The 28 by 28 pixels that the network sees",
    what_network_sees: "What the network sees",
    probabilities: "Probabilities",
    answer_by_run: |share, step| format!("{}, by this run, step {}", percent(share), whole(step)),
    answer_by_checkpoint: |share, checkpoint| format!("{}, by {checkpoint}", percent(share)),
    test_label: |index, label, answer| match answer {
        None => format!("Test image {index} is labelled {label}."),
        Some(answer) if answer == label => {
            format!("Test image {index} is labelled {label}, and the model agrees.")
        }
        Some(answer) => {
            format!("Test image {index} is labelled {label}. The model said {answer}.")
        }
    },
    followed_image: |index, label| format!("Test image {index}, labelled {label}"),
    another_image: "Another image",
    why: "Why this answer?",
};

const ANOTHER: &str = "Choose another picture.";
const SMALLER: &str = "Choose one of at most 40 MB, 64 million pixels and 16,384 pixels an edge.";

/// What happened, what was kept, what to do next.
fn refused(file: &str, why: &str, next: &str) -> String {
    format!("{file} cannot be read as a picture: {why}. The pad is as it was. {next}")
}

/// Why there is no picture from a camera.
fn camera(failure: &CameraFailure) -> String {
    let (happened, next) = match failure {
        CameraFailure::NotOffered => (
            "This browser offers no camera to this page.",
            "Open it over HTTPS or on this machine, or upload a picture.",
        ),
        CameraFailure::Refused => (
            "The camera was refused. The pad is as it was.",
            "Allow it in your browser's settings for this page, or upload a picture.",
        ),
        CameraFailure::Missing => (
            "No camera was found. The pad is as it was.",
            "Connect one and try again, or upload a picture.",
        ),
        CameraFailure::Busy => (
            "The camera does not answer; another program may be using it. The pad is as it was.",
            "Close that program and try again.",
        ),
        CameraFailure::Ended => (
            "The camera has stopped by itself. The pad is as it was before.",
            "Connect it again and start the webcam once more.",
        ),
        CameraFailure::Other(why) => {
            let why = line(quoted(why), MOST_QUOTE);
            return format!(
                "The camera could not be used: {why} The pad is as it was. Try again, or upload a \
                 picture."
            );
        }
    };
    format!("{happened} {next}")
}

const fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Light => "light",
        Tone::Dark => "dark",
    }
}

pub(super) fn class_name(label: usize) -> &'static str {
    CLASS_NAMES.get(label).copied().unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_the_names_that_files_give_them() {
        let names: Vec<_> = (0..CLASS_NAMES.len()).map(class_name).collect();
        assert_eq!(names, CLASS_NAMES);
    }
}
