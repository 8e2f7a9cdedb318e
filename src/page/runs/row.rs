//! A run in the list.

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::details::Details;
use super::run_name::differing;
use super::spark::spark;
use super::state_word::state_word;
use super::{LibraryView, shown_name};
use crate::library::{RunState, RunSummary};
use crate::page::format::{UNKNOWN, four_decimals, percent};
use crate::page::words::{say, words};

/// One run: what it is, how well it did and, when open, its details.
#[component]
pub fn Row(view: LibraryView, name: String) -> impl IntoView {
    let library = view.library;
    let run = {
        let name = name.clone();
        Memo::new(move |_| library.run(&name))
    };
    let name = StoredValue::new(name);
    let open = Memo::new(move |_| name.with_value(|name| view.is_open(name)));
    // In a separate task: at a run's first step there is much else to draw.
    let drawn = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            Timeout::new(0, move || {
                // The row may be gone by then.
                let _ = drawn.try_set(true);
            })
            .forget();
        } else {
            drawn.set(false);
        }
    });
    let compared = Memo::new(move |_| name.with_value(|name| view.compares(name)));
    let compare = move || {
        let shown = run.with(|run| run.as_ref().map(|run| shown_name(run))).unwrap_or_default();
        words().library.compare(&shown)
    };
    view! {
        <li class="run" class:run-open=move || open.get() data-testid="run-row"
            data-run=name.get_value()
            data-state=move || run.with(|run| run.as_ref().map(|run| state_word(run)))>
            <div class="run-line">
                <label class="run-choose" title=say(|words| words.library.lay_over_others())>
                    <input type="checkbox" data-testid="run-select"
                        aria-label=compare
                        prop:checked=move || compared.get()
                        on:change:target=move |event| {
                            view.hold.take(&event.target());
                            name.with_value(|name| view.compare(name, event.target().checked()));
                        }
                    />
                </label>
                <button type="button" class="run-head" data-testid="run-toggle"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| name.with_value(|name| view.toggle(name))>
                    {move || run.get().map(|run| head(&run))}
                </button>
            </div>
            <Show when=move || open.get() && drawn.get()>
                <Details view name=name.get_value() run />
            </Show>
        </li>
    }
}

fn head(run: &Arc<RunSummary>) -> impl IntoView + use<> {
    let (record, words) = (&run.record, &words().library);
    let best = record.best;
    let accuracy = best.map_or_else(|| UNKNOWN.to_owned(), |best| percent(best.valid_accuracy));
    let tags = run.labels.tags.iter().map(|tag| view! { <span class="tag">{tag.clone()}</span> });
    let name = shown_name(run);
    let settings = settings(run).filter(|settings| *settings != name);
    view! {
        <span class="run-title">
            <span class="run-name" data-testid="run-name">{name}</span>
            <span class="run-tags">{tags.collect_view()}</span>
            {settings.map(|settings| view! { <span class="note">{settings}</span> })}
        </span>
        <span class="run-state">
            <span data-testid="run-state">{words.state(&record.state, run.owner, record.steps)}</span>
            <span class="note">{words.moment(record.started_at_ms)}</span>
        </span>
        {spark(&record.sparkline)}
        <span class="run-figure">
            <span class="note">{words.best_validation_loss()}</span>
            <span>{four_decimals(best.map(|best| best.valid_loss))}</span>
        </span>
        <span class="run-figure">
            <span class="note">{words.best_accuracy()}</span>
            <span>{accuracy}</span>
        </span>
    }
}

/// All that differs from the tutorial. What is only weights has no settings.
fn settings(run: &RunSummary) -> Option<String> {
    let (differing, words) = (differing(&run.record.config), &words().library);
    match run.record.state {
        RunState::Weights => None,
        _ if differing.is_empty() => Some(words.tutorial_settings().to_owned()),
        _ => Some(words.brief_settings(&differing, 0)),
    }
}
