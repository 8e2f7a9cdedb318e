//! What can be wrong with an experiment or with a file of its results.

use thiserror::Error;

use super::{Axis, Experiment};
use crate::settings::{Field, FieldError};

/// What is wrong with an experiment, with its file, its link or a file of its results.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Mistake {
    /// A file is larger than any experiment's.
    #[error("it has {found} bytes; an experiment has at most {most}")]
    FileTooLarge {
        /// The file's bytes.
        found: u64,
        /// The most that are read.
        most: u64,
    },
    /// A file is no experiment.
    #[error("it is no experiment: {why}")]
    Json {
        /// What the reader of JSON says.
        why: String,
    },
    /// A file is of a later build.
    #[error("it is of version {found}; this build reads up to {}", Experiment::VERSION)]
    Version {
        /// The file's version.
        found: u32,
    },
    /// A setting of this name does not exist.
    #[error("{key} is no setting")]
    UnknownSetting {
        /// The name, cut.
        key: String,
    },
    /// The base names a seed, which has no effect.
    #[error("base: the seed belongs into seeds")]
    SeedInBase,
    /// Settings of the base are wrong.
    #[error("base: {}", told(wrong))]
    Base {
        /// The settings, at least one.
        wrong: Vec<(Field, FieldError)>,
    },
    /// A part of a link is not understood.
    #[error("{part} is not understood")]
    Link {
        /// The part, cut.
        part: String,
    },
    /// A varied setting has neither values nor a whole range, or both.
    #[error("{}: give either values, or from, to and count", field.key())]
    Shape {
        /// The setting.
        field: Field,
    },
    /// More settings vary than may.
    #[error("{found} settings vary; at most {} may", Experiment::MOST_AXES)]
    TooManyAxes {
        /// How many vary.
        found: usize,
    },
    /// A setting varies twice.
    #[error("{} varies twice", field.key())]
    Twice {
        /// The setting.
        field: Field,
    },
    /// The seed is among the varied settings.
    #[error("the seed is varied by seeds")]
    SeedVaried,
    /// A setting that varies or that the base names has no effect in any combination.
    #[error("{} has no effect with this optimizer and this schedule", field.key())]
    NoEffect {
        /// The setting.
        field: Field,
    },
    /// A varied setting has no values.
    #[error("{} has no values", field.key())]
    NoValues {
        /// The setting.
        field: Field,
    },
    /// A varied setting has more values than it may have.
    #[error("{} has {found} values; at most {} are possible", field.key(), Axis::MOST_VALUES)]
    TooManyValues {
        /// The setting.
        field: Field,
        /// How many there are.
        found: u64,
    },
    /// A value stands twice.
    #[error("{} has {text} twice", field.key())]
    SameValue {
        /// The setting.
        field: Field,
        /// The value.
        text: String,
    },
    /// A value that the setting does not take.
    #[error("{} cannot be {text:?}: {why}", field.key())]
    Value {
        /// The setting.
        field: Field,
        /// The value, cut.
        text: String,
        /// What it takes.
        why: FieldError,
    },
    /// A range of a setting that takes words.
    #[error("{} takes words, of which there is no range", field.key())]
    RangeOfWords {
        /// The setting.
        field: Field,
    },
    /// A range does not end above its beginning.
    #[error("{}: a range ends above its beginning", field.key())]
    RangeEnds {
        /// The setting.
        field: Field,
    },
    /// A range of fewer than two values.
    #[error("{}: a range has at least 2 values", field.key())]
    RangeOfOne {
        /// The setting.
        field: Field,
    },
    /// A logarithmic range that does not begin above zero.
    #[error("{}: a logarithmic range begins above 0", field.key())]
    LogarithmOfZero {
        /// The setting.
        field: Field,
    },
    /// No seed is given.
    #[error("there is no seed")]
    NoSeeds,
    /// More seeds than possible.
    #[error("there are {found} seeds; at most {} are possible", Experiment::MOST_SEEDS)]
    TooManySeeds {
        /// How many there are.
        found: usize,
    },
    /// A seed stands twice.
    #[error("seed {seed} stands twice")]
    SameSeed {
        /// The seed.
        seed: u64,
    },
    /// A sample of no combination.
    #[error("a sample has at least 1 combination")]
    SampleOfNone,
    /// More runs than possible.
    #[error("it would be {found} runs; at most {} are possible", Experiment::MOST_RUNS)]
    TooManyRuns {
        /// How many there would be.
        found: u64,
    },
    /// No combination is a valid recipe.
    #[error("no combination of its values can be trained: {}: {why}", field.key())]
    NoRuns {
        /// The setting that is wrong in the first combination.
        field: Field,
        /// Why.
        why: FieldError,
    },
    /// A file of results cannot be read.
    #[error("it cannot be read: {why}")]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// A line of a file of results is none.
    #[error("line {line} is no result: {why}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What the reader of JSON says; empty for a line that is too long.
        why: String,
    },
    /// A line is of another experiment.
    #[error("line {line} is of the experiment {found}")]
    OtherExperiment {
        /// The line, from 1.
        line: u64,
        /// That experiment's identity, cut.
        found: String,
    },
    /// A line is of no run of the experiment, or its measurements contradict themselves.
    #[error("line {line} contradicts itself or the experiment")]
    Contradiction {
        /// The line, from 1.
        line: u64,
    },
    /// A first rung at no epoch.
    #[error("the first rung is at least 1 epoch away")]
    HalvingFirst,
    /// Another factor than possible.
    #[error("one in 2, 3 or 4 goes on; one in {found} is not possible")]
    HalvingFactor {
        /// The factor.
        found: u32,
    },
    /// No run has more epochs than lie before the first rung.
    #[error("the first rung is after {first} epochs, and no run has more than {epochs}")]
    HalvingIdle {
        /// Epochs to the first rung.
        first: u32,
        /// The most epochs of a run.
        epochs: u64,
    },
}

impl Mistake {
    /// The longest text from outside that a mistake repeats, in characters.
    pub(super) const MOST_REPEATED: usize = 60;
}

fn told(wrong: &[(Field, FieldError)]) -> String {
    let each = wrong.iter().map(|(field, why)| format!("{}: {why}", field.key()));
    each.collect::<Vec<_>>().join("; ")
}
