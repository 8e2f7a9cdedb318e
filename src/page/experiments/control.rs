//! How the experiment at hand stands, and what can be done with it.

use leptos::prelude::*;

use super::pace::{self, Trained};
use super::plan::{Standing, Trouble};
use super::state::Experiments;
use super::word;
use crate::experiment::Sizes;
use crate::page::progress_bar::ProgressBar;
use crate::page::words::{experiments_words, words};

/// The sentence, the bar and the buttons.
#[component]
pub fn Control(experiments: Experiments) -> impl IntoView {
    let standing = Memo::new(move |_| experiments.standing());
    let runs = Memo::new(move |_| {
        experiments.plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.runs.runs.len()))
    });
    let over = Memo::new(move |_| {
        experiments.outcome.with(|it| it.as_ref().map_or(0, |it| it.results.over()))
    });
    let begun = Memo::new(move |_| {
        experiments.outcome.with(|it| it.as_ref().map_or(0, |it| it.results.begun()))
    });
    let seconds = move || {
        let plan = experiments.plan.get()?;
        let outcome = experiments.outcome.get()?;
        let inputs = experiments.inputs.get()?;
        let sizes = Sizes { train: inputs.sizes.0, test: inputs.sizes.1 };
        let trained = |number| outcome.results.get(number).map(Trained::from);
        let busy = experiments.pool.busy.get().max(1);
        let runs = &plan.runs.runs;
        pace::seconds(runs, plan.kept.on_gpu, sizes, busy, trained, &inputs.measured)
    };
    let says = move || {
        if experiments.awaiting.with(Option::is_some) {
            return experiments_words().measuring_engines().to_owned();
        }
        if experiments.is_reading.get() {
            return experiments_words().reading().to_owned();
        }
        if runs.get() == 0 {
            return experiments_words().nothing_yet().to_owned();
        }
        let busy = experiments.pool.busy.get();
        experiments_words().stands(standing.get(), over.get(), runs.get(), begun.get(), busy)
    };
    // Apart from the sentence, which screen readers read whenever it changes: the time left changes all the time.
    let left = move || {
        let is_running = standing.get() == Standing::Running && !experiments.is_reading.get();
        let seconds = is_running.then(seconds).flatten();
        seconds.map(|seconds| {
            view! {
                <p class="note" data-testid="experiment-left">{experiments_words().left(seconds)}</p>
            }
        })
    };
    let can_go_on = Memo::new(move |_| {
        let has_open = || {
            let both = experiments.plan.get().zip(experiments.outcome.get());
            both.is_some_and(|(plan, outcome)| {
                let mut runs = plan.runs.runs.iter();
                runs.any(|run| outcome.results.is_open(run.number))
            })
        };
        matches!(standing.get(), Standing::Idle | Standing::Done)
            && !experiments.is_reading.get()
            && has_open()
    });
    let is_under_way =
        Memo::new(move |_| matches!(standing.get(), Standing::Running | Standing::Paused));
    let pause_or_go_on = move |_| match standing.get_untracked() {
        Standing::Paused => experiments.unpause(),
        _ => experiments.pause(),
    };
    let pause_label = move || match standing.get() {
        Standing::Paused => experiments_words().go_on(),
        _ => experiments_words().pause(),
    };
    view! {
        <div class="experiment-control">
            <p role="status" data-testid="experiment-status" data-status=move || standing.get().as_str()
                data-over=move || over.get().to_string() data-runs=move || runs.get().to_string()>
                {says}
            </p>
            {left}
            <Show when=move || { runs.get() > 0 }>
                <ProgressBar label=word(|words| words.progress()) share=move || {
                    over.get() as f64 / runs.get().max(1) as f64
                } />
            </Show>
            <div class="experiment-buttons">
                <Show when=move || can_go_on.get()>
                    <button type="button" data-testid="experiment-go-on"
                        on:click=move |_| experiments.go_on()>
                        {word(|words| words.go_on())}
                    </button>
                </Show>
                <Show when=move || is_under_way.get()>
                    <button type="button" data-testid="experiment-pause" on:click=pause_or_go_on>
                        {pause_label}
                    </button>
                    <button type="button" data-testid="experiment-stop"
                        on:click=move |_| experiments.stop()>
                        {word(|words| words.stop())}
                    </button>
                </Show>
            </div>
            {move || {
                let (count, _) = experiments.deaths.get();
                (count > 0).then(|| view! {
                    <p class="note" data-testid="experiment-deaths">
                        {move || experiments_words().deaths(count)}
                    </p>
                })
            }}
            {move || experiments.is_unkept.get().then(|| view! {
                <p class="note">{word(|words| words.unkept())}</p>
            })}
            {move || experiments.trouble.get().map(|trouble| {
                let told = move || match &trouble {
                    Trouble::Failed(complaint) => {
                        let told = words().failures.told(complaint);
                        format!("{} {} {}", told.happened, told.kept, told.next)
                    }
                    trouble => experiments_words().trouble(trouble),
                };
                view! { <p class="complaint" role="alert" data-testid="experiment-trouble">{told}</p> }
            })}
        </div>
    }
}
