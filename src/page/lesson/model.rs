//! The second step: the layers with their shapes, and what they make of an image.

use leptos::prelude::*;

use super::answer::{Answer, TestImage};
use super::maps::Maps;
use super::shapes::{INPUT, LayerRow, layer_rows};
use super::state::Lesson;
use super::trouble::Trouble;
use super::word;
use crate::insight::ImageInside;
use crate::network::initial_weights;
use crate::page::format::whole;
use crate::page::insight::ShownImages;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::lesson_words;
use crate::protocol::insight::{InsightCommand, InsightReply, NamedRun, SplitName, WeightsAt};

/// So many runs are offered, the newest ones.
const MOST_RUNS: usize = 20;

/// The layers, the weights and what they make of an image.
#[component]
pub fn ModelStep(lesson: Lesson, worker: InsightWorker, images: ShownImages) -> impl IntoView {
    // `None`: the initial weights.
    let chosen = RwSignal::new(lesson.run.get_untracked());
    // The run at hand may have no weights yet, or know other classes: then it is not chosen by itself.
    let by_visitor = StoredValue::new(false);
    let runs = RwSignal::new(Vec::<NamedRun>::new());
    Effect::new(move |_| {
        worker.change.track();
        worker.ask(&InsightCommand::Runs, move |outcome| {
            // What goes wrong with the library, the weights say once they are asked for.
            if let Ok(InsightReply::Runs(found)) = outcome {
                let _ = runs.try_set(found.into_iter().take(MOST_RUNS).collect());
            }
        });
    });
    let inside = RwSignal::new(None::<Result<ImageInside, Complaint>>);
    let look = move || {
        let index = lesson.image.get();
        let Some(pixels) = images.image(SplitName::Test, index).get() else { return };
        let (run, seed) = (chosen.get(), lesson.seed.get());
        match run {
            None => {
                let image = pixels.first_chunk();
                let weights = initial_weights(seed);
                inside.set(image.and_then(|image| ImageInside::of(&weights, image).ok()).map(Ok));
            }
            Some(run) => ask(worker, run.clone(), pixels.to_vec(), move |outcome| {
                // Another one may have been chosen meanwhile.
                if chosen.try_get_untracked() != Some(Some(run))
                    || lesson.image.get_untracked() != index
                {
                    return;
                }
                if outcome.is_err() && by_visitor.try_get_value() == Some(false) {
                    chosen.set(None);
                } else {
                    let _ = inside.try_set(Some(outcome));
                }
            }),
        }
    };
    Effect::new(move |_| look());
    let image =
        Memo::new(move |_| inside.with(|it| it.as_ref().and_then(|it| it.as_ref().ok().cloned())));
    let complaint = Signal::derive(move || inside.with(|it| it.as_ref()?.as_ref().err().cloned()));
    // It may be older than those that are offered, or they are still on their way.
    let unlisted = Memo::new(move |_| {
        let chosen = chosen.get()?;
        runs.with(|runs| runs.iter().all(|it| it.run != chosen)).then_some(chosen)
    });
    view! {
        <LayerTable />
        <div class="lesson-controls">
            <div class="field">
                <label for="lesson-weights">{word(|words| words.weights())}</label>
                <select id="lesson-weights" data-testid="lesson-weights"
                    on:change:target=move |event| {
                        by_visitor.set_value(true);
                        let run = event.target().value();
                        chosen.set((!run.is_empty()).then_some(run));
                    }>
                    <option value="" selected=move || chosen.with(Option::is_none)>
                        {move || lesson_words().initial_weights(lesson.seed.get())}
                    </option>
                    {move || unlisted.get().map(|run| {
                        let name = run.clone();
                        view! { <option value=run selected=true>{name}</option> }
                    })}
                    <For each=move || runs.get() key=|run| run.run.clone() let:named>
                        {
                            let run = named.run.clone();
                            let is_chosen =
                                move || chosen.with(|chosen| chosen.as_ref() == Some(&run));
                            let name = if named.title.is_empty() { named.run.clone() } else { named.title };
                            view! { <option value=named.run selected=is_chosen>{name}</option> }
                        }
                    </For>
                </select>
            </div>
        </div>
        <TestImage lesson images />
        <Trouble complaint again=move |()| untrack(look) />
        <Answer probabilities=Signal::derive(move || image.with(|it| it.as_ref().map(|it| it.probabilities.clone()))) />
        <Maps image />
    }
}

/// Asks what a run's newest weights make of an image.
fn ask(
    worker: InsightWorker,
    run: String,
    image: Vec<u8>,
    then: impl FnOnce(Result<ImageInside, Complaint>) + 'static,
) {
    worker.ask(&InsightCommand::Weights { run }, move |outcome| {
        let kept = match outcome {
            Ok(InsightReply::Weights(kept)) => kept,
            Ok(_) => return then(Err(wrong_answer())),
            Err(failure) => return then(Err(failure)),
        };
        match kept.into_iter().next_back() {
            Some(newest) => inside_of(worker, newest.at, image, then),
            None => then(Err(crate::protocol::Failure::NoWeights.into())),
        }
    });
}

/// Asks what weights of the library make of an image.
pub fn inside_of(
    worker: InsightWorker,
    weights: WeightsAt,
    image: Vec<u8>,
    then: impl FnOnce(Result<ImageInside, Complaint>) + 'static,
) {
    worker.ask(&InsightCommand::Inside { weights, image }, move |outcome| {
        then(outcome.and_then(|reply| match reply {
            InsightReply::Inside(inside) => inside.image.ok_or_else(wrong_answer),
            _ => Err(wrong_answer()),
        }));
    });
}

#[component]
fn LayerTable() -> impl IntoView {
    let rows = layer_rows();
    let all: usize = rows.iter().map(|row| row.parameters).sum();
    let shown = rows.into_iter().map(|row| {
        let parameters =
            if row.parameters > 0 { whole(row.parameters as u64) } else { String::new() };
        view! {
            <tr>
                <th scope="row"><code>{row.name}</code></th>
                <td>{row.shape()}</td>
                <td class="lesson-number">{parameters}</td>
            </tr>
        }
    });
    let input = LayerRow { name: "", output: INPUT.to_vec(), parameters: 0 }.shape();
    view! {
        <table class="lesson-table" data-testid="lesson-layers">
            <thead>
                <tr>
                    <th scope="col">{word(|words| words.layer())}</th>
                    <th scope="col">{word(|words| words.output())}</th>
                    <th scope="col" class="lesson-number">{word(|words| words.parameters())}</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{word(|words| words.input())}</th>
                    <td>{input}</td>
                    <td></td>
                </tr>
                {shown.collect_view()}
            </tbody>
        </table>
        <p class="note">{move || lesson_words().all_parameters(all as u64)}</p>
    }
}
