//! The settings of a run, each checked as it is typed.

mod copy_link;
mod field;
mod section;

use leptos::prelude::*;

use self::copy_link::CopyLink;
use self::field::{FieldControl, FieldError};
use self::section::{Section, SectionState, changed, folded, is_wrong};
use crate::page::clipboard::Copied;
use crate::page::corrections::NextCorrections;
use crate::page::engine_names::{auto_is_webgpu, choice_label, choice_note};
use crate::page::later::{Later, Turn};
use crate::page::link::{self, RunInputs};
use crate::page::session::{CurrentRun, Machine, OwnSets, ShownRun};
use crate::page::train::data_set::DataSetChoice;
use crate::page::words::{Setting, say, words};
use crate::settings::{EngineChoice, Field, Group, Preset, SettingsDraft};

/// The sections of what is folded.
const FOLDED: [Group; 5] =
    [Group::Optimizer, Group::Schedule, Group::Limits, Group::Augmentation, Group::Checkpoints];

/// Called with a field's new text.
type Edit = Callback<(Field, String)>;

/// Presets, all settings, and the link to them.
#[component]
pub fn SettingsForm(
    run: CurrentRun,
    shown: ShownRun,
    machine: Machine,
    own_sets: OwnSets,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    corrections: NextCorrections,
    autostart: bool,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    // Whoever changes the settings. At first the address is as the visitor gave it.
    Effect::new(move |before: Option<()>| {
        let (config, inputs) = (draft.with(SettingsDraft::check), inputs.get());
        if before.is_some() {
            copied.set(Copied::No);
            if let Ok(config) = config {
                link::write(&config, &inputs, autostart);
            }
        }
    });
    let edit = Edit::new(move |(field, text)| {
        draft.update(|draft| draft.set(field, &text));
    });
    // A resumed or an opened run has its own settings, and the form shows those.
    let config = Memo::new(move |_| {
        let overview = shown.figures().overview;
        overview.with(|run| run.as_ref().map(|run| run.config.clone()))
    });
    Effect::new(move |_| {
        // A run that resumes has the settings that it had, whatever was typed meanwhile.
        run.figures.overview.track();
        let in_form = draft.with_untracked(SettingsDraft::check).ok();
        if let Some(config) = config.get().filter(|config| in_form.as_ref() != Some(config)) {
            draft.set(SettingsDraft::from(&config));
        }
    });
    let has_momentum = Memo::new(move |_| draft.with(|draft| draft.applies(Field::Momentum)));
    let preset = move |preset: Preset| {
        let chosen = Memo::new(move |_| draft.with(|draft| preset.in_draft(draft) == *draft));
        view! {
            <button type="button" class="quiet" data-testid=format!("preset-{}", preset.as_str())
                title=move || words().settings.about_preset(preset)
                aria-pressed=move || chosen.get().to_string()
                on:click=move |_| draft.update(|draft| *draft = preset.in_draft(draft))>
                {move || words().settings.preset(preset)}
            </button>
        }
    };
    view! {
        <form class="settings" on:submit=|event| event.prevent_default()>
            <h2>{say(|words| words.settings.title())}</h2>
            <fieldset role="presentation" disabled=move || run.is_busy()>
                <div class="presets" role="group" aria-label=say(|words| words.settings.presets())>
                    {Preset::ALL.map(preset).collect_view()}
                </div>
                <Later turn=Turn::AfterThat>
                    <div class="field-pair">
                        <FieldControl field=Field::LearningRate draft edit />
                        <Show when=move || has_momentum.get()>
                            <FieldControl field=Field::Momentum draft edit />
                        </Show>
                        <FieldControl field=Field::Optimizer draft edit />
                        <FieldControl field=Field::BatchSize draft edit />
                        <FieldControl field=Field::Epochs draft edit />
                    </div>
                    <UseCorrections corrections own_sets />
                </Later>
                <Later turn=Turn::AfterThat>
                    <AllSettings machine own_sets draft edit />
                </Later>
            </fieldset>
            <Later turn=Turn::AfterThat>
                <CopyLink draft inputs copied />
            </Later>
        </form>
    }
}

