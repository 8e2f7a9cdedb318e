//! Corrections of the data set, in English.

use crate::dataset::corrections::{FORMAT, MOST_BYTES, VERSION};
use crate::dataset::{CorrectionsError, CorrectionsMistake, SplitName};
use crate::page::format::{UNKNOWN, whole};
use crate::page::words::CorrectionsWords;

/// The sentences.
pub const WORDS: CorrectionsWords = CorrectionsWords {
    title: "Corrections",
    about: "Images that you give another label or leave out, for the next run and for comparing.",
    label_of: |split, index| format!("Label of {}", image(split, index)),
    as_published: "as published",
    leave_out: "leave out",
    mark: |label| match label {
        Some(label) => format!("corrected: {label}"),
        None => "left out".to_owned(),
    },
    mistake: |mistake| format!("Nothing was changed: {}.", mistaken(mistake)),
    summary: |labels, training, validation| match labels + training + validation {
        0 => "There are no corrections. Choose another label below an image, or leave it out."
            .to_owned(),
        _ => format!(
            "{} with another label, {} left out of training, {} out of validation. They count in the next run, unless \
             you switch that off in its settings.",
            images(labels),
            images(training),
            images(validation)
        ),
    },
    unstored: "This browser stores no corrections. They count until you close the page. Export them to keep them.",
    correction: |split, index, published, label| {
        let becomes = label.map_or_else(|| "left out".to_owned(), |label| format!("→ {label}"));
        let separator = if label.is_some() { " " } else { ", " };
        let published = published.unwrap_or(UNKNOWN);
        format!("{}: {published}{separator}{becomes}", capital(&image(split, index)))
    },
    undo: "Undo",
    undo_of: |split, index| format!("Undo the correction of {}", image(split, index)),
    remove_all: "Remove all",
    removed: |count| match count {
        1 => "1 correction was removed.".to_owned(),
        count => format!("{} corrections were removed.", whole(count as u64)),
    },
    bring_back: "Bring back",
    export: "Export",
    import: "Import",
    about_import: "Adds the corrections of a file. Where it corrects the same image as the list, the file counts.",
    imported: |file, read, replaced| {
        let read = match read {
            1 => "1 correction".to_owned(),
            read => format!("{} corrections", whole(read as u64)),
        };
        let replaced = match replaced {
            0 => String::new(),
            replaced => format!(" {} took the place of earlier ones.", whole(replaced as u64)),
        };
        format!("{read} read from {file}.{replaced}")
    },
    refused: |file, why| {
        let why = match why {
            CorrectionsError::TooLarge(bytes) => {
                format!(
                    "it has {} MB, {} MB are the most",
                    bytes.div_ceil(1 << 20),
                    MOST_BYTES >> 20
                )
            }
            CorrectionsError::Json(_) => "it is not JSON".to_owned(),
            CorrectionsError::Shape(error) => format!("it is other JSON ({error})"),
            CorrectionsError::Version { format, version } => {
                format!(
                    "it is “{format}” version {version}, this build reads “{FORMAT}” version {VERSION}"
                )
            }
            CorrectionsError::Mistake(mistake) => mistaken(mistake),
        };
        format!(
            "{file} cannot be used: {why}. Your corrections are as they were. Choose a file that Atelier has exported."
        )
    },
    judged_by: "Labels",
    by_published: "as published",
    by_corrected: "corrected",
    about_judged_by: "Corrected: what is shown and what it is compared with are both judged by your corrected labels, \
                      without the images that you have left out.",
};

fn image(split: SplitName, index: u32) -> String {
    let split = match split {
        SplitName::Train => "training",
        SplitName::Test => "test",
    };
    format!("{split} image {}", whole(index.into()))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn images(count: usize) -> String {
    match count {
        1 => "1 image".to_owned(),
        count => format!("{} images", whole(count as u64)),
    }
}

fn mistaken(mistake: &CorrectionsMistake) -> String {
    match *mistake {
        CorrectionsMistake::NoImage { split, index } => {
            format!("there is no {}", image(split, index))
        }
        CorrectionsMistake::NoClass { split, index, label } => {
            format!("label {label} of {} is no class", image(split, index))
        }
        CorrectionsMistake::Twice { split, index } => {
            format!("{} is corrected twice", image(split, index))
        }
        CorrectionsMistake::NothingLeft { split: SplitName::Train } => {
            "no training image would be left".to_owned()
        }
        CorrectionsMistake::NothingLeft { split: SplitName::Test } => {
            "no test image would be left".to_owned()
        }
    }
}
