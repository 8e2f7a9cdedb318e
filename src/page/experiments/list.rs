//! The experiments that this browser remembers.

use leptos::prelude::*;

use super::draft::ExperimentDraft;
use super::kept::KeptExperiment;
use super::plan::Standing;
use super::state::{Begins, Experiments};
use super::word;
use crate::page::browser::local_time;
use crate::page::words::experiments_words;
use crate::settings::Field;

/// The list, if there are any but the one at hand.
#[component]
pub fn Remembered(experiments: Experiments) -> impl IntoView {
    let others = Memo::new(move |_| {
        let at_hand = experiments.plan.with(|plan| plan.as_ref().map(|plan| plan.id.clone()));
        experiments.kept.with(|all| {
            let others = all.iter().filter(|kept| Some(kept.id()) != at_hand);
            others.cloned().collect::<Vec<_>>()
        })
    });
    let is_busy = Memo::new(move |_| {
        !matches!(experiments.standing(), Standing::Idle | Standing::Done)
            || experiments.is_reading.get()
    });
    let entry = move |kept: KeptExperiment| {
        let id = kept.id();
        let (key, for_forgetting) = (id.clone(), id);
        let (name, fields) = (
            kept.experiment.name.clone(),
            kept.experiment.axes.iter().map(|axis| axis.field).collect::<Vec<Field>>(),
        );
        let started_at_ms = kept.started_at_ms;
        let says = move || {
            let words = experiments_words();
            let name = if name.is_empty() { words.unnamed() } else { &name };
            words.entry(name, &fields, &local_time(started_at_ms))
        };
        let open = move |_| {
            experiments.draft.set(ExperimentDraft::from(&kept.experiment));
            experiments.open(kept.clone(), Begins::No);
        };
        view! {
            <li data-testid="experiment-entry" data-id=key>
                <span>{says}</span>
                <button type="button" class="quiet" disabled=move || is_busy.get() on:click=open>
                    {word(|words| words.open())}
                </button>
                <button type="button" class="quiet"
                    on:click=move |_| experiments.forget(&for_forgetting)>
                    {word(|words| words.forget())}
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || others.with(|others| !others.is_empty())>
            <section class="panel insight" aria-labelledby="experiments-remembered">
                <div class="panel-head">
                    <h2 id="experiments-remembered">{word(|words| words.remembered())}</h2>
                    <p class="note">{word(|words| words.about_remembered())}</p>
                </div>
                <ul class="experiment-list">
                    <For each=move || others.get() key=KeptExperiment::id let:kept>{entry(kept)}</For>
                </ul>
            </section>
        </Show>
    }
}
