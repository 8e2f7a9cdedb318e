//! Corrections as a file: exported, and imported into the list.

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::dataset::corrections::MOST_BYTES;
use crate::dataset::{Corrections, CorrectionsError, CorrectionsMistake};
use crate::page::browser::{download, name_of_file, words_of};
use crate::page::corrections::KeptCorrections;
use crate::page::session::{Complaint, PageFailure};
use crate::page::words::{corrections_words, words};

/// The name of an exported file, which the program for PyTorch reads as well.
const FILE: &str = "atelier-corrections.json";

/// What the last import or export came to.
#[derive(Clone)]
enum Outcome {
    /// So many corrections were read, of which so many took the place of others.
    Imported { file: String, read: usize, replaced: usize },
    /// The file holds no corrections that can be used.
    Refused { file: String, why: std::sync::Arc<CorrectionsError> },
    /// The browser refused.
    Failed(Complaint),
}

/// The buttons, and what came of them.
#[component]
pub fn Transfer(kept: KeptCorrections) -> impl IntoView {
    let outcome = RwSignal::new(None::<Outcome>);
    let is_empty = move || kept.list.with(|list| list.is_empty());
    let export = move |_| {
        let text = kept.list.with_untracked(|list| list.write());
        let why = |error| PageFailure::NoDownload { browser_text: words_of(&error) };
        let failed = download(FILE, text.as_bytes()).err();
        outcome.set(failed.map(|error| Outcome::Failed(why(error).into())));
    };
    let import = move |file: Option<File>| {
        let Some(file) = file else { return };
        spawn_local(async move {
            let came = imported(kept, &file).await;
            // The place may have been left meanwhile.
            let _ = outcome.try_set(Some(came));
        });
    };
    let told = move || {
        let words = corrections_words();
        outcome.get().map(|outcome| match outcome {
            Outcome::Imported { file, read, replaced } => words.imported(&file, read, replaced),
            Outcome::Refused { file, why } => words.refused(&file, &why),
            Outcome::Failed(complaint) => {
                let told = self::words().failures.told(&complaint);
                format!("{} {} {}", told.happened, told.kept, told.next)
            }
        })
    };
    view! {
        <button type="button" data-testid="corrections-export" disabled=is_empty on:click=export>
            {move || corrections_words().export()}
        </button>
        <label class="upload" title=move || corrections_words().about_import()>
            <input type="file" accept=".json,application/json" data-testid="corrections-import"
                on:change:target=move |event| {
                    let input = event.target();
                    import(input.files().and_then(|files| files.get(0)));
                    // Lets the same file be chosen again.
                    input.set_value("");
                } />
            <span>{move || corrections_words().import()}</span>
        </label>
        <p class="note" role="status" data-testid="corrections-state"
            data-failed=move || {
                let failed = outcome.with(|it| matches!(it, Some(Outcome::Refused { .. } | Outcome::Failed(_))));
                failed.to_string()
            }>{told}</p>
    }
}

/// Adds the corrections of a file to the list; where both correct an image, the file's count.
async fn imported(kept: KeptCorrections, file: &File) -> Outcome {
    let name = name_of_file(file);
    let refused = |why: CorrectionsError| Outcome::Refused { file: name.clone(), why: why.into() };
    // As a number of JavaScript, it may be larger than any of ours.
    let size = file.size();
    if size > MOST_BYTES as f64 {
        return refused(CorrectionsError::TooLarge(size as usize));
    }
    let bytes = match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
        Err(error) => {
            let browser_text = words_of(&error);
            let failure = PageFailure::UnreadableFile { file: name.clone(), browser_text };
            return Outcome::Failed(failure.into());
        }
    };
    let list = match Corrections::read(&bytes) {
        Ok(list) => list,
        Err(why) => return refused(why),
    };
    let mut replaced = 0;
    let merged = kept.change(|before| -> Result<Corrections, CorrectionsMistake> {
        let same = |it: &&crate::dataset::Correction| before.of(it.split, it.index).is_some();
        replaced = list.iter().filter(same).count();
        before.merged(&list)
    });
    match merged {
        Ok(()) => Outcome::Imported { file: name, read: list.len(), replaced },
        Err(mistake) => refused(mistake.into()),
    }
}
