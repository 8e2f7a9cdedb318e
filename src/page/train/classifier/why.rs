//! Why the answer: the part of the page that shows on which pixels it rests (`page/insight`), behind a button.

use js_sys::Uint8Array;
use leptos::prelude::*;

use super::disclosure::Disclosure;
use crate::garment::Garment;
use crate::page::part::{Handles, Part};
use crate::page::session::ClassifierState;

/// The button, once there is an answer, and below it the explanation of each answer while it is open.
#[component]
pub fn Why(classifier: ClassifierState, seen: Memo<Option<Garment>>) -> impl IntoView {
    let has_answer = Memo::new(move |_| {
        // What explains answers knows the tutorial's classes only.
        classifier.prediction.with(|it| matches!(it, Some(Ok(it)) if it.class_names.is_none()))
    });
    view! {
        <Disclosure is_there=has_answer label=|words| words.classifier.why() testid="why">
            <Explained classifier seen />
        </Disclosure>
    }
}

#[component]
fn Explained(classifier: ClassifierState, seen: Memo<Option<Garment>>) -> impl IntoView {
    let handles = Handles::new();
    Effect::new(move |_| {
        let is_answered = classifier.prediction.with(|answer| matches!(answer, Some(Ok(_))));
        if !handles.are_there() {
            return;
        }
        let Some(garment) = seen.get_untracked().filter(|_| is_answered) else {
            return handles.call("explain", &[]);
        };
        classifier.weights(move |weights| {
            let image = Uint8Array::from(&garment[..]).into();
            handles.call("explain", &[image, Uint8Array::from(&weights[..]).into()]);
        });
    });
    view! { <Part view="why" handles /> }
}
