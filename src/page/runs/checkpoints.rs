//! A run's checkpoints: load, resume, export and delete them.

use std::sync::Arc;

use leptos::html::Input;
use leptos::prelude::*;

use super::figures::figure_list;
use super::shown_name;
use crate::library::{RunOwner, RunSummary};
use crate::page::format::{UNKNOWN, four_decimals, percent, whole};
use crate::page::menu::Menu;
use crate::page::session::{
    BenchmarkState, ClassifierState, CurrentRun, DeletedThing, LibraryState,
};
use crate::page::words::{Word, say, words};
use crate::protocol::{CheckpointRole, CheckpointSummary, Export, Item};

/// The checkpoints of a run, newest first.
#[component]
pub fn Checkpoints(
    library: LibraryState,
    current_run: CurrentRun,
    classifier: ClassifierState,
    benchmark: BenchmarkState,
    name: StoredValue<String>,
    run: Memo<Option<Arc<RunSummary>>>,
) -> impl IntoView {
    let listed = Memo::new(move |_| {
        library.checkpoints.with(|all| {
            let of_run =
                |checkpoint: &&CheckpointSummary| name.with_value(|name| checkpoint.run == *name);
            all.iter().filter(of_run).map(|it| it.name.clone()).collect::<Vec<_>>()
        })
    });
    let at_rest = Memo::new(move |_| {
        run.with(|run| run.as_ref().is_some_and(|run| run.owner == RunOwner::AtRest))
    });
    // Weights alone cannot be resumed, and another tab's run is resumed there.
    let resumable = Memo::new(move |_| {
        run.with(|run| at_rest.get() && run.as_ref().is_some_and(|run| run.record.can_go_on()))
    });
    view! {
        <Show when=move || listed.with(Vec::is_empty)>
            <p class="nothing">{say(|words| words.checkpoints.none())}</p>
        </Show>
        <ul class="checkpoint-list">
            <For each=move || listed.get() key=String::clone let:name>
                <Row library current_run classifier benchmark name resumable at_rest />
            </For>
        </ul>
    }
}

/// One checkpoint. The row remains while newer states are saved under its name.
#[component]
fn Row(
    library: LibraryState,
    current_run: CurrentRun,
    classifier: ClassifierState,
    benchmark: BenchmarkState,
    name: String,
    resumable: Memo<bool>,
    at_rest: Memo<bool>,
) -> impl IntoView {
    let checkpoint = {
        let name = name.clone();
        Memo::new(move |_| {
            library.checkpoints.with(|all| all.iter().find(|it| it.name == name).cloned())
        })
    };
    let name = StoredValue::new(name);
    let file = described(library, checkpoint, at_rest);
    let occupied = move || current_run.is_busy() || benchmark.is_measuring();
    let used = Memo::new(move |_| {
        let name = name.get_value();
        let answers = classifier.prediction.with(
            |prediction| matches!(prediction, Some(Ok(prediction)) if prediction.weights.are_of(&name)),
        );
        answers || classifier.classifying_with.with(|used| used.as_ref() == Some(&name))
    });
    let finished = move || checkpoint.with(|it| it.as_ref().is_none_or(|it| it.finished));
    let is_newest = checkpoint
        .with_untracked(|it| it.as_ref().is_some_and(|it| it.role == CheckpointRole::Last));
    let (resume_word, resume_title): (Word, Word) = if is_newest {
        (|words| words.checkpoints.resume(), |words| words.checkpoints.about_resume())
    } else {
        (|words| words.checkpoints.branch(), |words| words.checkpoints.about_branch())
    };
    let menu_name = Signal::derive(move || {
        checkpoint
            .with(|it| it.as_ref().map(|it| words().checkpoints.more_for(&title_of(it))))
            .unwrap_or_default()
    });
    let delete = move |_| {
        let shown = untrack(|| shown_checkpoint(library, &name.get_value()));
        let what = DeletedThing::One(shown);
        library.delete(vec![Item::Checkpoint(name.get_value())], what);
    };
    let download = move |testid, label: Word, about: Word, make: fn(String) -> Export| {
        view! {
            <button type="button" data-testid=testid title=say(about)
                on:click=move |_| library.export(make(name.get_value()))>
                {say(label)}
            </button>
        }
    };
    view! {
        <li
            class="checkpoint"
            data-testid="checkpoint-row"
            data-name=name.get_value()
            class:checkpoint-used=used
        >
            <div class="checkpoint-title">
                <Name library name checkpoint />
                {move || checkpoint.get().map(|checkpoint| about(&checkpoint, file.get()))}
            </div>
            {move || checkpoint.get().map(|checkpoint| figures(&checkpoint))}
            <div class="checkpoint-actions">
                <Show when=move || resumable.get() && !finished()>
                    <button type="button" class:primary=is_newest disabled=occupied
                        data-testid=if is_newest { "resume" } else { "branch" } title=say(resume_title)
                        on:click=move |_| current_run.resume(name.get_value())>
                        {say(resume_word)}
                    </button>
                </Show>
                <button
                    type="button"
                    data-testid="checkpoint-load"
                    disabled=occupied
                    // Who has pressed it keeps the focus.
                    aria-disabled=move || used.get().then_some("true")
                    title=say(|words| words.checkpoints.about_use())
                    on:click=move |_| {
                        if !used.get_untracked() {
                            classifier.load_checkpoint(name.get_value());
                        }
                    }
                >
                    {move || {
                        let words = &words().checkpoints;
                        if used.get() { words.in_use() } else { words.use_it() }
                    }}
                </button>
                <Menu hook="checkpoint-menu" label=|words| words.checkpoints.more() name=menu_name>
                    {download(
                        "checkpoint-download",
                        |words| words.checkpoints.weights(),
                        |words| words.checkpoints.about_weights(),
                        Export::Weights,
                    )}
                    {download(
                        "checkpoint-onnx",
                        |words| words.checkpoints.onnx(),
                        |words| words.checkpoints.about_onnx(),
                        Export::Onnx,
                    )}
                    {download(
                        "checkpoint-download-full",
                        |words| words.checkpoints.full_file(),
                        |words| words.checkpoints.about_full_file(),
                        Export::Checkpoint,
                    )}
                    <button type="button" class="danger" data-testid="checkpoint-delete" on:click=delete>
                        {say(|words| words.checkpoints.delete())}
                    </button>
                </Menu>
            </div>
        </li>
    }
}

