//! The figures of the experiment at hand.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::comparison::{compared, curves};
use super::plan::{Outcome, Plan};
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
    let turns = Turns::new(experiments);
    let compared_in = move |place: usize| {
        Memo::new(move |_| {
            let seen = turns.seen(place);
            seen.map_or_else(Compared::default, |(plan, outcome)| compared(&plan, &outcome))
        })
    };
    let (measure, along) = (RwSignal::new(Measure::default()), RwSignal::new(Along::default()));
    let drawn = Memo::new(move |_| {
        let Some((plan, outcome)) = turns.seen(CURVES) else { return Curves::default() };
        let train = experiments.inputs.with(|inputs| inputs.as_ref().map_or(0, |it| it.sizes.0));
        let passes = |combination: u32| {
            passing.with(|passing| {
                passing.as_ref().is_none_or(|passing| passing.contains(&(combination as usize)))
            })
        };
        curves(&plan, &outcome, measure.get(), along.get(), train, passes)
    });
    let metric = RwSignal::new(0);
    let option = move |at: usize| {
        let label = move || match at {
            0 => experiments_words().valid_loss(),
            _ => experiments_words().valid_accuracy(),
        };
        view! { <option value=at.to_string() selected=move || metric.get() == at>{label}</option> }
    };
    let is_drawn = move |place: usize, axes: usize| {
        Memo::new(move |_| turns.axes(place).is_some_and(|found| found >= axes))
    };
    let (has_curves, has_metric, has_heat, has_parallel) =
        (is_drawn(CURVES, 0), is_drawn(SETTINGS, 1), is_drawn(HEAT, 2), is_drawn(PARALLEL, 1));
    let settings = move || {
        (0..MOST_AXES).filter(move |at| turns.axes(SETTINGS + at).is_some_and(|axes| axes > *at))
    };
    let (of_heat, of_parallel) = (compared_in(HEAT), compared_in(PARALLEL));
    view! {
        <div class="experiment-figures">
            <Show when=move || has_curves.get()>
                <TrainingCurves curves=drawn measure along />
            </Show>
            <Show when=move || has_metric.get()>
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
                <BySetting compared=compared_in(SETTINGS + setting) setting metric />
            </For>
            <Show when=move || has_heat.get()>
                <HeatMap compared=of_heat metric />
            </Show>
            <Show when=move || has_parallel.get()>
                <ParallelCoordinates compared=of_parallel passing />
            </Show>
        </div>
    }
}

/// The places of the figures: the curves, one for each setting, and two that compare settings.
const CURVES: usize = 0;
const SETTINGS: usize = CURVES + 1;
const HEAT: usize = SETTINGS + MOST_AXES;
const PARALLEL: usize = HEAT + 1;
const MOST_FIGURES: usize = PARALLEL + 1;

/// An experiment and what it has come to.
type Seen = (Arc<Plan>, Arc<Outcome>);

/// Lets the figures take turns, each in a task of its own, and in one more where it is made: drawn at once, they would hold up
/// the page.
#[derive(Clone, Copy)]
struct Turns {
    /// How many settings vary in what each figure is made for; `None` while it is not there.
    made: StoredValue<[RwSignal<Option<usize>>; MOST_FIGURES]>,
    /// What each figure shows; `None` before its first turn.
    seen: StoredValue<[RwSignal<Option<Seen>>; MOST_FIGURES]>,
    /// What they are to show.
    newest: StoredValue<Option<Seen>>,
    /// Whose turn it is, and how many have not yet seen the newest.
    next: StoredValue<(usize, usize)>,
}

impl Turns {
    /// All figures follow what the experiment at hand comes to.
    fn new(experiments: Experiments) -> Self {
        let turns = Self {
            made: StoredValue::new(std::array::from_fn(|_| RwSignal::new(None))),
            seen: StoredValue::new(std::array::from_fn(|_| RwSignal::new(None))),
            newest: StoredValue::new(None),
            next: StoredValue::new((0, 0)),
        };
        Effect::new(move |_| {
            let both = experiments.plan.get().zip(experiments.outcome.get());
            turns.newest.set_value(both);
            let waited =
                turns.next.try_update_value(|(_, left)| std::mem::replace(left, MOST_FIGURES));
            if waited == Some(0) {
                turns.take_next();
            }
        });
        turns
    }

    /// Gives the next figure its turn, and the others after it until all have seen the newest.
    fn take_next(self) {
        set_timeout(
            move || {
                // The place may have been left.
                let Some(newest) = self.newest.try_get_value() else { return };
                let axes = newest.as_ref().map(|(plan, _)| plan.kept.experiment.axes.len());
                let Some((place, _)) = self.next.try_get_value() else { return };
                let made = self.made.try_with_value(|made| made.get(place).copied()).flatten();
                if let Some(made) = made.filter(|made| made.get_untracked() != axes) {
                    made.set(axes);
                    return self.take_next();
                }
                let left = self.next.try_update_value(|(next, left)| {
                    *next = (place + 1) % MOST_FIGURES;
                    *left = left.saturating_sub(1);
                    *left
                });
                if let Some(seen) = self.signal(place) {
                    seen.set(newest);
                }
                if left > Some(0) {
                    self.take_next();
                }
            },
            Duration::ZERO,
        );
    }

    fn signal(self, place: usize) -> Option<RwSignal<Option<Seen>>> {
        self.seen.try_with_value(|seen| seen.get(place).copied()).flatten()
    }

    /// What the figure in this place shows.
    fn seen(self, place: usize) -> Option<Seen> {
        self.signal(place)?.get()
    }

    /// How many settings vary in what the figure in this place is made for; `None` while it is not there.
    fn axes(self, place: usize) -> Option<usize> {
        self.made.with_value(|made| made.get(place).copied())?.get()
    }
}
