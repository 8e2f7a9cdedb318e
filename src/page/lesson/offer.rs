//! How the page gets this program: by a function that takes an element and returns handles on what was mounted there.

use js_sys::{Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::HtmlElement;

use super::frame::LessonView;
use super::state::Lesson;
use crate::page::browser::offer_part;
use crate::page::words::{Language, language};
use crate::protocol::decode;

/// Makes this program known to the page under the name of its file.
///
/// What is offered takes an element and returns an object with functions: `give(inputs)` takes the step and more
/// ([`super::LessonInputs`] in the protocol's encoding), `speak(language)` changes the language, `hide()` takes everything
/// away.
pub fn offer() {
    crate::page::report_panics();
    let show = Closure::<dyn Fn(HtmlElement) -> Object>::new(show);
    offer_part("lesson", show.as_ref().unchecked_ref());
    // It may be shown again at any time.
    show.forget();
}

fn show(element: HtmlElement) -> Object {
    let handles = Object::new();
    // Setting a property of a new object does not fail.
    let add = |name: &str, function: JsValue| drop(Reflect::set(&handles, &name.into(), &function));
    let lesson = Lesson::here();
    let mounted = mount_to(element, move || view! { <LessonView lesson /> });
    let give = move |bytes: Vec<u8>| {
        // Both programs are of one build.
        if let Ok(inputs) = decode(&bytes) {
            lesson.give(inputs);
        }
    };
    add("give", Closure::<dyn Fn(_)>::new(give).into_js_value());
    let speak = |code: String| {
        if let Some(known) = Language::with_code(&code) {
            language::speak(known);
        }
    };
    add("speak", Closure::<dyn Fn(_)>::new(speak).into_js_value());
    add("hide", Closure::once_into_js(move || drop(mounted)));
    handles
}
