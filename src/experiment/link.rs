//! An experiment in a link: what it adds to the settings that stand beside it.
//!
//! The text is the word of a [`Preset`], or parts with `;` between them, each a name, `:` and what belongs to it:
//!
//! - `lr:0.001,0.01`: a setting, by its key, with its values; an empty one stands for a setting that is left empty;
//! - `lr:0.0001..0.1~7~log`: the same as a range, both ends included, with the number of its values; without `~log` at equal
//!   distances;
//! - `seeds:0,1,2` or `seeds:0..2`, both ends included; without it, the seed of the settings;
//! - `sample:20~0`: so many combinations, drawn by this seed, which may be missing;
//! - `halving:1~3`: epochs to the first rung, and which part goes on.
//!
//! No character in it needs to be escaped in a URL's query.

use super::{Axis, Choice, Experiment, Halving, Mistake, Preset, Scale, Values};
use crate::settings::{Field, TrainingConfig, shortest_number};
use crate::text;

const SEEDS: &str = "seeds";
const SAMPLE: &str = "sample";
const HALVING: &str = "halving";
const LOGARITHMIC: &str = "log";
/// Between the ends of a range.
const TO: &str = "..";

impl Experiment {
    /// Reads an experiment over these settings.
    ///
    /// # Errors
    /// What is not understood, or the mistakes of [`Self::check`].
    pub fn from_link(link: &str, base: &TrainingConfig) -> Result<Self, Vec<Mistake>> {
        let experiment = match Preset::named(link) {
            Some(preset) => preset.experiment(base),
            None => Self::of_parts(link, base).map_err(|mistake| vec![mistake])?,
        };
        experiment.check()?;
        Ok(experiment)
    }

    fn of_parts(link: &str, base: &TrainingConfig) -> Result<Self, Mistake> {
        let mut experiment = Self {
            name: String::new(),
            base: base.clone(),
            axes: Vec::new(),
            seeds: vec![base.seed],
            choice: Choice::Grid,
            halving: None,
        };
        let mut names = Vec::new();
        for part in link.split(';').filter(|part| !part.is_empty()) {
            let wrong = || Mistake::Link { part: text::line(part, Mistake::MOST_REPEATED) };
            let (name, rest) = part.split_once(':').ok_or_else(wrong)?;
            if names.contains(&name) {
                return Err(wrong());
            }
            match name {
                SEEDS => {
                    experiment.seeds = whole_numbers(rest, Self::MOST_SEEDS).ok_or_else(wrong)?
                }
                SAMPLE => experiment.choice = sample(rest).ok_or_else(wrong)?,
                HALVING => experiment.halving = Some(halving(rest).ok_or_else(wrong)?),
                key => {
                    let field = Field::with_key(key).ok_or_else(wrong)?;
                    // As many as are needed to know that they are too many.
                    if experiment.axes.len() <= Self::MOST_AXES {
                        experiment.axes.push(axis(field, rest).ok_or_else(wrong)?);
                    }
                }
            }
            names.push(name);
        }
        Ok(experiment)
    }

    /// The text in a link that stands beside the base's settings. Reading it gives the same experiment without its name.
    #[must_use]
    pub fn to_link(&self) -> String {
        let preset = Preset::ALL.into_iter().find(|preset| {
            let ready = preset.experiment(&self.base);
            // What it is called decides nothing, and a preset may have changed the base.
            Self { name: ready.name.clone(), ..self.clone() } == ready
        });
        if let Some(preset) = preset {
            return preset.as_str().to_owned();
        }
        let mut parts: Vec<String> = self.axes.iter().map(part).collect();
        let seeds: Vec<String> = self.seeds.iter().map(u64::to_string).collect();
        parts.push(format!("{SEEDS}:{}", seeds.join(",")));
        if let Choice::Sample { combinations, seed } = self.choice {
            parts.push(format!("{SAMPLE}:{combinations}~{seed}"));
        }
        if let Some(Halving { first, factor }) = self.halving {
            parts.push(format!("{HALVING}:{first}~{factor}"));
        }
        parts.join(";")
    }
}

fn part(axis: &Axis) -> String {
    let key = axis.field.key();
    match &axis.values {
        Values::List(_) => format!("{key}:{}", axis.values().join(",")),
        Values::Range { from, to, count, scale } => {
            let scale = match scale {
                Scale::Linear => String::new(),
                Scale::Logarithmic => format!("~{LOGARITHMIC}"),
            };
            let [from, to] = [*from, *to].map(shortest_number);
            format!("{key}:{from}{TO}{to}~{count}{scale}")
        }
    }
}

impl Axis {
    /// Reads values as a link and the terminal's flags give them: `0.001,0.01` or `0.0001..0.1~7~log`. `None` if they are
    /// neither.
    #[must_use]
    pub fn of_text(field: Field, given: &str) -> Option<Self> {
        axis(field, given)
    }
}

fn axis(field: Field, given: &str) -> Option<Axis> {
    let Some((from, rest)) = given.split_once(TO) else {
        // As many as are needed to know that they are too many.
        let values = given.split(',').take(Axis::MOST_VALUES + 1);
        let values = values.map(|value| text::line(value, Mistake::MOST_REPEATED));
        return Some(Axis::list(field, values));
    };
    let mut parts = rest.split('~');
    let (from, to) = (from.parse().ok()?, parts.next()?.parse().ok()?);
    let count = parts.next()?.parse().ok()?;
    let scale = match (parts.next(), parts.next()) {
        (None, _) => Scale::Linear,
        (Some(LOGARITHMIC), None) => Scale::Logarithmic,
        _ => return None,
    };
    Some(Axis { field, values: Values::Range { from, to, count, scale } })
}

/// Reads whole numbers as `0,1,2` or as `0..2`, both ends included; `None` if they are neither. Of more than `most` numbers, one
/// more is read, from which it shows that they are too many.
#[must_use]
pub fn whole_numbers(given: &str, most: usize) -> Option<Vec<u64>> {
    if let Some((from, to)) = given.split_once(TO) {
        let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
        return (from <= to).then(|| (from..=to).take(most + 1).collect());
    }
    given.split(',').take(most + 1).map(|number| number.parse().ok()).collect()
}

fn sample(given: &str) -> Option<Choice> {
    let (combinations, seed) = given.split_once('~').unwrap_or((given, "0"));
    Some(Choice::Sample { combinations: combinations.parse().ok()?, seed: seed.parse().ok()? })
}

fn halving(given: &str) -> Option<Halving> {
    let (first, factor) = given.split_once('~')?;
    Some(Halving { first: first.parse().ok()?, factor: factor.parse().ok()? })
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
