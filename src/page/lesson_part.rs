//! The place `lesson`, which a program of its own draws (`page/lesson`).

use js_sys::Uint8Array;
use leptos::prelude::*;

use super::address::Address;
use super::lesson::LessonInputs;
use super::part::{Handles, Part};
use super::session::Session;
use crate::protocol::encode;
use crate::settings::SettingsDraft;

/// The place.
#[component]
pub fn LessonPart(
    session: Session,
    address: Address,
    draft: RwSignal<SettingsDraft>,
) -> impl IntoView {
    let handles = Handles::new();
    let Session { run, shown, .. } = session;
    let inputs = Memo::new(move |_| LessonInputs {
        step: address.step.get().as_str().to_owned(),
        seed: draft.with(SettingsDraft::check).map_or(0, |config| config.seed),
        run: shown.at_hand(),
        trains: run.is_busy(),
    });
    Effect::new(move |_| {
        let inputs = inputs.get();
        if let Some(bytes) = encode(&inputs).ok().filter(|_| handles.are_there()) {
            handles.call("give", &[Uint8Array::from(&bytes[..]).into()]);
        }
    });
    view! { <div class="place"><Part program="lesson" view="lesson" handles /></div> }
}
