//! The buttons that save a figure as a file.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::vector::{Picture, save_png};
use super::{Word, word};
use crate::page::browser::{download, words_of};
use crate::page::session::{Complaint, PageFailure};
use crate::page::words::{insight_words, words};

/// A figure's buttons: CSV and, if it is a picture, SVG and PNG. `name` is what its buttons are called for tests, `file_name` gives a file's by its extension; `csv` and `picture`
/// make what is shown at the moment.
#[component]
pub fn Save(
    #[prop(into)] file_name: Callback<&'static str, String>,
    name: &'static str,
    title: Word,
    #[prop(into)] csv: Callback<(), Option<String>>,
    #[prop(optional, into)] picture: Option<Callback<(), Option<Picture>>>,
) -> impl IntoView {
    let failure = RwSignal::new(None::<Complaint>);
    let told = move |outcome: Result<(), JsValue>| {
        let why = |error| PageFailure::NoDownload { browser_text: words_of(&error) }.into();
        // The place may have been left meanwhile.
        let _ = failure.try_set(outcome.err().map(why));
    };
    let save_csv = move |_| {
        if let Some(csv) = csv.run(()) {
            told(download(&file_name.run("csv"), csv.as_bytes()));
        }
    };
    let save_svg = move |_| {
        if let Some(picture) = picture.and_then(|picture| picture.run(())) {
            let svg = picture.resolved().svg();
            told(download(&file_name.run("svg"), svg.as_bytes()));
        }
    };
    let save_as_png = move |_| {
        if let Some(picture) = picture.and_then(|picture| picture.run(())) {
            save_png(&picture.resolved(), file_name.run("png"), told);
        }
    };
    let label = move |format| move || insight_words().save_as(title(insight_words()), format);
    let pictures = picture.map(|_| {
        view! {
            <button type="button" class="quiet" data-testid=format!("{name}-svg")
                aria-label=label("SVG") on:click=save_svg>"SVG"</button>
            <button type="button" class="quiet" data-testid=format!("{name}-png")
                aria-label=label("PNG") on:click=save_as_png>"PNG"</button>
        }
    });
    view! {
        <div class="insight-save">
            <span class="note" aria-hidden="true">{word(|words| words.save())}</span>
            <button type="button" class="quiet" data-testid=format!("{name}-csv")
                aria-label=label("CSV") on:click=save_csv>"CSV"</button>
            {pictures}
            <div class="note" aria-live="polite">
                {move || failure.get().map(|failure| words().failures.told(&failure).happened)}
            </div>
        </div>
    }
}
