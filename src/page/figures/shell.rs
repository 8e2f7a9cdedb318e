//! What surrounds each figure: its heading, what it shows, its numbers as a table, and the buttons that save it.

use leptos::prelude::*;

use super::data::Compared;
use super::table_view::{TableView, TextTable};
use crate::page::insight::Word;
use crate::page::insight::save::Save;
use crate::page::insight::vector::Picture;

/// How a figure is saved.
#[derive(Clone, Copy)]
pub struct Files {
    /// As CSV.
    pub csv: Callback<(), Option<String>>,
    /// As a picture.
    pub picture: Callback<(), Option<Picture>>,
}

/// A figure. `name` is what it is called for tests, by its buttons too, and in files' names; `id` is its own on the page;
/// `title` names it in the buttons; `heading` and `about` are its accessible name and description.
#[component]
pub fn Shell(
    name: &'static str,
    id: String,
    title: Word,
    #[prop(into)] heading: Signal<String>,
    #[prop(into)] about: Signal<String>,
    #[prop(into)] table: Callback<(), TextTable>,
    files: Files,
    /// Switches beside the heading.
    #[prop(optional)]
    tools: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let heading_id = format!("{id}-title");
    let about_id = about_id(&id);
    let file_name = move |extension: &'static str| format!("atelier-{id}.{extension}");
    view! {
        <section class="figure" data-testid=name aria-labelledby=heading_id.clone()
            aria-describedby=about_id.clone()>
            <div class="insight-head">
                <h3 id=heading_id.clone()>{move || heading.get()}</h3>
                {tools}
            </div>
            <p class="note" id=about_id.clone()>{move || about.get()}</p>
            {children()}
            <TableView label=heading_id.clone() table testid=format!("{name}-table") />
            <Save file_name name title csv=files.csv picture=files.picture />
        </section>
    }
}

/// Runs `forget` whenever another experiment is compared than before: what was chosen of its settings means nothing in this
/// one.
pub fn on_other_experiment(compared: Signal<Compared>, forget: impl Fn() + 'static) {
    let id = Memo::new(move |_| compared.with(|compared| compared.id.clone()));
    Effect::new(move |before: Option<String>| {
        let id = id.get();
        if before.is_some_and(|before| before != id) {
            forget();
        }
        id
    });
}

/// The id of the description of the figure with this id.
pub fn about_id(id: &str) -> String {
    format!("{id}-about")
}

/// A button of a group of which one is pressed.
pub fn choice<T: Copy + PartialEq + Send + Sync + 'static>(
    chosen: RwSignal<T>,
    this: T,
    testid: String,
    label: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="quiet" data-testid=testid
            aria-pressed=move || (chosen.get() == this).to_string()
            on:click=move |_| chosen.set(this)>{label}</button>
    }
}
