//! The form, in English.

use crate::page::words::{Setting, SettingsWords};
use crate::settings::{
    Field, FieldError, Group, Kind, OptimizerKind, Preset, RealRange, ScheduleKind,
};

/// The form's sentences.
pub const WORDS: SettingsWords = SettingsWords {
    title: "Settings",
    presets: "Presets",
    preset: |preset| match preset {
        Preset::Tutorial => "Tutorial",
        Preset::Quick => "Quick",
    },
    about_preset: |preset| match preset {
        Preset::Tutorial => "PyTorch's tutorial as it is: SGD, batches of 4",
        Preset::Quick => "The best accuracy in 5 epochs: AdamW, one cycle",
    },
    group: |group| match group {
        Group::Run => "Run",
        Group::Optimizer => "Optimizer's options",
        Group::Schedule => "Schedule",
        Group::Limits => "Limits",
        Group::Augmentation => "Augmentation",
        Group::Checkpoints => "Checkpoints",
    },
    label,
    about,
    optimizer: |kind| match kind {
        OptimizerKind::Sgd => "SGD",
        OptimizerKind::Asgd => "Averaged SGD",
        OptimizerKind::Adagrad => "Adagrad",
        OptimizerKind::Adam => "Adam",
        OptimizerKind::AdamW => "AdamW",
        OptimizerKind::RmsProp => "RMSprop",
    },
    schedule: |kind| match kind {
        ScheduleKind::Constant => "Constant",
        ScheduleKind::Step => "Steps",
        ScheduleKind::Exponential => "Exponential",
        ScheduleKind::Cosine => "Cosine",
        ScheduleKind::OneCycle => "One cycle",
    },
    off: "off",
    error,
    to_correct: "to correct",
    changed: |settings| {
        let changed = settings.iter().map(|Setting { field, text }| match (field, text) {
            (Field::Schedule, Some(word)) => word.clone(),
            (field, None) => label(*field).to_lowercase(),
            (field, Some(text)) => format!("{} {text}", label(*field).to_lowercase()),
        });
        changed.collect::<Vec<_>>().join(", ")
    },
    given: |weights, order| match (weights, order) {
        (Some(weights), Some(order)) => {
            format!("The link gives initial weights ({weights}) and batches ({order}).")
        }
        (Some(weights), None) => format!("The link gives initial weights ({weights})."),
        (None, Some(order)) => format!("The link gives batches ({order})."),
        (None, None) => String::new(),
    },
    do_without_given: "Do without",
    copy_link: "Copy link to these settings",
};

/// A field's name.
const fn label(field: Field) -> &'static str {
    match field {
        Field::Engine => "Engine",
        Field::BatchSize => "Batch size",
        Field::Epochs => "Epochs",
        Field::Steps => "Steps at most",
        Field::Optimizer => "Optimizer",
        Field::LearningRate => "Learning rate",
        Field::Momentum => "Momentum",
        Field::Dampening => "Dampening",
        Field::Nesterov => "Nesterov",
        Field::Beta1 => "Beta 1",
        Field::Beta2 => "Beta 2",
        Field::Alpha => "Alpha",
        Field::Lambd => "Lambda",
        Field::AverageFrom => "Average from step",
        Field::Averaged => "Use the average",
        Field::LearningRateDecay => "Learning rate decay",
        Field::Centered => "Centered",
        Field::Epsilon => "Epsilon",
        Field::WeightDecay => "Weight decay",
        Field::Schedule => "Schedule",
        Field::StepSize => "Every so many epochs",
        Field::Gamma => "Factor",
        Field::Minimum => "Lowest rate",
        Field::PctStart => "Share of rise",
        Field::WarmUp => "Warm-up steps",
        Field::ClipNorm => "Clip gradients at",
        Field::Patience => "Patience",
        Field::Shift => "Shift by",
        Field::Flip => "Mirror",
        Field::Erase => "Erase",
        Field::Seed => "Seed",
        Field::KeepEvery => "Keep one every",
        Field::Keep => "Keep at most",
    }
}

