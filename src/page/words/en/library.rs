//! The library, in English.

use super::settings::given_part;
use crate::history::Ending;
use crate::library::{ExperimentRun, GivenFile, Origin, RunOwner, RunRecord, RunState};
use crate::page::browser::local_time;
use crate::page::format::{UNKNOWN, bytes, duration, room, whole};
use crate::page::runs::Order;
use crate::page::session::DeletedThing;
use crate::page::words::{LibraryWords, Setting};
use crate::settings::{Field, Kind, OptimizerKind};

/// The library's sentences.
pub const WORDS: LibraryWords = LibraryWords {
    title: "Runs",
    kept_here: "Stored in this browser; they survive a reload.",
    no_runs:
        "None yet. Every run is stored with its settings and measurements. Its best model is saved \
               after each epoch, and its latest state from time to time and whenever you pause or 
              stop it.",
    no_run_matches: "No runs match.",
    show_more: |left| format!("Show more ({left} left)"),
    import_files: "Import files",
    about_import: "Weights or a checkpoint as safetensors, a state dict saved by torch.save, a run \
                   exported from Atelier, or the events of its script for PyTorch together with the weights that the \
                   script saved",
    reading_file: |file| format!("Reading {file}…"),
    imported_experiment: |runs, known, is_listed| {
        let runs =
            if runs == 1 { "1 run".to_owned() } else { format!("{} runs", whole(runs.into())) };
        let known = match known {
            0 => String::new(),
            known => format!(" ({} were here already)", whole(known.into())),
        };
        let where_it_is = match is_listed {
            true => "; Experiments lists it.",
            false => {
                ". The browser did not store the experiment itself, so Experiments does not list it."
            }
        };
        format!("Imported {runs} of an experiment{known}{where_it_is}")
    },
    imported_as: |run| format!("Imported as {run}."),
    deleted: |what| format!("Deleted: {}.", deleted(what)),
    undo: "Undo",
    search: "Search runs",
    search_hint: "Search names, notes, tags, settings",
    which_runs: "Show",
    all_runs: "All runs",
    ended_runs: "Finished",
    unended_runs: "Unfinished",
    with_tag: |tag| format!("Tag: {tag}"),
    order_of_runs: "Sort by",
    order: |order| match order {
        Order::Newest => "Newest first",
        Order::Oldest => "Oldest first",
        Order::ValidationLoss => "Lowest validation loss",
        Order::Accuracy => "Highest accuracy",
        Order::Longest => "Most steps",
        Order::Title => "Name",
    },
    count: |shown, all| {
        let runs = if all == 1 { "run" } else { "runs" };
        if shown == all { format!("{all} {runs}") } else { format!("{shown} of {all} {runs}") }
    },
    chosen_runs: "Selected runs",
    chosen: |count| format!("{count} selected:"),
    choose_none: "Clear selection",
    tensorboard: "TensorBoard",
    about_tensorboards: "Event files with the tutorial's tags, as an archive: unpack it and run \
                         tensorboard --logdir on it",
    about_tensorboard: "Event files with the tutorial's tags, as an archive",
    csv: "CSV",
    json: "JSON",
    delete: "Delete",
    lay_over_others: "Compare",
    compare: |run| format!("Compare run {run}"),
    settings,
    brief_settings,
    tutorial_settings: "The tutorial's settings",
    told_apart: |name, mark| format!("{name} ({mark})"),
    state,
    moment: local_time,
    validation_loss: "Validation loss",
    best_validation_loss: "Validation loss (best)",
    best_accuracy: "Accuracy (best)",
    last_training_loss: "Training loss (last)",
    last_validation_loss: "Validation loss (last)",
    last_accuracy: "Accuracy (last)",
    steps: "Steps",
    steps_of: |steps, all| match all {
        0 => whole(steps),
        all => format!("{} of {}", whole(steps), whole(all)),
    },
    epochs: "Epochs",
    time: "Time",
    trained_for: duration,
    training_loss: "Training loss",
    best_epoch: "Best epoch",
    about_run,
    name: "Name",
    tags: "Tags, comma-separated",
    note: "Note",
    open: "Open",
    about_open: "Show this run's progress, charts and readings",
    more: "More",
    more_for: |run| format!("More for run {run}"),
    use_settings: "Use these settings",
    about_use_settings: "Fill in the form with this run's settings",
    whole_run: "Export run",
    about_whole_run: "The run with its metrics and checkpoints, in one file that another browser can import",
    all_checkpoints: "All checkpoints",
    about_all_checkpoints: "Every checkpoint of the run, as an archive",
    delete_run: "Delete run",
    stop_first: "Stop the run first",
    horizontal_axis: "Horizontal axis",
    by_step: "By step",
    by_epoch: "By epoch",
    by_time: "By time",
    validation_accuracy: "Validation accuracy",
    training_losses: "Training losses of the selected runs",
    validation_losses: "Validation losses of the selected runs",
    validation_accuracies: "Validation accuracies of the selected runs",
    reading_curves: "Reading the curves…",
    no_epoch: "None of these runs has finished an epoch.",
    no_time_known: "Runs imported as single checkpoints have no times.",
    same_settings: "These runs have the same settings.",
    setting: "Setting",
    differences: "Settings in which these runs differ",
    room: |used, left| format!("{} used in this browser, {} available.", bytes(used), room(left)),
    is_promised: "Protected: the browser keeps this data until you clear it yourself.",
    may_be_deleted: "When the disk fills up, the browser may delete what this site stores. It can be \
                     asked not to: some browsers then ask you, others decide by how often you visit \
                     this page. Nothing else changes, and you can undo it in the browser's site \
                     settings.",
    ask_to_keep: "Protect from deletion",
    not_promised: "The browser declined. Download what matters to you, or try again after a \
                   few visits or after bookmarking this page.",
    delete_everything: "Delete everything…",
};

