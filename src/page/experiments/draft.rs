//! The form of an experiment as texts, right or wrong, and their conversion to an experiment and back.

use crate::experiment::{Axis, Choice, Experiment, Halving, Mistake, Scale, Values};
use crate::settings::{Field, Kind, TrainingConfig};

/// How the values of a setting are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// One by one.
    #[default]
    List,
    /// As a range at equal distances.
    Linear,
    /// As a range at equal ratios.
    Logarithmic,
}

impl Given {
    /// Every way, in the order in which the form offers them.
    pub const ALL: [Self; 3] = [Self::List, Self::Linear, Self::Logarithmic];

    /// The word used in `<option value>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Linear => "linear",
            Self::Logarithmic => "log",
        }
    }

    /// The way with this word; one by one if there is none.
    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|given| given.as_str() == word).unwrap_or_default()
    }
}

/// A setting that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisDraft {
    /// The setting.
    pub field: Field,
    /// How its values are given.
    pub given: Given,
    /// One by one, separated by commas.
    pub list: String,
    /// The first of a range.
    pub from: String,
    /// The last of a range.
    pub to: String,
    /// How many a range has.
    pub count: String,
}

impl AxisDraft {
    /// The settings that may vary, in the form's order.
    pub fn fields() -> impl Iterator<Item = Field> {
        let never = [Field::Seed, Field::KeepEvery, Field::Keep];
        Field::ALL.into_iter().filter(move |field| !never.contains(field))
    }

    /// A setting with what it may be varied by at first: all words of a choice, both of a flag, or its value in these settings.
    pub fn of_field(field: Field, text: &str) -> Self {
        let list = match field.kind() {
            Kind::Choice(words) => {
                let measured = words.iter().filter(|word| **word != "auto");
                measured.copied().collect::<Vec<_>>().join(", ")
            }
            Kind::Flag => "0, 1".to_owned(),
            Kind::Whole { .. } | Kind::Real { .. } => text.to_owned(),
        };
        let (from, to, count) = (text.to_owned(), text.to_owned(), "5".to_owned());
        Self { field, given: Given::List, list, from, to, count }
    }

    /// Whether its values can be given as a range.
    pub fn is_number(&self) -> bool {
        matches!(self.field.kind(), Kind::Whole { .. } | Kind::Real { .. })
    }

    fn of(axis: &Axis) -> Self {
        let Axis { field, values } = axis;
        let list = axis.values().join(", ");
        match values {
            Values::List(_) => Self { list, ..Self::of_field(*field, "") },
            Values::Range { from, to, count, scale } => Self {
                field: *field,
                given: match scale {
                    Scale::Linear => Given::Linear,
                    Scale::Logarithmic => Given::Logarithmic,
                },
                list,
                from: from.to_string(),
                to: to.to_string(),
                count: count.to_string(),
            },
        }
    }

    /// What is no number becomes what no range takes, so that it is named as a mistake.
    fn axis(&self) -> Axis {
        let real = |text: &str| text.trim().parse().unwrap_or(f64::NAN);
        let values = match self.given {
            Given::Linear | Given::Logarithmic if self.is_number() => Values::Range {
                from: real(&self.from),
                to: real(&self.to),
                count: whole(&self.count),
                scale: match self.given {
                    Given::Logarithmic => Scale::Logarithmic,
                    Given::Linear | Given::List => Scale::Linear,
                },
            },
            _ => {
                // A comma of Chinese keyboards separates as well.
                let texts = self.list.split([',', '，']).map(str::trim);
                Values::List(texts.filter(|text| !text.is_empty()).map(str::to_owned).collect())
            }
        };
        Axis { field: self.field, values }
    }
}

/// A text as a whole number; 0, which nothing here takes, if it is none.
fn whole(text: &str) -> u32 {
    text.trim().parse().unwrap_or(0)
}

/// The whole form.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentDraft {
    /// What the visitor calls it.
    pub name: String,
    /// The settings that vary, at most [`Experiment::MOST_AXES`].
    pub axes: Vec<AxisDraft>,
    /// How many seeds each combination has.
    pub seeds: String,
    /// How many combinations are drawn; `None` for all.
    pub sample: Option<String>,
    /// Epochs to the first rung and the factor; `None` if no run stops early.
    pub halving: Option<(String, String)>,
}

