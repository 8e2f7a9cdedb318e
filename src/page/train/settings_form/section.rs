//! The settings that most runs leave alone: folded away together, most of them in sections of their own.

use leptos::html;
use leptos::prelude::*;

use super::Edit;
use super::field::FieldControl;
use crate::page::words::{Setting, say, words};
use crate::settings::{Field, Group, Kind, SettingsDraft};

/// Fields that the form always shows: those that the tutorial suggests to change, and the run's length.
const IN_SIGHT: [Field; 5] =
    [Field::LearningRate, Field::Momentum, Field::Optimizer, Field::BatchSize, Field::Epochs];

/// A collapsible section with a group's fields. It opens by itself if a link has changed something in it.
#[component]
pub fn Section(group: Group, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    let fields = applying(draft, Some(group));
    view! {
        <Fold testid=testid(group) title=Signal::derive(move || words().settings.group(group)) fields draft>
            <div class="field-pair">
                <For each=move || fields.get() key=|field| *field let:field>
                    <FieldControl field draft edit />
                </For>
            </div>
        </Fold>
    }
}

/// All fields but those in sight. It opens by itself if a link, a preset or a run has changed any of them but
/// the engine, or if one is wrong.
#[component]
pub fn AllSettings(draft: RwSignal<SettingsDraft>, children: Children) -> impl IntoView {
    let fields = applying(draft, None);
    let title = Signal::derive(say(|words| words.settings.all_settings()));
    view! { <Fold testid="all-settings" title fields draft opens_later=true>{children()}</Fold> }
}

/// Something to unfold. Its heading lists which of these fields differ from the defaults.
#[component]
fn Fold(
    testid: &'static str,
    title: Signal<&'static str>,
    fields: Memo<Vec<Field>>,
    draft: RwSignal<SettingsDraft>,
    /// Opens by itself whenever there is something new to see, and not only at first.
    #[prop(optional)]
    opens_later: bool,
    children: Children,
) -> impl IntoView {
    let changed = Memo::new(move |_| {
        draft.with(|draft| {
            let changed = fields.get().into_iter().filter(|field| !draft.is_default(*field));
            changed.map(|field| setting(draft, field)).collect::<Vec<_>>()
        })
    });
    let wrong = Memo::new(move |_| {
        let errors = draft.with(SettingsDraft::check).err().unwrap_or_default();
        fields.with(|fields| errors.iter().any(|(field, _)| fields.contains(field)))
    });
    let unfolds = Memo::new(move |_| {
        let changed = changed.get().into_iter();
        changed.filter(|setting| setting.field != Field::Engine).collect::<Vec<_>>()
    });
    let open_at_first = !unfolds.with_untracked(Vec::is_empty);
    let details = NodeRef::<html::Details>::new();
    if opens_later {
        Effect::new(move |_| {
            let is_worth_seeing = !unfolds.with(Vec::is_empty) || wrong.get();
            if let Some(details) = details.get_untracked().filter(|_| is_worth_seeing) {
                details.set_open(true);
            }
        });
    }
    let state = move || {
        let words = &words().settings;
        if wrong.get() {
            words.to_correct().to_owned()
        } else {
            changed.with(|changed| words.changed(changed))
        }
    };
    view! {
        <details class="section" data-testid=testid open=open_at_first node_ref=details>
            <summary>
                <span>{title}</span>
                <span class="section-state" class:section-wrong=wrong>
                    {state}
                </span>
            </summary>
            {children()}
        </details>
    }
}

/// The fields out of sight, of one group or of all, that have an effect with the chosen optimizer and schedule.
fn applying(draft: RwSignal<SettingsDraft>, group: Option<Group>) -> Memo<Vec<Field>> {
    Memo::new(move |_| {
        let belongs = |field: &Field| {
            !IN_SIGHT.contains(field) && group.is_none_or(|group| field.group() == group)
        };
        let applies = |field: &Field| draft.with(|draft| draft.applies(*field));
        Field::ALL.into_iter().filter(belongs).filter(applies).collect()
    })
}

fn setting(draft: &SettingsDraft, field: Field) -> Setting {
    let is_on = field.kind() == Kind::Flag && draft.is_on(field);
    Setting { field, text: (!is_on).then(|| draft.get(field).to_owned()) }
}

const fn testid(group: Group) -> &'static str {
    match group {
        Group::Run => "section-run",
        Group::Optimizer => "section-optimizer",
        Group::Schedule => "section-schedule",
        Group::Limits => "section-limits",
        Group::Augmentation => "section-augmentation",
        Group::Checkpoints => "section-checkpoints",
    }
}
