//! The model's answer: the most likely class and all probabilities.

use std::time::Duration;

use leptos::prelude::*;

use super::Subject;
use crate::network::{CLASS_NAMES, CLASSES};
use crate::page::class_names::class_name;
use crate::page::format::{UNKNOWN, percent};
use crate::page::runs::shown_checkpoint;
use crate::page::session::{ClassifierState, DataState, LibraryState};
use crate::page::words::{Told, say, words};
use crate::protocol::WeightsOf;

/// Enough for a screen reader to hear of an answer.
const ANSWER_IS_HEARD: Duration = Duration::from_secs(1);

/// The most likely class, its probability, and whose weights predicted it.
#[component]
pub fn Answer(
    classifier: ClassifierState,
    library: LibraryState,
    data: DataState,
    subject: Subject,
) -> impl IntoView {
    let top = Memo::new(move |_| {
        classifier.prediction.with(|prediction| {
            let prediction = prediction.as_ref()?.as_ref().ok()?;
            let likelier = |one: &(usize, f32), other: &(usize, f32)| one.1.total_cmp(&other.1);
            let (label, share) = prediction
                .probabilities
                .iter()
                .copied()
                .enumerate()
                .filter(|(_, share)| share.is_finite())
                .max_by(likelier)?;
            Some((label, f64::from(share), prediction.weights.clone()))
        })
    });
    let refusal = move || {
        classifier.prediction.with(|prediction| {
            let failure = prediction.as_ref()?.as_ref().err()?;
            let Told { happened, next, .. } = words().failures.told(failure);
            Some(format!("{happened} {next}"))
        })
    };
    let truth = move || {
        let (index, label) = subject.truth.get()?;
        let name = data.class_name(label.into());
        let answer = top.get().map(|(label, ..)| named(classifier, label));
        Some(words().classifier.test_label(index, &name, answer.as_deref()))
    };
    let followed = Memo::new(move |_| subject.followed_truth());
    let is_followed = move || followed.get().is_some();
    // During a run the answer may change every second. A screen reader announces the one that comes after the visitor
    // has changed the garment; nobody has asked for the others.
    let is_asked = RwSignal::new(false);
    Effect::new(move |_| {
        subject.garment.track();
        is_asked.set(true);
    });
    Effect::new(move |_| {
        top.track();
        if is_asked.get_untracked() {
            // The component may be gone by then.
            let forget = move || {
                let _ = is_asked.try_set(false);
            };
            set_timeout(forget, ANSWER_IS_HEARD);
        }
    });
    let live = move || {
        let is_told = !is_followed()
            && !subject.is_live.get()
            && (is_asked.get() || !subject.followed.is_fixed());
        if is_told { "polite" } else { "off" }
    };
    view! {
        <div class="answer">
            <p class="answer-top" data-testid="prediction-top" aria-live=live>
                {move || {
                    let top = top.get();
                    top.map_or_else(|| UNKNOWN.to_owned(), |(label, ..)| named(classifier, label))
                }}
            </p>
            <p class="note">
                {move || match top.get() {
                    Some((_, share, WeightsOf::Run { step })) => {
                        words().classifier.answer_by_run(share, step)
                    }
                    Some((_, share, WeightsOf::Checkpoint { name })) => {
                        let shown = shown_checkpoint(library, &name);
                        words().classifier.answer_by_checkpoint(share, &shown)
                    }
                    None => refusal().unwrap_or_default(),
                }}
            </p>
            <p class="note" data-testid="test-label">{truth}</p>
            <Show when=is_followed>
                <p class="note followed">
                    <span data-testid="followed-image">
                        {move || followed.get().map(|(index, label)| {
                            words().classifier.followed_image(index, &data.class_name(label.into()))
                        })}
                    </span>
                    <button type="button" class="quiet" data-testid="another-image"
                        on:click=move |_| subject.followed.take_another()>
                        {say(|words| words.classifier.another_image())}
                    </button>
                </p>
            </Show>
        </div>
    }
}

/// The name of a label that was predicted.
fn named(classifier: ClassifierState, label: usize) -> String {
    classifier.prediction.with(|prediction| {
        let prediction = prediction.as_ref().and_then(|prediction| prediction.as_ref().ok());
        let own = prediction.and_then(|prediction| prediction.class_names.as_deref());
        class_name(own, label)
    })
}

/// More bars than this are in a box that scrolls.
const MOST_IN_SIGHT: usize = 12;

/// A labelled bar for each class of the network that classifies, or of the data set while there is no answer.
#[component]
pub fn Bars(classifier: ClassifierState, data: DataState) -> impl IntoView {
    // One's own classes; `None` for the tutorial's.
    let own = Memo::new(move |_| {
        classifier.prediction.with(|prediction| match prediction {
            Some(Ok(prediction)) => prediction.class_names.clone(),
            _ => data.own_class_names(),
        })
    });
    let count = Memo::new(move |_| own.with(|own| own.as_ref().map_or(CLASSES, Vec::len)));
    let is_long = move || count.get() > MOST_IN_SIGHT;
    view! {
        <ol class="bars" class:bars-many=is_long aria-label=say(|words| words.classifier.probabilities())
            tabindex=move || is_long().then_some("0")>
            <For each=move || 0..count.get() key=|label| *label let:label>
                <Bar classifier label own />
            </For>
        </ol>
    }
}

#[component]
fn Bar(classifier: ClassifierState, label: usize, own: Memo<Option<Vec<String>>>) -> impl IntoView {
    // The same in every language.
    let stable_name = move || match own.get() {
        Some(own) => own.get(label).cloned(),
        None => CLASS_NAMES.get(label).map(|&name| name.to_owned()),
    };
    let share = Memo::new(move |_| {
        classifier.prediction.with(|prediction| {
            let prediction = prediction.as_ref()?.as_ref().ok()?;
            prediction.probabilities.get(label).copied().filter(|share| share.is_finite())
        })
    });
    let width = move || format!("scaleX({})", share.get().unwrap_or_default());
    let top = Memo::new(move |_| {
        classifier.prediction.with(|prediction| {
            let shares = prediction.as_ref()?.as_ref().ok()?.probabilities.iter();
            Some(shares.clone().all(|other| share.get().is_some_and(|share| *other <= share)))
        })
    });
    view! {
        <li
            class="class-bar"
            class:class-bar-top=move || top.get() == Some(true)
            data-testid="prediction-bar"
            data-label=stable_name
            data-probability=move || share.get().map(|share| share.to_string()).unwrap_or_default()
        >
            <span class="class-name">{move || own.with(|own| class_name(own.as_deref(), label))}</span>
            <span class="class-track"><span class="class-fill" style:transform=width></span></span>
            <span class="class-share">
                {move || share.get().map_or_else(|| UNKNOWN.to_owned(), |share| percent(share.into()))}
            </span>
        </li>
    }
}
