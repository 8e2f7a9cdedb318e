//! The library: finding, comparing and exporting runs, and the space that they take.

use super::{Setting, sentences};
use crate::library::{RunOwner, RunRecord, RunState};
use crate::page::runs::Order;
use crate::page::session::DeletedThing;

sentences! {
    /// The library: finding, comparing and exporting runs, and the space that they take.
    LibraryWords {
        title,
        kept_here,
        /// Instead of the list.
        no_runs,
        /// Instead of the list.
        no_run_matches,
        show_more(left: usize),
        import_files,
        /// What can be imported.
        about_import,
        reading_file(file: &str),
        /// The run that a file was imported as.
        imported_as(run: &str),
        /// An experiment was imported: so many runs came, and so many were there already; and whether the browser has taken the
        /// experiment itself, so that it is listed.
        imported_experiment(runs: u32, known: u32, is_listed: bool),
        /// What was deleted.
        deleted(what: &DeletedThing),
        undo,
        search,
        /// Placeholder of the search field.
        search_hint,
        which_runs,
        all_runs,
        ended_runs,
        unended_runs,
        /// Filters runs by this tag.
        with_tag(tag: &str),
        order_of_runs,
        order(order: Order) -> &'static str,
        /// How many runs are shown, of how many.
        count(shown: usize, all: usize),
        /// The region of actions on the selected runs.
        chosen_runs,
        chosen(count: usize),
        choose_none,
        tensorboard,
        /// For several runs.
        about_tensorboards,
        /// For one run.
        about_tensorboard,
        csv,
        json,
        delete,
        lay_over_others,
        /// The check box for a run, for screen readers.
        compare(run: &str),
        /// A run's settings, the optimizer first.
        settings(settings: &[Setting]),
        /// The settings in which a run differs from the tutorial's, and how many others there are. Names runs.
        brief_settings(settings: &[Setting], others: usize),
        /// Instead of the settings in which a run differs from the tutorial's: there are none.
        tutorial_settings,
        /// The name of a run, and what tells it apart from others with the same name.
        told_apart(name: &str, mark: &str),
        /// A run's state after this many steps.
        state(state: &RunState, owner: RunOwner, steps: u64),
        /// A time, in milliseconds since 1970 UTC.
        moment(at_ms: f64),
        validation_loss,
        /// Of the epoch with the lowest validation loss.
        best_validation_loss,
        /// Of the epoch with the lowest validation loss.
        best_accuracy,
        /// Of the newest epoch.
        last_training_loss,
        /// Of the newest epoch.
        last_validation_loss,
        /// Of the newest epoch.
        last_accuracy,
        steps,
        /// Steps taken, of how many; 0 if the total is unknown.
        steps_of(steps: u64, all: u64),
        epochs,
        time,
        trained_for(seconds: f64),
        training_loss,
        best_epoch,
        /// A run's settings, engine, times, origin, given files and cause of failure; the name of the run that it continues, if
        /// that is known.
        about_run(record: &RunRecord, settings: &[Setting], continues: Option<&str>),
        name,
        tags,
        note,
        open,
        about_open,
        /// The button with further actions.
        more,
        /// The same for screen readers: the run that the actions are for.
        more_for(run: &str),
        use_settings,
        about_use_settings,
        whole_run,
        about_whole_run,
        all_checkpoints,
        about_all_checkpoints,
        delete_run,
        /// Why a run cannot be deleted.
        stop_first,
        horizontal_axis,
        by_step,
        by_epoch,
        by_time,
        validation_accuracy,
        /// For screen readers.
        training_losses,
        /// For screen readers.
        validation_losses,
        /// For screen readers.
        validation_accuracies,
        /// Instead of a chart.
        reading_curves,
        /// Instead of a chart.
        no_epoch,
        no_time_known,
        /// Instead of the table of settings.
        same_settings,
        setting,
        /// The table of settings, for screen readers.
        differences,
        /// Bytes used and available.
        room(used: u64, left: u64),
        is_promised,
        may_be_deleted,
        ask_to_keep,
        not_promised,
        /// Leads to a page that asks first.
        delete_everything,
    }
}
