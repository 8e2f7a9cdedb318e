//! The places of the page, and the address of each.
//!
//! A place is the fragment of the page's address: `#/runs`, or `#/train/20261125_101010` for a run of the library.
//! A fragment needs no server, so it works on static hosts and in subfolders; the browser's history, links and
//! reload work as with any address. The settings stay in the query (see [`super::link`]).

use std::time::Duration;

use leptos::ev::hashchange;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::browser::{focus_id, words_of};
use super::lesson::{Step, remember_step, remembered_step};

/// The id of the element with the open place.
pub const MAIN_ID: &str = "place";

/// A place of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// A run: its settings, numbers, curves and a garment to classify.
    #[default]
    Train,
    /// The data set and the engines.
    Understand,
    /// Several values of some settings.
    Experiments,
    /// The library.
    Runs,
    /// The tutorial, a step at a time.
    Lesson,
}

impl Place {
    /// Every place, in the order of the navigation.
    pub const ALL: [Self; 5] =
        [Self::Train, Self::Understand, Self::Experiments, Self::Runs, Self::Lesson];

    /// As addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Understand => "understand",
            Self::Experiments => "experiments",
            Self::Runs => "runs",
            Self::Lesson => "lesson",
        }
    }
}

/// Where the visitor is. Copies are the same address.
#[derive(Clone, Copy)]
pub struct Address {
    /// The open place.
    pub place: RwSignal<Place>,
    /// The run that the place `train` shows; none for the current run, or for no run. It stays while another
    /// place is open.
    pub run: RwSignal<Option<String>>,
    /// The step that the place `lesson` shows. It stays while another place is open, and in the browser.
    pub step: RwSignal<Step>,
}

impl Address {
    /// Follows the page's address for the lifetime of the page.
    pub fn follow() -> Self {
        let (place, run, step) = read(&fragment());
        let at_step = step.or_else(remembered_step).unwrap_or_default();
        let address = Self {
            place: RwSignal::new(place),
            run: RwSignal::new(run),
            step: RwSignal::new(at_step),
        };
        address.go_to_step(step);
        let listening = window_event_listener(hashchange, move |_| {
            let (place, run, step) = read(&fragment());
            if address.place.get_untracked() != place {
                address.place.set(place);
                // Once it is there.
                set_timeout(enter, Duration::ZERO);
            }
            if place == Place::Train && address.run.with_untracked(|shown| *shown != run) {
                address.run.set(run);
            }
            address.go_to_step(step);
        });
        on_cleanup(move || listening.remove());
        address
    }

    /// The link to a place.
    pub fn link_to(self, place: Place) -> String {
        match place {
            Place::Train => self.run.with(|run| link_to_run(run.as_deref())),
            Place::Lesson => link_to_step(self.step.get()),
            _ => format!("#/{}", place.as_str()),
        }
    }

    /// Shows a run in the place `train` without leaving the open place: the address of the run before stays in
    /// the tab's history, if there was one.
    pub fn show_run(self, run: String) {
        if self.run.with_untracked(|shown| shown.as_ref() == Some(&run)) {
            return;
        }
        let in_train = self.place.get_untracked() == Place::Train;
        let before = self.run.try_update(|shown| shown.replace(run.clone())).flatten();
        if in_train {
            write(&link_to_run(Some(&run)), before.is_some());
        }
    }

    /// Shows the step that the address names. One that names none gets that of before.
    fn go_to_step(self, step: Option<Step>) {
        if self.place.get_untracked() != Place::Lesson {
            return;
        }
        let before = self.step.get_untracked();
        match step {
            Some(step) if step != before => self.step.set(step),
            Some(_) => {}
            None => write(&link_to_step(before), false),
        }
        remember_step(step.unwrap_or(before));
    }

    /// Shows no run, because the one that the address names is gone.
    pub fn leave_run(self) {
        self.run.set(None);
        if self.place.get_untracked() == Place::Train {
            write(&link_to_run(None), false);
        }
    }
}

/// Takes the visitor to the open place: it begins at its top, as any page does. The focus goes there as well, because
/// the link that led there may be gone, but not from the navigation.
fn enter() {
    let focused = document().active_element();
    if focused.is_none_or(|element| !element.matches(".places a").unwrap_or(false)) {
        focus_id(MAIN_ID);
    }
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// The link to a run in the place `train`, or to the place without one.
pub fn link_to_run(run: Option<&str>) -> String {
    let train = Place::Train.as_str();
    run.map_or_else(|| format!("#/{train}"), |run| format!("#/{train}/{run}"))
}

/// The link to a step of the place `lesson`.
pub fn link_to_step(step: Step) -> String {
    format!("#/{}/{}", Place::Lesson.as_str(), step.as_str())
}

/// The page's fragment with its `#`; empty if there is none.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// The place that a fragment names, and its run or step. One that names no place is the first place: the address may have
/// been typed.
fn read(fragment: &str) -> (Place, Option<String>, Option<Step>) {
    let mut parts = fragment.trim_start_matches('#').trim_matches('/').split('/');
    let word = parts.next().unwrap_or_default();
    let place = Place::ALL.into_iter().find(|place| place.as_str() == word).unwrap_or_default();
    let part = parts.next();
    let run = part.filter(|run| place == Place::Train && is_run_name(run));
    let step = part.filter(|_| place == Place::Lesson).and_then(Step::with_key);
    (place, run.map(str::to_owned), step)
}

/// Whether this may name a run: `YYYYMMDD_HHMMSS`, and more if several started in one second.
fn is_run_name(text: &str) -> bool {
    let is_part_of_it =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    (1..=64).contains(&text.len()) && text.chars().all(is_part_of_it)
}

fn write(fragment: &str, is_new_entry: bool) {
    let written = window().history().and_then(|history| {
        if is_new_entry {
            history.push_state_with_url(&JsValue::NULL, "", Some(fragment))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(fragment))
        }
    });
    if let Err(error) = written {
        // Browsers limit how often this may be called; the page shows the run all the same.
        leptos::logging::warn!("the address bar was not updated: {}", words_of(&error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_names_a_place_and_a_run() {
        assert_eq!(read(""), (Place::Train, None, None));
        assert_eq!(read("#/runs"), (Place::Runs, None, None));
        assert_eq!(read("#understand/"), (Place::Understand, None, None));
        let run = "20261125_101010";
        assert_eq!(read(&format!("#/train/{run}")), (Place::Train, Some(run.to_owned()), None));
        assert_eq!(read(&format!("#/runs/{run}")), (Place::Runs, None, None));
    }

    #[test]
    fn a_link_leads_where_it_says() {
        for run in [None, Some("20261125_101010")] {
            assert_eq!(read(&link_to_run(run)), (Place::Train, run.map(str::to_owned), None));
        }
    }

    #[test]
    fn each_step_of_the_lesson_has_an_address() {
        for step in Step::ALL {
            assert_eq!(read(&link_to_step(step)), (Place::Lesson, None, Some(step)));
        }
        assert_eq!(read("#/lesson"), (Place::Lesson, None, None));
        assert_eq!(read("#/lesson/knitting"), (Place::Lesson, None, None));
        assert_eq!(read("#/runs/data"), (Place::Runs, None, None));
    }

    #[test]
    fn a_fragment_that_names_nothing_is_the_first_place() {
        assert_eq!(read("#/cellar"), (Place::Train, None, None));
        assert_eq!(read("#/train/<b>"), (Place::Train, None, None));
        assert_eq!(read(&format!("#/train/{}", "a".repeat(65))), (Place::Train, None, None));
    }
}