/// What a field means.
const fn about(field: Field) -> &'static str {
    match field {
        Field::Engine => "where the arithmetic happens",
        Field::BatchSize => "images a step",
        Field::Epochs => "passes over the training set",
        Field::Steps => "ends the run after so many steps",
        Field::Optimizer => "how gradients become updates, as torch.optim defines it",
        Field::LearningRate => "step size, the highest one where a schedule moves it",
        Field::Momentum => "share of the last update's direction that is kept",
        Field::Dampening => "share of a gradient that does not enter the momentum",
        Field::Nesterov => "looks ahead along the momentum",
        Field::Beta1 => "decay of the gradients' mean",
        Field::Beta2 => "decay of the squared gradients' mean",
        Field::Alpha => "decay of the squared gradients' mean, or ASGD's power of decay",
        Field::Lambd => "ASGD's decay of parameters and step size",
        Field::AverageFrom => "the step from which ASGD averages the weights",
        Field::Averaged => "validates, classifies and exports with ASGD's averaged weights",
        Field::LearningRateDecay => "Adagrad's decay of the learning rate a step",
        Field::Centered => "divides by the gradients' estimated deviation",
        Field::Epsilon => "keeps denominators from zero",
        Field::WeightDecay => "pull of the weights to zero",
        Field::Schedule => "how the learning rate changes over the run",
        Field::StepSize => "epochs between two changes of the learning rate",
        Field::Gamma => "what the learning rate is multiplied by",
        Field::Minimum => "where the cosine ends",
        Field::PctStart => "share of the steps that it rises",
        Field::WarmUp => "steps over which the learning rate rises linearly",
        Field::ClipNorm => "largest norm over all gradients",
        Field::Patience => "ends the run after so many epochs without a lower validation loss",
        Field::Shift => "moves training images at random by up to so many pixels",
        Field::Flip => "mirrors every second training image",
        Field::Erase => "share of training images of which a rectangle is erased",
        Field::Seed => "decides weights, order and augmentation",
        Field::KeepEvery => "steps between checkpoints that are kept besides the last and the best",
        Field::Keep => "so many of those checkpoints; the oldest give way",
    }
}

fn error(error: &FieldError) -> String {
    match error {
        FieldError::Value(Kind::Choice(words)) => match words {
            [most @ .., last] if !most.is_empty() => {
                format!("Choose {} or {last}.", most.join(", "))
            }
            _ => format!("Choose {}.", words.join("")),
        },
        FieldError::Value(Kind::Whole { least, most, optional: false }) => {
            format!("Enter a whole number from {least} to {most}.")
        }
        FieldError::Value(Kind::Whole { least, most, optional: true }) => {
            format!("Enter a whole number from {least} to {most}, or nothing.")
        }
        FieldError::Value(Kind::Real { range, optional: false }) => {
            format!("Enter a number {}.", in_range(*range))
        }
        FieldError::Value(Kind::Real { range, optional: true }) => {
            format!("Enter a number {}, or nothing.", in_range(*range))
        }
        FieldError::Value(Kind::Flag) => "Enter 1 for yes or 0 for no.".to_owned(),
        FieldError::Nesterov => {
            "Nesterov's momentum needs a momentum above 0 and no dampening.".to_owned()
        }
        FieldError::Minimum => "Enter a number from 0 to the learning rate.".to_owned(),
    }
}

fn in_range(range: RealRange) -> String {
    match range {
        RealRange::Positive(most) => format!("above 0, at most {most}"),
        RealRange::BelowOne => "from 0 to below 1".to_owned(),
        RealRange::Between => "above 0 and below 1".to_owned(),
        RealRange::UpTo(most) => format!("from 0 to {most}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fields_mistake_is_told_with_what_it_takes() {
        let says = |field: Field| error(&FieldError::Value(field.kind()));
        assert_eq!(says(Field::Engine), "Choose auto, webgpu or cpu.");
        assert_eq!(says(Field::BatchSize), "Enter a whole number from 1 to 4096.");
        assert_eq!(says(Field::Patience), "Enter a whole number from 1 to 1000, or nothing.");
        assert_eq!(says(Field::Beta2), "Enter a number from 0 to below 1.");
        assert_eq!(says(Field::ClipNorm), "Enter a number above 0, at most 1000000, or nothing.");
        assert_eq!(says(Field::Flip), "Enter 1 for yes or 0 for no.");
    }

    #[test]
    fn what_differs_from_the_usual_is_told_in_a_few_words() {
        let setting = |field, text: Option<&str>| Setting { field, text: text.map(str::to_owned) };
        let changed = [
            setting(Field::Schedule, Some("one-cycle")),
            setting(Field::ClipNorm, Some("0.5")),
            setting(Field::Flip, None),
        ];
        assert_eq!((WORDS.changed)(&changed), "one-cycle, clip gradients at 0.5, mirror");
    }
}
