//! The walk: the list of steps, the open one, and the way on.

use leptos::html::H3;
use leptos::prelude::*;

use super::beside::Beside;
use super::data::DataStep;
use super::epoch::EpochStep;
use super::learning_rate::LearningRateStep;
use super::loss::LossStep;
use super::model::ModelStep;
use super::optimizer::OptimizerStep;
use super::overfitting::OverfittingStep;
use super::saving::SavingStep;
use super::state::Lesson;
use super::step::Step;
use super::word;
use crate::page::address::link_to_step;
use crate::page::browser::focus;
use crate::page::insight::ShownImages;
use crate::page::session::InsightWorker;
use crate::page::words::lesson_words;

/// The place.
#[component]
pub fn LessonView(lesson: Lesson) -> impl IntoView {
    let worker = InsightWorker::new();
    on_cleanup(move || worker.end());
    let images = ShownImages::new(worker);
    view! {
        <section class="panel lesson" data-testid="lesson" aria-labelledby="lesson-title">
            <div class="panel-head">
                <h2 id="lesson-title">{word(|words| words.title())}</h2>
                <p class="note">{word(|words| words.about())}</p>
            </div>
            <Steps lesson />
            {move || lesson.step.get().map(|step| view! { <Open lesson step worker images /> })}
        </section>
    }
}

/// The list of steps, which are links.
#[component]
fn Steps(lesson: Lesson) -> impl IntoView {
    let link = move |step: Step| {
        view! {
            <li>
                <a href=link_to_step(step) data-step=step.as_str()
                    aria-label=move || format!("{} {}", step.number(), lesson_words().step(step))
                    aria-current=move || (lesson.step.get() == Some(step)).then_some("step")>
                    <span aria-hidden="true">{step.number()}</span>
                    " "
                    <b class="lesson-step-name">{move || lesson_words().step(step)}</b>
                </a>
            </li>
        }
    };
    view! {
        <nav class="lesson-steps" aria-label=word(|words| words.steps()) data-testid="lesson-steps-list">
            <ol>{Step::ALL.map(link).collect_view()}</ol>
        </nav>
    }
}

/// The open step. Where another one was open before, the visitor is taken to its beginning.
#[component]
fn Open(lesson: Lesson, step: Step, worker: InsightWorker, images: ShownImages) -> impl IntoView {
    let heading = NodeRef::<H3>::new();
    let was_open = lesson.was_open.try_update_value(|it| it.replace(step));
    if was_open.flatten().is_some_and(|before| before != step) {
        Effect::new(move |_| {
            if let Some(heading) = heading.get() {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                focus(Some(&heading));
            }
        });
    }
    let live = match step {
        Step::Data => view! { <DataStep lesson images /> }.into_any(),
        Step::Model => view! { <ModelStep lesson worker images /> }.into_any(),
        Step::Loss => view! { <LossStep lesson /> }.into_any(),
        Step::Optimizer => view! { <OptimizerStep lesson images /> }.into_any(),
        Step::Epoch => view! { <EpochStep lesson /> }.into_any(),
        Step::Overfitting => view! { <OverfittingStep lesson /> }.into_any(),
        Step::LearningRate => view! { <LearningRateStep lesson /> }.into_any(),
        Step::Saving => view! { <SavingStep lesson worker images /> }.into_any(),
    };
    let story = move || {
        let paragraphs = lesson_words().story(step).iter().map(|text| view! { <p>{*text}</p> });
        paragraphs.collect_view()
    };
    let trains = matches!(step, Step::Epoch | Step::Overfitting | Step::LearningRate);
    view! {
        <article class="lesson-step" data-testid="lesson-step" data-step=step.as_str()
            aria-labelledby="lesson-step-title">
            <div>
                <h3 id="lesson-step-title" tabindex="-1" node_ref=heading>
                    {move || lesson_words().step(step)}
                </h3>
                <div class="lesson-story">{story}</div>
                <Show when=move || trains && lesson.page_trains.get()>
                    <p class="lesson-outcome" data-testid="lesson-page-trains">
                        {word(|words| words.page_trains())}
                    </p>
                </Show>
                <div class="lesson-live">{live}</div>
                <Way step />
            </div>
            <Beside step />
        </article>
    }
}

/// The way back and on.
#[component]
fn Way(step: Step) -> impl IntoView {
    let back = step.previous().map(|to| {
        view! {
            <a class="button" href=link_to_step(to) data-testid="lesson-previous">
                {move || lesson_words().previous(to)}
            </a>
        }
    });
    let on = match step.next() {
        Some(to) => view! {
            <a class="button primary" href=link_to_step(to) data-testid="lesson-next">
                {move || lesson_words().next(to)}
            </a>
        }
        .into_any(),
        None => view! {
            <a class="button primary" href="#/train" data-testid="lesson-end">
                {word(|words| words.to_train())}
            </a>
        }
        .into_any(),
    };
    view! { <div class="lesson-way">{back} {on}</div> }
}
