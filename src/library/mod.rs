//! The library of runs and checkpoints in a browser: its contents as plain data, a run's metrics in blocks,
//! and (in a worker) the store itself.
//!
//! The tab that trains a run owns its [`RunRecord`], its metrics and its checkpoints; [`RunLabels`] belong to
//! the person and can be changed from any tab. They are stored separately, so that neither overwrites the
//! other.
//!
//! Records may be of another build, or of a file that was made by hand, so their texts go through [`crate::text`] when they
//! are read. Those who read them have the feature `files`; the page gets from the workers what has been through it, and code
//! that nobody needs there would only weigh.

pub mod blocks;
mod checkpoint;
mod code;
pub mod epoch_weights;
mod labels;
pub mod lease;
mod metrics;
pub mod owners;
mod run;
mod sparkline;
pub mod succession;

#[cfg(any(feature = "page", all(feature = "browser-storage", target_family = "wasm")))]
pub mod locks;
#[cfg(all(feature = "browser-storage", target_family = "wasm"))]
pub mod store;
#[cfg(all(feature = "browser-storage", target_family = "wasm"))]
pub mod tabs;

pub use blocks::BlockError;
#[cfg(feature = "files")]
pub use checkpoint::summarize;
pub use checkpoint::{CheckpointRole, CheckpointSummary};
pub use code::{CodeRequest, Inexact, ProgramData, WrittenCode};
pub use labels::{RunEdit, RunLabels};
pub use metrics::{RunMetrics, TimeMark, Timeline};
pub use run::{
    ExperimentRun, GivenFile, GivenPart, KnownRun, Origin, RunOwner, RunRecord, RunState,
    RunSummary, SeenRun,
};
pub use sparkline::{SPARKLINE_POINTS, sparkline};
