//! The lesson, in English.

use super::classifier::class_name;
use crate::page::format::{four_decimals, percent, significant, whole};
use crate::page::lesson::{Exercise, InputMistake, RateEnd, RateOutcome, Step, Turn};
use crate::page::words::LessonWords;

/// The sentences.
pub const WORDS: LessonWords = LessonWords {
    title: "Lesson",
    about: "PyTorch's tutorial in eight steps. Every number and every chart is computed in this tab.",
    steps: "Steps of the lesson",
    step,
    story,
    next: |to| format!("Next: {}", step(to)),
    previous: |to| format!("Back: {}", step(to)),
    to_train: "Now train your own",
    in_pytorch: "In PyTorch",
    builds_on: "Continues from the code of the previous steps.",
    in_this_project: "In this project",
    source_code: "Source code",
    page_trains: "Your own run is training. It goes on; runs of the lesson train beside it, and both take longer.",
    exercise: |exercise| match exercise {
        Exercise::Epoch => "Lesson: training loop",
        Exercise::Overfitting => "Lesson: overfitting",
        Exercise::LearningRate => "Lesson: learning rate",
    },
    seed: "Seed",
    seed_mistake: "The seed must be a whole number, 0 or greater. Until then, the batch of the last valid seed is shown.",
    again: "Try again",
    loading_images: "Loading the images…",

    batch: |number, all| format!("Batch {} of {}", whole(number), whole(all)),
    batch_before: "Previous batch",
    batch_after: "Next batch",
    image: |index| format!("training image {}", whole(index.into())),
    label: |label, class| format!("{label}: {class}"),
    samples: "Sixty images of the data set, a class in each column",
    samples_describe: "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle Boot, \
                       six images each.",

    weights: "Weights",
    initial_weights: |seed| format!("before the first step (seed {seed})"),
    test_image: "Test image",
    image_before: "Previous image",
    image_after: "Next image",
    layer: "Layer",
    output: "Output",
    parameters: "Parameters",
    input: "image",
    all_parameters: |numbers| format!("All layers together have {} parameters.", whole(numbers)),
    feature_maps: |layer| format!("Feature maps of {layer}"),
    feature_map: |layer, channel| format!("Feature map {channel} of {layer}"),
    answer: |classes| {
        let named = classes
            .iter()
            .map(|(label, share)| format!("{} {}", class_name(*label), percent(*share)));
        format!("The network's answer: {}.", named.collect::<Vec<_>>().join(", "))
    },

    outputs: "The outputs of the batch, one column for each class",
    output_of: |row, class| format!("Row {row}, output of class {class}"),
    row: |row| format!("Row {row}"),
    label_of_row: "Label",
    label_of: |row| format!("Label of row {row}"),
    probability: "Probability",
    row_loss: "Loss",
    batch_loss: "Mean: the loss of the batch",
    mistake: |mistake| match mistake {
        InputMistake::Output { row, class } => {
            format!("Row {row}, class {class}: enter a number from −1000 to 1000.")
        }
        InputMistake::Label { row } => format!("Row {row}: a label is a whole number from 0 to 9."),
    },
    reset: "Back to the tutorial's numbers",
    about_rounding: "The tutorial has 2.42895 for its batch: its outputs have more than the four decimals that it prints.",

    followed: |place| format!("The weight in the middle of the first filter: {place}"),
    learning_rate: "Learning rate",
    momentum: "Momentum",
    rate_mistake: "The learning rate must be a number above 0 and at most 10.",
    momentum_mistake: "The momentum must be at least 0 and below 1.",
    step_number: "Step",
    loss: "Loss",
    weight_before: "Weight",
    gradient: "Gradient",
    buffer: "Buffer",
    weight_after: "New weight",
    another_step: "Take another step",
    start_over: "Start over",
    about_steps: "Each step uses the next batch of four. All 44,426 weights are updated; the table follows one of them.",
    all_steps: |steps| {
        format!("{steps} steps are shown. Start over, or go on to the training loop.")
    },

    epochs: "Epochs",
    start: "Start",
    stop: "Stop",
    progress: |step, of| format!("Step {} of {}", whole(step), whole(of)),
    begins: "Starting…",
    goes_on: "The page was closed while this trained. It goes on from where it was saved last.",
    loss_line: |train, valid| {
        format!("LOSS train {} valid {}", four_decimals(Some(train)), four_decimals(Some(valid)))
    },
    epoch_line: |epoch| format!("EPOCH {epoch}:"),
    loss_by_step: "Loss by step",
    loss_by_epoch: "Losses by epoch",
    accuracy_by_epoch: "Validation accuracy by epoch",
    training_loss: "training",
    validation_loss: "validation",
    accuracy: "accuracy",
    nothing_yet: "Press Start.",
    kept_run: "Open this run under Train",

    lowest: |epoch| format!("lowest: epoch {epoch}"),
    turn: |turn| {
        let Turn { best, best_loss, last, last_loss, train_then, train_now } = *turn;
        let loss = |loss| four_decimals(Some(loss));
        if best == last {
            return format!(
                "The validation loss is at its lowest so far: {} after epoch {}.",
                loss(best_loss),
                best
            );
        }
        let train = if train_now < train_then { "has fallen" } else { "has changed" };
        let so = if train_now < train_then {
            " From there on, the network learns its training images by heart: that is overfitting."
        } else {
            ""
        };
        format!(
            "The validation loss was lowest after epoch {best}: {}. By epoch {last} it has risen to {}, while the \
             training loss {train} from {} to {}.{so}",
            loss(best_loss),
            loss(last_loss),
            loss(train_then),
            loss(train_now)
        )
    },

    rate: |number| format!("Learning rate {number}"),
    rate_line: |rate| format!("lr {rate}"),
    rates: |outcomes| outcomes.iter().map(rate_outcome).collect::<Vec<_>>().join(" "),

    no_run: "Nothing has been trained in the lesson yet. Train one epoch first; its best model will then appear here.",
    to_epoch: "To the training loop",
    kept: |run, epoch| {
        format!(
            "The best model of the lesson's run {run}, that of epoch {epoch}, was loaded from this browser's library."
        )
    },
    reads: "Reading the library…",
    reload: "Reload the page",
    same_answer: "The page was opened anew, and the loaded model gives the same ten probabilities as before, bit for bit.",
    other_answer: "The page was opened anew, and the answer differs from the one before.",
    to_run: "Open this run under Train",
};

