//! The details of one run.

use std::sync::Arc;

use leptos::prelude::*;

use super::figures::figure_list;
use super::recipe::recipe;
use super::run_name::distinct_names;
use super::{Checkpoints, LibraryView, shown_name};
use crate::library::{Origin, RunEdit, RunLabels, RunOwner, RunSummary};
use crate::page::address::link_to_run;
use crate::page::format::{UNKNOWN, four_decimals, percent};
use crate::page::menu::Menu;
use crate::page::run_code::RunCode;
use crate::page::session::{DeletedThing, LibraryState};
use crate::page::words::{say, words};
use crate::protocol::{Export, Item};
use crate::settings::SettingsDraft;

/// A run's figures, labels and checkpoints, and the actions on it.
#[component]
pub fn Details(
    view: LibraryView,
    name: String,
    run: Memo<Option<Arc<RunSummary>>>,
) -> impl IntoView {
    let LibraryView { library, current_run, classifier, benchmark, own_sets, .. } = view;
    let name = StoredValue::new(name);
    let export = move |make: fn(String) -> Export| library.export(make(name.get_value()));
    let export_one = move |make: fn(Vec<String>) -> Export| {
        library.export(make(vec![name.get_value()]));
    };
    let code = Memo::new(move |_| run.with(|run| own_sets.code_of(run.as_ref()?)));
    let under_way = Memo::new(move |_| {
        run.with(|run| run.as_ref().is_some_and(|run| run.owner != RunOwner::AtRest))
    });
    let has_metrics =
        Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.record.steps > 0)));
    let delete = move |_| {
        let name = name.get_value();
        let title = run.with_untracked(|run| run.as_ref().map(|run| shown_name(run)));
        view.compare(&name, false);
        library.delete(vec![Item::Run(name.clone())], DeletedThing::One(title.unwrap_or(name)));
    };
    let menu_name = Signal::derive(move || {
        run.with(|run| run.as_ref().map(|run| words().library.more_for(&shown_name(run))))
            .unwrap_or_default()
    });
    let take_settings = move |_| {
        let config = run.with_untracked(|run| run.as_ref().map(|run| run.record.config.clone()));
        if let Some(config) = config {
            view.draft.set(SettingsDraft::from(&config));
        }
    };
    view! {
        <div class="run-details" data-testid="run-details"
            // A run that is being edited stays open, even if another one starts.
            on:input=move |_| view.pin(&name.get_value())>
            {move || run.get().map(|run| figures(&run, library))}
            <Labels view name run />
            <Checkpoints library current_run classifier benchmark name run />
            <div class="run-actions">
                <a class="button" data-testid="run-open"
                    href=name.with_value(|name| link_to_run(Some(name)))
                    title=say(|words| words.library.about_open())>
                    {say(|words| words.library.open())}
                </a>
                <button type="button" data-testid="run-settings" disabled=move || current_run.is_busy()
                    title=say(|words| words.library.about_use_settings()) on:click=take_settings>
                    {say(|words| words.library.use_settings())}
                </button>
                <Menu hook="run-menu" label=|words| words.library.more() name=menu_name>
                    <button type="button" data-testid="run-bundle"
                        title=say(|words| words.library.about_whole_run())
                        on:click=move |_| export(Export::Bundle)>
                        {say(|words| words.library.whole_run())}
                    </button>
                    <button type="button" data-testid="run-checkpoints"
                        title=say(|words| words.library.about_all_checkpoints())
                        on:click=move |_| export(Export::Checkpoints)>
                        {say(|words| words.library.all_checkpoints())}
                    </button>
                    <button type="button" data-testid="run-tensorboard"
                        disabled=move || !has_metrics.get()
                        title=say(|words| words.library.about_tensorboard())
                        on:click=move |_| export_one(Export::TensorBoard)>
                        {say(|words| words.library.tensorboard())}
                    </button>
                    <button type="button" data-testid="run-csv" disabled=move || !has_metrics.get()
                        on:click=move |_| export_one(Export::Csv)>{say(|words| words.library.csv())}</button>
                    <button type="button" data-testid="run-json" disabled=move || !has_metrics.get()
                        on:click=move |_| export_one(Export::Json)>{say(|words| words.library.json())}</button>
                    <button type="button" class="danger" data-testid="run-delete" disabled=move || under_way.get()
                        title=move || if under_way.get() { words().library.stop_first() } else { "" }
                        on:click=delete>{say(|words| words.library.delete_run())}</button>
                </Menu>
            </div>
            <Show when=move || code.with(Option::is_some)>
                <RunCode library of=code in_sight=true.into() />
            </Show>
        </div>
    }
}

/// The name of the run that this one continues, if that is in the library.
fn continued(run: &Arc<RunSummary>, library: LibraryState) -> Option<String> {
    let Origin::Branch { run: earlier, .. } = &run.record.origin else { return None };
    let earlier = library.run(earlier)?;
    // Both may have the same settings, and so the same name.
    distinct_names(&[Arc::clone(run), earlier], words()).pop()
}

fn figures(run: &Arc<RunSummary>, library: LibraryState) -> impl IntoView + use<> {
    let (record, words) = (&run.record, &words().library);
    let (best, newest) = (record.best, record.newest);
    let best_epoch = best.map_or_else(|| UNKNOWN.to_owned(), |best| best.epoch.to_string());
    let continued = continued(run, library);
    let accuracy = newest.map_or_else(|| UNKNOWN.to_owned(), |at| percent(at.valid_accuracy));
    let figures = [
        (words.steps(), words.steps_of(record.steps, record.steps_in_run)),
        (words.epochs(), record.epochs.to_string()),
        (words.time(), words.trained_for(record.trained_ms / 1000.0)),
        (words.last_training_loss(), four_decimals(newest.map(|at| at.train_loss))),
        (words.last_validation_loss(), four_decimals(newest.map(|at| at.valid_loss))),
        (words.last_accuracy(), accuracy),
        (words.best_epoch(), best_epoch),
    ];
    view! {
        {figure_list(figures)}
        <p class="note">{words.about_run(record, &recipe(&record.config), continued.as_deref())}</p>
    }
}

#[component]
fn Labels(
    view: LibraryView,
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
    let shown = move || run.with(|run| run.as_ref().map(|run| shown_name(run))).unwrap_or_default();
    let tags_of = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    view! {
        <div class="run-labels">
            <label>
                {say(|words| words.library.name())}
                <input type="text" data-testid="run-title-input" maxlength=RunLabels::MOST_TITLE
                    placeholder=shown prop:value=move || title.get()
                    on:change:target=move |event| edit(RunEdit::Title(event.target().value()))
                />
            </label>
            <label>
                {say(|words| words.library.tags())}
                <input type="text" data-testid="run-tags-input" prop:value=move || tags.get()
                    on:change:target=move |event| edit(RunEdit::Tags(tags_of(&event.target().value())))
                />
            </label>
            <label class="run-note">
                {say(|words| words.library.note())}
                <textarea rows="2" data-testid="run-note-input" maxlength=RunLabels::MOST_NOTE
                    prop:value=move || note.get()
                    on:change:target=move |event| edit(RunEdit::Note(event.target().value()))
                ></textarea>
            </label>
        </div>
    }
}
