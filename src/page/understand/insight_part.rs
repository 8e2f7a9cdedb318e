//! The part of the place that looks into a run's network (`page/insight`).

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::page::part::{Handles, Part};
use crate::page::session::ShownRun;

/// What the network of the run at hand learned, and where it errs.
#[component]
pub fn InsightPart(shown: ShownRun) -> impl IntoView {
    let handles = Handles::new();
    let run = Memo::new(move |_| shown.at_hand());
    Effect::new(move |_| {
        let run = run.get().map_or(JsValue::UNDEFINED, JsValue::from);
        if handles.are_there() {
            handles.call("follow", &[run]);
        }
    });
    view! { <Part view="validation" handles /> }
}
