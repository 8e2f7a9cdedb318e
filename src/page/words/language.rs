//! The language of the page, and how it is chosen: by the link, by what was chosen before, by the browser.

use std::sync::LazyLock;

use leptos::prelude::*;

use crate::page::browser::words_of;
use crate::page::link;

const KEY: &str = "atelier-language";

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

/// The choice. No component owns it, so that words are there before the first component and outlive all.
static CHOSEN: LazyLock<ArcRwSignal<Language>> =
    LazyLock::new(|| ArcRwSignal::new(Language::at_first()));

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language of the page. What reads it in a closure is drawn anew when it changes.
    pub fn chosen() -> Self {
        CHOSEN.get()
    }

    /// As links and the browser's storage write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// As the document names it to the browser and to screen readers (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// Its own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The language with this code.
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language to which a browser's tag belongs, whatever its script and region: `zh-CN`, `en-GB`.
    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::with_code(&primary.to_ascii_lowercase())
    }

    /// How dates are written: as the browser writes them, with its region, where it speaks this language.
    pub fn tag_of_dates(self) -> &'static str {
        let own = window().navigator().language();
        if own.as_deref().and_then(Self::of_tag) == Some(self) { "default" } else { self.tag() }
    }

    /// Without a browser, as in tests, it is English.
    fn at_first() -> Self {
        if cfg!(not(target_arch = "wasm32")) {
            return Self::default();
        }
        let accepted =
            window().navigator().languages().into_iter().filter_map(|tag| tag.as_string());
        choose(link::language(), remembered(), accepted)
    }
}

/// The link's language, or else the one chosen before, or else the first of those that the person has told
/// the browser and that the page speaks.
fn choose(
    linked: Option<Language>,
    remembered: Option<Language>,
    accepted: impl IntoIterator<Item = String>,
) -> Language {
    let spoken = || accepted.into_iter().find_map(|tag| Language::of_tag(&tag));
    linked.or(remembered).or_else(spoken).unwrap_or_default()
}

/// Changes the language of the page, here and for later visits.
pub fn change(language: Language) {
    CHOSEN.set(language);
    remember(language);
    link::write_language(language);
}

/// Changes the language of what this program shows, and nothing else: the page has changed it for the visitor.
pub fn speak(language: Language) {
    CHOSEN.set(language);
}

/// Keeps the document's own language in step.
pub fn follow() {
    Effect::new(move |_| {
        let tag = Language::chosen().tag();
        let set = document().document_element().map(|root| root.set_attribute("lang", tag));
        if let Some(Err(error)) = set {
            leptos::logging::warn!("the document's language was not set: {}", words_of(&error));
        }
    });
}

/// Storage is absent or refuses in some privacy modes; the browser's languages decide then.
fn remembered() -> Option<Language> {
    let storage = window().local_storage().ok().flatten()?;
    Language::with_code(&storage.get_item(KEY).ok().flatten()?)
}

fn remember(language: Language) {
    let code = language.code();
    let kept = window().local_storage().map(|storage| storage.map(|s| s.set_item(KEY, code)));
    if !matches!(kept, Ok(Some(Ok(())))) {
        leptos::logging::warn!("the language will be forgotten: this browser keeps no settings");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::LinkSettings;

    fn chosen(linked: &str, remembered: &str, accepted: &[&str]) -> Language {
        let accepted = accepted.iter().map(|&tag| tag.to_owned());
        choose(Language::with_code(linked), Language::with_code(remembered), accepted)
    }

    #[test]
    fn a_link_goes_before_an_earlier_choice_and_that_before_the_browser() {
        assert_eq!(chosen("zh", "en", &["en-GB"]), Language::Chinese);
        assert_eq!(chosen("en", "zh", &["zh-CN"]), Language::English);
        assert_eq!(chosen("", "zh", &["en"]), Language::Chinese);
        assert_eq!(chosen("", "en", &["zh-CN"]), Language::English);
        assert_eq!(chosen("fr", "klingon", &["zh"]), Language::Chinese);
    }

    #[test]
    fn the_browsers_first_language_that_the_page_speaks_decides() {
        for tag in ["zh", "zh-CN", "zh-Hant-TW", "ZH-hk", "zh_CN"] {
            assert_eq!(chosen("", "", &[tag]), Language::Chinese, "{tag}");
            assert_eq!(chosen("", "", &["fr-FR", tag, "en"]), Language::Chinese, "{tag}");
        }
        assert_eq!(chosen("", "", &["en-US", "zh-CN"]), Language::English);
        assert_eq!(chosen("", "", &["fr", "zha"]), Language::English);
        assert_eq!(chosen("", "", &[]), Language::English);
    }

    #[test]
    fn a_link_may_name_every_language() {
        for language in Language::ALL {
            let link = LinkSettings::from_pairs([("lang", language.code())]);
            assert_eq!(link, LinkSettings::default());
        }
        assert_eq!(LinkSettings::from_pairs([("lang", "fr")]).mistakes.len(), 1);
    }

    #[test]
    fn without_a_browser_the_page_speaks_english() {
        assert_eq!(Language::chosen(), Language::English);
    }
}
