//! The form of an experiment as texts, right or wrong, and their conversion to an experiment and back.

use crate::experiment::{Axis, Choice, Experiment, Halving, Mistake, Preset, Scale, Values};
use crate::settings::{Field, Kind, OptimizerKind, SettingsDraft, TrainingConfig};

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
        let texts = axis.values().into_iter();
        let texts = texts.map(|text| if text.is_empty() { OFF[0].to_owned() } else { text });
        let list = texts.collect::<Vec<_>>().join(", ");
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
                let texts = texts.filter(|text| !text.is_empty());
                let texts = texts.map(|text| if OFF.contains(&text) { "" } else { text });
                Values::List(texts.map(str::to_owned).collect())
            }
        };
        Axis { field: self.field, values }
    }
}

/// What stands in a list for a setting that is left empty, in either language.
const OFF: [&str; 2] = ["off", "关"];

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
    /// What a link or an earlier experiment gave and the form has no field for.
    given: Exactly,
}

/// What holds as long as the form's texts beside it are as they were.
#[derive(Clone, Debug, Default, PartialEq)]
struct Exactly {
    /// The seeds, if they are not those that follow the one of the settings.
    seeds: Option<Vec<u64>>,
    /// The seed by which the sample is drawn, if it is not that of the settings.
    sample_seed: Option<u64>,
    /// The optimizer that a preset needs in place of one without a momentum.
    optimizer: Option<OptimizerKind>,
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
            given: Exactly::of(experiment),
        }
    }
}

impl Exactly {
    fn of(experiment: &Experiment) -> Self {
        let base = experiment.base.seed;
        let follow = (0..).map(|at| base.wrapping_add(at));
        let is_usual = follow.zip(&experiment.seeds).all(|(usual, seed)| usual == *seed);
        Self {
            seeds: (!is_usual).then(|| experiment.seeds.clone()),
            sample_seed: match experiment.choice {
                Choice::Sample { seed, .. } if seed != base => Some(seed),
                Choice::Sample { .. } | Choice::Grid => None,
            },
            optimizer: None,
        }
    }
}

impl ExperimentDraft {
    /// That of an experiment which stands ready, over these settings.
    pub fn of_preset(preset: Preset, base: &TrainingConfig) -> Self {
        let experiment = preset.experiment(base);
        let kind = experiment.base.optimizer.kind();
        let optimizer = Some(kind).filter(|kind| *kind != base.optimizer.kind());
        let draft = Self::from(&experiment);
        let given = Exactly { optimizer, ..draft.given.clone() };
        Self { given, ..draft }
    }

    /// The optimizer that the experiment uses in place of that of these settings, because it varies what theirs does not have.
    pub fn other_optimizer(&self, base: &TrainingConfig) -> Option<OptimizerKind> {
        let needs_momentum = self.axes.iter().any(|axis| axis.field == Field::Momentum);
        self.given
            .optimizer
            .filter(|_| needs_momentum && !SettingsDraft::from(base).applies(Field::Momentum))
    }

    /// The settings that the experiment varies.
    fn base(&self, base: &TrainingConfig) -> TrainingConfig {
        let Some(optimizer) = self.other_optimizer(base) else { return base.clone() };
        let mut draft = SettingsDraft::from(base);
        draft.set(Field::Optimizer, optimizer.as_str());
        draft.check().unwrap_or_else(|_| base.clone())
    }

    /// The experiment over these settings, whose seed is the first of all seeds and draws the sample, unless a link or an
    /// earlier experiment gave others.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn experiment(&self, base: &TrainingConfig) -> Result<Experiment, Vec<Mistake>> {
        // More than possible are still too many, and need no list.
        let seeds = (0..u64::from(whole(&self.seeds))).take(Experiment::MOST_SEEDS + 1);
        let seeds: Vec<u64> = seeds.map(|at| base.seed.wrapping_add(at)).collect();
        let given = self.given.seeds.as_ref().filter(|given| given.len() == seeds.len());
        let experiment = Experiment {
            name: crate::text::line(&self.name, crate::text::MOST_NAME),
            base: self.base(base),
            axes: self.axes.iter().map(AxisDraft::axis).collect(),
            seeds: given.cloned().unwrap_or(seeds),
            choice: self.sample.as_ref().map_or(Choice::Grid, |combinations| Choice::Sample {
                combinations: whole(combinations),
                seed: self.given.sample_seed.unwrap_or(base.seed),
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

    fn with_optimizer(optimizer: OptimizerKind) -> TrainingConfig {
        let mut draft = SettingsDraft::default();
        draft.set(Field::Optimizer, optimizer.as_str());
        draft.check().unwrap()
    }

    #[test]
    fn a_preset_in_the_form_is_the_same_experiment_whatever_the_optimizer() {
        for (preset, optimizer) in
            Preset::ALL.into_iter().flat_map(|it| OptimizerKind::ALL.map(|kind| (it, kind)))
        {
            let base = with_optimizer(optimizer);
            let experiment = preset.experiment(&base);
            let draft = ExperimentDraft::of_preset(preset, &base);
            let again = draft.experiment(&base).unwrap();
            let runs = |experiment: &Experiment| experiment.runs().unwrap().runs;
            assert_eq!(runs(&again), runs(&experiment), "{preset:?} with {optimizer:?}");
        }
    }

    #[test]
    fn momenta_are_varied_with_sgd_only_as_long_as_the_settings_optimizer_has_none() {
        let adam = with_optimizer(OptimizerKind::Adam);
        let draft = ExperimentDraft::of_preset(Preset::Momenta, &adam);
        assert_eq!(draft.other_optimizer(&adam), Some(OptimizerKind::Sgd));
        let rms_prop = with_optimizer(OptimizerKind::RmsProp);
        assert_eq!(draft.other_optimizer(&rms_prop), None);
        let rates = ExperimentDraft { axes: Vec::new(), ..draft };
        assert_eq!(rates.other_optimizer(&adam), None, "nothing needs a momentum any more");
    }

    #[test]
    fn what_a_link_says_is_what_the_form_starts() {
        let base = TrainingConfig::default();
        for link in ["clip:,1;seeds:5,9;sample:1~3", "lr:0.1,0.2;seeds:0", "lr:0.1,0.2;seeds:7..9"]
        {
            let experiment = Experiment::from_link(link, &base).unwrap();
            let again = ExperimentDraft::from(&experiment).experiment(&base).unwrap();
            assert_eq!(again, experiment, "{link}");
        }
        let experiment = Experiment::from_link("lr:0.1,0.2;seeds:5,9", &base).unwrap();
        let draft = ExperimentDraft { seeds: "3".to_owned(), ..ExperimentDraft::from(&experiment) };
        assert_eq!(draft.experiment(&base).unwrap().seeds, [0, 1, 2], "edited, it is the form's");
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
