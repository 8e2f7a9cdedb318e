//! The network's answer: the likeliest class, and all ten probabilities.

use leptos::prelude::*;

use super::Subject;
use crate::network::CLASS_NAMES;
use crate::page::format::{UNKNOWN, percent};
use crate::page::session::Session;
use crate::page::words::{Told, words};

/// The likeliest class, how sure the network is, and whose weights say so.
#[component]
pub fn Answer(session: Session, subject: Subject) -> impl IntoView {
    let top = Memo::new(move |_| {
        session.prediction.with(|prediction| {
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
        session.prediction.with(|prediction| {
            let failure = prediction.as_ref()?.as_ref().err()?;
            let Told { happened, next, .. } = words().failures.told(failure);
            Some(format!("{happened} {next}"))
        })
    };
    let name = |label: usize| CLASS_NAMES.get(label).copied().unwrap_or(UNKNOWN);
    let truth = move || {
        let (index, label) = subject.truth.get()?;
        let labelled = name(usize::from(label));
        Some(match top.get() {
            None => format!("Test image {index} is labelled {labelled}."),
            Some((guess, ..)) if guess == usize::from(label) => {
                format!("Test image {index} is labelled {labelled}, and the network agrees.")
            }
            Some((guess, ..)) => {
                let answer = name(guess);
                format!("Test image {index} is labelled {labelled}; the network answers {answer}.")
            }
        })
    };
    view! {
        <div class="answer">
            <p class="answer-top" data-testid="prediction-top" aria-live="polite">
                {move || top.get().map_or(UNKNOWN, |(label, ..)| name(label))}
            </p>
            <p class="note">
                {move || match top.get() {
                    Some((_, share, weights)) => format!("{}, by {weights}", percent(share)),
                    None => refusal().unwrap_or_default(),
                }}
            </p>
            <p class="note" data-testid="test-label">{truth}</p>
        </div>
    }
}

/// Ten labelled bars.
#[component]
pub fn Bars(session: Session) -> impl IntoView {
    view! {
        <ol class="bars" aria-label="Probabilities">
            {CLASS_NAMES
                .into_iter()
                .enumerate()
                .map(|(label, name)| view! { <Bar session label name /> })
                .collect_view()}
        </ol>
    }
}

#[component]
fn Bar(session: Session, label: usize, name: &'static str) -> impl IntoView {
    let share = Memo::new(move |_| {
        session.prediction.with(|prediction| {
            let prediction = prediction.as_ref()?.as_ref().ok()?;
            prediction.probabilities.get(label).copied().filter(|share| share.is_finite())
        })
    });
    let width = move || format!("scaleX({})", share.get().unwrap_or_default());
    let top = Memo::new(move |_| {
        session.prediction.with(|prediction| {
            let shares = prediction.as_ref()?.as_ref().ok()?.probabilities.iter();
            Some(shares.clone().all(|other| share.get().is_some_and(|share| *other <= share)))
        })
    });
    view! {
        <li
            class="class-bar"
            class:class-bar-top=move || top.get() == Some(true)
            data-testid="prediction-bar"
            data-label=name
            data-probability=move || share.get().map(|share| share.to_string()).unwrap_or_default()
        >
            <span class="class-name">{name}</span>
            <span class="class-track"><span class="class-fill" style:transform=width></span></span>
            <span class="class-share">
                {move || share.get().map_or_else(|| UNKNOWN.to_owned(), |share| percent(share.into()))}
            </span>
        </li>
    }
}
