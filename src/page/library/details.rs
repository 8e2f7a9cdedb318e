//! All about one run.

use std::sync::Arc;

use leptos::prelude::*;

use super::View;
use super::checkpoints::Checkpoints;
use super::figures::figure_list;
use super::words::{origin_words, settings_words};
use crate::library::{RunEdit, RunLabels, RunOwner, RunState, RunSummary};
use crate::page::browser::local_time;
use crate::page::format::{UNKNOWN, duration, four_decimals, percent, whole};
use crate::protocol::{Export, Item};
use crate::settings::SettingsDraft;

/// Its figures, what the person says of it, its checkpoints, and what can be done with it.
#[component]
pub fn Details(view: View, name: String, run: Memo<Option<Arc<RunSummary>>>) -> impl IntoView {
    let View { library, current_run, classifier, benchmark, .. } = view;
    let name = StoredValue::new(name);
    let export = move |make: fn(String) -> Export| library.export(make(name.get_value()));
    let export_one = move |make: fn(Vec<String>) -> Export| {
        library.export(make(vec![name.get_value()]));
    };
    let under_way = Memo::new(move |_| {
        run.with(|run| run.as_ref().is_some_and(|run| run.owner != RunOwner::AtRest))
    });
    let has_metrics =
        Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.record.steps > 0)));
    let delete = move |_| {
        let name = name.get_value();
        let title = run.with_untracked(|run| run.as_ref().map(|run| run.title().to_owned()));
        view.compare(&name, false);
        library.delete(vec![Item::Run(name.clone())], title.unwrap_or(name));
    };
    let take_settings = move |_| {
        let config = run.with_untracked(|run| run.as_ref().map(|run| run.record.config.clone()));
        if let Some(config) = config {
            view.draft.set(SettingsDraft::from(&config));
        }
    };
    view! {
        <div class="run-details" data-testid="run-details"
            // What is being edited stays open, whatever else begins.
            on:input=move |_| view.pin(&name.get_value())>
            {move || run.get().map(|run| figures(&run))}
            <Labels view name run />
            <Checkpoints library current_run classifier benchmark name run />
            <div class="run-actions">
                <button type="button" data-testid="run-settings" disabled=move || current_run.is_busy()
                    title="Fill the form with this run's settings" on:click=take_settings>
                    "Use its settings"
                </button>
                <button type="button" data-testid="run-bundle"
                    title="The run with its metrics and checkpoints in one file, for another browser"
                    on:click=move |_| export(Export::Bundle)>"Whole run"</button>
                <button type="button" data-testid="run-checkpoints"
                    title="Every checkpoint of the run, in an archive"
                    on:click=move |_| export(Export::Checkpoints)>"All checkpoints"</button>
                <button type="button" data-testid="run-tensorboard"
                    disabled=move || !has_metrics.get()
                    title="Event files with the tutorial's tags, in an archive"
                    on:click=move |_| export_one(Export::TensorBoard)>"TensorBoard"</button>
                <button type="button" data-testid="run-csv" disabled=move || !has_metrics.get()
                    on:click=move |_| export_one(Export::Csv)>"CSV"</button>
                <button type="button" data-testid="run-json" disabled=move || !has_metrics.get()
                    on:click=move |_| export_one(Export::Json)>"JSON"</button>
                <button type="button" class="quiet" data-testid="run-delete"
                    disabled=move || under_way.get()
                    title=move || if under_way.get() { "Stop it first" } else { "" }
                    on:click=delete>"Delete the run"</button>
            </div>
        </div>
    }
}

fn figures(run: &RunSummary) -> impl IntoView + use<> {
    let record = &run.record;
    let of_all = |all: u64| if all == 0 { String::new() } else { format!(" of {}", whole(all)) };
    let (best, newest) = (record.best, record.newest);
    let best_epoch = best.map_or_else(|| UNKNOWN.to_owned(), |best| best.epoch.to_string());
    let accuracy = newest.map_or_else(|| UNKNOWN.to_owned(), |at| percent(at.valid_accuracy));
    let figures = [
        ("Steps", format!("{}{}", whole(record.steps), of_all(record.steps_in_run))),
        ("Epochs", record.epochs.to_string()),
        ("Time", duration(record.trained_ms / 1000.0)),
        ("Training loss", four_decimals(newest.map(|at| at.train_loss))),
        ("Validation loss", four_decimals(newest.map(|at| at.valid_loss))),
        ("Accuracy", accuracy),
        ("Best epoch", best_epoch),
    ];
    let why = match &record.state {
        RunState::Failed { why } => Some(why.clone()),
        _ => None,
    };
    let said = [origin_words(&record.origin), why].into_iter().flatten();
    let said: Vec<_> = said.collect();
    let engine = if record.engine.is_empty() { UNKNOWN.to_owned() } else { record.engine.clone() };
    let began = local_time(record.started_at_ms);
    let ended = record.ended_at_ms.map(|at| format!(", ended {}", local_time(at)));
    let ended = ended.unwrap_or_default();
    let words = settings_words(&record.config);
    view! {
        {figure_list(figures)}
        <p class="note">
            {format!("{words}. {engine}. Began {began}{ended}. {}", said.join(" "))}
        </p>
    }
}

#[component]
fn Labels(
    view: View,
    name: StoredValue<String>,
    run: Memo<Option<Arc<RunSummary>>>,
) -> impl IntoView {
    let library = view.library;
    let label = move |read: fn(&RunLabels) -> String| {
        Memo::new(move |_| run.with(|run| run.as_ref().map(|run| read(&run.labels))))
    };
    let title = label(|labels| labels.title.clone());
    let tags = label(|labels| labels.tags.join(", "));
    let note = label(|labels| labels.note.clone());
    let edit = move |edit: RunEdit| library.edit_run(name.get_value(), edit);
    let tags_of = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    view! {
        <div class="run-labels">
            <label>
                "Name"
                <input type="text" data-testid="run-title-input" maxlength=RunLabels::MOST_TITLE
                    placeholder=move || name.get_value() prop:value=move || title.get()
                    on:change:target=move |event| edit(RunEdit::Title(event.target().value()))
                />
            </label>
            <label>
                "Tags, set apart by commas"
                <input type="text" data-testid="run-tags-input" prop:value=move || tags.get()
                    on:change:target=move |event| edit(RunEdit::Tags(tags_of(&event.target().value())))
                />
            </label>
            <label class="run-note">
                "Note"
                <textarea rows="2" data-testid="run-note-input" maxlength=RunLabels::MOST_NOTE
                    prop:value=move || note.get()
                    on:change:target=move |event| edit(RunEdit::Note(event.target().value()))
                ></textarea>
            </label>
        </div>
    }
}
