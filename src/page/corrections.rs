//! The visitor's corrections of the data set, kept in this browser.
//!
//! The page and the part that looks into networks are programs of their own in the same document. Both read the list from
//! `localStorage` and tell each other of changes by an event on the window; other tabs hear of them by the browser's own.

use std::sync::Arc;

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Event, Storage};

use crate::dataset::{Correction, Corrections, CorrectionsMistake, SplitName};

/// Where the list is stored, a line for each correction: all images together stay far below the five million letters that
/// browsers store, and the page need not carry a reader of the file that is exported.
const KEY: &str = "atelier.corrections";
/// Where a list that could not be read is kept when another one takes its place: it may be of a later build.
const UNREADABLE_KEY: &str = "atelier.corrections.unreadable";
/// In place of the label of an image that is left out.
const OUT: &str = "-";
/// The event that the list has changed.
const CHANGED: &str = "atelier-corrections";
/// The property of the window that holds the list while the browser stores nothing.
const UNSTORED: &str = "atelierCorrections";

/// The corrections.
#[derive(Clone, Copy)]
pub struct KeptCorrections {
    /// The list.
    pub list: RwSignal<Arc<Corrections>>,
    /// Whether the browser has not stored it: it is gone when the page is closed.
    pub is_unstored: RwSignal<bool>,
}

impl KeptCorrections {
    /// Those of this browser, as they change, for the lifetime of the current component.
    pub fn follow() -> Self {
        let this = Self {
            list: RwSignal::new(Arc::new(read())),
            is_unstored: RwSignal::new(unstored().is_some()),
        };
        for event in [CHANGED, "storage"] {
            let listening = window_event_listener_untyped(event, move |_| this.read_again());
            on_cleanup(move || listening.remove());
        }
        this
    }

    /// Changes the list as it is stored now, which another tab may have changed.
    ///
    /// # Errors
    /// That of `change`; nothing changes then.
    pub fn change(
        self,
        change: impl FnOnce(&Corrections) -> Result<Corrections, CorrectionsMistake>,
    ) -> Result<(), CorrectionsMistake> {
        let changed = change(&read())?;
        keep(&changed);
        self.read_again();
        // Whoever else follows them hears it in this call.
        if let Ok(event) = Event::new(CHANGED) {
            let _ = window().dispatch_event(&event);
        }
        Ok(())
    }

    fn read_again(self) {
        let now = read();
        // The place that followed them may have been left.
        let differs = self.list.try_with_untracked(|list| **list != now).unwrap_or_default();
        if differs {
            self.list.set(Arc::new(now));
        }
        let is_unstored = unstored().is_some();
        if self.is_unstored.try_get_untracked().is_some_and(|before| before != is_unstored) {
            self.is_unstored.set(is_unstored);
        }
    }
}

/// The corrections of the next run.
#[derive(Clone, Copy)]
pub struct NextCorrections {
    /// Those of this browser.
    pub kept: KeptCorrections,
    /// Whether the run uses them.
    pub are_used: RwSignal<bool>,
}

impl NextCorrections {
    /// Those of this browser, used unless the visitor chooses otherwise.
    pub fn follow() -> Self {
        Self { kept: KeptCorrections::follow(), are_used: RwSignal::new(true) }
    }

    /// What a run that begins now is given.
    pub fn taken(self) -> Corrections {
        if self.are_used.get_untracked() {
            self.kept.list.with_untracked(|list| Corrections::clone(list))
        } else {
            Corrections::default()
        }
    }

    /// Whether a run that begins now corrects anything.
    pub fn correct(self) -> bool {
        self.are_used.get() && self.kept.list.with(|list| !list.is_empty())
    }
}

/// In some privacy modes storage is absent or refuses access.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The list that the browser did not store.
fn unstored() -> Option<String> {
    Reflect::get(&window(), &UNSTORED.into()).ok()?.as_string()
}

fn stored() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

fn read() -> Corrections {
    let text = unstored().or_else(stored);
    text.and_then(|text| of_lines(&text)).unwrap_or_default()
}

/// Stores the list; if the browser refuses, the document keeps it.
fn keep(list: &Corrections) {
    let text = lines_of(list);
    let lost = stored().filter(|text| of_lines(text).is_none());
    let attempt = || {
        let storage = storage()?;
        if let Some(lost) = &lost {
            storage.set_item(UNREADABLE_KEY, lost).ok()?;
        }
        if list.is_empty() {
            storage.remove_item(KEY).ok()
        } else {
            storage.set_item(KEY, &text).ok()
        }
    };
    let unstored = match attempt() {
        Some(()) => JsValue::UNDEFINED,
        None => text.as_str().into(),
    };
    // Setting a property of the window does not fail.
    let _ = Reflect::set(&window(), &UNSTORED.into(), &unstored);
}

/// The list as lines: the split, the image's index, and its label or a dash.
fn lines_of(list: &Corrections) -> String {
    let line = |it: &Correction| {
        let label = it.label.map_or_else(|| OUT.to_owned(), |label| label.to_string());
        format!("{} {} {label}\n", it.split.as_str(), it.index)
    };
    list.iter().map(line).collect()
}

/// The list in lines, if each of them is a correction and all together can be used.
fn of_lines(text: &str) -> Option<Corrections> {
    let correction = |line: &str| {
        let mut words = line.split(' ');
        let (split, index, label) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let split = SplitName::ALL.into_iter().find(|it| it.as_str() == split)?;
        let label = if label == OUT { None } else { Some(label.parse().ok()?) };
        words.next().is_none().then_some(Correction { split, index, label })
    };
    text.lines().map(correction).collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_list_survives_storage() {
        let text = "train 7 0\ntrain 59999 -\ntest 3 9\n";
        let list = of_lines(text).unwrap();
        let found: Vec<_> = list.iter().map(|it| (it.split, it.index, it.label)).collect();
        let expected = [
            (SplitName::Train, 7, Some(0)),
            (SplitName::Train, 59_999, None),
            (SplitName::Test, 3, Some(9)),
        ];
        assert_eq!(found, expected);
        assert_eq!(lines_of(&list), text);
        assert_eq!(of_lines(""), Some(Corrections::default()));
    }

    #[test]
    fn what_cannot_be_a_list_is_none() {
        for text in [
            "train 7",
            "train 7 0 1",
            "train 7 10",
            "train 60000 1",
            "train -1 1",
            "both 7 1",
            "train 7 0\ntrain 7 1",
            "{\"format\":\"atelier-corrections\"}",
        ] {
            assert_eq!(of_lines(text), None, "{text}");
        }
    }
}