impl From<&Experiment> for ExperimentDraft {
    fn from(experiment: &Experiment) -> Self {
        Self {
            name: experiment.name.clone(),
            axes: experiment.axes.iter().map(AxisDraft::of).collect(),
            seeds: experiment.seeds.len().to_string(),
            sample: match experiment.choice {
                Choice::Grid => None,
                Choice::Sample { combinations, .. } => Some(combinations.to_string()),
            },
            halving: experiment
                .halving
                .map(|halving| (halving.first.to_string(), halving.factor.to_string())),
        }
    }
}

impl ExperimentDraft {
    /// The experiment over these settings, whose seed is the first of all seeds and draws the sample.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn experiment(&self, base: &TrainingConfig) -> Result<Experiment, Vec<Mistake>> {
        // More than possible are still too many, and need no list.
        let seeds = (0..u64::from(whole(&self.seeds))).take(Experiment::MOST_SEEDS + 1);
        let experiment = Experiment {
            name: crate::text::line(&self.name, crate::text::MOST_NAME),
            base: base.clone(),
            axes: self.axes.iter().map(AxisDraft::axis).collect(),
            seeds: seeds.map(|at| base.seed.wrapping_add(at)).collect(),
            choice: self.sample.as_ref().map_or(Choice::Grid, |combinations| Choice::Sample {
                combinations: whole(combinations),
                seed: base.seed,
            }),
            halving: self
                .halving
                .as_ref()
                .map(|(first, factor)| Halving { first: whole(first), factor: whole(factor) }),
        };
        experiment.check()?;
        Ok(experiment)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn a_preset_in_the_form_is_the_same_experiment() {
        let base = TrainingConfig::default();
        for preset in Preset::ALL {
            let experiment = preset.experiment(&base);
            let again = ExperimentDraft::from(&experiment).experiment(&base).unwrap();
            let runs = |experiment: &Experiment| experiment.runs().unwrap().runs;
            assert_eq!(runs(&again), runs(&experiment), "{preset:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_named_and_not_replaced() {
        let base = TrainingConfig::default();
        let field = Field::LearningRate;
        let axis = |given, from: &str, count: &str| AxisDraft {
            given,
            from: from.to_owned(),
            to: "1".to_owned(),
            count: count.to_owned(),
            ..AxisDraft::of_field(field, "fast")
        };
        let mistakes = |axis, seeds: &str| {
            let draft = ExperimentDraft {
                axes: vec![axis],
                seeds: seeds.to_owned(),
                ..ExperimentDraft::from(&Preset::ALL[0].experiment(&base))
            };
            draft.experiment(&base).unwrap_err()
        };
        assert!(matches!(mistakes(axis(Given::List, "", ""), "1")[..], [Mistake::Value { .. }]));
        let ends = [Mistake::RangeEnds { field }];
        assert_eq!(mistakes(axis(Given::Linear, "low", "5"), "1"), ends);
        let one = Mistake::RangeOfOne { field };
        assert_eq!(mistakes(axis(Given::Logarithmic, "0.1", "many"), "1"), [one]);
        assert_eq!(mistakes(AxisDraft::of_field(field, "1"), "few"), [Mistake::NoSeeds]);
        let found = Experiment::MOST_SEEDS + 1;
        let too_many = [Mistake::TooManySeeds { found }];
        assert_eq!(mistakes(AxisDraft::of_field(field, "1"), "4000000000"), too_many);
    }

    #[test]
    fn a_choice_is_offered_with_all_its_words_and_no_engine_that_is_yet_to_be_found() {
        assert_eq!(AxisDraft::of_field(Field::Engine, "auto").list, "webgpu, cpu");
        assert_eq!(AxisDraft::of_field(Field::Nesterov, "0").list, "0, 1");
        assert_eq!(AxisDraft::of_field(Field::BatchSize, "4").list, "4");
    }

    #[test]
    fn the_seeds_of_a_form_begin_with_that_of_the_settings() {
        let base = TrainingConfig { seed: 40, ..TrainingConfig::default() };
        let draft = ExperimentDraft {
            seeds: "3".to_owned(),
            ..ExperimentDraft::from(&Preset::ALL[0].experiment(&base))
        };
        assert_eq!(draft.experiment(&base).unwrap().seeds, [40, 41, 42]);
    }
}
