//! Which runs of a combination count where combinations are compared.

use super::{RunEnd, RunResult};

/// The runs of a combination whose best epochs are compared with those of others: in the table, in what is said of it and
/// in the figures alike.
///
/// Where a combination has runs that ended as their settings say, only these count: others have seen fewer epochs. Without
/// any, those count that are under way or were stopped by a person; without these, those that fell behind at a rung. Runs
/// that diverged or failed, and runs without an epoch, never count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Their numbers, ascending.
    numbers: Vec<u32>,
    are_whole: bool,
}

/// How much of its settings a result says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    FellBehind,
    Partial,
    Whole,
}

impl Worth {
    fn of(result: &RunResult) -> Option<Self> {
        result.best()?;
        match &result.end {
            Some(end) if !end.counts() => None,
            Some(RunEnd::Halved { .. }) => Some(Self::FellBehind),
            Some(end) if end.is_whole() => Some(Self::Whole),
            _ => Some(Self::Partial),
        }
    }
}

impl Counted {
    /// Those that count among the results of one combination, each run's once.
    pub(super) fn of(results: &[&RunResult]) -> Self {
        let most = results.iter().filter_map(|result| Worth::of(result)).max();
        let counting = results.iter().filter(|result| most.is_some() && Worth::of(result) == most);
        let mut numbers: Vec<u32> = counting.map(|result| result.number).collect();
        numbers.sort_unstable();
        Self { numbers, are_whole: most == Some(Worth::Whole) }
    }

    /// Whether the run with this number counts.
    #[must_use]
    pub fn has(&self, number: u32) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// Whether those that count ended as their settings say.
    #[must_use]
    pub const fn are_whole(&self) -> bool {
        self.are_whole
    }
}
