//! What an experiment is, and what must be true of it.

use super::runs::combinations_of;
use super::{Axis, Mistake};
use crate::settings::{Field, OptimizerKind, ScheduleKind, SettingsDraft, TrainingConfig};

/// A set of runs: a recipe, some of its settings varied, and seeds.
///
/// As JSON it is the file that [`Self::to_json`] describes. In the protocol's encoding it is that file's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What a person calls it, at most [`crate::text::MOST_NAME`] characters; may be empty. It decides nothing.
    pub name: String,
    /// What is the same in all runs. Its seed is of no account.
    pub base: TrainingConfig,
    /// The settings that vary, at most [`Self::MOST_AXES`]. Without any, only the seeds do.
    pub axes: Vec<Axis>,
    /// The seeds of each combination, 1 to [`Self::MOST_SEEDS`], each once.
    pub seeds: Vec<u64>,
    /// Which combinations are run.
    pub choice: Choice,
    /// Whether runs that fall behind stop early.
    pub halving: Option<Halving>,
}

/// Which combinations of the varied settings' values are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// All.
    #[default]
    Grid,
    /// Some of them, drawn at random, none twice.
    Sample {
        /// How many, at least 1; all if there are no more.
        combinations: u32,
        /// What they are drawn by. The same seed draws the same everywhere.
        seed: u64,
    },
}

/// Successive halving in the form that waits for nobody: a run that has reached a rung goes on only if it is among the best
/// of those that have reached it so far (the stopping form of ASHA, Li et al., <https://arxiv.org/abs/1810.05934>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halving {
    /// Epochs to the first rung, at least 1. Each next rung is `factor` times as far.
    pub first: u32,
    /// One in so many goes on, 2 to 4.
    pub factor: u32,
}

impl Halving {
    /// What the factor may be.
    pub const FACTORS: std::ops::RangeInclusive<u32> = 2..=4;
}

impl Experiment {
    /// The most settings that vary at once.
    pub const MOST_AXES: usize = 3;
    /// The most seeds.
    pub const MOST_SEEDS: usize = 10;
    /// The most runs.
    pub const MOST_RUNS: u64 = 100_000;

    /// Checks what can be checked without making the runs.
    ///
    /// # Errors
    /// Every mistake found, at least one.
    pub fn check(&self) -> Result<(), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        if self.axes.len() > Self::MOST_AXES {
            mistakes.push(Mistake::TooManyAxes { found: self.axes.len() });
        }
        for (at, axis) in self.axes.iter().take(Self::MOST_AXES).enumerate() {
            let before = self.axes.get(..at).unwrap_or_default();
            if before.iter().any(|other| other.field == axis.field) {
                mistakes.push(Mistake::Twice { field: axis.field });
            }
            axis.check(&mut mistakes);
        }
        self.check_seeds(&mut mistakes);
        if let Choice::Sample { combinations: 0, .. } = self.choice {
            mistakes.push(Mistake::SampleOfNone);
        }
        if let Some(Halving { first, factor }) = self.halving {
            if first == 0 {
                mistakes.push(Mistake::HalvingFirst);
            }
            if !Halving::FACTORS.contains(&factor) {
                mistakes.push(Mistake::HalvingFactor { found: factor });
            }
        }
        if mistakes.is_empty() {
            self.check_whole(&mut mistakes);
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn check_seeds(&self, mistakes: &mut Vec<Mistake>) {
        match self.seeds.len() {
            0 => mistakes.push(Mistake::NoSeeds),
            1..=Self::MOST_SEEDS => {}
            found => mistakes.push(Mistake::TooManySeeds { found }),
        }
        for (at, seed) in self.seeds.iter().take(Self::MOST_SEEDS).enumerate() {
            if self.seeds.get(..at).unwrap_or_default().contains(seed) {
                mistakes.push(Mistake::SameSeed { seed: *seed });
            }
        }
    }

    /// What the parts say together, each being right by itself.
    fn check_whole(&self, mistakes: &mut Vec<Mistake>) {
        let runs = self.most_runs();
        if runs > Self::MOST_RUNS {
            mistakes.push(Mistake::TooManyRuns { found: runs });
        }
        let idle = self.axes.iter().map(|axis| axis.field).filter(|field| !self.applies(*field));
        mistakes.extend(idle.map(|field| Mistake::NoEffect { field }));
        let epochs = self.most_epochs();
        if let Some(Halving { first, .. }) = self.halving
            && u64::from(first) >= epochs
        {
            mistakes.push(Mistake::HalvingIdle { first, epochs });
        }
    }

    /// How many runs it has at most: fewer if some combinations are no valid settings.
    fn most_runs(&self) -> u64 {
        let grid = combinations_of(&self.axes);
        let combinations = match self.choice {
            Choice::Grid => grid,
            Choice::Sample { combinations, .. } => grid.min(u64::from(combinations)),
        };
        combinations.saturating_mul(self.seeds.len() as u64)
    }

    /// The most epochs that any of its runs has.
    fn most_epochs(&self) -> u64 {
        let values = self.axis(Field::Epochs).map(|axis| axis.values()).unwrap_or_default();
        let most = values.iter().filter_map(|text| text.parse().ok()).max();
        most.unwrap_or(self.base.epochs as u64)
    }

    /// The axis of this field, if it varies.
    #[must_use]
    pub fn axis(&self, field: Field) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.field == field)
    }

    /// Whether a field has an effect in at least one combination.
    fn applies(&self, field: Field) -> bool {
        let base = SettingsDraft::from(&self.base);
        let words = |field| match self.axis(field) {
            Some(axis) => axis.values(),
            None => vec![base.get(field).to_owned()],
        };
        let optimizers = words(Field::Optimizer);
        let schedules = words(Field::Schedule);
        let applies = |optimizer: &String, schedule: &String| {
            let optimizer = OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == optimizer);
            let schedule = ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == schedule);
            field.applies(optimizer.unwrap_or_default(), schedule.unwrap_or_default())
        };
        optimizers.iter().any(|it| schedules.iter().any(|schedule| applies(it, schedule)))
    }
}
