//! The figures of an experiment: what its runs came to, and which settings made the difference. Only the part of the page
//! that is loaded when it is first opened (`src/bin/insight.rs`) draws them.
//!
//! Each figure is a component ([`TrainingCurves`], [`BySetting`], [`HeatMap`], [`ParallelCoordinates`]) with plain data of its
//! own: [`Curves`] for the first, [`Compared`] (`data`) for the others. What it draws is arithmetic without a browser, in files
//! beside it (`curves`, `curves_drawing`, `by_setting_drawing`, `heat` with its rows and columns in `places`, `parallel/`), on common ground: `axis`
//! (where values lie), `palette` (how groups are told apart), `drawing` (grids, marks, legends). A drawing is a few shapes
//! (`insight/vector`), however many runs there are, so that five hundred are drawn well within a twentieth of a second.
//! `shell` surrounds each figure with its heading, its numbers as a table (`table_view`) and the buttons that save it.

mod axis;
mod by_setting;
mod by_setting_drawing;
mod curves;
mod curves_drawing;
mod data;
mod drawing;
mod heat;
mod heat_map;
mod palette;
mod parallel;
mod places;
#[cfg(test)]
mod samples;
mod shell;
mod table_view;
mod training_curves;

pub use self::by_setting::BySetting;
pub use self::curves::{Along, BandPoint, CurveGroup, CurveRun, Curves, Measure};
pub use self::data::{
    Combination, Compared, Fate, Metric, RunResult, Scale, Setting, Summary, number,
};
pub use self::heat_map::HeatMap;
pub use self::parallel::ParallelCoordinates;
#[cfg(test)]
pub use self::samples::redraw_of_all;
pub use self::training_curves::TrainingCurves;
pub use crate::page::charts::plot::Unit;
