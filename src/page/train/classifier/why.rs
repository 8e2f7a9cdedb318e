//! Why the answer: the part of the page that shows on which pixels it rests (`page/insight`), behind a button.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::disclosure::Disclosure;
use crate::garment::Garment;
use crate::page::part::{Handles, Part};
use crate::page::session::ClassifierState;

/// The button, once there is an answer, and below it the explanation of each answer while it is open.
#[component]
pub fn Why(classifier: ClassifierState, seen: Memo<Option<Garment>>) -> impl IntoView {
    let has_answer = Memo::new(move |_| classifier.prediction.with(|it| matches!(it, Some(Ok(_)))));
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
        let answer =
            classifier.prediction.with(|it| Some(it.as_ref()?.as_ref().ok()?.class_names.clone()));
        if !handles.are_there() {
            return;
        }
        let Some((garment, own)) = seen.get_untracked().zip(answer) else {
            return handles.call("explain", &[]);
        };
        classifier.weights(move |weights| {
            let image = Uint8Array::from(&garment[..]).into();
            let own = own.map_or(JsValue::UNDEFINED, |own| {
                own.iter().map(|name| JsValue::from(&name[..])).collect::<Array>().into()
            });
            handles.call("explain", &[image, Uint8Array::from(&weights[..]).into(), own]);
        });
    });
    view! { <Part view="why" handles /> }
}
