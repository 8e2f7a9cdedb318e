//! How the page gets this program: by a function that takes an element and returns handles on what was mounted there.

use js_sys::{Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlElement;

use super::Insight;
use crate::page::browser::offer_part;
use crate::page::words::{Language, language};

/// Makes this program known to the page under the name of its file.
///
/// What is offered takes an element. It returns an object with three functions: `follow(run)` looks into another run,
/// `speak(language)` changes the language, `hide()` takes everything away.
pub fn offer() {
    crate::page::report_panics();
    let show = Closure::<dyn Fn(HtmlElement) -> Object>::new(show);
    offer_part("insight", show.as_ref().unchecked_ref());
    // It may be shown again at any time.
    show.forget();
}

fn show(element: HtmlElement) -> Object {
    let run = ArcRwSignal::new(None);
    let shown = run.clone();
    let mounted = mount_to(element, move || view! { <Insight run=shown.clone().into() /> });
    let handles = Object::new();
    let follow = Closure::<dyn Fn(Option<String>)>::new(move |name| run.set(name));
    let speak = Closure::<dyn Fn(String)>::new(|code: String| {
        if let Some(known) = Language::with_code(&code) {
            language::speak(known);
        }
    });
    let hide = Closure::once_into_js(move || drop(mounted));
    // Setting a property of a new object does not fail.
    let _ = Reflect::set(&handles, &"follow".into(), &follow.into_js_value());
    let _ = Reflect::set(&handles, &"speak".into(), &speak.into_js_value());
    let _ = Reflect::set(&handles, &"hide".into(), &hide);
    handles
}
