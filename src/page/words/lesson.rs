//! The lesson.
//!
//! These sentences are a table of their own, so that the page does not carry them.

use super::{Language, en, sentences, zh};
use crate::page::lesson::{Exercise, InputMistake, RateOutcome, Step, Turn};

sentences! {
    /// The lesson. Names of classes come as the page shows them.
    LessonWords {
        title,
        about,
        /// The list of steps, for screen readers.
        steps,
        step(step: Step) -> &'static str,
        /// What a step is about: a paragraph each.
        story(step: Step) -> &'static [&'static str],
        next(step: Step),
        previous(step: Step),
        /// After the last step: the way to the place `train`.
        to_train,
        in_pytorch,
        /// A program needs those of the steps before.
        builds_on,
        in_this_project,
        source_code,
        /// The page's own run trains while the lesson's wait for the visitor.
        page_trains,
        /// The name under which an exercise's runs are kept in the library.
        exercise(exercise: Exercise) -> &'static str,
        seed,
        seed_mistake,
        again,
        /// Images are on their way.
        loading_images,

        /// Which batch of an epoch, both from 1.
        batch(number: u64, all: u64),
        batch_before,
        batch_after,
        /// The place of an image in the data set, from 0.
        image(index: u32),
        /// A label as a number, and its class's name.
        label(label: u8, class: &str),
        samples,
        samples_describe,

        weights,
        /// Weights that no step has changed.
        initial_weights(seed: u64),
        /// The choice of the test image.
        test_image,
        image_before,
        image_after,
        layer,
        output,
        parameters,
        /// The row of the image itself.
        input,
        /// The sum of all layers' parameters.
        all_parameters(numbers: u64),
        feature_maps(layer: &'static str),
        feature_map(layer: &'static str, channel: usize),
        /// The likeliest classes with their probabilities, the likeliest first.
        answer(classes: &[(usize, f64)]),

        outputs,
        /// An output of the dummy batch, for screen readers; both from 0.
        output_of(row: usize, class: usize),
        /// A row of the dummy batch, from 0.
        row(row: usize),
        label_of_row,
        label_of(row: usize),
        probability,
        row_loss,
        batch_loss,
        mistake(mistake: &InputMistake),
        reset,
        /// Why the tutorial's loss of the same numbers differs a little.
        about_rounding,

        /// Which weight is followed, as PyTorch writes it.
        followed(place: &str),
        learning_rate,
        momentum,
        rate_mistake,
        momentum_mistake,
        step_number,
        loss,
        weight_before,
        gradient,
        buffer,
        weight_after,
        another_step,
        start_over,
        about_steps,
        /// No further step is shown.
        all_steps(steps: usize),

        epochs,
        start,
        stop,
        /// What a run of the lesson is doing: its step and its last one.
        progress(step: u64, of: u64),
        /// It has been started and takes no step yet.
        begins,
        /// Runs that were cut off when the page was closed.
        goes_on,
        /// The line that the tutorial prints after an epoch.
        loss_line(train: f64, valid: f64),
        epoch_line(epoch: u32),
        loss_by_step,
        loss_by_epoch,
        accuracy_by_epoch,
        training_loss,
        validation_loss,
        accuracy,
        nothing_yet,
        kept_run,

        /// Where the chart marks the lowest validation loss.
        lowest(epoch: u32),
        /// What has become of both losses.
        turn(turn: &Turn),

        rate(number: usize),
        rate_line(rate: f64),
        /// What became of each learning rate.
        rates(outcomes: &[RateOutcome]),

        no_run,
        to_epoch,
        /// The best weights of the lesson's run: its name and the epoch after which they were kept, from 1.
        kept(run: &str, epoch: u32),
        reads,
        reload,
        same_answer,
        other_answer,
        to_run,
    }
}

/// The sentences in the visitor's language.
pub fn lesson_words() -> &'static LessonWords {
    match Language::chosen() {
        Language::English => &en::LESSON,
        Language::Chinese => &zh::LESSON,
    }
}
