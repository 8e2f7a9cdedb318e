//! The figures of the experiment at hand.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;

use super::comparison::{compared, curves};
use super::state::Experiments;
use super::word;
use crate::experiment::Experiment;
use crate::page::figures::{
    Along, BySetting, Compared, Curves, HeatMap, Measure, ParallelCoordinates, TrainingCurves,
};
use crate::page::words::experiments_words;

/// So many settings vary at most.
const MOST_AXES: usize = Experiment::MOST_AXES;

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
    // Each in a task of its own: drawn at once, they would hold up the page.
    let drawn_so_far = RwSignal::new(0);
    draw_next(drawn_so_far);
    let is_drawn = move |place: usize| Memo::new(move |_| drawn_so_far.get() > place);
    let (has_curves, has_metric, has_heat, has_parallel) =
        (is_drawn(0), is_drawn(1), is_drawn(MOST_AXES + 1), is_drawn(MOST_AXES + 2));
    let settings = move || {
        let drawn = drawn_so_far.get().saturating_sub(1);
        0..axes.get().min(drawn)
    };
    view! {
        <div class="experiment-figures">
            <Show when=move || has_curves.get()>
                <TrainingCurves curves=drawn measure along />
            </Show>
            <Show when=move || { has_metric.get() && axes.get() > 0 }>
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
            </Show>
            <For each=settings key=|at| *at let:setting>
                <BySetting compared=all setting metric />
            </For>
            <Show when=move || { has_heat.get() && axes.get() > 1 }>
                <HeatMap compared=all metric />
            </Show>
            <Show when=move || { has_parallel.get() && axes.get() > 0 }>
                <ParallelCoordinates compared=all passing />
            </Show>
        </div>
    }
}

/// All figures that there can be: the curves, one for each setting, and two that compare settings.
const MOST_FIGURES: usize = MOST_AXES + 3;

/// Lets one more figure be drawn, and the others after it.
fn draw_next(drawn: RwSignal<usize>) {
    set_timeout(
        move || {
            // The place may have been left.
            let now = drawn.try_update(|drawn| {
                *drawn += 1;
                *drawn
            });
            if now.is_some_and(|now| now < MOST_FIGURES) {
                draw_next(drawn);
            }
        },
        Duration::ZERO,
    );
}
