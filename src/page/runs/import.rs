//! Importing files.

use leptos::prelude::*;
use web_sys::File;

use super::shown_name;
use crate::page::session::{ExperimentImport, LibraryState};
use crate::page::words::{say, words};

/// A button that opens the file chooser. Files may also be dropped on it.
#[component]
pub fn Import(library: LibraryState) -> impl IntoView {
    let over = RwSignal::new(false);
    let state = move || match (library.importing.get(), library.imported.get()) {
        (Some(file), _) => words().library.reading_file(&file),
        (None, Some(run)) => {
            let shown = library.run(&run).map_or(run, |run| shown_name(&run));
            words().library.imported_as(&shown)
        }
        (None, None) => library.imported_experiment.get().map_or_else(String::new, |imported| {
            let ExperimentImport { runs, known, is_listed } = imported;
            words().library.imported_experiment(runs, known, is_listed)
        }),
    };
    view! {
        <div class="import" class:import-over=move || over.get() data-testid="import-drop"
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                let files = event.data_transfer().and_then(|transfer| transfer.files());
                library.import(list(files));
            }
        >
            <label class="upload" title=say(|words| words.library.about_import())>
                <input type="file" multiple=true data-testid="import-input"
                    // The names of events end in the time and the machine, so that no ending tells them.
                    on:change:target=move |event| {
                        let input = event.target();
                        library.import(list(input.files()));
                        // Lets the same file be chosen again.
                        input.set_value("");
                    }
                />
                <span>{say(|words| words.library.import_files())}</span>
            </label>
            <p class="note" role="status" data-testid="import-state"
                data-run=move || library.imported.get()>{state}</p>
        </div>
    }
}

fn list(files: Option<web_sys::FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}
