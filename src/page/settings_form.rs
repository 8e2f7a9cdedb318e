//! The settings of a run, each checked as it is typed.

use leptos::prelude::*;

use super::header::choice_label;
use super::link;
use super::session::Session;
use crate::settings::{EngineChoice, Field, SettingsDraft, TrainingConfig};

/// What a press on "Copy link" came to.
#[derive(Clone, PartialEq)]
enum Copied {
    No,
    Yes,
    /// The clipboard refused; the link to copy by hand.
    ByHand(String),
}

/// Engine, batch size, epochs, learning rate, momentum and seed.
#[component]
pub fn SettingsForm(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    autostart: bool,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    let write_link = move || {
        copied.set(Copied::No);
        if let Ok(config) = draft.with_untracked(SettingsDraft::check) {
            link::write(&config, autostart);
        }
    };
    let edit = Callback::new(move |(field, text): (Field, String)| {
        draft.update(|draft| draft.set(field, &text));
        write_link();
    });
    let fill = move |config: TrainingConfig| {
        draft.set(SettingsDraft::from(&config));
        write_link();
    };
    // A resumed run brings its own settings: the form shows what is running.
    Effect::new(move |_| {
        let running = session.run.with(|run| run.as_ref().map(|run| run.config.clone()));
        let shown = draft.with_untracked(SettingsDraft::check).ok();
        if let Some(config) = running.filter(|config| shown.as_ref() != Some(config)) {
            fill(config);
        }
    });
    let engine = move || draft.with(|draft| draft.get(Field::Engine).to_owned());
    let quick = || TrainingConfig {
        batch_size: 64,
        epochs: 1,
        learning_rate: 0.01,
        ..TrainingConfig::default()
    };
    view! {
        <form class="settings" on:submit=|event| event.prevent_default()>
            <h2>"Settings"</h2>
            <fieldset disabled=move || session.is_busy()>
                <div class="field">
                    <label for="engine">"Engine"</label>
                    <select
                        id="engine"
                        data-testid="engine-select"
                        aria-describedby="engine-note"
                        prop:value=engine
                        on:change:target=move |event| edit.run((Field::Engine, event.target().value()))
                    >
                        {EngineChoice::ALL
                            .map(|choice| {
                                let label = move || {
                                    session.engines.with(|engines| choice_label(choice, engines.as_ref()))
                                };
                                view! {
                                    <option
                                        value=choice.as_str()
                                        selected=move || engine() == choice.as_str()
                                    >
                                        {label}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <EngineNote session />
                    <FieldError field=Field::Engine draft />
                </div>
                <div class="field-pair">
                    <NumberField field=Field::BatchSize label="Batch size" draft edit />
                    <NumberField field=Field::Epochs label="Epochs" draft edit />
                    <NumberField field=Field::LearningRate label="Learning rate" draft edit />
                    <NumberField field=Field::Momentum label="Momentum" draft edit />
                </div>
                <NumberField field=Field::Seed label="Seed" draft edit />
                <div class="presets">
                    <button type="button" class="quiet" data-testid="preset-tutorial"
                        title="Batches of 4, 5 epochs, learning rate 0.001"
                        on:click=move |_| fill(TrainingConfig::default())>
                        "Tutorial"
                    </button>
                    <button type="button" class="quiet" data-testid="preset-quick"
                        title="Batches of 64, 1 epoch, learning rate 0.01"
                        on:click=move |_| fill(quick())>
                        "Quick look"
                    </button>
                </div>
            </fieldset>
            <CopyLink draft copied />
        </form>
    }
}

#[component]
fn EngineNote(session: Session) -> impl IntoView {
    let why = move || {
        session.engines.with(|engines| {
            engines.as_ref().and_then(|engines| engines.webgpu.as_ref().err().cloned())
        })
    };
    view! {
        <p class="note" id="engine-note">
            {move || why().map(|why| format!("No WebGPU here: {why}"))}
        </p>
    }
}

#[component]
fn NumberField(
    field: Field,
    label: &'static str,
    draft: RwSignal<SettingsDraft>,
    edit: Callback<(Field, String)>,
) -> impl IntoView {
    let wrong = move || draft.with(|draft| draft.error_of(field).is_some());
    let whole = matches!(field, Field::BatchSize | Field::Epochs | Field::Seed);
    view! {
        <div class="field">
            <label for=field.key()>{label}</label>
            <input
                id=field.key()
                type="text"
                inputmode=if whole { "numeric" } else { "decimal" }
                autocomplete="off"
                spellcheck="false"
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
fn FieldError(field: Field, draft: RwSignal<SettingsDraft>) -> impl IntoView {
    let error = Memo::new(move |_| draft.with(|draft| draft.error_of(field)));
    view! {
        <div class="field-error" id=format!("{}-error", field.key()) aria-live="polite">
            {move || {
                error
                    .get()
                    .map(|error| {
                        let testid = format!("field-error-{}", field.key());
                        view! { <p data-testid=testid>{capitalised(&error.to_string())}</p> }
                    })
            }}
        </div>
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).chain(['.']).collect()
    })
}

#[component]
fn CopyLink(draft: RwSignal<SettingsDraft>, copied: RwSignal<Copied>) -> impl IntoView {
    let config = move || draft.with(SettingsDraft::check).ok();
    let copy = move |_| {
        let Ok(config) = draft.with_untracked(SettingsDraft::check) else { return };
        let link = link::to(&config, false);
        leptos::task::spawn_local(async move {
            // Outside secure contexts there is no clipboard, and calling it throws.
            let allowed = window().is_secure_context();
            let written = if allowed {
                let clipboard = window().navigator().clipboard();
                wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&link)).await.is_ok()
            } else {
                false
            };
            copied.set(if written { Copied::Yes } else { Copied::ByHand(link) });
        });
    };
    view! {
        <div class="copy-link">
            <button type="button" data-testid="copy-link" disabled=move || config().is_none()
                on:click=copy>
                "Copy link to these settings"
            </button>
            <div class="note" aria-live="polite">
                {move || match copied.get() {
                    Copied::No => None,
                    Copied::Yes => Some(view! { <p>"Copied."</p> }.into_any()),
                    Copied::ByHand(link) => {
                        Some(
                            view! {
                                <label>
                                    "The clipboard is not available; copy it from here."
                                    <input type="text" readonly prop:value=link />
                                </label>
                            }
                                .into_any(),
                        )
                    }
                }}
            </div>
        </div>
    }
}
