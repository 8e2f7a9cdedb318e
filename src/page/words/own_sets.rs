//! Data sets of one's own: choosing, adding and deleting them.

use super::sentences;
use crate::dataset::OwnSet;
use crate::dataset::own::Skipped;

sentences! {
    /// Data sets of one's own: choosing, adding and deleting them.
    OwnSetsWords {
        /// The choice of the data set.
        label,
        /// A data set in that choice.
        entry(set: &OwnSet),
        /// Below the choice: what it holds.
        about(set: &OwnSet),
        delete,
        add,
        /// What may be added.
        about_adding,
        files,
        folder,
        /// How many files have been read, of how many.
        reading(done: u32, all: u32),
        /// What was added, and how many files were left out.
        added(set: &OwnSet, skipped: usize),
        /// Instead of what is of the tutorial's data set only, for a run on such a data set.
        no_explorer,
        /// A file that was left out, and why.
        skipped(file: &Skipped),
        /// How many more were left out.
        more_skipped(count: usize),
    }
}
