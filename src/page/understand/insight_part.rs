//! The part that looks into networks, a program of its own that is loaded when this place is opened (`page/insight`).

use js_sys::{Function, Reflect};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::page::browser::{show_part, words_of};
use crate::page::session::{Complaint, PageFailure, Remedy, ShownRun};
use crate::page::words::{Language, say, words};

/// The element that it draws into, and why that failed, if it did.
#[component]
pub fn InsightPart(shown: ShownRun) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let handles = RwSignal::new_local(None::<JsValue>);
    let failure = RwSignal::new(None::<Complaint>);
    let load = move || {
        let Some(element) = element.get_untracked() else { return };
        failure.set(None);
        spawn_local(async move {
            match show_part("insight", &element).await {
                // The visitor may have gone elsewhere.
                Ok(shown) if shown.is_undefined() => {}
                Ok(shown) => drop(handles.try_set(Some(shown))),
                Err(error) => {
                    let browser_text = words_of(&error);
                    let failed = PageFailure::InsightNotLoaded { browser_text };
                    drop(failure.try_set(Some(failed.into())));
                }
            }
        });
    };
    Effect::new(move |_| {
        if element.get().is_some() {
            load();
        }
    });
    Effect::new(move |_| {
        handles.with(|handles| tell(handles.as_ref(), "speak", &Language::chosen().code().into()));
    });
    let run = Memo::new(move |_| shown.at_hand());
    Effect::new(move |_| {
        let run = run.get().map_or(JsValue::UNDEFINED, JsValue::from);
        handles.with(|handles| tell(handles.as_ref(), "follow", &run));
    });
    on_cleanup(move || {
        handles.with_untracked(|handles| tell(handles.as_ref(), "hide", &JsValue::UNDEFINED));
    });
    view! {
        <div node_ref=element></div>
        {move || failure.get().map(|complaint| {
            let told = move || words().failures.told(&complaint);
            view! {
                <section class="panel" data-testid="insight-failure">
                    <p>{move || { let told = told(); format!("{} {} {}", told.happened, told.kept, told.next) }}</p>
                    <button type="button" on:click=move |_| load()>
                        {say(|words| words.failures.remedy(&Remedy::RetryData))}
                    </button>
                </section>
            }
        })}
    }
}

/// Calls one of the part's functions, if it has been loaded.
fn tell(handles: Option<&JsValue>, name: &str, what: &JsValue) {
    let function = handles.and_then(|handles| Reflect::get(handles, &name.into()).ok());
    if let Some(function) = function.and_then(|function| function.dyn_into::<Function>().ok()) {
        // It throws nothing.
        let _ = function.call1(&JsValue::NULL, what);
    }
}
