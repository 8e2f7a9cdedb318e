//! The sections that explore the data set and draw the map of its images.
//!
//! These sentences are a table of their own, which only the part that looks into networks carries.

use super::{Language, en, sentences, zh};
use crate::protocol::insight::SplitName;

sentences! {
    /// The sections that explore the data set and draw the map of its images. Names of classes come as the page shows them;
    /// shares are from 0 to 1, durations in seconds.
    ExploreWords {
        /// The group of choices, for screen readers.
        filters,
        split,
        both_splits,
        training,
        test,
        every_class,
        prediction,
        right_and_wrong,
        right,
        wrong,
        /// So many of all images have been judged.
        judging(done: usize),
        /// The bar, for screen readers.
        judging_label,
        /// So many images are let through.
        found(images: usize),
        /// Of which split an image is.
        split_name(split: SplitName) -> &'static str,
        /// An image by its split and index.
        image_of(split: SplitName, index: u32),
        cancel,
        /// A bar, for screen readers.
        progress,
        about_suspects,
        find_suspects,
        /// Which part is being trained, of how many, and how long all of it still takes.
        training_part(part: u8, parts: u8, left: Option<f64>),
        /// How many suspects there are in each split, and for which share of the images that they have not seen the networks
        /// predict the label.
        suspects_found(train: usize, test: usize, agreement: f64),
        /// The class that an image likely is of.
        likely(class: &str),
        /// An image's score, and its index.
        score(score: f64, index: u32),
        /// What is searched for, within which distance.
        about_duplicates(within: f32),
        find_duplicates,
        /// How many pairs there are, and how many of them with different labels.
        pairs_found(pairs: usize, differing: usize),
        distance(distance: f32),
        /// Newer weights than those that are looked at have come: a button that takes them.
        use_newer,
        /// The places are being computed.
        placing,
        colour_by,
        by_label,
        by_prediction,
        by_error,
        /// The group of switches, for screen readers.
        arrangement,
        principal,
        tsne,
        arrange,
        /// t-SNE goes on, and how long it still takes.
        arranging(left: Option<f64>),
        about_tsne,
        /// The share of the variance along both components.
        about_principal(first: f64, second: f64),
        /// The canvas, for screen readers.
        about_map,
        map_help,
        closer,
        farther,
        show_everything,
        select_area,
        select_view,
        /// How many images are selected.
        selected(images: usize),
        deselect,
        /// The legend, for screen readers.
        show_alone,
        /// Instead of an image that is pointed at.
        point_at_one,
        /// The table, for screen readers.
        class_places,
        centre,
        spread,
        nearest_class,
    }
}

/// The sentences in the visitor's language.
pub fn explore_words() -> &'static ExploreWords {
    match Language::chosen() {
        Language::English => &en::EXPLORE,
        Language::Chinese => &zh::EXPLORE,
    }
}
