//! Corrections of the data set, in the part that looks into networks.
//!
//! These sentences are a table of their own, so that the page does not carry them.

use super::{Language, en, sentences, zh};
use crate::dataset::{CorrectionsError, CorrectionsMistake, SplitName};

sentences! {
    /// Corrections of the data set: images with another label, or left out. Names of classes come as the page shows them.
    CorrectionsWords {
        title,
        about,
        /// The choice below an image, for screen readers.
        label_of(split: SplitName, index: u32),
        /// Of that choice: the label as published.
        as_published,
        /// Of that choice: the image is left out.
        leave_out,
        /// Marks a corrected image: its label, or that it is left out.
        mark(label: Option<&str>),
        /// Why the choice could not be made.
        mistake(mistake: &CorrectionsMistake),
        /// What is corrected: other labels, images left out of training and of validation.
        summary(labels: usize, training: usize, validation: usize),
        /// The browser does not store the list.
        unstored,
        /// A line of the list: the published label, once it is known, and the corrected one.
        correction(split: SplitName, index: u32, published: Option<&str>, label: Option<&str>),
        undo,
        /// The same for screen readers.
        undo_of(split: SplitName, index: u32),
        remove_all,
        /// So many corrections have been removed.
        removed(corrections: usize),
        bring_back,
        export,
        import,
        about_import,
        /// So many corrections were read, of which so many took the place of earlier ones.
        imported(file: &str, read: usize, replaced: usize),
        /// A file holds no corrections that can be used.
        refused(file: &str, why: &CorrectionsError),
        /// The choice of the labels by which validations are judged.
        judged_by,
        by_published,
        by_corrected,
        about_judged_by,
    }
}

/// The sentences in the visitor's language.
pub fn corrections_words() -> &'static CorrectionsWords {
    match Language::chosen() {
        Language::English => &en::CORRECTIONS,
        Language::Chinese => &zh::CORRECTIONS,
    }
}
