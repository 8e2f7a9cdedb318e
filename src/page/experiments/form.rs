//! The form of an experiment.

use leptos::prelude::*;

use super::axis_fields::{AxisFields, Entry, text_of};
use super::draft::{AxisDraft, ExperimentDraft};
use super::machine::{WORKER_MB, most_workers};
use super::pace;
use super::plan::{MOST_RUNS_HERE, Standing, too_many};
use super::state::Experiments;
use super::word;
use crate::experiment::{Experiment, LeftOut, Mistake, Preset, Reason, Runs, Sizes};
use crate::page::browser::page_address;
use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::words::experiments_words;
use crate::settings::Field;

/// Which settings vary, how they are run, and what that comes to.
#[component]
pub fn Form(experiments: Experiments) -> impl IntoView {
    let draft = experiments.draft;
    let drafted = Memo::new(move |_| experiments.drafted());
    let is_busy = Memo::new(move |_| {
        !matches!(experiments.standing(), Standing::Idle | Standing::Done)
            || experiments.is_reading.get()
    });
    let base = move || {
        experiments.inputs.with_untracked(|inputs| inputs.as_ref().and_then(|it| it.config.clone()))
    };
    let preset = move |preset: Preset| {
        let take = move |_| {
            let base = base().unwrap_or_default();
            draft.set(ExperimentDraft::of_preset(preset, &base));
        };
        view! {
            <button type="button" class="quiet" data-testid="experiment-preset"
                data-preset=preset.as_str()
                title=move || experiments_words().about_preset(preset) on:click=take>
                {move || experiments_words().preset(preset)}
            </button>
        }
    };
    // Of an experiment that stands ready, with that of the settings.
    let other_optimizer = move || {
        let base = experiments.inputs.with(|it| it.as_ref().and_then(|it| it.config.clone()))?;
        let other = draft.with(|draft| draft.other_optimizer(&base))?;
        Some((other, base.optimizer.kind()))
    };
    let axes = Memo::new(move |_| draft.with(|draft| draft.axes.len()));
    let add = move |_| {
        draft.update(|draft| {
            let varies = |field: &Field| draft.axes.iter().any(|axis| axis.field == *field);
            let free = AxisDraft::fields().filter(|field| !varies(field));
            // Those that one would try first.
            let wanted = [Field::LearningRate, Field::Momentum, Field::BatchSize, Field::Optimizer];
            let mut free: Vec<Field> = free.collect();
            free.sort_by_key(|field| !wanted.contains(field));
            if let Some(field) = free.first() {
                draft.axes.push(AxisDraft::of_field(*field, &text_of(experiments, *field)));
            }
        });
    };
    view! {
        <form class="experiment-form" on:submit=|event| event.prevent_default()>
            <fieldset role="presentation" disabled=move || is_busy.get()>
                <div class="presets" role="group" aria-label=word(|words| words.presets())>
                    {Preset::ALL.map(preset).collect_view()}
                </div>
                {move || other_optimizer().map(|optimizer| {
                    let (optimizer, now) = optimizer;
                    view! {
                        <p class="note" data-testid="experiment-optimizer">
                            {move || experiments_words().other_optimizer(optimizer, now)}
                        </p>
                    }
                })}
                <div class="experiment-axes">
                    <For each=move || 0..axes.get() key=|at| *at let:at>
                        <AxisFields experiments at />
                    </For>
                </div>
                <Show when=move || axes.get() < Experiment::MOST_AXES>
                    <button type="button" class="quiet" data-testid="experiment-add" on:click=add>
                        {word(|words| words.add_axis())}
                    </button>
                </Show>
                <div class="experiment-fields">
                    <Entry id="experiment-name" label=|words| words.name() decimal=false
                        text=move || draft.with(|draft| draft.name.clone())
                        edit=move |text| draft.update(|draft| draft.name = text) />
                    <Entry id="experiment-seeds" label=|words| words.seeds() decimal=false
                        about=|words| words.about_seeds()
                        text=move || draft.with(|draft| draft.seeds.clone())
                        edit=move |text| draft.update(|draft| draft.seeds = text) />
                    <SampleFields draft />
                    <HalvingFields draft />
                </div>
            </fieldset>
            <Coming experiments drafted />
            <CopyLink experiments drafted />
        </form>
    }
}

