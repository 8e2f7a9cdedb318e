//! A part of the page that is a program of its own, loaded when it is first shown (`www/page_loader.js`).

use js_sys::{Array, Function, Reflect};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};

use super::browser::{show_part, words_of};
use super::session::{Complaint, PageFailure, Remedy};
use super::words::{Language, say, words};

/// The functions by which a part is told what to show; none before it has been loaded.
#[derive(Clone, Copy)]
pub struct Handles(RwSignal<Option<JsValue>, LocalStorage>);

impl Handles {
    /// Those of a part that is going to be shown.
    pub fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// Whether the part has been loaded. Whoever asks in an effect is asked again once it has.
    pub fn are_there(self) -> bool {
        self.0.with(Option::is_some)
    }

    /// Calls one of the part's functions, if it has been loaded.
    pub fn call(self, name: &str, arguments: &[JsValue]) {
        let arguments: Array = arguments.iter().collect();
        let _ = self.0.try_with_untracked(|handles| {
            let function = Reflect::get(handles.as_ref()?, &name.into()).ok()?;
            // It throws nothing.
            function.dyn_into::<Function>().ok()?.apply(&JsValue::NULL, &arguments).ok()
        });
    }
}

/// The element into which the part draws this view; why it could not be loaded, if that failed. The `program` is that of
/// `page/insight`, if none is named.
#[component]
pub fn Part(
    #[prop(default = "insight")] program: &'static str,
    view: &'static str,
    handles: Handles,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let failure = RwSignal::new(None::<Complaint>);
    let load = move || {
        let Some(element) = element.get_untracked() else { return };
        failure.set(None);
        spawn_local(async move {
            match show_part(program, &element, view).await {
                // The visitor has gone elsewhere meanwhile.
                Ok(shown) if shown.is_undefined() => {}
                Ok(shown) => drop(handles.0.try_set(Some(shown))),
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
        let language = Language::chosen().code();
        if handles.are_there() {
            handles.call("speak", &[language.into()]);
        }
    });
    on_cleanup(move || {
        handles.call("hide", &[]);
        let _ = handles.0.try_set(None);
    });
    view! {
        <div node_ref=element></div>
        {move || failure.get().map(|complaint| {
            let told = move || {
                let told = words().failures.told(&complaint);
                format!("{} {} {}", told.happened, told.kept, told.next)
            };
            view! {
                <p class="complaint" role="alert" data-testid="insight-failure">
                    {told} " "
                    <button type="button" on:click=move |_| load()>
                        {say(|words| words.failures.remedy(&Remedy::RetryData))}
                    </button>
                </p>
            }
        })}
    }
}
