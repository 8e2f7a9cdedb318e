//! The choice of the page's language.

use std::time::Duration;

use leptos::prelude::*;

use super::words::Language;
use super::words::language::change;

/// In every language at once, since whoever looks for it may not read the page's.
const LABEL: &str = "Language / 语言";

/// A list of the languages, each in its own words.
#[component]
pub fn LanguageSelect() -> impl IntoView {
    let option = |language: Language| {
        view! {
            <option value=language.code() lang=language.tag()
                selected=move || Language::chosen() == language>
                {language.name()}
            </option>
        }
    };
    view! {
        <select
            class="language-select"
            data-testid="language-select"
            aria-label=LABEL
            title=LABEL
            prop:value=move || Language::chosen().code()
            on:change:target=move |event| {
                if let Some(language) = Language::with_code(&event.target().value()) {
                    // All texts of the page change, which takes a while: first the list shows the choice.
                    request_animation_frame(move || set_timeout(move || change(language), Duration::ZERO));
                }
            }
        >
            {Language::ALL.map(option).collect_view()}
        </select>
    }
}
