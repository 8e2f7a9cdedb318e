//! The stable identifier of a run's state, for style sheets and tests.

use crate::history::Ending;
use crate::library::{RunOwner, RunState, RunSummary};

/// The stable identifier of a run's state.
pub const fn state_word(run: &RunSummary) -> &'static str {
    match (&run.record.state, run.owner) {
        (RunState::Paused, RunOwner::Here | RunOwner::OtherTab) => "paused",
        (_, RunOwner::Here | RunOwner::OtherTab) => "training",
        (RunState::Training | RunState::Paused, RunOwner::AtRest) => "interrupted",
        (RunState::Stopped, _) => "stopped",
        (RunState::Ended(Ending::Completed), _) => "completed",
        (RunState::Ended(Ending::EarlyStopped), _) => "early-stopped",
        (RunState::Failed { .. }, _) => "failed",
        (RunState::Weights, _) => "weights",
    }
}
