//! The runs of an experiment, and which combinations it cannot have.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore as _;

use super::{Axis, Choice, Experiment, Mistake};
use crate::network::random::{Purpose, seeded_generator};
use crate::settings::{Field, FieldError, SettingsDraft, TrainingConfig};

/// Settings that vary, in the order of the axes, with their values as the form shows them. A setting that has no effect in
/// a combination is missing from it.
pub type Varied = Vec<(Field, String)>;

/// What is run, and what cannot be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// The runs, by their numbers from 1: all combinations with the first seed, then all with the second, and so on, so that
    /// something can be said early.
    pub runs: Vec<PlannedRun>,
    /// Combinations that are run, each once a seed.
    pub combinations: u32,
    /// Combinations that were left out.
    pub left_out: Vec<LeftOut>,
}

/// A run of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun {
    /// Its number, from 1: the same whenever the experiment is read.
    pub number: u32,
    /// Its combination, from 0.
    pub combination: u32,
    /// What distinguishes its combination.
    pub varied: Varied,
    /// Its complete settings, with its seed.
    pub config: TrainingConfig,
}

/// A combination that is not run.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// What distinguishes it.
    pub varied: Varied,
    /// Why.
    pub why: Reason,
}

/// Why a combination is not run.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// It is no valid recipe: these settings are wrong, at least one.
    Invalid(Vec<(Field, FieldError)>),
    /// It would be the same run as another one, since this setting has no effect in it.
    NoEffect(Field),
}

impl PlannedRun {
    /// How many images its steps see at most, given those of an epoch.
    #[must_use]
    pub fn images(&self, train_images: u64) -> u64 {
        let whole = train_images.saturating_mul(self.config.epochs as u64);
        let batch = self.config.batch_size as u64;
        self.config.steps.map_or(whole, |steps| whole.min(steps.saturating_mul(batch)))
    }
}

impl Runs {
    /// How many images all of its steps see at most, given those of an epoch.
    #[must_use]
    pub fn images(&self, train_images: u64) -> u64 {
        let images = self.runs.iter().map(|run| run.images(train_images));
        images.fold(0, u64::saturating_add)
    }

    /// The run with this number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&PlannedRun> {
        self.runs.get((number as usize).checked_sub(1)?)
    }
}

/// How many combinations these axes have.
pub(super) fn combinations_of(axes: &[Axis]) -> u64 {
    axes.iter().map(Axis::count).fold(1, u64::saturating_mul)
}

impl Experiment {
    /// Makes the runs.
    ///
    /// A combination is made of the base as the form would make it: a change of optimizer or schedule brings the
    /// defaults that belong to it; a setting of the base that is not at its default stays if it applies to the new one; and the
    /// varied settings' values win over both.
    ///
    /// # Errors
    /// Those of [`Self::check`], or [`Mistake::NoRuns`].
    pub fn runs(&self) -> Result<Runs, Vec<Mistake>> {
        self.check()?;
        let planner = Planner::new(self);
        let mut chosen: Vec<(Varied, TrainingConfig)> = Vec::new();
        let mut left_out = Vec::new();
        let wanted = match self.choice {
            Choice::Grid => u64::MAX,
            Choice::Sample { combinations, .. } => u64::from(combinations),
        };
        for index in self.order() {
            if chosen.len() as u64 >= wanted {
                break;
            }
            let values = planner.values_at(index);
            match planner.config(&values) {
                Ok(made) => chosen.push(made),
                Err(why) => left_out.push(LeftOut { varied: values, why }),
            }
        }
        if chosen.is_empty() {
            let mistake = left_out.into_iter().find_map(|left_out| match left_out.why {
                Reason::Invalid(wrong) => {
                    let first = wrong.into_iter().next();
                    first.map(|(field, why)| Mistake::NoRuns { field, why })
                }
                Reason::NoEffect(field) => Some(Mistake::NoEffect { field }),
            });
            return Err(mistake.into_iter().collect());
        }
        let combinations = chosen.len() as u32;
        let mut runs = Vec::with_capacity(chosen.len() * self.seeds.len());
        for seed in &self.seeds {
            for (combination, (varied, config)) in (0..).zip(&chosen) {
                runs.push(PlannedRun {
                    number: runs.len() as u32 + 1,
                    combination,
                    varied: varied.clone(),
                    config: TrainingConfig { seed: *seed, ..config.clone() },
                });
            }
        }
        Ok(Runs { runs, combinations, left_out })
    }

