//! Experiments: a set of runs that differ in some settings and in their seeds, and what came of them. Plain data.
//!
//! An [`Experiment`] is read from a file ([`Experiment::read`]) or a link ([`Experiment::from_link`]) and gives its
//! [`Runs`]: each a complete config under a number that never changes. What a run measured is a [`RunResult`]; the
//! [`Table`] has a row for each combination of settings, and [`Findings`] are what is true of it. [`Rungs`] decide which
//! runs stop early. Nothing here trains: the page and the terminal do, each in its own way.

mod axis;
mod counted;
mod csv;
mod file;
mod findings;
mod halving;
mod lines;
mod link;
mod mistake;
mod pace;
mod plan;
mod preset;
mod range;
mod result;
mod runs;
mod sort;
mod table;

pub use axis::{Axis, Scale, Values};
pub use counted::Counted;
pub use csv::results_csv;
pub use findings::{Findings, Lead, Standing, Told};
pub use halving::{Rungs, Verdict};
pub use lines::Lines;
pub use link::whole_numbers;
pub use mistake::Mistake;
pub use pace::{Sizes, Speed, seconds_by};
pub use plan::{Choice, Experiment, Halving};
pub use preset::Preset;
pub use range::{Failing, robust_range};
pub use result::{CurvePoint, RunEnd, RunResult};
pub use runs::{LeftOut, PlannedRun, Reason, Runs, Varied};
pub use sort::Column;
pub use table::{Ends, Row, RowState, Spread, Table};
