//! The part that looks into networks: its figures, their numbers and its images.
//!
//! These sentences are a table of their own, so that the page does not carry them.

use super::{Language, en, sentences, zh};
use crate::page::insight::{Doing, Kind, Regions};
use crate::protocol::insight::SaliencyMethod;

sentences! {
    /// The part that looks into networks: its figures, their numbers and its images. Names of classes and runs come as
    /// the page shows them; shares are from 0 to 1, and differences from −1 to 1.
    InsightWords {
        title,
        about,
        /// The choice of the run that is looked at.
        run,
        /// The choice of the weights that are looked at.
        weights,
        /// The choice of the run that it is compared with.
        compared_with,
        /// The choice to compare with none.
        nothing,
        /// The choice of the weights that they are compared with.
        weights_compared,
        /// Weights at the end of an epoch or, with a step, of a checkpoint within the next one.
        kept(epoch: u32, step: Option<u64>),
        reading_runs,
        /// What is computed with which weights of a run.
        computing(run: &str, kept: &str),
        /// No run has weights.
        no_runs,
        /// The run at hand has none.
        no_weights_yet,
        confusion_matrix,
        /// The group of switches, for screen readers.
        cells_show,
        counts,
        shares,
        differences,
        /// In the corner: what the rows and the columns are.
        true_by_predicted,
        how_to_open,
        /// The accuracy, and how many images of how many were predicted wrongly.
        summary(accuracy: f64, wrong: u64, images: u64),
        /// After that: by how much accuracy and wrong images differ from those of the other weights.
        summary_difference(accuracy: f64, wrong: i64),
        /// A cell for screen readers: images of a class that were predicted to be of a class, and their share of the first.
        cell(class: &str, predicted: &str, images: u32, share: Option<f64>),
        /// A cell for screen readers, by how many images it differs.
        cell_difference(class: &str, predicted: &str, images: i64),
        classes,
        class,
        precision,
        recall,
        f1,
        /// How many images are of the class.
        support,
        macro_average,
        calibration,
        /// The expected calibration error and the largest.
        calibration_error(expected: f64, maximum: f64),
        /// After that: the expected calibration error of the weights that these are compared with.
        compared_error(expected: f64),
        /// What is drawn, for screen readers.
        about_calibration,
        confidence,
        /// Of a bin's images.
        mean_confidence,
        accuracy,
        images,
        /// How many images the highest bar stands for.
        highest_bar(images: u32),
        gap,
        /// A line: confidence equals accuracy.
        perfect,
        /// A line: the weights that are looked at.
        these_weights,
        /// A line: those that they are compared with.
        other_weights,
        as_table,
        /// The images, in the name of a figure to save.
        gallery,
        /// The heading: how many images were predicted wrongly.
        worst_mistakes(images: usize),
        /// The heading of the test image that the place `train` follows.
        followed,
        /// After that image: the heading of the mistakes.
        all_mistakes,
        /// The heading: how many images of a class were predicted to be of another.
        images_of(class: &str, predicted: &str, images: usize),
        /// The heading: how many images of a class were predicted to be of it.
        right_images_of(class: &str, images: usize),
        /// Takes the cell's images away.
        close,
        order,
        by_loss,
        by_confidence,
        by_index,
        /// An image's class, what was predicted and with which probability.
        true_class(class: &str),
        /// What was predicted, and with which probability.
        predicted_class(class: &str, confidence: f64),
        /// The loss, and the index in its split.
        loss_of_image(loss: f64, index: u32),
        /// Instead of the images.
        no_images,
        show_more(left: usize),
        /// Before the formats.
        save,
        /// Saves a figure as a file of this format.
        save_as(figure: &str, format: &str),
        /// The pixels on which an answer rests.
        saliency,
        /// The likeliest classes with their probabilities, the first first; that the answer is unsure, if none has half.
        likeliest(classes: &[(String, f64)]),
        method,
        method_name(method: SaliencyMethod) -> &'static str,
        /// What the method does, and what its colours mean.
        method_says(method: SaliencyMethod) -> &'static str,
        /// The choice of the class for which pixels may speak.
        explained_class,
        /// Of that choice: the class that the network answers.
        the_answer,
        /// Where what speaks for the class lies, and how much speaks against it.
        where_it_lies(class: &str, regions: &Regions),
        inside,
        inside_about,
        /// What is looked at: a step of a run, or weights of the library, if there are any.
        inside_state(doing: Doing, step: Option<u64>, has_weights: bool),
        /// What it costs.
        inside_cost,
        one_step,
        step_once,
        pause_and_step,
        step_needs_run,
        /// The step, its epoch, its loss and the norm of its gradient.
        step_says(step: u64, epoch: u32, loss: f64, norm: Option<f64>),
        /// Above the images of a batch: how many of how many are shown.
        batch_of(shown: usize, images: usize),
        layers,
        layer,
        weights_range,
        gradient_norm,
        update_norm,
        update_ratio,
        active_share,
        ratios,
        about_ratios,
        inside_image,
        index_of_image,
        image_before,
        image_after,
        filters,
        about_filters,
        /// A filter for screen readers, by its channel from 0: its smallest and largest weight.
        filter_says(layer: &str, channel: usize, from: f64, to: f64),
        feature_maps,
        about_feature_maps,
        /// A feature map for screen readers, by its channel from 0: its largest number, and the share of those above 0.
        map_says(layer: &str, channel: usize, most: f64, share: f64),
        activations,
        /// How many units of a layer are active.
        units_say(layer: &str, active: usize, units: usize),
        histograms,
        /// What is drawn: the weights after each epoch, or all after the steps that were looked at.
        about_histograms(by_epoch: bool),
        kind_name(kind: Kind) -> &'static str,
        /// A figure for screen readers: of which step or epoch the newest one is, and its range.
        histogram_says(layer: &str, kind: Kind, newest: u64, by_epoch: bool, from: f64, to: f64),

        /// The section with every image.
        explorer,
        about_explorer,
        /// In it: labels that are likely wrong.
        suspects,
        /// In it: test images that are nearly training images.
        duplicates,
        /// The section with the test images as points.
        map,
        about_map_section,
    }
}

/// The sentences in the visitor's language.
pub fn insight_words() -> &'static InsightWords {
    match Language::chosen() {
        Language::English => &en::INSIGHT,
        Language::Chinese => &zh::INSIGHT,
    }
}
