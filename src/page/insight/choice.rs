//! Which run and weights of it are looked at, and with which they are compared.

use leptos::prelude::*;

use super::trouble::Trouble;
use super::validation::{Side, Validation};
use super::{Word, word};
use crate::page::words::{InsightWords, insight_words};
use crate::protocol::insight::{KeptWeights, NamedRun, WeightsAt};

/// The value of the choice to compare with nothing.
const NOTHING: &str = "";

/// The choices.
#[component]
pub fn ChoiceOfWeights(validation: Validation) -> impl IntoView {
    let Validation { now, other, .. } = validation;
    view! {
        <div class="insight-choice">
            <RunChoice validation side=now testid="insight-run" label=|words| words.run() />
            <WeightsChoice side=now testid="insight-weights" label=|words| words.weights() />
            <RunChoice validation side=other testid="insight-compared-run"
                label=|words| words.compared_with() nothing=|words| words.nothing() />
            <Show when=move || other.run.with(Option::is_some)>
                <WeightsChoice side=other testid="insight-compared" label=|words| words.weights_compared() />
            </Show>
        </div>
    }
}

/// A side's run; with `nothing`, it may have none, and must be comparable with what is looked at.
#[component]
fn RunChoice(
    validation: Validation,
    side: Side,
    testid: &'static str,
    label: Word,
    #[prop(optional)] nothing: Option<Word>,
) -> impl IntoView {
    let runs = Memo::new(move |_| {
        let comparable = nothing.and_then(|_| validation.comparable());
        if let Some(runs) = comparable {
            return runs;
        }
        let listed = validation.runs.with(|runs| Some(runs.as_ref()?.as_ref().ok()?.clone()));
        listed.unwrap_or_default()
    });
    let chosen = move || side.run.get().unwrap_or_else(|| NOTHING.to_owned());
    let choose = move |value: String| side.look_at(Some(value).filter(|value| value != NOTHING));
    let option = move |NamedRun { run, title, .. }: NamedRun| {
        let name = if title.is_empty() { run.clone() } else { title };
        let this = run.clone();
        view! {
            <option value=run prop:selected=move || side.run.with(|run| run.as_ref() == Some(&this))>
                {name}
            </option>
        }
    };
    view! {
        <label>
            {word(label)}
            <select data-testid=testid prop:value=chosen
                on:change:target=move |event| choose(event.target().value())>
                {nothing.map(|nothing| view! {
                    <option value=NOTHING prop:selected=move || side.run.with(Option::is_none)>
                        {word(nothing)}
                    </option>
                })}
                <For each=move || runs.get() key=|run| (run.run.clone(), run.title.clone()) let:run>
                    {option(run)}
                </For>
            </select>
        </label>
    }
}

/// Which of the weights that are kept of a side's run; the newest come first, and are those that count without a choice.
#[component]
fn WeightsChoice(side: Side, testid: &'static str, label: Word) -> impl IntoView {
    let kept = Memo::new(move |_| {
        let kept = side.kept.with(|kept| Some(kept.as_ref()?.as_ref().ok()?.clone()));
        kept.unwrap_or_default()
    });
    let chosen = Memo::new(move |_| side.weights.with(|it| it.as_ref().map(|it| value_of(&it.at))));
    let choose = move |value: String| {
        let found = kept.with_untracked(|kept| {
            // The newest is followed as newer ones come.
            let newest = kept.last().map(|it| value_of(&it.at));
            let found = kept.iter().find(|it| value_of(&it.at) == value);
            found.filter(|_| newest.as_ref() != Some(&value)).map(|it| it.at.clone())
        });
        side.picked.set(found);
    };
    let option = move |it: KeptWeights| {
        let value = value_of(&it.at);
        let this = value.clone();
        view! {
            <option value=value prop:selected=move || chosen.with(|chosen| chosen.as_ref() == Some(&this))>
                {move || insight_words().kept(it.epoch, it.step)}
            </option>
        }
    };
    view! {
        <label>
            {word(label)}
            <select data-testid=testid prop:value=move || chosen.get().unwrap_or_default()
                disabled=move || kept.with(Vec::is_empty)
                on:change:target=move |event| choose(event.target().value())>
                <For each=move || kept.get().into_iter().rev() key=|it| value_of(&it.at) let:it>
                    {option(it)}
                </For>
            </select>
        </label>
    }
}

/// What is being computed, or why there is nothing to compute or to show. It is there before its first text, because
/// screen readers announce only changes.
#[component]
pub fn State(validation: Validation, is_awaited: Memo<bool>) -> impl IntoView {
    let Validation { now, other, runs, .. } = validation;
    let told = move || {
        if validation.complaint().is_some() {
            return None;
        }
        let words = insight_words();
        if is_awaited.get() {
            let side = if validation.shown(now).is_none() { now } else { other };
            return Some(runs.with(|runs| {
                let runs = runs.as_ref().and_then(|runs| runs.as_ref().ok());
                computing(words, side, runs.map_or(&[][..], Vec::as_slice))
            }));
        }
        let has_none = now.kept.with(|kept| matches!(kept, Some(Ok(kept)) if kept.is_empty()));
        runs.with(|runs| match runs {
            None => Some(words.reading_runs().to_owned()),
            Some(Ok(runs)) if runs.is_empty() => Some(words.no_runs().to_owned()),
            Some(Ok(_)) if has_none => Some(words.no_weights_yet().to_owned()),
            Some(_) => None,
        })
    };
    view! {
        <p class="insight-state" data-testid="insight-state" aria-live="polite">{told}</p>
        <Trouble complaint=Signal::derive(move || validation.complaint())
            again=Callback::new(move |()| validation.try_again())
            testid="insight-complaint" again_testid="insight-again" />
    }
}

/// That a side's weights are being evaluated.
fn computing(words: &InsightWords, side: Side, runs: &[NamedRun]) -> String {
    let run = side.run.get().unwrap_or_default();
    let title = runs.iter().find(|it| it.run == run).map(|it| it.title.clone());
    let name = title.filter(|title| !title.is_empty()).unwrap_or(run);
    let kept = side.weights.with(|it| it.as_ref().map(|it| words.kept(it.epoch, it.step)));
    words.computing(&name, &kept.unwrap_or_default())
}

/// What tells weights of a run apart in the document.
fn value_of(at: &WeightsAt) -> String {
    match at {
        WeightsAt::Epoch { epoch, .. } => format!("epoch/{epoch}"),
        WeightsAt::Checkpoint { name, sha256 } => format!("checkpoint/{name}/{sha256}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::{CHINESE_INSIGHT, ENGLISH_INSIGHT};

    #[test]
    fn weights_are_named_by_where_in_the_run_they_are() {
        assert_eq!(ENGLISH_INSIGHT.kept(2, None), "epoch 2");
        assert_eq!(ENGLISH_INSIGHT.kept(1, Some(1_200)), "step 1,200");
        assert_eq!(CHINESE_INSIGHT.kept(1, Some(1_200)), "第 1,200 步");
    }

    #[test]
    fn a_checkpoint_that_has_taken_the_name_of_another_is_another_choice() {
        let checkpoint = |sha256: &str| {
            let name = "model_20260102_030405_last".to_owned();
            value_of(&WeightsAt::Checkpoint { name, sha256: sha256.to_owned() })
        };
        assert_ne!(checkpoint("aa"), checkpoint("bb"));
        let epoch = WeightsAt::Epoch { run: "20260102_030405".to_owned(), epoch: 3 };
        assert_eq!(value_of(&epoch), "epoch/3");
    }
}