/// Whether only some combinations are run, and how many.
#[component]
fn SampleFields(draft: RwSignal<ExperimentDraft>) -> impl IntoView {
    let is_on = Memo::new(move |_| draft.with(|draft| draft.sample.is_some()));
    view! {
        <div class="field">
            <label class="flag" title=word(|words| words.about_sample())>
                <input type="checkbox" data-testid="experiment-sample" prop:checked=move || is_on.get()
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        draft.update(|draft| draft.sample = on.then(|| "10".to_owned()));
                    } />
                {word(|words| words.sample())}
            </label>
        </div>
        <Show when=move || is_on.get()>
            <Entry id="experiment-combinations" label=|words| words.combinations() decimal=false
                text=move || draft.with(|draft| draft.sample.clone().unwrap_or_default())
                edit=move |text| draft.update(|draft| draft.sample = Some(text)) />
        </Show>
    }
}

/// Whether runs that fall behind stop early, and when.
#[component]
fn HalvingFields(draft: RwSignal<ExperimentDraft>) -> impl IntoView {
    let is_on = Memo::new(move |_| draft.with(|draft| draft.halving.is_some()));
    let part = move |second: bool| {
        let halving = draft.with(|draft| draft.halving.clone()).unwrap_or_default();
        if second { halving.1 } else { halving.0 }
    };
    let edit = move |second: bool, text: String| {
        draft.update(|draft| {
            if let Some(halving) = &mut draft.halving {
                *(if second { &mut halving.1 } else { &mut halving.0 }) = text;
            }
        });
    };
    view! {
        <div class="field">
            <label class="flag" title=word(|words| words.about_halving())>
                <input type="checkbox" data-testid="experiment-halving" prop:checked=move || is_on.get()
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        let first = || ("1".to_owned(), "3".to_owned());
                        draft.update(|draft| draft.halving = on.then(first));
                    } />
                {word(|words| words.halving())}
            </label>
        </div>
        <Show when=move || is_on.get()>
            <Entry id="experiment-first" label=|words| words.first_rung() decimal=false
                text=move || part(false) edit=move |text| edit(false, text) />
            <Entry id="experiment-factor" label=|words| words.factor() decimal=false
                text=move || part(true) edit=move |text| edit(true, text) />
        </Show>
    }
}

/// The experiment of the form, once it can be read.
type Drafted = Memo<Option<Result<Experiment, Vec<Mistake>>>>;

/// What the form comes to.
#[derive(Clone, PartialEq)]
enum Planned {
    /// The page's own form is wrong.
    SettingsWrong,
    /// This is wrong.
    Wrong(Vec<Mistake>),
    /// So many runs, which is more than a tab trains.
    TooMany(u64),
    /// These runs.
    Runs(Runs),
}

impl Planned {
    fn of(drafted: Option<&Result<Experiment, Vec<Mistake>>>) -> Self {
        let experiment = match drafted {
            None => return Self::SettingsWrong,
            Some(Err(mistakes)) => return Self::Wrong(mistakes.clone()),
            Some(Ok(experiment)) => experiment,
        };
        if let Some(most) = too_many(experiment) {
            return Self::TooMany(most);
        }
        experiment.runs().map_or_else(Self::Wrong, Self::Runs)
    }
}

