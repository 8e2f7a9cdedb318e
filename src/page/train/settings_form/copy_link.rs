//! Copies the link to the settings.

use leptos::prelude::*;

use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::link::{self, RunInputs};
use crate::page::words::say;
use crate::settings::SettingsDraft;

#[component]
pub fn CopyLink(
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    copied: RwSignal<Copied>,
) -> impl IntoView {
    let config = move || draft.with(SettingsDraft::check).ok();
    let copy = move |_| {
        let Ok(config) = draft.with_untracked(SettingsDraft::check) else { return };
        clipboard::copy(link::to(&config, &inputs.get_untracked(), false), copied);
    };
    view! {
        <div class="copy-link">
            <button type="button" data-testid="copy-link" disabled=move || config().is_none()
                on:click=copy>
                {say(|words| words.settings.copy_link())}
            </button>
            <CopiedNote copied />
        </div>
    }
}
