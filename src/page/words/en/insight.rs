//! The part that looks into networks, in English.

use crate::page::format::{
    UNKNOWN, four_decimals, percent, signed, signed_points, significant, two_decimals, whole,
};
use crate::page::insight::{Doing, Kind};
use crate::page::words::InsightWords;
use crate::protocol::insight::SaliencyMethod;

/// The part's sentences.
pub const WORDS: InsightWords = InsightWords {
    title: "Validation in detail",
    about: "What the network says of every test image, and where it is wrong.",
    run: "Run",
    weights_compared: "Its weights",
    weights: "Weights",
    compared_with: "Compare with",
    nothing: "nothing",
    kept: |epoch, step| match step {
        None => format!("epoch {epoch}"),
        Some(step) => format!("step {}", whole(step)),
    },
    reading_runs: "Reading the runs stored in this browser…",
    computing: |run, kept| {
        format!("Classifying every test image with the weights of {run}, {kept}…")
    },
    no_runs: "There are no weights yet. Train a network first: its weights are stored at the end of each epoch.",
    no_weights_yet: "This run has no stored weights yet; they are stored at the end of each epoch. Until then, you can \
                     choose another run's.",
    confusion_matrix: "Confusion matrix",
    cells_show: "Cells show",
    counts: "Counts",
    shares: "Share of row",
    differences: "Difference",
    true_by_predicted: "true ↓ predicted →",
    how_to_open: "Click a cell to see its images, or go there with the arrow keys and press Enter.",
    summary: |accuracy, wrong, images| {
        format!(
            "Accuracy {}: {} of {} test images are classified wrongly.",
            precise_percent(accuracy),
            whole(wrong),
            whole(images)
        )
    },
    summary_difference: |accuracy, wrong| {
        format!(
            " Compared: accuracy {} percentage points, mistakes {}.",
            signed_points(accuracy),
            signed(wrong)
        )
    },
    cell: |class, predicted, images, share| {
        let of = share.map(|share| format!(", {} of the row", percent(share))).unwrap_or_default();
        format!("True {class}, predicted {predicted}: {}{of}", of_images(images.into()))
    },
    cell_difference: |class, predicted, images| {
        format!("True {class}, predicted {predicted}: difference {}", signed(images))
    },
    classes: "Classes",
    class: "Class",
    precision: "Precision",
    recall: "Recall",
    f1: "F1 score",
    support: "Images",
    macro_average: "Macro average",
    calibration: "Calibration",
    calibration_error: |expected, maximum| {
        format!(
            "Expected calibration error {}: by so much confidence and accuracy differ on average; at most by {} in a \
             bin.",
            percent(expected),
            percent(maximum)
        )
    },
    compared_error: |expected| format!(" For comparison: {}.", percent(expected)),
    about_calibration: "Reliability diagram: the accuracy of images by their confidence, and how many images there \
                        are. The table below has the numbers of these weights.",
    mean_confidence: "Mean confidence",
    confidence: "confidence",
    accuracy: "accuracy",
    images: "images",
    highest_bar: |images| of_images(images.into()),
    gap: "gap",
    perfect: "perfect",
    these_weights: "these weights",
    other_weights: "compared",
    as_table: "As a table",
    gallery: "Images",
    worst_mistakes: |images| match images {
        0 => "The worst mistakes".to_owned(),
        images => format!("The worst mistakes, of {}", whole(images as u64)),
    },
    followed: "The test image that Train follows",
    all_mistakes: "All mistakes",
    images_of: |class, predicted, images| {
        format!("Images of true {class} predicted as {predicted}: {}", whole(images as u64))
    },
    right_images_of: |class, images| {
        format!("Images of true {class} predicted correctly: {}", whole(images as u64))
    },
    close: "Back to the worst mistakes",
    order: "Sort by",
    by_loss: "Highest loss",
    by_confidence: "Highest confidence",
    by_index: "Index",
    true_class: |class| format!("true {class}"),
    // Nothing breaks the number from its sign.
    predicted_class: |class, confidence| {
        format!("{class} {}", percent(confidence).replace(' ', "\u{a0}"))
    },
    loss_of_image: |loss, index| format!("loss {} · {}", two_decimals(loss), whole(index.into())),
    no_images: "There are none.",
    show_more: |left| format!("Show more ({} left)", whole(left as u64)),
    save: "Save as",
    save_as: |figure, format| format!("Save as {format}: {figure}"),
    saliency: "Where the answer comes from",
    likeliest: |classes| {
        let named = classes.iter().map(|(class, share)| format!("{class} {}", percent(*share)));
        let named = named.collect::<Vec<_>>().join(", ");
        match classes.first() {
            Some((_, share)) if *share < UNSURE => {
                format!("{named}. The network is unsure: no class has half of the probability.")
            }
            _ => format!("{named}."),
        }
    },
    method: "Method",
    method_name: |method| match method {
        SaliencyMethod::IntegratedGradients => "Integrated gradients",
        SaliencyMethod::Occlusion => "Occlusion",
        SaliencyMethod::GradCam => "Grad-CAM",
    },
    method_says: |method| match method {
        SaliencyMethod::IntegratedGradients => {
            "Orange pixels raised the class's score on the way from a black image to this one, blue ones lowered it."
        }
        SaliencyMethod::Occlusion => {
            "The class gets less likely where orange is covered by a black square of 5×5 pixels, and likelier where blue is."
        }
        SaliencyMethod::GradCam => {
            "In orange regions, the feature maps of the second convolution speak for the class; this is coarse, 8×8 regions in all."
        }
    },
    explained_class: "Explain",
    the_answer: "the answer",
    where_it_lies: |class, regions| {
        let largest = regions.largest();
        let named = largest.iter().map(|(region, share)| {
            format!(
                "in the {} ({})",
                REGIONS.get(*region).copied().unwrap_or(UNKNOWN),
                percent(*share)
            )
        });
        let named = named.collect::<Vec<_>>().join(" and ");
        let against = percent(regions.against);
        match largest.len() {
            0 => format!("Nothing in the image speaks for {class}."),
            _ if regions.against == 0.0 => {
                format!("Of all that speaks for {class}, the largest parts are {named}.")
            }
            _ => format!(
                "Of all that speaks for {class}, the largest parts are {named}. {against} of the whole speaks against it."
            ),
        }
    },
    inside: "Inside the network",
    inside_about: "Filters, feature maps, gradients and updates, live while it trains.",
    inside_state: |doing, step, has_weights| {
        match (doing, step) {
        (_, Some(step)) => format!("The step that was looked at last: {}.", whole(step)),
        (Doing::Training, None) => "Waiting for the next step of the run…".to_owned(),
        _ if has_weights => {
            "The weights that are chosen above. Gradients, activations and updates appear while the run trains.".to_owned()
        }
        _ => "There are no weights yet. Start a run, and its steps appear here.".to_owned(),
    }
    },
    inside_cost: "While this is open, the run stops a moment for each step that is shown, which costs at most a twentieth of \
                  its speed; closed, it costs nothing.",
    one_step: "One step at a time",
    step_once: "Take one step",
    pause_and_step: "Pause and take one step",
    step_needs_run: "Start a run first: it pauses after the step.",
    step_says: |step, epoch, loss, norm| {
        let norm = norm.map(|norm| format!(", norm of the gradient {}", significant(norm)));
        format!(
            "Step {} (epoch {epoch}): loss {}{}.",
            whole(step),
            four_decimals(Some(loss)),
            norm.unwrap_or_default()
        )
    },
    batch_of: |shown, images| match shown == images {
        true if images == 1 => "Its batch: 1 image".to_owned(),
        true => format!("Its batch: {} images", whole(images as u64)),
        false => format!("The first {shown} images of its batch of {}", whole(images as u64)),
    },
    layers: "Layers",
    layer: "Layer",
    weights_range: "Weights from … to",
    gradient_norm: "Norm of gradient",
    update_norm: "Norm of update",
    update_ratio: "Update / weights",
    active_share: "Active outputs",
    ratios: "Update to weights",
    about_ratios: "The norm of a step's update over that of the layer's weights, on a logarithmic scale. About 0.001 is \
                   usual; far less, and the layer hardly learns.",
    inside_image: "The image that passes through",
    index_of_image: "Test image",
    image_before: "Previous",
    image_after: "Next",
    filters: "Filters",
    about_filters: "The weights of both convolutions: orange above 0, blue below, white at 0, relative to the layer's largest. \
                    Each filter of conv2 has a kernel for each channel of conv1.",
    filter_says: |layer, channel, from, to| {
        format!(
            "{layer}, filter {}: weights from {} to {}",
            channel + 1,
            significant(from),
            significant(to)
        )
    },
    feature_maps: "Feature maps",
    about_feature_maps: "What the filters find in the image, after ReLU and before pooling: the brighter, the stronger.",
    map_says: |layer, channel, most, share| {
        format!(
            "{layer}, feature map {}: largest {}, {} of it active",
            channel + 1,
            significant(most),
            percent(share)
        )
    },
    activations: "Activations of the hidden layers",
    units_say: |layer, active, units| format!("{layer}: {active} of {units} units active"),
    histograms: "Distributions over time",
    about_histograms: |by_epoch| {
        if by_epoch {
            "The weights after each epoch, the newest in front. Gradients and activations appear while a run trains and \
             this is open."
                .to_owned()
        } else {
            "Weights, gradients and activations of the steps that were looked at, the newest in front.".to_owned()
        }
    },
    kind_name: |kind| match kind {
        Kind::Weights => "weights",
        Kind::Gradients => "gradients",
        Kind::Activations => "activations",
    },
    histogram_says: |layer, kind, newest, by_epoch, from, to| {
        let kind = (WORDS.kind_name)(kind);
        let unit = if by_epoch { "epoch" } else { "step" };
        format!(
            "{layer}, {kind}: after {unit} {newest} from {} to {}",
            significant(from),
            significant(to)
        )
    },

    explorer: "The data set, explored",
    about_explorer: "All 70,000 images by what the network says of them, labels that are likely wrong, near-duplicates.",
    suspects: "Likely wrong labels",
    duplicates: "Near-duplicates across the splits",
    map: "A map of the images",
    about_map_section: "The test images as the last hidden layer tells them apart.",
};

/// Below this probability, an answer is called unsure.
const UNSURE: f64 = 0.5;

/// The nine regions of an image, row by row.
const REGIONS: [&str; 9] = [
    "upper left",
    "upper middle",
    "upper right",
    "left",
    "centre",
    "right",
    "lower left",
    "lower middle",
    "lower right",
];

/// A share as a percentage with two decimals: of 10,000 images, each counts.
fn precise_percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn of_images(images: u64) -> String {
    match images {
        1 => "1 image".to_owned(),
        images => format!("{} images", whole(images)),
    }
}
