//! One field of the form, whatever it takes, with its error beside it.

use leptos::prelude::*;

use super::Edit;
use crate::settings::{Field, Kind, SettingsDraft};

/// A field with its label.
#[component]
pub fn FieldControl(field: Field, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    match field.kind() {
        Kind::Choice(words) => view! { <ChoiceField field words draft edit /> }.into_any(),
        Kind::Flag => view! { <FlagField field draft edit /> }.into_any(),
        Kind::Whole { optional, .. } => {
            view! { <TextField field decimal=false optional draft edit /> }.into_any()
        }
        Kind::Real { optional, .. } => {
            view! { <TextField field decimal=true optional draft edit /> }.into_any()
        }
    }
}

#[component]
fn TextField(
    field: Field,
    decimal: bool,
    optional: bool,
    draft: RwSignal<SettingsDraft>,
    edit: Edit,
) -> impl IntoView {
    let wrong = move || draft.with(|draft| draft.error_of(field).is_some());
    view! {
        <div class="field">
            <label for=field.key() title=field.about()>{field.label()}</label>
            <input
                id=field.key()
                type="text"
                inputmode=if decimal { "decimal" } else { "numeric" }
                autocomplete="off"
                spellcheck="false"
                placeholder=if optional { "off" } else { "" }
                data-testid=format!("{}-input", field.key())
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=format!("{}-error", field.key())
                prop:value=move || draft.with(|draft| draft.get(field).to_owned())
                on:input:target=move |event| edit.run((field, event.target().value()))
            />
            <FieldError field draft />
        </div>
    }
}

#[component]
fn ChoiceField(
    field: Field,
    words: &'static [&'static str],
    draft: RwSignal<SettingsDraft>,
    edit: Edit,
) -> impl IntoView {
    let chosen = move || draft.with(|draft| draft.get(field).to_owned());
    let option = move |word: &'static str| {
        view! {
            <option value=word selected=move || chosen() == word>{choice_name(word)}</option>
        }
    };
    view! {
        <div class="field">
            <label for=field.key() title=field.about()>{field.label()}</label>
            <select
                id=field.key()
                data-testid=format!("{}-select", field.key())
                aria-describedby=format!("{}-error", field.key())
                prop:value=chosen
                on:change:target=move |event| edit.run((field, event.target().value()))
            >
                {words.iter().map(|word| option(word)).collect_view()}
            </select>
            <FieldError field draft />
        </div>
    }
}

#[component]
fn FlagField(field: Field, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    let checked = move || draft.with(|draft| draft.is_on(field));
    view! {
        <div class="field">
            <label class="flag" title=field.about()>
                <input
                    type="checkbox"
                    id=field.key()
                    data-testid=format!("{}-input", field.key())
                    aria-describedby=format!("{}-error", field.key())
                    prop:checked=checked
                    on:change:target=move |event| {
                        let text = if event.target().checked() { "1" } else { "0" };
                        edit.run((field, text.to_owned()));
                    }
                />
                {field.label()}
            </label>
            <FieldError field draft />
        </div>
    }
}

/// What is wrong with a field, if anything is.
#[component]
pub fn FieldError(field: Field, draft: RwSignal<SettingsDraft>) -> impl IntoView {
    let error = Memo::new(move |_| draft.with(|draft| draft.error_of(field)));
    view! {
        <div class="field-error" id=format!("{}-error", field.key()) aria-live="polite">
            {move || {
                error
                    .get()
                    .map(|error| {
                        let testid = format!("field-error-{}", field.key());
                        view! { <p data-testid=testid>{sentence(&error.to_string())}</p> }
                    })
            }}
        </div>
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).chain(['.']).collect()
    })
}

/// How a choice's word is written in its own field.
fn choice_name(word: &'static str) -> &'static str {
    match word {
        "sgd" => "SGD",
        "asgd" => "Averaged SGD",
        "adagrad" => "Adagrad",
        "adam" => "Adam",
        "adamw" => "AdamW",
        "rmsprop" => "RMSprop",
        "constant" => "Constant",
        "step" => "Steps",
        "exponential" => "Exponential",
        "cosine" => "Cosine",
        "one-cycle" => "One cycle",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_but_the_engines_has_a_name_of_its_own() {
        for field in [Field::Optimizer, Field::Schedule] {
            let Kind::Choice(words) = field.kind() else { continue };
            assert!(words.iter().all(|word| choice_name(word) != *word), "{words:?}");
        }
    }

    #[test]
    fn an_error_is_a_sentence() {
        assert_eq!(sentence("enter 1 for yes or 0 for no"), "Enter 1 for yes or 0 for no.");
        assert_eq!(sentence(""), "");
    }
}