/// What was deleted, for the end of a sentence.
pub(super) fn deleted(what: &DeletedThing) -> String {
    match what {
        DeletedThing::One(name) => name.clone(),
        DeletedThing::Runs(count) => format!("{count} runs"),
    }
}

/// As a link and the terminal write them: `sgd, batch 64, lr 0.01, nesterov`.
fn settings(settings: &[Setting]) -> String {
    let words = settings.iter().map(|Setting { field, text }| match (field.kind(), text) {
        (_, None) => field.key().to_owned(),
        (Kind::Choice(_), Some(word)) => word.clone(),
        (_, Some(text)) => format!("{} {text}", field.key()),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `Adam, lr 0.001, one-cycle schedule, batch 64, +2`.
fn brief_settings(settings: &[Setting], others: usize) -> String {
    let others = (others > 0).then(|| format!("+{others}"));
    settings.iter().map(brief).chain(others).collect::<Vec<_>>().join(", ")
}

fn brief(Setting { field, text }: &Setting) -> String {
    let optimizer =
        |word: &String| OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    match (field, text) {
        (_, None) => field.key().to_owned(),
        (Field::Optimizer, Some(word)) => optimizer(word)
            .map_or_else(|| word.clone(), |kind| super::settings::WORDS.optimizer(kind).to_owned()),
        (Field::Schedule, Some(word)) => format!("{word} schedule"),
        (_, Some(text)) => format!("{} {text}", field.key()),
    }
}

fn state(state: &RunState, owner: RunOwner, steps: u64) -> String {
    let step = whole(steps);
    match (state, owner) {
        (RunState::Paused, RunOwner::Here) => "paused".to_owned(),
        (RunState::Paused, RunOwner::OtherTab) => "paused in another tab".to_owned(),
        (_, RunOwner::Here) => "training".to_owned(),
        (_, RunOwner::OtherTab) => "training in another tab".to_owned(),
        (RunState::Training | RunState::Paused, RunOwner::AtRest) => {
            format!("interrupted at step {step}")
        }
        (RunState::Stopped, _) => format!("stopped at step {step}"),
        (RunState::Ended(Ending::Completed), _) => "completed".to_owned(),
        (RunState::Ended(Ending::EarlyStopped), _) => "stopped early".to_owned(),
        (RunState::Failed { .. }, _) => format!("failed after step {step}"),
        (RunState::Weights, _) => "weights only".to_owned(),
    }
}

fn about_run(record: &RunRecord, chosen: &[Setting], continues: Option<&str>) -> String {
    let engine = if record.engine.is_empty() { UNKNOWN } else { &record.engine };
    let (settings, began) = (settings(chosen), local_time(record.started_at_ms));
    let mut about = match record.ended_at_ms.map(local_time) {
        Some(ended) => format!("{settings}. {engine}. Started {began}, ended {ended}."),
        None => format!("{settings}. {engine}. Started {began}."),
    };
    match &record.origin {
        Origin::New => {}
        Origin::Branch { run, step } => {
            let run = continues.unwrap_or(run);
            about += &format!(" Continues from step {} of “{run}”.", whole(*step));
        }
        Origin::Imported { file } => about += &format!(" Imported from {file}."),
        Origin::PyTorch { file } => {
            about += &format!(" Trained by a script in PyTorch, imported from {file}.");
        }
    }
    for GivenFile { part, from, sha256 } in &record.given {
        let part = given_part(*part);
        about += &format!(" Started with {part} from {from} (SHA-256 {sha256}).");
    }
    if let Some(data) = &record.data {
        about += &format!(" Trained on {}.", data.title());
    }
    match record.corrections {
        0 => {}
        1 => about += " With 1 correction of the data set.",
        count => about += &format!(" With {} corrections of the data set.", whole(count.into())),
    }
    if let Some(ExperimentRun { name, number, .. }) = &record.experiment {
        let name = if name.is_empty() { String::new() } else { format!(" “{name}”") };
        about += &format!(" Run {} of the experiment{name}.", whole((*number).into()));
    }
    if let RunState::Failed { why, .. } = &record.state {
        about += &format!(" {why}");
    }
    about
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_as_english_does() {
        let count = WORDS.count;
        assert_eq!(
            (count(1, 1), count(2, 2), count(0, 1)),
            ("1 run".to_owned(), "2 runs".to_owned(), "0 of 1 run".to_owned())
        );
        assert_eq!(count(1, 12), "1 of 12 runs");
    }
}
