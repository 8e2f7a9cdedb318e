//! The fourth step: what the optimizer does to one weight, a step at a time.

use std::sync::Arc;

use leptos::prelude::*;

use super::batch::{BATCHES, LoadedBatch, indices, order_of};
use super::field::{NumberField, number};
use super::state::Lesson;
use super::trouble::ImagesState;
use super::word;
use crate::lesson::{Descent, FOLLOWED, Sgd, WeightStep};
use crate::network::CONV1;
use crate::page::insight::ShownImages;
use crate::page::words::lesson_words;

/// So many steps are shown; after them the walk ends.
const MOST_STEPS: usize = 12;

/// The steps so far. Copies are the same.
#[derive(Clone, Copy)]
pub struct Steps {
    rate: RwSignal<String>,
    momentum: RwSignal<String>,
    steps: RwSignal<Vec<WeightStep>>,
    way: StoredValue<Option<Descent>>,
}

impl Steps {
    /// No step yet, with the tutorial's settings.
    pub fn new() -> Self {
        Self {
            rate: RwSignal::new("0.001".to_owned()),
            momentum: RwSignal::new("0.9".to_owned()),
            steps: RwSignal::new(Vec::new()),
            way: StoredValue::new(None),
        }
    }

    fn rate(self) -> Option<f64> {
        self.rate.with(|text| number(text)).filter(|rate| *rate > 0.0 && *rate <= 10.0)
    }

    fn momentum(self) -> Option<f64> {
        self.momentum.with(|text| number(text)).filter(|it| (0.0..1.0).contains(it))
    }

    fn sgd(self) -> Option<Sgd> {
        let (rate, momentum) = (self.rate()?, self.momentum()?);
        Some(Sgd { learning_rate: rate as f32, momentum: momentum as f32 })
    }

    /// Goes back to the initial weights of this seed.
    fn begin(self, seed: u64, sgd: Sgd) {
        self.way.set_value(Some(Descent::new(seed, sgd)));
        self.steps.set(Vec::new());
    }

    /// Whether the steps so far are those of this seed and this optimizer.
    fn is_of(self, seed: u64, sgd: Sgd) -> bool {
        self.way.with_value(|way| way.as_ref().is_some_and(|it| it.seed == seed && it.sgd == sgd))
    }

    /// Takes a step with this batch.
    fn step(self, batch: &LoadedBatch) {
        let step =
            self.way.try_update_value(|way| way.as_mut()?.step(&batch.pixels, &batch.labels).ok());
        if let Some(step) = step.flatten() {
            self.steps.update(|steps| steps.push(step));
        }
    }
}

/// The settings, the steps so far and the way on.
#[component]
pub fn OptimizerStep(lesson: Lesson, images: ShownImages) -> impl IntoView {
    let descent = lesson.descent;
    let order = order_of(lesson.seed.into());
    let sgd = Memo::new(move |_| descent.sgd());
    let taken = Memo::new(move |_| descent.steps.with(Vec::len));
    // The batch of the step that comes next, once its images are there.
    let next = Memo::new(move |_| {
        let taken = taken.get();
        let wanted = (taken < MOST_STEPS && (taken as u64) < BATCHES)
            .then(|| order.with(|order| indices(order, taken as u64).to_vec()))?;
        LoadedBatch::of(images, &wanted).map(Arc::new)
    });
    Effect::new(move |_| {
        let (seed, sgd) = (lesson.seed.get(), sgd.get());
        if let Some(sgd) = sgd.filter(|sgd| !descent.is_of(seed, *sgd)) {
            descent.begin(seed, sgd);
        }
    });
    // The first step is there from the beginning.
    Effect::new(move |_| {
        let batch = next.get();
        if let Some(batch) = batch.filter(|_| taken.get() == 0 && sgd.get().is_some()) {
            descent.step(&batch);
        }
    });
    let step = move |_| {
        if let Some(batch) = next.get_untracked() {
            descent.step(&batch);
        }
    };
    let again = move |_| {
        if let Some(sgd) = sgd.get_untracked() {
            descent.begin(lesson.seed.get_untracked(), sgd);
        }
    };
    let rows = move || {
        let rows = (1..).zip(descent.steps.get()).map(|(number, step)| row(number, &step));
        rows.collect_view()
    };
    view! {
        <ImagesState images />
        <div class="lesson-controls">
            <NumberField id="lesson-rate" label=Signal::derive(|| lesson_words().learning_rate().to_owned())
                text=descent.rate edit=move |text| descent.rate.set(text)
                wrong=Signal::derive(move || descent.rate().is_none())
                mistake=|words| words.rate_mistake() />
            <NumberField id="lesson-momentum" label=Signal::derive(|| lesson_words().momentum().to_owned())
                text=descent.momentum edit=move |text| descent.momentum.set(text)
                wrong=Signal::derive(move || descent.momentum().is_none())
                mistake=|words| words.momentum_mistake() />
        </div>
        <p class="lesson-caption" id="lesson-followed">
            {move || lesson_words().followed(&followed())}
        </p>
        <div class="lesson-scroll" tabindex="0" role="group" aria-labelledby="lesson-followed">
            <table class="lesson-table" data-testid="lesson-steps">
                <thead>
                    <tr>
                        <th scope="col">{word(|words| words.step_number())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.loss())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.weight_before())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.gradient())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.buffer())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.weight_after())}</th>
                    </tr>
                </thead>
                <tbody aria-live="polite">{rows}</tbody>
            </table>
        </div>
        <div class="lesson-buttons">
            <button type="button" data-testid="lesson-another-step" on:click=step
                disabled=move || next.with(Option::is_none) || sgd.with(Option::is_none)>
                {word(|words| words.another_step())}
            </button>
            <button type="button" class="quiet" on:click=again
                disabled=move || taken.get() < 2 || sgd.with(Option::is_none)>
                {word(|words| words.start_over())}
            </button>
        </div>
        <p class="note" aria-live="polite">
            {move || {
                let words = lesson_words();
                if taken.get() < MOST_STEPS { words.about_steps().to_owned() } else { words.all_steps(MOST_STEPS) }
            }}
        </p>
    }
}

/// The weight that is followed as PyTorch writes it, with its index in each dimension.
fn followed() -> String {
    let mut rest = FOLLOWED;
    let mut indices: Vec<_> = CONV1
        .weight
        .shape
        .iter()
        .rev()
        .map(|&size| {
            let index = rest % size;
            rest /= size;
            index.to_string()
        })
        .collect();
    indices.reverse();
    format!("{}[{}]", CONV1.weight.name, indices.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::lesson::Step;
    use crate::page::lesson::code::program;

    #[test]
    fn the_weight_is_the_one_that_the_program_prints() {
        assert_eq!(followed(), "conv1.weight[0, 0, 2, 2]");
        assert!(program(Step::Optimizer).contains("print(weight[0, 0, 2, 2])"));
    }
}

fn row(number: usize, step: &WeightStep) -> impl IntoView + use<> {
    let decimals = |number: f32| format!("{number:.6}").replace('-', "−");
    view! {
        <tr data-testid="lesson-weight-step" data-before=step.before.to_string()
            data-gradient=step.gradient.to_string() data-buffer=step.buffer.to_string()
            data-after=step.after.to_string()>
            <th scope="row">{number}</th>
            <td class="lesson-number">{format!("{:.4}", step.loss)}</td>
            <td class="lesson-number">{decimals(step.before)}</td>
            <td class="lesson-number">{decimals(step.gradient)}</td>
            <td class="lesson-number">{decimals(step.buffer)}</td>
            <td class="lesson-number">{decimals(step.after)}</td>
        </tr>
    }
}
