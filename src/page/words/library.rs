//! The library: runs, how they are found, compared and taken away, and the room that they take.

use super::{Setting, sentences};
use crate::library::{RunOwner, RunRecord, RunState};
use crate::page::library::Order;
use crate::page::session::DeletedThing;

sentences! {
    /// The library: runs, how they are found, compared and taken away, and the room that they take.
    LibraryWords {
        title,
        kept_here,
        /// In the place of the list.
        no_runs,
        /// In the place of the list.
        no_run_matches,
        show_more(left: usize),
        import_files,
        /// What can be imported.
        about_import,
        reading_file(file: &str),
        /// The run that a file became.
        imported_as(run: &str),
        /// What was deleted.
        deleted(what: &DeletedThing),
        undo,
        search,
        /// In the empty field for it.
        search_hint,
        which_runs,
        all_runs,
        ended_runs,
        unended_runs,
        /// Runs with this tag.
        with_tag(tag: &str),
        order_of_runs,
        order(order: Order) -> &'static str,
        /// Runs shown, of so many.
        count(shown: usize, all: usize),
        /// What is done to the chosen runs.
        chosen_runs,
        chosen(count: usize),
        choose_none,
        tensorboard,
        /// Of several runs.
        about_tensorboards,
        /// Of one run.
        about_tensorboard,
        csv,
        json,
        delete,
        lay_over_others,
        compare,
        /// A run's settings, the optimizer first.
        settings(settings: &[Setting]),
        /// How a run stands, after so many steps.
        state(state: &RunState, owner: RunOwner, steps: u64),
        /// A moment, milliseconds since 1970 UTC.
        moment(at_ms: f64),
        validation_loss,
        accuracy,
        steps,
        /// Steps taken, of so many; 0 if that is not known.
        steps_of(steps: u64, all: u64),
        epochs,
        time,
        trained_for(seconds: f64),
        training_loss,
        best_epoch,
        /// Settings, engine, times, where it comes from and why it failed.
        about_run(record: &RunRecord, settings: &[Setting]),
        name,
        tags,
        note,
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
        /// In the place of a chart.
        reading_curves,
        /// In the place of a chart.
        no_epoch,
        no_time_known,
        /// In the place of the table of settings.
        same_settings,
        setting,
        /// Bytes used and left.
        room(used: u64, left: u64),
        is_promised,
        may_be_deleted,
        ask_to_keep,
        not_promised,
    }
}
