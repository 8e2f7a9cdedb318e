//! How the page gets this program: by a function that takes an element and returns handles on what was mounted there.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::HtmlElement;

use super::inside::{Doing, RunInTraining};
use super::why::{Question, WhyView};
use super::{Followed, Insight};
use crate::page::browser::offer_part;
use crate::page::class_names::ClassNames;
use crate::page::experiments::{Experiments, ExperimentsView};
use crate::page::words::{Language, language};
use crate::protocol::decode;

/// Makes this program known to the page under the name of its file.
///
/// What is offered takes an element and the name of a view. It returns an object with functions: `speak(language)` changes
/// the language, `hide()` takes everything away; of the view `validation`, `follow(run)` looks into another run,
/// `mark(image, own)` says which test image the place `train` follows, of the data set of one's own with this SHA-256 or else
/// the tutorial's,
/// `trains(doing, run)` says whether a run is `training`, `paused` or `nothing`, and `connect(observe)` passes the function that has
/// it take a step: `observe(pause)` promises that step's bytes; of the view `why`, `explain(image, weights, names)` explains
/// another answer, of a network with one's own classes if there are `names`; of the view `experiments`, `give(inputs)` passes the form's settings and more ([`PageInputs`] in the protocol's
/// encoding), and `connect(take)` the function that takes settings to that form: `take(query)`.
///
/// [`PageInputs`]: crate::page::experiments::PageInputs
pub fn offer() {
    crate::page::report_panics();
    let show = Closure::<dyn Fn(HtmlElement, String) -> Object>::new(show);
    offer_part("insight", show.as_ref().unchecked_ref());
    // It may be shown again at any time.
    show.forget();
}

fn show(element: HtmlElement, view: String) -> Object {
    let handles = Object::new();
    // Setting a property of a new object does not fail.
    let add = |name: &str, function: JsValue| drop(Reflect::set(&handles, &name.into(), &function));
    let mounted: Box<dyn Any> = if view == "why" {
        let question = ArcRwSignal::new(None);
        let asked = question.clone();
        let explain =
            move |image: Option<Vec<u8>>, weights: Option<Vec<u8>>, own: Option<Vec<String>>| {
                let names = own.map_or_else(ClassNames::default, |own| ClassNames::own(&own));
                let both = image.zip(weights);
                question.set(both.map(|(image, weights)| Question { image, weights, names }));
            };
        add("explain", Closure::<dyn Fn(_, _, _)>::new(explain).into_js_value());
        Box::new(mount_to(element, move || view! { <WhyView question=asked.clone().into() /> }))
    } else if view == "experiments" {
        let experiments = Experiments::here();
        let give = move |bytes: Vec<u8>| {
            // Both programs are of one build.
            if let Ok(inputs) = decode(&bytes) {
                experiments.give(inputs);
            }
        };
        add("give", Closure::<dyn Fn(_)>::new(give).into_js_value());
        let connect = move |take: Function| experiments.connect(take);
        add("connect", Closure::<dyn Fn(Function)>::new(connect).into_js_value());
        let mounted = mount_to(element, move || view! { <ExperimentsView experiments /> });
        Box::new(mounted)
    } else {
        let run = ArcRwSignal::new(None);
        let shown = run.clone();
        let follow = move |name: Option<String>| run.set(name);
        add("follow", Closure::<dyn Fn(_)>::new(follow).into_js_value());
        let marked = ArcRwSignal::new(None);
        let followed = marked.clone();
        let mark = move |image: Option<u32>, own: Option<String>| {
            marked.set(image.map(|index| Followed { index, own }));
        };
        add("mark", Closure::<dyn Fn(_, _)>::new(mark).into_js_value());
        let made = Rc::new(Cell::new(None));
        let making = Rc::clone(&made);
        let mounted = mount_to(element, move || {
            let training = RunInTraining::new();
            making.set(Some(training));
            view! { <Insight run=shown.clone().into() followed=followed.clone().into() training /> }
        });
        if let Some(training) = made.get() {
            let trains = move |doing: String, run: Option<String>| {
                training.does(run, Doing::named(&doing));
            };
            add("trains", Closure::<dyn Fn(_, _)>::new(trains).into_js_value());
            let connect = move |observe| training.connect(observe);
            add("connect", Closure::<dyn Fn(Function)>::new(connect).into_js_value());
        }
        Box::new(mounted)
    };
    let speak = |code: String| {
        if let Some(known) = Language::with_code(&code) {
            language::speak(known);
        }
    };
    add("speak", Closure::<dyn Fn(_)>::new(speak).into_js_value());
    add("hide", Closure::once_into_js(move || drop(mounted)));
    handles
}
