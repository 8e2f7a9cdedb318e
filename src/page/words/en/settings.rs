//! The form, in English.

use crate::library::GivenPart;
use crate::page::format::whole;
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
        Preset::Tutorial => "The PyTorch tutorial unchanged: SGD, batches of 4",
        Preset::Quick => "The best accuracy in 5 epochs: AdamW, one cycle",
    },
    group: |group| match group {
        Group::Run => "Run",
        Group::Optimizer => "Optimizer options",
        Group::Schedule => "Schedule",
        Group::Limits => "Limits",
        Group::Augmentation => "Augmentation",
        Group::Checkpoints => "Checkpoints",
    },
    label,
    about,
    optimizer,
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
    link_asks: |part, other_site, most_bytes| {
        let (part, most) = (given_part(part), most_bytes >> 20);
        match other_site {
            None => format!(
                "The link asks for {part} from this site, {most} MB at most. Nothing is loaded until you agree."
            ),
            Some(address) => format!(
                "The link asks for {part} from {address}. Atelier loads nothing from other sites: if you have the \
                 file, choose it ({most} MB at most)."
            ),
        }
    },
    starts_from: |part, from| format!("The next run starts with {}: {from}.", given_part(part)),
    load_file: |address| format!("Load {address}"),
    choose_file: "Choose a file",
    do_without_given: "Remove",
    use_corrections: |corrections| match corrections {
        1 => "Use 1 correction of the data set".to_owned(),
        corrections => format!("Use {} corrections of the data set", whole(corrections as u64)),
    },
    about_corrections: "The run trains and is validated with the labels that you have corrected, without the images that you \
                        have left out.",
    corrections: "Corrections",
    copy_link: "Copy link to these settings",
    all_settings: "All settings",
};

/// What a file gives a run.
pub(super) const fn given_part(part: GivenPart) -> &'static str {
    match part {
        GivenPart::Weights => "initial weights",
        GivenPart::Batches => "batches",
    }
}

/// An optimizer's name.
pub(super) const fn optimizer(kind: OptimizerKind) -> &'static str {
    match kind {
        OptimizerKind::Sgd => "SGD",
        OptimizerKind::Asgd => "Averaged SGD",
        OptimizerKind::Adagrad => "Adagrad",
        OptimizerKind::Adam => "Adam",
        OptimizerKind::AdamW => "AdamW",
        OptimizerKind::RmsProp => "RMSprop",
    }
}

/// A field's name.
pub(super) const fn label(field: Field) -> &'static str {
    match field {
        Field::Engine => "Engine",
        Field::BatchSize => "Batch size",
        Field::Epochs => "Epochs",
        Field::Steps => "Max steps",
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
        Field::Averaged => "Use averaged weights",
        Field::LearningRateDecay => "Learning rate decay",
        Field::Centered => "Centered",
        Field::Epsilon => "Epsilon",
        Field::WeightDecay => "Weight decay",
        Field::Schedule => "Schedule",
        Field::StepSize => "Step size (epochs)",
        Field::Gamma => "Factor",
        Field::Minimum => "Minimum rate",
        Field::PctStart => "Warm-up fraction",
        Field::WarmUp => "Warm-up steps",
        Field::ClipNorm => "Clip gradients at",
        Field::Patience => "Patience",
        Field::Shift => "Shift by",
        Field::Flip => "Mirror",
        Field::Erase => "Erase",
        Field::Seed => "Seed",
        Field::KeepEvery => "Save every",
        Field::Keep => "Max saved",
    }
}

/// What a field means.
const fn about(field: Field) -> &'static str {
    match field {
        Field::Engine => "the hardware that trains: the GPU through WebGPU, or the CPU",
        Field::BatchSize => "images per step",
        Field::Epochs => "passes over the training set",
        Field::Steps => "ends the run after this many steps",
        Field::Optimizer => "how gradients become updates, as torch.optim defines it",
        Field::LearningRate => "step size; with a schedule, its maximum",
        Field::Momentum => "fraction of the previous update that carries over",
        Field::Dampening => "fraction of the gradient left out of the momentum",
        Field::Nesterov => "uses Nesterov momentum, which looks ahead",
        Field::Beta1 => "decay rate of the gradients' running mean",
        Field::Beta2 => "decay rate of the squared gradients' running mean",
        Field::Alpha => {
            "RMSprop's decay rate of the squared gradients' mean, or the exponent of ASGD's decay"
        }
        Field::Lambd => "ASGD's decay of the parameters and the step size",
        Field::AverageFrom => "the step at which ASGD starts averaging the weights",
        Field::Averaged => "validates, classifies and exports with ASGD's averaged weights",
        Field::LearningRateDecay => "Adagrad's decay of the learning rate per step",
        Field::Centered => "normalizes gradients by an estimate of their standard deviation",
        Field::Epsilon => "keeps denominators above zero",
        Field::WeightDecay => "pulls the weights towards zero",
        Field::Schedule => "how the learning rate changes over the run",
        Field::StepSize => "epochs between changes of the learning rate",
        Field::Gamma => "what the learning rate is multiplied by at each change",
        Field::Minimum => "the learning rate at the end of the cosine",
        Field::PctStart => "fraction of the steps over which the learning rate rises",
        Field::WarmUp => "steps over which the learning rate rises linearly",
        Field::ClipNorm => "maximum norm of all gradients together",
        Field::Patience => "ends the run after this many epochs without a lower validation loss",
        Field::Shift => "shifts training images at random by up to this many pixels",
        Field::Flip => "mirrors half of the training images, at random",
        Field::Erase => "fraction of the training images in which a rectangle is erased",
        Field::Seed => "determines the initial weights, the order and the augmentation",
        Field::KeepEvery => "steps between extra checkpoints, besides the last and the best",
        Field::Keep => "how many extra checkpoints to keep; the oldest are deleted first",
    }
}

pub(super) fn error(error: &FieldError) -> String {
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
            format!("Enter a whole number from {least} to {most}, or leave it empty.")
        }
        FieldError::Value(Kind::Real { range, optional: false }) => {
            format!("Enter a number {}.", in_range(*range))
        }
        FieldError::Value(Kind::Real { range, optional: true }) => {
            format!("Enter a number {}, or leave it empty.", in_range(*range))
        }
        FieldError::Value(Kind::Flag) => "Enter 1 for yes or 0 for no.".to_owned(),
        FieldError::Nesterov => {
            "Nesterov momentum needs a momentum above 0 and no dampening.".to_owned()
        }
        FieldError::Minimum => "Enter a number from 0 to the learning rate.".to_owned(),
    }
}

fn in_range(range: RealRange) -> String {
    match range {
        RealRange::Positive(most) => format!("above 0 and at most {most}"),
        RealRange::BelowOne => "at least 0 and below 1".to_owned(),
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
        assert_eq!(
            says(Field::Patience),
            "Enter a whole number from 1 to 1000, or leave it empty."
        );
        assert_eq!(says(Field::Beta2), "Enter a number at least 0 and below 1.");
        assert_eq!(
            says(Field::ClipNorm),
            "Enter a number above 0 and at most 1000000, or leave it empty."
        );
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
