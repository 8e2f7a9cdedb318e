//! Which weights are looked at, and with which they are compared.

use leptos::prelude::*;

use super::validation::Validation;
use super::word;
use crate::page::session::Remedy;
use crate::page::words::{InsightWords, insight_words, say, words};
use crate::protocol::insight::{KeptWeights, RunWeights, WeightsAt};

/// Weights that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    /// What tells them apart in the document.
    value: String,
    at: WeightsAt,
    label: String,
}

/// The value of the choice to compare with nothing.
const NOTHING: &str = "";

/// The two choices, and what keeps figures from being shown.
#[component]
pub fn ChoiceOfWeights(validation: Validation) -> impl IntoView {
    let Validation { chosen, compared, .. } = validation;
    let choices = Memo::new(move |_| {
        validation.runs.with(|runs| match runs {
            Some(Ok(runs)) => choices_of(runs, insight_words()),
            _ => Vec::new(),
        })
    });
    let select = move |which: RwSignal<Option<WeightsAt>>, testid, nothing: super::Word| {
        let value =
            move || which.with(|at| at.as_ref().map_or_else(|| NOTHING.to_owned(), value_of));
        let choose = move |value: String| {
            let found = choices.with_untracked(|choices| {
                let found = choices.iter().find(|choice| choice.value == value);
                found.map(|choice| choice.at.clone())
            });
            if found.is_some() || value == NOTHING {
                which.set(found);
            }
        };
        let option = move |choice: Choice| {
            let this = choice.at;
            view! {
                <option value=choice.value prop:selected=move || which.with(|at| at.as_ref() == Some(&this))>
                    {choice.label}
                </option>
            }
        };
        view! {
            <select data-testid=testid prop:value=value
                on:change:target=move |event| choose(event.target().value())>
                <option value=NOTHING prop:selected=move || which.with(Option::is_none)>
                    {word(nothing)}
                </option>
                {move || choices.get().into_iter().map(option).collect_view()}
            </select>
        }
    };
    view! {
        <div class="insight-choice">
            <label>
                {word(|words| words.weights())}
                {select(chosen, "insight-weights", |words| words.not_chosen())}
            </label>
            <label>
                {word(|words| words.compared_with())}
                {select(compared, "insight-compared", |words| words.nothing())}
            </label>
        </div>
    }
}

/// What is being computed, or why there is nothing to compute or to show. It is there before its first text, because
/// screen readers announce only changes.
#[component]
pub fn State(validation: Validation, is_awaited: Memo<bool>) -> impl IntoView {
    let Validation { chosen, compared, runs, .. } = validation;
    let label = move |which: RwSignal<Option<WeightsAt>>| {
        let at = which.get()?;
        runs.with(|runs| {
            let runs = runs.as_ref()?.as_ref().ok()?;
            choices_of(runs, insight_words()).into_iter().find(|it| it.at == at).map(|it| it.label)
        })
    };
    let told = move || {
        if validation.complaint().is_some() {
            return None;
        }
        let words = insight_words();
        if is_awaited.get() {
            let which = if validation.shown().is_none() { chosen } else { compared };
            return Some(words.computing(&label(which).unwrap_or_default()));
        }
        runs.with(|runs| match runs {
            None => Some(words.reading_runs().to_owned()),
            Some(Ok(runs)) if runs.is_empty() => Some(words.no_runs().to_owned()),
            Some(Ok(_)) if chosen.with(Option::is_none) => Some(words.no_weights_yet().to_owned()),
            Some(_) => None,
        })
    };
    view! {
        <p class="insight-state" data-testid="insight-state" aria-live="polite">{told}</p>
        {move || validation.complaint().map(|complaint| {
            let told = move || words().failures.told(&complaint);
            view! {
                <div class="insight-failure" role="alert" data-testid="insight-complaint">
                    <p>{move || { let told = told(); format!("{} {} {}", told.happened, told.kept, told.next) }}</p>
                    <button type="button" data-testid="insight-again"
                        on:click=move |_| validation.try_again()>
                        {say(|words| words.failures.remedy(&Remedy::RetryData))}
                    </button>
                </div>
            }
        })}
    }
}

/// All weights, run by run as they come, of each run the newest first.
fn choices_of(runs: &[RunWeights], words: &InsightWords) -> Vec<Choice> {
    let choices = runs.iter().flat_map(|run| {
        let choice = |kept: &KeptWeights| Choice {
            value: value_of(&kept.at),
            at: kept.at.clone(),
            label: words.weights_at(name_of(run), kept.epoch, kept.step),
        };
        run.kept.iter().rev().map(choice)
    });
    choices.collect()
}

/// The name that the person gave the run, or else the run's own.
fn name_of(run: &RunWeights) -> &str {
    if run.title.is_empty() { &run.run } else { &run.title }
}

fn value_of(at: &WeightsAt) -> String {
    match at {
        WeightsAt::Epoch { run, epoch } => format!("epoch/{epoch}/{run}"),
        WeightsAt::Checkpoint { name } => format!("checkpoint/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::{CHINESE_INSIGHT, ENGLISH_INSIGHT};

    fn runs() -> Vec<RunWeights> {
        let run = |run: &str, title: &str| RunWeights {
            run: run.to_owned(),
            title: title.to_owned(),
            kept: vec![
                KeptWeights {
                    at: WeightsAt::Epoch { run: run.to_owned(), epoch: 1 },
                    epoch: 1,
                    step: None,
                },
                KeptWeights {
                    at: WeightsAt::Checkpoint { name: format!("model_{run}_1200") },
                    epoch: 1,
                    step: Some(1_200),
                },
            ],
        };
        vec![run("20260102_030405", "larger batches"), run("20260101_000000", "")]
    }

    fn labels(words: &InsightWords) -> Vec<String> {
        choices_of(&runs(), words).into_iter().map(|choice| choice.label).collect()
    }

    #[test]
    fn weights_are_named_by_their_run_and_where_in_it_they_are() {
        let english = [
            "larger batches · step 1,200",
            "larger batches · epoch 1",
            "20260101_000000 · step 1,200",
            "20260101_000000 · epoch 1",
        ];
        assert_eq!(labels(&ENGLISH_INSIGHT), english);
        assert_eq!(
            labels(&CHINESE_INSIGHT)[..2],
            ["larger batches · 第 1,200 步", "larger batches · 第 1 轮"]
        );
    }

    #[test]
    fn every_choice_has_a_value_of_its_own() {
        let mut values: Vec<_> =
            choices_of(&runs(), &ENGLISH_INSIGHT).into_iter().map(|choice| choice.value).collect();
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 4);
        assert!(!values.contains(&NOTHING.to_owned()));
    }
}