/// A checkpoint's name among those of its run: the one that the person gave it, or else what it is.
fn title_of(checkpoint: &CheckpointSummary) -> String {
    if checkpoint.label.is_empty() {
        words().checkpoints.title(checkpoint)
    } else {
        checkpoint.label.clone()
    }
}

/// A checkpoint's name with its run's.
pub fn shown_checkpoint(library: LibraryState, name: &str) -> String {
    let checkpoint = library.checkpoints.with(|all| all.iter().find(|it| it.name == name).cloned());
    let Some(checkpoint) = checkpoint else { return name.to_owned() };
    let title = title_of(&checkpoint);
    library
        .run(&checkpoint.run)
        .map_or_else(|| title.clone(), |run| words().checkpoints.of_run(&title, &shown_name(&run)))
}

/// The checkpoint's name, which becomes a text field when pressed.
#[component]
fn Name(
    library: LibraryState,
    name: StoredValue<String>,
    checkpoint: Memo<Option<CheckpointSummary>>,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // If focusing fails, the field can still be clicked.
            let _ = field.focus();
        }
    });
    let read = move |part: fn(&CheckpointSummary) -> String| {
        checkpoint.with(|it| it.as_ref().map(part)).unwrap_or_default()
    };
    let rename = move |to: String| {
        editing.set(false);
        if to.trim() != untrack(|| read(|it| it.label.clone())) {
            library.label_checkpoint(name.get_value(), to);
        }
    };
    view! {
        <Show
            when=move || editing.get()
            fallback=move || {
                view! {
                    <button type="button" class="checkpoint-name" data-testid="checkpoint-rename"
                        title=say(|words| words.checkpoints.rename()) on:click=move |_| editing.set(true)>
                        {move || read(title_of)}
                    </button>
                }
            }
        >
            <input type="text" aria-label=say(|words| words.checkpoints.name())
                data-testid="checkpoint-label"
                node_ref=field maxlength=CheckpointSummary::MOST_LABEL
                placeholder=move || read(title_of) prop:value=untrack(|| read(|it| it.label.clone()))
                on:change:target=move |event| rename(event.target().value())
                on:blur=move |_| editing.set(false)
            />
        </Show>
    }
}

/// The checkpoint with the size and the checksum of its file as it leaves the browser, once they are known. While
/// its run is trained that file changes all the time, and making it would cost the training time.
fn described(
    library: LibraryState,
    checkpoint: Memo<Option<CheckpointSummary>>,
    at_rest: Memo<bool>,
) -> Memo<Option<CheckpointSummary>> {
    let file = RwSignal::new(None::<CheckpointSummary>);
    let stored = Memo::new(move |_| {
        let stored =
            checkpoint.with(|it| it.as_ref().map(|it| (it.name.clone(), it.sha256.clone())));
        stored.filter(|_| at_rest.get())
    });
    Effect::new(move |_| {
        file.set(None);
        if let Some((name, _)) = stored.get() {
            // The row may be gone when the answer comes.
            library.describe(name, move |summary| drop(file.try_set(Some(summary))));
        }
    });
    Memo::new(move |_| {
        let saved_at_ms = checkpoint.with(|it| it.as_ref().map(|it| it.saved_at_ms));
        file.get().filter(|file| Some(file.saved_at_ms) == saved_at_ms)
    })
}

fn about(checkpoint: &CheckpointSummary, file: Option<CheckpointSummary>) -> impl IntoView + use<> {
    let words = &words().checkpoints;
    let checksum = file.as_ref().map(|file| {
        // The tooltip shows all of it.
        let digits: String = file.sha256.chars().take(12).collect();
        let title = file.sha256.clone();
        view! { <p class="note sha256" title=title>{words.checksum(&digits)}</p> }
    });
    view! {
        <p class="note">{words.about(file.as_ref().unwrap_or(checkpoint))}</p>
        {checksum}
    }
}

fn figures(checkpoint: &CheckpointSummary) -> impl IntoView + use<> {
    let (metrics, words) = (checkpoint.metrics, &words().checkpoints);
    let accuracy = metrics.map_or_else(|| UNKNOWN.to_owned(), |at| percent(at.valid_accuracy));
    figure_list([
        (words.epochs(), checkpoint.epoch.to_string()),
        (words.step(), whole(checkpoint.step)),
        (words.training_loss(), four_decimals(checkpoint.train_loss)),
        (words.validation_loss(), four_decimals(metrics.map(|at| at.valid_loss))),
        (words.accuracy(), accuracy),
    ])
}
