//! The library: the runs and checkpoints that this browser stores. Find, compare, resume, export and import
//! them.

mod checkpoints;
mod choice;
mod compare;
mod details;
mod differences;
mod figures;
mod hold;
mod import;
mod recipe;
mod row;
mod run_name;
mod spark;
mod state_word;
mod storage;
mod toolbar;
mod undo;

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use crate::library::RunSummary;
use crate::page::session::{BenchmarkState, ClassifierState, CurrentRun, LibraryState, OwnSets};
use crate::page::words::{say, words};
use crate::settings::SettingsDraft;
pub use checkpoints::{Checkpoints, shown_checkpoint};
use choice::Choice;
pub use choice::Order;
use compare::Compare;
use hold::Hold;
use import::Import;
use row::Row;
pub use run_name::shown_name;
use storage::Storage;
use toolbar::Toolbar;
pub use undo::Undo;

/// How many rows are shown at first, and how many each press adds.
const ROWS: usize = 30;

/// What the visitor is looking at in the library. It outlives the component that shows it.
#[derive(Clone, Copy)]
pub struct LibraryView {
    library: LibraryState,
    current_run: CurrentRun,
    classifier: ClassifierState,
    benchmark: BenchmarkState,
    own_sets: OwnSets,
    draft: RwSignal<SettingsDraft>,
    /// Which runs are shown, and in what order.
    choice: RwSignal<Choice>,
    /// The run whose details are open: the newest, until the visitor opens another or closes it.
    open: RwSignal<Open>,
    /// The runs that are compared, in the order in which they were selected.
    compared: RwSignal<Vec<String>>,
    /// The runs that match, sorted.
    shown: Memo<Vec<String>>,
    /// How many rows are listed at most.
    rows: RwSignal<usize>,
    /// Keeps the list in place while the comparison above it or beside it appears and grows.
    hold: Hold,
}

/// Which run shows its details.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Open {
    Newest,
    Run(String),
    None,
}

impl LibraryView {
    /// The newest run is open, and none is compared.
    pub fn new(
        library: LibraryState,
        current_run: CurrentRun,
        classifier: ClassifierState,
        benchmark: BenchmarkState,
        own_sets: OwnSets,
        draft: RwSignal<SettingsDraft>,
    ) -> Self {
        let choice = RwSignal::new(Choice::default());
        let shown = Memo::new(move |_| {
            library.runs.with(|runs| choice.with(|choice| choice.of(runs, words())))
        });
        Self {
            library,
            current_run,
            classifier,
            benchmark,
            own_sets,
            draft,
            choice,
            open: RwSignal::new(Open::Newest),
            compared: RwSignal::new(Vec::new()),
            shown,
            rows: RwSignal::new(ROWS),
            hold: Hold::new(),
        }
    }

    /// Whether a run's details are open. If the run that the visitor opened is gone, the newest opens
    /// instead.
    fn is_open(self, run: &str) -> bool {
        self.library.runs.with(|runs| {
            let names = || runs.iter().map(|run| run.record.run.as_str());
            self.open.with(|open| match open {
                Open::None => false,
                Open::Run(name) if names().any(|known| known == name) => name == run,
                Open::Run(_) | Open::Newest => names().max() == Some(run),
            })
        })
    }

    fn toggle(self, run: &str) {
        let open = untrack(|| self.is_open(run));
        self.open.set(if open { Open::None } else { Open::Run(run.to_owned()) });
    }

    /// Keeps a run's details open.
    fn pin(self, run: &str) {
        if self.open.with_untracked(|open| *open == Open::Newest) {
            self.open.set(Open::Run(run.to_owned()));
        }
    }

    fn compares(self, run: &str) -> bool {
        self.compared.with(|compared| compared.iter().any(|name| name == run))
    }

    fn compare(self, run: &str, chosen: bool) {
        self.compared.update(|compared| {
            compared.retain(|name| name != run);
            if chosen {
                compared.push(run.to_owned());
            }
        });
    }

    /// The compared runs that still exist.
    fn compared_runs(self) -> Vec<Arc<RunSummary>> {
        let library = self.library;
        self.compared.with(|names| names.iter().filter_map(|name| library.run(name)).collect())
    }
}

/// The panel of runs.
#[component]
pub fn Library(view: LibraryView) -> impl IntoView {
    let LibraryView { library, compared, shown, rows, hold, .. } = view;
    let tools = NodeRef::<Div>::new();
    let comparison = NodeRef::<Div>::new();
    let list = NodeRef::<Div>::new();
    // Beside the comparison the list is narrower, so its own height changes too.
    for part in [tools, comparison, list] {
        Effect::new(move |_| {
            if let Some(part) = part.get() {
                hold.against(&part);
            }
        });
    }
    let compares =
        move || compared.with(|names| names.iter().any(|name| library.run(name).is_some()));
    let listed = Memo::new(move |_| {
        shown.with(|shown| shown.iter().take(rows.get()).cloned().collect::<Vec<_>>())
    });
    let hidden = Memo::new(move |_| shown.with(Vec::len).saturating_sub(rows.get()));
    let is_empty = Memo::new(move |_| library.runs.with(Vec::is_empty));
    view! {
        <section class="panel library" aria-labelledby="library-title">
            <div class="panel-head">
                <h2 id="library-title">{say(|words| words.library.title())}</h2>
                <p class="note">{say(|words| words.library.kept_here())}</p>
                <Import library />
            </div>
            <Show when=move || is_empty.get()>
                <p class="nothing">{say(|words| words.library.no_runs())}</p>
            </Show>
            <Show when=move || !is_empty.get()>
                <div node_ref=tools>
                    <Toolbar view />
                </div>
                <div class="library-body" class:library-compares=compares>
                    <div class="library-comparison" node_ref=comparison>
                        <Compare view />
                    </div>
                    <div class="library-list" node_ref=list>
                        <ul class="run-list" data-testid="run-list">
                            <For each=move || listed.get() key=String::clone let:name>
                                <Row view name />
                            </For>
                        </ul>
                        <Show when=move || shown.with(Vec::is_empty)>
                            <p class="nothing">{say(|words| words.library.no_run_matches())}</p>
                        </Show>
                        <Show when=move || { hidden.get() > 0 }>
                            <button type="button" class="quiet" data-testid="more-runs"
                                on:click=move |_| rows.update(|rows| *rows += ROWS)>
                                {move || words().library.show_more(hidden.get())}
                            </button>
                        </Show>
                    </div>
                </div>
            </Show>
            <Storage library />
        </section>
    }
}
