//! Run, pause, stop: what is asked of the run under way.

/// What the page wants of the run under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunControl {
    /// Take steps.
    Run,
    /// Hold after the step at hand.
    Pause,
    /// End after the step at hand.
    Stop,
}
