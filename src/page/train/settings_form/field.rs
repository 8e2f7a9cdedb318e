//! One field of the form, of any kind, with its error beside it.

use leptos::prelude::*;

use super::Edit;
use crate::page::words::{Words, words};
use crate::settings::{Field, Kind, OptimizerKind, ScheduleKind, SettingsDraft};

/// A field with its label.
#[component]
pub fn FieldControl(field: Field, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    match field.kind() {
        Kind::Choice(offered) => view! { <ChoiceField field offered draft edit /> }.into_any(),
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
            <label for=field.key() title=move || words().settings.about(field)>
                {move || words().settings.label(field)}
            </label>
            <input
                id=field.key()
                type="text"
                inputmode=if decimal { "decimal" } else { "numeric" }
                autocomplete="off"
                spellcheck="false"
                placeholder=move || if optional { words().settings.off() } else { "" }
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
    offered: &'static [&'static str],
    draft: RwSignal<SettingsDraft>,
    edit: Edit,
) -> impl IntoView {
    let chosen = move || draft.with(|draft| draft.get(field).to_owned());
    let option = move |word: &'static str| {
        view! {
            <option value=word selected=move || chosen() == word>
                {move || choice_name(words(), field, word)}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=field.key() title=move || words().settings.about(field)>
                {move || words().settings.label(field)}
            </label>
            <select
                id=field.key()
                data-testid=format!("{}-select", field.key())
                aria-describedby=format!("{}-error", field.key())
                prop:value=chosen
                on:change:target=move |event| edit.run((field, event.target().value()))
            >
                {offered.iter().map(|word| option(word)).collect_view()}
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
            <label class="flag" title=move || words().settings.about(field)>
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
                {move || words().settings.label(field)}
            </label>
            <FieldError field draft />
        </div>
    }
}

/// A field's error, if it has one.
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
                        view! { <p data-testid=testid>{words().settings.error(&error)}</p> }
                    })
            }}
        </div>
    }
}

/// How an option is labelled in its field's list.
fn choice_name(words: &Words, field: Field, word: &'static str) -> &'static str {
    let words = &words.settings;
    let name = match field {
        Field::Optimizer => {
            let kind = OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == word);
            kind.map(|kind| words.optimizer(kind))
        }
        Field::Schedule => {
            let kind = ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == word);
            kind.map(|kind| words.schedule(kind))
        }
        _ => None,
    };
    name.unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ENGLISH;

    #[test]
    fn every_choice_but_the_engines_has_a_name_of_its_own() {
        for field in [Field::Optimizer, Field::Schedule] {
            let Kind::Choice(words) = field.kind() else { continue };
            let named = |word: &&'static str| choice_name(&ENGLISH, field, word) != *word;
            assert!(words.iter().all(named), "{words:?}");
        }
    }
}
