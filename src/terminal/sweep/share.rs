//! Which part of an experiment a process runs.

use crate::experiment::PlannedRun;

/// One of several equal parts of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::terminal) struct Share {
    /// Which, from 1 to `of`.
    pub index: u32,
    /// How many there are, at least 1.
    pub of: u32,
}

impl Share {
    /// Reads `I/N`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (index, of) = text.split_once('/')?;
        let share = Self { index: index.parse().ok()?, of: of.parse().ok()? };
        (1..=share.of).contains(&share.index).then_some(share)
    }

    /// Whether the run is in it: neighbouring runs are in different parts, so that all parts get on with the first seeds. A
    /// combination's seeds may all be in one part, as when there are as many parts as combinations.
    pub const fn has(&self, run: &PlannedRun) -> bool {
        (run.number - 1) % self.of == self.index - 1
    }
}

/// The part's name in files' names.
impl std::fmt::Display for Share {
    fn fmt(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(words, "{}-of-{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::Preset;
    use crate::settings::TrainingConfig;

    #[test]
    fn a_share_is_one_of_so_many_counted_from_1() {
        assert_eq!(Share::parse("2/3"), Some(Share { index: 2, of: 3 }));
        assert_eq!(Share::parse("2/3").unwrap().to_string(), "2-of-3");
        for text in ["0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/2", ""] {
            assert_eq!(Share::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_run_is_in_one_share() {
        let runs = Preset::LearningRates.experiment(&TrainingConfig::default()).runs().unwrap();
        for of in 1..9 {
            for run in &runs.runs {
                let has = (1..=of).filter(|index| Share { index: *index, of }.has(run)).count();
                assert_eq!(has, 1, "run {} of {of}", run.number);
            }
        }
    }
}
