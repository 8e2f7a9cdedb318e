//! The fields of a setting that varies.

use leptos::prelude::*;

use super::draft::{AxisDraft, Given};
use super::state::Experiments;
use super::{Word, word};
use crate::page::words::{experiments_words, words};
use crate::settings::{Field, SettingsDraft};

/// A part of an axis that is a text.
type Text = fn(&mut AxisDraft) -> &mut String;

/// The text of a setting in the page's form.
pub fn text_of(experiments: Experiments, field: Field) -> String {
    experiments.inputs.with_untracked(|inputs| {
        let config = inputs.as_ref().and_then(|inputs| inputs.config.as_ref());
        config.map_or_else(SettingsDraft::default, SettingsDraft::from).get(field).to_owned()
    })
}

/// A field with its label.
#[component]
pub fn Entry(
    #[prop(into)] id: String,
    label: Word,
    decimal: bool,
    #[prop(optional)] about: Option<Word>,
    #[prop(into)] text: Signal<String>,
    #[prop(into)] edit: Callback<String>,
) -> impl IntoView {
    let is_number = id != "experiment-name" && !id.ends_with("values");
    let inputmode = match (is_number, decimal) {
        (false, _) => "text",
        (true, true) => "decimal",
        (true, false) => "numeric",
    };
    view! {
        <div class="field">
            <label for=id.clone() title=move || about.map(|about| about(experiments_words()))>
                {word(label)}
            </label>
            <input id=id.clone() type="text" inputmode=inputmode autocomplete="off" spellcheck="false"
                data-testid=id.clone()
                prop:value=move || text.get()
                on:input:target=move |event| edit.run(event.target().value()) />
        </div>
    }
}

/// The setting that varies at this place, from 0.
#[component]
pub fn AxisFields(experiments: Experiments, at: usize) -> impl IntoView {
    let draft = experiments.draft;
    // The place may have gone.
    let axis = Memo::new(move |_| draft.with(|draft| draft.axes.get(at).cloned()));
    let field =
        Memo::new(move |_| axis.with(|it| it.as_ref().map_or(Field::LearningRate, |it| it.field)));
    let given = Memo::new(move |_| axis.with(|it| it.as_ref().map_or(Given::List, |it| it.given)));
    let is_number =
        Memo::new(move |_| axis.with(|it| it.as_ref().is_some_and(AxisDraft::is_number)));
    let change = move |change: &dyn Fn(&mut AxisDraft)| {
        draft.update(|draft| draft.axes.get_mut(at).into_iter().for_each(change));
    };
    let choose = move |key: String| {
        if let Some(field) = Field::with_key(&key) {
            let text = text_of(experiments, field);
            change(&|axis| *axis = AxisDraft::of_field(field, &text));
        }
    };
    let option = move |offered: Field| {
        view! {
            <option value=offered.key() selected=move || field.get() == offered>
                {move || words().settings.label(offered)}
            </option>
        }
    };
    let way = move |offered: Given| {
        view! {
            <option value=offered.as_str() selected=move || given.get() == offered>
                {move || experiments_words().given(offered)}
            </option>
        }
    };
    let entry = move |name: &str, label: Word, decimal: bool, text: Text| {
        let read =
            move || axis.with(|axis| axis.clone().map(|mut axis| std::mem::take(text(&mut axis))));
        view! {
            <Entry id=format!("experiment-axis-{at}-{name}") label decimal
                text=Signal::derive(move || read().unwrap_or_default())
                edit=move |new: String| change(&|axis| text(axis).clone_from(&new)) />
        }
    };
    let is_range = Memo::new(move |_| is_number.get() && given.get() != Given::List);
    let legend = move || experiments_words().axis(at + 1);
    view! {
        <div class="experiment-axis" role="group" aria-label=legend>
            <div class="field">
                <label for=format!("experiment-axis-{at}")>{word(|words| words.setting())}</label>
                <select id=format!("experiment-axis-{at}") data-testid=format!("experiment-axis-{at}")
                    prop:value=move || field.get().key()
                    on:change:target=move |event| choose(event.target().value())>
                    {AxisDraft::fields().map(option).collect_view()}
                </select>
            </div>
            <Show when=move || is_number.get()>
                <div class="field">
                    <label for=format!("experiment-axis-{at}-given")>{word(|words| words.given_as())}</label>
                    <select id=format!("experiment-axis-{at}-given")
                        data-testid=format!("experiment-axis-{at}-given")
                        prop:value=move || given.get().as_str()
                        on:change:target=move |event| {
                            let given = Given::named(&event.target().value());
                            change(&|axis| axis.given = given);
                        }>
                        {Given::ALL.map(way).collect_view()}
                    </select>
                </div>
            </Show>
            <Show when=move || is_range.get()
                fallback=move || entry("values", |words| words.values(), true, |axis| &mut axis.list)>
                {entry("from", |words| words.from(), true, |axis| &mut axis.from)}
                {entry("to", |words| words.to(), true, |axis| &mut axis.to)}
                {entry("count", |words| words.count(), false, |axis| &mut axis.count)}
            </Show>
            <button type="button" class="quiet experiment-remove"
                data-testid=format!("experiment-axis-{at}-remove")
                aria-label=move || experiments_words().remove_axis(field.get())
                title=move || experiments_words().remove_axis(field.get())
                on:click=move |_| draft.update(|draft| {
                    if at < draft.axes.len() {
                        draft.axes.remove(at);
                    }
                })>"×"</button>
        </div>
    }
}
