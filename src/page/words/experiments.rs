//! Experiments: their form, how they stand, and what came of them.
//!
//! These sentences are a table of their own, which only the part that looks into networks carries.

use super::{Language, en, sentences, zh};
use crate::experiment::{Findings, Mistake, Preset, RowState, Spread, Table, Varied};
use crate::page::experiments::{Given, Standing, Trouble};
use crate::settings::{Field, OptimizerKind};

sentences! {
    /// Experiments. Durations are in seconds, losses in nats, accuracies from 0 to 1.
    ExperimentsWords {
        title,
        about,
        /// The group of buttons.
        presets,
        preset(preset: Preset) -> &'static str,
        about_preset(preset: Preset) -> &'static str,
        name,
        /// The setting that varies, of several from 1.
        axis(number: usize),
        /// The list of settings.
        setting,
        given_as,
        given(given: Given) -> &'static str,
        values,
        from,
        to,
        count,
        add_axis,
        remove_axis(field: Field),
        seeds,
        about_seeds,
        sample,
        about_sample,
        combinations,
        halving,
        about_halving,
        first_rung,
        factor,
        /// How many runs there will be, of how many combinations; how many combinations are left out because they are no valid
        /// settings, and how many because they are the same as others; and how long it takes with so many workers. The time
        /// is absent if no speed has been measured.
        plan(
            runs: usize,
            combinations: u32,
            invalid: usize,
            same: usize,
            seconds: Option<f64>,
            workers: usize
        ),
        /// What is wrong with the form.
        mistake(mistake: &Mistake),
        /// More runs than a tab trains.
        too_many_here(found: u64, most: u64),
        /// The page's own form is wrong.
        settings_wrong,
        workers,
        /// How many the machine has cores for, and what one more costs in megabytes.
        about_workers(cores: usize, megabytes: f64),
        start,
        go_on,
        pause,
        stop,
        /// How the experiment stands: runs that are over, of how many; how many others have begun; how many are trained now.
        stands(standing: Standing, over: usize, runs: usize, begun: usize, busy: usize),
        /// So many seconds are left.
        left(seconds: f64),
        /// Before anything was started.
        nothing_yet,
        /// While both engines are measured, because the experiment is to start on `auto`.
        measuring_engines,
        /// While the library is read.
        reading,
        progress,
        /// So many workers were lost, and what becomes of their runs.
        deaths(count: u32),
        unkept,
        /// What came of it.
        summary(findings: &Findings, table: &Table),
        /// What distinguishes a combination.
        combination(varied: &Varied),
        /// The value of a setting.
        value(field: Field, text: &str),
        results,
        about_results,
        valid_loss,
        valid_accuracy,
        seeds_done,
        state,
        /// How a combination stands, and whether runs of the experiment are trained at the moment.
        row_state(state: RowState, is_at_work: bool) -> &'static str,
        /// A loss with its spread over seeds.
        loss(spread: &Spread),
        /// An accuracy with its spread over seeds.
        accuracy(spread: &Spread),
        /// How many of how many seeds have ended.
        of_seeds(done: u32, planned: u32),
        /// Shows more rows, of which so many are left.
        more(left: usize),
        passing(shown: usize, all: usize),
        /// The choice of the number that figures show.
        figures_show,
        take_best,
        about_take_best,
        /// The form of Train was set to these settings.
        taken(varied: &Varied),
        copy_link,
        /// The buttons that save the results of every run, and the experiment.
        save_runs_csv,
        save_runs_json,
        save_experiment,
        /// The list of experiments that are remembered.
        remembered,
        about_remembered,
        unnamed,
        /// An experiment in the list.
        entry(name: &str, varied: &[Field], at: &str),
        open,
        forget,
        /// Why the experiment does not go on.
        trouble(trouble: &Trouble),
        /// The optimizer that is used in place of the one of the settings, which has no momentum.
        other_optimizer(used: OptimizerKind, now: OptimizerKind),
    }
}

/// The sentences in the visitor's language.
pub fn experiments_words() -> &'static ExperimentsWords {
    match Language::chosen() {
        Language::English => &en::EXPERIMENTS,
        Language::Chinese => &zh::EXPERIMENTS,
    }
}

#[cfg(test)]
#[path = "experiments_tests.rs"]
mod tests;
