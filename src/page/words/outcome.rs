//! What a run came to, and what to try next.

use super::sentences;
use crate::page::train::outcome::{Cause, Comparison, Suggestion};
use crate::protocol::{Ending, EpochMetrics};

sentences! {
    /// What a run came to, and what to try next.
    OutcomeWords {
        /// The heading, with the last epoch's results.
        ended(ending: Ending, newest: &EpochMetrics),
        /// Of a run of several epochs.
        best(best: &EpochMetrics, is_newest: bool),
        /// The run beside PyTorch's.
        compared(comparison: &Comparison),
        draw_something,
        /// Before the suggestions.
        next,
        /// A button that fills the form.
        suggestion(suggestion: Suggestion),
        /// Why the form cannot be filled during a run.
        stop_first,
        /// The accuracy is near chance, and the loss no longer falls.
        collapsed(accuracy: f64, chance: f64),
        /// After [`Self::collapsed`].
        cause(cause: &Cause),
        /// The accuracy is near chance, but the run may still learn.
        not_yet(accuracy: f64, chance: f64),
    }
}