fn step(step: Step) -> &'static str {
    match step {
        Step::Data => "Data set and loader",
        Step::Model => "Model",
        Step::Loss => "Loss",
        Step::Optimizer => "Optimizer",
        Step::Epoch => "Training loop",
        Step::Overfitting => "Overfitting",
        Step::LearningRate => "Learning rate",
        Step::Saving => "Saving and loading",
    }
}

fn story(step: Step) -> &'static [&'static str] {
    match step {
        Step::Data => &[
            "The data set has 60,000 images to train on and 10,000 to validate on: garments of ten classes, 28×28 grey \
             pixels each. Before the network sees an image, its pixels are scaled from 0…255 to −1…1.",
            "The loader shuffles the training images anew for each epoch and hands them out in batches of four. The \
             order follows from a seed, so the same seed draws the same batches, here and on any other machine. \
             (PyTorch's generator is another one and draws others.)",
        ],
        Step::Model => &[
            "This is a small convolutional network: two convolutions, each followed by ReLU and max pooling, then \
             three linear layers. It turns an image into ten numbers, one for each class. The largest is its answer.",
            "The pictures below are the feature maps of both convolutions after ReLU: the brighter, the stronger the \
             filter responds. Compare the initial weights with those of a run.",
        ],
        Step::Loss => &[
            "The loss is one number for how wrong the network is about a batch. Softmax turns the ten outputs of a row \
             into probabilities. The row's loss is the negative logarithm of the probability of its own label, and the \
             batch's loss is the mean over its rows.",
            "These are the numbers that the tutorial prints. Change some: raise the output of a row's label, and its \
             loss falls. A network that guesses has a loss of ln 10 = 2.3026.",
        ],
        Step::Optimizer => &[
            "The gradient says for each weight which way the loss rises, and how steeply. SGD moves each weight a \
             little the other way. With momentum, it adds each gradient to a decaying sum of the earlier ones:",
            "buffer ← momentum · buffer + gradient",
            "weight ← weight − learning rate · buffer",
            "The table follows one weight: from the initial weights of this seed, over the first batches that the loader draws.",
        ],
        Step::Epoch => &[
            "The training loop takes such a step for each batch. 15,000 batches of four are an epoch; the mean loss of \
             every 1,000 is reported.",
            "After each epoch, the network is validated on the 10,000 images that it is not trained on. If their loss \
             is the lowest so far, the weights are saved as the best. This is the tutorial's run, with the seed of the \
             first step, on this machine's CPU.",
        ],
        Step::Overfitting => &[
            "What happens if a run goes on for too long? This one has 1,000 training images in place of 60,000, and \
             sees each of them 20 times (Adam, batches of eight). It is validated on 2,000 images that it never trains on.",
            "Start it, and watch both losses.",
        ],
        Step::LearningRate => &[
            "The learning rate is how far each step goes. Three runs begin with the same weights, see the same 2,000 \
             batches in the same order, and differ in nothing but this number.",
            "Choose other rates to find where it becomes too small and where too large.",
        ],
        Step::Saving => &[
            "The weights are all that a network has learnt, so a saved model is a file of 44,426 numbers. Here, the \
             library in this browser keeps the best ones of each run; they stay when the page is closed.",
            "Reload the page, or close it and come back: the model is loaded, and answers as before.",
        ],
    }
}

fn rate_outcome(outcome: &RateOutcome) -> String {
    let RateOutcome { rate, end } = outcome;
    match end {
        RateEnd::Diverged { step } => {
            format!(
                "At {rate} the steps are too large: after {} of them the loss was no longer a finite number.",
                whole(*step)
            )
        }
        RateEnd::TooSmall { loss } => {
            format!(
                "At {rate} the steps are too small to get anywhere: the loss is still {}; a network that guesses has 2.30.",
                significant(*loss)
            )
        }
        RateEnd::TooLarge { loss } => {
            format!(
                "At {rate} the steps are too large and jump past every minimum: the loss is {}; a network that guesses has 2.30.",
                significant(*loss)
            )
        }
        RateEnd::Stuck { loss } => {
            format!(
                "At {rate} the loss is {}; a network that guesses has 2.30.",
                significant(*loss)
            )
        }
        RateEnd::Falls { loss, is_lowest: true } => {
            format!("At {rate} it has fallen to {}, the lowest.", significant(*loss))
        }
        RateEnd::Falls { loss, is_lowest: false } => {
            format!("At {rate} it has fallen to {}.", significant(*loss))
        }
    }
}
