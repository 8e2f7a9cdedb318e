//! Why the answer: the part of the page that shows on which pixels it rests (`page/insight`), behind a button.

use js_sys::Uint8Array;
use leptos::prelude::*;

use crate::garment::Garment;
use crate::page::part::{Handles, Part};
use crate::page::session::ClassifierState;
use crate::page::words::say;

/// The button, once there is an answer, and below it the explanation of each answer while it is open.
#[component]
pub fn Why(classifier: ClassifierState, seen: Memo<Option<Garment>>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let has_answer = Memo::new(move |_| {
        // What explains answers knows the tutorial's classes only.
        classifier.prediction.with(|it| matches!(it, Some(Ok(it)) if it.class_names.is_none()))
    });
    view! {
        <Show when=move || has_answer.get()>
            <button type="button" class="quiet" data-testid="why"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)>
                {say(|words| words.classifier.why())}
            </button>
            <Show when=move || is_open.get()>
                <Explained classifier seen />
            </Show>
        </Show>
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
