//! Run, pause, stop: the request to the current run.

/// What the page wants the current run to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunControl {
    /// Take steps.
    Run,
    /// Pause after the current step.
    Pause,
    /// Do what is due before the next step, take that one, and pause.
    StepOnce,
    /// Stop after the current step.
    Stop,
}
