//! The settings that most runs leave alone, in collapsible sections.

use leptos::prelude::*;

use super::Edit;
use super::field::FieldControl;
use crate::page::words::{Setting, words};
use crate::settings::{Field, Group, Kind, SettingsDraft};

/// Fields that the form shows outside every section.
const ALWAYS_SHOWN: [Field; 2] = [Field::Optimizer, Field::Momentum];

/// A collapsible section with a group's fields. Its heading lists what differs from the defaults, and it
/// opens by itself if a link or a preset has changed something in it.
#[component]
pub fn Section(group: Group, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    let shown = Memo::new(move |_| {
        draft.with(|draft| fields(group).filter(|field| draft.applies(*field)).collect::<Vec<_>>())
    });
    let changed = Memo::new(move |_| {
        draft.with(|draft| {
            let changed = shown.get().into_iter().filter(|field| !draft.is_default(*field));
            changed.map(|field| setting(draft, field)).collect::<Vec<_>>()
        })
    });
    let wrong = move || {
        draft.with(|draft| shown.get().into_iter().any(|field| draft.error_of(field).is_some()))
    };
    let open_at_first = !changed.with_untracked(Vec::is_empty);
    let state = move || {
        let words = &words().settings;
        if wrong() {
            words.to_correct().to_owned()
        } else {
            changed.with(|changed| words.changed(changed))
        }
    };
    view! {
        <details class="section" data-testid=format!("section-{}", testid(group)) open=open_at_first>
            <summary>
                <span>{move || words().settings.group(group)}</span>
                <span class="section-state" class:section-wrong=wrong>
                    {state}
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

/// The settings that differ from the defaults among those that most runs leave alone.
pub fn changed_of_all(draft: &SettingsDraft) -> Vec<Setting> {
    let changed = folded(draft).filter(|field| !draft.is_default(*field));
    changed.map(|field| setting(draft, field)).collect()
}

/// Whether one of them cannot be used.
pub fn wrong_in_all(draft: &SettingsDraft) -> bool {
    folded(draft).any(|field| draft.error_of(field).is_some())
}

fn folded(draft: &SettingsDraft) -> impl Iterator<Item = Field> {
    let outside = [Field::BatchSize, Field::Epochs, Field::LearningRate];
    let is_inside = move |field: &Field| {
        draft.applies(*field) && !ALWAYS_SHOWN.contains(field) && !outside.contains(field)
    };
    Field::ALL.into_iter().filter(is_inside)
}

fn fields(group: Group) -> impl Iterator<Item = Field> {
    let in_section = move |field: &Field| field.group() == group && !ALWAYS_SHOWN.contains(field);
    Field::ALL.into_iter().filter(in_section)
}

fn setting(draft: &SettingsDraft, field: Field) -> Setting {
    let is_on = field.kind() == Kind::Flag && draft.is_on(field);
    Setting { field, text: (!is_on).then(|| draft.get(field).to_owned()) }
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
