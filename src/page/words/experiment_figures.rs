//! The figures of an experiment: curves, spreads, the heat map, parallel coordinates.
//!
//! These sentences are a table of their own, which only the part that looks into networks carries.

use super::{Language, en, sentences, zh};
use crate::page::charts::plot::Unit;
use crate::page::figures::{Along, BandPoint, Measure, Summary};

sentences! {
    /// The figures of an experiment. Names of settings, metrics and groups come as the page shows them, and so do their
    /// values.
    ExperimentFigureWords {
        training_curves,
        /// How many groups and runs are drawn.
        about_curves(groups: usize, runs: usize),
        /// The group of switches, for screen readers: what the curves show.
        shown_measure,
        measure(measure: Measure) -> &'static str,
        /// The group of switches, for screen readers: what the horizontal axis counts.
        horizontal_axis,
        /// A switch.
        by_along(along: Along) -> &'static str,
        /// The horizontal axis.
        along(along: Along) -> &'static str,
        log_scale,
        /// The legend, for screen readers.
        groups,
        /// A group at a position: its mean, its range and how many runs these are of.
        curve_says(label: &str, along: Along, point: BandPoint, unit: Unit),
        /// Instead of a figure.
        none_yet,
        group,
        runs,
        diverged,
        /// The position of the last point.
        last_at(along: Along) -> &'static str,
        mean,
        lowest,
        highest,
        deviation,
        by_setting,
        /// The heading: a metric by a setting.
        metric_by(metric: &str, setting: &str),
        about_by_setting,
        heat_map,
        /// The heading: a metric by two settings.
        metric_by_two(metric: &str, down: &str, across: &str),
        /// Whether several values share a row or a column.
        about_heat_map(has_shared: bool),
        /// A cell for screen readers: the settings with their values, its text, and what its runs came to.
        cell_says(settings: &[(String, String)], text: &str, summary: &Summary),
        /// The choice of the setting in the rows.
        rows,
        /// The choice of the setting in the columns.
        columns,
        parallel,
        about_parallel,
        /// A slider for screen readers: an axis's lower or upper limit.
        limit(axis: &str, is_upper: bool),
        /// How many combinations pass, of how many.
        passing(passing: usize, combinations: usize),
        clear_limits,
        /// A line is singled out by keys.
        single_out,
        /// Where lines pass a setting that has no effect.
        no_effect,
        combination,
        /// A combination that is pointed at, with its metrics and their values.
        combination_says(label: &str, values: &[(String, String)]),
        passes,
        yes,
        no,
        /// The colours' ends: the worst and the best value of a metric.
        worst(metric: &str),
        best(metric: &str),
    }
}

/// The sentences in the visitor's language.
pub fn figure_words() -> &'static ExperimentFigureWords {
    match Language::chosen() {
        Language::English => &en::EXPERIMENT_FIGURES,
        Language::Chinese => &zh::EXPERIMENT_FIGURES,
    }
}