/// How many runs it will be and how long they take, or what is wrong; the number of workers; the button that starts it.
#[component]
fn Coming(experiments: Experiments, drafted: Drafted) -> impl IntoView {
    let planned = Memo::new(move |_| drafted.with(|drafted| Planned::of(drafted.as_ref())));
    let says = move || {
        planned.with(|planned| match planned {
            Planned::SettingsWrong => experiments_words().settings_wrong().to_owned(),
            Planned::Wrong(mistakes) => {
                let told = mistakes.iter().map(|mistake| experiments_words().mistake(mistake));
                told.collect::<Vec<_>>().join(" ")
            }
            Planned::TooMany(found) => experiments_words().too_many_here(*found, MOST_RUNS_HERE),
            Planned::Runs(runs) => {
                let workers = experiments.pool.most.get().min(runs.runs.len().max(1));
                let is_same = |it: &&LeftOut| matches!(it.why, Reason::NoEffect(_));
                let same = runs.left_out.iter().filter(is_same).count();
                experiments_words().plan(
                    runs.runs.len(),
                    runs.combinations,
                    runs.left_out.len() - same,
                    same,
                    seconds(experiments, runs, workers),
                    workers,
                )
            }
        })
    };
    let is_wrong = Memo::new(move |_| planned.with(|planned| !matches!(planned, Planned::Runs(_))));
    let count = move || {
        planned.with(|planned| match planned {
            Planned::Runs(runs) => runs.runs.len(),
            _ => 0,
        })
    };
    let is_busy = Memo::new(move |_| {
        !matches!(experiments.standing(), Standing::Idle | Standing::Done)
            || experiments.is_reading.get()
            || experiments.awaiting.with(Option::is_some)
    });
    let start = move |_| {
        if let Some(Ok(experiment)) = drafted.get_untracked() {
            experiments.start(experiment);
        }
    };
    let cores = most_workers();
    view! {
        <p class="experiment-runs" class:complaint=move || is_wrong.get() data-testid="experiment-runs" aria-live="polite"
            data-runs=move || count().to_string()>{says}</p>
        <div class="experiment-start">
            <div class="field">
                <label for="experiment-workers"
                    title=move || experiments_words().about_workers(cores, WORKER_MB)>
                    {word(|words| words.workers())}
                </label>
                <input id="experiment-workers" type="number" min="1" max=cores.to_string()
                    data-testid="experiment-workers"
                    prop:value=move || experiments.pool.most.get().to_string()
                    on:change:target=move |event| {
                        let wanted: usize = event.target().value().parse().unwrap_or(1);
                        experiments.pool.resize(wanted.clamp(1, cores));
                        event.target().set_value(&experiments.pool.most.get_untracked().to_string());
                    } />
            </div>
            <button type="button" class="primary" data-testid="experiment-start"
                disabled=move || is_wrong.get() || is_busy.get() on:click=start>
                {word(|words| words.start())}
            </button>
        </div>
    }
}

/// The seconds that these runs would take from their beginning; absent if no speed is known.
fn seconds(experiments: Experiments, runs: &Runs, workers: usize) -> Option<f64> {
    experiments.inputs.with(|inputs| {
        let inputs = inputs.as_ref()?;
        let sizes = Sizes { train: inputs.sizes.0, test: inputs.sizes.1 };
        let on_gpu = inputs.auto_is_webgpu == Some(true);
        pace::seconds(&runs.runs, on_gpu, sizes, workers, |_| None, &inputs.measured)
    })
}

/// Copies the link to the form's experiment.
#[component]
fn CopyLink(experiments: Experiments, drafted: Drafted) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    let copy = move |_| {
        if let Some(Ok(experiment)) = drafted.get_untracked() {
            let (settings, link) = (experiment.base.to_query(), experiment.to_link());
            clipboard::copy(
                format!("{}?{settings}&experiment={link}#/experiments", page_address()),
                copied,
            );
        }
    };
    Effect::new(move |_| {
        experiments.draft.track();
        copied.set(Copied::No);
    });
    view! {
        <div class="experiment-buttons">
            <button type="button" class="quiet" data-testid="experiment-link"
                disabled=move || !matches!(drafted.get(), Some(Ok(_))) on:click=copy>
                {word(|words| words.copy_link())}
            </button>
            <CopiedNote copied />
        </div>
    }
}
