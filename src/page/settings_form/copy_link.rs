//! The link to the settings, for the clipboard.

use leptos::prelude::*;

use crate::page::link::{self, Given};
use crate::settings::SettingsDraft;

/// What a press on "Copy link" came to.
#[derive(Clone, PartialEq)]
pub enum Copied {
    No,
    Yes,
    /// The clipboard refused; the link to copy by hand.
    ByHand(String),
}

#[component]
pub fn CopyLink(
    draft: RwSignal<SettingsDraft>,
    given: RwSignal<Given>,
    copied: RwSignal<Copied>,
) -> impl IntoView {
    let config = move || draft.with(SettingsDraft::check).ok();
    let copy = move |_| {
        let Ok(config) = draft.with_untracked(SettingsDraft::check) else { return };
        let link = link::to(&config, &given.get_untracked(), false);
        leptos::task::spawn_local(async move {
            // Outside secure contexts there is no clipboard, and calling it throws.
            let allowed = window().is_secure_context();
            let written = if allowed {
                let clipboard = window().navigator().clipboard();
                wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&link)).await.is_ok()
            } else {
                false
            };
            copied.set(if written { Copied::Yes } else { Copied::ByHand(link) });
        });
    };
    view! {
        <div class="copy-link">
            <button type="button" data-testid="copy-link" disabled=move || config().is_none()
                on:click=copy>
                "Copy link to these settings"
            </button>
            <div class="note" aria-live="polite">
                {move || match copied.get() {
                    Copied::No => None,
                    Copied::Yes => Some(view! { <p>"Copied."</p> }.into_any()),
                    Copied::ByHand(link) => {
                        Some(
                            view! {
                                <label>
                                    "The clipboard is not available; copy it from here."
                                    <input type="text" readonly prop:value=link />
                                </label>
                            }
                                .into_any(),
                        )
                    }
                }}
            </div>
        </div>
    }
}
