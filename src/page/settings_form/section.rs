//! The settings that most runs leave alone, folded away.

use leptos::prelude::*;

use super::Edit;
use super::field::FieldControl;
use crate::settings::{Field, Group, Kind, SettingsDraft};

/// Fields that the form shows outside every section.
const ALWAYS_SHOWN: [Field; 2] = [Field::Optimizer, Field::Momentum];

/// A foldable section with a group's fields. It says what differs from the usual, and opens by itself
/// where a link or a preset brought something.
#[component]
pub fn Section(
    title: &'static str,
    group: Group,
    draft: RwSignal<SettingsDraft>,
    edit: Edit,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        draft.with(|draft| fields(group).filter(|field| draft.applies(*field)).collect::<Vec<_>>())
    });
    let changed = Memo::new(move |_| {
        draft.with(|draft| {
            let changed = shown.get().into_iter().filter(|field| !draft.is_default(*field));
            changed.map(|field| spoken(draft, field)).collect::<Vec<_>>().join(", ")
        })
    });
    let wrong = move || {
        draft.with(|draft| shown.get().into_iter().any(|field| draft.error_of(field).is_some()))
    };
    let open_at_first = !changed.get_untracked().is_empty();
    view! {
        <details class="section" data-testid=format!("section-{}", testid(group)) open=open_at_first>
            <summary>
                <span>{title}</span>
                <span class="section-state" class:section-wrong=wrong>
                    {move || if wrong() { "to correct".to_owned() } else { changed.get() }}
                </span>
            </summary>
            <div class="field-pair">
                <For each=move || shown.get() key=|field| *field let:field>
                    <FieldControl field draft edit />
                </For>
            </div>
        </details>
    }
}

fn fields(group: Group) -> impl Iterator<Item = Field> {
    let in_section = move |field: &Field| field.group() == group && !ALWAYS_SHOWN.contains(field);
    Field::ALL.into_iter().filter(in_section)
}

fn spoken(draft: &SettingsDraft, field: Field) -> String {
    match (field, draft.get(field)) {
        (Field::Schedule, word) => word.to_owned(),
        _ if draft.is_on(field) && field.kind() == Kind::Flag => field.label().to_lowercase(),
        (_, text) => format!("{} {text}", field.label().to_lowercase()),
    }
}

const fn testid(group: Group) -> &'static str {
    match group {
        Group::Run => "run",
        Group::Optimizer => "optimizer",
        Group::Schedule => "schedule",
        Group::Limits => "limits",
        Group::Augmentation => "augmentation",
        Group::Checkpoints => "checkpoints",
    }
}
