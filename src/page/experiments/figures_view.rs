//! The figures of the experiment at hand.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::comparison::{compared, curves};
use super::state::Experiments;
use super::word;
use crate::page::figures::{
    Along, BySetting, Compared, Curves, HeatMap, Measure, ParallelCoordinates, TrainingCurves,
};
use crate::page::words::experiments_words;

/// All figures. `passing` are the combinations that the visitor lets pass, which the parallel coordinates say.
#[component]
pub fn Figures(
    experiments: Experiments,
    passing: RwSignal<Option<BTreeSet<usize>>>,
) -> impl IntoView {
    let both = move || experiments.plan.get().zip(experiments.outcome.get());
    let all = Memo::new(move |_| {
        both().map_or_else(Compared::default, |(plan, outcome)| compared(&plan, &outcome))
    });
    let (measure, along) = (RwSignal::new(Measure::default()), RwSignal::new(Along::default()));
    let drawn = Memo::new(move |_| {
        let Some((plan, outcome)) = both() else { return Curves::default() };
        let train = experiments.inputs.with(|inputs| inputs.as_ref().map_or(0, |it| it.sizes.0));
        let passes = |combination: u32| {
            passing.with(|passing| {
                passing.as_ref().is_none_or(|passing| passing.contains(&(combination as usize)))
            })
        };
        curves(&plan, &outcome, measure.get(), along.get(), train, passes)
    });
    let metric = RwSignal::new(0);
    let axes = Memo::new(move |_| all.with(|all| all.settings.len()));
    let option = move |at: usize| {
        let label = move || match at {
            0 => experiments_words().valid_loss(),
            _ => experiments_words().valid_accuracy(),
        };
        view! { <option value=at.to_string() selected=move || metric.get() == at>{label}</option> }
    };
    view! {
        <div class="experiment-figures">
            <TrainingCurves curves=drawn measure along />
            <Show when=move || { axes.get() > 0 }>
                <div class="field experiment-metric">
                    <label for="experiment-metric">{word(|words| words.figures_show())}</label>
                    <select id="experiment-metric" data-testid="experiment-metric"
                        prop:value=move || metric.get().to_string()
                        on:change:target=move |event| {
                            metric.set(event.target().value().parse().unwrap_or(0));
                        }>
                        {[0, 1].map(option).into_iter().collect_view()}
                    </select>
                </div>
                <For each=move || 0..axes.get() key=|at| *at let:setting>
                    <BySetting compared=all setting metric />
                </For>
            </Show>
            <Show when=move || { axes.get() > 1 }>
                <HeatMap compared=all metric />
            </Show>
            <Show when=move || { axes.get() > 0 }>
                <ParallelCoordinates compared=all passing />
            </Show>
        </div>
    }
}
