//! Data sets of one's own, in English.

use super::causes::quoted;
use super::failures::sentences;
use crate::dataset::OwnSet;
use crate::page::format::whole;
use crate::page::words::{OwnSetsWords, Told};
use crate::protocol::{OwnSetFailure, SkippedFile, SkippedWhy};
use crate::text::{MOST_QUOTE, line};

/// The sentences about data sets of one's own.
pub const WORDS: OwnSetsWords = OwnSetsWords {
    label: "Data set",
    entry: |set| format!("{}, {} classes", name(set), set.identity.class_names().len()),
    about: |set| {
        format!(
            "{} training and {} validation images of {}. They stay in this browser.",
            whole(set.train_images.into()),
            whole(set.test_images.into()),
            set.identity.class_names().join(", "),
        )
    },
    delete: "Delete this data set",
    add: "Your own classes",
    about_adding: "2 to 64 classes: a folder, or a ZIP of one, that holds a folder of pictures for each class; or IDX files of images and labels as MNIST has them. A seventh is kept for validation unless the files say otherwise. Nothing is uploaded. You can also drop them here.",
    files: "Choose a ZIP or IDX files",
    folder: "Choose a folder",
    reading: |done, all| format!("{} of {} files read", whole(done.into()), whole(all.into())),
    added: |set, skipped| {
        let images = u64::from(set.train_images) + u64::from(set.test_images);
        let (classes, images) = (set.identity.class_names().len(), whole(images));
        let added = format!("Added {}: {images} images of {classes} classes.", name(set));
        match skipped {
            0 => added,
            1 => format!("{added} One file was left out:"),
            skipped => format!("{added} {} files were left out:", whole(skipped as u64)),
        }
    },
    no_insight: "Validation in detail, the inside of the network and the data set explored are there for runs on Fashion-MNIST only.",
    skipped: |SkippedFile { file, why }| format!("{file}: {}", because(why)),
    more_skipped: |count| format!("and {} more", whole(count as u64)),
};

fn name(set: &OwnSet) -> &str {
    match set.identity.name() {
        "" => "your data set",
        name => name,
    }
}

/// Why a file was left out.
fn because(why: &SkippedWhy) -> String {
    match why {
        SkippedWhy::NoPicture => "it is not a PNG, JPEG, GIF, WebP, BMP, AVIF or HEIC file".into(),
        SkippedWhy::Cut => "it is incomplete or damaged".into(),
        SkippedWhy::Empty => "it has no pixels".into(),
        SkippedWhy::TooLarge => "it is too large to be decoded".into(),
        SkippedWhy::Undecodable { browser_text } => line(quoted(browser_text), MOST_QUOTE),
        SkippedWhy::OnlyBackground => "nothing in it stands out from its background".into(),
        SkippedWhy::NoClass => "it lies in no folder that names its class".into(),
    }
}

/// Why a data set of one's own could not be added.
pub(super) fn told(why: &OwnSetFailure) -> Told {
    match why {
        OwnSetFailure::NoStorage => sentences(
            "This browser offers this page no storage for files, so no data set of your own can be kept.",
            "Nothing has changed.",
            "Open the page over HTTPS or on this machine, and not in a private window.",
        ),
        OwnSetFailure::NotKept { browser_text } => sentences(
            format!("The data set could not be stored: {}", line(quoted(browser_text), MOST_QUOTE)),
            "Nothing of it was kept, and everything else is as it was.",
            "Free some space, or add fewer pictures.",
        ),
    }
}
