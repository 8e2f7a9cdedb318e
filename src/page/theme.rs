//! Light and dark: follows the system until the visitor chooses.

use leptos::prelude::*;

use super::browser::words_of;
use super::icon_toggle::IconToggle;

const KEY: &str = "atelier-theme";

/// A button that switches between light and dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let dark = RwSignal::new(remembered().unwrap_or_else(system_is_dark));
    if remembered().is_some() {
        apply(dark.get_untracked());
    }
    let switch = move |_| {
        dark.update(|dark| *dark = !*dark);
        apply(dark.get_untracked());
        remember(dark.get_untracked());
    };
    view! {
        <IconToggle
            hook="theme-toggle"
            label=|words| words.header.dark_theme()
            is_on=dark
            turn_on=|words| words.header.switch_to_dark()
            turn_off=|words| words.header.switch_to_light()
            on_press=switch
        >
            <circle cx="12" cy="12" r="8.25" />
            <path d="M12 3.75a8.25 8.25 0 0 1 0 16.5z" fill="currentColor" stroke="none" />
        </IconToggle>
    }
}

fn system_is_dark() -> bool {
    let query = window().match_media("(prefers-color-scheme: dark)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

fn apply(dark: bool) {
    let theme = if dark { "dark" } else { "light" };
    let set = document().document_element().map(|root| root.set_attribute("data-theme", theme));
    if let Some(Err(error)) = set {
        leptos::logging::warn!("the theme was not set: {}", words_of(&error));
    }
}

/// In some privacy modes storage is absent or refuses access; then the system's theme applies.
fn remembered() -> Option<bool> {
    let storage = window().local_storage().ok().flatten()?;
    match storage.get_item(KEY).ok().flatten()?.as_str() {
        "dark" => Some(true),
        "light" => Some(false),
        _ => None,
    }
}

fn remember(dark: bool) {
    let theme = if dark { "dark" } else { "light" };
    let kept = window().local_storage().map(|storage| storage.map(|s| s.set_item(KEY, theme)));
    if !matches!(kept, Ok(Some(Ok(())))) {
        leptos::logging::warn!("the theme will be forgotten: this browser does not store settings");
    }
}
