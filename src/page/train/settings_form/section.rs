//! The settings that most runs leave alone, in collapsible sections.

use leptos::prelude::*;

use super::Edit;
use super::field::FieldControl;
use crate::page::words::{Setting, words};
use crate::settings::{Field, Group, SettingsDraft};

/// Fields that the form shows outside every section.
const ALWAYS_SHOWN: [Field; 2] = [Field::Optimizer, Field::Momentum];

/// A collapsible section with a group's fields. Its heading lists what differs from the defaults, and it
/// opens by itself if a link or a preset has changed something in it.
#[component]
pub fn Section(group: Group, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    let shown = Memo::new(move |_| {
        draft.with(|draft| fields(group).filter(|field| draft.applies(*field)).collect::<Vec<_>>())
    });
    let changed = Memo::new(move |_| draft.with(|draft| changed(draft, shown.get())));
    let wrong = Memo::new(move |_| draft.with(|draft| is_wrong(draft, shown.get())));
    let open_at_first = !changed.with_untracked(Vec::is_empty);
    view! {
        <details class="section" data-testid=format!("section-{}", testid(group)) open=open_at_first>
            <summary>
                <span>{move || words().settings.group(group)}</span>
                <SectionState changed wrong />
            </summary>
            <div class="field-pair">
                <For each=move || shown.get() key=|field| *field let:field>
                    <FieldControl field draft edit />
                </For>
            </div>
        </details>
    }
}

/// In a section's heading: what differs from the defaults in it, or that something has to be corrected.
#[component]
pub fn SectionState(changed: Memo<Vec<Setting>>, wrong: Memo<bool>) -> impl IntoView {
    let state = move || {
        let words = &words().settings;
        if wrong.get() {
            words.to_correct().to_owned()
        } else {
            changed.with(|changed| words.changed(changed))
        }
    };
    view! { <span class="section-state" class:section-wrong=move || wrong.get()>{state}</span> }
}

/// The settings that differ from the defaults among these.
pub fn changed(draft: &SettingsDraft, fields: impl IntoIterator<Item = Field>) -> Vec<Setting> {
    let changed = fields.into_iter().filter(|field| !draft.is_default(*field));
    changed.map(|field| Setting::of(draft, field)).collect()
}

/// Whether one of these fields has to be corrected.
pub fn is_wrong(draft: &SettingsDraft, fields: impl IntoIterator<Item = Field>) -> bool {
    fields.into_iter().any(|field| draft.error_of(field).is_some())
}

/// The fields of all settings that most runs leave alone, in or outside a section.
pub fn folded(draft: &SettingsDraft) -> impl Iterator<Item = Field> {
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
