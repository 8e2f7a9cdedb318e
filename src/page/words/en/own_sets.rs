//! Data sets of one's own, in English.

use super::causes::{download, idx, quoted};
use super::failures::sentences;
use super::file_causes::archive;
use crate::dataset::own::{MOST_IMAGES, OwnMistake, SkipReason, Skipped};
use crate::dataset::{IdentityMistake, OwnSet};
use crate::page::format::whole;
use crate::page::words::{OwnSetsWords, Told};
use crate::protocol::OwnSetFailure;
use crate::text::{MOST_QUOTE, line, quote};

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
    no_explorer: "The explorer, the map of images and corrections are there for runs on Fashion-MNIST only.",
    skipped: |Skipped { path, why }| format!("{path}: {}", because(why)),
    more_skipped: |count| format!("and {} more", whole(count as u64)),
};

fn name(set: &OwnSet) -> &str {
    match set.identity.name() {
        "" => "Your data set",
        name => name,
    }
}

/// Why a file was left out.
fn because(why: &SkipReason) -> String {
    match why {
        SkipReason::NoClass => "it lies in no folder that names its class".into(),
        SkipReason::NoPicture => "it is not a PNG, JPEG, GIF, WebP or AVIF file".into(),
        SkipReason::TooLarge => "it has more than 40 MB".into(),
        SkipReason::TooManyPixels => "it has too many pixels".into(),
        SkipReason::Gone => "it is not there any more".into(),
        SkipReason::Damaged => "it is incomplete or damaged".into(),
        SkipReason::Unreadable(words) | SkipReason::Undecodable(words) => {
            line(quoted(words), MOST_QUOTE)
        }
        SkipReason::Empty => "nothing in it stands out from its background".into(),
    }
}

/// What is wrong with the files.
fn mistake(why: &OwnMistake) -> String {
    match why {
        OwnMistake::Identity(IdentityMistake::Classes(count)) => {
            let there = if *count == 1 {
                "there is 1 class".into()
            } else {
                format!("there are {} classes", whole(*count as u64))
            };
            format!("{there}, and a network tells 2 to 64 apart")
        }
        OwnMistake::Identity(IdentityMistake::NoClassName(class)) => {
            format!("class {} has no name", class + 1)
        }
        OwnMistake::Identity(IdentityMistake::SameClassName(name)) => {
            format!("two classes are named {name}")
        }
        OwnMistake::Identity(IdentityMistake::Sha256(_)) => "its checksum is not a SHA-256".into(),
        OwnMistake::Nothing => {
            "there are neither IDX files nor pictures in folders by class".into()
        }
        OwnMistake::TooManyFiles(most) => {
            format!("there are more than {} files", whole(*most as u64))
        }
        OwnMistake::TooManyImages => {
            format!("there are more than {} images", whole(MOST_IMAGES as u64))
        }
        OwnMistake::FewImages { class, images } => {
            let images = match images {
                1 => "1 usable image".to_owned(),
                images => format!("{images} usable images"),
            };
            format!("the class {class} has {images}, and each needs at least 2")
        }
        OwnMistake::NoImages { train: true } => "there are no images to train on".into(),
        OwnMistake::NoImages { train: false } => "there are no images to validate on".into(),
        OwnMistake::AllSkipped(count) => {
            format!("none of the {} pictures can be used", whole(*count as u64))
        }
        OwnMistake::Share(share) => format!("a share of {share} cannot be validated on"),
        OwnMistake::HalfPair(file) => {
            format!("{file} has no file beside it: images need labels, and labels images")
        }
        OwnMistake::TwoOfAKind { one, other } => {
            format!("{one} and {other} could both be meant")
        }
        OwnMistake::Count { images, found, labels, expected } => {
            format!("{images} has {found} images, but {labels} has {expected} labels")
        }
        OwnMistake::Idx { file, why } => {
            format!("{file} is no such IDX file: {}", idx(why))
        }
        OwnMistake::Gzip { file } => format!("{file} cannot be unpacked"),
        OwnMistake::Label { file, label } => {
            format!("{file} has label {label}, and labels go from 0 to 63")
        }
        OwnMistake::UnknownLabel(label) => {
            format!("label {label} stands among the images to validate on only")
        }
        OwnMistake::Names { file, why } => format!("{file} is no list of names: {}", quote(why)),
        OwnMistake::MissingName { names, label } => {
            format!("there are {names} names, but an image has label {label}")
        }
    }
}

/// Why a data set of one's own could not be added.
pub(super) fn told(why: &OwnSetFailure) -> Told {
    match why {
        OwnSetFailure::Files(why) => {
            refused(&mistake(why), "Put that right and add the files again.")
        }
        OwnSetFailure::Download { file, why } => {
            refused(&format!("{file} cannot be read ({})", download(why)), AGAIN)
        }
        OwnSetFailure::Unreadable(Skipped { path, why }) => {
            refused(&format!("{path} cannot be used: {}", because(why)), AGAIN)
        }
        OwnSetFailure::Archive(why) => refused(
            &format!("the ZIP file cannot be read: {}", archive(why)),
            "Pack it again, or choose its folder.",
        ),
        OwnSetFailure::Shards { detail } => refused(
            &format!("its manifest and its shards do not fit together ({})", quote(detail)),
            "Get the data set again.",
        ),
        OwnSetFailure::NoStorage => sentences(
            "This browser offers this page no storage for files, so no data set of your own can be kept.",
            "Nothing has changed.",
            "Open the page over HTTPS or on this machine, and not in a private window.",
        ),
        OwnSetFailure::NotKept { browser_text } => sentences(
            format!(
                "The data set could not be stored: {}.",
                line(quoted(browser_text), MOST_QUOTE)
            ),
            "Nothing of it was kept, and everything else is as it was.",
            "Free some space, or add fewer pictures.",
        ),
    }
}

const AGAIN: &str = "Choose the files again.";

fn refused(why: &str, next: &str) -> Told {
    sentences(
        format!("These files are no data set: {why}."),
        "Nothing was added, and everything else is as it was.",
        next,
    )
}
