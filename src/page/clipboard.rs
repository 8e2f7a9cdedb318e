//! Text for the clipboard, or to copy by hand if there is none.

use leptos::prelude::*;

use super::words::say;

/// The outcome of pressing a copy button.
#[derive(Clone, PartialEq)]
pub enum Copied {
    No,
    Yes,
    /// The clipboard refused; this is the text to copy by hand.
    ByHand(String),
}

/// Copies the text to the clipboard and reports the outcome.
pub fn copy(text: String, copied: RwSignal<Copied>) {
    leptos::task::spawn_local(async move {
        // Outside secure contexts there is no clipboard, and calling it throws.
        let allowed = window().is_secure_context();
        let written = if allowed {
            let clipboard = window().navigator().clipboard();
            wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await.is_ok()
        } else {
            false
        };
        copied.set(if written { Copied::Yes } else { Copied::ByHand(text) });
    });
}

/// Says that the text was copied, or offers it to copy by hand.
#[component]
pub fn CopiedNote(copied: RwSignal<Copied>) -> impl IntoView {
    let by_hand = |text: String| {
        let field = if text.contains('\n') {
            let rows = text.lines().count().to_string();
            view! { <textarea readonly rows=rows prop:value=text></textarea> }.into_any()
        } else {
            view! { <input type="text" readonly prop:value=text /> }.into_any()
        };
        view! { <label>{say(|words| words.page.copy_by_hand())} {field}</label> }
    };
    view! {
        <div class="note" aria-live="polite">
            {move || match copied.get() {
                Copied::No => None,
                Copied::Yes => Some(view! { <p>{say(|words| words.page.copied())}</p> }.into_any()),
                Copied::ByHand(text) => Some(by_hand(text).into_any()),
            }}
        </div>
    }
}
