//! The sections that explore the data set and draw the map of its images, in English.

use crate::page::format::{duration, percent, whole};
use crate::page::words::ExploreWords;
use crate::protocol::insight::SplitName;

/// The sections' sentences.
pub const WORDS: ExploreWords = ExploreWords {
    filters: "Which images are shown",
    split: "Split",
    both_splits: "both",
    training: "training",
    test: "test",
    every_class: "every class",
    prediction: "Prediction",
    right_and_wrong: "right or wrong",
    right: "right",
    wrong: "wrong",
    judging: |done| format!("Classifying every image: {} of 70,000…", whole(done as u64)),
    judging_label: "Images that have been classified",
    found: |images| match images {
        1 => "1 image".to_owned(),
        images => format!("{} images", whole(images as u64)),
    },
    split_name: |split| match split {
        SplitName::Train => "training image",
        SplitName::Test => "test image",
    },
    image_of: |split, index| match split {
        SplitName::Train => format!("training image {}", whole(index.into())),
        SplitName::Test => format!("test image {}", whole(index.into())),
    },
    cancel: "Cancel",
    progress: "Progress",
    about_suspects: "Five networks are trained in the background, each for one epoch and without a fifth of the training \
                     images, which it then classifies; test images are classified by the mean of all five. Where that \
                     contradicts a label with confidence, the label is suspected (confident learning). It is no more than \
                     a suspicion: such networks err often, and an unusual garment looks to them like a wrong label. The lower \
                     the score, the stronger the suspicion.",
    find_suspects: "Find likely wrong labels",
    training_part: |part, parts, left| {
        format!("Training network {part} of {parts}{}…", ending(left))
    },
    suspects_found: |train, test, agreement| {
        format!(
            "Suspected: {} of 60,000 training labels and {} of 10,000 test labels. On training images that they had not \
             seen, the networks agree with {} of the labels.",
            whole(train as u64),
            whole(test as u64),
            percent(agreement)
        )
    },
    likely: |class| format!("likely {class}"),
    score: |score, index| format!("score {score:.3} · {}", whole(index.into())),
    about_duplicates: |within| {
        format!(
            "Test images with a training image that is nearly the same: the Euclidean distance of their pixels (0 to 255 \
             each) is at most {within:.0}; 0 is the same image. A network that knows the one by heart may get the other \
             right without having understood anything. Where the labels differ, one of them may be wrong; at a distance of 0, \
             at least one of them is."
        )
    },
    find_duplicates: "Find near-duplicates",
    pairs_found: |pairs, differing| {
        let differing = whole(differing as u64);
        let images = match pairs {
            1 => "1 test image has".to_owned(),
            pairs => format!("{} test images have", whole(pairs as u64)),
        };
        format!(
            "{images} a near-duplicate among the training images; pairs with different labels: {differing}."
        )
    },
    distance: |distance| format!("distance {distance:.0}"),
    use_newer: "Newer weights: judge again",
    placing: "Computing the places of the test images…",
    colour_by: "Colour by",
    by_label: "Label",
    by_prediction: "Prediction",
    by_error: "Right or wrong",
    arrangement: "Arrangement",
    principal: "Principal components",
    tsne: "t-SNE",
    arrange: "Arrange by t-SNE",
    arranging: |left| format!("Arranging by t-SNE in the background{}…", ending(left)),
    about_tsne: "t-SNE: images that the network sees alike lie close together. The size of groups and the distance between \
                 them mean little.",
    about_principal: |first, second| {
        format!(
            "The two principal components of the 84 activations before the last layer hold {} and {} of their variance.",
            percent(first),
            percent(second)
        )
    },
    about_map: "Map of the test images",
    map_help: "Drag or use the arrow keys to move, two fingers or + and − to zoom, 0 to see everything. The wheel zooms with Ctrl, \
               or after a click on the map. Point at a mark to see its image; by keyboard it is the one nearest to the middle, if one is close to it. Shift and drag selects an area, \
               Enter what is in view.",
    closer: "Zoom in",
    farther: "Zoom out",
    show_everything: "Show everything",
    select_area: "Select an area",
    select_view: "Select what is in view",
    selected: |images| match images {
        1 => "1 image selected".to_owned(),
        images => format!("{} images selected", whole(images as u64)),
    },
    deselect: "Clear the selection",
    show_alone: "Show one group alone",
    point_at_one: "Point at a mark to see its image.",
    class_places: "Where the classes lie",
    centre: "Centre",
    spread: "Spread",
    nearest_class: "Nearest class",
};

/// How long something still takes, for the end of a sentence.
fn ending(left: Option<f64>) -> String {
    left.map(|left| format!(", about {} left", duration(left))).unwrap_or_default()
}
