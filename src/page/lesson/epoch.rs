//! The fifth step: the training loop, and what happens after each epoch.

use leptos::prelude::*;

use super::exercise::{Exercise, SMOOTHING, Training};
use super::state::Lesson;
use super::trouble::Trouble;
use super::word;
use crate::page::charts::line_chart::LineChart;
use crate::page::charts::plot::{Count, Line, Look, Plot, Unit};
use crate::page::words::{lesson_words, words};
use crate::settings::TrainingConfig;

/// How many epochs are offered; the tutorial has the last number.
const EPOCHS: [usize; 3] = [1, 2, 5];

/// The run, its lines and its charts.
#[component]
pub fn EpochStep(lesson: Lesson) -> impl IntoView {
    let training = lesson.loop_run;
    let start = move || {
        let config = Exercise::Epoch.config(lesson.seed.get_untracked());
        let epochs = lesson.epochs.get_untracked();
        training.start(vec![TrainingConfig { epochs, ..config }]);
    };
    let option = move |epochs: usize| {
        view! {
            <option value=epochs.to_string() selected=move || lesson.epochs.get() == epochs>{epochs}</option>
        }
    };
    let has_epochs = Memo::new(move |_| {
        training.runs.with(|runs| runs.first().is_some_and(|run| !run.curves.epochs.is_empty()))
    });
    let lines = move || {
        training.runs.with(|runs| {
            let epochs = runs.first().map(|run| run.curves.epochs.as_slice()).unwrap_or_default();
            let line = |epoch: &crate::protocol::EpochMetrics| {
                let words = lesson_words();
                format!(
                    "{}\n{}\n",
                    words.epoch_line(epoch.epoch),
                    words.loss_line(epoch.train_loss, epoch.valid_loss)
                )
            };
            epochs.iter().map(line).collect::<String>()
        })
    };
    view! {
        <div class="lesson-controls">
            <div class="field">
                <label for="lesson-epochs">{word(|words| words.epochs())}</label>
                <select id="lesson-epochs" data-testid="lesson-epochs"
                    on:change:target=move |event| {
                        let chosen = event.target().value().parse().ok();
                        lesson.epochs.set(chosen.filter(|it| EPOCHS.contains(it)).unwrap_or(1));
                    }>
                    {EPOCHS.map(option).collect_view()}
                </select>
            </div>
            <StartStop training start=Callback::new(move |()| start()) />
        </div>
        <Trouble complaint=Signal::derive(move || training.failure()) again=move |()| start() />
        <Progress training />
        <pre class="lesson-printed" data-testid="lesson-epoch-line" aria-live="polite"
            hidden=move || !has_epochs.get()>{lines}</pre>
        <figure class="chart" data-testid="lesson-loss-chart">
            <figcaption><h4>{word(|words| words.loss_by_step())}</h4></figcaption>
            <LineChart plot=Signal::derive(move || losses(training)) />
        </figure>
        <Show when=move || has_epochs.get()>
            <figure class="chart" data-testid="lesson-accuracy-chart">
                <figcaption><h4>{word(|words| words.accuracy_by_epoch())}</h4></figcaption>
                <LineChart plot=Signal::derive(move || accuracies(training)) />
            </figure>
        </Show>
        <ToRun training />
    }
}

/// Start, or Stop while it trains.
#[component]
pub fn StartStop(training: Training, start: Callback<()>) -> impl IntoView {
    let is_busy = Memo::new(move |_| training.is_busy());
    // One button, so that the focus stays where it is.
    view! {
        <div class="lesson-buttons">
            <button type="button" data-testid="lesson-start" class:primary=move || !is_busy.get()
                data-busy=move || is_busy.get().to_string()
                on:click=move |_| if is_busy.get_untracked() { training.stop() } else { start.run(()) }>
                {move || {
                    let words = lesson_words();
                    if is_busy.get() { words.stop() } else { words.start() }
                }}
            </button>
        </div>
    }
}

/// How far the runs are.
#[component]
pub fn Progress(training: Training) -> impl IntoView {
    let is_busy = Memo::new(move |_| training.is_busy());
    let share = move || {
        training.runs.with(|runs| {
            let (step, steps) =
                runs.iter().fold((0, 0), |sum, run| (sum.0 + run.step, sum.1 + run.steps));
            (step, steps, runs.iter().all(|run| run.name.is_some()))
        })
    };
    let text = move || {
        let (step, steps, has_begun) = share();
        let words = lesson_words();
        if has_begun && steps > 0 { words.progress(step, steps) } else { words.begins().to_owned() }
    };
    view! {
        <Show when=move || is_busy.get()>
            <p class="note">
                <progress max="1" aria-label=text value=move || {
                    let (step, steps, _) = share();
                    (step as f64 / steps.max(1) as f64).to_string()
                }></progress>
                " " {text}
            </p>
            <Show when=move || training.goes_on.get()>
                <p class="note" data-testid="lesson-goes-on">{word(|words| words.goes_on())}</p>
            </Show>
        </Show>
    }
}

/// The link to the first run in the place `train`, once it is over.
#[component]
pub fn ToRun(training: Training) -> impl IntoView {
    let name = Memo::new(move |_| {
        training.runs.with(|runs| {
            let run = runs.first().filter(|run| run.end.is_some())?;
            run.name.clone()
        })
    });
    view! {
        <Show when=move || name.with(Option::is_some)>
            <p>
                <a href=move || format!("#/train/{}", name.get().unwrap_or_default())>
                    {word(|words| words.kept_run())}
                </a>
            </p>
        </Show>
    }
}

/// The training loss of the run by its steps, and the validation loss at the end of each epoch.
fn losses(training: Training) -> Plot {
    let (words, charts) = (lesson_words(), &words().charts);
    training.runs.with(|runs| {
        let run = runs.first().cloned().unwrap_or_default();
        let valid = run.curves.epochs.iter().map(|it| (it.step as f64, it.valid_loss)).collect();
        Plot {
            title: words.loss_by_step().to_owned(),
            x_end: (run.steps > 0).then_some(run.steps as f64),
            y_name: charts.cross_entropy(),
            lines: vec![
                Line {
                    name: words.training_loss().to_owned(),
                    look: Look::Run(0),
                    points: run.curves.losses.smoothed(SMOOTHING),
                },
                Line {
                    name: words.validation_loss().to_owned(),
                    look: Look::Run(1),
                    points: valid,
                },
            ],
            empty: words.nothing_yet().into(),
            ..Plot::default()
        }
    })
}

/// The validation accuracy after each epoch.
fn accuracies(training: Training) -> Plot {
    let words = lesson_words();
    training.runs.with(|runs| {
        let epochs = runs.first().map(|run| run.curves.epochs.as_slice()).unwrap_or_default();
        let points = epochs.iter().map(|it| (f64::from(it.epoch), it.valid_accuracy)).collect();
        Plot {
            title: words.accuracy_by_epoch().to_owned(),
            x: Count::Epochs,
            unit: Unit::Share,
            lines: vec![Line { name: words.accuracy().to_owned(), look: Look::Accent, points }],
            ..Plot::default()
        }
    })
}
