//! The part of the place that looks into a run's network (`page/insight`).

use js_sys::{Promise, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use crate::page::part::{Handles, Part};
use crate::page::session::{ClassifierState, CurrentRun, DataState, ShownRun};
use crate::page::words::words;
use crate::protocol::Status;

/// What the network of the run at hand learned, where it errs, and what its steps do.
#[component]
pub fn InsightPart(
    run: CurrentRun,
    shown: ShownRun,
    classifier: ClassifierState,
    data: DataState,
) -> impl IntoView {
    let handles = Handles::new();
    let at_hand = Memo::new(move |_| shown.at_hand());
    Effect::new(move |_| {
        let run = at_hand.get().map_or(JsValue::UNDEFINED, JsValue::from);
        if handles.are_there() {
            handles.call("follow", &[run]);
        }
    });
    Effect::new(move |_| {
        let image = classifier.followed.get().map_or(JsValue::UNDEFINED, JsValue::from);
        let own = data.own.get().map_or(JsValue::UNDEFINED, JsValue::from);
        if handles.are_there() {
            handles.call("mark", &[image, own]);
        }
    });
    // What the run does whose steps can be observed.
    let doing = Memo::new(move |_| match shown.status() {
        _ if !shown.is_current() => "nothing",
        Status::Training | Status::Validating => "training",
        Status::Paused => "paused",
        _ => "nothing",
    });
    Effect::new(move |_| {
        let doing = doing.get();
        let name = run.figures.name().map_or(JsValue::UNDEFINED, JsValue::from);
        if handles.are_there() {
            handles.call("trains", &[doing.into(), name]);
        }
    });
    let observe = Closure::<dyn Fn(bool) -> Promise>::new(move |pause| observe(run, pause));
    // The part may call it at any time.
    let observe = StoredValue::new_local(observe.into_js_value());
    Effect::new(move |_| {
        if handles.are_there() {
            handles.call("connect", &[observe.get_value()]);
        }
    });
    view! { <Part view="validation" handles /> }
}

/// A promise of a step, as bytes, or of nothing if there is none now; it fails with a text for the visitor.
fn observe(run: CurrentRun, pause: bool) -> Promise {
    Promise::new(&mut |resolve, reject| {
        run.observe(pause, move |outcome| {
            // Settling a promise throws nothing.
            let _ = match outcome {
                Ok(Some(bytes)) => {
                    resolve.call1(&JsValue::NULL, &Uint8Array::from(&bytes[..]).into())
                }
                Ok(None) => resolve.call0(&JsValue::NULL),
                Err(failure) => {
                    let told = words().failures.told(&failure);
                    let told = format!("{} {} {}", told.happened, told.kept, told.next);
                    reject.call1(&JsValue::NULL, &told.trim().into())
                }
            };
        });
    })
}
