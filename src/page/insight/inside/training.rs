//! The run that trains in another worker, as the page lets this part reach it.

use js_sys::{Function, Promise, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::page::browser::words_of;

/// What the run does whose steps can be observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doing {
    /// There is none.
    #[default]
    Nothing,
    /// It trains.
    Training,
    /// It is paused.
    Paused,
}

impl Doing {
    /// As the page names it.
    pub fn named(name: &str) -> Self {
        match name {
            "training" => Self::Training,
            "paused" => Self::Paused,
            _ => Self::Nothing,
        }
    }
}

/// The run that trains.
#[derive(Clone, Copy)]
pub struct RunInTraining {
    /// Its name, and what it does.
    pub run: RwSignal<(Option<String>, Doing)>,
    /// The page's function by which it takes a step.
    observe: StoredValue<Option<Function>, LocalStorage>,
}

impl RunInTraining {
    /// No run so far.
    pub fn new() -> Self {
        Self { run: RwSignal::new((None, Doing::Nothing)), observe: StoredValue::new_local(None) }
    }

    /// A run does something else. It may do so after the place has been left.
    pub fn does(self, run: Option<String>, doing: Doing) {
        let _ = self.run.try_set((run, doing));
    }

    /// It is reached by this function.
    pub fn connect(self, observe: Function) {
        let _ = self.observe.try_set_value(Some(observe));
    }

    /// Has it take a step, with `pause` its last one for now. `then` gets the step's bytes, nothing if there is no step to
    /// take, or what went wrong as a text for the visitor.
    pub fn observe(
        self,
        pause: bool,
        then: impl FnOnce(Result<Option<Vec<u8>>, String>) + 'static,
    ) {
        let promised = self.observe.try_get_value().flatten().map(|observe| {
            let promise = observe.call1(&JsValue::NULL, &pause.into())?;
            promise.dyn_into::<Promise>()
        });
        let promise = match promised {
            None => return then(Ok(None)),
            Some(Err(error)) => return then(Err(words_of(&error))),
            Some(Ok(promise)) => promise,
        };
        spawn_local(async move {
            then(match JsFuture::from(promise).await {
                Ok(step) => Ok(step.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec())),
                Err(error) => Err(words_of(&error)),
            });
        });
    }
}