    /// The grid's combinations by their places, in the order in which they are taken.
    fn order(&self) -> Box<dyn Iterator<Item = u64>> {
        let combinations = combinations_of(&self.axes);
        match self.choice {
            Choice::Grid => Box::new(0..combinations),
            Choice::Sample { seed, .. } => {
                // Some are left out, but never so many that looking further would be worth it.
                Box::new(Draw::new(seed, combinations).take(Self::MOST_RUNS as usize))
            }
        }
    }
}

/// Draws numbers below a bound, each once, without a list of them all: the Fisher–Yates shuffle of which only what has moved
/// is remembered.
struct Draw {
    generator: ChaCha8Rng,
    moved: HashMap<u64, u64>,
    drawn: u64,
    bound: u64,
}

impl Draw {
    fn new(seed: u64, bound: u64) -> Self {
        let generator = seeded_generator(seed, Purpose::Sample, 0);
        Self { generator, moved: HashMap::new(), drawn: 0, bound }
    }

    /// A number below `bound`, which is at least 1. Our own rather than a library's, whose next version may draw differently.
    fn below(&mut self, bound: u64) -> u64 {
        // The numbers from which the remainder would favour the lowest.
        let uneven = u64::MAX - (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.generator.next_u64();
            if number <= uneven {
                return number % bound;
            }
        }
    }
}

impl Iterator for Draw {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let left = self.bound.checked_sub(self.drawn).filter(|left| *left > 0)?;
        let place = self.drawn + self.below(left);
        let number = self.moved.get(&place).copied().unwrap_or(place);
        let first = self.moved.remove(&self.drawn).unwrap_or(self.drawn);
        if place != self.drawn {
            self.moved.insert(place, first);
        }
        self.drawn += 1;
        Some(number)
    }
}

/// Makes configs of combinations.
struct Planner {
    base: SettingsDraft,
    /// The base's settings that are not at their defaults.
    explicit: Vec<Field>,
    axes: Vec<(Field, Vec<String>)>,
}

impl Planner {
    fn new(experiment: &Experiment) -> Self {
        let base = SettingsDraft::from(&experiment.base);
        let is_explicit = |field: &Field| base.applies(*field) && !base.is_default(*field);
        let explicit = Field::ALL.into_iter().filter(is_explicit).collect();
        let axes = experiment.axes.iter().map(|axis| (axis.field, axis.values())).collect();
        Self { base, explicit, axes }
    }

    /// The values at a place of the grid, whose last axis varies fastest.
    fn values_at(&self, mut index: u64) -> Varied {
        let mut values: Varied = Vec::with_capacity(self.axes.len());
        for (field, texts) in self.axes.iter().rev() {
            let count = texts.len().max(1) as u64;
            let text = texts.get((index % count) as usize).cloned().unwrap_or_default();
            values.push((*field, text));
            index /= count;
        }
        values.reverse();
        values
    }

    /// The config with these values, and those of them that have an effect.
    fn config(&self, values: &Varied) -> Result<(Varied, TrainingConfig), Reason> {
        let leads = |field: Field| matches!(field, Field::Optimizer | Field::Schedule);
        let mut draft = self.base.clone();
        for (field, text) in values.iter().filter(|value| leads(value.0)) {
            draft.set(*field, text);
        }
        for field in self.explicit.iter().copied().filter(|field| !leads(*field)) {
            if draft.applies(field) {
                draft.set(field, self.base.get(field));
            }
        }
        for (field, text) in values.iter().filter(|value| !leads(value.0)) {
            if draft.applies(*field) {
                draft.set(*field, text);
            } else if self.first(*field) != Some(text) {
                return Err(Reason::NoEffect(*field));
            }
        }
        let config = draft.check().map_err(Reason::Invalid)?;
        let applying = values.iter().filter(|value| draft.applies(value.0)).cloned().collect();
        Ok((applying, config))
    }

    fn first(&self, field: Field) -> Option<&String> {
        self.axes.iter().find(|axis| axis.0 == field).and_then(|axis| axis.1.first())
    }
}

/// Whether every combination of these runs stands once under every seed, as the tests ask.
#[cfg(test)]
pub(super) fn are_distinct(runs: &Runs) -> bool {
    let queries = runs.runs.iter().map(|run| run.config.to_query());
    let mut seen = std::collections::HashSet::new();
    queries.into_iter().all(|query| seen.insert(query))
}

#[cfg(test)]
#[path = "runs_tests.rs"]
mod tests;
