//! The last step: the best model is in the library, and answers as before when the page has been closed and opened again.

use std::sync::Arc;

use leptos::prelude::*;

use super::answer::{Answer, TestImage};
use super::model::inside_of;
use super::saved::{self, NotedAnswer};
use super::state::Lesson;
use super::step::Step;
use super::trouble::Trouble;
use super::word;
use crate::history::best_of;
use crate::page::address::link_to_step;
use crate::page::insight::ShownImages;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::lesson_words;
use crate::protocol::Failure;
use crate::protocol::insight::{InsightCommand, InsightReply, KeptWeights, SplitName};

/// The answer of a run's best model.
#[derive(Clone, Debug, PartialEq)]
struct Loaded {
    /// The epoch after which the weights were kept, from 1.
    epoch: u32,
    image: u32,
    probabilities: Vec<f32>,
}

/// The model and its answer, or the way to one.
#[component]
pub fn SavingStep(lesson: Lesson, worker: InsightWorker, images: ShownImages) -> impl IntoView {
    let has_run = Memo::new(move |_| lesson.saved_run.with(Option::is_some));
    let best = RwSignal::new(None::<Result<Arc<KeptWeights>, Complaint>>);
    let loaded = RwSignal::new(None::<Result<Loaded, Complaint>>);
    let find = move || {
        let Some(run) = lesson.saved_run.get() else { return };
        find_best(worker, run, move |outcome| match outcome {
            Ok(Found::Gone) => lesson.saved_run.set(None),
            Ok(Found::Weights(kept)) => drop(best.try_set(Some(Ok(kept)))),
            Err(failure) => drop(best.try_set(Some(Err(failure)))),
        });
    };
    Effect::new(move |_| find());
    // What a run has just saved may be on its way into the library.
    Effect::new(move |_| {
        worker.change.track();
        if best.with_untracked(|best| matches!(best, Some(Err(_)))) {
            untrack(find);
        }
    });
    Effect::new(move |_| {
        let image = lesson.image.get();
        let pixels = images.image(SplitName::Test, image).get();
        let kept = best.with(|best| best.as_ref().and_then(|best| best.as_ref().ok().cloned()));
        if let Some((pixels, kept)) = pixels.zip(kept) {
            let epoch = kept.epoch;
            inside_of(worker, kept.at.clone(), pixels.to_vec(), move |outcome| {
                if lesson.image.get_untracked() == image {
                    let _ = loaded.try_set(Some(outcome.map(|inside| Loaded {
                        epoch,
                        image,
                        probabilities: inside.probabilities,
                    })));
                }
            });
        }
    });
    let complaint = Signal::derive(move || {
        let of_best = best.with(|it| it.as_ref().and_then(|it| it.as_ref().err().cloned()));
        of_best.or_else(|| loaded.with(|it| it.as_ref().and_then(|it| it.as_ref().err().cloned())))
    });
    let shown =
        Memo::new(move |_| loaded.with(|it| it.as_ref().and_then(|it| it.as_ref().ok().cloned())));
    let about = move || {
        let words = lesson_words();
        match (shown.get(), lesson.saved_run.get()) {
            (Some(loaded), Some(run)) => words.kept(&run, loaded.epoch),
            _ if complaint.with(Option::is_some) => String::new(),
            _ => words.reads().to_owned(),
        }
    };
    // However the page is closed, the answer is there to compare with.
    Effect::new(move |_| {
        if let Some((loaded, run)) = shown.get().zip(lesson.saved_run.get()) {
            saved::note_answer(&NotedAnswer::of(run, loaded.image, &loaded.probabilities));
        }
    });
    // Whether the answer is the one from before the page was opened anew.
    let is_same = Memo::new(move |_| {
        let now = shown.get().zip(lesson.saved_run.get());
        lesson.answer_before.with_value(|noted| {
            let (loaded, run) = now?;
            let noted = noted.as_ref().filter(|it| it.run == run && it.image == loaded.image)?;
            Some(*noted == NotedAnswer::of(run, loaded.image, &loaded.probabilities))
        })
    });
    let reload = move |_| {
        // Where it is refused, the page stays as it is.
        let _ = window().location().reload();
    };
    view! {
        <Show when=move || !has_run.get()>
            <p data-testid="lesson-no-run">{word(|words| words.no_run())}</p>
            <p><a href=link_to_step(Step::Epoch)>{word(|words| words.to_epoch())}</a></p>
        </Show>
        <Show when=move || has_run.get()>
            <Trouble complaint again=move |()| untrack(find) />
            <p data-testid="lesson-kept">{about}</p>
            <TestImage lesson images />
            <Answer probabilities=Signal::derive(move || shown.get().map(|it| it.probabilities)) />
            <div aria-live="polite" data-testid="lesson-same" data-same=move || is_same.get().map(|it| it.to_string())>
                {move || is_same.get().map(|is_same| {
                    let words = lesson_words();
                    view! {
                        <p class="lesson-outcome">
                            {if is_same { words.same_answer() } else { words.other_answer() }}
                        </p>
                    }
                })}
            </div>
            <div class="lesson-buttons">
                <button type="button" data-testid="lesson-reload" on:click=reload
                    disabled=move || shown.with(Option::is_none)>
                    {word(|words| words.reload())}
                </button>
            </div>
            <p>
                <a href=move || format!("#/train/{}", lesson.saved_run.get().unwrap_or_default())>
                    {word(|words| words.to_run())}
                </a>
            </p>
        </Show>
    }
}

/// What the library has of a run.
enum Found {
    /// Nothing: it was deleted.
    Gone,
    /// The weights after its best epoch.
    Weights(Arc<KeptWeights>),
}

/// Finds the weights after the run's best epoch.
fn find_best(
    worker: InsightWorker,
    run: String,
    then: impl FnOnce(Result<Found, Complaint>) + 'static,
) {
    let measured = InsightCommand::Measured { runs: vec![run.clone()] };
    worker.ask(&measured, move |outcome| {
        let best = match outcome {
            Ok(InsightReply::Measured(measured)) => match measured.first() {
                Some((_, it)) => best_of(&it.epochs).map(|best| best.epoch),
                None => return then(Ok(Found::Gone)),
            },
            Ok(_) => return then(Err(wrong_answer())),
            Err(failure) => return then(Err(failure)),
        };
        worker.ask(&InsightCommand::Weights { run }, move |outcome| {
            then(outcome.and_then(|reply| match reply {
                InsightReply::Weights(kept) => {
                    let is_best = |it: &KeptWeights| Some(it.epoch) == best && it.step.is_none();
                    let found = kept.into_iter().find(is_best);
                    let found = found.map(|kept| Found::Weights(Arc::new(kept)));
                    found.ok_or_else(|| Failure::NoWeights.into())
                }
                _ => Err(wrong_answer()),
            }));
        });
    });
}