/// Whether the next run corrects the data set, if there are corrections.
#[component]
fn UseCorrections(corrections: NextCorrections, own_sets: OwnSets) -> impl IntoView {
    // They are of the tutorial's data set.
    let is_own = Memo::new(move |_| own_sets.chosen().is_some());
    let count = Memo::new(move |_| match is_own.get() {
        true => 0,
        false => corrections.kept.list.with(|list| list.len()),
    });
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="field">
                <label class="flag" title=say(|words| words.settings.about_corrections())>
                    <input type="checkbox" data-testid="use-corrections"
                        prop:checked=move || corrections.are_used.get()
                        on:change:target=move |event| {
                            corrections.are_used.set(event.target().checked());
                        } />
                    {move || words().settings.use_corrections(count.get())}
                </label>
            </div>
        </Show>
    }
}

/// What the tutorial leaves alone, folded. The heading lists what differs from the defaults; it opens by itself if a
/// link, a preset or a run has changed something in it, or something in it is wrong.
#[component]
fn AllSettings(
    machine: Machine,
    own_sets: OwnSets,
    draft: RwSignal<SettingsDraft>,
    edit: Edit,
) -> impl IntoView {
    let changed = Memo::new(move |_| draft.with(|draft| changed(draft, folded(draft))));
    let wrong = Memo::new(move |_| draft.with(|draft| is_wrong(draft, folded(draft))));
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let asks_for_it = |setting: &Setting| setting.field != Field::Engine;
        if wrong.get() || changed.with(|changed| changed.iter().any(asks_for_it)) {
            open.set(true);
        }
    });
    view! {
        <details class="section all-settings" data-testid="all-settings" prop:open=move || open.get()
            on:toggle:target=move |event| open.set(event.target().open())>
            <summary>
                <span>{say(|words| words.settings.all_settings())}</span>
                <SectionState changed wrong />
            </summary>
            <Later turn=Turn::AfterThat>
                <DataSetChoice sets=own_sets />
            </Later>
            <Later turn=Turn::AfterThat>
                <EngineField machine draft edit />
                <FieldControl field=Field::Seed draft edit />
            </Later>
            {FOLDED.map(|group| view! { <Later turn=Turn::AfterThat><Section group draft edit /></Later> })}
        </details>
    }
}

/// The list of engines, with what each one means in this browser.
#[component]
fn EngineField(machine: Machine, draft: RwSignal<SettingsDraft>, edit: Edit) -> impl IntoView {
    let engine = move || draft.with(|draft| draft.get(Field::Engine).to_owned());
    let auto = Memo::new(move |_| draft.with(|draft| auto_is_webgpu(machine, draft)));
    let option = move |choice: EngineChoice| {
        let label = move || {
            machine.engines.with(|engines| choice_label(choice, engines.as_ref(), auto.get()))
        };
        view! {
            <option value=choice.as_str() selected=move || engine() == choice.as_str()>{label}</option>
        }
    };
    let note = move || {
        let is_measured = machine.has_compared_engines();
        machine
            .engines
            .with(|engines| choice_note(&engine(), engines.as_ref(), auto.get(), is_measured))
    };
    view! {
        <div class="field">
            <label for="engine">{say(|words| words.settings.label(Field::Engine))}</label>
            <select
                id="engine"
                data-testid="engine-select"
                aria-describedby="engine-note"
                prop:value=engine
                on:change:target=move |event| edit.run((Field::Engine, event.target().value()))
            >
                {EngineChoice::ALL.map(option).collect_view()}
            </select>
            <p class="note" id="engine-note">{note}</p>
            <FieldError field=Field::Engine draft />
        </div>
    }
}
