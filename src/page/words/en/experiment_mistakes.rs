//! What is wrong with an experiment, and why one does not go on, in English.

use super::settings::{error, label};
use crate::experiment::{Axis, Experiment, Mistake};
use crate::page::experiments::{MOST_RUNS_HERE, Trouble};
use crate::page::format::whole;

/// What is wrong with an experiment.
pub(super) fn mistake(mistake: &Mistake) -> String {
    match mistake {
        Mistake::TooManyAxes { .. } => {
            format!("At most {} settings vary at once.", Experiment::MOST_AXES)
        }
        Mistake::Twice { field } => format!("{} varies twice.", label(*field)),
        Mistake::SeedVaried => "Seeds are varied by their own field.".to_owned(),
        Mistake::NoEffect { field } => {
            format!("{} has no effect with this optimizer and this schedule.", label(*field))
        }
        Mistake::NoValues { field } => format!("{}: enter at least one value.", label(*field)),
        Mistake::TooManyValues { field, found } => format!(
            "{}: {} values are too many; at most {} are possible.",
            label(*field),
            whole(*found),
            whole(Axis::MOST_VALUES as u64)
        ),
        Mistake::SameValue { field, text } => format!("{} has {text} twice.", label(*field)),
        Mistake::Value { field, text, why } => {
            format!("{}: “{text}” cannot be used. {}", label(*field), error(why))
        }
        Mistake::RangeOfWords { field } => {
            format!("{} takes words; list its values.", label(*field))
        }
        Mistake::RangeEnds { field } => {
            format!("{}: enter two numbers, the second above the first.", label(*field))
        }
        Mistake::RangeOfOne { field } => {
            format!("{}: a range has at least 2 values.", label(*field))
        }
        Mistake::LogarithmOfZero { field } => {
            format!("{}: a range of equal ratios begins above 0.", label(*field))
        }
        Mistake::NoSeeds | Mistake::TooManySeeds { .. } | Mistake::SameSeed { .. } => {
            format!("Enter 1 to {} seeds.", Experiment::MOST_SEEDS)
        }
        Mistake::SampleOfNone => "Enter how many combinations are drawn, at least 1.".to_owned(),
        Mistake::TooManyRuns { found } => format!(
            "These are {} runs; at most {} are possible.",
            whole(*found),
            whole(Experiment::MOST_RUNS)
        ),
        Mistake::NoRuns { field, why } => {
            format!("No combination can be trained. {}: {}", label(*field), error(why))
        }
        Mistake::HalvingFirst => "Enter after how many epochs runs are compared first.".to_owned(),
        Mistake::HalvingFactor { .. } => "One run in 2, 3 or 4 goes on.".to_owned(),
        Mistake::HalvingIdle { first, .. } => {
            format!("No run has more than {first} epochs, so none would be stopped.")
        }
        // Of files and links.
        other => other.to_string(),
    }
}

/// Why an experiment does not go on.
pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        // Told by the sentences of failures.
        Trouble::Failed(_) => String::new(),
        Trouble::Elsewhere => "Another tab is training this experiment. Nothing is trained twice: go on there, or close \
                               that tab and go on here."
            .to_owned(),
        Trouble::OtherData => "This experiment trains on another data set than the one chosen now. Choose its data set in \
                               Understand, then go on."
            .to_owned(),
        Trouble::OtherCorrections => "The corrections of the data set have changed since this experiment began, so further \
                                      runs could not be compared with those it has. Restore them, or start it anew."
            .to_owned(),
        Trouble::TooMany(found) => super::experiments::WORDS.too_many_here(*found, MOST_RUNS_HERE),
        Trouble::Link(mistakes) => {
            let told: Vec<String> = mistakes.iter().map(mistake).collect();
            format!("The link's experiment cannot be used, and nothing was started. {}", told.join(" "))
        }
    }
}
